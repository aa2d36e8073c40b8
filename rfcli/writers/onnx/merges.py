"""Layers with several inputs."""

from rfcli.words.onnx import MERGES
from rfcli.writers.onnx.model import Model, node
from rfcli.writers.places import Inexpressible, Place, certain_sizes


@node("add", "max")
def merge(model: Model, place: Place, x: list[str]) -> None:
    """One operation on any number of maps."""
    model.add(MERGES.written(place.layer.type) if len(x) > 1 else "Identity", x)


@node("correlation")
def correlation(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("ONNX's Conv has one kernel for all samples of a batch", "export it to torch")


@node("cost_volume")
def cost_volume(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("ONNX has no operator that compares displaced maps", "export it to torch")


@node("multiply")
def product(model: Model, place: Place, x: list[str]) -> None:
    value = x[0]
    for at, other in enumerate(x[1:], 2):
        value = model.add(MERGES.written("multiply"), [value, other], "" if at == len(x) else f"multiply_{at - 1}")
    if len(x) == 1:
        model.add("Identity", x)


@node("concat")
def concat(model: Model, place: Place, x: list[str]) -> None:
    """Maps of one sample are repeated to the size of the others."""
    read = []
    for at, (name, repeated) in enumerate(zip(x, place.repeated, strict=True), 1):
        if repeated:
            wanted = certain_sizes(place.size, "a map of one sample is joined with others")
            name = model.add("Expand", [name, model.integers([1, 1, *wanted])], f"expand_{at}")
        read.append(name)
    model.add("Concat", read, axis=1)
