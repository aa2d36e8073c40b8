"""Which network of a file is read, and what is said of it."""

import json
from fractions import Fraction

import pytest

import rfcli
from readers.nnunet.plans import FULL, PANCREAS, earlier, halved, plans, same
from rfcli.readers.kinds import reader_of


def loaded(tree, **settings):
    return rfcli.loads(json.dumps(tree), "nnUNetPlans.json", settings=settings)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        (json.dumps(PANCREAS), True),
        ('{"configurations": {"2d": {"patch_size": [8, 8]}}}', True),
        ('{"configurations": {"a": 1}}', False),
        ('{"configurations": [], "patch_size": 3}', False),
        ('{"format": 1, "configurations": {"patch_size": 3}}', False),
    ],
)
def test_plans_are_told_by_content(text, read):
    assert (reader_of(text.encode(), "x.json") == "rfcli.readers.nnunet.file") is read


CONFIGURATIONS = {
    # name: the parameters that dynamic_network_architectures 0.4.4 counts, of 3 classes; size, spacing, channels
    "2d": (46_326_581, (512, 512), (Fraction(4, 5),) * 2, 1),
    "3d_lowres": (16_548_076, (64, 128, 128), (Fraction(1),) * 3, 1),
    "3d_fullres": (30_704_303, (40, 224, 224), (Fraction(5, 2), Fraction(4, 5), Fraction(4, 5)), 1),
    "3d_cascade_fullres": (30_704_879, (40, 224, 224), (Fraction(5, 2), Fraction(4, 5), Fraction(4, 5)), 3),
}


@pytest.mark.parametrize("name", CONFIGURATIONS)
def test_configuration(name):
    params, size, spacing, channels = CONFIGURATIONS[name]
    network = loaded(PANCREAS, configuration=name, classes=3)
    report = rfcli.compute(network)
    (one,) = network.inputs
    assert (network.name, one.size, one.spacing.steps, one.spacing.unit) == (
        f"Dataset007_Pancreas_{name}", size, spacing, "mm",
    )  # fmt: skip
    assert (report.total.params, one.channels) == (params, channels)


def test_one_is_taken_and_the_others_are_told():
    network = loaded(PANCREAS)
    assert network.name == "Dataset007_Pancreas_3d_fullres"
    assert network.remarks == (
        "the plans have 4 configurations: 3d_fullres is taken, of 2d, 3d_lowres, 3d_fullres, 3d_cascade_fullres "
        "(--set configuration=...)",
        "what is in dataset.json is not in the plans: 2 classes are taken (--set classes=...)",
    )
    assert loaded(plans(c_2d=FULL), classes=2).remarks == ()
    first = loaded(plans(a=FULL, b=FULL), classes=2)
    assert first.name == "Dataset007_Pancreas_a" and "a is taken, of a, b" in first.remarks[0]
    with pytest.raises(rfcli.CallError, match="there is no '3d'; there are 2d, 3d_lowres"):
        loaded(PANCREAS, configuration="3d")


def test_channels():
    two = {**FULL, "normalization_schemes": ["CTNormalization", "ZScoreNormalization"]}
    assert loaded(plans(a=two), classes=2).inputs[0].channels == 2
    bare = plans(a={key: value for key, value in FULL.items() if key != "normalization_schemes"})
    network = loaded(bare, classes=2)
    assert network.inputs[0].channels == 1 and "1 channel is taken (--set channels=...)" in network.remarks[0]
    assert loaded(bare, classes=2, channels=4).inputs[0].channels == 4
    known = {**bare, "foreground_intensity_properties_per_channel": {"0": {}, "1": {}, "2": {}}}
    assert loaded(known, classes=2).inputs[0].channels == 3


def test_heads_are_outputs_from_the_largest_map_on():
    report = rfcli.compute(loaded(PANCREAS, classes=4))
    assert [report.layer(name).output_size for name in report.outputs] == [
        (40, 224, 224), (40, 112, 112), (20, 56, 56), (10, 28, 28), (5, 14, 14),
    ]  # fmt: skip
    assert {report.layer(name).channels for name in report.outputs} == {4}


SMALL = earlier([16, 16], same(3, 2), halved(3, 2))
WRONG = {
    "no configuration": (plans(), "the plans have no configurations"),
    "a word": (plans(a=3), "configuration a must be a mapping, is 3"),
    "no patch": (plans(a={}), "configuration a lacks 'patch_size'"),
    "one axis": (plans(a={**SMALL, "patch_size": [16]}), "patch_size of configuration a must have two entries or three, is [16]"),
    "kernels": (plans(a={**SMALL, "conv_kernel_sizes": [[3, 3]]}), "conv_kernel_sizes of configuration a must have 3 entries"),
    "a kernel": (plans(a={**SMALL, "conv_kernel_sizes": [[3, 3], [3], [3, 3]]}), "conv_kernel_sizes of configuration a must hold lists of 2 integers"),
    "spacing": (plans(a={**SMALL, "spacing": [0, 1]}), "spacing of configuration a must have 2 numbers above 0, is [0, 1]"),
    "itself": (plans(a={"inherits_from": "a"}), "inherits_from of configuration a is one that inherits from it, is 'a'"),
    "nobody": (plans(a={"inherits_from": "b"}), "inherits_from of configuration a is none of the plans', is 'b'"),
    "a class": (plans(a={**SMALL, "UNet_class_name": "MyNet"}), "the architecture 'MyNet' is not read: PlainConvUNet, ResidualEncoderUNet, ResidualUNet are"),
    "layers": (plans(a={**SMALL, "n_conv_per_stage_encoder": [2, 2, 999_999_999]}), "more than 100000 layers"),
}  # fmt: skip


@pytest.mark.parametrize(("tree", "message"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told(tree, message):
    with pytest.raises(rfcli.DescriptionError) as raised:
        loaded(tree)
    (problem,) = raised.value.diagnostics
    assert problem.message.startswith(message) and problem.span.line == 1


def test_numbers_without_end_are_passed_over():
    tree = {
        **plans(a=SMALL),
        "foreground_intensity_properties_per_channel": {"0": {"max": float("inf"), "std": float("nan")}},
    }
    assert loaded(tree, classes=2).inputs[0].size == (16, 16)


def test_settings_are_integers():
    with pytest.raises(rfcli.CallError, match="--set classes: it must be an integer from 1 on, is 'many'"):
        loaded(PANCREAS, classes="many")
