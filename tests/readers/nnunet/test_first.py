"""Plans of nnU-Net's first version."""

from __future__ import annotations

import json
import pickle
from collections import OrderedDict
from typing import Any

import pytest

import rfcli
from readers.nnunet.plans import same


def stage(patch: list[int], pools: list[list[int]], kernels: list[list[int]], **more: Any) -> dict[str, Any]:
    return {"batch_size": 2, "patch_size": patch, "current_spacing": [1.0] * len(patch), "pool_op_kernel_sizes": pools,
            "conv_kernel_sizes": kernels, **more}  # fmt: skip


def plans(*stages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"num_stages": len(stages), "num_modalities": 1, "num_classes": 2, "base_num_features": 32, "conv_per_stage": 2,
            "plans_per_stage": {str(at): one for at, one in enumerate(stages)}, **more}  # fmt: skip


def loaded(tree: Any, **settings: Any) -> rfcli.Architecture:
    return rfcli.loads(json.dumps(tree), "nnUNetPlansv2.1_plans_3D.json", settings=settings)


THICK = stage([40, 224, 224], [[1, 2, 2], [2, 2, 2], [2, 2, 2], [2, 2, 2], [1, 2, 2]], [[1, 3, 3], *same(5, 3)])
LOW = stage([64, 64, 64], same(4, 3, 2), same(5, 3), current_spacing=[2.5, 1.5, 1.5])
FLAT = stage([512, 512], same(7, 2, 2), same(8, 2))
THIN = stage([16, 64, 64], [[1, 2, 2], [1, 2, 2], [2, 2, 2]], [[1, 3, 3], [1, 3, 3], *same(2, 3)])
NETWORKS = {
    # parameters that the first version's own class has, with three classes or as stated
    "3d": (plans(THICK), 30_758_784), "low": (plans(LOW, base_num_features=30), 15_047_280),
    "2d": (plans(FLAT, base_num_features=30), 40_716_900),
    "thin": (plans(THIN, base_num_features=8, num_modalities=2, num_classes=3, conv_per_stage=3), 513_952),
}  # fmt: skip


@pytest.mark.parametrize("name", NETWORKS)
def test_parameters_are_those_of_its_class(name: str) -> None:
    tree, params = NETWORKS[name]
    network = loaded(tree)
    assert rfcli.compute(network).total.params == params
    assert network.remarks == ()


def test_the_decoder_takes_the_kernels_of_the_level_below() -> None:
    """As torch's autograd has it of the class itself: the first two levels see slices alone, and their decoder does not."""
    report = rfcli.compute(loaded(NETWORKS["thin"][0]))
    fields = [report.layer(one).receptive_field for one in report.outputs]
    assert [one.size for one in fields] == [(29, 125, 125), (29, 117, 117), (23, 101, 101)]
    assert [one.padding for one in fields] == [(14, 62, 62), (14, 62, 62), (12, 54, 54)]
    assert [report.layer(one).output_size for one in report.outputs] == [(16, 64, 64), (16, 32, 32), (16, 16, 16)]


def test_stages_have_the_names_of_the_second_version() -> None:
    network = loaded(plans(LOW, THICK))
    assert network.name == "nnunet_3d_fullres" and network.inputs[0].size == (40, 224, 224)
    assert network.remarks[0].startswith(
        "the plans have 3 configurations: 3d_fullres is taken, of 3d_lowres, 3d_fullres"
    )
    low, cascade = (loaded(plans(LOW, THICK), configuration=name) for name in ("3d_lowres", "3d_cascade_fullres"))
    assert (low.inputs[0].size, low.inputs[0].channels, str(low.inputs[0].spacing.unit)) == ((64, 64, 64), 1, "mm")
    assert (cascade.inputs[0].size, cascade.inputs[0].channels) == ((40, 224, 224), 3), "with two foreground classes"
    assert loaded(plans(FLAT)).name == "nnunet_2d"
    with pytest.raises(rfcli.CallError, match="there is no '2d'; there are 3d_fullres"):
        loaded(plans(THICK), configuration="2d")


def test_classes_and_channels_are_the_call_s_where_it_gives_them() -> None:
    network = loaded(plans(FLAT), classes=5, channels=4)
    report = rfcli.compute(network)
    assert network.inputs[0].channels == 4 and report.layer(report.outputs[0]).channels == 5
    bare = {key: one for key, one in plans(FLAT).items() if key not in ("num_modalities", "num_classes")}
    assert "2 classes are taken (--set classes=...), 1 channel is taken" in loaded(bare).remarks[0]


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        (plans(), "the plans have no stages"),
        (plans(FLAT, THICK), "the plans have other stages than one of two axes, or one or two of three"),
        (plans(THICK, THICK, THICK), "the plans have other stages"),
        (plans({"patch_size": [8]}), "the plans have other stages"),
        (plans({"patch_size": [8, 8]}), "stage 0 lacks 'pool_op_kernel_sizes'"),
        (plans({**FLAT, "pool_op_kernel_sizes": []}), "pool_op_kernel_sizes of stage 0 must have an entry or more"),
        (plans({**FLAT, "conv_kernel_sizes": same(7, 2)}), "conv_kernel_sizes of stage 0 must have 8 entries"),
        (plans({**FLAT, "current_spacing": [0, 1]}), "current_spacing of stage 0 must have 2 numbers above 0"),
        (plans(FLAT, conv_per_stage=10**9), "more than 100000 layers"),
        (plans(3), "stage 0 must be a mapping"),
    ],
)
def test_what_is_wrong_is_told(tree: Any, message: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        loaded(tree)
    assert raised.value.diagnostics[0].message.startswith(message)


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_a_pickle_says_the_same_and_is_not_run(protocol: int) -> None:
    """As the first version writes it: arrays of numpy, stages by number, and classes of its own."""
    import numpy as np

    tree = plans(THICK)
    one = {**THICK, "patch_size": np.array([40, 224, 224]), "current_spacing": np.array([2.5, 0.8, 0.8])}
    tree |= {
        "num_modalities": np.int64(1),
        "plans_per_stage": OrderedDict({0: one}),
        "normalization_schemes": Hostile(),
    }
    network = rfcli.loads(pickle.dumps(tree, protocol), "plans.pkl")
    assert rfcli.compute(network).total.params == NETWORKS["3d"][1]
    assert network.inputs[0].size == (40, 224, 224) and float(network.inputs[0].spacing.steps[0]) == 2.5
    assert RUN == []


RUN: list[str] = []


class Hostile:
    """What would run where a pickle is opened."""

    def __reduce__(self) -> Any:
        return RUN.append, ("run",)
