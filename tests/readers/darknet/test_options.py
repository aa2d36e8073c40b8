"""Options: how Darknet's numbers are read, what is wrong with them, and layers named by number."""

import pytest

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.readers.darknet.cfg import Option, Section
from rfcli.readers.darknet.network import Map, Network
from rfcli.readers.darknet.options import NEEDED, Later, kind
from rfcli.readers.draft import Draft

FILE = File("net.cfg")
MAPS = [Map(f"layer_{at}", (8, 8), 4) for at in range(3)]


def read(word, text, default=None):
    """What a kind reads of an option `key`, None for none, in the fourth section; and the messages."""
    net = Network(Draft(FILE), Limits(), Problems())
    net.at, net.input, net.maps = Section("type", Node(None, FILE, 5, 1), {}), Map("input", (8, 8), 4), MAPS
    if text is not None:
        net.at.options["key"] = Option(text, Node(None, FILE, 6, 5))
    return kind[word](net, "key", default), [one.message for one in net.problems]


READ = [
    ("Count", "3", 3), ("Count", "03", 3), ("Count", "3.0", 3), ("Count", "+3#rows", 3), ("Count", "3,4", 3), ("Count", None, 7),
    ("Natural", "0", 0), ("Natural", None, 7), ("Integer", "-2", -2), ("Integer", "-0", 0), ("Integer", None, 7),
    ("Flag", "1", True), ("Flag", "0", False), ("Flag", "-1", True), ("Truth", "1", True), ("Truth", "0.0", False), ("Truth", ".5", True),
    ("Share", "0.5", 0.5), ("Share", "1", 1.0), ("Share", "1e-1", 0.1), ("Word", "leaky", "leaky"), ("Word", "leaky#slope", "leaky"),
    ("Earlier", "-1", [MAPS[2]]), ("Earlier", "0,-2", [MAPS[0], MAPS[1]]), ("Earlier", "1,", [MAPS[1]]), ("Earlier", "1;two", [MAPS[1]]), ("Earlier", None, 7),
]  # fmt: skip


@pytest.mark.parametrize(("word", "text", "value"), READ)
def test_read(word, text, value):
    assert read(word, text, 7) == (value, [])


WRONG = [
    ("Count", "0", "key must be at least 1, is 0"), ("Count", "three", "key must be an integer, is 'three'"), ("Count", "1.5", "key must be an integer, is '1.5'"),
    ("Count", "", "key must be an integer, is ''"), ("Count", "99999999999", "key is beyond 9999999999"), ("Natural", "-1", "key must be at least 0, is -1"),
    ("Integer", "x", "key must be an integer, is 'x'"), ("Share", "1.5", "key must be a number from 0 to 1, is '1.5'"), ("Share", "x", "key must be a number from 0 to 1, is 'x'"),
]  # fmt: skip


@pytest.mark.parametrize(("word", "text", "message"), WRONG)
def test_the_default_stands_for_what_is_wrong(word, text, message):
    assert read(word, text, 7) == (7, [message])


@pytest.mark.parametrize("text", ["x", "", "-"])
def test_what_is_no_number_is_no_truth(text):
    assert read("Truth", text, False) == (False, [])


@pytest.mark.parametrize(
    ("text", "messages"),
    [
        ("3", ["key of layer 3 names itself: 3"]),
        ("0,4", ["key of layer 3 names a later layer: 4"]),
        ("-4", ["key of layer 3 names before the first layer: -4"]),
        ("x", ["key must be an integer, is 'x'"]),
        (None, ["[type] needs 'key'"]),
    ],
)
def test_the_layer_before_stands_for_one_that_there_is_not(text, messages):
    found, said = read("Earlier", text, NEEDED)
    assert (found[-1], said) == (MAPS[2], messages)


def test_what_is_read_later_says_nothing_before():
    later, said = read("Later", "x")
    assert (type(later), said) == (Later, [])
    assert later.count() == 1
    assert [one.message for one in later.net.problems] == ["key must be an integer, is 'x'"]
