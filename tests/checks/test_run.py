"""Which rules are checked, and how much was looked at."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from rfcli.checks._registry import RULES

DEFAULTS = [code for code, rule in RULES.items() if rule.default]
LAYERS = [{"type": "conv", "name": "a", "kernel": 1, "stride": 2, "filters": 4}]


def checked(demands: dict[str, Any], **more: Any) -> rfcli.Checked:
    document = {"format": 1, "input": {"size": [8], "channels": 3}, "layers": LAYERS, **more}
    return rfcli.check(rfcli.loads(json.dumps(document), "net.json"), **demands)


@pytest.mark.parametrize(
    ("demands", "told", "rules"),
    [
        ({}, {}, len(DEFAULTS)),
        ({"select": ["ALL"]}, {}, len(RULES)),
        ({"select": ["RF502"]}, {}, 1),
        ({"ignore": ["ALL"]}, {}, 0),
        ({"object_size": 9}, {}, len(DEFAULTS) + 1),
        ({}, {"select": ["RF502", "RF503"]}, 2),
        ({"select": ["RF504"]}, {"select": ["RF502", "RF503"]}, 1),
        ({}, {"ignore": ["RF502"]}, len(DEFAULTS) - 1),
        ({"select": ["RF502"]}, {"ignore": ["RF502"]}, 1),
        ({"select": ["RF502"], "ignore": ["RF502"]}, {}, 0),
    ],
)
def test_which_rules_are_checked(demands: dict[str, Any], told: dict[str, Any], rules: int) -> None:
    """The call's selection comes before the description's."""
    assert checked(demands, **({"check": told} if told else {})).rules == rules


def test_what_is_expected() -> None:
    found = checked({"ignore": ["ALL"]}, expect=[{"layer": "a", "size": 1, "stride": 3}])
    assert found.expectations == 2
    assert [(one.code, one.message) for one in found.diagnostics] == [
        ("RF401", "'a': stride is expected to be 3, it is 2")
    ]


def test_bounds_of_the_call() -> None:
    found = checked({"ignore": ["ALL"], "layers": ["a"], "expected": {"size": {"min": 2}}})
    assert [one.message for one in found.diagnostics] == ["'a': size is expected to be at least 2, it is 1"]
    whole = checked({"ignore": ["ALL"], "expected": {"params": 16}})
    assert (whole.expectations, whole.diagnostics) == (1, ())


def test_the_network_at_another_size() -> None:
    found = checked({"ignore": ["ALL"]}, expect=[{"layer": "a", "output_size": 5, "input_size": [9]}])
    assert (found.expectations, found.diagnostics, found.finished) == (1, (), True)
