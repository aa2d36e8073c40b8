"""Packages that only some commands need."""

from __future__ import annotations

import sys

import pytest

from rfcli import extras
from rfcli.diagnostics import CallError


def test_a_package_that_is_installed() -> None:
    import json

    assert extras.needed("json", "reading JSON") is json


@pytest.mark.parametrize(
    ("extra", "message"),
    [
        ("", 'reading clay needs no_such_tablet: pip install "rfcli[no_such_tablet]"'),
        ("clay", 'reading clay needs no_such_tablet: pip install "rfcli[clay]"'),
    ],
)
def test_a_package_that_is_missing(extra: str, message: str) -> None:
    with pytest.raises(CallError) as error:
        extras.needed("no_such_tablet", "reading clay", extra=extra)
    assert str(error.value) == message


def test_torch_that_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(CallError) as error:
        extras.torch()
    assert str(error.value) == 'this needs torch: pip install "rfcli[torch]"'
