"""A network drawn up part by part, as its modules lie within one another: for files that name a module and its
arguments, and leave its layers to the code."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.description.limits import Limits
from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.draft import Draft, ForeignError
from rfcli.values import Value

Sizes = Sequence[int]
"""An integer for each axis."""


class Map(Value):
    """A layer's output and its channels."""

    layer: str
    channels: int


class Part:
    """A module of a network: its layers go by their names within it."""

    def __init__(self, draft: Draft, limits: Limits, axes: int, name: str = "") -> None:
        self.draft, self.limits, self.axes, self.name = draft, limits, axes, name

    def __truediv__(self, name: str) -> Part:
        """A part of this one; "" is the same one."""
        joined = f"{self.name}/{name}" if self.name and name else self.name or name
        return Part(self.draft, self.limits, self.axes, joined)

    def add(self, name: str, type: str, *inputs: Map, channels: int | None = None, **parameters: object) -> Map:
        """Adds a layer, which has the channels of its first input unless they are given. Raises `ForeignError`."""
        if self.draft.count >= self.limits.layers:
            raise ForeignError(f"more than {self.limits.layers} layers", self.limits.exceeded("layers"))
        channels = inputs[0].channels if channels is None else channels
        called = (self / name).name
        if not 1 <= channels <= MAX_INTEGER:
            raise ForeignError(f"'{called}' would have {channels} channels")
        if len(called) > self.limits.name:
            raise ForeignError(
                f"a name of more than {self.limits.name} characters", self.limits.exceeded("name", len(called))
            )
        return Map(self.draft.add(called, type, (one.layer for one in inputs), None, **parameters), channels)

    def conv(
        self, name: str, x: Map, filters: int, kernel: Sizes, stride: Sizes = (), padding: Sizes | None = None,
        bias: bool = True, groups: int = 1, dilation: Sizes = (),
    ) -> Map:  # fmt: skip
        """A convolution; without a padding given, half of what the kernel reaches, as keeps the size of a map."""
        dilation = dilation or [1] * self.axes
        if padding is None:
            padding = [d * (k - 1) // 2 for k, d in zip(kernel, dilation, strict=True)]
        return self.add(name, "conv", x, channels=filters, filters=filters, kernel=list(kernel),
                        stride=list(stride or [1] * self.axes), padding=list(padding), bias=bias, groups=groups,
                        dilation=list(dilation))  # fmt: skip

    def transposed(
        self, name: str, x: Map, filters: int, kernel: Sizes, stride: Sizes, padding: Sizes = (),
        output_padding: Sizes = (), bias: bool = True,
    ) -> Map:  # fmt: skip
        none = [0] * self.axes
        return self.add(name, "conv_transpose", x, channels=filters, filters=filters, kernel=list(kernel),
                        stride=list(stride), padding=list(padding or none),
                        output_padding=list(output_padding or none), bias=bias)  # fmt: skip

    def concat(self, name: str, *maps: Map) -> Map:
        return self.add(name, "concat", *maps, channels=sum(one.channels for one in maps)) if len(maps) > 1 else maps[0]
