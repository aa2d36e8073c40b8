"""A network as the JSON that `keras.models.model_from_json` of Keras 3 reads: a Functional model, channels last.

Layers have rf's names. Keras allows no `/` in a name, and its torch backend no dot: `/` becomes `__`, other characters
`_`. A layer that takes several has the last of them named as itself, and the others after it: `conv1__pad`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import Graph
from rfcli.tables import Table
from rfcli.words.keras import MERGES
from rfcli.writers.places import Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Writes = Callable[["Model", Place, list[str]], None]
Config = dict[str, "Any"]
"""A layer's configuration, or some of its keys."""
Shape = tuple[int | None, ...]
"""Sizes and, last, channels, without the batch; None where unknown."""

layer_type: Table[Writes] = Table("layer type")
"""Layer type -> the function that adds its layers to a model; raises `Inexpressible` where Keras has none."""
JOINING = (*MERGES, "Concatenate")
"""Classes that are called with a list of tensors."""


class Model:
    """A model in the making; tensors are named by the layers that make them."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.layers: list[dict[str, Any]] = []
        self.taken: set[str] = set()
        self.names = [self.free(label) for label in graph.labels]
        self.flat: set[int] = set()
        """Numbers of the layers that make (batch, features), and no map."""
        self.shapes: dict[str, Shape] = {
            name: (*map(known, sizes), known(channels))
            for name, sizes, channels in zip(self.names, graph.sizes, graph.channels, strict=True)
        }
        self.place: Place
        for name in self.names[: len(graph.inputs)]:
            config = {"batch_shape": [None, *self.shapes[name]], "dtype": "float32", "sparse": False, "name": name}
            self._append("InputLayer", config, [])

    def free(self, label: str) -> str:
        """A name that Keras takes, and that no other layer has."""
        wanted = made = "".join(
            one if one.isascii() and (one.isalnum() or one == "-") else "_" for one in label.replace("/", "__")
        )
        count = 1
        while made in self.taken:
            count += 1
            made = f"{wanted}_{count}"
        self.taken.add(made)
        return made

    def write(self, place: Place) -> None:
        """A layer of the network, as one or several of Keras. Raises `Inexpressible`."""
        self.place = place
        layer_type[place.layer.type](self, place, self._operands(place))

    def add(
        self, kind: str, inputs: Sequence[str], ending: str = "", shape: Shape | None = None, arguments: int = 1,
        **config: Any,
    ) -> str:  # fmt: skip
        """A layer: the described one, or one that goes before it with what `shape` it makes. Returns its name."""
        name = self.free(f"{self.place.label}/{ending}") if ending else self.names[self.place.number]
        if shape is not None:
            self.shapes[name] = shape
        tensors = [
            {"class_name": "__keras_tensor__",
             "config": {"shape": [None, *self.shapes[one]], "dtype": "float32", "keras_history": [one, 0, 0]}}
            for one in inputs
        ]  # fmt: skip
        given: list[Any] = [tensors] if kind in JOINING else tensors * arguments
        self._append(kind, {"name": name, **config}, [{"args": given, "kwargs": {}}])
        return name

    def features(self, kind: str, inputs: Sequence[str], **config: Any) -> None:
        """The described layer, which makes (batch, features)."""
        self.add(kind, inputs, "", (known(self.place.channels),), **config)
        self.flat.add(self.place.number)

    def kept(self, kind: str, inputs: Sequence[str], **config: Any) -> None:
        """The described layer, which takes maps and (batch, features) alike, and makes what it takes."""
        if self.place.layer.flat and self.flat.issuperset(self.place.sources):
            self.features(kind, inputs, **config)
        else:
            self.add(kind, inputs, **config)

    def _append(self, kind: str, config: Config, nodes: list[Any]) -> None:
        self.layers.append(
            {"module": "keras.layers", "class_name": kind, "config": config, "registered_name": None,
             "name": config["name"], "inbound_nodes": nodes}
        )  # fmt: skip

    def _operands(self, place: Place) -> list[str]:
        """What a layer reads, in the shape in which it takes it: (batch, features), or a map."""
        type = place.layer.type
        flats = [source in self.flat for source in place.sources]
        sources = [self.names[source] for source in place.sources]
        if type == "linear" and not flats[0]:
            return [self.add("Flatten", sources, "flat", (known(place.counts[0]),))]
        if type in ("linear", "flatten") or not any(flats) or (all(flats) and place.layer.flat):
            return sources
        read = []
        for name, flat, count in zip(sources, flats, place.counts, strict=True):
            shape = (*(1,) * place.axes, known(count))
            read.append(self.add("Reshape", [name], "map", shape, target_shape=list(shape)) if flat else name)
        return read

    def text(self) -> str:
        """The model's JSON."""
        ends: Config = {}
        for key, numbers in (("input_layers", self.graph.inputs), ("output_layers", self.graph.outputs)):
            listed = [[self.names[number], 0, 0] for number in numbers]
            ends[key] = listed[0] if len(listed) == 1 else listed
        name = "".join(one if one.isascii() and one.isalnum() else "_" for one in self.graph.architecture.name)[:60]
        config = {"name": name or "network", "trainable": True, "layers": [], **ends}
        kind = {"module": "keras.src.models.functional", "class_name": "Functional"}
        model = {**kind, "config": config, "registered_name": "Functional"}
        rows = ",\n".join(json.dumps(layer) for layer in self.layers)
        return json.dumps(model).replace('"layers": []', f'"layers": [\n{rows}\n]', 1) + "\n"


def known(n: int | Unknown) -> int | None:
    return n if isinstance(n, int) else None
