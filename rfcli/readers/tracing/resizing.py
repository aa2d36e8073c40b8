"""Interpolations of other formats as `resize` of descriptions: the mode and coordinates that read the same samples."""

from __future__ import annotations

from fractions import Fraction
from math import ceil, floor

from rfcli.readers.tracing.maps import Layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    Ratio = tuple[Any, int | None]
    """An axis: its scale, as a number or as sizes (m, n), None where unknown; and its input size."""

SMOOTH = {"linear": "linear", "cubic": "cubic"}
MOST = 1 << 16
"""Outputs that are looked at one by one."""

HALF = Fraction(1, 2)

POSITIONS: dict[str, Callable[[int, Fraction, Any, Any], Fraction]] = {
    "half_pixel": lambda o, s, m, n: (o + HALF) / s - HALF,
    "half_pixel_symmetric": lambda o, s, m, n: (o + HALF) / s - HALF,
    "pytorch_half_pixel": lambda o, s, m, n: Fraction(0) if m == 1 else (o + HALF) / s - HALF,
    "asymmetric": lambda o, s, m, n: o / s,
    "tf_half_pixel_for_nn": lambda o, s, m, n: (o + HALF) / s,
    "align_corners": lambda o, s, m, n: Fraction(0) if m == 1 else Fraction(o * (n - 1), m - 1),
}
"""ONNX's coordinate transformations: where output `o` of m lies among n inputs, for the scale s."""
ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "floor": floor,
    "ceil": ceil,
    "round_prefer_floor": lambda x: ceil(x - HALF),
    "round_prefer_ceil": lambda x: floor(x + HALF),
}
OURS: dict[str, Callable[[int, Fraction, Any, Any], int]] = {
    "half_pixel": lambda o, s, m, n: floor((o + HALF) / s),
    "asymmetric": lambda o, s, m, n: floor(o / s),
    "align_corners": lambda o, s, m, n: 0 if m == 1 else floor(Fraction(o * (n - 1), m - 1) + HALF),
}
"""What `resize` with mode nearest reads, by its coordinates."""
ALWAYS = {
    ("asymmetric", "floor"): "asymmetric",
    ("tf_half_pixel_for_nn", "floor"): "half_pixel",
    ("align_corners", "round_prefer_ceil"): "align_corners",
    ("half_pixel", "round_prefer_ceil"): "half_pixel",
}
"""Pairs that read the same at every scale."""


def resize_like(mode: str, coordinates: str, rounding: str, ratios: Sequence[Ratio]) -> dict[str, str]:
    """Mode and coordinates of a `resize` that reads the same. Raises `Layout` where there is none."""
    if mode in SMOOTH:
        return {"mode": SMOOTH[mode], "coordinates": _smooth(coordinates, ratios)}
    if mode != "nearest" or coordinates not in POSITIONS or rounding not in ROUNDINGS:
        raise Layout(f"{mode}, {coordinates}, {rounding}")
    same = ALWAYS.get((coordinates, rounding))
    if same is not None:
        return {"coordinates": same}
    for name in OURS:
        if all(_equal(name, coordinates, rounding, *ratio) for ratio in ratios):
            return {"coordinates": name}
    raise Layout(f"nearest, {coordinates}, {rounding}")


def _smooth(coordinates: str, ratios: Sequence[Ratio]) -> str:
    if coordinates in ("half_pixel", "asymmetric", "align_corners"):
        return coordinates
    sizes = [_sizes(*ratio) for ratio in ratios]
    if coordinates == "pytorch_half_pixel" and not any(m == 1 and n != 1 for _, m, n in sizes):
        return "half_pixel"
    if coordinates == "half_pixel_symmetric" and all(s is not None and s.denominator == 1 for s, _, _ in sizes):
        return "half_pixel"
    raise Layout(f"interpolation at {coordinates}")


def _sizes(scale: Any, n: int | None) -> tuple[Fraction | None, int | None, int | None]:
    """Scale, outputs and inputs, as far as they are known."""
    if isinstance(scale, tuple):
        return Fraction(scale[0], scale[1]), scale[0], scale[1]
    if scale is None:
        return None, None, n
    exact = Fraction(repr(scale)) if isinstance(scale, float) else Fraction(scale)
    return exact, None if n is None else floor(n * exact), n


def _equal(ours: str, coordinates: str, rounding: str, scale: Any, size: int | None) -> bool:
    """Whether both read the same input at every output of an axis."""
    s, m, n = _sizes(scale, size)
    if s is None or s <= 0 or ("align_corners" in (ours, coordinates) and (m is None or n is None)):
        return False
    count = s.numerator if m is None else m
    if count > MOST:
        return False
    last = None if n is None else n - 1
    for o in range(count):
        theirs = ROUNDINGS[rounding](POSITIONS[coordinates](o, s, m, n))
        clamped = max(theirs if last is None else min(theirs, last), 0)
        if clamped != OURS[ours](o, s, m, n):
            return False
    return True
