"""A network of two layers, whose numbers are worked out by hand: r = 1 + 2 + 2*2 = 7, S = 2, P = 1."""

from __future__ import annotations

import json

import rfcli
from rfcli.diagnostics import Diagnostic, Span
from rfcli.render.outcome import Outcome
from rfcli.render.view import Style, View

NET = {
    "format": 1,
    "name": "net",
    "input": {"size": [20], "channels": 1},
    "layers": [
        {"type": "conv", "name": "a", "kernel": 3, "stride": 2, "padding": 1, "filters": 1},
        {"type": "conv", "name": "b", "kernel": 3, "filters": 1},
    ],
}
REPORT = rfcli.compute(rfcli.loads(json.dumps(NET), "net.json"))
VIEW = View(REPORT, REPORT.layers)
STYLE = Style()
SEVERAL = Style(several=True)

OUTCOMES = [
    Outcome("a,b.yaml", (
        Diagnostic(Span("a,b.yaml", 3, 5), "RF305", "a map of 0 % is empty", "pad it"),
        Diagnostic(Span("a,b.yaml", 4, 1), "RF201", "there is no layer '\x1b'"),
    )),
    Outcome("good.yaml"),
]  # fmt: skip
"""A description with two problems, and a good one."""
