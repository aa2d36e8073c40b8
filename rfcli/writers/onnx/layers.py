"""A network as an ONNX model. Needs the extra `onnx`.

A module for each family of layer types says what they are as operations of opset 21. A layer that takes several has the
last of them named as itself, and the others below it: `conv1/pad`.
"""

from rfcli.extras import needed
from rfcli.graph.graph import Graph
from rfcli.layers._registry import LAYERS
from rfcli.writers.onnx import merges, parts, pointwise, recurrent, resizing, weights, whole_map, windows
from rfcli.writers.onnx.model import NODES, Model
from rfcli.writers.places import UNTOLD, Place, expressed

TARGET = "onnx"
FAMILIES = (pointwise, windows, whole_map, recurrent, weights, parts, merges, resizing)
"""The modules that fill `NODES`: every layer type is written or refused."""
NODES.hold(LAYERS.keys() - UNTOLD)


def written(graph: Graph) -> bytes:
    """An ONNX model of the network. Raises `DescriptionError` with all layers that ONNX has nothing for, and
    `CallError` where onnx is missing."""
    model = Model(needed("onnx", "writing an ONNX model"), graph)

    def express(place: Place) -> None:
        model.place = place
        NODES[place.layer.type](model, place, model.operands(place))
        model.flat[place.number] = model.makes_features(place)

    expressed(graph, TARGET, express)
    return model.serialised()
