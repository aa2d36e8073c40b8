"""An ONNX model in the making, and the table of functions that add layers to it.

Weights are `Constant` nodes with a sparse tensor of no entries: zeros of the right shape, in a few bytes each, which
shape inference and runtimes read as they read any other weight, and whose shape is all that rf asks a weight for. (A
`sparse_initializer` would say the same, but onnx's own shape inference takes it to have no shape.) What is not trained,
such as the statistics of a normalisation, is a `ConstantOfShape`.
"""

from collections.abc import Callable, Sequence
from typing import Any

from rfcli.description.names import sanitised
from rfcli.geometry.axes import axis_names
from rfcli.graph.graph import Graph
from rfcli.layers._masks import digits
from rfcli.tables import Table
from rfcli.writers.places import Place, free, known

OPSET, IR_VERSION = 21, 10
"""The first opset whose GroupNormalization has a scale for each channel, and the format's version of that time."""
END = (1 << 63) - 1
"""The end of a dimension, in slices."""
FLATTENING = ("flatten", "linear")
"""Types that make (batch, features) of whatever they take."""

Node = Callable[["Model", Place, list[str]], None]

NODES: Table[Node] = Table("layer type")
"""Layer type -> the function that adds its operations to a model, the last one named as the layer, given what it reads;
raises `Inexpressible` where ONNX has none."""
node = NODES


class Model:
    """A model in the making; values are named as their layers."""

    def __init__(self, onnx: Any, graph: Graph) -> None:
        self.onnx, self.graph = onnx, graph
        self.helper, self.float, self.int64 = onnx.helper, onnx.TensorProto.FLOAT, onnx.TensorProto.INT64
        self.nodes: list[bytes] = []
        """Serialised one by one: a tenth of what they take as objects."""
        self.initializers: dict[str, Any] = {}
        self.taken = set(graph.labels)
        self.names = graph.labels
        self.flat = [False] * len(graph.labels)
        self.filled: dict[tuple[float, tuple[int, ...]], str] = {}
        self.place: Place

    # Values

    def free(self, ending: str) -> str:
        """A name below that of the layer."""
        return free(f"{self.place.label}/{ending}", self.taken)

    def add(self, operation: str, inputs: Sequence[str], ending: str = "", **attributes: Any) -> str:
        """An operation: the layer itself, or one that goes before it. Returns the name of what it makes."""
        name = self.free(ending) if ending else self.place.label
        given = {key: value for key, value in attributes.items() if value is not None}
        self._append(operation, list(inputs), name, **given)
        return name

    def _append(self, operation: str, inputs: list[str], name: str, **attributes: Any) -> None:
        made = self.helper.make_node(operation, inputs, [name], name=name, **attributes)
        self.nodes.append(_field(NODE, made.SerializeToString(deterministic=True)))

    def weight(self, ending: str, shape: Sequence[int]) -> str:
        """A trained tensor."""
        name = self.free(ending)
        values = self.helper.make_tensor(name, self.float, [0], [])
        places = self.helper.make_tensor(f"{name}/places", self.int64, [0], [])
        tensor = self.helper.make_sparse_tensor(values, places, list(shape))
        self._append("Constant", [], name, sparse_value=tensor)
        return name

    def weights(self, shape: Sequence[int], bias: bool, below: str = "", filters: int | None = None) -> list[str]:
        """A trained tensor, and a bias for each of its `filters`, its first dimension unless stated."""
        found = [self.weight(f"{below}weight", shape)]
        return [*found, self.weight(f"{below}bias", (filters or shape[0],))] if bias else found

    def constant(self, value: float, shape: Sequence[int]) -> str:
        """A tensor of one number that is not trained; equal ones are one."""
        key = (value, tuple(shape))
        if key not in self.filled:
            tensor = self.helper.make_tensor("value", self.float, [1], [value])
            self.filled[key] = self.add("ConstantOfShape", [self.integers(shape)], "constant", value=tensor)
        return self.filled[key]

    def mask(self, weight: str, layer: Any) -> str:
        """A trained tensor of a kernel without the taps that a mask leaves out."""
        if getattr(layer, "taps", None) is None:
            return weight
        values = [float(digit) for row in digits(layer.taps, layer.kernel).split() for digit in row]
        name = self.free("mask")
        self.initializers[name] = self.helper.make_tensor(name, self.float, [1, 1, *layer.kernel], values)
        return self.add("Mul", [weight, name], "masked")

    def scalar(self, value: float) -> str:
        """A number."""
        return self.add("Constant", [], "number", value_float=float(value))

    def integers(self, values: Sequence[int]) -> str:
        """Whole numbers that an operation takes as an input; equal ones are one."""
        name = "numbers/" + "_".join(map(str, values))
        if len(name) > 60 or name in self.taken:
            name = self.free("numbers")
        if name not in self.initializers:
            self.initializers[name] = self.helper.make_tensor(name, self.int64, [len(values)], list(values))
        return name

    def floats(self, values: Sequence[float]) -> str:
        """Numbers that an operation takes as an input."""
        return self.add("Constant", [], "scales", value_floats=list(values))

    # Maps, and features without one

    def operands(self, place: Place) -> list[str]:
        """What a layer reads, in the shape in which it takes it: (batch, features), or a map."""
        flats = [self.flat[source] for source in place.sources]
        found = [self.names[source] for source in place.sources]
        if place.layer.type == "linear" and not flats[0]:
            return [self.add("Flatten", found, "flat")]
        if not any(flats) or self.makes_features(place):
            return found
        axes = self.integers(range(2, 2 + place.axes))
        return [
            self.add("Unsqueeze", [name, axes], "map") if flat else name
            for name, flat in zip(found, flats, strict=True)
        ]

    def makes_features(self, place: Place) -> bool:
        """Whether what a layer makes is (batch, features), and no map."""
        layer = place.layer
        return layer.type in FLATTENING or (layer.flat and all(self.flat[source] for source in place.sources))

    def ones(self, place: Place) -> tuple[int, ...]:
        """A one for each dimension that a layer's first source has behind its channels."""
        return () if self.flat[place.sources[0]] else (1,) * place.axes

    # The whole

    def serialised(self) -> bytes:
        """The model's bytes, the same for the same network."""
        letters = axis_names(self.graph.architecture.axes)
        described = self.helper.make_tensor_value_info
        inputs = []
        for one in self.graph.architecture.inputs:
            named = zip(("channels", *letters), (one.channels, *one.size), strict=True)
            sizes = [f"{one.name}_{letter}" if n is None else n for letter, n in named]
            inputs.append(described(one.name, self.float, ["batch", *sizes]))
        outputs = []
        for number in self.graph.outputs:
            name = self.names[number]
            if number in self.graph.inputs:
                self.taken.add(name)
                made = f"{name}/output"
                self._append("Identity", [name], made)
                name = made
            own = () if self.flat[number] else self.graph.sizes[number]
            shape = ["batch", *map(known, (self.graph.channels[number], *own))]
            outputs.append(described(name, self.float, shape))
        name = sanitised(self.graph.architecture.name, "network")
        graph = self.helper.make_graph([], name, inputs, outputs, [*self.initializers.values()])
        # As onnx would serialise the whole at once, each field after those of smaller numbers.
        within = b"".join((*self.nodes, graph.SerializeToString(deterministic=True)))
        head = self.onnx.ModelProto(ir_version=IR_VERSION, producer_name="rf").SerializeToString()
        tail = self.onnx.ModelProto(opset_import=[self.helper.make_opsetid("", OPSET)]).SerializeToString()
        return b"".join((head, _field(GRAPH, within), tail))


NODE, GRAPH = 1, 7
"""Numbers of fields: a graph's nodes, a model's graph."""


def _field(number: int, data: bytes) -> bytes:
    """A field of a protobuf message: its number with the wire type 2, the length in groups of 7 bits, the data."""
    size, groups = len(data), bytearray([number << 3 | 2])
    while size > 127:
        groups.append(size & 127 | 128)
        size >>= 7
    groups.append(size)
    return bytes(groups) + data
