"""Recurrent layers, which ONNX takes with the sequence first and gives with a dimension for the directions."""

from rfcli.words.onnx import RECURRENT
from rfcli.writers.onnx.model import Model, node
from rfcli.writers.places import Inexpressible, Place


@node(*RECURRENT.ours)
def recurrent(model: Model, place: Place, x: list[str]) -> None:
    layer, units = place.layer, place.layer.units
    if place.axes > 1:
        raise Inexpressible("rf writes recurrent layers for maps of one axis only")
    if layer.projection is not None:
        raise Inexpressible("ONNX's LSTM has no projection")
    if layer.bias and layer.single_bias:
        raise Inexpressible("ONNX has two biases for each gate: leave single_bias out")
    if layer.last:
        raise Inexpressible("rf writes recurrent layers that give all states only")
    ways = 2 if layer.bidirectional else 1
    direction = "bidirectional" if layer.bidirectional else "reverse" if layer.reverse else None
    read, taken = model.add("Transpose", x, "sequence", perm=[2, 0, 1]), place.c
    for at in range(1, layer.depth + 1):
        gates = layer.gates * units
        weights = [
            model.weight(f"{at}/input", (ways, gates, taken)),
            model.weight(f"{at}/state", (ways, gates, units)),
            *([model.weight(f"{at}/bias", (ways, 2 * gates))] if layer.bias else []),
        ]
        given = {"hidden_size": units, "direction": direction}
        if layer.type == "gru":
            given["linear_before_reset"] = 1
        made = model.add(RECURRENT.written(layer.type), [read, *weights], f"{at}/states", **given)
        # (sequence, directions, batch, units) becomes (sequence, batch, directions * units).
        joined = model.add("Transpose", [made], f"{at}/joined", perm=[0, 2, 1, 3])
        taken = ways * units
        read = model.add("Reshape", [joined, model.integers([0, 0, taken])], f"{at}/channels")
    model.add("Transpose", [read], perm=[1, 2, 0])
