"""The published schemas: up to date, valid, and of one mind with `rf` about the structure of a description."""

import copy
import json
import random
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import extend
from referencing import Registry

from rfcli.description import format, published
from rfcli.description.format import check_document
from rfcli.description.limits import Limits
from rfcli.description.nodes import Problems
from rfcli.description.source import JSON, YAML, decode, read_text
from rfcli.layers._registry import LAYERS

ROOT = Path(__file__).parent.parent.parent
ARCHITECTURE = json.loads((ROOT / "schemas/architecture.schema.json").read_text(encoding="utf-8"))
RESULT = json.loads((ROOT / "schemas/result.schema.json").read_text(encoding="utf-8"))
JUDGED = {}
"""What is wrong with a value by a definition of the schema: mutations share nearly all of their items."""


def judged_once(validator, ref, instance, schema):
    """What `$ref` finds, which only the definition and the value decide; `repr` tells 1, 1.0 and true apart."""
    assert ref.startswith("#/$defs/")
    key = ref, repr(instance)
    if key not in JUDGED:
        JUDGED[key] = list(Draft202012Validator.VALIDATORS["$ref"](validator, ref, instance, schema))
    return JUDGED[key]


Validator = extend(Draft202012Validator, {"$ref": judged_once})
VALIDATOR = Validator(ARCHITECTURE, registry=Registry())
DIFFERENCE = json.loads((ROOT / "schemas/difference.schema.json").read_text(encoding="utf-8"))
ARCHITECTURES = sorted((ROOT / "architectures").glob("*.yaml"))
BROKEN = sorted(path for path in (ROOT / "tests/descriptions").iterdir() if path.suffix != ".expected")


def test_schema_on_disk_is_the_generated_one():
    assert (ROOT / "schemas/architecture.schema.json").read_text(encoding="utf-8") == published.schema_text()


@pytest.mark.parametrize("schema", [ARCHITECTURE, RESULT, DIFFERENCE], ids=["architecture", "result", "difference"])
def test_is_a_schema(schema):
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    Draft202012Validator.check_schema(schema)


def properties(schema, path=""):
    """Every property that a schema declares: (path, its schema). Schemas of conditions declare none."""
    if isinstance(schema, dict):
        for name, value in schema.items():
            if name == "properties":
                for key, one in value.items():
                    yield f"{path}/{key}", one
                    yield from properties(one, f"{path}/{key}")
            elif name not in ("if", "examples", "enum", "const"):
                yield from properties(value, f"{path}/{name}" if name != "$defs" else "")
    elif isinstance(schema, list):
        for one in schema:
            yield from properties(one, path)


def test_properties_are_explained_by_word_and_example():
    found = list(properties(ARCHITECTURE))
    assert len(found) > 500
    lacking = [path for path, one in found if not one.get("description")]
    lacking += [path for path, one in found if not one.get("examples") and "$comment" not in one]
    assert lacking == []


def resolved(schema):
    """A property's schema as one of its own, with the definitions that it refers to."""
    return Validator({**schema, "$defs": ARCHITECTURE["$defs"]}, registry=Registry())


def test_examples_are_valid():
    wrong = [
        (path, example)
        for path, one in properties(ARCHITECTURE)
        for example in one.get("examples", ())
        if not resolved(one).is_valid(example)
    ]
    assert wrong == []


def node(text, syntax=JSON):
    """The document in a text, which is readable."""
    problems = Problems()
    root = read_text(text, "net", Limits(), problems, syntax)
    assert not problems
    return root


def accepted(root):
    """The verdict of `rf` on the structure of a document."""
    problems = Problems()
    check_document(root, problems)
    return not problems


# Documents that have everything.

EVERY_KEY = {
    "format": 1,
    "name": "net",
    "family": "Nets",
    "year": 2016,
    "reference": "A paper",
    "accuracy": {"top1": 0.7, "top5": 0.9, "source": "a table"},
    "input": {"name": "image", "size": [None, 64], "channels": 3, "dims": 2},
    "parameters": {"width": 1.0, "depths": [1, [2, 3]], "wide": True, "kind": "a", "none": None},
    "defaults": {"conv": {"padding": "same", "bias": False}, "max_pool": {"kernel": 3, "stride": 2}},
    "blocks": {
        "unit": {
            "parameters": {"width": None, "stride": 1},
            "layers": [{"type": "conv", "kernel": 3, "stride": "$stride", "filters": "$(4 * width)"}],
        },
        "nothing": {"layers": []},
    },
    "layers": [
        {"name": "conv1", "type": "conv", "kernel": [3, 5], "padding": [[0, 1], 2], "repeat": 2, "when": True},
        {"name": "stage/unit_$i", "block": "unit", "with": {"width": 64}, "repeat": 3, "inputs": ["conv1_*"]},
        {"name": "res", "type": "residual", "layers": [], "shortcut": [{"type": "relu"}], "merge": "add"},
        {"type": "residual", "layers": [{"type": "relu"}], "shortcut": False, "when": "$wide"},
        {"type": "residual", "layers": [], "shortcut": "$wide"},
        {"name": "mixed", "type": "branches", "branches": {"a": [], "b": {"when": "$wide", "layers": []}}},
        {"type": "branches", "branches": [[{"type": "relu"}], {"layers": []}], "merge": "concat"},
        {"type": "sequence", "layers": [{"type": "relu"}], "inputs": ["res"]},
        {"type": "add", "inputs": ["res", "conv1_2"]},
        {"type": "resize", "like": "conv1_1", "mode": "linear", "coordinates": "align_corners"},
        {"type": "upsample", "scale": [1.5, 2]},
    ],
    "outputs": ["mixed", "res"],
    "expect": [
        {"layer": "res", "size": [3, {"min": 2, "max": 9}], "stride": 1, "padding": None, "source": "by hand"},
        {"params": {"min": 1000}, "input_size": [64, None], "aligned": True, "reason": "because"},
    ],
    "check": {"select": ["RF501"], "ignore": []},
}
SEVERAL_INPUTS = {
    "format": 1,
    "inputs": {"rgb": {"size": 32, "channels": 3}, "depth": {"size": None, "dims": 2}},
    "layers": [{"type": "concat", "inputs": ["rgb", "depth"]}],
}
EXTENDING = {"format": 1.0, "extends": "vgg_16", "parameters": {"width": 2}}
EVERY_LAYER = {
    "format": 1,
    "layers": [
        {"type": name, **({"inputs": ["a", "b"]} if cls.merge or cls.pair else {})}
        | {key: one.example for key, one in cls.parameters.items() if one.example is not None}
        for name, cls in LAYERS.items()
    ],
    "defaults": {
        name: {key: one.example for key, one in keys.items() if one.example is not None}
        for name, keys in format.DEFAULTS.items()
    },
}
DOCUMENTS = {
    "every key": EVERY_KEY,
    "several inputs": SEVERAL_INPUTS,
    "extending": EXTENDING,
    "every layer": EVERY_LAYER,
}


@pytest.mark.parametrize("document", DOCUMENTS.values(), ids=DOCUMENTS)
def test_good_documents(document):
    assert VALIDATOR.is_valid(document)
    assert accepted(node(json.dumps(document)))


@pytest.mark.parametrize("path", ARCHITECTURES, ids=lambda path: path.stem)
def test_bundled_architectures(path):
    root = node(path.read_text(encoding="utf-8"), YAML)
    assert VALIDATOR.is_valid(root.plain())
    assert accepted(root)


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.name)
def test_broken_descriptions(path):
    """Those that can be read: the schema refuses what `rf` finds structurally wrong, and nothing else."""
    problems = Problems()
    text = decode(path.read_bytes(), path.name, problems)
    if text is not None:
        root = read_text(text, path.name, Limits(), problems, JSON if path.suffix == ".json" else YAML)
    if not problems:
        assert VALIDATOR.is_valid(root.plain()) == accepted(root)


# Mutations: each is a small mistake, and some are none.

VALUES = [
    *(None, True, False, 0, 1, 3, -1, 2.0, 2.5, 1e-3, 9_999_999_999, -9_999_999_999, 1e10, -1e10),
    *("", "1", "conv", "relu", "add", "same", "none", "conv1", "$x", "$(1 / 2)", "a b", "a/b", "a//b", "-a", "é"),
    *(
        [],
        [1],
        [1, 2],
        [1, 2, 3],
        [1, 2, 3, 4],
        [-1],
        [[1, 2], [1, 2]],
        [[1, 2, 3]],
        [[1]],
        [None],
        ["a"],
        ["$x"],
        [""],
    ),
    *({}, {"a": 1}, {"layers": []}, {"min": 1}, {"max": "$x"}, {"size": 3}, {"type": "relu"}, [{"type": "relu"}]),
]
KEYS = sorted(
    {key for keys in format.ITEMS.values() for key in keys} | set(format.DOCUMENT.keys) | {"<<", "with", "x y"}
)
TYPES = [*format.ITEMS, "Conv2d", "", "$x"]


def places(value, path=()):
    """Paths of a document and everything in it."""
    yield path
    if isinstance(value, dict | list):
        for key, one in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(one, (*path, key))


def mutated(document, chance):
    """A copy with one thing changed, somewhere."""
    root = [copy.deepcopy(document)]
    *way, last = chance.choice([(0, *path) for path in places(document)])
    holder = root
    for key in way:
        holder = holder[key]
    value = holder[last]
    change = chance.choice(["drop", "rename", "value", "value", "value", "wrap", "add", "type", "empty", "twist"])
    if change == "drop" and len(way):
        del holder[last]
    elif change == "rename" and isinstance(holder, dict):
        other = chance.choice([str(last) + "s", str(last)[:-1], chance.choice(KEYS)])
        holder[other] = holder.pop(last)
    elif change == "wrap":
        holder[last] = [value]
    elif change == "add" and isinstance(value, dict):
        value[chance.choice(KEYS)] = chance.choice(VALUES)
    elif change == "add" and isinstance(value, list):
        value.insert(chance.randint(0, len(value)), chance.choice(VALUES))
    elif change == "type" and isinstance(value, dict) and "type" in value:
        value["type"] = chance.choice(TYPES)
    elif change == "empty" and isinstance(value, dict | list):
        value.clear()
    elif change == "twist" and isinstance(value, int | float):
        holder[last] = chance.choice([-value, value + 0.5, str(value), float(value), bool(value)])
    elif change == "twist" and isinstance(value, str):
        holder[last] = chance.choice([value + "?", value.upper(), value + "$", [value], {value: value}])
    else:
        holder[last] = chance.choice(VALUES)
    return root[0]


@pytest.mark.parametrize(
    ("name", "times"), [("every key", 160), ("several inputs", 160), ("extending", 100), ("every layer", 40)]
)
def test_mutations(name, times):
    chance = random.Random(name)
    refused = 0
    different = []
    for _ in range(times):
        document = mutated(DOCUMENTS[name], chance)
        verdict = VALIDATOR.is_valid(document)
        refused += not verdict
        if verdict != accepted(node(json.dumps(document))):
            different.append(("schema accepts" if verdict else "schema refuses", document))
    assert different == []
    assert times / 4 < refused < times


@pytest.mark.parametrize("path", ARCHITECTURES, ids=lambda path: path.stem)
def test_mutations_of_architectures(path):
    chance = random.Random(path.stem)
    original = node(path.read_text(encoding="utf-8"), YAML).plain()
    documents = [mutated(original, chance) for _ in range(12)]
    assert [one for one in documents if VALIDATOR.is_valid(one) != accepted(node(json.dumps(one)))] == []


@pytest.mark.parametrize("name", {cls: name for name, cls in LAYERS.items()}.values())
def test_mutations_of_layers(name):
    """Every parameter of a layer type with every value of the list."""
    keys = format.ITEMS[name]
    base = {"type": name, **({"inputs": ["a", "b"]} if LAYERS[name].merge or LAYERS[name].pair else {})}
    layers = [{**base, key: value} for key in keys if key != "type" for value in VALUES]
    less = [{key: value for key, value in base.items() if key != dropped} for dropped in base]
    item = resolved({"$ref": "#/$defs/item"})
    cases = ARCHITECTURE["$defs"]["item"]["allOf"]
    (own,) = (
        case["then"] for case in cases if name in case["if"].get("properties", {}).get("type", {}).get("enum", ())
    )
    validator = resolved(own)  # the whole item tries each type's: fifty times the work for the same verdict
    different = []
    for layer in (*layers, *less):
        verdict = (item if layer in less else validator).is_valid(layer)
        if verdict != accepted(node(json.dumps({"format": 1, "layers": [layer]}))):
            different.append(("schema accepts" if verdict else "schema refuses", layer))
    assert different == []


@pytest.mark.parametrize(
    "document",
    [
        {"format": 1, "name": "a\n", "layers": []},
        {"format": 1, "layers": [{"type": "relu", "name": "a\n"}]},
        {"format": 1, "layers": [], "parameters": {"a\n": 1}},
        {"format": 1, "layers": [], "blocks": {"a\n": {"layers": []}}},
        {"format": 1, "layers": [], "inputs": {"a\n": {}}},
    ],
    ids=lambda document: [*document][-1],
)
def test_names_with_a_line_break(document):
    """In Python's regular expressions `$` matches before a last line break as well."""
    assert not accepted(node(json.dumps(document)))
    assert not VALIDATOR.is_valid(document)
