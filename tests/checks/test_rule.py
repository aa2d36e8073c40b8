"""What rules share."""

import pytest

from rfcli.checks._registry import RULES
from rfcli.checks._rule import Rule, some
from rfcli.diagnostics import CODES


@pytest.mark.parametrize(
    ("names", "text"), [(["a"], "'a'"), (["a", "b", "c"], "'a', 'b', 'c'"), (list("abcde"), "'a', 'b', 'c' and 2 more")]
)
def test_names_for_messages(names: list[str], text: str) -> None:
    assert some(names) == text


def test_titles_are_those_of_the_codes() -> None:
    assert [rule.title for rule in RULES.values()] == [CODES[code] for code in RULES]
    assert all(isinstance(rule, Rule) for rule in RULES.values())
