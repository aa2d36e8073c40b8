"""Rows, their columns, and which are wanted."""

from typing import Any

import pytest

import rfcli
from rfcli.diagnostics import CallError
from rfcli.sweeping.chunks import in_turn
from rfcli.sweeping.rows import COLUMNS, Where, columns
from sweeping.asked import NET, asked


def rows(grid: dict[str, Any], net: Any = None, **more: Any) -> list[dict[str, Any]]:
    return [row for chunk in in_turn(asked(grid, net, **more), 0) for row, _ in chunk.rows]


def test_numbers_are_those_of_the_formula() -> None:
    found = rows({"k": [1, 3, 5], "n": [1, 2, 6]})
    assert len(found) == 9
    for row in found:
        k, n, f = row["k"], row["n"], 8
        assert row["size"] == 1 + n * (k - 1)
        assert (row["stride"], row["padding"]) == (1, 0)
        assert row["output_size"] == [64 - n * (k - 1), 32 - n * (k - 1)]
        assert row["params"] == f * (3 * k * k + 1) + (n - 1) * f * (f * k * k + 1)
        assert (row["network"], row["layer"], row["problems"], row["notes"]) == ("<mapping>", f"c_{n}", "", "")


def test_numbers_are_those_of_compute() -> None:
    for row in rows({"kernel": [2, 7], "levels": [1, 4], "hidden": [3, 25]}, "tcn"):
        report = rfcli.compute("tcn", settings={name: row[name] for name in ("kernel", "levels", "hidden")})
        layer = report.layer(row["layer"])
        assert (row["size"], row["padding"]) == (layer.receptive_field.size[0], layer.receptive_field.padding[0])
        total = report.total
        assert (row["params"], row["macs"], row["flops"]) == (total.params, total.macs, total.flops)


WRONG = {
    "text for a number": ("x", "RF208"),
    "a list of three": ([3, 3, 3], "RF"),
    "too small": (0, "RF208"),
    "too large for the map": (40, "RF305"),
    "nothing": (None, "RF"),
    "a fraction": (2.5, "RF208"),
    "true": (True, "RF208"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_ends_nothing(name: str) -> None:
    """The problem is the one that `rf compute` tells, and the settings around it are as ever."""
    value, code = WRONG[name]
    before, wrong, after = rows({"k": [3, value, 5]})
    assert (before["size"], after["size"]) == (5, 9)
    assert wrong["problems"].startswith(code)
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.compute(NET, settings={"k": value})
    expected = list(dict.fromkeys(f"{one.code} {one.message}" for one in raised.value.diagnostics))
    assert wrong["problems"].split("; and ")[0] == "; ".join(expected[:3])
    assert [wrong[name] for name in ("layer", "size", "output_size", "params")] == [None] * 4


def test_a_layer_that_is_not_always_there() -> None:
    found = rows({"n": [1, 2, 3]}, layer="c_2")
    assert [row["size"] for row in found] == [None, 5, 5]
    assert found[0]["problems"] == "there is no layer 'c_2' (did you mean 'c_1'?)"


def test_an_input_size_of_the_call() -> None:
    (row,) = rows({"k": [3]}, input_size=(20, None))
    assert row["output_size"] == [16, None]
    assert "the input size is not given" in row["notes"]
    (row,) = rows({"k": [3]}, input_size=(20, 20, 20))
    assert "3 entries" in row["problems"]


def test_parameters_that_are_called_as_columns_are() -> None:
    net = {
        **NET,
        "parameters": {"size": 3, "layer": 1, "size_h": 4},
        "layers": [{"type": "conv", "kernel": "$size", "filters": 2}],
    }
    found = rows({"size": [3, 5], "layer": [1], "size_h": [4]}, net, where="set_size == size")
    assert [row["set_size"] for row in found] == [3, 5]
    assert set(found[0]) == {"set_size", "set_layer", "set_size_h", *COLUMNS}


def test_many_problems_are_some_and_how_many_more() -> None:
    net = {**NET, "layers": [{"type": "relu", "inputs": [f"$(k)_{n}"]} for n in range(9)]}
    (row,) = rows({"k": ["x"]}, net)
    assert row["problems"].count("RF2") == 3
    assert row["problems"].endswith("; and 6 more")


WHERE = [
    ("size >= 101", [5, 7]),
    ("size >= 54 and k < 7", [5]),
    ("size == null", [99]),
    ("problems == ''", [3, 5, 7]),
    ("problems != ''", [99]),
    ("problems != '' or size > 3", [3, 5, 7, 99]),
    ("k in [3, 7]", [3, 7]),
    ("not (size > 1)", []),
    ("params <= 2 ** 40 and min(size, 60) == 60", [5, 7]),
    ("output_size_h - output_size_w == 0", [3, 5, 7]),
    ("output_size_h > 900", [3]),
    ("output_size_d > 900", []),
    ("layer == 'c_26'", [3, 5, 7]),
    ("true", [3, 5, 7, 99]),
]


@pytest.mark.parametrize(("where", "kept"), WHERE)
def test_where(where: str, kept: list[int]) -> None:
    """What decides and is not known is not wanted."""
    net = {**NET, "input": {"size": [1000, 1000], "channels": 3}}
    found = rows({"k": [3, 5, 7, 99]}, net, settings={"n": 26}, where=where)
    assert [row["k"] for row in found] == kept
    everything = rows({"k": [3, 5, 7, 99]}, net, settings={"n": 26})
    assert [row for row in everything if row["k"] in kept] == found


UNREADABLE = [
    ("size >", "cannot read the expression"),
    ("", "it is empty"),
    ("siz > 3", "there is no column 'siz' (did you mean 'size'?)"),
    ("zzzz > 3", "there is no column 'zzzz' (there is network, k, layer,"),
    ("__import__('os')", "is not part of the expression language"),
    ("size.real > 3", "an attribute is not part"),
    ("size > 3) or $(size", "must be true or false"),
    ("size", "must be true or false"),
    ("layer > 3", "cannot be worked out"),
    ("output_size > 3", "output_size differs between the axes here: write output_size_h, output_size_w"),
]


@pytest.mark.parametrize(("where", "said"), UNREADABLE)
def test_a_condition_that_is_none(where: str, said: str) -> None:
    with pytest.raises(CallError) as raised:
        rows({"k": [3, 5, 7]}, where=where)
    assert said in str(raised.value)


def test_where_knows_the_axes_by_name() -> None:
    Where("size_h > size_w or size_d > 1", columns(["k"]))
    with pytest.raises(CallError, match="there is no column 'size_x'"):
        Where("size_x > 3", columns(["k"]))
