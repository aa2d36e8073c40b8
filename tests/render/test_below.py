"""What stands below the table: input, totals, notes."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from render import REPORT, SEVERAL, STYLE, VIEW
from rfcli.render.below import MOST_TOTALS, notes, scaled, total, totals
from rfcli.render.view import View


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0"), (7, "7"), (999, "999"), (1000, "1.00 k"), (9994, "9.99 k"), (9995, "10.0 k"), (99_949, "99.9 k"),
        (99_950, "100 k"), (999_499, "999 k"), (999_500, "1.00 M"), (4_089_184_256, "4.09 G"), (10**12, "1.00 T"),
        (123_456 * 10**9, "123 T"), (10**15, "1.00e15"), (10**400 - 1, "1.00e400"),
    ],
)  # fmt: skip
def test_three_digits(number: int, text: str) -> None:
    assert scaled(number) == text


def test_totals() -> None:
    """3 + 1 and 3 + 1 parameters; 10 outputs of 3 taps and 8 of 3, each with a bias."""
    assert total(REPORT) == "input 20, 1 channel: 8 parameters, 54 macs, 126 flops"
    assert totals([VIEW], STYLE) == [total(REPORT)]
    assert totals([VIEW, VIEW], SEVERAL) == [f"net: {total(REPORT)}"] * 2


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ({"layers": [{"type": "relu"}]}, "input of any size: 0 parameters, 0 macs, 0 flops"),
        ({"input": {"size": None, "channels": 2}, "layers": [{"type": "conv", "kernel": 3, "filters": 1}]},
         "input of any size, 2 channels: 19 parameters, macs and flops unknown ('conv_1': the input size is not given)"),
        ({"layers": [{"type": "conv", "kernel": 3}]}, "input of any size: parameters, macs and flops unknown "
         "('conv_1': the channels of the input are not given)"),
        ({"input": {"size": 8, "channels": 4}, "layers": [{"type": "squeeze_excite"}]},
         "input 8x8, 4 channels: parameters, macs and flops unknown "
         "('squeeze_excite_1': squeeze_excite states no units)"),
        ({"input": {"size": [None, 64], "channels": 3}, "layers": []}, "input ?x64, 3 channels: 0 parameters, 0 macs, 0 flops"),
        ({"input": {"size": [8, 9, 10], "channels": 1}, "unused_params": 1234, "layers": []},
         "input 8x9x10, 1 channel: 0 parameters, 1,234 that no layer uses, 0 macs, 0 flops"),
        ({"inputs": {"rgb": {"size": 8, "channels": 3}, "d": {"size": 8}}, "layers": []},
         "inputs rgb 8x8, 3 channels; d 8x8: 0 parameters, 0 macs, 0 flops"),
    ],
)  # fmt: skip
def test_inputs_and_what_is_unknown(document: dict[str, Any], text: str) -> None:
    assert total(rfcli.compute({"format": 1, **document})) == text


def test_of_many_networks_the_first_are_told() -> None:
    said = totals([VIEW] * (MOST_TOTALS + 3), SEVERAL)
    assert len(said) == MOST_TOTALS + 1
    assert said[-1] == "3 more networks; rf compare sets what all cost side by side"


def test_networks_of_which_nothing_is_shown_have_no_totals() -> None:
    assert totals([VIEW, View(REPORT, [])], SEVERAL) == [f"net: {total(REPORT)}"]
    empty = rfcli.compute({"format": 1, "name": "empty", "layers": []})
    assert totals([View(empty, [])], STYLE) == [total(empty)]


def test_notes_of_what_is_shown_only() -> None:
    assert notes([VIEW], ["layer", "size"], STYLE) == []
