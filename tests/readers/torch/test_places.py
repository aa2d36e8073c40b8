"""What is written in place: read by what comes later, through whatever view."""

from __future__ import annotations

from typing import Any

import pytest
from readers.torch.test_building import POOL, X, call, computed, fields, graph, tensor

import rfcli

Y = (1, 2, 18)
WHOLE = {"as_int": 0}


def written(
    view: Any, shape: tuple[int, ...], *later: Any, result: str = "y", more: dict[str, Any] | None = None
) -> Any:
    """The size of `result` behind a pool whose view `v` is pooled once more and written into it."""
    shapes = {
        "x": (1, 2, 20),
        "w": (1, 2, 22),
        "p": (1, 2, 20),
        "y": (1, 2, 20),
        "q": (1, 2, 20),
        "v": shape,
        "r": shape,
    } | (more or {})
    pool = POOL | {"padding": {"as_ints": [1]}}
    nodes = [call("avg_pool1d", "y", tensor("x"), **pool), view, *later]
    return fields(computed(graph(shapes, ["x"], ["end"], *nodes, call("relu", "end", tensor(result)))))


VIEWS = {
    "alias": (call("alias", "v", tensor("y")), (1, 2, 20)),
    "dropout": (call("dropout", "v", tensor("y")), (1, 2, 20)),
    "view": (call("view", "v", tensor("y"), {"as_ints": [1, 2, 1, 20]}), (1, 2, 1, 20)),
    "unsqueeze": (call("unsqueeze", "v", tensor("y"), {"as_int": 0}), (1, 1, 2, 20)),
    "transpose": (call("transpose", "v", tensor("y"), {"as_int": 1}, {"as_int": 2}), (1, 20, 2)),
    "permute": (call("permute", "v", tensor("y"), {"as_ints": [1, 0, 2]}), (2, 1, 20)),
}


@pytest.mark.parametrize("name", VIEWS)
def test_what_is_written_through_a_view_is_in_the_whole(name: str) -> None:
    view, shape = VIEWS[name]
    found = written(view, shape, call("sigmoid_", "r", tensor("v")), more={"end": (1, 2, 20)})
    assert "sigmoid" in found and found["relu"] == (3,)
    # Without the write no layer is a sigmoid: what is not read is left out.
    assert "sigmoid" not in written(view, shape, call("sigmoid", "r", tensor("v")), more={"end": (1, 2, 20)})


@pytest.mark.parametrize("name", VIEWS)
def test_what_is_written_into_the_whole_is_in_its_views(name: str) -> None:
    view, shape = VIEWS[name]
    found = written(view, shape, call("sigmoid_", "s", tensor("y")), result="v", more={"s": (1, 2, 20), "end": shape})
    assert "sigmoid" in found


def test_what_was_read_before_is_not_changed() -> None:
    shapes = {"x": X, "y": X, "before": X, "r": X}
    nodes = [call("relu", "y", tensor("x")), call("tanh", "before", tensor("y")), call("sigmoid_", "r", tensor("y"))]
    assert list(fields(computed(graph(shapes, ["x"], ["before"], *nodes)))) == ["relu", "tanh"]


def test_a_part_that_is_written_spoils_the_whole_honestly() -> None:
    view = call("select", "v", tensor("y"), {"as_int": 1}, WHOLE)
    shapes: dict[str, Any] = {"end": (1, 2, 20)}
    found = written(view, (1, 20), call("sigmoid_", "r", tensor("v")), more=shapes)
    assert "select_scatter" in found["relu"][0].reason
    strange = call("expand", "v", tensor("y"), {"as_ints": [1, 2, 20]})
    found = written(strange, (1, 2, 20), call("sigmoid_", "r", tensor("v")), more=shapes)
    assert "written through a view" in found["relu"][0].reason


def test_views_of_views_without_end() -> None:
    nodes = [call("alias", f"v{at + 1}", tensor(f"v{at}")) for at in range(70)]
    shapes = {f"v{at}": X for at in range(71)}
    with pytest.raises(rfcli.DescriptionError, match="views of more than 64 views"):
        computed(graph(shapes, ["v0"], ["v70"], *nodes))


def test_many_views_and_many_writes_end() -> None:
    nodes = [call("alias", f"v{at}", tensor("x")) for at in range(700)]
    nodes += [call("sigmoid_", f"r{at}", tensor("x")) for at in range(700)]
    shapes = {"x": X} | {f"{kind}{at}": X for kind in "vr" for at in range(700)}
    with pytest.raises(rfcli.DescriptionError, match="change views more than 10000 times"):
        computed(graph(shapes, ["x"], ["r1"], *nodes))
