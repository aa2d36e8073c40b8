"""Convolutions whose kernels are computed of what has no positions, or sees the whole map (CondConv)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rfcli.readers.tracing.maps import BATCH, Layout, Map
from rfcli.readers.tracing.tracer import Tracer


def conditioned(
    tracer: Tracer, name: str, type: str, x: Map, given: Sequence[Map], filters: int,
    window: Mapping[str, Sequence[object]], **more: object,
) -> Map:  # fmt: skip
    """A convolution of a map whose kernel, and bias, is computed of the `given` maps: each output sees all that they
    see. Raises `Layout`."""
    for z in given:
        several = any(atom.role == BATCH and atom.size != 1 for atom in z.atoms)
        if several or z.guessed or (z.local and z.axes):
            raise Layout("its weights are computed from data")
    made = tracer.window(f"{name}/conv", type, x, filters, window, bias=False, **more)
    layers = [tracer.read_whole(f"{name}/whole_{number}", z) for number, z in enumerate(given, 1)]
    layers = list(dict.fromkeys(layers))
    source = layers[0] if len(layers) == 1 else tracer.draft.add(f"{name}/given", "concat", layers)
    gate = tracer.draft.add(f"{name}/weights", "custom", [source], filters=made.channels, params=0, macs=0)
    alone = (*made.dims[:2], *((),) * len(made.dims[2:]))
    return tracer.merged(name, "multiply", [made, Map(gate, alone, any(z.local for z in given))])
