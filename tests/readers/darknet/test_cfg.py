"""The grammar: sections and options with their places, white space, comments, and text that is not UTF-8."""

import pytest

from readers.darknet.cfg_files import report_of
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers.darknet.cfg import decoded, sections
from rfcli.readers.draft import ForeignError


def read(text, **limits):
    """Sections as (type, line, {key: (text, line, column)}), and what is wrong as (line, column, message)."""
    problems = Problems()
    found = sections(text, {"size", "pad"}, File("net.cfg"), Limits(**limits), problems)
    listed = [
        (one.type, one.node.line, {key: (it.text, it.node.line, it.node.column) for key, it in one.options.items()})
        for one in found
    ]
    return listed, [(one.span.line, one.span.column, one.message) for one in problems]


TEXTS = {
    "options": ("[a]\nsize=3\npad=1", [("a", 1, {"size": ("3", 2, 6), "pad": ("1", 3, 5)})]),
    "white space": (" [ a b ] \r\n  si ze =\t 3 4 \r\n", [("ab", 1, {"size": ("34", 2, 12)})]),
    "comments": ("# [b]\n;size=1\n[a]#b\nsize=3#rows", [("a", 3, {"size": ("3#rows", 4, 6)})]),
    "the first of two": ("[a]\nsize=3\nsize=4", [("a", 1, {"size": ("3", 2, 6)})]),
    "other keys": ("[a]\nlearning_rate=1\nsize=", [("a", 1, {"size": ("", 3, 6)})]),
    "equal signs": ("[a]\nsize=1=2", [("a", 1, {"size": ("1=2", 2, 6)})]),
    "no type": ("[]\n[a]", [("", 1, {}), ("a", 2, {})]),
    "nothing": ("\n\n", []),
}


@pytest.mark.parametrize(("text", "found"), TEXTS.values(), ids=TEXTS)
def test_sections(text, found):
    assert read(text) == (found, [])


WRONG = {
    "section": ("[a]\n [b\nsize=3", [("a", 1, {"size": ("3", 3, 6)})], [(2, 2, "not a section: '[b'")]),
    "line": ("[a]\nsize 3", [("a", 1, {})], [(2, 1, "neither a section nor an option: 'size 3'")]),
    "length": ("[a]\nsize=12345", [("a", 1, {})], [(2, 1, "a value of 5 characters")]),
}


@pytest.mark.parametrize(("text", "found", "messages"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_passed_over(text, found, messages):
    assert read(text, scalar=4) == (found, messages)


def test_options_before_any_section():
    with pytest.raises(ForeignError, match="the option 'size' stands before any section"):
        read("size=3\n[a]")


@pytest.mark.parametrize(("data", "text"), [(b"\xef\xbb\xbfa", "a"), (b"h\xc3\xb6he", "höhe"), (b"h\xf6he", "höhe")])
def test_decoded(data, text):
    assert decoded(data) == text


def test_white_space_comments_and_doubled_keys_as_darknet_reads_them():
    cfg = b"\xef\xbb\xbf; h\xc3\xb6he\r\n\n # a comment\n [ net ]  # sizes\n height = 8 # rows\nwidth=8;\n channels=3\n"
    cfg += b"[conv]\n size = 3\nsize=7\nfilters=0 4 \npad=1.0\nactivation = linear # none\nunknown key = yes\n"
    (layer,) = report_of(cfg).layers
    assert (layer.name, layer.receptive_field.size, layer.channels) == ("conv_0", (3, 3), 4)
    latin = cfg.removeprefix(b"\xef\xbb\xbf").replace(b"\xc3\xb6", b"\xf6")
    assert report_of(latin).layers == [layer]
