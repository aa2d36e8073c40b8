"""From an architecture to a graph."""

from __future__ import annotations

from graph import conv, graph, refused


def test_a_graph_is_numbers_instead_of_names() -> None:
    net = graph(conv(name="a", inputs=["b"]), conv(name="b", inputs=["input"]), size=[9, 8], outputs=["a"])
    assert net.labels == ["input", "a", "b"]
    assert net.order == [0, 2, 1]
    assert net.outputs == (1,)
    assert net.sizes == [(9, 8), (5, 4), (7, 6)]
    assert net.channels == [3, 4, 4]
    assert list(net.inputs) == [0]


def test_no_problem_hides_another() -> None:
    """A circle, a name that is not there, and a layer that does not fit."""
    found = refused(
        conv(name="a", inputs=["b"]),
        conv(name="b", inputs=["a"]),
        conv(name="c", inputs=["nowhere"]),
        conv(99, name="d", inputs=["input"]),
        size=[8],
    )
    assert [code for code, _ in found] == ["RF203", "RF201", "RF305"]


def test_what_follows_a_wrong_layer_is_passed_over() -> None:
    found = refused(conv(99, name="a"), conv(99, name="b"), size=[8])
    assert [message.split(":")[0] for _, message in found] == ["conv 'a'"]
