"""Limits: how they are set, and how far."""

import pytest

from rfcli.description.limits import LIMIT_DOCS, MOST, Limits


def test_settings_replace_defaults():
    limits = Limits().with_settings(["layers=5", " nesting = 7 ", "total-bytes=9"])
    assert (limits.layers, limits.nesting, limits.total_bytes) == (5, 7, 9)
    assert limits.nodes == Limits().nodes
    assert {*LIMIT_DOCS} == {*Limits._fields}


@pytest.mark.parametrize(
    ("setting", "message"),
    [
        ("layer=5", "no limit is called 'layer'"),
        ("layers", "limit 'layers' takes a whole number from 1: layers=NUMBER, is 'layers'"),
        ("layers=0", "limit 'layers' takes a whole number from 1, is '0'"),
        ("layers=-1", "is '-1'"),
        ("layers=1e3", "is '1e3'"),
        ("layers=" + "1" * 13, "is '1111111111111'"),
        ("nesting=257", "limit 'nesting' can be at most 256, is 257"),
    ],
)
def test_refused(setting, message):
    with pytest.raises(ValueError, match=message):
        Limits().with_settings([setting])


@pytest.mark.parametrize(
    ("limit", "value", "help"),
    [
        ("layers", 100, "raise it with --limit layers=200"),
        ("nesting", 100, "raise it with --limit nesting=200"),
        ("nesting", 200, "raise it with --limit nesting=256"),
        ("nesting", MOST["nesting"], "the limit cannot be raised above 256"),
    ],
)
def test_help_says_how_far(limit, value, help):
    assert Limits(**{limit: value}).exceeded(limit) == help
