"""Parameters, multiply-accumulates and floating-point operations.

`flops` are 2 x macs, + 1 per output for a bias or a batch normalisation, + the taps of the window per pool output: the
convention of the table of Araujo et al. (2019).
"""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import total
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfcli.graph.graph import Graph
    from rfcli.layers._layer import Layer

    Sizes = tuple[int | Unknown, ...]


class Cost(Value):
    """Trainable parameters, multiply-accumulates, floating-point operations of one layer or a network."""

    params: int | Unknown = 0
    macs: int | Unknown = 0
    flops: int | Unknown = 0


FREE = Cost()


def costs(graph: Graph) -> list[Cost]:
    """The cost of every layer; inputs are free."""
    known: dict[tuple[int, object, Sizes, Sizes], Cost] = {}
    by_layer = [FREE] * len(graph.layers)
    for number in graph.order:
        layer = graph.layers[number]
        if layer is None or layer.merge:
            continue
        source = graph.sources[number][0]
        c, n, out = graph.channels[source], graph.sizes[source], graph.sizes[number]
        key = (id(layer), c, n, out)
        cost = known.get(key)
        if cost is None:
            cost = known[key] = cost_of(layer, c, n, out)
        by_layer[number] = cost
    return by_layer


def cost_of(layer: Layer, c: int | Unknown, n: Sizes, out: Sizes) -> Cost:
    """The cost of a layer that makes a map of sizes `out` from one of `c` channels and sizes `n`."""
    macs = layer.macs(c, n, out)
    twice = macs if isinstance(macs, Unknown) else 2 * macs
    params = layer.params(c, n) if layer.stated_params is None else layer.stated_params
    return Cost(params, macs, total(twice, layer.extra_flops(c, n, out)))


def summed(costs: Iterable[Cost]) -> Cost:
    """The sum of costs; unknown where one is."""
    listed = list(costs)
    return Cost(
        total(*(cost.params for cost in listed)),
        total(*(cost.macs for cost in listed)),
        total(*(cost.flops for cost in listed)),
    )
