"""What a description expands to, counted before it is made."""

import pytest

from rfcli.description import source
from rfcli.description.blocks import Blocks
from rfcli.description.evaluation import Evaluator
from rfcli.description.format import check_document
from rfcli.description.limits import Limits
from rfcli.description.measure import Measure
from rfcli.description.nodes import Problems
from rfcli.description.template import Context, Templates

DOUBLING = (
    "{double: {parameters: {n: }, layers: [{block: double, when: $(n > 0), with: {n: $(n - 1)}}, "
    "{block: double, when: $(n > 0), with: {n: $(n - 1)}}]}}"
)


def measure(layers, most, blocks="{}"):
    """The measure of a description, and its items."""
    problems = Problems()
    text = f"format: 1\nblocks: {blocks}\nlayers: {layers}"
    root = source.read_text(text, "net.yaml", Limits(), problems, source.YAML)
    check_document(root, problems)
    context, evaluate = Context(2, {"n": 3}, root.value["blocks"].value, {}), Evaluator(problems)
    blocks_, templates = Blocks(context, evaluate, problems), Templates(context, evaluate, problems)
    return Measure(templates, blocks_, evaluate, Limits(), most), root.value["layers"].value


@pytest.mark.parametrize(
    ("item", "count"),
    [
        ("{type: relu}", 1),
        ("{type: relu, repeat: $n}", 6),
        ("{type: sequence, layers: [{type: relu}, {type: relu}]}", 3),
        ("{type: sequence, when: false, layers: [{type: relu}, {type: relu}]}", 1),
        ("{type: residual, layers: [{type: relu}], shortcut: [{type: relu}]}", 3),
        ("{type: residual, layers: [{type: relu}], shortcut: false}", 2),
        ("{type: branches, branches: {a: [{type: relu}], b: {layers: [{type: relu}]}}}", 3),
        ("{block: double, with: {n: 0}}", 3),
        ("{block: double, with: {n: 1}}", 7),
        ("{block: double, with: {n: 9}}", 2**11 - 1),
    ],
)
def test_count(item, count):
    """An item counts itself and what it holds; what is repeated counts twice each time, as it is looked at twice."""
    made, items = measure(f"[{item}]", 10**6, DOUBLING)
    assert made.count(items[0], {"n": 3}, 0) == count


def test_uses_with_the_same_values_are_counted_once():
    made, items = measure("[{block: double, with: {n: 31}}]", 10**12, DOUBLING)
    assert made.count(items[0], {}, 0) == 2**33 - 1
    assert len(made._uses) == 32


@pytest.mark.parametrize(("most", "at"), [(5, 2), (4, 2), (3, 1), (2, 1), (0, 0), (9, None)])
def test_excess_is_at_the_item_with_which_it_is_too_much(most, at):
    made, items = measure(
        "[{type: relu}, {type: sequence, layers: [{type: relu}, {type: relu}]}, {type: relu, repeat: 2}]", most
    )
    assert made.excess(items, {}) is (None if at is None else items[at])


def test_what_expansion_will_report_is_no_excess():
    made, items = measure("[{type: relu, repeat: $(0 - 1)}, {type: relu, repeat: 99}]", 5)
    assert made.excess(items, {}) is None


def test_what_holds_no_list_counts_all_the_same():
    """A sequence without its layers, a million times: a campaign found that expansion went on for 400,000 of them."""
    inner = "{type: sequence, repeat: 1000, unused: [{type: relu}]}"
    made, items = measure(f"[{{type: sequence, repeat: 1000, layers: [{inner}]}}]", 400_000)
    assert made.excess(items, {}) is items[0]
