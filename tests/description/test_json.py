"""JSON: the fast reading and the one with positions agree, and what PyYAML misreads is read."""

import json
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

import rfcli
from rfcli.description import json_
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.description.source import EITHER, JSON, decode, read_text


def read(text, syntax=JSON):
    """The document in a text, which is good."""
    problems = Problems()
    root = read_text(text, "net.json", Limits(), problems, syntax)
    assert not problems
    return root


def refused(text, syntax=JSON, **limits):
    """What is wrong with a text: `code line:column` of every problem."""
    problems = Problems()
    read_text(text, "net.json", Limits(**limits), problems, syntax)
    return [f"{problem.code} {problem.span.line}:{problem.span.column}" for problem in problems]


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


# Random documents in random writing, with the places known from the writing.

REFUSED = "".join(map(chr, (0x7F, *range(0x80, 0x85), *range(0x86, 0xA0), 0xFFFE, 0xFFFF)))
"""Characters that a description may only hold escaped."""
text_ = st.text(st.characters(exclude_categories=["Cs"], exclude_characters=REFUSED), max_size=8)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**10) + 1, 10**10 - 1) | text_
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text_, inner, max_size=4),
    max_leaves=16,
)  # fmt: skip


class Writer:
    """Writes JSON with random blanks and escapes and keeps the place of everything."""

    def __init__(self, chance):
        self.chance, self.text, self.places = chance, "", {}

    def blank(self):
        self.text += "".join(self.chance.choices([" ", "\t", "\n", "\r\n"], k=self.chance.choice([0, 0, 1, 3])))

    def here(self):
        last = self.text.rpartition("\n")[2]
        return self.text.count("\n") + 1, len(last) + 1

    def string(self, value):
        self.text += '"' + "".join(map(self.character, value)) + '"'

    def character(self, one):
        short = {'"': '\\"', "\\": "\\\\", "/": "\\/", "\b": "\\b", "\n": "\\n", "\t": "\\t"}
        if one in short and self.chance.random() < 0.7:
            return short[one]
        if one in '"\\' or one < " " or self.chance.random() < 0.3:
            written = json.dumps(one)[1:-1]
            return written if len(written) > 2 else f"\\u{ord(one):04X}"
        return one

    def write(self, value, path=""):
        self.blank()
        self.places[path] = self.here()
        if type(value) is str:
            self.string(value)
        elif type(value) in (dict, list):
            pairs = type(value) is dict
            self.text += "{" if pairs else "["
            self.blank()
            for number, key in enumerate(value):
                if number:
                    self.text += ","
                    self.blank()
                if pairs:
                    self.places[f"{path}/{key}:"] = self.here()
                    self.string(key)
                    self.blank()
                    self.text += ":"
                self.write(value[key] if pairs else key, f"{path}/{key if pairs else number}")
            self.text += "}" if pairs else "]"
        else:
            self.text += json.dumps(value)
        self.blank()


def ambiguous(value):
    """Whether two places of a document have the same path, as `{"a/b": 1, "a": {"b": 2}}`."""
    if type(value) is dict:
        return any("/" in key or ":" in key or ambiguous(one) for key, one in value.items())
    return type(value) is list and any(map(ambiguous, value))


@given(documents, st.integers(0, 2**32))
def test_any_document_with_its_places(document, seed):
    writer = Writer(random.Random(seed))
    writer.write(document)
    fast = read(writer.text)
    slow = json_.with_places(File("net.json", writer.text), Limits(), Problems())
    assert repr(fast.plain()) == repr(slow.plain()) == repr(document)
    if not ambiguous(document):
        assert places(fast) == places(slow) == writer.places


@given(documents)
def test_any_document_as_python_writes_it(document):
    for indent in (None, 2):
        for ascii_ in (True, False):
            text = json.dumps(document, indent=indent, ensure_ascii=ascii_)
            if ascii_ or not any("\ud800" <= one <= "\udfff" for one in text):
                assert repr(read(decode(text.encode(), "net.json", Problems())).plain()) == repr(document)


# Good JSON on which YAML's readers stumble.

LONG = "k" * 2000


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a":1}', {"a": 1}),
        ('{\t"a"\t:\t1\t}', {"a": 1}),
        ('\n\t\t[\n\t1,\n\t2]', [1, 2]),
        (r'{"url": "http:\/\/x"}', {"url": "http://x"}),
        (r'["\ud83d\ude00"]', ["😀"]),
        (r'["\u0000", "\u007f", "\ufffe"]', ["\0", "\x7f", "\ufffe"]),
        ('["\x85\u2028\ufeff"]', ["\x85\u2028\ufeff"]),
        (f'{{"{LONG}": 1}}', {LONG: 1}),
        ('{"a"\n:\n1}', {"a": 1}),
        ('{"? x": "- y", "#": "# z", "&a": "*b", "!t": "!!int"}', {"? x": "- y", "#": "# z", "&a": "*b", "!t": "!!int"}),
        ('{"": [], "~": {}, "null": null}', {"": [], "~": {}, "null": None}),
        ('{"1": 1, "yes": "yes", "<<": {"a": 1}}', {"1": 1, "yes": "yes", "<<": {"a": 1}}),
        ('[1e3, 1E3, 1.5e-3, -0.0, -0, 0]', [1000.0, 1000.0, 0.0015, -0.0, 0, 0]),
        ('["0o17", "0x1F", "1e3", "true", ".inf"]', ["0o17", "0x1F", "1e3", "true", ".inf"]),
        ('{"__proto__": 1, "constructor": {}}', {"__proto__": 1, "constructor": {}}),
        (' \r\n"text"\r\n ', "text"),
    ],
)  # fmt: skip
def test_what_yaml_misreads(text, value):
    assert repr(read(text).plain()) == repr(value)
    assert repr(json_.with_places(File("net.json", text), Limits(), Problems()).plain()) == repr(value)
    if text.startswith("{"):
        assert repr(read(text, EITHER).plain()) == repr(value), "from standard input"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("", ["RF008 1:1"]), (" \n", ["RF008 1:1"]),
        ('{"a": 1,\n "b": 2,\n "a": 3}', ["RF004 3:2"]),
        ('{"a": 1, "\\u0061": 2, "a": 3}', ["RF004 1:10", "RF004 1:23"]),
        ('[{"a": 1}, {"a": 2}]', []),
        ('{"ü😀": 1, "ü😀": 2}', ["RF004 1:11"]),
        ('{"a": NaN}', ["RF011 1:7"]), ("[1,\n -Infinity]", ["RF011 2:2"]), ("[1e400]", ["RF011 1:2"]),
        ("[9999999999]", []), ("[10000000000]", ["RF011 1:2"]), ("[-10000000000]", ["RF011 1:2"]),
        ("[" + "9" * 100_000 + "]", ["RF011 1:2"]),
        ("{a: 1}", ["RF003 1:2"]), ("{'a': 1}", ["RF003 1:2"]), ('{"a": 1 "b": 2}', ["RF003 1:9"]),
        ('{"a": True}', ["RF003 1:7"]), ("[1] [2]", ["RF003 1:5"]), ('["a\nb"]', ["RF003 1:4"]),
        ('{"ü😀": x}', ["RF003 1:8"]), ("[01]", ["RF003 1:3"]), ("[.5]", ["RF003 1:2"]), ("[0x1]", ["RF003 1:3"]),
        ("# c\n{}", ["RF003 1:1"]), ("[1, /* c */ 2]", ["RF003 1:5"]),
        ("[" * 100_000, ["RF009 1:65"]), ('{"a":' * 100_000, ["RF009 1:321"]), ("[" * 64 + "]" * 64, []),
    ],
    ids=lambda value: value[:30].encode("unicode_escape").decode() if isinstance(value, str) else "",
)  # fmt: skip
def test_problems(text, problems):
    assert refused(text) == problems


@pytest.mark.parametrize(
    ("limits", "good", "bad", "problem"),
    [
        ({"nesting": 3}, '[{"a": [1]}]', '[{"a": [\n[1]]}]', "RF009 2:1"),
        ({"nodes": 5}, "[1, 2, 3, 4]", "[1, 2, 3, 4,\n5]", "RF009 2:1"),
        ({"nodes": 5}, '{"a": 1, "b": 2}', '{"a": 1, "b": 2,\n"c": 3}', "RF009 2:1"),
        ({"scalar": 5}, '["12345"]', '["123456"]', "RF009 1:2"),
        ({"scalar": 5}, '["\\u0041\\u0042\\u0043"]', '["\\u0041BCDEF"]', "RF009 1:2"),
        ({"scalar": 5}, '{"12345": 1}', '{"123456": 1}', "RF009 1:2"),
        ({"digits": 3}, "[999, -999]", "[999, -1000]", "RF011 1:7"),
        ({"digits": 12}, "[123456789012]", "[1234567890123]", "RF011 1:2"),
    ],
)  # fmt: skip
def test_limits(limits, good, bad, problem):
    assert refused(good, **limits) == []
    assert refused(bad, **limits) == [problem]


@pytest.mark.parametrize(
    ("text", "value"),
    [('{"a": 1}', {"a": 1}), ("{a: 1}", {"a": 1}), ("  {a: 0o17}", {"a": 15}), ("a: 1", {"a": 1}), ("[1]", [1])],
)
def test_standard_input_is_either(text, value):
    assert read(text, EITHER).plain() == value


def test_standard_input_that_is_neither():
    assert refused('{"a": [1, 2}', EITHER) == ["RF003 1:12"]
    assert refused('{"a": 1, "a": 2}', EITHER) == ["RF004 1:10"]


def test_limit_of_characters_counts_those_of_the_value():
    """However they are written, and also where something else is wrong."""
    assert refused('{"a": "\\u0041\\u0042", "a": 1}', scalar=5) == ["RF004 1:23"]
    problems = Problems()
    read_text('["\\u0041BCDEF"]', "net.json", Limits(scalar=5), problems, JSON)
    assert "6 characters" in problems[0].message


@pytest.mark.parametrize("character", REFUSED)
def test_characters_that_stand_only_escaped(character):
    assert refused(f'["a", "{character}"]') == ["RF002 1:8"]
    assert read(f'["a", "\\u{ord(character):04x}"]').plain() == ["a", character]


@pytest.mark.parametrize(
    "half", [r"\ud83d", r"\uD83D", r"\ude00", r"\udFFF", r"\ude00\ud83d", r"\ud83d\ud83d", r"\ud83dx\ude00"]
)
def test_half_a_surrogate_pair_is_no_text(half):
    """No text that is written can hold it: 'rf show --expanded' wrote YAML that nobody reads."""
    assert refused(f'["a",\n {{"b": "x{half}"}}]') == ["RF002 2:8"]
    assert refused(f'{{"{half}": 1}}') == ["RF002 1:2"]


def test_both_halves_are_a_character():
    assert read(r'["\ud83d\ude00", "\\ud83d", "\uD83D\uDE00"]').plain() == ["😀", r"\ud83d", "😀"]
    assert places(read(r'{"a": ["\ud83d\ude00", 1]}'))["/a/1"] == (1, 24)


def test_places_are_worked_out_when_somebody_asks() -> None:
    """A description without problems costs none of that, whatever is computed of it."""
    network = rfcli.loads('\n{"format": 1,\n "input": {"size": 9}, "layers": [{"type": "relu"}]}', "net.json")
    rfcli.compute(network)
    assert network.root.file.find is not None and network.root.file._positions is None
    assert (network.span.line, network.span.column) == (2, 1)
    assert (network.inputs[0].span.line, network.inputs[0].span.column) == (3, 11)
