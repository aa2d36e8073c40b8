"""Scopes as modules: which are worth one, and what is run in which order."""

from __future__ import annotations

from typing import Any

import pytest
from writers.torch.sources import classes


def layer(name: str, *inputs: str, type: str = "relu", **more: Any) -> dict[str, Any]:
    return {"name": name, "type": type, **({"inputs": list(inputs)} if inputs else {}), **more}


def scope(name: str, *layers: dict[str, Any]) -> dict[str, Any]:
    return {"name": name, "type": "sequence", "layers": list(layers)}


def last(layers: list[dict[str, Any]]) -> str:
    """The name of the last layer, which is the only output."""
    name = layers[-1]["name"]
    return f"{name}/{last(layers[-1]['layers'])}" if "layers" in layers[-1] else name


def pooled(*scales: int) -> list[dict[str, Any]]:
    """Maps of several sizes, called p2 …"""
    return [layer(f"p{n}", "input", type="max_pool", kernel=n, stride=n) for n in scales]


RUN = {
    # layers, and how the network's module runs them
    "a scope": ([scope("s", layer("a"), layer("b"))], ["return self.s(x)"]),
    "of one layer": ([scope("s", layer("a")), layer("b")], ["x = self.s_a(x)", "return self.b(x)"]),
    "around a scope": ([scope("s", scope("t", layer("a"), layer("b"))), layer("c")], ["x = self.s_t(x)", "return self.c(x)"]),
    "with one layer that is run": (
        [layer("before"), scope("s", layer("a"), layer("aside")), layer("c", "s/a")],
        ["x = self.before(x)", "x = self.s_a(x)", "return self.c(x)"],
    ),
    "that no output needs": ([layer("a"), scope("s", layer("b"), layer("c")), layer("d", "a")], ["x = self.a(x)", "return self.d(x)"]),
    "of four inputs": (
        [*(layer(one, "input") for one in "abcd"), scope("s", layer("i", "a", "b", type="concat"), layer("j", "i", "c", "d", type="concat"))],
        ["a = self.a(x)", "b = self.b(x)", "c = self.c(x)", "x = self.d(x)", "return self.s(a, b, c, x)"],
    ),
    "of five inputs": (
        [*(layer(one, "input") for one in "abcde"), scope("s", layer("i", "a", "b", type="concat"), layer("j", "i", "c", "d", "e", type="concat"))],
        ["a = self.a(x)", "b = self.b(x)", "c = self.c(x)", "d = self.d(x)", "e = self.e(x)", "x = torch.cat([a, b], 1)",
         "return torch.cat([x, c, d, e], 1)"],
    ),
    "of two outputs": (
        [scope("s", layer("a"), layer("b")), layer("c", "s/a", "s/b", type="add")],
        ["a, b = self.s(x)", "return a + b"],
    ),
    "sized by a layer": (
        [*pooled(2), scope("s", layer("a", "p2"), layer("r", type="resize", like="input"))],
        ["y = self.p2(x)", "return self.s(y, x)"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "run"), RUN.values(), ids=RUN)
def test_run(layers: list[dict[str, Any]], run: list[str]) -> None:
    *_, (_, (_, *found)) = classes(layers, outputs=[last(layers)]).values()
    assert found == run


def test_a_layer_runs_behind_the_one_whose_size_it_takes() -> None:
    """Which the document describes later."""
    layers = [
        layer("up", "input", type="resize", like="b"),
        layer("b", "input", type="max_pool", kernel=2),
        layer("sum", "up", "b", type="add"),
    ]
    *_, (_, (_, *found)) = classes(layers).values()
    assert found[0].endswith("self.b(x)")


def test_scopes_that_feed_each_other_are_taken_apart() -> None:
    """a/i -> b/i -> a/j -> b/j: neither scope can be run as a whole before the other."""
    layers = [scope("a", layer("i", "input"), layer("j", "b/i")), scope("b", layer("i", "a/i"), layer("j", "a/j"))]
    ((_, found),) = classes(layers).values()
    assert found == ["x", "x = self.a_i(x)", "x = self.b_i(x)", "x = self.a_j(x)", "return self.b_j(x)"]


def test_what_no_output_uses_is_made_and_not_run() -> None:
    layers = [
        layer("a", type="conv", kernel=3, filters=2),
        layer("aside", type="conv", kernel=1, filters=2),
        layer("b", "a"),
    ]
    ((made, run),) = classes(layers, outputs=["b"]).values()
    assert "self.aside = nn.Conv2d(2, 2, 1)" in made
    assert run == ["x", "x = self.a(x)", "return self.b(x)"]
