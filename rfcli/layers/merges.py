"""Merges: the only layers with several inputs. Output `o` reads every input at `o`."""

from __future__ import annotations

from rfcli.geometry.bits import ones
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import Layer, total
from rfcli.layers._registry import layer


class Merge(Layer):
    """A merge of maps of one size."""

    merge = True
    flat = True

    def merged_channels(self, channels: list[int | Unknown]) -> int | Unknown | None:
        """Channels of the merged map; None where the inputs' disagree."""
        known = {c for c in channels if isinstance(c, int)}
        if len(known) > 1:
            return None
        unknown = [c for c in channels if isinstance(c, Unknown)]
        return known.pop() if known else unknown[0]

    def channels_read_of_each(self, kept: int, channels: list[int]) -> list[int]:
        """Of each input, which has so many `channels`, those that the merged channels `kept` read."""
        return [ones(c) for c in channels]

    def gains(self, channels: list[int | Unknown]) -> list[float]:
        """The share of an output's gradient energy that each input receives."""
        return [1.0] * len(channels)


class Elementwise(Merge):
    """A merge of each channel by itself; a map of one channel is broadcast."""

    @property
    def keeps_apart(self) -> bool:
        return True

    def channels_read_of_each(self, kept: int, channels: list[int]) -> list[int]:
        most = max(channels)
        return [kept if c == most else ones(c) for c in channels]


@layer("add", "multiply")
class Arithmetic(Elementwise):
    """Elementwise sum or product; a map of one channel is broadcast."""

    def merged_channels(self, channels: list[int | Unknown]) -> int | Unknown | None:
        known = {c for c in channels if isinstance(c, int)} - {1}
        if len(known) > 1:
            return None
        if known:
            return known.pop()
        unknown = [c for c in channels if isinstance(c, Unknown)]
        return unknown[0] if unknown else 1


@layer("max")
class Maximum(Elementwise):
    """Elementwise maximum."""

    def gains(self, channels: list[int | Unknown]) -> list[float]:
        return [1 / len(channels)] * len(channels)


@layer("concat")
class Concat(Merge):
    """Channels of all inputs, one after the other."""

    def merged_channels(self, channels: list[int | Unknown]) -> int | Unknown | None:
        return total(*channels)

    @property
    def keeps_apart(self) -> bool:
        return True

    def gains(self, channels: list[int | Unknown]) -> list[float]:
        known = [c for c in channels if isinstance(c, int)]
        if len(known) < len(channels):
            return [1 / len(channels)] * len(channels)
        together = sum(known)
        return [c / together for c in known]
