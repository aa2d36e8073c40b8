"""Layers by number, and what each takes."""

from __future__ import annotations

from graph import architecture, conv, refused
from rfcli.description.nodes import Problems
from rfcli.graph.names import Names
from rfcli.graph.wiring import Wiring, outputs_of, wired
from rfcli.layers._layer import WRONG


def wiring(*layers: dict[str, object], **more: object) -> Wiring:
    read = architecture(*layers, **more)  # type: ignore[arg-type]
    problems = Problems()
    found = wired(read, Names(read), problems)
    assert found is not None
    assert not problems
    return found


def test_layers_take_the_one_before_or_those_named() -> None:
    found = wiring(
        conv(name="a"),
        conv(name="b"),
        {"type": "add", "name": "sum", "inputs": ["a", "b"]},
        {"type": "crop", "name": "cut", "inputs": ["a"], "like": "sum"},
    )
    assert found.labels == ["input", "a", "b", "sum", "cut"]
    assert found.sources == [(), (0,), (1,), (1, 2), (1,)]
    assert found.likes == [None, None, None, None, 3]
    assert found.sorted
    assert found.needs() == [set(), {0}, {1}, {1, 2}, {1, 3}]


def test_a_glob_means_all_but_the_layer_itself() -> None:
    found = wiring(conv(name="x1"), conv(name="x2", inputs=["input"]), {"type": "add", "name": "x3", "inputs": ["x*"]})
    assert found.sources[3] == (1, 2)


def test_later_layers_can_be_named() -> None:
    found = wiring(conv(name="a", inputs=["b"]), conv(name="b", inputs=["input"]))
    assert found.sources == [(), (2,), (0,)]
    assert not found.sorted


def test_what_is_wrong_and_follows_it_is_not_sound() -> None:
    found = Wiring(
        ["input", "a", "b", "c"], [None, WRONG, *wiring(conv(), conv()).layers[1:]], [(), (0,), (1,), (0,)],
        [None] * 4, True,
    )  # fmt: skip
    assert found.sound([0, 1, 2, 3]) == [0, 3]


def outputs(*layers: dict[str, object], **more: object) -> tuple[int, ...]:
    read = architecture(*layers, **more)  # type: ignore[arg-type]
    return outputs_of(read, Names(read), wiring(*layers, **more), Problems())


def test_outputs_are_stated_or_what_nothing_takes() -> None:
    heads = (conv(name="stem"), conv(name="one"), conv(name="two", inputs=["stem"]))
    assert outputs(*heads) == (2, 3)
    assert outputs(*heads, outputs=["stem", "two"]) == (1, 3)


def test_only_merges_take_several() -> None:
    found = refused(conv(name="x1"), conv(name="x2"), conv(name="y", inputs=["x*"]))
    assert found == [("RF212", "conv takes one input, 'x*' matches 2 layers")]


def test_references_to_nothing() -> None:
    assert refused(conv(name="a", inputs=["b"])) == [("RF201", "there is no layer 'b'")]
