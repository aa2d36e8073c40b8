"""Slips of the pen: the line with a caret, and what was probably meant."""

import pytest

import rfcli
from rfcli.description.slips import excerpt

HEAD = "format: 1\ninput: {size: [64], channels: 1}\nlayers:\n"

YAML = [
    ("  - {type: relu}\n    - {type: relu}", "line 5 is indented deeper than line 4: items of one list start at the same column"),
    ("  - {type: relu}\n - {type: relu}", "line 5 is indented less deep than line 4: items of one list start at the same column"),
    ("  - type: conv\n     kernel: 3", "line 5 is indented deeper than line 4: keys of one mapping start at the same column"),
    ("  - type: conv\n\n    # a remark\n     kernel: 3", "line 7 is indented deeper than line 4: keys of one mapping start at the same column"),
    ("  - type: conv\n   kernel: 3", "line 5 is indented less deep than line 4: keys of one mapping start at the same column"),
    ("\t- {type: relu}", "YAML indents with spaces, not with tabs"),
    ("  - {type: conv, kernel: 3\n  - {type: relu}", "the '{' of 4:5 is not closed"),
    ("  - {type: conv, kernel: [3, 3}", "the '[' of 4:26 is closed by another sign, or not at all"),
    ("  - {type: conv, kernel: [3,", "the '[' of 4:26 is not closed"),
    ("  - [", "the '[' of 4:5 is not closed"),
    ("  - {type: conv kernel: 3}", "a comma is missing before or after 'kernel', or the text needs quotes"),
    ('  - {type: "conv, kernel: 3}', "the quote of 4:12 is not closed"),
    ("  - type: @conv", "a text that starts with '@' needs quotes"),
    ("  - type: `conv`", "a text that starts with '`' needs quotes"),
    ("name: a: b", "a text that holds ': ' needs quotes"),
    ("  - type:conv\n    kernel: 3", "a colon needs a space after it: 'type: conv'"),
    ("  - {type: relu}\nname\nreference: x", "line 5 has a key without a colon"),
    ("  - {type: relu}\nname abc\nreference: x", "line 5 has a key without a colon"),
    ("  - name a\n    type: conv", "line 4 has a key without a colon"),
    ("  - {type: relu}}", "the '}' closes nothing: there is one too many"),
    ("  -{type: relu, name: a}", "a dash needs a space after it: '- {'"),
    ("  -type: relu\n   name: a", "a dash needs a space after it: '- t'"),
    ("  - {type: relu}\nname: 'it's'", "a ' within quotes ends them: write '' for the sign itself"),
    ('  - {type: relu}\nname: "a"b"', 'a " within quotes ends them: write \\" for the sign itself'),
    ("  - type: conv, kernel: 3", "keys stand in lines of their own, or with commas between braces: {type: conv, kernel: 3}"),
    ("  - {units: $(a[0], b)}", 'in flow style an expression with a comma or brackets needs quotes: "$(units[0])"'),
    ("  - {filters: ${n}}", "write $name or $(expression)"),
]  # fmt: skip

JSON = [
    ('{"format": 1,}', "no comma stands after the last item"),
    ('{"layers": [1, 2,]}', "no comma stands after the last item"),
    ("{'format': 1}", "JSON quotes with \", not with '"),
    ('{"format": 1, // the version\n}', "JSON has no comments; YAML has: name the file .yaml"),
    ('{"format": 1, # the version\n}', "JSON has no comments; YAML has: name the file .yaml"),
    ('{"format": 1 "layers": []}', "a comma is missing before this place"),
    ('{"layers": [{"bias": False}]}', "JSON writes true, false and null"),
    ('{"layers": [{"bias": None}]}', "JSON writes true, false and null"),
    ('{"layers": [{"bias": 1}', "the '[' of 1:12 is not closed"),
    ('{"layers": [1, ', "the '[' of 1:12 is not closed"),
    ('{"layers": [', "the '[' of 1:12 is not closed"),
    ('{"layers"', "the '{' of 1:1 is not closed"),
    ('{"format": 1,\n "layers": [{"bias": fal\n', "the '{' of 2:13 is not closed"),
    ('{"layers": [{"padding": -', "the '{' of 1:13 is not closed"),
    ('{"format": 1,\n "na', "the quote of 2:2 is not closed"),
    ('{"name": "a\n}', "the quote of 1:10 is not closed in its line"),
    ('{"name": "a\tb"}', "a tab in a text is written \\t"),
    ('{"name": "a\\q"}', "a backslash in a text is written \\\\"),
    ('{"layers": [{"kernel": [3, 3}]}', "the '[' of 1:24 is closed by '}'"),
    ('{"name": "[", "layers": [1, 2}', "the '[' of 1:25 is closed by '}'"),
    ('{"format": 1}}', "the '}' closes nothing: there is one too many"),
    ('{"format": 1}\n{"format": 1}', "a file holds one document"),
    ('{"format" 1}', "a colon stands between a key and its value"),
    ('{"format"=1}', "a colon stands between a key and its value"),
    ('{"layers": [{"type": conv}]}', 'a text stands in double quotes: "conv"'),
    ('{"scale": .5}', "numbers are written as 3, 0.5 or 1e-3"),
    ('{"scale": 1.}', "numbers are written as 3, 0.5 or 1e-3"),
    ('{"format": 01}', "numbers are written as 3, 0.5 or 1e-3"),
    ('{"format": +1}', "numbers are written as 3, 0.5 or 1e-3"),
    ("{format: 1}", "JSON puts keys in double quotes; YAML does not: name the file .yaml"),
    ("format: 1", "this looks like YAML: name the file .yaml"),
]


def problem(text: str, name: str) -> rfcli.Diagnostic:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(text, name)
    [found] = raised.value.diagnostics
    return found


@pytest.mark.parametrize(("slip", "help"), YAML, ids=[help[:30] for _, help in YAML])
def test_yaml(slip: str, help: str) -> None:
    found = problem(HEAD + slip + "\n", "net.yaml")
    assert (found.code, found.help) == ("RF003", help)


@pytest.mark.parametrize(("text", "help"), JSON)
def test_json(text: str, help: str) -> None:
    found = problem(text, "net.json")
    assert (found.code, found.help) == ("RF003", help)


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ('{"class_name": "Functional", // Keras\n}', "JSON has no comments: take them out"),
        ('{"class_name": "Functional", config: {}}', "JSON puts keys in double quotes"),
        ('{"modelTopology": {"class_name": "Model", # TensorFlow.js\n}}', "JSON has no comments: take them out"),
        ('{"plans_per_stage": {}, "modalities": {}, // nnU-Net\n}', "JSON has no comments: take them out"),
        ('{"network_def": {"_target_": "UNet", // MONAI\n}}', "JSON has no comments: take them out"),
    ],
)
def test_json_of_other_tools_is_not_written_in_yaml(text: str, help: str) -> None:
    assert problem(text, "net.json").help == help


def test_the_line_and_a_caret() -> None:
    found = problem(HEAD + "  - {type: relu}\n    - {type: relu}\n", "net.yaml")
    assert found.excerpt == "5 |     - {type: relu}\n  |     ^"
    assert str(found).splitlines()[1:] == [
        "  5 |     - {type: relu}",
        "    |     ^",
        "  help: line 5 is indented deeper than line 4: items of one list start at the same column",
    ]


def test_of_a_long_line_what_stands_around() -> None:
    shown = excerpt("x" * 5000 + "!" + "y" * 5000, 1, 5001).splitlines()
    assert len(shown[0]) == 76
    assert shown[0][shown[1].index("^")] == "!"


def test_lines_that_are_not_there() -> None:
    assert excerpt("a\n", 9, 1) == excerpt("a\n\n", 2, 1) == ""


def test_no_guess_where_there_is_none() -> None:
    """An unknown tag handle: what was meant cannot be told, the line still is."""
    found = problem(HEAD + "  - {type: conv, kernel: !k!int 3}\n", "net.yaml")
    assert found.help == "" and found.excerpt.startswith("4 | ")


@pytest.mark.parametrize(
    ("text", "help"),
    [
        ("<!doctype html>\n<title>net: fields</title>\n", "this is HTML, SVG or another XML, no description"),
        ('<svg xmlns="x">\n<style>\ntext { font: 11px, "A" }\n', "this is HTML, SVG or another XML, no description"),
        ("# net\n\nIt sees: all, as told: here.\n\n```python\nimport rfcli\n```\n",
         "this is Markdown: a description in it is read from a file of its own"),
    ],
)  # fmt: skip
def test_pages(text: str, help: str) -> None:
    """Markdown with a block of Python was told to be Python, and how to run it."""
    assert problem(text, "net.yaml").help == help
