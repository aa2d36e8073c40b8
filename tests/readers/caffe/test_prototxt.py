"""The text format of protocol buffers."""

from __future__ import annotations

import time

import pytest

from rfcli.description.limits import Limits
from rfcli.description.nodes import File
from rfcli.readers.caffe.prototxt import Message, parsed
from rfcli.readers.draft import ForeignError


def read(text: str, limits: Limits | None = None) -> Message:
    return parsed(text, File("net.prototxt", text), limits or Limits())


def test_every_way_to_write_it() -> None:
    root = read("""
        name: "net" # a comment
        layer { kind: MAX pads: [1, 2, 3] pads: 4; on: true, text: 'it is' }
        layer: < scale: 1e-4 deep { deeper { n: 3 } } >
    """)
    first, second = root.messages("layer")
    assert root.word("name") == "net" and first.word("kind") == "MAX"
    assert first.integers("pads") == [1, 2, 3, 4] and first.flag("on", False) and first.node.line == 3
    assert second.message("deep").message("deeper").integer("n", 0) == 3 and second.word("scale") == "1e-4"
    assert second.message("none").integers("n") == [] and second.integer("none", 7) == 7


@pytest.mark.parametrize(
    ("text", "message", "line"),
    [
        ("layer {\n name: 3\n", "a message is not closed: '}' is missing", 1),
        ("layer {\n name 3 }", "'name' has no colon", 2),
        ("a: }", "'}' stands where the value of 'a' should", 1),
        ("}", "'}' stands where a key should", 1),
        ("a: [1, {]", "'{' stands in a list of scalars", 1),
        ("\n\na:", "nothing follows 'a'", 3),
        ("a: 1\n@", "not the text format of protocol buffers: '@'", 2),
        ('a: "x\n', "not the text format of protocol buffers", 1),
    ],
)
def test_what_is_not_the_format(text: str, message: str, line: int) -> None:
    with pytest.raises(ForeignError) as raised:
        read(text)
    assert message in raised.value.message and raised.value.at is not None and raised.value.at.line == line


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("a", "a must be an integer of at least 1, is '0'"),
        ("b", "b must be an integer of at least 1, is '-3'"),
        ("c", "c must be an integer of at least 1, is '1.5'"),
        ("d", "d must be an integer of at least 1, is 'x'"),
        ("e", "e must be an integer of at least 1, is '99999999999999'"),
    ],
)
def test_integers(key: str, message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        read("a: 0 b: -3 c: 1.5 d: x e: 99999999999999").integer(key, 1, 1)


def test_a_flag_that_is_none() -> None:
    with pytest.raises(ForeignError, match="a must be true or false, is 'yes'"):
        read("a: yes").flag("a", True)


def test_limits_and_time() -> None:
    for text, limits in (
        ("a {" * 100, Limits()),
        ("a: 1 " * 50, Limits(nodes=100)),
        (f"a: {'x' * 200}", Limits(scalar=99)),
    ):
        with pytest.raises(ForeignError):
            read(text, limits)
    begun = time.process_time()
    read("layer { a: 1 b { c: 2 } }\n" * 20_000)
    assert time.process_time() - begun < 3
