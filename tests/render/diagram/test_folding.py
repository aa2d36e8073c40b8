"""Repeated siblings: what is folded, and what is not."""

import pytest

from render.diagram import conv, outline, outline_of
from render.diagram.test_outline import shape
from rfcli.render.diagram.outline import Box


def counts(box: Box) -> list[tuple[str, int]]:
    """Labels and times of what is repeated, outer things first."""
    found = []
    for item in box.items:
        if item.times > 1:
            found.append((item.label, item.times))
        if isinstance(item, Box):
            found += counts(item)
    return found


def add(name: str, *inputs: str) -> dict[str, object]:
    return {"type": "add", "name": name, "inputs": list(inputs)}


def test_a_chain_of_equals() -> None:
    assert counts(outline_of(conv("a"), conv("b"), conv("c"), conv("d", 5)).root) == [("a … c", 3)]


def test_neighbours_together() -> None:
    found = outline_of(*(conv(f"{name}{at}", kernel) for at in range(4) for name, kernel in (("a", 3), ("b", 5))))
    assert counts(found.root) == [("a0 … b3", 4)]
    assert shape(found.root) == ["input", ["a0 … b3", "a0", "b0"]]


def test_widths_may_differ_and_kernels_may_not() -> None:
    assert counts(outline_of(conv("a"), conv("b", filters=9)).root) == [("a … b", 2)]
    assert counts(outline_of(conv("a"), conv("b", 5)).root) == []


def test_what_stands_side_by_side_is_not_folded() -> None:
    found = outline_of(conv("a", inputs=["input"]), conv("b", inputs=["input"]), add("s", "a", "b"))
    assert counts(found.root) == []


def test_what_is_read_on_the_way_ends_a_fold() -> None:
    """A skip from the second of four: two and two."""
    found = outline_of(*(conv(name) for name in "abcd"), add("s", "b", "d"))
    assert counts(found.root) == [("a … b", 2), ("c … d", 2)]


def test_what_all_copies_give_may_be_read_together() -> None:
    """A sum over all of them, as WaveNet's skips."""
    assert counts(outline_of(*(conv(name) for name in "abcd"), add("s", *"abcd")).root) == [("a … d", 4)]
    assert counts(outline("wavenet").root) == [("layer_1 … layer_10", 10)]


def test_an_output_on_the_way_ends_a_fold() -> None:
    from rfcli import compute
    from rfcli.render.diagram.outline import outlined

    report = compute(
        {
            "format": 1,
            "input": {"size": [64], "channels": 2},
            "layers": [conv(name) for name in "abcd"],
            "outputs": ["b", "d"],
        }
    )
    assert counts(outlined(report).root) == [("a … b", 2), ("c … d", 2)]


def test_copies_that_read_the_same_thing_beside_the_chain() -> None:
    """Each adds the first layer again."""
    layers: list[dict[str, object]] = [conv("z", 5)]
    before = "z"
    for at in range(3):
        layers += [conv(f"c{at}", inputs=[before]), add(f"s{at}", f"c{at}", "z")]
        before = f"s{at}"
    assert counts(outline_of(*layers).root) == [("c0 … s2", 3)]


@pytest.mark.parametrize(
    ("name", "times"),
    [
        ("densenet121", [6, 12, 24, 16]),
        ("inception_v4", [2, 4, 2, 7, 2, 3]),
        ("resnet18", [2, 3]),
        ("resnet_v2_50", [2, 4, 2]),
        ("unet", [2] * 9),
    ],
)
def test_bundled_networks(name: str, times: list[int]) -> None:
    """Numbers of repetitions by the papers' tables of layers; units with a projection or a stride stand alone, which
    in resnet_v2 are the first and the last of each block."""
    assert [count for _, count in counts(outline(name).root)] == times
