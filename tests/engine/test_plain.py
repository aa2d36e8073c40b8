"""Reports as plain data; the schema of the JSON output holds them in tests/render."""

from __future__ import annotations

from fractions import Fraction

import pytest

from engine import conv, report
from rfcli.engine import plain
from rfcli.geometry.unknown import Unknown


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (3, 3),
        (True, True),
        ("a", "a"),
        (None, None),
        (Unknown("why"), None),
        (Fraction(3, 2), 1.5),
        ((1, None), [1, None]),
    ],
)
def test_numbers(value: object, expected: object) -> None:
    found = plain.number(value)
    assert found == expected
    assert type(found) is type(expected)


def test_a_network() -> None:
    net = report(conv(name="a"), {"type": "global_avg_pool", "name": "g"}, size=[8], name="small")
    found = plain.network(net)
    assert list(found) == ["name", "source", "input", "layers", "scopes", "outputs", "totals"]
    assert found["input"] == {"name": "input", "size": [8], "channels": 3}
    first, last = found["layers"]
    assert (first["output_size"], first["channels"], first["params"], first["macs"]) == ([6], 4, 40, 216)
    assert first["receptive_field"]["size"] == [3]
    assert (last["receptive_field"]["size"], last["receptive_field"]["through"]) == ([None], ["g"])
    assert found["totals"]["macs"] == 216
