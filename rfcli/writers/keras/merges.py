"""Merges: those of one map are the identity."""

from rfcli.words.keras import MERGES
from rfcli.writers.keras.model import Model, layer_type
from rfcli.writers.places import Inexpressible, Place, certain_sizes, known


@layer_type("add", "multiply", "max")
def merge(model: Model, place: Place, x: list[str]) -> None:
    model.kept(MERGES.written(place.layer.type) if len(x) > 1 else "Identity", x)


@layer_type("correlation")
def correlation(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("Keras has no layer whose kernel is another map", "export it to torch")


@layer_type("cost_volume")
def cost_volume(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible("Keras has no layer that compares displaced maps", "export it to torch")


@layer_type("concat")
def concat(model: Model, place: Place, x: list[str]) -> None:
    """Maps of one sample are repeated over the others'."""
    read = []
    for at, (name, repeated) in enumerate(zip(x, place.repeated, strict=True)):
        if repeated:
            wanted = certain_sizes(place.size, "a map of one sample is joined with others")
            factors = [m if n == 1 else 1 for n, m in zip(place.sizes[at], wanted, strict=True)]
            size, shape = factors[0] if place.axes == 1 else factors, (*wanted, known(place.counts[at]))
            name = model.add(f"UpSampling{place.axes}D", [name], f"repeat_{at + 1}", shape, size=size)
        read.append(name)
    kind, config = ("Concatenate", {"axis": -1}) if len(read) > 1 else ("Identity", {})
    model.kept(kind, read, **config)
