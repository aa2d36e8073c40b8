"""U-Nets of plain and of residual blocks: parameters, fields, and what each argument changes."""

import json

import pytest

import rfcli
from readers.nnunet.plans import later, plans


def report_of(tree, **settings):
    text = json.dumps(plans(a=tree))
    return rfcli.compute(rfcli.loads(text, "nnUNetPlans.json", settings={"classes": 2, **settings}))


def unit(c1, c2, area=9, bias=True, affine=True):
    """A convolution and its norm."""
    return c1 * c2 * area + c2 * bias + 2 * c2 * affine


def decoder(convolution, c1=4, c2=8, classes=2):
    """From c2 channels back to c1: transposed, joined, convolved, told."""
    return c2 * c1 * 4 + c1 + convolution + c1 * classes + classes


KERNELS, STRIDES, FEATURES = [[3, 3], [3, 3]], [[1, 1], [2, 2]], [4, 8]
PLAIN = unit(1, 4) + unit(4, 4) + unit(4, 8) + unit(8, 8)
STEM = unit(1, 4)
BASIC = 2 * 2 * unit(4, 4) + unit(4, 8) + unit(4, 8, 1, False) + unit(8, 8) + 2 * unit(8, 8)
BLOCK = "dynamic_network_architectures.building_blocks.residual.BottleneckD"
BOTTLENECKS = (
    2 * (unit(4, 2, 1) + unit(2, 2) + unit(2, 4, 1)) + unit(4, 3, 1) + unit(3, 3) + unit(3, 8, 1)
    + unit(4, 8, 1, False) + unit(8, 3, 1) + unit(3, 3) + unit(3, 8, 1)
)  # fmt: skip
CASES = {
    # name: the architecture's changes, its parameters (as dynamic_network_architectures 0.4.4 counts), its field
    "plain": ({}, PLAIN + decoder(unit(8, 4)), 13),
    "no bias": (
        {"conv_bias": False},
        sum(unit(a, b, 9, False) for a, b in ((1, 4), (4, 4), (4, 8), (8, 8), (8, 4))) + 8 * 4 * 4 + 4 * 2 + 2, 13),
    "no parameters of norms": (
        {"norm_op_kwargs": {}},
        sum(unit(a, b, 9, True, False) for a, b in ((1, 4), (4, 4), (4, 8), (8, 8))) + decoder(unit(8, 4, 9, True, False)),
        13),
    "batch norm": ({"norm_op": "torch.nn.BatchNorm2d", "norm_op_kwargs": {}}, PLAIN + decoder(unit(8, 4)), 13),
    "activation first": ({"nonlin_first": True}, PLAIN + decoder(unit(8, 4)), 13),
    "dropout": ({"dropout_op": "torch.nn.Dropout2d", "dropout_op_kwargs": {"p": 0.1}}, PLAIN + decoder(unit(8, 4)), 13),
    "residual": ({"kind": "ResidualEncoderUNet"}, STEM + BASIC + decoder(unit(8, 4)), 27),
    "stem": (
        {"kind": "ResidualEncoderUNet", "stem_channels": 2},
        unit(1, 2) + BASIC - unit(4, 4) + unit(2, 4) + unit(2, 4, 1, False) + decoder(unit(8, 4)), 27),
    "bottlenecks": (
        {"kind": "ResidualEncoderUNet", "block": BLOCK, "bottleneck_channels": [2, 3]},
        STEM + BOTTLENECKS + decoder(unit(8, 4)), 15),
    "residual decoder": (
        {"kind": "ResidualUNet"},
        STEM + BASIC + decoder(unit(8, 4) + unit(8, 4, 1, False) + unit(4, 4)), 29),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_architecture(name):
    more, params, size = CASES[name]
    report = report_of(later([64, 64], KERNELS, STRIDES, FEATURES, **more))
    assert report.total.params == params
    field = report.layer(report.outputs[0]).receptive_field
    assert field.size == (size, size)
    assert field.globally is ("batch norm" not in name)


def test_axes_have_their_own_kernels_and_strides():
    """Two convolutions of kernels 1x3x3, then a stride of 1x2x2 and two of kernel 3, then one of 1x3x3."""
    tree = later([8, 32, 32], [[1, 3, 3], [3, 3, 3]], [[1, 1, 1], [1, 2, 2]], FEATURES)
    report = report_of(tree)
    assert report.layer("decoder/seg_layers/0").receptive_field.size == (5, 13, 13)
    assert report.layer("encoder/stages/1/0/convs/1/conv").output_size == (8, 16, 16)
    assert report.layer("encoder/stages/1/0/convs/1/conv").receptive_field.size == (5, 11, 11)


def test_names_are_the_framework_s():
    report = report_of(later([64, 64], KERNELS, STRIDES, FEATURES, "ResidualEncoderUNet"))
    names = [layer.name for layer in report.layers]
    assert "encoder/stem/convs/0/norm" in names and "encoder/stages/1/blocks/0/skip/1/conv" in names
    assert names[-4:] == ["decoder/stages/0/convs/0/conv", "decoder/stages/0/convs/0/norm",
                          "decoder/stages/0/convs/0/nonlin", "decoder/seg_layers/0"]  # fmt: skip


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"kind": "MyUNet"}, "the architecture 'dynamic_network_architectures.architectures.unet.MyUNet' is not read"),
        ({"squeeze": True}, "PlainConvUNet with 'squeeze' is not read"),
        ({"conv_op": "torch.nn.Conv3d"}, "conv_op of arch_kwargs of architecture of configuration a must be Conv2d"),
        ({"norm_op": "torch.nn.GroupNorm"}, "norm_op of arch_kwargs of architecture of configuration a must be InstanceNorm"),
        ({"nonlin": "torch.nn.Dropout"}, "nonlin of arch_kwargs of architecture of configuration a must be an activation"),
        ({"kind": "ResidualEncoderUNet", "block": "x.Wide"}, "block of arch_kwargs of architecture of configuration a must be Basic"),
        ({"n_stages": 3}, "strides of arch_kwargs of architecture of configuration a must have 3 entries"),
        ({"features_per_stage": "absent"}, "arch_kwargs of architecture of configuration a lacks 'features_per_stage'"),
        ({"conv_bias": 1}, "conv_bias of arch_kwargs of architecture of configuration a must be true or false, is 1"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told(more, message):
    with pytest.raises(rfcli.DescriptionError) as raised:
        report_of(later([64, 64], KERNELS, STRIDES, FEATURES, **more))
    assert raised.value.diagnostics[0].message.startswith(message)
