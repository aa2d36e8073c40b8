"""Rows of facts: a layer type, and the layers of Keras that it becomes."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import rfcli
from writers.exporting import refusals

CHANNELS = 4


class Row(NamedTuple):
    """A layer called `it`, of a map of 4 channels or of features, and classes with their configurations, in order."""

    layer: dict[str, Any]
    made: list[tuple[str, dict[str, Any]]]
    size: Any = (8, 9)
    flat: bool = False
    """Whether it reads features: a flattened map of one sample."""
    inputs: int = 1

    @property
    def network(self) -> rfcli.Architecture:
        names = "xyz"[: self.inputs]
        inputs = {name: {"size": [1] * len(self.size) if self.flat else list(self.size), "channels": CHANNELS}
                  for name in names}  # fmt: skip
        before = [{"name": f"{name}_flat", "type": "flatten", "inputs": [name]} for name in names] if self.flat else []
        sources = [one["name"] for one in before] or list(names)
        layer = {"name": "it", "inputs": sources, **self.layer}
        document = {"format": 1, "name": "net", "inputs": inputs, "layers": [*before, layer], "outputs": ["it"]}
        return rfcli.loads(json.dumps(document), "net.json")


def named(row: Row) -> str:
    return f"{'flat ' * row.flat}{','.join(f'{key}={value}' for key, value in row.layer.items())}"[:70]


def written(row: Row) -> list[tuple[str, dict[str, Any]]]:
    """Classes and configurations, without names, behind the inputs."""
    text = rfcli.exported(row.network, "keras-json")
    assert isinstance(text, str)
    layers = json.loads(text)["config"]["layers"][row.inputs * (1 + row.flat) :]
    assert layers[-1]["name"] == "it"
    return [
        (one["class_name"], {key: value for key, value in one["config"].items() if key != "name"}) for one in layers
    ]


class Refusal(NamedTuple):
    """A layer that Keras has nothing for, and why."""

    layer: dict[str, Any]
    why: str
    size: Any = (8, 9)


def refused(refusal: Refusal) -> str:
    (message,) = refusals(Row(refusal.layer, [], refusal.size).network, "keras-json")
    return message


def rows_held(rows: list[Row], refusals: list[Refusal]) -> tuple[Callable[[Row], None], Callable[[Refusal], None]]:
    """The tests of a family's rows: what is written, and why a layer is refused."""

    @pytest.mark.parametrize("row", rows, ids=named)
    def test_written(row: Row) -> None:
        assert written(row) == row.made

    @pytest.mark.parametrize("refusal", refusals, ids=lambda one: str(one.layer)[:60])
    def test_refused(refusal: Refusal) -> None:
        assert refusal.why in refused(refusal)

    return test_written, test_refused
