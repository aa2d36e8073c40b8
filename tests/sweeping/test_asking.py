"""What a call asks, from Python: `rfcli.sweep`."""

import pickle
from typing import Any

import pytest

import rfcli
from rfcli.sweeping import asking
from sweeping.asked import NET, asked

WRONG: list[tuple[dict[str, Any], type[Exception], str]] = [
    ({"grid": {"kernal": [3]}}, rfcli.CallError, "there is no parameter 'kernal'"),
    ({"grid": {"kk": [3]}}, rfcli.CallError, r"there is no parameter 'kk' \(did you mean 'k'\?\)"),
    ({"grid": {}}, rfcli.CallError, "the grid is empty"),
    ({"grid": {"k": []}}, rfcli.CallError, r"grid\['k'\] has no values"),
    ({"grid": {"k": range(3, 3)}}, rfcli.CallError, r"grid\['k'\] has no values"),
    ({"grid": {"k": 3}}, TypeError, r"grid\['k'\] takes a sequence of values, not 3"),
    ({"grid": {"k": "357"}}, TypeError, "takes a sequence of values"),
    ({"grid": [("k", [3])]}, TypeError, "grid takes a mapping"),
    ({"grid": {3: [3]}}, TypeError, "the name of a parameter takes a string"),
    ({"grid": {"k": [3]}, "jobs": 0}, rfcli.CallError, "jobs takes an integer of at least 1"),
    ({"grid": {"k": [3]}, "sample": 0}, rfcli.CallError, "sample takes an integer of at least 1"),
    ({"grid": {"k": [3]}, "seed": "x"}, TypeError, "seed takes an integer"),
    ({"grid": {"k": [3]}, "layer": 3}, TypeError, "layer takes a string"),
    ({"grid": {"k": [3]}, "where": 3}, TypeError, "where takes a string"),
    ({"grid": {"k": [3]}, "settings": {"z": 3}}, rfcli.CallError, "there is no parameter 'z'"),
    ({"grid": {"k": range(10**6), "n": range(10**6)}}, rfcli.CallError, "1,000,000,000,000 settings"),
    ({"grid": {"k": [3]}, "networks": []}, rfcli.CallError, "at least one network"),
    ({"grid": {"k": [3]}, "networks": 3}, TypeError, "a sweep takes a network"),
    ({"grid": {"k": [3]}, "networks": [3]}, TypeError, "a sweep takes a path"),
    ({"grid": {"k": [3]}, "networks": rfcli.load("tcn")}, TypeError, "an Architecture has its parameters set"),
    (
        {"grid": {"kernel": [3]}, "networks": ["tcn", "vgg_16"]},
        rfcli.CallError,
        "vgg_16: grid: there is no parameter 'kernel'",
    ),
]


@pytest.mark.parametrize(("call", "kind", "said"), WRONG)
def test_wrong_calls_are_told_at_once(call: dict[str, Any], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        rfcli.sweep(**{"networks": NET, **call})


def test_rows_of_one_network_after_the_other() -> None:
    other = {**NET, "parameters": {**NET["parameters"], "n": 5}}
    found = list(rfcli.sweep([NET, other], {"k": [3, 5]}, where="size > 5"))
    assert [(row["k"], row["size"]) for row in found] == [(5, 9), (3, 11), (5, 21)]


def test_rows_are_made_one_by_one() -> None:
    rows = rfcli.sweep(NET, {"k": range(1, 10**6)}, settings={"n": 1})
    assert [next(rows)["size"] for _ in range(3)] == [1, 2, 3]
    rows.close()  # type: ignore[attr-defined]


def test_values_of_all_kinds() -> None:
    np = pytest.importorskip("numpy")
    found = rfcli.sweep(NET, {"k": np.array([1, 3]), "n": (1, 2), "f": [np.int64(4)]})
    assert [(type(row["k"]), type(row["f"]), row["size"]) for row in found] == [(int, int, n) for n in (1, 1, 3, 5)]
    assert [row["k"] for row in rfcli.sweep(NET, {"k": [3, 3, 3.0, [3, 5], 3]})] == [3, 3.0, [3, 5]]


def test_a_sample() -> None:
    grid = {"k": range(1, 10**7), "n": range(1, 10**7)}
    found = list(rfcli.sweep(NET, grid, sample=4, seed=1))
    assert found == list(rfcli.sweep(NET, grid, sample=4, seed=1)) != list(rfcli.sweep(NET, grid, sample=4, seed=2))
    assert len(found) == 4


def test_what_makes_a_sweep_this_one() -> None:
    first = asking.identity(asked({"k": [3, 5]}), None, 0, {"format": "csv"})
    assert first == asking.identity(asked({"k": [3, 5]}), None, 0, {"format": "csv"})
    others = [
        asking.identity(asked({"k": [3, 7]}), None, 0, {"format": "csv"}),
        asking.identity(asked({"k": [3, 5]}, where="size > 1"), None, 0, {"format": "csv"}),
        asking.identity(asked({"k": [3, 5]}, layer="c_1"), None, 0, {"format": "csv"}),
        asking.identity(asked({"k": [3, 5]}, settings={"n": 3}), None, 0, {"format": "csv"}),
        asking.identity(asked({"k": [3, 5]}, input_size=64), None, 0, {"format": "csv"}),
        asking.identity(asked({"k": [3, 5]}, {**NET, "outputs": ["c_1"]}), None, 0, {"format": "csv"}),
        asking.identity(asked({"k": [3, 5]}), 2, 0, {"format": "csv"}),
        asking.identity(asked({"k": [3, 5]}), 2, 1, {"format": "csv"}),
        asking.identity(asked({"k": [3, 5]}), None, 0, {"format": "ndjson"}),
    ]
    assert len({repr(one) for one in (first, *others)}) == len(others) + 1
    long = asking.identity(asked({"k": list(range(1, 9999))}), None, 0, {})["grid"][0]
    assert len(long) < 300 and long != asking.identity(asked({"k": [*list(range(1, 9998)), 7]}), None, 0, {})["grid"][0]


def test_what_is_asked_goes_to_other_processes() -> None:
    sweep = asked({"units": [[1, 1, 1, 1]]}, "resnet18")
    again = pickle.loads(pickle.dumps(sweep.asked))
    assert again.networks[0].digest == sweep.asked.networks[0].digest
