"""Places of an axis that are picked one by one, worked on, and packed into an axis again, as unrolled recurrent layers
and loops over rows do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rfcli.layers._layer import IDENTITY_READS, Layer, Whole
from rfcli.layers._registry import layer_of
from rfcli.layers.merges import Merge
from rfcli.readers.draft import Costs, Stated
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.core import Core, Parameters
from rfcli.readers.tracing.maps import Atom, Layout, Map, axis_of, rebased
from rfcli.readers.tracing.noted import Cut
from rfcli.readers.tracing.parts import PartOperations
from rfcli.readers.tracing.turned import turn
from rfcli.values import Value

OTHERWISE = "places of an axis are worked on one by one, and put into another order"


class Picked(Value):
    """What lies between the places of an axis and tensors that are made of them: the layers that pick a place each,
    what they are cut from, and the layers in between, in order."""

    picks: dict[str, Cut]
    between: tuple[str, ...]
    axis: int
    size: int

    @property
    def sources(self) -> tuple[Map, ...]:
        """The maps whose places are picked."""
        return tuple({cut.map.layer: cut.map for cut in self.picks.values()}.values())


def packed(tracer: PartOperations, name: str, operands: Sequence[object], at: int) -> Map | None:
    """An entry for each of some places of an axis, made of what was picked there and elsewhere, as a map with this axis
    again; None where the operands are none. Raises `Layout` where they are, and what each reads is no window."""
    maps = [one for one in operands if isinstance(one, Map) and one.dims[at] == ()]
    if len(maps) < max(len(operands), 2) or any(one.dims != maps[0].dims for one in maps):
        return None
    ends = [one.layer for one in maps]
    found = _picked(tracer, ends)
    if found is None or len(maps) > found.size:
        return None
    row = _places(tracer, found, ends)
    if row[0] & -row[0] > row[-1] & -row[-1]:  # from the last place to the first
        other_way = packed(tracer, name, operands[::-1], at)
        return None if other_way is None else turn(other_way, {found.axis})
    kept = _run(row)
    if kept is None and len(maps) < found.size:
        return None
    layers = {one: _layer(tracer, one) for one in found.between}
    costs = _costs(tracer, found, layers)
    left = tracer.draft.made_of((*found.picks, *found.between))
    sources = {one.layer for one in found.sources}
    left.update(layer for layer, cut in tracer.cuts.items() if cut.map.layer in sources)
    made = None if kept is None else _alike(tracer, name, found, ends, kept, costs)
    if made is None and len(maps) < found.size:
        return None
    if made is None:
        made = _running(tracer, name, found, maps[0], _offsets(row, found.size))
        tracer.draft.stands_for(made, costs)
    tracer.draft.spare(left)
    dims = list(maps[0].dims)
    dims[at] = (Atom(found.axis, len(maps)),)
    return Map(made, rebased(dims), any(one.local for one in maps))


def _run(row: Sequence[int]) -> range | None:
    """The places of which each of some entries is made, where that is one for each, at equal distances."""
    places = [bits.bit_length() - 1 for bits in row]
    run = range(places[0], places[-1] + 1, max(places[1] - places[0], 1))
    return run if list(run) == places and all(bits == 1 << at for bits, at in zip(row, places, strict=True)) else None


def _picked(tracer: Core, ends: Sequence[str]) -> Picked | None:
    """What lies between some layers and the places that they are made of; None where they are made of anything else."""
    picks, between, waiting = dict[str, Cut](), set[str](), [*ends]
    while waiting:
        layer = waiting.pop()
        if layer in picks or layer in between:
            continue
        cut = tracer.cuts.get(layer)
        if cut is not None and len(cut.taken) == 1 and axis_of(cut.map.dims[cut.at]) is not None:
            picks[layer] = cut
            continue
        stated = tracer.draft.stated(layer)
        if stated is None:
            return None
        between.add(layer)
        waiting += stated.inputs
    places = {(axis_of(cut.map.dims[cut.at]), cut.map.shape[cut.at]) for cut in picks.values()}
    if len(places) != 1:
        return None
    ((axis, size),) = places
    if axis is None or size is None:
        return None
    return Picked(picks, tuple(tracer.draft.in_order(between)), axis, size)


def _places(tracer: Core, found: Picked, ends: Sequence[str]) -> list[int]:
    """The places that each of some layers is made of, a bit for each."""
    reads = {layer: 1 << cut.taken[0] for layer, cut in found.picks.items()}
    for layer in found.between:
        reads[layer] = 0
        for source in _stated(tracer, layer).inputs:
            reads[layer] |= reads[source]
    return [reads[one] for one in ends]


def _stated(tracer: Core, layer: str) -> Stated:
    stated = tracer.draft.stated(layer)
    assert stated is not None, "it is a layer"
    return stated


def _layer(tracer: Core, layer: str) -> Layer:
    """Raises `Layout` where what a layer does depends on another one, or is not known."""
    stated = _stated(tracer, layer)
    if "like" in stated.given or "unknown" in stated.given:
        raise Layout("places of an axis are worked on by an operation that is not known")
    made = layer_of(stated.type, tracer.axes, stated.given)
    if made.silent or made.pair:
        raise Layout("places of an axis are worked on by what is no layer of its own")
    return made


def _alike(
    tracer: PartOperations, name: str, found: Picked, ends: Sequence[str], kept: range, costs: Costs
) -> str | None:
    """The layer that does to all places what is done to each alone; None where one is worked on otherwise."""
    if len(set(_kinds(tracer, found, ends))) > 1:
        return None
    if not all(_at_places(tracer, one, found.axis) for one in found.between):
        return None
    end = tracer.draft.in_order(ends)[0] if found.between else ends[0]
    wanted = {end}
    for layer in reversed(found.between):
        wanted.update(_stated(tracer, layer).inputs if layer in wanted else ())
    if any(costs[one][0] != 0 for one in found.between if one not in wanted):
        return None  # others have weights of their own
    whole = {one.layer: one.layer for one in found.sources}
    if len(kept) < found.size:
        for cut in {cut.map.layer: cut for cut in found.picks.values()}.values():
            part = tracer.cropped(f"{name}/places", cut.map, cut.at, kept.start, kept[-1] + 1, kept.step)
            whole[cut.map.layer] = mapped(part).layer
    made = {layer: whole[cut.map.layer] for layer, cut in found.picks.items()}
    for layer in found.between:
        if layer in wanted:
            stated = _stated(tracer, layer)
            macs = stated.given.get("macs")
            given = stated.given | ({"macs": macs * len(kept)} if isinstance(macs, int) else {})
            made[layer] = tracer.draft.add(layer, stated.type, [made[one] for one in stated.inputs], None, **given)
    return made[end]


def _kinds(tracer: Core, found: Picked, ends: Sequence[str]) -> list[int]:
    """A number for each of some layers, the same for those that do the same to the places that they are made of. Which
    of them has the weights that all share makes no difference."""
    numbers: dict[object, int] = {}
    kinds = {
        layer: numbers.setdefault((cut.map.layer, cut.at), len(numbers)) for layer, cut in found.picks.items()
    }  # fmt: skip
    for layer in found.between:
        stated = _stated(tracer, layer)
        given = {key: one for key, one in stated.given.items() if key != "params"}
        sources = [kinds[each] for each in stated.inputs]
        if stated.type in ("identity", "channel_scale") and not given:
            kinds[layer] = sources[0]
            continue
        kinds[layer] = numbers.setdefault((stated.type, repr(sorted(given.items(), key=repr)), *sources), len(numbers))
    return [kinds[one] for one in ends]


def _at_places(tracer: Core, name: str, axis: int) -> bool:
    """Whether a layer works at each place of an axis by itself, however many there are."""
    if "size" in _stated(tracer, name).given:
        return False
    layer = _layer(tracer, name)
    reads = layer.reads(axis, 1)
    return reads == IDENTITY_READS and layer.output_size(axis, 1) == 1 and layer.whole(axis, False) is Whole.NO


def _running(tracer: Core, name: str, found: Picked, x: Map, offsets: range) -> str:
    """The layer that reads what each place is made of: a window around it, or all before or behind it. Raises
    `Layout`."""
    others = [axis for axis in range(tracer.axes) if axis != found.axis]
    if not all(_at_places(tracer, one, axis) for one in found.between for axis in others):
        raise Layout("places of an axis are worked on one by one, each along others")
    first, *more = (one.layer for one in found.sources)
    source = tracer.draft.add(f"{name}/inputs", "concat", [first, *more]) if more else first
    given: Parameters = {"filters": x.channels}
    if tracer.axes == 1 and offsets in (range(1 - found.size, 1), range(found.size)):
        given["global_"] = "before" if offsets[-1] == 0 else "after"
    else:
        padding = [-offsets[0], offsets[-1]]
        given |= tracer.along([found.axis], kernel=[len(offsets)], dilation=[offsets.step], padding=[padding])
    return tracer.draft.add(name, "custom", [source], **given)


def _offsets(row: Sequence[int], size: int) -> range:
    """How far from each place those lie that it is made of, where that is a window for all of them. Raises `Layout`."""
    far = {one - place for place, bits in enumerate(row) for one in range(size) if bits >> one & 1}
    found = sorted(far)
    if not found:
        raise Layout(OTHERWISE)
    step = found[1] - found[0] if len(found) > 1 else 1
    offsets = range(found[0], found[-1] + 1, step)
    if list(offsets) != found:
        raise Layout(OTHERWISE)
    for place, bits in enumerate(row):
        if bits != sum(1 << place + one for one in offsets if 0 <= place + one < size):
            raise Layout(OTHERWISE)
    return offsets


def _costs(tracer: Core, found: Picked, layers: Mapping[str, Layer]) -> Costs:
    """Parameters and multiply-accumulates of layers on single places, None where they are not known."""
    known: dict[str, tuple[int, tuple[int, ...]]] = {}
    costs: dict[str, tuple[int | None, int | None]] = {}
    for pick, cut in found.picks.items():
        sizes = tracer.row({atom.role: atom.size for atom in cut.map.atoms} | {found.axis: 1})
        if cut.map.channels is not None and None not in sizes:
            known[pick] = cut.map.channels, tuple(sizes)
    for name, layer in layers.items():
        met = [known[one] for one in _stated(tracer, name).inputs if one in known]
        costs[name] = (layer.stated_params, getattr(layer, "stated_macs", None))
        if len(met) < len(_stated(tracer, name).inputs) or not met:
            continue
        c, n = met[0]
        out = tuple([layer.output_size(axis, size) for axis, size in enumerate(n)])
        merged = layer.merged_channels([one for one, _ in met]) if isinstance(layer, Merge) else layer.channels(c, n)
        params = layer.params(c, n) if layer.stated_params is None else layer.stated_params
        macs = layer.macs(c, n, out)
        costs[name] = (params if isinstance(params, int) else None, macs if isinstance(macs, int) else None)
        if isinstance(merged, int):
            known[name] = merged, out
    return costs
