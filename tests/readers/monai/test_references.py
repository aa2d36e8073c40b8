"""References within a file."""

import pytest

from readers.test_stated import node
from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.references import looked_up, mapping_of

ROOT = node({"a": [1, {"b": 2}], "c": "@a::1::b", "d": "$a", "e": "@e"})


@pytest.mark.parametrize(
    ("said", "value"), [("@a::0", 1), ("@a#1#b", 2), ("@c", 2), ("%c", 2), ("@d", "$a"), ("plain", "plain"), (3, 3)]
)
def test_led(said, value):
    assert looked_up(ROOT, node(said)).plain() == value


def test_lists_are_looked_through():
    assert looked_up(ROOT, node(["@a::0", ["@c"]])).plain() == [1, [2]]


@pytest.mark.parametrize("said", ["@x", "@a::2", "@a::b", "@a::0::1", "@e", "%x.json::a", "@a::99999999999999"])
def test_what_leads_nowhere_is_refused(said):
    with pytest.raises(ForeignError):
        looked_up(ROOT, node(said))


def test_mapping_of():
    assert mapping_of(node({"k": 1}), "k").value == 1
    assert mapping_of(node([1]), "k") is None and mapping_of(node({}), "k") is None
