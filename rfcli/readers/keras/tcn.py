"""keras-tcn's own layer, whose configuration states everything: temporal convolutional networks (Bai et al. 2018)."""

from rfcli.geometry.windows import extent, same_padding
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.binding import flag, integer, layer_class, plain, word
from rfcli.readers.keras.calls import Argument, Call
from rfcli.readers.keras.maps import width_of
from rfcli.readers.keras.pointwise import Chosen, active, chosen, strange
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Layout, Map
from rfcli.values import Value

MOST_BLOCKS = 10_000
"""Residual blocks of all stacks together."""
STATED = ("nb_filters", "kernel_size", "nb_stacks", "dilations")
"""Keys that tell the class from others of its name."""


@layer_class("TCN")
def tcn(
    call: Call, x: Map, *, kernel_size: int = integer(3), nb_stacks: int = integer(1),
    padding: str = word("causal", "causal", "same"), use_skip_connections: bool = flag(True),
    return_sequences: bool = flag(False), go_backwards: bool = flag(False), nb_filters: Argument = plain(),
) -> Map:  # fmt: skip
    """Stacks of residual blocks, one for each dilation. What each adds is summed up, or the last block's output taken;
    without sequences its last step, or with `same` its middle one."""
    if not all(call.config.find(key) for key in STATED):
        raise Layout("a class of this name that is not keras-tcn's")
    dilations = call.config.listed("dilations")
    widths = _widths(call, nb_filters, len(dilations)) * nb_stacks
    if len(widths) > MOST_BLOCKS:
        raise Layout(f"it has {len(widths)} residual blocks")
    if go_backwards and return_sequences:
        raise Layout("it turns the map round")
    if len(x.dims) != 3:
        raise Layout("its input is no sequence")
    blocks, skips = _Blocks(call, kernel_size, padding, go_backwards, call.shared()), []
    for number, (dilation, filters) in enumerate(zip(dilations * nb_stacks, widths, strict=True)):
        x, skip = blocks.block(f"{call.name}/residual_block_{number}", x, dilation, filters)
        skips.append(skip)
    name = call.name if return_sequences else f"{call.name}/skips"
    if use_skip_connections:
        x = call.tracer.merged(name, "add", skips) if len(skips) > 1 else call.tracer.passed(name, skips[0])
    elif return_sequences:
        x = call.tracer.passed(name, x)
    return x if return_sequences else _step(call, x, padding == "same", go_backwards)


def _widths(call: Call, stated: Argument, count: int) -> list[int]:
    """Filters of the blocks of a stack: one number for all, or one for each."""
    if not isinstance(stated, list):
        return [call.config.integer("nb_filters")] * count
    widths = call.config.listed("nb_filters")
    if len(widths) != count:
        place = call.config.find("nb_filters")
        raise ForeignError(f"nb_filters must have {count} entries, has {len(widths)}", at=place)
    return widths


def _step(call: Call, x: Map, middle: bool, backwards: bool) -> Map:
    """One step of a sequence, as features."""
    n = x.shape[1]
    if n is None:
        told = "TCN: which step it takes of a sequence of unknown length"
        return call.tracer.unknown(call.name, told, [x], [x.shape[0], x.channels], 0, 0)
    at = n // 2 if middle else n - 1
    made = call.tracer.one_of(call.name, x, 1, n - 1 - at if backwards else at)
    assert isinstance(made, Map), "an entry of a map"
    return made


class _Blocks(Value):
    """What residual blocks have in common; `shared` states the parameters of a layer that is called again."""

    call: Call
    kernel: int
    padding: str
    backwards: bool
    shared: Parameters

    def block(self, name: str, x: Map, dilation: int, filters: int) -> tuple[Map, Map]:
        """Two convolutions, each normalised and activated, beside the input, which is projected where its channels are
        others: the activated sum, and what was added."""
        made = x
        for at in range(2):
            made = self._convolved(f"{name}/conv1D_{at}", made, dilation, filters)
            made = self._normalised(f"{name}/norm_{at}", made)
            made = self._activated(f"{name}/Act_Conv1D_{at}", made)
            made = self.call.tracer.passed(f"{name}/SDropout_{at}", made, type="dropout", rate=self._rate)
        made = self._activated(f"{name}/Act_Conv_Blocks", made)
        kept = x
        if width_of(x) != filters:
            kept = self.call.tracer.slid(
                f"{name}/matching_conv1D", "conv", x, 1, False, {"kernel": [1]}, filters, filters=filters, **self.shared
            )
        added = self.call.tracer.merged(f"{name}/Add_Res", "add", [kept, made])
        return self._activated(f"{name}/Act_Res_Block", added), made

    @property
    def _rate(self) -> float:
        rate = self.call.config.number("dropout_rate")
        return 0.0 if rate is None or not 0 <= rate <= 1 else rate

    def _convolved(self, name: str, x: Map, dilation: int, filters: int) -> Map:
        reach = extent(self.kernel, dilation)
        before, after = (reach - 1, 0) if self.padding == "causal" else same_padding(1, reach, 1, False)
        sides = [[after, before] if self.backwards else [before, after]]
        given: Parameters = {"filters": filters, **self.shared}
        if self.call.config.flag("use_weight_norm", False) and not self.shared:
            given["params"] = (self.kernel * width_of(x) + 2) * filters  # a length for each filter, and the bias
        window: dict[str, list[Argument]] = {"kernel": [self.kernel], "dilation": [dilation], "padding": sides}
        return self.call.tracer.slid(name, "conv", x, 1, False, window, filters, **given)

    def _normalised(self, name: str, x: Map) -> Map:
        config, passed = self.call.config, self.call.tracer.passed
        if config.flag("use_batch_norm", False):
            return passed(name, x, type="batch_norm", **self.shared)
        if config.flag("use_layer_norm", False):
            return passed(name, x, type="layer_norm", **self.shared)
        return x

    def _activated(self, name: str, x: Map) -> Map:
        inner, inside = self.call.replaced(name=name), chosen(self.call.config)
        if self.call.config.find("activation") is None:
            inside = Chosen("relu")
        try:
            return active(inner, x, inside)
        except Layout as why:
            return strange(inner, x, f"{inside.name}: {why}")
