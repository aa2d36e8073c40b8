"""Every code has a manual, and every example has the problem that it is an example of."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.api.judging import validate
from rfcli.checks._manuals import MANUALS
from rfcli.checks._registry import RULES
from rfcli.diagnostics import CODES

WITHOUT = {"RF001", "RF002", "RF008", "RF012", "RF407", "RF408", "RF409", "RF410", "RF601"}
"""Codes of files, models of bioimage.io and targets, which no text of a description shows."""


def test_every_code_has_one() -> None:
    assert set(MANUALS) | set(RULES) == set(CODES)
    assert not set(MANUALS) & set(RULES)
    assert {code for code, manual in MANUALS.items() if not manual.example} == WITHOUT


def codes(text: str) -> set[str]:
    try:
        network = rfcli.loads(text, "net.yaml")
        return {one.code for one in (*validate(network), *rfcli.check(network, select=["RF4"]).diagnostics)}
    except rfcli.DescriptionError as error:
        return {one.code for one in error.diagnostics}


@pytest.mark.parametrize("code", [code for code, manual in MANUALS.items() if manual.example])
def test_examples_show_their_problem_and_no_other(code: str) -> None:
    assert codes(MANUALS[code].example) == {code}


@pytest.mark.parametrize("code", MANUALS)
def test_manuals_are_sentences(code: str) -> None:
    manual = MANUALS[code]
    assert manual.text[0].isupper() or manual.text[0] in "'*" or manual.text.startswith("add, ")
    assert manual.text.endswith(".")
    assert manual.mend[0].islower() and not manual.mend.endswith(".")
