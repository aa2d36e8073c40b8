"""Which network of a file is read, its references, and what is said of what is not known."""

import pytest

import rfcli
from readers.monai.bundles import bundle, loaded
from rfcli.readers.kinds import reader_of

UNET = {"spatial_dims": 2, "in_channels": 1, "out_channels": 2, "channels": [4, 8], "strides": [2]}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (b'{"network_def": {"_target_": "UNet"}}', True),
        (b"imports:\n  - $import glob\nnetwork_def:\n  _target_: UNet\n", True),
        (b'{"bundle_root": ".", "network": {"_target_": "UNet"}}', True),
        (b'{"network": {"_target_": "monai.networks.nets.UNet"}}', True),
        (b"network:\n  _target_: src.models.UNet\n", False),
        (b'{"network_def": {}}', False),
        (b"format: 1\nnetwork_def: {_target_: UNet}\n", False),
    ],
)
def test_bundles_are_told_by_content(text, read):
    assert (reader_of(text, "") == "rfcli.readers.monai.file") is read


@pytest.mark.parametrize(
    "target", ["UNet", "Unet", "monai.networks.nets.UNet", "monai.networks.nets.unet.UNet", "monai.networks.nets.Unet"]
)
def test_a_class_has_several_names(target):
    assert rfcli.compute(loaded(bundle(target, **UNET))).total.params == 36 + 4 + 1 + 4 * 8 * 9 + 8 + 1 + 12 * 2 * 9 + 2


def test_references_are_looked_up():
    text = """\
bundle_root: .
sizes: {unet: {widths: ["@first", 8]}, dims: 2}
first: 4
classes: "@sizes::unet::widths::0"
network_def:
  _target_: "@kind"
  spatial_dims: "%sizes::dims"
  in_channels: "@sizes#dims"
  out_channels: "@classes"
  channels: "@sizes::unet::widths"
  strides: [2]
  act: [PRELU, {init: 0.2}]
kind: UNet
"""
    network = loaded(text, "train.yaml")
    assert network.inputs[0].channels == 2 and network.axes == 2
    report = rfcli.compute(network)
    assert [report.layer(name).channels for name in report.outputs] == [4]


def test_numbers_without_end_are_passed_over():
    text = "network_def: {_target_: VNet}\nrange: [-.inf, .inf]\n"
    assert loaded(text, "train.yaml").axes == 3


def test_what_the_call_says_wins():
    tree = bundle("UNet", **UNET | {"in_channels": "$len(@names)"})
    with pytest.raises(rfcli.DescriptionError) as raised:
        loaded(tree)
    (problem,) = raised.value.diagnostics
    assert problem.message == "in_channels of UNet is an expression, which is not evaluated: '$len(@names)'"
    assert problem.help == "write the value in its place, or give it: --set in_channels=..."
    assert loaded(tree, in_channels=3).inputs[0].channels == 3


def test_another_network_is_taken():
    tree = bundle("UNet", **UNET) | {"teacher": {"_target_": "UNet", **UNET, "in_channels": 5}, "n": 3}
    assert loaded(tree, network="teacher").inputs[0].channels == 5
    with pytest.raises(rfcli.CallError, match="there is no 'other'; there are network_def, teacher"):
        loaded(tree, network="other")


WRONG = {
    "a class": (bundle("SegResNetDS", in_channels=1), "the network 'SegResNetDS' is not read: AttentionUnet, BasicUNet"),
    "a module": (bundle("scripts.net.UNet", **UNET), "the network 'scripts.net.UNet' is not read"),
    "an expression": (bundle("$import os"), "the network '$import os' is not read"),
    "nowhere": (bundle("UNet", **UNET | {"channels": "@no::where"}), "'@no::where' leads nowhere: there is no 'no'"),
    "a file": (bundle("UNet", **UNET | {"channels": "%params.yaml::c"}), "'%params.yaml::c' names another file, which is not opened"),
    "a circle": (bundle("UNet", **UNET | {"channels": "@a"}) | {"a": "@b", "b": "@a"}, "references lead to one another without end"),
    "no network": ({"network_def": 3, "x": {"_target_": "y"}}, "the file makes no network as 'network_def' or 'network'"),
    "an overlay": (
        {"network_def": {"_target_": "torch.nn.parallel.DistributedDataParallel", "module": "$@x"}},
        "the file's network is one of another file of the bundle"),
    "more": (bundle("UNet", **UNET, wonder=3), "UNet with 'wonder' is not read"),
    "axes": (bundle("UNet", **UNET | {"spatial_dims": 4}), "spatial_dims of UNet must be 1, 2 or 3, is 4"),
    "a word": (bundle("UNet", **UNET | {"in_channels": "one"}), "in_channels of UNet must be an integer from 1 on, is 'one'"),
    "lacking": (bundle("UNet", spatial_dims=2, in_channels=1), "UNet lacks 'out_channels'"),
    "inside": (bundle("UNet", **UNET | {"strides": ["$2"]}), "strides of UNet is an expression, which is not evaluated: ['$2']"),
}  # fmt: skip


@pytest.mark.parametrize(("tree", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(tree, message):
    with pytest.raises(rfcli.DescriptionError) as raised:
        loaded(tree)
    (problem,) = raised.value.diagnostics
    assert problem.message.startswith(message) and problem.span.line == 1
