"""keras-tcn's layer: fields by its own formula and by pushing sets of steps through its blocks, parameters by counting."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from readers.keras.rows import Row, drawn
from rfcli.geometry.unknown import Unknown

TCN: dict[str, Any] = {
    "name": "tcn", "trainable": True, "dtype": "float32", "nb_filters": 8, "kernel_size": 8, "nb_stacks": 3,
    "dilations": [1, 2, 4, 8], "padding": "causal", "use_skip_connections": True, "dropout_rate": 0.1,
    "return_sequences": True, "activation": "relu", "use_batch_norm": False, "use_layer_norm": False,
    "kernel_initializer": "he_normal", "go_backwards": False, "return_state": False,
}  # fmt: skip
"""What `get_config` of keras-tcn 3.5 gives."""

CONV = ("conv", {"filters": 3, "kernel": 3, "dilation": 2, "padding": [[4, 0]]})
ONCE = [CONV, ("relu", {}), ("dropout", {"rate": 0.1})]
ROWS = [
    Row("TCN", {**TCN, "nb_filters": 3, "kernel_size": 3, "nb_stacks": 1, "dilations": [2]}, (9, 3),
        [*ONCE, *ONCE, ("relu", {}), ("add", {}), ("relu", {}), ("identity", {})], keras=""),
]  # fmt: skip


def test_layers() -> None:
    (row,) = ROWS
    assert drawn(row.model()) == row.layers


def report(steps: int | None = 1000, features: int = 3, class_name: str = "TCN", **config: Any) -> rfcli.Report:
    start = {"batch_input_shape": [None, steps, features], "name": "x", "dtype": "float32"}
    layers = [
        {"class_name": "InputLayer", "name": "x", "config": start, "inbound_nodes": []},
        {"class_name": class_name, "name": "tcn", "config": {**TCN, **config}, "inbound_nodes": [[["x", 0, 0, {}]]]},
    ]
    inside = {"name": "m", "layers": layers, "input_layers": [["x", 0, 0]], "output_layers": [["tcn", 0, 0]]}
    model = {"class_name": "Functional", "config": inside, "keras_version": "2.9.0", "backend": "tensorflow"}
    return rfcli.compute(rfcli.loads(json.dumps(model), "tcn.json"))


def field(found: rfcli.Report) -> Any:
    return found.layer("tcn").receptive_field


@pytest.mark.parametrize(
    ("config", "size"),
    [
        ({}, 631),
        ({"use_skip_connections": False}, 631),
        ({"kernel_size": 2, "dilations": [1, 2], "nb_stacks": 1}, 7),
        ({"kernel_size": 3, "dilations": [1, 2, 4, 8, 16, 32], "nb_stacks": 1}, 253),
        ({"kernel_size": 1}, 1),
    ],
)
def test_the_field_of_its_formula(config: dict[str, Any], size: int) -> None:
    """1 + 2 (k - 1) stacks sum(d), all of it before: the answers to philipperemy/keras-tcn#8, #196, #207 and #226."""
    given = {**TCN, **config}
    assert 1 + 2 * (given["kernel_size"] - 1) * given["nb_stacks"] * sum(given["dilations"]) == size
    found = report(**config)
    told = field(found)
    assert (told.size, told.stride, told.lookahead) == ((size,), (1,), (0,))
    assert (found.layer("tcn").output_size, found.layer("tcn").channels) == ((1000,), 8)


def test_lengths_that_are_not_known() -> None:
    assert field(report(None)).size == (631,)
    (step,) = field(report(None, return_sequences=False)).size
    assert isinstance(step, Unknown) and "a sequence of unknown length" in step.reason
    assert report(None, return_sequences=False).layer("tcn/skips").receptive_field.size == (631,)  # type: ignore[union-attr]


def read(steps: int, at: int, padding: str, kernel: int, dilations: list[int], stacks: int) -> set[int]:
    """Steps of the input that one output step depends on, by pushing sets back through all convolutions."""
    found = {at}
    for dilation in (dilations * stacks)[::-1]:
        before = (kernel - 1) * dilation if padding == "causal" else (kernel - 1) * dilation // 2
        for _ in range(2):
            found |= {one - before + tap * dilation for one in found for tap in range(kernel)}
    return {one for one in found if 0 <= one < steps}


@pytest.mark.parametrize(
    ("padding", "kernel", "backwards", "at"),
    [
        ("causal", 3, False, 99),
        ("same", 3, False, 50),
        ("causal", 3, True, 99),
        ("same", 2, False, 50),
        ("same", 2, True, 50),
    ],
)
def test_one_step_of_a_sequence(padding: str, kernel: int, backwards: bool, at: int) -> None:
    """The last step, with `same` the middle one; backwards the sequence is turned round first."""
    found = report(
        100,
        kernel_size=kernel,
        dilations=[1, 2],
        nb_stacks=1,
        padding=padding,
        go_backwards=backwards,
        return_sequences=False,
    )
    seen = read(100, at, padding, kernel, [1, 2], 1)
    if backwards:
        seen = {99 - one for one in seen}
    assert found.layer("tcn").output_size == (1,)
    assert rfcli.located(found, "tcn").at((0,)).clipped == ((min(seen), max(seen)),)


@pytest.mark.parametrize(
    ("config", "params"),
    [
        ({}, 8 * 3 * 8 + 8 + 23 * (8 * 8 * 8 + 8) + 3 * 8 + 8),
        ({"nb_filters": 3}, 24 * (8 * 3 * 3 + 3)),
        ({"use_layer_norm": True, "nb_filters": 3}, 24 * (8 * 3 * 3 + 3) + 24 * 6),
        ({"use_batch_norm": True, "nb_filters": 3}, 24 * (8 * 3 * 3 + 3) + 24 * 6),
        ({"use_weight_norm": True, "nb_filters": 3}, 24 * (8 * 3 * 3 + 3) + 24 * 3),
        (
            {"nb_filters": [3, 4], "dilations": [1, 2], "nb_stacks": 1, "use_skip_connections": False},
            2 * (8 * 3 * 3 + 3) + (8 * 3 * 4 + 4) + (8 * 4 * 4 + 4) + (3 * 4 + 4),
        ),
    ],
)
def test_parameters(config: dict[str, Any], params: int) -> None:
    """Two convolutions a block, and one of kernel 1 where the channels change."""
    assert report(**config).total.params == params


def test_names_are_those_of_its_layers() -> None:
    names = [layer.name for layer in report(use_layer_norm=True, nb_stacks=1, dilations=[1]).layers]
    assert names == [f"tcn/residual_block_0/{name}" for name in (
        "conv1D_0", "norm_0", "Act_Conv1D_0", "SDropout_0", "conv1D_1", "norm_1", "Act_Conv1D_1", "SDropout_1",
        "Act_Conv_Blocks", "matching_conv1D", "Add_Res", "Act_Res_Block",
    )] + ["tcn"]  # fmt: skip


def test_sequences_that_are_turned_round() -> None:
    layer = report(go_backwards=True).layer("tcn")
    assert layer.receptive_field is not None and isinstance(layer.receptive_field.size[0], Unknown)


def test_wrong_configurations() -> None:
    for config, why in (
        ({"nb_filters": [8, 8]}, "nb_filters must have 4 entries, has 2"),
        ({"kernel_size": 0}, "kernel_size must be at least 1"),
        ({"padding": "valid"}, "padding must be one of causal, same"),
        ({"dilations": 3}, "dilations must be a list"),
    ):
        with pytest.raises(rfcli.DescriptionError) as caught:
            report(**config)
        assert why in str(caught.value), config


def test_registered_by_its_package() -> None:
    assert field(report(class_name="keras_tcn>TCN")).size == (631,)


def test_another_class_of_that_name() -> None:
    (size,) = field(report(dilations=None)).size
    assert isinstance(size, Unknown) and "not keras-tcn's" in size.reason
