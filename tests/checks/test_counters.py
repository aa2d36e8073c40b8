"""RF513: what is said of a counter, and where."""

from __future__ import annotations

import rfcli

TEXT = """format: 1
input: {size: [99], channels: 4}
blocks:
  unit: {layers: [{type: sequence, repeat: 2, layers: [{type: conv, name: c$i, kernel: $i, repeat: 2, padding: same}]}]}
layers:
  - {type: sequence, name: stack, repeat: 2, layers: [{type: conv, kernel: 3, dilation: $i, repeat: 2}]}
"""


def test_what_is_said() -> None:
    found = rfcli.check(rfcli.loads(TEXT, "net.yaml"), select=["RF513"]).diagnostics
    assert [(str(one.span), one.message) for one in found] == [
        (
            "net.yaml:4:88",
            "'i' counts the copies of conv 'c$i' (line 4) here, not those of sequence (line 4) around it",
        ),
        (
            "net.yaml:6:89",
            "'i' counts the copies of conv (line 6) here, not those of sequence 'stack' (line 6) around it",
        ),
    ]


def test_foreign_models_have_no_counters() -> None:
    text = (
        "[net]\nwidth=8\nheight=8\nchannels=3\n[convolutional]\nfilters=4\nsize=3\npad=1\nstride=1\nactivation=linear\n"
    )
    assert not rfcli.check(rfcli.loads(text, "net.cfg"), select=["RF513", "RF514"]).diagnostics
