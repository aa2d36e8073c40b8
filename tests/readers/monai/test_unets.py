"""MONAI's U-Nets: parameters, channels, fields."""

import pytest

import rfcli
from readers.monai.bundles import report_of

SMALL = {"spatial_dims": 2, "in_channels": 1, "out_channels": 3}
NETS = {
    # name: class, arguments, parameters as MONAI counts them, the output's field (autograd)
    "unet": ("UNet", {"channels": [4, 8, 16], "strides": [2, 2]}, 2_595, 19),
    "residual": ("UNet", {"channels": [4, 8, 16], "strides": [2, 2], "num_res_units": 2}, 6_364, 47),
    "batch": ("UNet", {"channels": [4, 8], "strides": [2], "norm": "batch", "act": "relu", "bias": False}, 672, 9),
    "group": (
        "UNet", {"channels": [4, 8], "strides": [2], "norm": ["GROUP", {"num_groups": 2}], "adn_ordering": "AN"}, 689, 9),
    "axes": ("UNet", {"channels": [4, 8], "strides": [[2, 1]], "kernel_size": [3, 5]}, 881, (9, 11)),
    "attention": ("AttentionUnet", {"channels": [4, 8], "strides": [2]}, 1_757, 15),
    "dyn": (
        "DynUNet", {"kernel_size": [3, 3, 3], "strides": [1, 2, 2], "upsample_kernel_size": [2, 2], "filters": [4, 8, 16]},
        7_475, 35),
    "dyn residual": (
        "DynUNet", {"kernel_size": [3, 3, 3], "strides": [1, 2, 2], "upsample_kernel_size": [2, 2], "filters": [4, 8, 16],
                    "res_block": True, "norm_name": "instance", "trans_bias": True}, 7_491, 35),
    "basic": ("BasicUNet", {"features": [2, 4, 8, 16, 32, 4]}, 31_209, 204),
    "basic nontrainable": ("BasicUNet", {"features": [2, 4, 8, 16, 32, 4], "upsample": "nontrainable"}, 29_125, 220),
    "basic pixelshuffle": ("BasicUNet", {"features": [2, 4, 8, 16, 32, 4], "upsample": "pixelshuffle"}, 53_321, 284),
}  # fmt: skip


@pytest.mark.parametrize("name", NETS)
def test_net(name):
    target, arguments, params, size = NETS[name]
    report = report_of(target, 64, **SMALL, **arguments)
    field = report.layer(report.outputs[0]).receptive_field
    assert (report.total.params, report.layer(report.outputs[0]).channels) == (params, 3)
    assert report.layer(report.outputs[0]).output_size == (64, 64)
    assert field.size == (size if isinstance(size, tuple) else (size, size))


def test_heads_of_deep_supervision():
    arguments = {
        "kernel_size": [3] * 4,
        "strides": [1, 2, 2, 2],
        "upsample_kernel_size": [2] * 3,
        "filters": [4, 8, 16, 32],
    }
    report = report_of("DynUNet", 64, **SMALL, **arguments, deep_supervision=True, deep_supr_num=2)
    assert report.outputs == ("output_block/conv/conv", "deep_supervision_heads/0/conv/conv",
                              "deep_supervision_heads/1/conv/conv")  # fmt: skip
    assert [report.layer(name).output_size for name in report.outputs] == [(64, 64), (32, 32), (16, 16)]


def test_names_are_the_framework_s():
    report = report_of("UNet", 64, **SMALL, channels=[4, 8, 16], strides=[2, 2], num_res_units=2)
    names = [layer.name for layer in report.layers]
    assert names[:3] == ["model/0/conv/unit0/conv", "model/0/conv/unit0/adn/N", "model/0/conv/unit0/adn/A"]
    assert "model/1/submodule/1/submodule/conv/unit1/conv" in names and "model/1/submodule/2/1/conv/unit0/conv" in names


@pytest.mark.parametrize(
    ("target", "arguments", "message"),
    [
        ("UNet", {"channels": [4], "strides": []}, "channels of UNet must have 2 entries or more"),
        ("UNet", {"channels": [4, 8, 8], "strides": [2]}, "strides of UNet must have 2 entries or more"),
        ("UNet", {"channels": [4, 8], "strides": [2], "kernel_size": 4}, "a kernel of 4x4 has no padding"),
        ("UNet", {"channels": [4, 8], "strides": [2], "norm": "layer"}, "norm of UNet must be one of instance"),
        ("UNet", {"channels": [4, 8], "strides": [2], "act": "wow"}, "act of UNet must be one of relu"),
        ("UNet", {"channels": [4, 8], "strides": [2], "norm": "group"}, "norm of UNet must state num_groups"),
        ("UNet", {"channels": [4, 8], "strides": [2], "adn_ordering": "XY"}, "adn_ordering of UNet must be of the letters"),
        ("UNet", {"channels": [4] * 200, "strides": [1] * 200}, "more than 64 levels"),
        ("UNet", {"channels": [4, 8], "strides": [2], "num_res_units": 10**9}, "more than 100000 layers"),
        ("BasicUNet", {"features": [4, 8]}, "features of BasicUNet must have 6 entries"),
        ("DynUNet", {"strides": [1, 2], "kernel_size": [3, 3], "upsample_kernel_size": [2]}, "strides of DynUNet must have 3"),
        ("DynUNet", {"strides": [1, 3, 1], "kernel_size": [3, 1, 1], "upsample_kernel_size": [2, 1]}, "a kernel of 1x1 is too small for a stride of 3x3"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(target, arguments, message):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(target, 64, **SMALL, **arguments)
    assert raised.value.diagnostics[0].message.startswith(message)
