"""Packages that only some commands need."""

import sys

import pytest

from rfcli.diagnostics import CallError
from rfcli.extras import needed


def test_a_package_that_is_there() -> None:
    assert needed("json", "this").loads("[1]") == [1]


@pytest.mark.parametrize(("extra", "named"), [("", "onnx"), ("foreign", "foreign")])
def test_a_package_that_is_missing(extra: str, named: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(CallError) as error:
        needed("onnx", "reading an ONNX model", extra=extra)
    assert str(error.value) == f'reading an ONNX model needs onnx: pip install "rfcli[{named}]"'
