"""Scopes, and names told from within them."""

from __future__ import annotations

import random

from writers.description.describing import described, same_either_way


def test_scopes_that_come_apart_and_names_that_shadow() -> None:
    """Names inside of scopes that are taken up again, that are layers as well, or that hide a layer outside."""
    names = [
        "a/x",
        "b/x",
        "a/y",
        "c",
        "c/x",
        "d/d/d",
        "d/d/e",
        "d/e",
        "e",
        "d/f/e",
        "d/f/d",
        "d/f/f",
        "f/g/h/i/j/k/l/m/n/o/p/q/r/s",
    ]
    chance = random.Random(3)
    layers = []
    for number, name in enumerate(names):
        takes = [chance.choice(names[:number] or ["input"])]
        layers.append({"name": name, "type": "conv", "kernel": 1, "filters": number + 1, "inputs": takes})
    same_either_way(described(layers))


def test_deep_scopes() -> None:
    deep = "/".join("s" * 1 for _ in range(100))
    text = same_either_way(described([{"name": f"{deep}/{name}", "type": "relu"} for name in ("a", "b", "c", "d")]))
    assert max(line.count(" ") for line in text.splitlines()) < 100
