"""Windows that slide: convolutions and pools."""

from collections.abc import Mapping, Sequence

from rfcli.readers.tracing.layout import LayoutOperations
from rfcli.readers.tracing.maps import Map, channels


class WindowOperations(LayoutOperations):
    """Windows over the axes of a map."""

    def window(
        self, name: str, type: str, x: Map, filters: int | None, per_axis: Mapping[str, Sequence[object]],
        **given: object,
    ) -> Map:  # fmt: skip
        """A convolution or pool over the dimensions behind the channels; `per_axis` has a value for each of them."""
        x = self.canonical(name, x)
        given |= self.along(self.window_axes(x), **per_axis)
        if filters is not None and type in ("conv", "conv_transpose"):
            given["filters"] = filters
        return self.over_axes(name, type, x, None if filters is None else channels(filters), **given)
