"""SegResNet and VNet: parameters, fields, and what is not used."""

import pytest

import rfcli
from readers.monai.bundles import report_of

TWO = {"spatial_dims": 2, "in_channels": 1, "out_channels": 3}
NETS = {
    # name: class, arguments, parameters as MONAI counts them, the output's field (autograd)
    "segresnet": ("SegResNet", {}, 394_995, 245),
    "deconv": ("SegResNet", {"upsample_mode": "deconv"}, 400_427, 229),
    "pixelshuffle": ("SegResNet", {"upsample_mode": "pixelshuffle", "norm_name": "group"}, 443_603, 261),
    "prelu": ("SegResNet", {"act": "prelu", "dropout_prob": 0.2}, 395_008, 245),
    "vnet": ("VNet", {}, 9_359_538, 396),
    "vnet prelu": ("VNet", {"act": "prelu", "bias": True}, 9_364_712, 396),
}


@pytest.mark.parametrize("name", NETS)
def test_net(name):
    target, arguments, params, size = NETS[name]
    report = report_of(target, 64, **TWO, **arguments)
    layer = report.layer(report.outputs[0])
    assert (report.total.params, layer.channels, layer.output_size) == (params, 3, (64, 64))
    assert layer.receptive_field.size == (size, size)


def test_a_last_convolution_that_is_not_used():
    whole, cut = report_of("SegResNet", 64, **TWO), report_of("SegResNet", 64, **TWO, use_conv_final=False)
    assert cut.total.params + cut.unused_params == whole.total.params and cut.unused_params == 3 * 8 + 3 + 16


def test_volumes():
    report = report_of("VNet", 32)
    assert (report.total.params, report.layer(report.outputs[0]).output_size) == (45_593_892, (32, 32, 32))


@pytest.mark.parametrize(
    ("target", "arguments", "message"),
    [
        ("SegResNet", {"blocks_down": [1, 1]}, "blocks_up must have one entry less than blocks_down"),
        ("SegResNet", {"norm_name": "batch"}, "norm_name of SegResNet must be group"),
        ("SegResNet", {"upsample_mode": "x"}, "upsample_mode of SegResNet must be one of deconv"),
        ("SegResNet", {"spatial_dims": 1}, "spatial_dims of SegResNet must be 2 or 3"),
        ("VNet", {"in_channels": 3}, "in_channels of VNet must be a divisor of 16"),
    ],
)
def test_what_is_wrong_is_told(target, arguments, message):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(target, 64, **TWO | arguments)
    assert raised.value.diagnostics[0].message.startswith(message)
