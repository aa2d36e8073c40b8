"""What is wrong in configurations and calls, told with its place."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import (
    CONV,
    GOOD,
    chain,
    functional,
    loaded,
    new,
    single,
    source,
)


def text(model: Any) -> str:
    return json.dumps(model, indent=1)


def at(model: Any, part: str) -> tuple[int, int]:
    """Line and column of a part of the file, in which white space does not count."""
    found = text(model)
    tokens = re.findall(r'"[^"]*"|[\[\]{},:]|[^\[\]{},:\s"]+', part)
    place = re.search(r"\s*".join(map(re.escape, tokens)), found).start()  # type: ignore[union-attr]
    return found[:place].count("\n") + 1, place - (found[:place].rfind("\n") + 1) + 1


def wrong(config: dict[str, Any], kind: str = "Conv2D") -> dict[str, Any]:
    return single((9, 9, 3), kind, config)


CIRCLE = functional(
    [source((8, 8, 3)), new("Add", "a", {}, [["x", "b"]]), new("ReLU", "b", {}, ["a"])], [("b", 0, 0)]
)  # fmt: skip


LOST = functional([source((8, 8, 3)), new("ReLU", "a", {}, ["nobody"])], [("a", 0, 0)])


AGAIN = functional([source((8, 8, 3)), new("ReLU", "a", {}, [("x", 1, 0)])], [("a", 0, 0)])


TWICE = functional([source((8, 8, 3)), new("ReLU", "a", {}, ["x"]), new("ReLU", "a", {}, ["x"])], [("a", 0, 0)])


SECOND = functional([source((8, 8, 3)), new("ReLU", "a", {}, ["x"])], [("a", 0, 3)])


WRONG: dict[str, tuple[Any, list[tuple[Any, str, str]]]] = {
    "kernel": (wrong({"filters": 4, "kernel_size": "wide"}), [('"wide"', "RF012", "kernel_size must be an integer")]),
    "kernel, too long": (wrong({**CONV, "kernel_size": [3, 3, 3]}), [("[3,", "RF012", "must have 2 entries, has 3")]),
    "filters": (wrong({"kernel_size": 3}), [('{"name": "a"', "RF012", "filters is missing")]),
    "stride": (wrong({**CONV, "strides": 0}), [('0}', "RF012", "strides must be at least 1, is 0")]),
    "padding": (wrong({**CONV, "padding": "wide"}), [('"wide"', "RF012", "padding must be one of valid, same, causal")]),
    "causal": (wrong({**CONV, "padding": "causal"}), [('"causal"', "RF012", "causal padding is for 1-D layers")]),
    "flag": (wrong({**CONV, "use_bias": "no"}), [('"no"', "RF012", "use_bias must be true or false, is 'no'")]),
    "too large": (wrong({**CONV, "filters": 9999999999 + 1}), [("10000000000", "RF012", "filters must be at most 9999999999")]),
    "far too large": (wrong({**CONV, "filters": 10**25}), [(str(10**25), "RF011", "an integer of 26 digits, the limit is 20")]),
    "axis": (wrong({"axis": 7}, "BatchNormalization"), [("7}", "RF012", "axis names dimension 7 of 4")]),
    "no axis": (wrong({"axis": []}, "BatchNormalization"), [("[]}}", "RF012", "axis names no dimension")]),
    "dims": (wrong({"dims": [1, 1, 2]}, "Permute"), [("[1,1", "RF012", "dims must be an order of 1 to 3")]),
    "pairs": (wrong({"padding": [[1, 2, 3], 1]}, "ZeroPadding2D"), [("[1,", "RF012", "must have pairs")]),
    "shape": (single("xyz", "ReLU", {}), [("[null,\"x\"", "RF012", "batch_shape must be a list")]),
    "two things": (
        chain(source((9, 9, 3)), ("Conv2D", {**CONV, "filters": 0}), ("Conv2D", {**CONV, "groups": "x"})),
        [('0, "kernel_size"', "RF012", "'b': filters must be at least 1, is 0"), ('"x"}}', "RF012", "'c': groups must be an integer")],
    ),
    "circle": (CIRCLE, [('{"class_name": "__keras_tensor__", "config": {"shape": null, "dtype": "float32", "keras_history": ["b"', "RF012", "layers read each other in a circle, through 'b'")]),
    "lost": (LOST, [('{"class_name": "__keras_tensor__"', "RF012", "'nobody' is no layer")]),
    "call": (AGAIN, [('{"class_name": "__keras_tensor__"', "RF012", "'x' has no call 1, it has 1")]),
    "names": (TWICE, [(None, "RF012", "two layers are called 'a'")]),
    "output": (SECOND, [('["a", 0, 3', "RF012", "'a' has no output 3, it has 1")]),
    "no class": ({"class_name": 3, "config": {}}, [("{", "RF012", "it has no class_name")]),
    "subclass": ({"class_name": "Mine", "config": {}}, [("{", "RF012", "does not state its layers")]),
    "no layers": ({"class_name": "Functional", "config": {"name": "x"}}, [('{"name"', "RF012", "without a list of layers")]),
    "empty": (chain(), [('{"name"', "RF012", "a Sequential model without layers")]),
    "late input": (chain(source((8, 8, 3)), source((8, 8, 3), "y")), [(None, "RF012", "an InputLayer inside")]),
    "no outputs": ({**GOOD, "class_name": "Functional"}, [(None, "RF012", "without input_layers")]),
    "axes": (single((2, 3, 4, 5, 6), "ReLU", {}), [(None, "RF012", "an input of 6 dimensions")]),
    "map": (wrong({"filters": 4, "kernel_size": 10}), [('{"class_name": "Conv2D"', "RF305", "the kernel reaches over 10")]),
    "groups": (wrong({**CONV, "groups": 2}), [('{"class_name": "Conv2D"', "RF306", "3 input channels cannot be split")]),
}  # fmt: skip


@pytest.mark.parametrize(("model", "expected"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_its_place(model: Any, expected: Any) -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.compute(loaded(text(model)))
    found = [(one.span.line, one.span.column, one.code, one.message) for one in raised.value.diagnostics]
    assert len(found) == len(expected), found
    for (line, column, code, message), (part, wanted, told) in zip(found, expected, strict=True):
        assert (code, told in message) == (wanted, True), found
        if part is not None:
            assert (line, column) == at(model, part), (found, at(model, part))
