"""Layers for torch that keep a part of their input, or add to its ends, and those that pass it on as it is."""

from rfcli.writers.places import Place
from rfcli.writers.torch import modules
from rfcli.writers.torch.modules import chain, expression, module, submodule
from rfcli.writers.torch.python import Expression, call, literal
from rfcli.writers.torch.written import Written


@module("channel_slice")
def channel_slice(place: Place) -> Written:
    layer = place.layer
    if layer.indices is not None:
        return expression(lambda x: f"{x[0]}[:, {list(layer.indices)}]")
    start, end = layer.start or "", "" if layer.end is None else layer.end
    step = f":{layer.step}" if layer.step > 1 else ""
    return expression(lambda x: f"{x[0]}[:, {start}:{end}{step}]")


@module("identity")
def identity(place: Place) -> Written:
    added = _added(place)
    return expression(lambda x: _widened(place, x[0], added)) if added else submodule("nn.Identity", {})


@module("zeros")
def zeros(place: Place) -> Written:
    return expression(lambda x: call("torch.zeros_like", x[0]))


@module("subsample")
def subsample(place: Place) -> Written:
    steps = ", ".join(f"::{s}" if s > 1 else ":" for s in place.layer.stride)
    added = _added(place)
    return expression(lambda x: _widened(place, f"{x[0]}[:, :, {steps}]", added))


def _added(place: Place) -> int:
    """Channels that a layer adds. Raises `Inexpressible` where those of its input are not known."""
    return 0 if place.layer.filters is None else place.layer.filters - place.c


def _widened(place: Place, value: str, added: int) -> Expression:
    """A value with zeros for the channels that are added."""
    return call("F.pad", value, literal((0, 0) * place.axes + (0, added))) if added else value


@module("pad")
def pad(place: Place) -> Written:
    *before, (_, last) = modules.pads(place, place.layer.padding.sides, place.layer.padding_mode)
    return chain([*before, ("", last)])


@module("crop")
def crop(place: Place) -> Written:
    layer = place.layer
    if layer.cropping is None:
        return expression(lambda x: call("center_crop", x[0], f"{x[1]}.shape[2:]"))
    return chain([("", modules.pad(tuple((-before, -after) for before, after in layer.cropping.sides)))])
