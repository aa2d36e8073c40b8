"""Recurrent layers for torch, which takes sequences channels last."""

from rfcli.words.torch import RECURRENT
from rfcli.writers.places import Inexpressible, Place
from rfcli.writers.torch.modules import module, submodule
from rfcli.writers.torch.written import Argument, Written, new


@module(*RECURRENT.ours)
def recurrent(place: Place) -> Written:
    layer = place.layer
    if place.axes > 1:
        raise Inexpressible("rf writes recurrent layers for maps of one axis only")
    if layer.last:
        raise Inexpressible("torch gives all states, not the last one alone")
    if layer.bias and layer.single_bias:
        raise Inexpressible("torch has two biases for each gate: leave single_bias out")
    cell = new(
        RECURRENT.written(layer.type),
        {"input_size": place.c, "hidden_size": layer.units},
        Argument("num_layers", layer.depth, 1),
        Argument("bias", layer.bias, True),
        Argument("batch_first", True, named=True),
        Argument("bidirectional", layer.bidirectional, False),
        Argument("proj_size", layer.projection or 0, 0),
    )
    return submodule("Recurrent", {"layer": cell}, Argument("reverse", layer.reverse, False))
