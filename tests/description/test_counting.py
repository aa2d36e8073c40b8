"""Counters that are used as if they began with 0: which comparisons always come to one answer, and which picks miss."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.description.counting import from_zero

NEVER, ALWAYS = "never true", "always true"


def told(value: str, **repeat: str) -> list[tuple[str, str]]:
    text = f'format: 1\ninput: {{size: 64, channels: 9}}\nparameters: {{w: [1, 2, 3]}}\nlayers:\n  - {{type: relu, repeat: {repeat.get("as_", 2)}, when: "{value}"}}\n'
    layers = rfcli.loads(text, "net.yaml").nodes["layers"]
    return [(one.said, one.instead) for one in from_zero(layers)]


@pytest.mark.parametrize(("value", "answer", "instead"), [
    ("$(i == 0)", NEVER, "i == 1"), ("$(0 == i)", NEVER, "i == 1"), ("$(i != 0)", ALWAYS, "i != 1"),
    ("$(i < 1)", NEVER, "i < 2"), ("$(i <= 0)", NEVER, "i <= 1"), ("$(i > 0)", ALWAYS, "i > 1"),
    ("$(0 < i)", ALWAYS, "i > 1"), ("$(i >= 1)", ALWAYS, "i >= 2"), ("$(1 > i)", NEVER, "i < 2"),
    ("$(not (true and i == 0))", NEVER, "i == 1"),
])  # fmt: skip
def test_comparisons_with_one_answer(value: str, answer: str, instead: str) -> None:
    ((said, help),) = told(value)
    assert (said.endswith(answer), help) == (True, f"write {instead}")


@pytest.mark.parametrize("value", [
    "$(i == 1)", "$(i != 1)", "$(i < 2)", "$(i <= 1)", "$(i > 1)", "$(i >= 2)", "$(i % 2 == 0)", "$(0 < i < 2)",
    "$(len(w) > 0 and i == 2)", "$(w[i - 1] == 1)", "$(w[i] > w[i - 1])", "$(w[0] == i)", "$(w[-i] == 3)",
])  # fmt: skip
def test_values_that_count_from_1(value: str) -> None:
    assert told(value) == []


def test_picks_and_named_counters() -> None:
    assert told("$(w[i] == 2)") == [("w[i] never picks the first entry", "write w[i - 1]")]
    assert told("$([1, 2, 3][i] == 2)") == [("[...][i] never picks the first entry", "write [...][i - 1]")]
    assert told("$(unit == 0)", as_="{times: 2, as: unit}") == [("unit == 0 is never true", "write unit == 1")]
    with pytest.raises(rfcli.DescriptionError) as caught:
        told("$([1, 2][i] == 2)")
    assert "copies of a repeated item from 1" in caught.value.diagnostics[0].help
