"""Every layer type, as Keras has it."""

from rfcli.graph.graph import Graph
from rfcli.layers._registry import LAYERS
from rfcli.writers.keras import merges, parts, pointwise, recurrent, resizing, whole_map, windows
from rfcli.writers.keras.model import Model, layer_type
from rfcli.writers.places import UNTOLD, expressed

TARGET = "keras"
FAMILIES = (merges, parts, pointwise, recurrent, resizing, whole_map, windows)
"""Importing them fills the table of layer types."""

layer_type.hold(LAYERS.keys() - UNTOLD)


def written(graph: Graph) -> str:
    """The JSON of a Keras model. Raises `DescriptionError` with all layers that Keras has nothing for."""
    model = Model(graph)
    expressed(graph, TARGET, model.write)
    return model.text()
