"""The grammar of descriptions: its tables fit the layers, and each place says what is wrong with it."""

import pytest

from rfcli.description import format, source
from rfcli.description.format import CLOSING, DEFAULTS, DOCUMENT, ITEMS, MERGES, NO_MERGE, SCOPES, check_document
from rfcli.description.limits import Limits
from rfcli.description.nodes import Problems
from rfcli.layers._registry import LAYERS


def problems_of(text):
    problems = Problems()
    root = source.read_text(text, "net.yaml", Limits(), problems, source.YAML)
    assert not problems
    check_document(root, problems)
    return [(problem.code, problem.message) for problem in problems]


def test_tables_name_every_layer_type():
    assert {*DEFAULTS} == {*LAYERS}
    assert {*ITEMS} == {*LAYERS, *SCOPES}
    assert MERGES == ("add", "multiply", "max", "concat")


def test_scopes_are_closed_by_merges_that_they_name():
    for scope, default in CLOSING.items():
        words = SCOPES[scope]["merge"].shape.kind.words
        assert words[0] == default
        assert {*words} - {NO_MERGE} == {*MERGES}
    assert [scope for scope in CLOSING if NO_MERGE in SCOPES[scope]["merge"].shape.kind.words] == ["branches"]


def test_what_tells_a_description_is_part_of_one():
    assert {*source._KEYS} <= {*DOCUMENT.keys}


@pytest.mark.parametrize(
    "text",
    [
        "format: 1\nlayers: []",
        "format: 1\nextends: resnet50",
        "format: 1\ninput: {size: null}\nlayers: []",
        "format: 1\ninput: {size: [null, 3], dims: 2}\nlayers: []",
        "format: 1\nlayers: [{type: add, inputs: [a, b]}]",
        "format: 1\nlayers: [{block: unit, with: {w: 1}, repeat: $n}]\nblocks: {unit: {layers: []}}",
        "format: 1\nlayers: []\nexpect: [{size: {min: 3}, center: [1, null], flops: 1.5}]",
    ],
)
def test_good(text):
    assert problems_of(text) == []


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("[]", ("RF105", "a description must be a mapping, this is []")),
        ("a: 1", ("RF105", "not an architecture description: it has neither 'format' nor 'layers'")),
        ("format: 1", ("RF102", "a description needs the key 'layers' (or 'extends')")),
        ("format: 2\nlayers: []", ("RF105", "format must be 1, is 2")),
        ("format: 1\nname: x\ninput: {}\ninputs: {a: {}}\nlayers: []",
         ("RF106", "a description has either 'input' or 'inputs', here are both")),
        ("format: 1\ninput: {size: 0}\nlayers: []", ("RF103", "size must be at least 1, is 0")),
        ("format: 1\ninput: {dims: 4}\nlayers: []", ("RF103", "dims must be 1, 2 or 3, is 4")),
        ("format: 1\nlayers: [3]", ("RF103", "a layer must be a mapping, is 3")),
        ("format: 1\nlayers: [{}]", ("RF102", "an item needs the key 'type' or 'block'")),
        ("format: 1\nlayers: [{type: cnov}]", ("RF104", "there is no layer type 'cnov'")),
        ("format: 1\nlayers: [{type: $a}]", ("RF103", "type must be the name of a layer type, is '$a'")),
        ("format: 1\nlayers: [{type: relu, block: b}]",
         ("RF106", "an item has either 'type' or 'block', here are both")),
        ("format: 1\nlayers: [{type: relu, inputs: [a, b]}]", ("RF103", "inputs takes one name here, has 2")),
        ("format: 1\nlayers: [{type: relu, inputs: a}]", ("RF103", "inputs must be a list of names, is 'a'")),
        ("format: 1\nlayers: []\ndefaults: {sequence: {}}",
         ("RF104", "sequence is a scope: defaults are for layer types")),
        ("format: 1\nlayers: []\ndefaults: {conv: 3}", ("RF103", "the defaults of conv must be a mapping, are 3")),
        ("format: 1\nlayers: []\nexpect: [{size: {}}]", ("RF103", "size must have min or max")),
        ("format: 1\nlayers: []\nexpect: [{size: [1, 2, 3, 4]}]",
         ("RF103", "size must have one entry for each of 1 to 3 axes")),
        ("format: 1\nlayers: []\nexpect: [{size: a}]",
         ("RF103", "size must be a number, null, {min:, max:} or a list, is 'a'")),
    ],
)  # fmt: skip
def test_wrong(text, problem):
    assert problems_of(text) == [problem]


def test_keys_of_any_item_are_those_of_all():
    assert {*format.ANY_KEY} == {"block", "with"} | {key for keys in ITEMS.values() for key in keys}
