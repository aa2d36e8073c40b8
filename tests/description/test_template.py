"""Items of the text: what kind they are, and what of them is not known."""

import pytest

from rfcli.description import source
from rfcli.description.evaluation import Evaluator
from rfcli.description.format import check_document
from rfcli.description.limits import Limits
from rfcli.description.nodes import Problems
from rfcli.description.template import Context, ItemKind, Templates


def template(item, defaults="{}", blocks="{unit: {layers: []}}", parameters=None):
    """The template of an item, and the codes of all problems."""
    problems = Problems()
    text = f"format: 1\ndefaults: {defaults}\nblocks: {blocks}\nlayers: [{item}]"
    root = source.read_text(text, "net.yaml", Limits(), problems, source.YAML)
    check_document(root, problems)
    context = Context(2, parameters or {}, root.value["blocks"].value, root.value["defaults"].value)
    templates = Templates(context, Evaluator(problems), problems)
    node = root.value["layers"].value[0]
    assert templates.of(node) is templates.of(node)
    return templates.of(node), [problem.code for problem in problems]


@pytest.mark.parametrize(
    ("item", "kind", "type", "codes"),
    [
        ("{type: relu}", ItemKind.LAYER, "relu", []),
        ("{type: sequence, layers: []}", ItemKind.SEQUENCE, "sequence", []),
        ("{type: residual, layers: []}", ItemKind.RESIDUAL, "residual", []),
        ("{type: branches, branches: []}", ItemKind.BRANCHES, "branches", []),
        ("{block: unit}", ItemKind.BLOCK, "", []),
        ("{block: nuit}", ItemKind.UNKNOWN, "", ["RF204"]),
        ("{type: cnov}", ItemKind.UNKNOWN, "", ["RF104"]),
        ("3", ItemKind.UNKNOWN, "", ["RF103"]),
    ],
)
def test_kinds(item, kind, type, codes):
    found, problems = template(item)
    assert (found.kind, found.type, problems) == (kind, type, codes)
    assert found.single == (kind in (ItemKind.LAYER, ItemKind.UNKNOWN))


@pytest.mark.parametrize(
    ("item", "holed", "vague"),
    [
        ("{type: conv, kernel: 3}", False, False),
        ("{type: conv, kernel: x}", True, False),
        ("{type: conv, name: 3}", False, False),
        ("{type: conv, repeat: x}", False, False),
        ("{type: conv, nmae: a}", True, True),
        ("{type: conv, kernal: 3}", True, False),
    ],
)
def test_what_is_not_known(item, holed, vague):
    found, _ = template(item)
    assert (found.holed, found.vague) == (holed, vague)


def test_values_and_the_names_they_use():
    found, _ = template("{type: conv, name: c$i, kernel: [$k, $(j + k)], stride: 2, repeat: $n, inputs: [$x]}")
    assert {*found.values} == {"kernel", "stride"}
    assert found.names == ("j", "k")
    assert found.name.names == {"i"} and found.repeat.names == {"n"} and found.inputs.names == {"x"}
    found, _ = template("{block: unit, with: {a: $w, b: 1}}")
    assert {*found.values} == {"with a", "with b"} and found.names == ("w",)


@pytest.mark.parametrize(
    ("item", "defaults", "values"),
    [
        ("{type: conv, kernel: 3}", "{conv: {kernel: 5, stride: 2}}", {"kernel": 3, "stride": 2}),
        ("{type: conv}", "{conv: {kernel: $w}}", {"kernel": 7}),
        ("{type: upsample, size: 9}", "{upsample: {scale: 2}}", {"size": 9}),
        ("{type: upsample}", "{upsample: {scale: 2}}", {"scale": 2}),
        ("{type: upsample, like: x}", "{upsample: {scale: 2}}", {}),
        ("{type: relu}", "{conv: {kernel: 5}}", {}),
    ],
)
def test_defaults(item, defaults, values):
    found, problems = template(item, defaults, parameters={"w": 7})
    assert not problems
    assert {key: value.of({}) for key, value in found.values.items()} == values
