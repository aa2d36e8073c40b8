"""Recurrent layers, which Keras has with one bias for each gate, a GRU with two."""

from rfcli.words.keras import RECURRENT
from rfcli.writers.keras.model import Model, layer_type
from rfcli.writers.places import Inexpressible, Place, certain


@layer_type(*RECURRENT.ours)
def recurrent(model: Model, place: Place, x: list[str]) -> None:
    layer = place.layer
    certain(place.counts[0], "the channels of its input are not known")
    if place.axes > 1:
        raise Inexpressible("rf writes recurrent layers for maps of one axis only")
    if layer.projection is not None:
        raise Inexpressible("Keras's LSTM has no projection")
    if layer.last or layer.reverse:
        raise Inexpressible("rf writes recurrent layers that run forward, or both ways, and give all states")
    if layer.bias and not layer.single_bias and layer.type != "gru":
        raise Inexpressible("Keras has one bias for each gate", "state single_bias: true")
    read = x[0]
    for at in range(1, layer.depth + 1):
        end = "" if at == layer.depth else f"layer{at}"
        config = {"units": layer.units, "use_bias": layer.bias, "return_sequences": True}
        if layer.type == "gru":
            config["reset_after"] = not layer.single_bias
        shape = None if not end else (model.shapes[read][0], layer.units * (2 if layer.bidirectional else 1))
        kind = RECURRENT.written(layer.type)
        if layer.bidirectional:
            inner = {"module": "keras.layers", "class_name": kind, "config": {"name": "forward", **config},
                     "registered_name": None}  # fmt: skip
            read = model.add("Bidirectional", [read], end, shape, layer=inner, merge_mode="concat")
        else:
            read = model.add(kind, [read], end, shape, **config)
