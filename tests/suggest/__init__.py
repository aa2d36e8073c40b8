"""Small descriptions whose changes are looked at."""

from __future__ import annotations

from typing import Any

import rfcli
from rfcli.suggest.moves._move import Knob, moves
from rfcli.suggest.search import Aim
from rfcli.suggest.suggestions import Suggestion, text_of
from rfcli.suggest.text import Text, patched
from rfcli.suggest.trial import Bench

CHAIN = """\
# A chain of three.
format: 1
input: {size: 33, channels: 3}
defaults: {conv: {filters: 4}}
layers:
  - {name: a, type: conv, kernel: 3, padding: 1}   # the first
  - name: b
    type: conv
    kernel: 3
    padding: same
  - {name: c, type: conv, kernel: 5, padding: [2, 2], stride: 2}
"""


def laid(text: str, name: str = "net.yaml") -> Text:
    network = rfcli.loads(text, name)
    found = text_of(network)
    assert found is not None
    return Text(found, network.span.path, network)


def knobs(move: str, text: str = CHAIN) -> list[Knob]:
    return list(moves()[move].knobs(laid(text)))


def turned(move: str, at: int, amount: int, text: str = CHAIN) -> tuple[str, str] | None:
    """What turning a knob says, and makes of a text."""
    change = knobs(move, text)[at].turned(amount)
    return None if change is None else (change.words, patched(text, change.patches))


def changed(before: str, after: str) -> list[str]:
    """The lines that are new."""
    return [line.strip() for line in after.splitlines() if line not in before.splitlines()]


def bench(text: str = CHAIN, **how: Any) -> Bench:
    given: dict[str, Any] = {"settings": None, "input_size": (), "layer": None, "left": 100_000, **how}
    return Bench(rfcli.loads(text, "net.yaml"), text, "net.yaml", **given)


def aim(at_least: int | None = None, at_most: int | None = None, **more: Any) -> Aim:
    return Aim(at_least, at_most, **more)


def checked(one: Suggestion, name: str = "net.yaml") -> None:
    """Holds a suggestion against its text, computed anew."""
    report = rfcli.compute(rfcli.loads(one.text, name))
    layer = report.layer(one.layer)
    assert (layer.receptive_field.size, layer.receptive_field.stride) == (one.size, one.stride)
    assert layer.output_size == one.output_size
    for cost, said in ((report.total.params, one.params), (report.total.flops, one.flops)):
        assert said == (cost if isinstance(cost, int) else None)
