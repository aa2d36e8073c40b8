"""Tensors of a traced program as maps of a description: which dimension holds what, through every change of layout.

A dimension is a row of atoms, outermost first: the batch, a part of the channels, or a part of a spatial axis.
Reshaping splits and joins atoms, transposing reorders dimensions; neither moves a sample, so neither is a layer until
an operation asks for the map as channels and axes.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import pairwise
from math import prod

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Dim = tuple["Atom", ...]
Size = int | None


class Beside(Value):
    """What a dimension holds of a map, between entries that are no part of it, as a class token is not: so many before
    it and after. They depend on no input until they have `seen` the map."""

    before: int
    dim: Dim
    after: int
    seen: bool = False


class Laid(Value):
    """An input's dimension that holds a whole map, row by row: role and size of each part, outermost first."""

    parts: tuple[tuple[str | int, int], ...]


Role = str | int | Beside | Laid
"""BATCH, CHANNELS, the number of an axis, a map with entries beside it; of an input's dimension a whole map."""
Origin = tuple[str, int]
"""An input, and which of its dimensions."""

BATCH, CHANNELS = "batch", "channels"


def axes_of(roles: Iterable[Role]) -> int:
    """How many axes a network has whose inputs have dimensions of these roles."""
    each = [part for role in roles for part in ([one for one, _ in role.parts] if isinstance(role, Laid) else [role])]
    return max((role + 1 for role in each if isinstance(role, int)), default=0)


def default_roles(rank: int) -> list[Role]:
    """Batch, channels, then axes."""
    return ([BATCH, CHANNELS, *range(rank - 2)] if rank > 1 else [BATCH])[:rank]


class Atom(Value):
    """A part of a dimension: `size` entries, `step` apart in what it is a part of. `origin` is the input and its
    dimension that the atom is the whole of, where nothing but layout lies between. Entry `o` of an axis that is rolled
    by `roll` is sample o + roll of the map, modulo its size. Channels that are the scores of an attention stand for the
    positions of its keys: `key` is where these lie. Entry o of an axis that is `turned` round is sample n - 1 - o."""

    role: Role
    size: Size
    step: int = 1
    origin: Origin | None = None
    roll: int = 0
    key: Atom | None = None
    turned: bool = False


class Layout(Exception):
    """A change of layout that no map has: what it would mix. How what is made lies may be known all the same."""

    def __init__(self, why: str, dims: Sequence[Dim] | None = None) -> None:
        super().__init__(why)
        self.dims = None if dims is None else tuple(dims)


class Roles(Exception):
    """Roles that dimensions of inputs turn out to have, other than was thought."""

    def __init__(self, roles: dict[Origin, Role]) -> None:
        super().__init__(roles)
        self.roles = roles


class MoreAxes(Exception):
    """A network has more axes than its inputs: features become a map of `count` of them."""

    def __init__(self, count: int) -> None:
        super().__init__(count)
        self.count = count


class Map(Value):
    """A tensor that is the output of a layer: `dims` say how its entries lie in it. `local` is false where only global
    paths lead to it. Behind an operation that is not known the layout may be `guessed`."""

    layer: str
    dims: tuple[Dim, ...]
    local: bool = True
    guessed: bool = False

    @property
    def shape(self) -> tuple[Size, ...]:
        """Entries of each dimension, None where unknown."""
        return tuple([size_of(dim) for dim in self.dims])

    @property
    def atoms(self) -> list[Atom]:
        """All atoms in row-major order."""
        return [atom for dim in self.dims for atom in dim]

    @property
    def axes(self) -> list[int]:
        """The spatial axes that the map has, each once."""
        return axes_in(self.atoms)

    @property
    def channels(self) -> Size:
        """Channels of the layer's output."""
        return channels_in(self.dims)

    def with_dim(self, at: int, dim: Dim) -> Map:
        """The same with another dimension at a place."""
        return self.replaced(dims=exchanged(self.dims, at, dim))

    def holds(self, atoms: Iterable[Atom], axes: Collection[int]) -> bool:
        """Whether some of its atoms have these axes in them, whole. Of what is global anyway, parts do as well."""
        inside, left = list(atoms), self.atoms
        for atom in inside:
            if atom in left:
                left.remove(atom)
        cut = self.local and not {*axes}.isdisjoint(axes_in(atom for atom in left if atom.size != 1))
        return {*axes} <= {*axes_in(inside)} and not cut


class Kept(Value):
    """The taps of a kernel that are not zero between all channels, per axis behind the first two dimensions; whether
    the tensor is a mask, of 0 and 1 only; and whether a mask was multiplied in. No taps: that is not known."""

    taps: tuple[tuple[int, ...], ...]
    mask: bool
    multiplied: bool = False


class Constant(Value):
    """A tensor that depends on no input: its shape; its numbers, in row-major order, where they are few and known; and
    the weights in it, as pairs of a name and a number. `kept` tells of a kernel with zeros what is left; `external`
    that the numbers are in another file, `vague` that the shape is a guess."""

    shape: tuple[int, ...]
    values: list[Any] | None
    weights: tuple[tuple[str, int], ...]
    kept: Kept | None = None
    external: bool = False
    vague: bool = False


def size_of(*dims: Dim) -> Size:
    """Entries of a dimension, or of several together, None where unknown."""
    if len(dims) == 1 and len(dims[0]) == 1:  # as nearly all are
        return dims[0][0].size
    sizes = [atom.size for dim in dims for atom in dim]
    return None if None in sizes else prod(sizes)  # type: ignore[arg-type]


def entries_of(*dims: Dim) -> Size:
    """Entries of several dimensions together, for one image of the batch."""
    return size_of(tuple(atom for dim in dims for atom in dim if atom.role != BATCH))


def axes_in(atoms: Iterable[Atom]) -> list[int]:
    """The spatial axes that some atoms lie in, each once."""
    return sorted({atom.role for atom in opened(atoms) if isinstance(atom.role, int)})


def opened(atoms: Iterable[Atom]) -> list[Atom]:
    """Some atoms, with those of a map in place of what holds it and entries beside it."""
    found: list[Atom] = []
    for atom in atoms:
        found += opened(atom.role.dim) if isinstance(atom.role, Beside) else [atom]
    return found


def places(dims: Iterable[Dim]) -> Dim:
    """What lies in axes, without where it is from."""
    atoms = (atom for dim in dims for atom in joined(dim))
    return tuple(
        atom.replaced(origin=None, role=_unseen(atom.role)) for atom in atoms if not isinstance(atom.role, str)
    )


def having_seen(dims: Iterable[Dim]) -> tuple[Dim, ...]:
    """Dimensions whose entries beside a map have seen it."""
    return tuple(
        tuple(
            atom.replaced(role=atom.role.replaced(seen=True)) if isinstance(atom.role, Beside) else atom for atom in dim
        )
        for dim in dims
    )


def _unseen(role: Role) -> Role:
    return role.replaced(seen=False) if isinstance(role, Beside) else role


def keyed(dim: Dim) -> Dim:
    """A dimension of positions as channels that stand for them."""
    return tuple(
        atom if isinstance(atom.role, str) else Atom(CHANNELS, atom.size, key=atom.replaced(origin=None))
        for atom in joined(dim)
    )


def keys(dims: Iterable[Dim]) -> Dim:
    """The positions that channels stand for."""
    found = (atom.key for dim in dims for atom in dim if atom.key is not None and atom.size != 1)
    return joined(atom.replaced(role=_unseen(atom.role)) for atom in found)


def channels_in(dims: Iterable[Dim]) -> Size:
    """Channels in some dimensions, None where unknown."""
    return size_of(tuple(atom for dim in dims for atom in dim if atom.role == CHANNELS))


def whole(role: Role, size: Size) -> Dim:
    """A dimension that holds all of one role; one entry holds none."""
    return () if size == 1 else (Atom(role, size),)


def channels(size: Size) -> Dim:
    """A dimension of channels."""
    return whole(CHANNELS, size)


def features(dims: Iterable[Dim]) -> tuple[Dim, ...]:
    """Dimensions of what has no axes: all but the batch are channels."""
    return tuple(dim if is_batch(dim) else channels(size_of(dim)) for dim in dims)


def is_channels(dim: Dim) -> bool:
    """Whether a dimension holds channels only; one of size 1 does."""
    return all(atom.role == CHANNELS for atom in dim)


def is_batch(dim: Dim) -> bool:
    """Whether a dimension holds nothing but images of the batch."""
    return all(atom.role == BATCH for atom in dim)


def axis_of(dim: Dim) -> int | None:
    """The axis that a dimension is the whole of."""
    if len(dim) == 1 and isinstance(dim[0].role, int) and dim[0].step == 1 and not (dim[0].roll or dim[0].turned):
        return dim[0].role
    return None


def is_axis(dim: Dim) -> bool:
    """Whether a dimension is the whole of one axis, rolled or not."""
    return len(dim) == 1 and isinstance(dim[0].role, int) and dim[0].step == 1 and not dim[0].turned


def is_canonical(x: Map) -> bool:
    """Whether a map lies as batch, channels and whole axes."""
    plain = len(x.dims) > 1 and is_batch(x.dims[0]) and is_channels(x.dims[1])
    return plain and all(axis_of(dim) is not None or not dim for dim in x.dims[2:])


def is_plain(x: Map) -> bool:
    """Whether a map lies as batch, channels in one piece, and whole axes, as nearly all do: nothing of it is
    rearranged, nothing lies beside it."""
    dims = x.dims
    if len(dims) < 3 or len(dims[1]) > 1 or not is_batch(dims[0]) or not is_channels(dims[1]):
        return False
    return all(not dim or axis_of(dim) is not None for dim in dims[2:])


def is_straight(x: Map) -> bool:
    """The same wherever the channels stand among the axes, as they come last for Keras and TensorFlow."""
    if len(x.dims) < 3 or not is_batch(x.dims[0]):
        return False
    others = [dim for dim in x.dims[1:] if dim and axis_of(dim) is None]
    return not others or (len(others) == 1 and len(others[0]) == 1 and others[0][0].role == CHANNELS)


def axis_at(number: int, rank: int, word: str = "axis") -> int:
    """The number of a dimension, counted from the end where negative. Raises `Layout`, which calls it by a word."""
    if not -rank <= number < rank:
        raise Layout(f"it names {word} {number} of {rank}")
    return number % rank


def rebased(dims: Iterable[Dim]) -> tuple[Dim, ...]:
    """Dimensions of a layer that makes its channels in their order: steps of channels are counted anew."""
    made, step = [], 1
    for dim in reversed(list(dims)):
        atoms: list[Atom] = []
        for atom in reversed(dim):
            if atom.role == CHANNELS and step and atom.size is not None:
                width = atom.size
                atom = atom if atom.step == step else atom.replaced(step=step)
                step *= width
            elif atom.role == CHANNELS:
                step = 0  # what lies before channels of unknown number
            atoms.append(atom)
        made.append(tuple(reversed(atoms)))
    return tuple(reversed(made))


def channel_numbers(dims: Iterable[Dim], at: int = -1, kept: Sequence[int] = ()) -> list[int] | None:
    """The channels of a layer in the order in which they lie in dimensions of its map, only the entries `kept` of
    dimension `at`; None where their number is not known, or they are too many."""
    listed = list(dims)
    count = channels_in(listed)
    if count is None or count > MOST_CHANNELS:
        return None
    if _out_of_order(listed) is None:
        listed = list(rebased(listed))
    found = [0]
    for number, dim in enumerate(listed):
        own = [0]
        for atom in dim:
            if atom.role == CHANNELS:
                own = [before + i * atom.step for before in own for i in range(atom.size or 1)]
        if number == at:
            own = [own[one] for one in kept]
        found = [before + one for before in found for one in own]
    return found


MOST_CHANNELS = 1 << 16
"""Channels that are put in another order."""


def out_of_order(dims: Iterable[Dim]) -> bool:
    """Whether the channels of a layer lie in its map in another order."""
    return _out_of_order(dims) is True


def _out_of_order(dims: Iterable[Dim]) -> bool | None:
    """The same; None where steps of channels say of no order."""
    atoms = [atom for dim in dims for atom in dim if atom.role == CHANNELS and atom.size != 1]
    expected = 1
    for atom in sorted(atoms, key=lambda one: one.step):
        if atom.step != expected:
            return None
        expected *= atom.size or 0
    return any(after.step > before.step for before, after in pairwise(atoms))


def exchanged(dims: Sequence[Dim], at: int, dim: Dim) -> tuple[Dim, ...]:
    """Dimensions, one of them another."""
    return tuple(dim if number == at else one for number, one in enumerate(dims))


def without(dims: Sequence[Dim], gone: Collection[int]) -> tuple[Dim, ...]:
    """Dimensions, some of them left out."""
    return tuple(dim for number, dim in enumerate(dims) if number not in gone)


def with_ones(dims: Sequence[Dim], new: Collection[int]) -> tuple[Dim, ...]:
    """Dimensions with some of one entry among them, whose numbers are `new` then."""
    rest = iter(dims)
    return tuple(() if number in new else next(rest, ()) for number in range(len(dims) + len(new)))


def transposed(x: Map) -> Map:
    """A map of which the last two dimensions change places."""
    return x.replaced(dims=(*x.dims[:-2], x.dims[-1], x.dims[-2]))


def with_rank(x: Map, rank: int) -> Map:
    """A map with dimensions of one entry before its own, as broadcasting has them."""
    return x.replaced(dims=((),) * (rank - len(x.dims)) + x.dims) if len(x.dims) < rank else x


def common(met: Sequence[Dim]) -> Dim:
    """The dimension of which all are, however each came by it, or which those of one entry are broadcast to. Raises
    `Layout`."""
    full = [dim for dim in met if dim]
    sized = [dim for dim in full if size_of(dim) is not None] or full
    first = next((dim for dim in sized if keys([dim])), sized[0] if sized else ())
    if any(isinstance(atom.role, Beside) and atom.role.seen for dim in full for atom in dim):
        (first,) = having_seen([first])
    for dim in full:
        sizes = {size_of(dim), size_of(first)} - {None}
        if size_of(dim) != 1 and (_order(dim) != _order(first) or len(sizes) > 1):
            raise Layout("tensors of different layouts are merged")
    return first


def _order(dim: Dim) -> list[object]:
    """What lies in a dimension; channels, or images of the batch, that lie side by side are one."""
    found: list[object] = []
    for atom in joined(dim):
        one = atom.role if isinstance(atom.role, str) else (_unseen(atom.role), atom.step, atom.roll, atom.turned)
        if not isinstance(one, str) or found[-1:] != [one]:
            found.append(one)
    return found


def joined(dim: Iterable[Atom]) -> Dim:
    """A dimension with atoms that lie behind one another made one, and those of one entry left out."""
    made: list[Atom] = []
    for atom in dim:
        if atom.size == 1:
            continue
        last = made[-1] if made else None
        if (
            last is not None and last.role == atom.role and last.size is not None and atom.size is not None
            and last.step == atom.step * atom.size and last.roll == atom.roll
            and last.turned == atom.turned and _keys_follow(last, atom)
        ):  # fmt: skip
            key = atom.key and last.key and joined([last.key, atom.key])[0]
            made[-1] = atom.replaced(size=last.size * atom.size, origin=None, key=key)
        else:
            made.append(atom)
    return tuple(made)


def _keys_follow(before: Atom, after: Atom) -> bool:
    """Whether two parts of channels stand for no positions, or for such as lie behind one another."""
    if before.key is None or after.key is None:
        return before.key is after.key
    return len(joined([before.key, after.key])) == 1


def split(atom: Atom, outer: int) -> tuple[Atom, Atom]:
    """An atom of known size in two, `outer` entries of the rest each. Raises `Layout`."""
    if isinstance(atom.role, Beside):
        raise Layout("a map is split together with what lies beside it")
    if atom.size is None or outer < 1 or atom.size % outer:
        raise Layout(f"{atom.size} entries are split into {outer}")
    inner = atom.size // outer
    part = atom.replaced(origin=None)
    outside, inside = (None, None) if atom.key is None else split(atom.key, outer)
    return part.replaced(size=outer, step=atom.step * inner, key=outside), part.replaced(size=inner, key=inside)


def reshaped(dims: Sequence[Dim], target: Sequence[Size | Dim]) -> tuple[Dim, ...]:
    """Dimensions with as many entries as `target` says, in row-major order: a number, the entries of some dimension, or
    None for one that takes what is left.

    Raises `Layout` where atoms of unknown size, or numbers that do not divide, stand in the way.
    """
    atoms = [atom for dim in dims for atom in joined(dim)]
    wanted = list(target)
    if wanted.count(None) > 1:
        raise Layout(f"{wanted.count(None)} dimensions of unknown size")
    before: list[Dim] = []
    while wanted and wanted[0] is not None:
        before.append(_taken(atoms, wanted.pop(0), False))
    after: list[Dim] = []
    while wanted and wanted[-1] is not None:
        after.append(_taken(atoms, wanted.pop(), True))
    if wanted:
        before.append(joined(atoms))
    elif atoms:
        raise Layout("the sizes do not fit")
    return (*before, *reversed(after))


def _taken(atoms: list[Atom], size: Size | Dim, last: bool) -> Dim:
    """So many entries off the beginning, or the end, of a row of atoms."""
    taken: list[Atom] = []
    if isinstance(size, tuple):
        like = joined(size)
        start = len(atoms) - len(like) if last else 0
        met = atoms[max(start, 0) : start + len(like)]
        if [(one.role, one.size) for one in met] != [(one.role, one.size) for one in like]:
            raise Layout("the sizes do not fit")
        del atoms[start : start + len(like)]
        return tuple(met)
    assert size is not None, "what is left is taken last"
    while size > 1:
        if not atoms:
            raise Layout("the sizes do not fit")
        atom = atoms.pop(-1 if last else 0)
        if atom.size is None:
            raise Layout("a dimension of unknown size is split")
        if size % atom.size == 0:
            size //= atom.size
        else:
            outer = size if not last else atom.size // size if atom.size % size == 0 else 0
            rest, atom = split(atom, outer)[:: 1 if last else -1]
            atoms.insert(len(atoms) if last else 0, rest)
            size = 1
        taken.append(atom)
    return joined(reversed(taken) if last else taken)
