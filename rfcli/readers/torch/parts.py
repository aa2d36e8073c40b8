"""Operations of ATen that take parts of a tensor, or add to its ends."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from math import prod

from rfcli.readers.torch.calls import Call, operation
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import MOST_CHANNELS, Constant, Layout, Map, axis_at
from rfcli.readers.tracing.parts import cut_of, nothing_of, with_one, without_dim
from rfcli.readers.tracing.settling import interleaved, written
from rfcli.readers.tracing.tables import MOST as MOST_PICKED
from rfcli.readers.tracing.tables import picked, picked_apart
from rfcli.words.torch import PAD_MODES, PADS, operations


@operation("split", "split_with_sizes", "chunk", "tensor_split", "split_with_sizes_copy")
def split(call: Call, x: Map, *, dim: int = 0) -> list[Map | Constant]:
    at = axis_at(dim, len(x.dims))
    return call.tracer.divided(call.name, x, at, [shape[at] for shape in call.shapes])


@operation("unbind")
def unbind(call: Call, x: Map, *, dim: int = 0) -> list[Map | Constant]:
    at = axis_at(dim, len(x.dims))
    parts = call.tracer.divided(call.name, x, at, [1] * len(call.shapes))
    return [without_dim(one, at) for one in parts]


@operation("select", "select_copy")
def select(call: Call, x: Map, *, dim: int = 0, index: Argument = None) -> Map | Constant:
    return call.tracer.one_of(call.name, x, axis_at(dim, len(x.dims)), index)


@operation("slice", "slice_copy", "narrow", "narrow_copy")
def cut(
    call: Call, x: Map, *, dim: int = 0, start: Argument = 0, end: Argument = None, step: int = 1
) -> Map | Constant:
    """Entries up to an end, or as many as the `length` of `narrow`."""
    at, length = axis_at(dim, len(x.dims)), call.arguments.get("length")
    n = x.shape[at]
    if n is None:
        raise Layout("a dimension of unknown size is cut")
    if isinstance(start, Map) or isinstance(end, Map):
        raise Layout("it cuts by data")
    if length is not None:
        end = slice(start, n).indices(n)[0] + length
    nothing = nothing_of(x, at, start or 0, end, step)
    if nothing is not None:
        return nothing
    found = cut_of(n, start, end, step, "a dimension")
    return x if found is None else call.tracer.cropped(call.name, x, at, *found)


@operation("diff")
def difference(
    call: Call, x: Map, *, n: int = 1, dim: int = -1, prepend: Argument = None, append: Argument = None
) -> Map:
    """Each entry less the one before, as often as `n` says."""
    if prepend is not None or append is not None:
        raise Layout("others are put before or behind")
    at = axis_at(dim, len(x.dims))
    for turn in range(1, min(n, MOST_CHANNELS) + 1):
        size, name = x.shape[at], call.name if turn == n else f"{call.name}/{turn}"
        if size is None or size < 2:
            raise Layout("no two entries follow each other")
        ends = (cut_of(size, 1, size, 1, "a dimension"), cut_of(size, 0, size - 1, 1, "a dimension"))
        parts = [call.tracer.cropped(f"{name}/part_{k}", x, at, *end) for k, end in enumerate(ends, 1) if end]
        x = call.tracer.merged(name, "add", [part for part in parts if isinstance(part, Map)])
    return x


@operation("slice_scatter", "select_scatter")
def scatter(call: Call, input: Argument, *, src: Argument = None, dim: int = 0) -> Map | Joined:
    """Entries of a dimension in place of some of a tensor's: what is left of that before and behind them."""
    if not isinstance(input, Map | Constant) or not isinstance(src, Map | Constant):
        raise Layout("it writes what is no tensor")
    at, given = axis_at(dim, len(call.shape)), call.arguments
    n = call.shape[at]
    if call.operation == "select_scatter":
        first = axis_at(given["index"], n)
        end, src = first + 1, with_one(src, at)
    else:
        first, end, step = slice(given.get("start"), given.get("end"), given.get("step", 1)).indices(n)
        if step != 1:
            return interleaved(call.tracer, call.name, input, src, at, range(first, end, step))
    return written(call.tracer, call.name, input, src, at, first, max(end, first))


@operation("index", "_unsafe_index", "index_select")
def pick(
    call: Call, x: Map, *, indices: Sequence[Argument] = (), dim: int = 0, index: Argument = None
) -> Map | Constant:
    given = {at: one for at, one in enumerate(indices) if one is not None} or {axis_at(dim, len(x.dims)): index}
    if any(not isinstance(one, Constant) for one in given.values()):
        raise Layout("it picks by data")
    if len(given) != 1:
        return picked_apart(call.tracer, call.name, x, min(given), _tables(call, given))
    ((at, numbers),) = given.items()
    return picked(call.tracer, call.name, x, at, _numbered(call, numbers.replaced(shape=numbers.shape or (1,))))


def _tables(call: Call, given: Mapping[int, Constant]) -> list[list[int]]:
    """The numbers for each of several dimensions side by side, which go along in one dimension each. Raises
    `Layout`."""
    raw, found = call.raw("indices"), []
    rank = max(len(one.shape) for one in given.values())
    for number, (at, table) in enumerate(given.items()):
        shape = (1,) * (rank - len(table.shape)) + table.shape
        if rank != len(given) or at != min(given) + number or prod(shape) != shape[number] or prod(shape) > MOST_PICKED:
            raise Layout("it picks by several tables")
        values = call.numbers.of(raw[at]).reshape([-1]).tolist()
        if any(type(one) is not int for one in values):
            raise Layout("it picks by several tables")
        found.append(values)
    return found


def _numbered(call: Call, picked: Constant) -> Constant:
    """The constant by which entries are picked, with its numbers where they are at hand."""
    nodes = [one for one in call.node.all_input_nodes if one not in call.numbers.tainted]
    values: Sequence[object] | None = picked.values
    if values is None and len(nodes) == 1 and prod(picked.shape) <= MOST_CHANNELS:
        with suppress(Layout):
            values = call.numbers.of(nodes[0]).reshape([-1]).tolist()
    if values is None and any("bool" in str(getattr(one.meta.get("val"), "dtype", "")) for one in nodes):
        raise Layout("it picks by a mask whose numbers are not known")
    if values is not None and any(type(one) is bool for one in values):
        if len(picked.shape) != 1:
            raise Layout("it picks by a mask of several dimensions")
        values = [at for at, one in enumerate(values) if one]
        return picked.replaced(shape=(len(values),), values=values)
    return picked if values is None else picked.replaced(values=values)


def _reflects_what_is_cut(sides: tuple[int, int], n: int | None) -> bool:
    """Whether padding at one end is made of samples that are cut off at the other, as torch has it."""
    return min(sides) < 0 < max(sides) and (n is None or max(sides) >= n + min(sides))


@operation("pad", *operations(PADS))
def pad(call: Call, x: Map, *, pad: Sequence[int] = (), padding: Sequence[int] = (), mode: str = "constant") -> Map:
    """Entries before and after the last dimension, then the one before it, and so on."""
    rank, pads = len(x.dims), pad or padding
    if call.operation in PADS:
        mode = PAD_MODES.written(PADS.read(call.operation))
    if len(pads) % 2 or len(pads) > 2 * rank or mode not in PAD_MODES:
        raise Layout(f"it pads by {list(pads)[:6]}, {mode}")
    sides = [*zip(pads[::2], pads[1::2], strict=True)][::-1]
    sides = [(0, 0)] * (rank - len(sides)) + sides
    if mode == "reflect" and any(_reflects_what_is_cut(pair, n) for pair, n in zip(sides, x.shape, strict=True)):
        raise Layout(f"it pads by {list(pads)[:6]}, {mode}: with samples that it cuts off")
    return call.tracer.padded(call.name, x, sides, PAD_MODES.read(mode))
