"""`rf lsp` as a command; tests/server speaks to it."""

import sys

import pytest
from cli.conftest import RF


def test_without_the_extra(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pygls", None)
    status, out, err = rf("lsp")
    assert (status, out) == (2, "")
    assert err.startswith("rf lsp: rf lsp needs pygls: pip install") and "[lsp]" in err
