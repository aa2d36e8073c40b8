"""Which layer is which: by name, by order where names only count, and by structure."""

import pytest

import rfcli
from rfcli.difference.pairs import counts, paired

Layers = list[dict[str, object]]


def conv(kernel: int = 3, **more: object) -> dict[str, object]:
    return {"type": "conv", "kernel": kernel, "padding": "same", "filters": 8, **more}


def named(*names: str, **more: object) -> Layers:
    return [conv(name=name, **more) for name in names]


def partners(before: Layers, after: Layers) -> dict[str, str]:
    """The names of partners: after -> before, inputs left out."""
    one, other = (
        rfcli.compute({"format": 1, "input": {"size": 32, "channels": 8}, "layers": layers}).graph
        for layers in (before, after)
    )
    found = paired(one, other)
    assert len(set(found.values())) == len(found)
    return {other.labels[at]: one.labels[was] for at, was in found.items() if at not in other.inputs}


BN, RELU = {"type": "batch_norm"}, {"type": "relu"}
ROWS: dict[str, tuple[Layers, Layers, dict[str, str]]] = {
    "the same": (named("a", "b"), named("a", "b"), {"a": "a", "b": "b"}),
    "names come first": (named("a", "b"), named("b", "a"), {"a": "a", "b": "b"}),
    "a name keeps through another type": (
        named("a", "b"),
        [conv(name="a"), {"name": "b", "type": "max_pool", "kernel": 2}],
        {"a": "a", "b": "b"},
    ),
    "renamed": (named("a", "b", "c"), named("a", "x", "c"), {"a": "a", "x": "b", "c": "c"}),
    "all renamed": (named("a", "b"), named("x", "y"), {"x": "a", "y": "b"}),
    "all renamed, one put in": (
        [*named("a"), *named("b", kernel=5), *named("c")],
        [*named("x"), *named("n", kernel=7), *named("y", kernel=5), *named("z")],
        {"x": "a", "y": "b", "z": "c"},
    ),
    "renamed and changed": (named("a", "b"), [conv(name="a"), conv(5, name="x")], {"a": "a", "x": "b"}),
    "another type of another name is another layer": (
        named("a", "b"),
        [conv(name="a"), {"name": "x", "type": "max_pool", "kernel": 2}],
        {"a": "a"},
    ),
    "names that count follow what was put in": (
        [conv(), RELU, conv(5), RELU],
        [conv(), RELU, conv(1), RELU, conv(5), RELU],
        {"conv_1": "conv_1", "relu_1": "relu_1", "conv_3": "conv_2", "relu_3": "relu_2"},
    ),
    "and what was taken out": (
        [conv(), conv(1), conv(5)], [conv(), conv(5)], {"conv_1": "conv_1", "conv_2": "conv_3"},
    ),
    "one that is changed keeps its place": (
        [conv(), conv(5), conv(7)], [conv(), conv(3, dilation=2), conv(7)],
        {"conv_1": "conv_1", "conv_2": "conv_2", "conv_3": "conv_3"},
    ),
    "more repetitions come at the end": (
        [conv(name="unit", repeat=2)], [conv(name="unit", repeat=3)], {"unit_1": "unit_1", "unit_2": "unit_2"},
    ),
    "a scope of another name": (
        [{"name": "block", "type": "sequence", "layers": [conv(name="a"), BN, conv(5, name="b")]}],
        [{"name": "stage", "type": "sequence", "layers": [conv(name="a"), BN, conv(7, name="b")]}],
        {"stage/a": "block/a", "stage/batch_norm_1": "block/batch_norm_1", "stage/b": "block/b"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_partners(row: str) -> None:
    before, after, expected = ROWS[row]
    assert partners(before, after) == expected


def test_back_is_the_same_the_other_way_round() -> None:
    for before, after, expected in ROWS.values():
        assert partners(after, before) == {was: name for name, was in expected.items()}


def test_inputs_of_other_names_are_partners_by_their_order() -> None:
    def net(*names: str) -> rfcli.Report:
        inputs = {name: {"size": 8, "channels": 2} for name in names}
        merge = {"name": "m", "type": "add", "inputs": list(names)}
        return rfcli.compute({"format": 1, "inputs": inputs, "layers": [merge]})

    assert paired(net("l", "r").graph, net("left", "right").graph) == {0: 0, 1: 1, 2: 2}
    assert paired(net("l", "r").graph, net("r", "l").graph) == {0: 1, 1: 0, 2: 2}


@pytest.mark.parametrize(
    ("word", "found"), [("3", True), ("conv_2", True), ("conv2", False), ("a_b", False), ("_1", True), ("v2_x", False)]
)
def test_what_counts(word: str, found: bool) -> None:
    assert counts(word) is found


def test_bundled_networks_are_their_own_partners() -> None:
    for name in ("resnet50", "inception_v3", "unet", "densenet121"):
        graph = rfcli.compute(name).graph
        assert paired(graph, graph) == {number: number for number in range(len(graph.labels))}
