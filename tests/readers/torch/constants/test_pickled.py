"""Pickles are walked, and run nothing."""

from __future__ import annotations

import collections
import os
import pickle

import pytest

from rfcli.readers.torch.constants.pickled import Made, mapping
from rfcli.readers.tracing.core import UNFIT


class Command:
    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.system, ("touch ran",)


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_plain_values(protocol: int) -> None:
    given = {"a": (1, 2.5, None), "b": (True, False, (), ("x", 1 << 40, 70_000, -3)), "c": {"d": (1, 2)}}
    assert mapping(pickle.dumps(given, protocol)) == given
    assert mapping(pickle.dumps(collections.OrderedDict(a=1), protocol)) == {"a": 1}


@pytest.mark.parametrize("protocol", [2, 4])
def test_nothing_is_called(protocol: int, tmp_path: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(str(tmp_path))
    found = mapping(pickle.dumps({"a": Command()}, protocol))
    assert found == {"a": Made(f"{os.name} system", ("touch ran",))} or found["a"].name.endswith("system")
    assert not os.path.exists("ran")


@pytest.mark.parametrize(
    "data",
    [
        b"", b".", b"\x80\x02.", b"\x80\x02].", b"\x80\x02}u.", b"\x80\x02}(K\x01K\x02u.", b"\x80\x02t.", b"\x80\x02h\x05.",
        b"\x80\x02}(X\x01\x00\x00\x00au.", b"\x80\x02}R.", b"\x80\x02(((((.", b"\x80\x02ccos\nsystem\n(X\x01\x00\x00\x00atR.",
        b"\x80\x02X\xff\xff\xff\x7fabc.", b"\x80\x02r\xff\xff\xff\xff.", pickle.dumps([1, 2]), b"\x80\x02}P1\n.",
        b"\x80\x02}" + b"\x85" * 100_000 + b"K\x01s.", b"\x80\x02}(" + b")" + b"\x85" * 100_000 + b"K\x01u.",
    ],
)  # fmt: skip
def test_damaged(data: bytes) -> None:
    with pytest.raises((*UNFIT, AttributeError)):
        mapping(data)
