"""What layers see in networks that have layers in common, each worked out once: for those who ask of one network after
the other.

What a layer sees follows from the layer, the maps that it takes and makes, and what is seen of the maps that it takes.
So what is seen has numbers too, and a layer that takes what it took before sees what it saw then. This holds for fields
that are followed outright; a network with others, whose outputs are listed or of which some number is not known, is
looked at as a whole.
"""

from __future__ import annotations

from rfcli.engine.agreement import ONE_KIND
from rfcli.engine.brief import told
from rfcli.engine.costs import FREE, cost_of, summed
from rfcli.engine.fields import AxisFields, Fold
from rfcli.engine.reading import MAX_PHASES
from rfcli.engine.sight import Known, Sight
from rfcli.geometry.field import Field, Reads
from rfcli.graph.kept import Apart, Maps
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.engine.agreement import Paths
    from rfcli.engine.brief import Brief
    from rfcli.engine.costs import Cost
    from rfcli.graph.graph import Graph
    from rfcli.graph.kept import Made
    from rfcli.layers._layer import Layer

MAX_KEPT = 60_000
"""Layers' maps and what is seen in them up to which they are kept: some 50 megabytes."""
GIVE_UP = 3
"""Networks one after the other of which nothing can be kept, after which it is tried no more."""


class Seen(Value):
    """What is seen of the origin in a map: whether it is reached, and along each axis of the map's frame the field,
    None without a local path, and how the paths lie to each other."""

    map: int
    reached: bool
    local: tuple[Field | None, ...]
    paths: tuple[Paths, ...]


class Step(Value):
    """What a layer makes of what it takes: what is seen then with its number, what it costs, and how much was followed
    to find it."""

    number: int
    seen: Seen
    cost: Cost
    spent: int


class Kept:
    """What networks have in common, kept from one to the next."""

    def __init__(self) -> None:
        self._lost = 0
        """Networks one after the other of which nothing could be kept."""
        self._forget()

    def _forget(self) -> None:
        """Throws away all that is kept."""
        self._maps = Maps()
        self._steps: dict[tuple[int | None, ...], Step] = {}
        self._numbers: dict[Seen, int] = {}

    def brief(self, architecture: Architecture, layer: str | None) -> Brief | None:
        """What is asked of a network, as `brief` has it; None where that takes a look at it as a whole. Raises
        `NoLayer`."""
        if self._lost >= GIVE_UP or not architecture.entries:
            return None
        if self._maps.count + len(self._steps) > MAX_KEPT:
            self._forget()
        try:
            if len(architecture.inputs) > 1:
                raise Apart
            laid = self._maps.graph(architecture)
            steps = None if laid is None else self._steps_of(*laid)
        except Apart:
            self._lost += 1
            return None
        self._lost = 0
        if laid is None or steps is None:
            return None
        graph, sight = laid[0], _sight(laid[0], steps)
        return told(graph, sight, layer, summed(step.cost for step in steps if step.cost is not FREE))

    def _steps_of(self, graph: Graph, made: list[Made]) -> list[Step]:
        """What each layer of a graph makes of what it takes. Raises `Apart`."""
        count = len(made[0].map.sizes)
        origin = Seen(made[0].number, True, (Field(),) * count, (ONE_KIND,) * count)
        found, known, folds = [self._step(origin, FREE, 0)], self._steps, _Folds(graph, made)
        layers, all_sources, likes = graph.layers, graph.sources, graph.likes
        spent = 0
        for number in range(1, len(layers)):
            layer, like = layers[number], likes[number]
            taken = [found[source] for source in all_sources[number]]
            other = None if like is None else made[like].number
            key = (id(layer), made[number].number, other, *[one.number for one in taken])
            step = known.get(key)
            if step is None:
                assert layer is not None, "the input comes first"
                step = known[key] = self._step(*folds.followed(number, layer, found))
            spent += step.spent
            found.append(step)
        if spent > MAX_PHASES:
            raise Apart
        return found

    def _step(self, seen: Seen, cost: Cost, spent: int) -> Step:
        return Step(self._numbers.setdefault(seen, len(self._numbers)), seen, cost, spent)


class _Folds:
    """Works out what layers of a graph see, along the axes of its frame."""

    def __init__(self, graph: Graph, made: list[Made]) -> None:
        self.graph, self.made = graph, made
        self._folds: list[Fold] | None = None

    def followed(self, number: int, layer: Layer, found: list[Step]) -> tuple[Seen, Cost, int]:
        """What a layer sees, what it costs, and how much was followed; `found` has that of all before. Raises
        `Apart`."""
        if self._folds is None:
            self._folds = [Fold(self.graph, self.graph.axes[axis]) for axis in self.made[0].map.frame.axes]
        sources = self.graph.sources[number]
        reached = not layer.silent and any(found[source].seen.reached for source in sources)
        spent = 0
        if reached:
            for at, fold in enumerate(self._folds):
                for source in sources:
                    fold.result.local[source] = found[source].seen.local[at]
                    fold.result.paths[source] = found[source].seen.paths[at]
                spent += _follow(fold, number, layer)
        local = tuple([fold.result.local[number] for fold in self._folds])
        if not all(one is None or isinstance(one, Field) for one in local):
            raise Apart
        paths = tuple([fold.result.paths[number] for fold in self._folds])
        cost, before = FREE, self.made[sources[0]]
        if not layer.merge:
            cost = cost_of(layer, before.map.channels, before.size, self.made[number].size)
        return Seen(self.made[number].number, reached, local, paths), cost, spent  # type: ignore[arg-type]


def _follow(fold: Fold, number: int, layer: Layer) -> int:
    """Works out what a layer sees along one axis; how much was followed. Raises `Apart`."""
    left, phases, clashes = fold.agreement.left, fold.phases, len(fold.result.clashes)
    fold.follow(number, layer)
    if len(fold.result.clashes) > clashes:
        raise Apart
    reads = None if layer.merge else fold.reader.reads(number, layer)
    read = len(reads.phases) if isinstance(reads, Reads) and len(reads.phases) > 1 else 0
    return left - fold.agreement.left + fold.phases - phases + read


def _sight(graph: Graph, steps: list[Step]) -> Sight:
    """The sight from the input that some steps make."""
    frame_axes = range(len(steps[0].seen.local))
    fields = [
        AxisFields([step.seen.local[at] for step in steps], [step.seen.paths[at] for step in steps], {}, [])
        for at in frame_axes
    ]
    of_group = {id(graph.axes[alike[0]]): one for alike, one in zip(graph.alike, fields, strict=True)}
    known = Known([step.seen.reached for step in steps], tuple([of_group[id(axis)] for axis in graph.axes]))
    return Sight(graph, 0, training=False, known=known)
