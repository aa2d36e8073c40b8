"""`rf rules`: the manual of the rules."""

import json

import pytest
from cli.conftest import RF

from rfcli.checks._manuals import MANUALS
from rfcli.diagnostics import CODES


def test_all_in_a_line_each(rf: RF) -> None:
    status, out, _ = rf("rules")
    assert (status, [line[:5] for line in out.splitlines()]) == (0, [f"RF5{number:02}" for number in range(1, 23)])
    assert "RF507 an output that sees less than the objects' size (with --object-size)\n" in out


def test_one_as_data(rf: RF) -> None:
    status, out, _ = rf("rules", "RF504", "-f", "json")
    (rule,) = json.loads(out)["rules"]
    assert (status, rule["code"], rule["default"], rule["option"]) == (0, "RF504", True, None)


def test_no_such_rule(rf: RF) -> None:
    status, out, err = rf("rules", "RF599")
    assert (status, out) == (2, "")
    assert err == "rf rules: no rule is called 'RF599'; did you mean 'RF519'?\n"


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_its_manual(rf: RF, code: str) -> None:
    status, out, err = rf("rules", code)
    assert (status, err) == (0, "")
    assert out.startswith(f"{code} {CODES[code]}\n\n") and "\nmend: " in out
    (data,) = json.loads(rf("rules", code, "-f", "json")[1])["rules"]
    assert (data["code"], data["title"]) == (code, CODES[code]) and data["manual"] and data["mend"]


def test_a_manual_with_its_example(rf: RF) -> None:
    out = rf("rules", "RF101")[1]
    assert out.endswith("for example:\n\n  format: 1\n  layers:\n    - {type: conv, kernal: 3}\n")
    assert MANUALS["RF101"].mend in out


def test_families(rf: RF) -> None:
    assert rf("rules", "RF4")[1].splitlines()[0] == f"RF401 {CODES['RF401']}"
    assert len(rf("rules", "RF")[1].splitlines()) == len(CODES)
    assert rf("rules", "ALL")[1] == rf("rules")[1] == rf("rules", "RF5")[1]


@pytest.mark.parametrize(
    ("word", "near"),
    [("RF199", "did you mean 'RF"), ("nonsense", "'rf rules RF' lists all"), ("R", "'rf rules RF' lists all")],
)
def test_other_words(rf: RF, word: str, near: str) -> None:
    status, out, err = rf("rules", word)
    assert (status, out) == (2, "") and err.startswith(f"rf rules: no rule is called '{word}'; {near}")
