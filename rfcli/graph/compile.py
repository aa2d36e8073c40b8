"""Compiles an architecture: resolves references, orders the layers, works out sizes and channels."""

from __future__ import annotations

from heapq import heapify, heappop, heappush

from rfcli.description.architecture import Architecture, Reference
from rfcli.description.nodes import Problems
from rfcli.geometry.unknown import Unknown
from rfcli.graph.graph import Graph
from rfcli.graph.names import Names
from rfcli.graph.sizes import NOT_WORKED_OUT, AxisSizes, Misfits, SizeProblem, along
from rfcli.layers._layer import MAX_CHANNELS, WRONG, GeometryError
from rfcli.layers.merges import Merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.layers._layer import Layer


def compiled(architecture: Architecture, problems: Problems) -> Graph | None:
    """The graph of an architecture, or None with its problems added.

    A layer that is wrong hides no other's problems: what is referred to and is not there, and whatever cannot be worked
    out, stands for a `WRONG` layer, of which nothing is known and about which nothing more is said. `problems` already
    holds those of a description of which only a part could be read.
    """
    names = Names(architecture, problems)
    labels = [*(one.name for one in architecture.inputs), *(entry.name for entry in architecture.entries)]
    layers: list[Layer | None] = [None] * len(architecture.inputs)
    sources: list[tuple[int, ...]] = [()] * len(architecture.inputs)
    likes: list[int | None] = [None] * len(architecture.inputs)
    nowhere = len(architecture.inputs) + len(architecture.entries)
    in_order = True
    edges = 0
    for number, entry in enumerate(architecture.entries, len(architecture.inputs)):
        layers.append(entry.layer)
        found = entry.sources
        if len(found) != 1 or not isinstance(found[0], int) or found[0] < 0:
            found = _resolved(found, entry.layer, number, nowhere, names, problems)
        edges += len(found)
        if edges > architecture.limits.nodes:
            problems.add(
                entry.node, "RF009", f"the layers have more than {architecture.limits.nodes} inputs in all",
                architecture.limits.exceeded("nodes"),
            )  # fmt: skip
            return None
        like = None
        if entry.like is not None:
            several = names.resolve(entry.like)
            like = several[0] if several and several[0] >= 0 else nowhere
        sources.append(found)  # type: ignore[arg-type]
        likes.append(like)
        if in_order and (any(source >= number for source in found) or (like or 0) >= number):  # type: ignore[operator]
            in_order = False
    outputs = _outputs(architecture, names, sources)
    for path, target in architecture.scopes.items():
        if isinstance(target, Reference):
            if names.circular(path):
                problems.add(target.node, "RF203", f"the empty scope '{path}' takes its own output")
            else:
                _one(names.resolve(target), target, "an empty scope", problems)
    order = list(range(len(layers))) if in_order else _order(sources, likes)
    if len(order) < len(layers):
        _report_circles(architecture, labels, _circles(sources, likes, order), problems)
    if problems:
        labels, layers, sources, likes = [*labels, "?"], [*layers, WRONG], [*sources, ()], [*likes, None]
        sources, likes = _opened(sources, likes, order, nowhere)
        order = _order(sources, likes)
    found_axes: list[AxisSizes | Misfits] = []
    if not architecture.unsized:
        sound = _sound(layers, sources, likes, order) if problems else order
        found_axes = _axes(architecture, layers, sources, likes, sound)
        if any(isinstance(axis, Misfits) for axis in found_axes):
            _report(architecture, labels, layers, sources, found_axes, problems)
    sizes: list[tuple[int | Unknown, ...]] = list(zip(*(axis.known for axis in found_axes), strict=True))
    if architecture.unsized:
        sizes = [(NOT_WORKED_OUT,) * architecture.axes] * len(layers)
    channels = _channels(architecture, labels, layers, sources, order, sizes, problems)
    if problems:
        return None
    good = tuple(axis for axis in found_axes if isinstance(axis, AxisSizes))
    return Graph(architecture, names, labels, layers, sources, likes, order, outputs, good, sizes, channels)


def _resolved(
    found: tuple[int | Reference, ...], layer: Layer, number: int, nowhere: int, names: Names, problems: Problems
) -> tuple[int, ...]:
    """Numbers of a layer's sources; `nowhere` for those that are not there."""
    numbers: list[int] = []
    for source in found:
        if isinstance(source, int):
            numbers.append(source if source >= 0 else nowhere)
            continue
        matched = names.resolve(source)
        wild = len(matched) > 1
        if not matched or (not layer.merge and not _one(matched, source, layer.type, problems)):
            matched = [nowhere]
        numbers.extend(m if m >= 0 else nowhere for m in matched if not (wild and m == number))
    return tuple(numbers)


def _one(matched: list[int], reference: Reference, what: str, problems: Problems) -> bool:
    """Whether a reference matches at most one layer, as is wanted; a problem is added where it does not."""
    if len(matched) > 1:
        problems.add(
            reference.node,
            "RF212",
            f"{what} takes one input, '{reference.name}' matches {len(matched)} layers",
            "only merges (add, multiply, max, concat) take several inputs",
        )
    return len(matched) <= 1


def _outputs(architecture: Architecture, names: Names, sources: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Numbers of the outputs: those stated, or every layer that nothing consumes."""
    if architecture.outputs is not None:
        stated = [number for reference in architecture.outputs for number in names.resolve(reference)]
        return tuple(dict.fromkeys(stated))
    consumed = {source for found in sources for source in found}
    loose = [number for number in range(len(architecture.inputs), len(sources)) if number not in consumed]
    return tuple(loose) if loose or len(sources) > len(architecture.inputs) else (0,)


def _needs(sources: list[tuple[int, ...]], likes: list[int | None]) -> list[set[int]]:
    """What each layer waits for."""
    return [{*found, *([] if like is None else [like])} for found, like in zip(sources, likes, strict=True)]


def _order(sources: list[tuple[int, ...]], likes: list[int | None]) -> list[int]:
    """An order in which layers follow their sources, as near to the document's as can be; those that are in a circle,
    or follow one, are left out."""
    needs = _needs(sources, likes)
    users: list[list[int]] = [[] for _ in needs]
    waiting = []
    for number, needed in enumerate(needs):
        inside = [one for one in needed if one < len(needs)]
        waiting.append(len(inside))
        for one in inside:
            users[one].append(number)
    ready = [number for number, count in enumerate(waiting) if count == 0]
    heapify(ready)
    order = []
    while ready:
        number = heappop(ready)
        order.append(number)
        for user in users[number]:
            waiting[user] -= 1
            if waiting[user] == 0:
                heappush(ready, user)
    return order


def _circles(sources: list[tuple[int, ...]], likes: list[int | None], order: list[int]) -> list[list[int]]:
    """Circles among the layers that an order leaves out: one of each set of layers that all feed each other, each
    layer followed by one that it takes."""
    done = set(order)
    needs = {
        number: sorted(one for one in needed if one not in done and one < len(sources))
        for number, needed in enumerate(_needs(sources, likes))
        if number not in done
    }
    circles = []
    for group in _knots(needs):
        inside = set(group)
        at, path = min(group), dict[int, None]()
        while at >= 0 and at not in path:
            path[at] = None
            at = next((one for one in needs[at] if one in inside), -1)
        if at >= 0:
            circles.append(list(path)[list(path).index(at) :])
    return circles


def _knots(needs: dict[int, list[int]]) -> list[list[int]]:
    """Sets of nodes that can all be reached from each other (Tarjan 1972), without recursion; single nodes are sets,
    too."""
    index: dict[int, int] = {}
    low: dict[int, int] = {}
    found: list[list[int]] = []
    stack: list[int] = []
    closed: set[int] = set()
    for root in needs:
        path = [] if root in index else [(root, iter(needs[root]))]
        while path:
            at, rest = path[-1]
            if at not in index:
                index[at] = low[at] = len(index)
                stack.append(at)
            for one in rest:
                if one not in index:
                    path.append((one, iter(needs[one])))
                    break
                if one not in closed:
                    low[at] = min(low[at], index[one])
            else:
                path.pop()
                if path:
                    before = path[-1][0]
                    low[before] = min(low[before], low[at])
                if low[at] == index[at]:
                    group = [stack.pop()]
                    while group[-1] != at:
                        group.append(stack.pop())
                    closed.update(group)
                    found.append(group)
    return found


def _opened(
    sources: list[tuple[int, ...]], likes: list[int | None], order: list[int], nowhere: int
) -> tuple[list[tuple[int, ...]], list[int | None]]:
    """The sources with all circles opened: what layers of one take from each other, they take from nowhere."""
    done = {*order, nowhere}
    if len(done) == len(sources):
        return sources, likes
    needs = {
        number: [one for one in needed if one not in done]
        for number, needed in enumerate(_needs(sources, likes))
        if number not in done
    }
    knot = {number: at for at, group in enumerate(_knots(needs)) for number in group}

    def opened(number: int, one: int) -> int:
        return nowhere if number in knot and knot[number] == knot.get(one) else one

    return (
        [tuple([opened(number, one) for one in found]) for number, found in enumerate(sources)],
        [None if like is None else opened(number, like) for number, like in enumerate(likes)],
    )


def _report_circles(
    architecture: Architecture, labels: list[str], circles: list[list[int]], problems: Problems
) -> None:
    """Adds a problem for each circle, where its first layer stands."""
    for circle in circles:
        shown = [labels[number] for number in circle[:6]] + (["..."] if len(circle) > 6 else [labels[circle[0]]])
        entry = architecture.entries[min(circle) - len(architecture.inputs)]
        problems.add(
            entry.node, "RF203", "layers feed each other in a circle: " + " <- ".join(f"'{name}'" for name in shown),
            "a name means the nearest layer of that name, from the own scope outwards",
        )  # fmt: skip


def _sound(
    layers: list[Layer | None], sources: list[tuple[int, ...]], likes: list[int | None], order: list[int]
) -> list[int]:
    """The layers that are not wrong and follow no wrong one, in order."""
    good = [False] * len(layers)
    for number in order:
        like = likes[number]
        good[number] = (
            layers[number] is not WRONG
            and all(good[source] for source in sources[number])
            and (like is None or good[like])
        )
    return [number for number in order if good[number]]


def _axes(
    architecture: Architecture,
    layers: list[Layer | None],
    sources: list[tuple[int, ...]],
    likes: list[int | None],
    order: list[int],
) -> list[AxisSizes | Misfits]:
    """Sizes along every axis, or the problems there."""
    alike = all(layer.isotropic for layer in {id(layer): layer for layer in layers if layer is not None}.values())
    found: dict[tuple[object, ...], AxisSizes | Misfits] = {}
    axes: list[AxisSizes | Misfits] = []
    for axis in range(architecture.axes):
        given = tuple(one.size[axis] for one in architecture.inputs)
        key = given if alike else (axis, given)
        if key not in found:
            found[key] = along(axis, given, layers, sources, likes, order)
        axes.append(found[key])
    return axes


def _report(
    architecture: Architecture,
    labels: list[str],
    layers: list[Layer | None],
    sources: list[tuple[int, ...]],
    axes: list[AxisSizes | Misfits],
    problems: Problems,
) -> None:
    """Adds the size problems of all axes: one for each layer, where they are of one kind."""
    letters = axis_names(architecture.axes)
    grouped: dict[tuple[int, str, str], dict[int, SizeProblem]] = {}
    for axis, found in enumerate(axes):
        for problem in found.problems if isinstance(found, Misfits) else ():
            grouped.setdefault((problem.number, problem.code, problem.message), {})[axis] = problem
    for (number, code, message), where in grouped.items():
        layer = layers[number]
        assert layer is not None
        entry = architecture.entries[number - len(architecture.inputs)]
        problem = next(iter(where.values()))
        if len(where) < architecture.axes:
            message += f" along {' and '.join(letters[axis] for axis in where)}"
        if problem.strides:
            met = zip(problem.strides, sources[number], strict=True)
            parts = [f"{stride} through '{labels[source]}'" for stride, source in met if stride is not None]
            message += ": " + ", ".join(parts)
        elif problem.sizes:
            parts = []
            for at, source in enumerate(sources[number]):
                shown = [_size(axes[axis], where.get(axis), at, source) for axis in range(architecture.axes)]
                parts.append(f"{'x'.join(shown)} from '{labels[source]}'")
            message += ": " + ", ".join(parts)
        help = problem.help
        if problem.tried and len(architecture.inputs) > 1:
            help = "give the sizes of all inputs: one that is unknown is tried at large sizes only"
        elif problem.tried:
            message += f" (with an input of {problem.tried}; no large input size fits)"
        problems.add(entry.node, code, f"{layer.type} '{labels[number]}': {message}", help)


def _size(axis: AxisSizes | Misfits, problem: SizeProblem | None, at: int, source: int) -> str:
    """Size of a merge's input along an axis, as far as it is known."""
    if problem is not None:
        return str(problem.sizes[at])
    known = axis.known[source] if isinstance(axis, AxisSizes) else None
    return str(known) if isinstance(known, int) else "?"


def axis_names(axes: int) -> tuple[str, ...]:
    """The axes' letters, in input order."""
    return ("d", "h", "w")[3 - axes :]


def _channels(
    architecture: Architecture,
    labels: list[str],
    layers: list[Layer | None],
    sources: list[tuple[int, ...]],
    order: list[int],
    sizes: list[tuple[int | Unknown, ...]],
    problems: Problems,
) -> list[int | Unknown]:
    """Channels of every map."""
    unknown = Unknown("channels: the channels of the input are not given")
    channels: list[int | Unknown] = [unknown] * len(layers)
    for number in order:
        layer = layers[number]
        if layer is None:
            given = architecture.inputs[number].channels
            channels[number] = unknown if given is None else given
            continue
        if layer is WRONG:
            continue
        try:
            if isinstance(layer, Merge):
                merged = layer.merged_channels([channels[source] for source in sources[number]])
                if merged is None:
                    parts = ", ".join(f"{channels[s]} from '{labels[s]}'" for s in sources[number]
                                      if isinstance(channels[s], int))  # fmt: skip
                    raise GeometryError(
                        "RF304", f"inputs have different channels: {parts}",
                        "give the last layers of both paths the same filters, or merge with concat",
                    )  # fmt: skip
                channels[number] = merged
            else:
                source = sources[number][0]
                channels[number] = layer.channels(channels[source], sizes[source])
            made = channels[number]
            if isinstance(made, int) and made > MAX_CHANNELS:
                raise GeometryError("RF306", "the map would have more than 2^63 channels")
        except GeometryError as error:
            entry = architecture.entries[number - len(architecture.inputs)]
            problems.add(entry.node, error.code, f"{layer.type} '{labels[number]}': {error.message}", error.help)
            channels[number] = Unknown(f"channels: '{labels[number]}' is wrong")
    return channels
