"""What every family of operations on maps works with: the draft, the network's axes, sizes, weights that were counted,
and what is taken back or made of an operation that is no layers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from math import prod

from rfcli.layers._layer import GeometryError, Missing
from rfcli.layers._parameters import MAX_INTEGER, ParameterError
from rfcli.layers._registry import layer_of
from rfcli.readers.draft import Draft, ForeignError, Usual
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Constant,
    Dim,
    Laid,
    Layout,
    Map,
    Origin,
    Role,
    Roles,
    Size,
    axes_in,
    axis_of,
    channel_numbers,
    channels_in,
    default_roles,
    is_canonical,
    is_channels,
    keys,
    opened,
    out_of_order,
    rebased,
    size_of,
    whole,
)
from rfcli.readers.tracing.noted import Cut, Reduced, Widened

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Parameters = dict[str, "Any"]
"""Parameters of a layer, as a draft takes them."""
NEUTRAL: Parameters = {"padding": [0, 0], "cropping": [0, 0], "output_padding": 0}
"""Parameter -> what it is along axes that a layer leaves as they are; 1 for all others."""

APART = frozenset((
    "identity", "dropout", "relu", "relu6", "leaky_relu", "elu", "selu", "gelu", "silu", "sigmoid", "tanh",
))  # fmt: skip
"""Layers after which entries that were rearranged are as far apart as before."""

UNFIT: tuple[type[Exception], ...] = (ArithmeticError, AssertionError, LookupError, TypeError, ValueError)
"""What functions of operations raise at ranks and values that nothing before them has looked at. The campaign in
`tests/fuzz` empties it, to see that what operations are called with is checked where they are bound."""


def selection(numbers: Sequence[int], count: int) -> Parameters:
    """The type and parameters of a layer that takes some of `count` channels: a run, each n-th of them, those of groups
    in turn, or any."""
    first, length = numbers[0], len(numbers)
    step = numbers[1] - first if length > 1 else 1
    if (
        step > 0
        and numbers[-1] == first + (length - 1) * step
        and list(numbers) == list(range(first, numbers[-1] + 1, step))
    ):
        if length == count:
            return {"type": "identity"}
        end = min(numbers[-1] + step, count)
        return {"type": "channel_slice", "start": first, "end": end, **({"step": step} if step > 1 else {})}
    if length == count and first == 0 and step > 1 and count % step == 0:
        groups = count // step
        if all(one == at % groups * step + at // groups for at, one in enumerate(numbers)):
            return {"type": "channel_shuffle", "groups": groups}
    return {"type": "channel_slice", "indices": list(numbers)}


class Core:
    """A description in the making, of maps of `axes` axes; `roles` are those of inputs' dimensions that are unusual."""

    def __init__(self, draft: Draft, axes: int, roles: dict[Origin, Role]) -> None:
        self.draft, self.axes, self.roles = draft, axes, roles
        self.shapes: dict[str, Sequence[Size]] = {}
        """Shapes of the inputs."""
        self.counted: dict[str, None] = {}
        """Names of the weights that were counted, in order."""
        self.pools: dict[str, str] = {}
        """Pools of windows as large as their maps, by their layers: the names that they were given."""
        self.gates: dict[Origin, Role] = {}
        """Those of them that turned out to see the whole map for all of its positions, and of the products those that
        turned out to be masked, with -1 for a dimension."""
        self.products: dict[str, str] = {}
        """Products of all positions with all, by their layers: the names that they were given."""
        self.crossed: set[str] = set()
        """Layers at whose positions queries are met with all of other inputs."""
        self.unmasked: set[str] = set()
        """Scores of positions, met with terms of these that take none of them out."""
        self.aside: set[str] = set()
        """Names of constants that are weights only where an operation has places for weights."""
        self.widened: dict[str, Widened] = {}
        """Maps with channels of zeros around theirs, by the layers that put them there."""
        self.views: dict[str, str] = {}
        """Inputs, by the layers that do no more than lay them out."""
        self.entries: dict[str, str] = {}
        """Inputs, by the layers that work on each of their entries by itself, or lay them out."""
        self.cuts: dict[str, Cut] = {}
        """What was cut out of maps, by the layers that cut it, or that stand for it in other dimensions."""
        self.flattened: dict[str, Map] = {}
        """The maps that were flattened, by the layers that hold the features: a reshape takes them apart again."""
        self.bundled: dict[str, tuple[Map, ...]] = {}
        """Features of maps that were flattened, and then put behind one another, by the layers that hold them all."""
        self.reductions: dict[str, Reduced] = {}
        """What was reduced in blocks or grids, by the layers that did it."""
        self.unblocked: dict[str, Map] = {}
        """Maps as they would lie if their blocks had not been rearranged, by the layers that rearranged them."""

    def usual(self, rank: int) -> list[Role]:
        """Roles of an input's dimensions where nothing else is known."""
        return default_roles(rank)

    def input(self, name: str, shape: Sequence[Size]) -> Map:
        """An input, with the roles that its dimensions have, or are thought to have."""
        self.shapes[name] = shape
        usual = zip(self.usual(len(shape)), shape, strict=True)
        x = Map(name, tuple(self._given((name, at), role, n) for at, (role, n) in enumerate(usual)))
        atoms = x.atoms
        sizes = {atom.role: atom.size for atom in atoms}
        made = self.draft.input(name, self.row(sizes), x.channels)
        places = {atom.role: at for at, dim in enumerate(x.dims) for atom in dim}
        self.draft.places[made] = (name, tuple(places.get(axis) for axis in range(self.axes)))
        self.views[made] = name
        return x.replaced(layer=made)

    def _given(self, origin: Origin, usual: Role, n: Size) -> Dim:
        """A dimension of an input; of one that holds a whole map, the parts of this."""
        role = self.roles.get(origin, usual)
        if not isinstance(role, Laid):
            return (Atom(role, n, 1, origin),)
        count = prod(size for one, size in role.parts if one == CHANNELS)
        return tuple(Atom(one, size) for one, size in role.parts if one != CHANNELS or count > 1)

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Something that may turn out to be no layers: where it raises `Layout` or `ForeignError`, those that it made,
        and the weights that it counted, are taken back. Whatever else it raises at what it was not made for (`UNFIT`)
        is a `Layout`: a file never ends rf."""
        layers, weights = self.draft.count, len(self.counted)
        try:
            yield
        except (Layout, ForeignError):
            self._take_back(layers, weights)
            raise
        except UNFIT as error:
            self._take_back(layers, weights)
            raise Layout("its inputs do not fit it") from error

    def _take_back(self, layers: int, weights: int) -> None:
        """Without the layers and the weights that came after so many."""
        self.draft.undo(layers)
        while len(self.counted) > weights:
            self.counted.popitem()

    # Layers

    def passed(self, name: str, x: Map, dims: Sequence[Dim] | None = None, type: str = "identity", **given: Any) -> Map:
        """A layer that moves nothing; `dims` where the layout changes."""
        made = self.draft.add(name, type, [x.layer], **given)
        if type == "identity" and not given:
            if x.layer in self.cuts:
                self.cuts[made] = self.cuts[x.layer]
            if x.layer in self.views:
                self.views[made] = self.views[x.layer]
        source = self.views.get(x.layer) or self.entries.get(x.layer)
        if source is not None and (type in APART or type == "batch_norm"):
            self.entries[made] = source
        if dims is None and type in (*APART, "batch_norm", "channel_scale"):
            memories: tuple[dict[str, Any], ...] = (self.flattened, self.unblocked, self.reductions)
            for memory in memories:
                if x.layer in memory:
                    memory[made] = memory[x.layer]
            if type == "identity" and not given and x.layer in self.bundled:
                self.bundled[made] = self.bundled[x.layer]
        return Map(made, x.dims if dims is None else tuple(dims), x.local)

    def rechannelled(self, name: str, x: Map, filters: Size, dims: Sequence[Dim] | None = None, params: int = 0) -> Map:
        """So many channels, each made of some or all of those at its position, without products that count."""
        dims = rebased(x.dims if dims is None else dims)
        some = {"mixes": "some"} if x.local and 1 not in (filters, x.channels) else {}
        return self.passed(name, x, dims, "custom", filters=filters, params=params, macs=0, **some)

    def in_order(self, name: str, x: Map) -> Map:
        """The map with its channels in the order in which they lie in its dimensions."""
        numbers = channel_numbers(x.dims) if out_of_order(x.dims) else None
        return x if numbers is None else self.chosen(name, x, numbers, x.dims)

    def chosen(self, name: str, x: Map, numbers: Sequence[int], dims: Sequence[Dim]) -> Map:
        """Some of a layer's channels, in any order, as a map of dimensions `dims`."""
        given = selection(numbers, x.channels or 0)
        return self.passed(name, x, rebased(dims), **given)

    def over_axes(
        self, name: str, type: str, x: Map, kept: Dim | None = None, told: Sequence[int] | None = None, **given: Any
    ) -> Map:
        """A layer over the axes of a canonical map, where they are not `told` already. It makes the channels `kept`, by
        default those that it takes."""
        layer = self.draft.add(name, type, [x.layer], **given)
        axes = self.window_axes(x) if told is None else told
        sizes = zip(axes, self.sizes(type, given, axes, x.dims[2:]), strict=True)
        return Map(layer, (x.dims[0], x.dims[1] if kept is None else kept, *(whole(*one) for one in sizes)), x.local)

    def sizes(self, type: str, given: Parameters, axes: Sequence[int], dims: Sequence[Dim]) -> list[Size]:
        """Sizes that a layer makes of dimensions along some axes, None where unknown."""
        plain = {key.rstrip("_"): one for key, one in given.items() if one is not None and key != "params"}
        found: list[Size] = []
        layer = None
        for axis, dim in zip(axes, dims, strict=True):
            n = None if "like" in plain else size_of(dim)
            try:
                layer = layer_of(type, self.axes, plain) if layer is None and n is not None else layer
                size = None if n is None or layer is None else layer.output_size(axis, n)
            except (GeometryError, Missing, ParameterError):  # told when the description is compiled
                size = None
            found.append(size if size is not None and 1 <= size <= MAX_INTEGER else None)
        return found

    # Axes and sizes

    def row(self, values: Mapping[Any, Any], usual: int = 1) -> list[Any]:
        """A value for each of the network's axes."""
        return [values.get(axis, usual) for axis in range(self.axes)]

    def along(self, axes: Sequence[int], **values: Sequence[object]) -> Parameters:
        """Parameters with a value for each of some axes, as parameters with one for each of the network's."""
        if list(axes) == list(range(self.axes)) and all(len(each) == self.axes for each in values.values()):
            return {key: list(each) for key, each in values.items()}
        return {key: self.row(dict(zip(axes, each, strict=True)), NEUTRAL.get(key, 1)) for key, each in values.items()}

    def window_axes(self, x: Map, taken: Collection[int] = ()) -> list[int]:
        """The axes of a canonical map's dimensions; those of one entry take the axes that are left, but for some that
        are `taken`."""
        had = [axis_of(dim) for dim in x.dims[2:]]
        if had == list(range(self.axes)):
            return list(range(self.axes))
        free = [axis for axis in range(self.axes) if axis not in had and axis not in taken]
        if len(had) > self.axes or len(set(had) - {None}) + had.count(None) < len(had):
            raise Layout("more dimensions than the network has axes")
        return [free.pop(0) if axis is None else axis for axis in had]

    def axis_in(self, x: Map, at: int) -> int | None:
        """The axis that a dimension of a map is the whole of; where it has one entry, the axis that stands there."""
        axis, rank = axis_of(x.dims[at]), len(x.dims)
        if axis is not None or x.dims[at] or rank != self.axes + 2:
            return axis
        first: list[str | int] = [BATCH, CHANNELS, *range(self.axes)]
        last: list[str | int] = [BATCH, *range(self.axes), CHANNELS]
        for roles in (self.usual(rank), first, last):
            if all(atom.role == role for role, dim in zip(roles, x.dims, strict=True) for atom in dim):
                return role if isinstance(role := roles[at], int) else None
        return None

    def along_axes(self, x: Map, places: Sequence[int]) -> Map:
        """The map, in some dimensions of which positions lie. Raises `Roles` where they come from an input that was
        thought to have others there."""
        found = [
            x.dims[at][0].origin for at in places if len(x.dims[at]) == 1 and x.dims[at][0].role in (BATCH, CHANNELS)
        ]
        fresh = [origin for origin in found if origin is not None and origin not in self.roles]
        if fresh and not any(self.reduced(x, origin) for origin in fresh):
            number = 1 + max(axes_in(atom for atom in x.atoms if atom.origin), default=-1)
            kept = {atom.origin: atom.role for atom in x.atoms if atom.origin and atom.origin not in fresh}
            raise Roles(kept | {origin: number + at for at, origin in enumerate(fresh)})
        return x

    def reduced(self, x: Map, origin: Origin) -> bool:
        """Whether of the input that a dimension comes from axes are gone: what is left is what it was thought to be."""
        name, left = origin[0], {atom.origin for atom in x.atoms}
        shape = self.shapes.get(name, ())
        usual = zip(enumerate(self.usual(len(shape))), shape, strict=True)
        return any(isinstance(role, int) and n != 1 and (name, at) not in left for (at, role), n in usual)

    def is_given(self, x: Map, at: int) -> bool:
        """Whether a dimension of a map is one of an input, which was thought to hold channels."""
        dim = x.dims[at]
        return len(dim) == 1 and dim[0].role == CHANNELS and dim[0].origin not in (None, *self.roles)

    def moved(self, x: Map, alike: bool) -> bool:
        """Whether channels of an input, of which all axes are still there, stand where positions do: it was thought to
        have its channels elsewhere, or a view put its only channel there. Where `alike`, it had as many dimensions."""
        for at, dim in enumerate(x.dims):
            origin = dim[0].origin if at > 1 and self.is_given(x, at) else None
            if origin is not None and not self.reduced(x, origin):
                return not alike or len(self.shapes[origin[0]]) == len(x.dims)
        return False

    def positions_in(self, x: Map, several: bool) -> None:
        """Raises `Roles` where an input that was thought to be a vector was cut into `several` parts, of which all are
        worked on alike: it is a signal."""
        name = self.views.get(x.layer, "")
        if several and not x.axes and len(self.shapes.get(name, ())) == 2 and (name, 1) not in self.roles:
            raise Roles({(name, 1): 0})

    def features_in(self, x: Map, at: int) -> None:
        """What works on features works in a dimension of a map. Raises `Roles` where that is the last of the three
        dimensions of an input, which was thought to be an axis: before it stand the batch and the positions."""
        old = self.unblocked.get(x.layer)
        dim = x.dims[at] if old is None or old.shape != x.shape else old.dims[at]
        found = [atom.origin for atom in dim if isinstance(atom.role, int)]
        origin = found[0] if len(found) == 1 else None
        if origin is None or origin[1] != 2 or len(self.shapes[origin[0]]) != 3 or (origin[0], -2) in self.roles:
            return
        if origin in self.roles and len(dim) == 1:
            return
        name, shape = origin[0], self.shapes[origin[0]]
        batch = 1 if shape[1] == 1 != shape[0] else 0
        raise Roles({(name, batch): BATCH, (name, 1 - batch): 0, origin: CHANNELS, (name, -2): CHANNELS})

    def features_elsewhere(self) -> None:
        """Raises `Roles` where inputs are thought to have their features in the last dimension: they have them where
        inputs usually have them."""
        found: dict[Origin, Role] = {}
        for name, shape in self.shapes.items():
            if self.roles.get((name, -2)) == CHANNELS:
                found |= {(name, at): role for at, role in enumerate(default_roles(len(shape)))} | {(name, -2): BATCH}
        if found:
            raise Roles(found)

    def sized(self, x: Map, shape: Sequence[Size]) -> Map:
        """The map with sizes that are known otherwise filled in."""
        if len(shape) != len(x.dims) or all(len(dim) != 1 or dim[0].size is not None for dim in x.dims):
            return x
        dims = (
            whole(dim[0].role, size) if size is not None and len(dim) == 1 and dim[0].size is None else dim
            for dim, size in zip(x.dims, shape, strict=True)
        )
        return x.replaced(dims=tuple(dims))

    # Weights

    def trained(self, *values: object, taken: bool = False) -> int:
        """Weights in constants that were not counted yet; other values have none. With `taken`, an operation has places
        for weights, and takes them there."""
        given = {name: count for one in values if isinstance(one, Constant) for name, count in one.weights}
        fresh = {name: n for name, n in given.items() if name not in self.counted and (taken or name not in self.aside)}
        self.counted.update(dict.fromkeys(fresh))
        return sum(fresh.values())

    def is_trained(self, value: object) -> bool:
        """Whether a constant is one of weights, whatever takes it."""
        return isinstance(value, Constant) and any(name not in self.aside for name, _ in value.weights)

    def shared(self, *values: Map | Constant | None) -> Parameters:
        """The parameters of a layer. Its weights may not simply be the tensors it takes: shared with another layer, of
        which only one has them, made of others, as by weight normalisation, or not trained."""
        constants = [value for value in values if isinstance(value, Constant)]
        found = self.trained(*constants, taken=True)
        simple = found == sum(prod(value.shape) for value in constants)
        if not any(value.weights for value in constants):
            return {}
        return {"params": Usual(found) if simple else found}

    # Gates

    def spread(self, x: Map) -> None:
        """Notes that a map of one position is repeated at all positions of another: what it was pooled to with a window
        as large as its map, as gates have it, sees the whole map wherever it is applied."""
        if self.pools and x.local and not x.axes:
            behind = self.draft.behind(x.layer, self.pools)
            self.gates |= {(self.pools[layer], -1): "whole" for layer in behind}

    def masked(self, x: Map) -> None:
        """Notes that some of the products of which a map is made may not count."""
        if self.products and keys(x.dims):
            self.gates |= {(self.products[layer], -1): "masked" for layer in self.draft.behind(x.layer, self.products)}

    def read_whole(self, name: str, x: Map) -> str:
        """The layer that reads all positions of a map at none: its own, where it has no axes."""
        return self.draft.add(name, "global_avg_pool", [x.layer]) if x.axes else x.layer

    # What is not known

    def unknown(
        self, name: str, operation: str, maps: Sequence[Map], shape: Sequence[Size] | None, params: Size = 0,
        *, laid: Sequence[Dim] | None = None,
    ) -> Map:  # fmt: skip
        """An operation that is not known; `shape` is what it makes, where that is known otherwise, or how it is `laid`.
        What only sees maps that see everything does so as well, unless they are scores of single positions, which it
        may mask."""
        for x in maps:
            self.masked(x)
        apart = any(x.local or keys(x.dims) or x.layer in self.flattened for x in maps)
        if shape is not None and None not in shape and not apart:
            return self._seeing_all(name, maps, [n or 1 for n in shape], params)
        if laid is not None and channels_in(laid) is not None:
            given: Parameters = {"filters": channels_in(laid), "size": self._samples(laid)}
            return Map(self._lost(name, operation, maps, params, given), rebased(laid), apart)
        sizes = [None] * (2 + self.axes) if shape is None else list(shape)
        known = not any(x.guessed for x in maps if x.local)
        sure = (x for x in maps if x.local and not x.guessed and x.shape == tuple(sizes))
        like = next((x for x in sure if _is_laid_out(x)), None)
        given = {}
        if like is not None:
            known = True
            dims = tuple(whole(atom.role, atom.size) for dim in like.dims for atom in dim or (ONE,))
            space: list[Size] = self.row({atom.role: atom.size for atom in like.atoms})
            given = {"filters": like.channels or None, "size": space if all(space) else None}
        else:
            rank = len(sizes)
            known = known and rank == 2 + self.axes and not any(_lies_otherwise(x, rank) for x in maps)
            known = known and (any(len(x.dims) == rank for x in maps if x.local) or not any(x.local for x in maps))
            roles = (
                CHANNELS if isinstance(one, int) and one >= self.axes else one for one in default_roles(len(sizes))
            )
            dims = tuple(whole(role, n) if known else (Atom(role, n),) for role, n in zip(roles, sizes, strict=True))
            if known:
                given = {"filters": sizes[1] or None, "size": sizes[2:] if all(sizes[2:]) else None}
        return Map(self._lost(name, operation, maps, params, given), rebased(dims), apart, not known)

    def _lost(self, name: str, operation: str, maps: Sequence[Map], params: Size, given: Parameters) -> str:
        """A layer of which is not known what it reads."""
        source = self.unknown_inputs(name, operation, maps, given)
        return self.draft.add(name, "custom", [source], unknown=operation, params=params, **given)

    def _samples(self, dims: Sequence[Dim]) -> list[Size] | None:
        """Samples along each of the network's axes, where they are known."""
        atoms = opened(atom for dim in dims for atom in dim)
        sizes = [size_of(tuple(atom for atom in atoms if atom.role == axis)) for axis in range(self.axes)]
        return None if None in sizes else sizes

    def trusted(self, maps: Sequence[Map], made: Sequence[Any]) -> list[Any]:
        """What an operation makes of maps, of a guessed layout where theirs is, unless it has that of another. Raises
        `Layout` where it would see the whole map, or be cut to its sizes, by such a guess only."""
        guessed = [x for x in maps if x.guessed and x.local]
        if not guessed or any(x.local and not x.guessed for x in maps):
            return list(made)
        if any(isinstance(one, Map) and not one.local for one in made):
            raise Layout("it works on a tensor whose layout is not known")
        return [one.replaced(guessed=True) if isinstance(one, Map) else one for one in made]

    def _seeing_all(self, name: str, maps: Sequence[Map], shape: Sequence[int], params: Size) -> Map:
        """An operation, whichever it is, on maps that see everything; what it costs is not known."""
        layers = list(dict.fromkeys(self.read_whole(f"{name}/whole_{at}", x) for at, x in enumerate(maps, 1)))
        source = layers[0] if len(layers) == 1 else self.draft.add(f"{name}/inputs", "concat", layers)
        usual, space = len(shape) == 2 + self.axes, shape[2:]
        filters = shape[1] if usual else prod(shape[1:])
        layer = self.draft.add(name, "custom", [source], filters=filters, params=params, global_=True)
        if usual and prod(space) > 1:
            layer = self.draft.add(f"{name}/size", "upsample", [layer], size=list(space))
        roles = default_roles(len(shape)) if usual else [BATCH, *[CHANNELS] * len(shape)]
        return Map(layer, tuple(whole(role, n) for role, n in zip(roles, shape, strict=False)), False)

    def unknown_inputs(self, name: str, operation: str, maps: Sequence[Map], given: Parameters) -> str:
        """The layer that an unknown operation takes: where it takes several, one that depends on all of them."""
        layers = list(dict.fromkeys(one.layer for one in maps))
        if len(layers) == 1:
            return layers[0]
        parts = {**given, "unknown": operation, "params": 0, "macs": 0}
        each = [self.draft.add(f"{name}/input_{at}", "custom", [one], **parts) for at, one in enumerate(layers, 1)]
        return self.draft.add(f"{name}/inputs", "concat", each)

    def unknown_outputs(
        self, name: str, operation: str, maps: Sequence[Map], shapes: Iterable[Sequence[Size] | None], params: Size = 0,
        laid: Sequence[Dim] | None = None,
    ) -> list[Map]:  # fmt: skip
        """An operation that is not known, of several results: each is a layer, and the first has all weights."""
        return [
            self.unknown(f"{name}/{at}" if at > 1 else name, operation, maps, shape, 0 if at > 1 else params, laid=laid)
            for at, shape in enumerate(shapes, 1)
        ]


ONE = Atom(BATCH, 1)


def _is_laid_out(x: Map) -> bool:
    """Whether each dimension of a map is the batch, all channels, or a whole axis, in any order."""
    single = all(
        len(dim) < 2 and (not dim or dim[0].role in (BATCH, CHANNELS) or axis_of(dim) is not None) for dim in x.dims
    )
    return single and sum(atom.role == CHANNELS for atom in x.atoms) < 2


def _lies_otherwise(x: Map, rank: int) -> bool:
    """Whether a map has another order than batch, channels, axes, or another rank, so that nobody knows how that lies
    which an unknown operation makes of it, in so many dimensions."""
    if not x.local or not x.dims or is_canonical(x):
        return False
    if _is_laid_out(x) or len(x.dims) != rank:
        return True
    return rank > 1 and not is_channels(x.dims[1]) and any(dim and is_channels(dim) for dim in x.dims[2:])
