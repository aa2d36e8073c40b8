"""Pickles, read without running them."""

from __future__ import annotations

import pickle
import time
from collections import OrderedDict
from typing import Any

import numpy as np
import pytest

from rfcli.readers.draft import ForeignError
from rfcli.readers.nnunet.pickled import said

VALUES = [
    3, -70_000, 1 << 40, 2.5, "text", "é" * 300, True, False, None, [1, [2, 3]], (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4), {"b": {1: 2}},
]  # fmt: skip
NUMBERS = [
    (np.int64(7), 7), (np.float32(0.5), 0.5), (np.bool_(True), True), (np.array([1, 2]), [1, 2]), (np.array([True]), [True]),
    (np.array([0.5, 2.0], ">f8"), [0.5, 2.0]), (np.array([1, 2], "u2"), [1, 2]), (OrderedDict(a=1), {"a": 1}),
    (np.array(["a"]), None), (np.array([], "i8"), None), (np.zeros(5000), None), (range(3), None), (b"x", None),
]  # fmt: skip


def as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {str(key): as_json(one) for key, one in value.items()}
    return [as_json(one) for one in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
@pytest.mark.parametrize(("value", "told"), [*((one, as_json(one)) for one in VALUES), *NUMBERS])
def test_values(value: Any, told: Any, protocol: int) -> None:
    data = pickle.dumps({"other": [value], "a": value, "again": value}, protocol)
    found = said(data, ("a", "again", "not"))
    assert found == {"a": told, "again": told} and type(found["a"]) is type(told)


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\x80\x04", b"\x80\x04.", b"\x80\x04N.", b"\x80\x04(((.", b"\x80\x04t.", b"\x80\x04h\x05.", b"\x80\x04R.",
        b"\x80\x04}]\x94s.", b"\x80\x04\x8c\xffabc", b"\x80\x04]N\x85R.", b"\x80\x04Pname\n.", b"\x80\x04\xff.",
        pickle.dumps([1, 2]), pickle.dumps({"a": 1})[:-3],
    ],
)  # fmt: skip
def test_what_is_damaged_is_told(data: bytes) -> None:
    with pytest.raises(ForeignError, match="a pickle that"):
        said(data, ("a",))


def test_what_holds_itself_or_doubles_is_told() -> None:
    held: list[Any] = []
    held.append(held)
    doubled: list[Any] = []
    for _ in range(100):
        doubled = [doubled, doubled]
    for value in (held, doubled):
        with pytest.raises(ForeignError, match="more entries than those of nnU-Net"):
            said(pickle.dumps({"a": value}), ("a",))


@pytest.mark.parametrize("unit", [b"(", b"(t", b"]\x94", b"N0", b"2", b"}(Nu"])
def test_long_ones_are_read_in_time_that_grows_as_they_do(unit: bytes) -> None:
    begun = time.process_time()
    with pytest.raises(ForeignError):
        said(b"\x80\x04}" + unit * 60_000 + b"(" + b"t" * 60_000 + b"Q.", ("a",))
    assert time.process_time() - begun < 2
