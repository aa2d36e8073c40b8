"""What stands where runs differ."""

from __future__ import annotations

import pytest

from rfcli.writers.description.parameters import Different, Kind, Slot, solved

NAME, REFERENCE, VALUE = Kind.NAME, Kind.REFERENCE, Kind.VALUE

SOLVED = {
    # places: what stands there, the parameters with their defaults
    "all alike": ([Slot(VALUE, "kernel", (3, 3))], [3], {}),
    "a value": ([Slot(VALUE, "kernel", (3, 5))], ["$kernel"], {"kernel": 3}),
    "a value that most have": ([Slot(VALUE, "kernel", (5, 3, 5))], ["$kernel"], {"kernel": 5}),
    "what layers have anyhow": ([Slot(VALUE, "stride", (2, 2, 1), 1)], ["$stride"], {"stride": 1}),
    "channels have no default": ([Slot(VALUE, "filters", (64, 64, 128))], ["$filters"], {"filters": None}),
    "multiples": ([Slot(VALUE, "filters", (64, 128)), Slot(VALUE, "filters", (256, 512))], ["$filters", "$(4 * filters)"], {"filters": None}),
    "parts": ([Slot(VALUE, "filters", (64, 128)), Slot(VALUE, "groups", (32, 64))], ["$filters", "$(filters // 2)"], {"filters": None}),
    "half the kernel": ([Slot(VALUE, "kernel", (3, 5, 7)), Slot(VALUE, "padding", (1, 2, 3))], ["$kernel", "$(kernel // 2)"], {"kernel": None}),
    "no relation": ([Slot(VALUE, "filters", (64, 128)), Slot(VALUE, "filters", (65, 128))], ["$filters", "$filters_2"], {"filters": None, "filters_2": None}),
    "flags": ([Slot(VALUE, "bias", (True, False))], ["$bias"], {"bias": True}),
    "numbers of names": ([Slot(NAME, "", ("conv_1", "conv_4")), Slot(NAME, "", ("conv_2", "conv_5"))], ["conv_$conv", "conv_$(conv + 1)"], {"conv": None}),
    "a number before letters": ([Slot(NAME, "", ("b1xy", "b2xy"))], ["b$(b)xy"], {"b": None}),
    "references count on": ([Slot(NAME, "", ("n3", "n9")), Slot(REFERENCE, "add", ("n1", "n7"))], ["n$at", "n$(at - 2)"], {"at": None}),
    "references of their own": ([Slot(REFERENCE, "add", ("a", "b"))], ["$skip"], {"skip": None}),
    "references of other layers": ([Slot(REFERENCE, "conv", ("a", "b")), Slot(REFERENCE, "conv", ("a", "b"))], ["$source", "$source"], {"source": None}),
    "letters": ([Slot(NAME, "", ("u2a_c", "u2b_c"))], ["u$(u)_c"], {"u": None}),
}  # fmt: skip


@pytest.mark.parametrize(("slots", "texts", "defaults"), SOLVED.values(), ids=SOLVED)
def test_solved(slots: list[Slot], texts: list[object], defaults: dict[str, object]) -> None:
    found, parameters = solved(slots, len(slots[0].values))
    assert found == texts
    assert {one.name: one.default for one in parameters} == defaults


def test_names_that_differ_in_words_are_no_block() -> None:
    with pytest.raises(Different):
        solved([Slot(NAME, "", ("left_1", "right_1"))], 2)
