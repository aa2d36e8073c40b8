"""YAML as version 1.2 means it: scalars, positions, limits."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rfcli.description.limits import Limits
from rfcli.description.nodes import Problems
from rfcli.description.source import YAML, read_text
from rfcli.diagnostics import in_order


def read(text, **limits):
    """The document in a text, which is good."""
    problems = Problems()
    root = read_text(text, "net.yaml", Limits(**limits), problems, YAML)
    assert not problems
    return root


def refused(text, **limits):
    """What is wrong with a text: `code line:column` of every problem."""
    problems = Problems()
    read_text(text, "net.yaml", Limits(**limits), problems, YAML)
    return [f"{problem.code} {problem.span.line}:{problem.span.column}" for problem in in_order(problems)]


SCALARS = [
    # null
    ("", None), ("~", None), ("null", None), ("Null", None), ("NULL", None),
    ("nULL", "nULL"), ("nil", "nil"), ("none", "none"), ("None", "None"), ("~~", "~~"),
    # booleans: what YAML 1.1 adds is text
    ("true", True), ("True", True), ("TRUE", True), ("false", False), ("False", False), ("FALSE", False),
    *((word, word) for word in ("yes", "Yes", "YES", "no", "No", "on", "On", "off", "OFF", "y", "n", "tRUE", "truE")),
    # integers
    ("0", 0), ("7", 7), ("-7", -7), ("+7", 7), ("-0", 0), ("010", 10), ("08", 8), ("-010", -10),
    ("0o17", 15), ("0x1F", 31), ("0xff", 255), ("9999999999", 9_999_999_999), ("-9999999999", -9_999_999_999),
    *((text, text) for text in ("0o8", "0xg", "-0x1F", "+0o7", "0b11", "1_000", "0O17", "0X1F", "--1", "+", "-1-")),
    # YAML 1.1's sexagesimal numbers and dates
    *((text, text) for text in ("1:30", "190:20:30", "20:30.15", "2016-03-16", "2001-12-14t21:59:43.10-05:00")),
    # floats
    ("1.0", 1.0), ("1.", 1.0), (".5", 0.5), ("-.5", -0.5), ("+1.5", 1.5), ("1e3", 1000.0), ("1E3", 1000.0),
    ("1e+3", 1000.0), ("1.5e-3", 0.0015), (".5e1", 5.0), ("1.e2", 100.0), ("00.5", 0.5), ("1e-999", 0.0),
    *((text, text) for text in (".", "-.", "e3", "1e", "1e+", "1.2.3", "1.5e3.5", "0x1.8", "inf", "nan", "Infinity")),
    *((text, text) for text in (".infinity", ".iNF", ".Nan", "-.nan", "1 2", "1e3x", "١٢", "１")),
    # text
    ("conv", "conv"), ("a b", "a b"), ("$width", "$width"), ("$(2 * i)", "$(2 * i)"), ("=", "="), ("<<", "<<"),
    ("a#b", "a#b"), ("http://x", "http://x"), ("größe", "größe"), ("-x", "-x"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "value"), SCALARS)
def test_plain_scalars(text, value):
    for document, key in ((f"k: {text}", "k"), (f"k: [{text} ]", "k"), (f"k: # c\n  {text}\n", "k")):
        if text or "[" not in document:
            found = read(document).plain()[key]
            found = found[0] if type(found) is list else found
            assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    "text", ["1", "0x1F", "1.5", "true", "null", "~", "", ".inf", "yes", "99999999999", "1e999", "$x"]
)
def test_quoted_scalars_are_text(text):
    for quoted in (f"'{text}'", f'"{text}"', f"!!str {text}", f"! {text}", f"! '{text}'"):
        assert read(f"k: {quoted}\n").plain() == {"k": text}
    assert read(f"k: |-\n  {text}\n").plain() == {"k": text}
    assert read(f"k: >-\n  {text}\n").plain() == {"k": text}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("'it''s'", "it's"), (r"'a\nb'", r"a\nb"), (r'"a\nb"', "a\nb"), (r'"\u00fc\x41\U0001F600"', "üA😀"),
        (r'"\/"', "/"), ('"a\\\n  b"', "ab"), ("'a\n\n  b'", "a\nb"), ("|\n  a\n   b\n", "a\n b\n"), (">\n  a\n  b\n", "a b\n"),
        ("|+\n  a\n", "a\n\n"), ("a\n  b", "a b"), ("!!int 12", 12), ("!!int '12'", 12), ("!!float 1", 1.0),
        ("!!bool 'true'", True), ("!!null ''", None), ("!!null", None), ("!!float '1e3'", 1000.0),
        ("!<tag:yaml.org,2002:int> 3", 3), ("!!seq [1]", [1]), ("!!map {a: 1}", {"a": 1}), ("! [1]", [1]),
        ("&a 1", 1), ("&a !!str 1", "1"),
    ],
)  # fmt: skip
def test_other_scalars(text, value):
    found = read(f"k: {text}\n").plain()["k"]
    assert (type(found), found) == (type(value), value)


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("k: .inf", ["RF011 1:4"]), ("k: [1, -.Inf]", ["RF011 1:8"]), ("k: +.INF", ["RF011 1:4"]),
        ("k: .nan", ["RF011 1:4"]), ("k: .NaN", ["RF011 1:4"]), ("k: 1e400", ["RF011 1:4"]), ("k: -1e400", ["RF011 1:4"]),
        ("k: 10000000000", ["RF011 1:4"]), ("k: 00000000000000000001", []), ("k: 0x1FFFFFFFFFFF", ["RF011 1:4"]),
        (f"k: {'9' * 100_000}", ["RF011 1:4"]),
        ("k: !!int a", ["RF006 1:4"]), ("k: !!int 1.5", ["RF006 1:4"]), ("k: !!bool yes", ["RF006 1:4"]),
        ("k: !!null 0", ["RF006 1:4"]), ("k: !x 1", ["RF006 1:4"]), ("k: !x [1]", ["RF006 1:4"]),
        ("k: !!binary aGk=", ["RF006 1:4"]), ("k: !!omap [a: 1]", ["RF006 1:4"]), ("!x {a: 1}", ["RF006 1:1"]),
        ("%TAG ! tag:yaml.org,2002:python/\n---\nk: !tuple [1]", ["RF006 3:4"]),
        ("1: a", ["RF005 1:1"]), ("{1.5: a}", ["RF005 1:2"]), ("true: a", ["RF005 1:1"]), ("~: a", ["RF005 1:1"]),
        ("?\n: a", ["RF005 1:2"]), ("{a: 1, ? : 3}", ["RF005 1:10"]), ("'1': a", []), ("yes: a", []), ("'': a", []),
        ("[1]: a", ["RF005 1:1"]), ("{a: 1}: a", ["RF005 1:1"]), ("? [1]\n: a", ["RF005 1:3"]),
        ("? &a [1]\n: *a", ["RF005 1:3"]),
        ("a: 1\nb: 2\na: 3", ["RF004 3:1"]), ("{a: 1, 'a': 2}", ["RF004 1:8"]), ('{a: 1, "\\x61": 2}', ["RF004 1:8"]),
        ("a: 1\na: 2\na: 3", ["RF004 2:1", "RF004 3:1"]), ("{'1': a, 1: b}", ["RF005 1:10"]),
        ("x: {a: 1}\ny: {a: 2}", []), ("&a a: 1\n*a : 2", ["RF004 2:1"]),
        ("a: *b", ["RF010 1:4"]), ("a: [*b, &b 1]", ["RF010 1:5"]), ("a: &b [*b]", ["RF010 1:8"]),
        ("&a {x: *a}", ["RF010 1:8"]), ("a: &b 1\nc: &b [*b]", ["RF010 2:8"]), ("a: &b 1\nc: *b\nd: &b 2\ne: *b", []),
        ("a: 1\n---\nb: 2", ["RF007 2:1"]), ("---\na: 1\n...\n", []), ("a: 1\n...\n---\n", ["RF007 3:1"]),
        ("--- 1\n--- 2\n--- 3", ["RF007 2:1"]),
        ("", ["RF008 1:1"]), ("a: \x07", ["RF002 1:4"]), ("a: 'ü\x00'", ["RF002 1:6"]), ("a: \ud800", ["RF002 1:4"]),
        ("a: [1\n", ["RF003 2:1"]), ("a: b: c", ["RF003 1:5"]), ("a: @b", ["RF003 1:4"]), ("\ta: 1", ["RF003 1:1"]),
        ("a: %b", ["RF003 1:4"]), ("a: `b`", ["RF003 1:4"]), ("a: ]", ["RF003 1:4"]), ("a: 1\n b: 2", ["RF003 2:3"]),
    ],
    ids=lambda value: value[:30].encode("unicode_escape").decode() if isinstance(value, str) else "",
)  # fmt: skip
def test_problems(text, problems):
    assert refused(text) == problems


def places(node, path=""):
    """Places of everything in a document: `path` for a value, `path:` for its key."""
    found = {path: (node.span.line, node.span.column)}
    for key, one in node.value.items() if type(node.value) is dict else ():
        span = node.key_span(key)
        found[f"{path}/{key}:"] = (span.line, span.column)
        found |= places(one, f"{path}/{key}")
    for number, one in enumerate(node.value) if type(node.value) is list else ():
        found |= places(one, f"{path}/{number}")
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: 1", {"": (1, 1), "/a:": (1, 1), "/a": (1, 4)}),
        ("# c\n\na:   1", {"": (3, 1), "/a:": (3, 1), "/a": (3, 6)}),
        ("a:\n  - b: 1\n    c: 2\n  - 3", {
            "/a": (2, 3), "/a/0": (2, 5), "/a/0/b:": (2, 5), "/a/0/b": (2, 8), "/a/0/c:": (3, 5), "/a/1": (4, 5)}),
        ("{a: [1, {b: 2}], c: 3}", {
            "": (1, 1), "/a:": (1, 2), "/a": (1, 5), "/a/0": (1, 6), "/a/1": (1, 9), "/a/1/b": (1, 13), "/c:": (1, 18)}),
        ("{ü: é, 😀: [日本, x]}", {"/ü:": (1, 2), "/ü": (1, 5), "/😀:": (1, 8), "/😀": (1, 11), "/😀/0": (1, 12), "/😀/1": (1, 16)}),
        ('"😀": 1\n"é😀": x', {"/😀": (1, 6), "/é😀:": (2, 1), "/é😀": (2, 7)}),
        ("a: &x 1\nb: *x\nc: [*x]", {"/a": (1, 4), "/b:": (2, 1), "/b": (1, 4), "/c/0": (1, 4)}),
        ("a: !!int 1\nb: !!seq [1]", {"/a": (1, 4), "/b": (2, 4), "/b/0": (2, 11)}),
        ("a: |\n  x\nb: 'y\n  z'\nc: 1", {"/a": (1, 4), "/b": (3, 4), "/c:": (5, 1)}),
        ("a:\nb:\n  c", {"/a": (1, 3), "/b": (3, 3)}),
        ("a: 1\r\nb: 2\r\n", {"/b:": (2, 1), "/b": (2, 4)}),
        ("\ufeffa: 1", {"/a:": (1, 1)}),
        ("--- {a: 1}", {"": (1, 5), "/a:": (1, 6)}),
        ("? a\n: 1", {"/a:": (1, 3), "/a": (2, 3)}),
    ],
)  # fmt: skip
def test_positions(text, expected):
    text = text.removeprefix("\ufeff")  # as `decode` does
    found = places(read(text))
    assert {path: found[path] for path in expected} == expected


words = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff")
    | st.sampled_from("\x85\u2028\u2029"),
    max_size=6,
)


@given(st.dictionaries(words, st.lists(words, max_size=3), max_size=4))
def test_positions_after_any_characters(document):
    def quoted(text):
        return "'" + text.replace("'", "''") + "'"

    lines, expected = [], {}
    for key, values in document.items():
        line, row = quoted(key) + ": [", len(lines) + 1
        expected[f"/{key}:"] = (row, 1)
        for number, value in enumerate(values):
            expected[f"/{key}/{number}"] = (row, len(line) + 1)
            line += quoted(value) + ", "
        lines.append(line + "]")
    root = read("\n".join(lines) or "{}")
    assert root.plain() == document
    found = places(root)
    assert {path: found[path] for path in expected} == expected


NO_BREAKS = "\x85\u2028\u2029"


@pytest.mark.parametrize("one", NO_BREAKS)
def test_what_breaks_lines_in_yaml_1_1_only(one):
    """Next line, line and paragraph separator are characters like any other, also where values end and lines begin."""
    text = (
        f"# a{one}b: c\n"
        f"plain: x{one}y {one}# z # c\n"
        f"quoted: ['a{one}b', \"c{one} d\", e]\n"
        f"literal: |\n  a{one}b\n  {one}c\n"
        f"folded: >-\n  a{one}b\n  c\n"
        f"k{one}: v{one}\n"
        f'escaped: "\\N\\L\\P\\x85\\u2028\\ue000\\uE001\\U0000e002{one}"\n'
    )
    root = read(text)
    assert root.plain() == {
        "plain": f"x{one}y {one}# z",
        "quoted": [f"a{one}b", f"c{one} d", "e"],
        "literal": f"a{one}b\n{one}c\n",
        "folded": f"a{one}b c",
        f"k{one}": f"v{one}",
        "escaped": f"\x85\u2028\u2029\x85\u2028\ue000\ue001\ue002{one}",
    }
    found = places(root)
    assert {path: found[path] for path in ("/plain", "/quoted/2", "/literal:", "/folded:", f"/k{one}", "/escaped:")} == {
        "/plain": (2, 8), "/quoted/2": (3, 25), "/literal:": (4, 1), "/folded:": (7, 1), f"/k{one}": (10, 5),
        "/escaped:": (11, 1),
    }  # fmt: skip
    assert refused(f"# {one}\na: '{one}'\na: 1\nb: ]") == ["RF004 3:1", "RF003 4:4"]


def test_any_character_may_stand_beside_what_breaks_lines_in_yaml_1_1_only():
    every = "".join(map(chr, (*range(0xE000, 0xF900), *range(0x10000, 0x10010)))) + NO_BREAKS
    assert read(f"a: '{every}'\nb: {every[5:]}\n", scalar=10_000).plain() == {"a": every, "b": every[5:]}
    escaped = "".join(f"\\u{code:04x}" for code in range(0xE000, 0xF900))
    assert read(f'a: "{escaped}\u2028"', scalar=10_000).plain() == {"a": every[:6400] + "\u2028"}


def nested(depth):
    return "[" * depth + "]" * depth


@pytest.mark.parametrize(
    ("limits", "good", "bad", "problem"),
    [
        ({"nesting": 5}, nested(5), nested(6), "RF009 1:6"),
        ({"nesting": 5}, "&a [[1]]", "a: &a [[1]]\nb: [[[*a]]]", "RF009 2:7"),
        ({"nesting": 5}, "a: &a [[1]]\nb: [[*a]]", "a: &a [[1]]\nb: &b [*a]\nc: [*b]\nd: [[*b]]", "RF009 4:6"),
        ({"nodes": 7}, "[1, 2, 3, 4, 5, 6]", "[1, 2, 3, 4, 5, 6, 7]", "RF009 1:20"),
        ({"nodes": 7}, "{a: 1, b: 2, c: 3}", "{a: 1, b: 2, c: 3, d: 4}", "RF009 1:20"),
        ({"nodes": 7}, "[&a [1, 2], *a]", "[&a [1, 2], *a, *a]", "RF009 1:17"),
        ({"scalar": 5}, "a: 12345", "a: abcdef", "RF009 1:4"),
        ({"scalar": 5}, "abcde: 1", "abcdef: 1", "RF009 1:1"),
        ({"scalar": 5}, "üüüüü: 1", "'üüüüüü': 1", "RF009 1:1"),
        ({"digits": 3}, "[999, -999, 0xFFF, 0o777, 0000001]", "[999, -1000]", "RF011 1:7"),
    ],
)  # fmt: skip
def test_limits(limits, good, bad, problem):
    assert refused(good, **limits) == []
    assert refused(bad, **limits) == [problem]


@pytest.mark.parametrize(
    ("text", "limit"),
    [("k: 99999999999", "digits=20"), ("k: 0x1FFFFFFFFFFF", "digits=20"), (f"k: '{'x' * 65_537}'", "scalar=131072"),
     (nested(65), "nesting=128"), ("k: &a [" + "1, " * 40_000 + "]\nl: [" + "*a, " * 10 + "]", "nodes=800000")],
    ids=lambda value: value[:12],
)  # fmt: skip
def test_limits_say_how_to_raise_them(text, limit):
    problems = Problems()
    read_text(text, "net.yaml", Limits(), problems, YAML)
    assert [problem.help for problem in problems] == [f"raise it with --limit {limit}"]


def test_limits_as_they_are():
    """What stands at a limit is read, one more is not."""
    assert refused(nested(64)) == []
    assert refused(nested(65)) == ["RF009 1:65"]
    assert refused("'" + "x" * 65_536 + "'") == []
    assert refused("'" + "x" * 65_537 + "'") == ["RF009 1:1"]
    assert refused("[" * 100_000) == ["RF009 1:65"]
    assert refused("{a: " * 100_000) == ["RF009 1:257"]
    assert refused("- " * 100_000) == ["RF009 1:129"]
    assert refused("? " * 100_000) == ["RF005 1:3"]


def test_aliases_share_their_node():
    """So that a bomb of aliases takes no memory before it is refused."""
    root = read("a: &x [1, {b: 2}]\nb: *x\nc: {d: *x}")
    assert root.value["a"] is root.value["b"] is root.value["c"].value["d"]
