"""Merges for torch: expressions, not modules."""

from rfcli.geometry.unknown import Unknown
from rfcli.layers.cost_volume import CostVolume
from rfcli.words.torch import MERGES
from rfcli.writers.places import SIZED, Inexpressible, Place
from rfcli.writers.torch.modules import expression, module
from rfcli.writers.torch.python import Chain, Expression, Listed, call, literal
from rfcli.writers.torch.written import Written


@module("add", "multiply")
def arithmetic(place: Place) -> Written:
    return expression(lambda x: Chain(MERGES.written(place.layer.type), tuple(x)))


@module("max")
def maximum(place: Place) -> Written:
    def nested(x: list[str]) -> Expression:
        *others, last = x
        return call(MERGES.written("max"), nested(others), last) if others else last

    return expression(nested)


@module("correlation")
def correlation(place: Place) -> Written:
    layer = place.layer
    sides = layer.padding.sides if not layer.padding.word else ()
    ends = ", ".join(str(end) for pair in reversed(sides) for end in pair) if any(map(any, sides)) else ""
    more = {"depthwise": "True"} if layer.depthwise else {}

    def slid(x: list[str]) -> Expression:
        search = f"F.pad({x[0]}, ({ends}))" if ends else x[0]
        return call("correlate", search, x[1], **more)

    return expression(slid)


@module("cost_volume")
def cost_volume(place: Place) -> Written:
    layer: CostVolume = place.layer
    axes = range(place.axes)
    ranges = []
    for axis in axes:
        (before, after), step = layer.steps(axis), layer.displacement_stride[axis]
        numbers = f"{-before * step}, {after * step + 1}" + (f", {step}" if step > 1 else "")
        ranges.append(f"range({numbers})")
    sides = [layer.patch_sides(axis) for axis in axes]
    given: dict[str, tuple[object, bool]] = {
        "kernel": (tuple(layer.kernel), any(k > 1 for k in layer.kernel)),
        "stride": (tuple(layer.stride), any(s > 1 for s in layer.stride)),
        "sides": (tuple(end for pair in reversed(sides) for end in pair), any(map(any, sides))),
        "compare": (layer.compare, layer.compare != "product"),
        "groups": (layer.groups, layer.groups > 1),
    }
    more = {name: literal(value) for name, (value, wanted) in given.items() if wanted}
    return expression(lambda x: call("cost_volume", x[0], x[1], Listed(tuple(ranges)), **more))


@module("concat")
def concat(place: Place) -> Written:
    """Maps of one position are repeated over the others, as `torch.cat` does not."""
    small = place.repeated
    repeats = any(small) and len(small) > 1
    full = next((at for at, one in enumerate(small) if not one), None)
    if repeats and full is None and any(isinstance(m, Unknown) for m in place.size):
        raise Inexpressible("maps of one sample along different axes are joined", SIZED)

    def joined(x: list[str]) -> Expression:
        sizes = f"*{x[full]}.shape[2:]" if full is not None else ", ".join(map(str, place.size))
        items = (call(f"{one}.expand", "-1", "-1", sizes) if repeats and small[at] else one for at, one in enumerate(x))
        return call(MERGES.written("concat"), Listed(tuple(items)), "1")

    return expression(joined)
