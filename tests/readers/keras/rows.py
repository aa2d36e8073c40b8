"""Rows of facts: a Keras layer or function, and the layers that read the same; each is held against Keras itself.

What a row says is worked out from Keras's own documentation. `agrees` loads the very file that rf reads in Keras, and
compares shapes, parameters, and what outputs read: inputs are changed sample by sample.
"""

from __future__ import annotations

import json
import math
import os
import warnings
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

import rfcli
from readers.keras.keras_files import functional, new, old, source
from rfcli.geometry.unknown import Unknown

Layers = list[tuple[str, dict[str, Any]]]
NOTHING_LIKE_IT = ""
TENSORFLOW = "tensorflow"
"""The module of functions of TensorFlow."""


class Row(NamedTuple):
    """A layer or function `a` of inputs x, y, z, and the layers that read the same: types and parameters."""

    kind: str
    config: dict[str, Any]
    shapes: Any
    """Shapes without the batch: one, or a list of several."""
    layers: Layers
    args: tuple[Any, ...] | None = None
    """What it is called with: where it is not said, the input; of several, layers take a list, functions each."""
    module: str = "keras.layers"
    keras: str | None = None
    """What Keras calls it today, where that is another name; "" where it has nothing of the sort."""
    coarse: bool = False
    """Whether some of what it reads never changes what it makes: comparisons, rounding."""
    moved: bool = False
    """Whether axes have another order in Keras, or are other dimensions."""
    reads: bool = True
    """Whether what is read is compared: not of paddings that repeat samples, which rf takes for none of the map."""

    @property
    def inputs(self) -> dict[str, tuple[Any, ...]]:
        shapes = self.shapes if isinstance(self.shapes, list) else [self.shapes]
        return dict(zip("xyz", shapes, strict=False))

    def model(self, kind: str = "") -> dict[str, Any]:
        """The file."""
        names = list(self.inputs)
        if self.module == TENSORFLOW:
            given = {key: [one, 0, 0] if one in names else one for key, one in self.config.items()}
            layer = old("TFOpLambda", "a", {"function": self.kind}, ["x", 0, 0, given])
        else:
            usual = names if len(names) == 1 or "ops" in self.module else [names]
            call = {"args": [tensor(one, self.inputs) for one in self.args or usual], "kwargs": {}}
            layer = new(kind or self.kind, "a", self.config, call, module=self.module)
        sources = [source(shape, name) for name, shape in self.inputs.items()]
        return functional([*sources, layer], [("a", 0, 0)], tuple((name, 0, 0) for name in names))


def tensor(one: Any, inputs: dict[str, tuple[Any, ...]]) -> Any:
    """Names of inputs as tensors of Keras 3."""
    if isinstance(one, list):
        return [tensor(each, inputs) for each in one]
    if isinstance(one, str) and one in inputs:
        config = {"shape": [None, *inputs[one]], "dtype": "float32", "keras_history": [one, 0, 0]}
        return {"class_name": "__keras_tensor__", "config": config}
    return one


def aliased(aliases: dict[str, str], rows: list[Row]) -> list[Row]:
    """The first row of each class, under another name that it has or had."""
    first = {row.kind: row for row in reversed(rows)}
    return [first[name]._replace(kind=alias, keras=name) for alias, name in aliases.items()]


def tf(name: str, given: dict[str, Any], shapes: Any, layers: Layers) -> list[Row]:
    """A row for a function of TensorFlow, which Keras 2 calls with further arguments by name: other inputs among them."""
    return [Row(name, given, shapes, layers, module=TENSORFLOW, keras=NOTHING_LIKE_IT)]


def named(row: Row) -> str:
    config = ",".join(f"{key}={value}" for key, value in row.config.items())
    return f"{row.kind}({config})"[:60]


def drawn(model: dict[str, Any]) -> Layers:
    """The layers that rf reads of a file: types and parameters."""
    network = rfcli.loads(json.dumps(model), "m.json")
    return [(entry.layer.type, dict(entry.layer.given)) for entry in network.entries]


# Against Keras


def keras() -> Any:
    """Keras 3 with torch below it."""
    os.environ["KERAS_BACKEND"] = "torch"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import keras as module

    return module


def agrees(row: Row) -> None:
    """Keras's shape, trained parameters and reads are rf's."""
    if row.keras == NOTHING_LIKE_IT:
        return
    model = row.model(row.keras or row.kind)
    report = rfcli.compute(rfcli.loads(json.dumps(model), "m.json"))
    layer = report.layer(report.outputs[0])
    if layer.type == "custom" and isinstance(layer.channels, Unknown):
        return  # An operation that is not known, as the row says: there are no numbers to compare.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model["module"] = "keras.src.models.functional"
        for part in model["config"]["layers"]:
            part.setdefault("module", "keras.layers")
        theirs = keras().models.model_from_json(json.dumps(model))
    output = theirs.outputs[0]
    first = row.config.get("data_format") == "channels_first"
    if row.moved:
        assert math.prod(layer.output_size) * layer.channels == math.prod(output.shape[1:])
    else:
        assert_shape(layer, output.shape, first)
    trained = sum(math.prod(weight.shape) for weight in theirs.trainable_weights)
    assert report.total.params == trained
    if row.reads and not row.moved:
        assert_reads(row, report, theirs, first)


def assert_shape(layer: Any, shape: Any, first: bool) -> None:
    """Output size and channels are what Keras says; dimensions that were joined keep their axes here."""
    space, channels = (shape[2:], shape[1]) if first and len(shape) > 2 else (shape[1:-1], shape[-1])
    sizes = list(layer.output_size)
    if len(space) == len(sizes) or not space:
        assert (sizes, layer.channels) == (list(space) or [1] * len(sizes), channels), layer.name
    else:
        assert math.prod(sizes) * layer.channels == math.prod(shape[1:]), layer.name


def assert_reads(row: Row, report: Any, theirs: Any, first: bool) -> None:
    """What outputs at the corners and in the middle read of each input, by changing it sample by sample."""
    layer = report.outputs[0]
    space = list(report.layer(layer).output_size)
    shape = theirs.outputs[0].shape
    if list(shape[2:] if first else shape[1:-1]) != space:
        return  # Axes were joined, exchanged or taken away.
    for name, own in row.inputs.items():
        axes = own[1:] if first else own[:-1]
        if len(axes) != len(space):
            continue
        locator = rfcli.located(rfcli.compute(rfcli.loads(json.dumps(row.model()), "m.json"), origin=name), layer)
        changed = changes(row, theirs, name, axes, first)
        for position in {tuple(0 for _ in space), tuple(n // 2 for n in space), tuple(n - 1 for n in space)}:
            read = [place for place, outputs in changed.items() if outputs[position]]
            hull = [(min(one), max(one)) for one in zip(*read, strict=True)] if read else [None] * len(space)
            at = locator.at(position)
            ends = [(runs[0][0], runs[-1][1]) if runs else None for runs in at.runs]
            sides = {*locator.report.layer(layer).receptive_field.unbounded}
            wanted = [(0, n - 1) for n in axes] if at.globally and not {"before", "after"} & sides else ends
            if None in wanted:  # Along one axis it reads nothing, so it reads nothing at all.
                wanted = [None] * len(space)
            if row.coarse:
                within = [
                    a is None or (b is not None and b[0] <= a[0] <= a[1] <= b[1])
                    for a, b in zip(hull, wanted, strict=True)
                ]
                assert all(within), (name, position, hull, wanted)
            else:
                assert hull == wanted, (name, position)


def changes(row: Row, theirs: Any, name: str, axes: Any, first: bool) -> dict[tuple[int, ...], Any]:
    """For each sample of one input: which outputs change when it is made larger or smaller."""
    import numpy as np

    chance = np.random.default_rng(7)
    places = list(np.ndindex(*axes))
    batch = []
    for each, shape in row.inputs.items():
        # From 0 to 1, where most functions are not flat; numbers of words are whole.
        one = chance.uniform(0.1, 0.9, shape) if row.kind != "Embedding" else chance.integers(0, 5, shape)
        given = np.broadcast_to(one, (1 + 2 * len(places), *shape)).copy()
        if each == name:
            for number, place in enumerate(places):
                inner = (slice(None), *place) if first else (*place, slice(None))
                apart = np.linspace(0.5, 1.5, shape[0 if first else -1])  # All alike, a norm would take out again.
                given[(1 + 2 * number, *inner)] *= 5 * apart
                given[(2 + 2 * number, *inner)] *= 0.01 * apart
        batch.append(given.astype("float32"))
    made = theirs(batch, training=False)
    made = made[0] if isinstance(made, list | tuple) else made
    outputs = np.asarray(made.detach().cpu()).astype("float64")
    outputs = np.moveaxis(outputs, 1, -1) if first else outputs
    differ = ~np.isclose(outputs, outputs[:1], rtol=1e-6, atol=1e-7, equal_nan=True).all(-1)
    return {place: differ[1 + 2 * number] | differ[2 + 2 * number] for number, place in enumerate(places)}


def rows_held(rows: list[Row]) -> tuple[Callable[[Row], None], Callable[[Row], None]]:
    """The tests of a family's rows: the layers that are drawn, and in the group zoo that Keras agrees."""
    each = pytest.mark.parametrize("row", rows, ids=named)

    @each
    def test_layers(row: Row) -> None:
        assert drawn(row.model()) == row.layers

    @pytest.mark.zoo
    @each
    def test_keras_agrees(row: Row) -> None:
        agrees(row)

    return test_layers, test_keras_agrees
