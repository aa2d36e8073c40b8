"""Merges for torch: expressions, not modules."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown
from rfcli.words.torch import MERGES
from rfcli.writers.places import SIZED, Inexpressible, Place
from rfcli.writers.torch.modules import expression, module
from rfcli.writers.torch.python import Chain, Expression, Listed, call
from rfcli.writers.torch.written import Written


@module("add", "multiply")
def arithmetic(place: Place) -> Written:
    return expression(lambda x: Chain(MERGES.written(place.layer.type), tuple(x)))


@module("max")
def maximum(place: Place) -> Written:
    def nested(x: list[str]) -> Expression:
        value: Expression = x[0]
        for one in x[1:]:
            value = call(MERGES.written("max"), value, one)
        return value

    return expression(nested)


@module("concat")
def concat(place: Place) -> Written:
    """Maps of one position are repeated over the others, as `torch.cat` does not."""
    small = [any(n == 1 and m != 1 for n, m in zip(sizes, place.size, strict=True)) for sizes in place.sizes]
    repeats = any(small) and len(small) > 1
    full = next((at for at, one in enumerate(small) if not one), None)
    if repeats and full is None and any(isinstance(m, Unknown) for m in place.size):
        raise Inexpressible("maps of one sample along different axes are joined", SIZED)

    def joined(x: list[str]) -> Expression:
        sizes = f"*{x[full]}.shape[2:]" if full is not None else ", ".join(map(str, place.size))
        items = (call(f"{one}.expand", "-1", "-1", sizes) if repeats and small[at] else one for at, one in enumerate(x))
        return call(MERGES.written("concat"), Listed(tuple(items)), "1")

    return expression(joined)
