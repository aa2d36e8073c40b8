"""Sums of products in Einstein's notation: a convolution with kernel 1, attention in two of them, and whatever else is
a matrix product once the dimensions are in order."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.tracing.maps import Constant, Dim, Layout, Map, Size, channels, without
from rfcli.readers.tracing.products import Factor, product
from rfcli.readers.tracing.tracer import Tracer


def summed(tracer: Tracer, name: str, equation: str, tensors: Sequence[object]) -> Map:
    """What an equation makes of one or two tensors. Raises `Layout`."""
    labels, made = _labels(equation, [one for one in tensors if isinstance(one, Map | Constant)])
    if len(labels) != len(tensors):
        raise Layout("it multiplies what is no tensor")
    labels, tensors = _stretched(labels, tensors)
    if len(tensors) == 1 and isinstance(tensors[0], Map):
        return _alone(tracer, name, tensors[0], labels[0], made)
    if len(tensors) != 2:
        raise Layout("it multiplies more than two tensors")
    first, second = tensors
    if isinstance(first, Constant) and isinstance(second, Map):
        return _weighed(tracer, name, second, first, labels[::-1], made)
    if isinstance(first, Map) and isinstance(second, Constant):
        return _weighed(tracer, name, first, second, labels, made)
    if not isinstance(first, Map) or not isinstance(second, Map):
        raise Layout("it multiplies constants")
    one, two = (dict(zip(each, x.dims, strict=True)) for each, x in zip(labels, (first, second), strict=True))
    batch = [label for label in made if label in one and label in two]
    over = [label for label in one if label in two and label not in made]
    rows = [label for label in one if label in made and label not in two]
    columns = [label for label in two if label in made and label not in one]
    if {*one} - {*batch, *over, *rows} or {*two} - {*batch, *over, *columns}:
        raise Layout("it sums along a dimension of one tensor")
    sides = (
        Factor(x, *(tuple(own[label] for label in group) for group in (batch, mine, over)))
        for x, own, mine in ((first, one, rows), (second, two, columns))
    )
    found = product(tracer, name, *sides)
    whole = found.map()
    dims = dict(zip([*batch, *rows, *columns], whole.dims, strict=True))
    return whole.replaced(dims=tuple(dims[label] for label in made))


def _labels(equation: str, tensors: Sequence[Map | Constant]) -> tuple[list[str], str]:
    """The letters of each tensor's dimensions, and of the result's. Raises `Layout`."""
    given, arrow, made = equation.replace(" ", "").partition("->")
    labels = given.split(",")
    if len(labels) != len(tensors):
        raise Layout("it names other tensors than it multiplies")
    ranks = [len(x.shape) for x in tensors]
    hidden = [max(rank - len(each) + 3, 0) for rank, each in zip(ranks, labels, strict=True)]
    most = max([count for count, each in zip(hidden, labels, strict=True) if "..." in each], default=0)
    # Dots that stand for fewer dimensions stand for the last of them.
    dots = "".join(chr(ord("\u03b1") + at) for at in range(most))
    labels = [each.replace("...", dots[most - count :]) for count, each in zip(hidden, labels, strict=True)]
    made = made.replace("...", dots)
    if [*map(len, labels)] != ranks:
        raise Layout("its letters do not fit the dimensions of its tensors")
    if not arrow:
        every = "".join(labels)
        made = dots + "".join(sorted(one for one in set(every) if every.count(one) == 1 and one not in dots))
    if any(len({*each}) < len(each) for each in (*labels, made)):
        raise Layout("it takes a diagonal")
    return labels, made


def _stretched(labels: Sequence[str], tensors: Sequence[object]) -> tuple[list[str], list[object]]:
    """The tensors without dimensions of one entry that say nothing: those of weights that others have, too, and those
    of maps of which others have more."""
    kept: list[str] = []
    made: list[object] = []
    for number, (each, x) in enumerate(zip(labels, tensors, strict=True)):
        others = [pair for at, pair in enumerate(zip(labels, tensors, strict=True)) if at != number]
        sizes = {label: n for names, other in others for label, n in zip(names, _shape(other), strict=True) if n != 1}
        named = sizes if isinstance(x, Map) else "".join(names for names, _ in others)
        gone = [at for at, (label, n) in enumerate(zip(each, _shape(x), strict=True)) if n == 1 and label in named]
        if isinstance(x, Constant):
            x = x.replaced(shape=tuple(n for at, n in enumerate(x.shape) if at not in gone))
        elif isinstance(x, Map):
            x = x.replaced(dims=without(x.dims, gone))
        kept.append("".join(label for at, label in enumerate(each) if at not in gone))
        made.append(x)
    return kept, made


def _shape(x: object) -> tuple[Size, ...]:
    return x.shape if isinstance(x, Map | Constant) else ()


def _alone(tracer: Tracer, name: str, x: Map, labels: str, made: str) -> Map:
    """Dimensions in another order, or summed."""
    gone = [at for at, label in enumerate(labels) if label not in made]
    if gone:
        x = tracer.pooled(f"{name}/sum", x, gone, False, "avg")
    left = [label for label in labels if label in made]
    return tracer.passed(name, x, [x.dims[left.index(label)] for label in made])


def _weighed(tracer: Tracer, name: str, x: Map, weight: Constant, labels: Sequence[str], made: str) -> Map:
    """A map multiplied by weights."""
    mine, theirs = labels
    dims: dict[str, Dim] = dict(zip(mine, x.dims, strict=True))
    over = [label for label in mine if label not in made]
    if any(label not in made and label not in mine for label in theirs):
        raise Layout("it sums along a dimension of one tensor")
    if len(theirs) == 2 and len(over) == 1 and over[0] in theirs:
        (new,) = (label for label in theirs if label != over[0])
        if new not in mine:
            at, count = mine.index(over[0]), weight.shape[theirs.index(new)]
            found = tracer.projected(name, x, at, count, False, tracer.shared(weight))
            order = mine.replace(over[0], new)
            return found.replaced(dims=tuple(found.dims[order.index(label)] for label in made))
    dims |= {label: channels(n) for label, n in zip(theirs, weight.shape, strict=True) if label not in mine}
    return tracer.weighed(name, x, [dims[label] for label in over], [dims[label] for label in made], weight)
