"""Merges: those of one map are the identity."""

from __future__ import annotations

from rfcli.words.keras import MERGES
from rfcli.writers.keras.model import Model, known, layer_type
from rfcli.writers.places import SIZED, Place, certain


@layer_type("add", "multiply", "max")
def merge(model: Model, place: Place, x: list[str]) -> None:
    model.kept(MERGES.written(place.layer.type) if len(x) > 1 else "Identity", x)


@layer_type("concat")
def concat(model: Model, place: Place, x: list[str]) -> None:
    """Maps of one sample are repeated over the others'."""
    read = []
    for at, (name, sizes, count) in enumerate(zip(x, place.sizes, place.counts, strict=True), 1):
        if any(n == 1 and m != 1 for n, m in zip(sizes, place.size, strict=True)):
            wanted = [certain(m, "a map of one sample is joined with others", SIZED) for m in place.size]
            factors = [m if n == 1 else 1 for n, m in zip(sizes, wanted, strict=True)]
            size = factors[0] if place.axes == 1 else factors
            name = model.add(f"UpSampling{place.axes}D", [name], f"repeat_{at}", (*wanted, known(count)), size=size)
        read.append(name)
    kind, config = ("Concatenate", {"axis": -1}) if len(read) > 1 else ("Identity", {})
    model.kept(kind, read, **config)
