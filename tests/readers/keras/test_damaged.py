"""Hostile and damaged files: each ends soon, read or refused."""

from __future__ import annotations

import json
import random
import time
from typing import Any

import pytest

import rfcli
from readers.keras.keras_files import (
    GOOD,
    archive,
    chain,
    functional,
    new,
    old,
    single,
    source,
)
from readers.keras.test_calls import CIRCLE
from readers.keras.test_functions import OPERATIONS
from readers.keras.test_model import OLD_SEQUENTIAL, nested
from readers.keras.test_whole_map import KEPT
from readers.keras.test_windows import WINDOWS


def deep(count: int) -> dict[str, Any]:
    model: dict[str, Any] = single((8, 8, 3), "ReLU", {})
    for _ in range(count):
        model = chain(source((8, 8, 3)), {**model, "name": "inner"})
    return model


def doubling(depth: int, calls: int) -> dict[str, Any]:
    """Models in models, each of which is called so often."""
    inner = functional([source((8, 8, 3)), new("ReLU", "a", {}, ["x"])], [("a", 0, 0)])
    for _ in range(depth):
        nodes = [["x"], *[[("m", number, 0)] for number in range(calls - 1)]]
        part = new("Functional", "m", inner["config"], *nodes, module="keras")
        inner = functional([source((8, 8, 3)), part], [("m", calls, 0)])
    return inner


HOSTILE = {
    "nesting": "{" + '"class_name":{' * 100_000,
    "brackets": '{"class_name": "Sequential", "config": ' + "[" * 1_000_000,
    "models": json.dumps(deep(200)),
    "doubling": json.dumps(doubling(7, 20)),
    "layers": json.dumps(chain(source((8, 8, 3)), *[{"class_name": "ReLU", "config": {"name": str(n)}} for n in range(3000)])),
    "calls": json.dumps(functional([source((8, 8, 3)), new("ReLU", "a", {}, *[["x"]] * 2500)], [("a", n, 0) for n in range(2500)])),
    "inputs": json.dumps(functional([source((8, 8, 3)), old("Add", "a", {}, [["x", 0, 0]] * 30_000)], [("a", 0, 0)])),
    "doubling maps": json.dumps(chain(source((8, 8, 3)), *[{"class_name": "UpSampling2D", "config": {"name": str(n), "size": 2000}} for n in range(3000)])),
    "shapes": json.dumps(chain(source((8, 8, 3)), ("Reshape", {"target_shape": [1] * 30_000}))),
    "constants": json.dumps(functional([source((8, 8, 3)), new("Add", "a", {}, ["x", [[1] * 1000] * 100], module="keras.src.ops.numpy")], [("a", 0, 0)])),
    "wrong layers": json.dumps(chain(source((8, 8, 3)), *[{"class_name": "Dense", "config": {"name": str(n)}} for n in range(3000)])),
    "long names": json.dumps(chain(source((8, 8, 3)), {"class_name": "x" * 60_000, "config": {"name": "y/" * 30_000}})),
    "controls": json.dumps(chain(source((8, 8, 3)), {"class_name": "\x1b[31m\u202e$(x)\n", "config": {"name": "\x1b$(1/0)"}})),
}  # fmt: skip


@pytest.mark.parametrize("model", HOSTILE.values(), ids=HOSTILE)
def test_hostile_files_end_soon(model: str) -> None:
    started = time.process_time()
    try:
        rfcli.compute(rfcli.loads(model, "m.json"))
    except rfcli.DescriptionError as error:
        assert error.diagnostics
    assert time.process_time() - started < 20


MUTATED = [
    GOOD, nested("Functional", 3), nested("Functional", 2), nested("Sequential", 2), CIRCLE, OLD_SEQUENTIAL,
    *(functional([source((8, 9, 4)), layer], [("a", 0, 0)]) for layer, _ in OPERATIONS.values()),
    *(single(shape, kind, config) for shape, kind, config, _ in WINDOWS.values()),
    *(single((8, 9, 3), kind, config) for kind, config, _, _ in KEPT.values()),
]  # fmt: skip


JUNK: list[Any] = [None, True, 0, -1, 1.5, 10**9, "", "x", "same", [], [[]], [0], ["x", 0, 0], [None, -3], {}, {"items": []},
                   {"class_name": "__keras_tensor__"}, {"class_name": "__tuple__", "items": 3}, {"name": "x"}]  # fmt: skip


def mutated(value: Any, chance: random.Random) -> Any:
    """The value with one part of it replaced, removed or doubled."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        key = chance.choice(list(value))
        if chance.random() < 0.1:
            return {name: one for name, one in value.items() if name != key}
        return {**value, key: mutated(value[key], chance)}
    if isinstance(value, list) and value and chance.random() < 0.9:
        place = chance.randrange(len(value))
        if chance.random() < 0.15:
            return [*value[:place], value[place], *value[place + chance.randrange(2) :]]
        return [*value[:place], mutated(value[place], chance), *value[place + 1 :]]
    return chance.choice(JUNK)


def test_damaged() -> None:
    """Whatever stands in a file, it is read or refused, with the place."""
    chance, outcomes = random.Random(11), {"read": 0, "refused": 0}
    for number in range(1000):
        model = MUTATED[number % len(MUTATED)]
        for _ in range(chance.choice([1, 1, 2, 4])):
            model = mutated(model, chance)
        if not isinstance(model, dict):
            continue
        try:
            rfcli.compute(rfcli.loads(json.dumps(model), "m.keras"))
            outcomes["read"] += 1
        except rfcli.DescriptionError as error:
            assert all(one.span.line >= 1 and one.span.column >= 1 for one in error.diagnostics)
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 200, outcomes


def test_damaged_archives() -> None:
    good, chance = archive(nested("Functional", 3)), random.Random(12)
    outcomes = set()
    for _ in range(300):
        bad = bytearray(good)
        for _ in range(chance.choice([1, 2, 8])):
            bad[chance.randrange(4, len(bad))] = chance.randrange(256)
        try:
            rfcli.compute(rfcli.loads(bytes(bad), "m.keras"))
            outcomes.add("read")
        except rfcli.DescriptionError:
            outcomes.add("refused")
    assert outcomes == {"read", "refused"}
