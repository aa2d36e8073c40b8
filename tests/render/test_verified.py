"""Measurements as records: see tests/cli/test_verify.py for the command."""

from __future__ import annotations

import json

from render import REPORT, STYLE
from rfcli.measuring.verify import Verified
from rfcli.render.verified import Measured, render, said

GOOD = Verified("a", 0, (0,), ((0, 2),), ((0, 2),), size=3)
NOWHERE = Verified("b", 0, (0,), (None,), ((0, 2),))


def test_rows() -> None:
    lines = "".join(render([Measured(REPORT, [GOOD, NOWHERE])], "csv", STYLE)).splitlines()
    assert lines[1] == "net,input,a,w,1,3,true,"
    assert lines[2].startswith("net,input,b,w,1,,false,")


def test_json() -> None:
    (found,) = json.loads("".join(render([Measured(REPORT, [GOOD, NOWHERE])], "json", STYLE)))["networks"]
    assert found["agrees"] is False
    assert [one["measured"] for one in found["layers"]] == [[[0, 2]], [None]]


def test_what_is_wrong() -> None:
    assert said(GOOD) == ""
    assert said(NOWHERE) == "outputs (0,) read (None,), the engine says ((0, 2),)"
