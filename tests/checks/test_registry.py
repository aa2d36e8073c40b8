"""The table of rules, and words for them."""

import subprocess
import sys

import pytest

from rfcli.checks._registry import ALL, RULES, UnknownRule, named


@pytest.mark.parametrize(
    ("words", "codes"),
    [
        (["RF501"], {"RF501"}),
        (["RF51"], {f"RF51{number}" for number in range(10)}),
        (["RF5"], set(RULES)),
        (["RF4"], {f"RF4{number:02}" for number in range(1, 11)}),
        (["RF403"], {"RF403"}),
        ([ALL], set(RULES)),
        ([], set()),
        (["RF501", "RF512"], {"RF501", "RF512"}),
    ],
)
def test_words_for_rules(words: list[str], codes: set[str]) -> None:
    assert named(words) == codes


@pytest.mark.parametrize("word", ["RF599", "RF3", "RF", "", "rf501", "misaligned"])
def test_words_for_no_rule(word: str) -> None:
    with pytest.raises(UnknownRule):
        named([word])


def test_a_rule_without_a_line_among_the_codes_fails_at_import() -> None:
    code = "from rfcli.checks._rule import Rule\nclass New(Rule):\n    code = 'RF599'\nimport rfcli.checks._registry"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.stderr.endswith("TypeError: RF599 of New has no line in rfcli.diagnostics.CODES\n")
