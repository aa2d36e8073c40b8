"""Interpolation along one axis, at positions in whole numbers.

torch has most of it, but in floats: where an output lies right at a sample, or between two for the nearest, rounding
picks a neighbour, or leaves one a weight of 1e-17; and it takes n/m where a scale is given as a size.
"""

from __future__ import annotations

from typing import Any

from rfcli.extras import torch
from rfcli.values import Value

Tensor = Any
CUBIC = -0.75
"""The constant of the cubic kernel (Keys 1981), as torch has it."""


class Positions(Value):
    """Where `count` outputs lie among the inputs: output o at (o * step + first) / of; `nearest` is rounded down from
    there when it `floors`, else to the next, halves up."""

    count: int
    step: int
    first: int
    of: int
    floors: bool = False

    @classmethod
    def laid(cls, n: int, m: int, scale: tuple[int, int] | None, coordinates: str) -> Positions:
        """Those of m outputs of n inputs; where a scale is given, up/down outputs of an input, whatever m is."""
        top, bottom = (n, m) if scale is None else scale[::-1]
        if coordinates == "align_corners":
            return cls(m, n - 1, 0, m - 1) if m > 1 else cls(m, 0, 0, 1)
        if coordinates == "asymmetric":
            return cls(m, top, 0, bottom, True)
        return cls(m, 2 * top, top - bottom, 2 * bottom)

    def numerators(self) -> Tensor:
        return torch().arange(self.count) * self.step + self.first


def interpolated(x: Tensor, dim: int, at: Positions, mode: str, positive: bool) -> Tensor:
    """A map interpolated along a dimension: nearest, linear or cubic. With `positive` weights their signs are left
    out, so that nothing cancels."""
    shape = [1] * x.dim()
    shape[dim] = at.count
    made: Tensor = 0
    for places, weights in _taps(at, mode):
        read = x.index_select(dim, places.clamp(0, x.shape[dim] - 1))
        made = made + read * (weights.abs() if positive else weights).to(x.dtype).view(shape)
    return made


def _taps(at: Positions, mode: str) -> list[tuple[Tensor, Tensor]]:
    """The inputs that all outputs read, tap by tap, and their weights."""
    over = at.numerators()
    if mode == "nearest":
        places = over // at.of if at.floors else (2 * over + at.of) // (2 * at.of)
        return [(places, torch().ones(at.count, dtype=torch().float64))]
    places, t = over // at.of, (over % at.of).double() / at.of
    if mode == "linear":
        return [(places, 1 - t), (places + 1, t)]
    return [(places - 1, _far(1 + t)), (places, _near(t)), (places + 1, _near(1 - t)), (places + 2, _far(2 - t))]


def _near(t: Tensor) -> Tensor:
    """The cubic kernel up to a distance of 1."""
    return ((CUBIC + 2) * t - (CUBIC + 3)) * t * t + 1


def _far(t: Tensor) -> Tensor:
    """From a distance of 1 to 2."""
    return ((CUBIC * t - 5 * CUBIC) * t + 8 * CUBIC) * t - 4 * CUBIC
