"""Interpolations of other formats as `resize` of descriptions: the mode and coordinates that read the same samples."""

from array import array
from collections.abc import Callable, Sequence
from fractions import Fraction
from math import ceil, floor, isfinite

from rfcli.layers._parameters import ratio_of
from rfcli.readers.tracing.maps import Layout
from rfcli.values import Value

Scale = int | float | tuple[int, int] | None
"""A number, sizes (outputs, inputs) whose ratio is meant, or None where it is unknown."""
Ratio = tuple[Scale, int | None]
"""Of an axis the scale and the input size."""
SMOOTH = frozenset(("linear", "cubic"))
MOST = 1 << 16
"""Outputs that are looked at one by one."""
HALF = Fraction(1, 2)
SMALL = (1000, *(1 << bits for bits in range(10, 15)))
"""Denominators that a scale may have: those that people write, and those of what has no end, such as the root of 2."""


class Grid(Value):
    """Outputs along an axis among its inputs, as far as they are known."""

    scale: Fraction | None
    outputs: int | None
    inputs: int | None


POSITIONS: dict[str, Callable[[int, Fraction, Grid], Fraction]] = {
    "half_pixel": lambda o, s, grid: (o + HALF) / s - HALF,
    "half_pixel_symmetric": lambda o, s, grid: (o + HALF) / s - HALF,
    "pytorch_half_pixel": lambda o, s, grid: Fraction(0) if grid.outputs == 1 else (o + HALF) / s - HALF,
    "asymmetric": lambda o, s, grid: o / s,
    "tf_half_pixel_for_nn": lambda o, s, grid: (o + HALF) / s,
    "align_corners": lambda o, s, grid: Fraction(o * ((grid.inputs or 1) - 1), max((grid.outputs or 1) - 1, 1)),
}
"""ONNX's coordinate transformations: where output `o` lies among the inputs, for the scale s; corners are aligned only
where both sizes are known."""
ROUNDINGS: dict[str, Callable[[Fraction], int]] = {
    "floor": floor,
    "ceil": ceil,
    "round_prefer_floor": lambda x: ceil(x - HALF),
    "round_prefer_ceil": lambda x: floor(x + HALF),
}
ALWAYS = {
    ("asymmetric", "floor"): "asymmetric",
    ("half_pixel", "round_prefer_ceil"): "half_pixel",
    ("align_corners", "round_prefer_ceil"): "align_corners",
    ("tf_half_pixel_for_nn", "floor"): "half_pixel",
}
"""Coordinates and rounding -> the coordinates with which `resize` of mode nearest reads the same at every scale."""
OURS = {"half_pixel": "round_prefer_ceil", "asymmetric": "floor", "align_corners": "round_prefer_ceil"}
"""Coordinates of `resize` -> the rounding that they have with mode nearest."""
CENTERED: dict[str, Callable[[Grid], bool]] = {
    "pytorch_half_pixel": lambda grid: grid.outputs != 1 or grid.inputs == 1,
    "half_pixel_symmetric": lambda grid: grid.scale is not None and grid.scale.denominator == 1,
}
"""Coordinates -> whether interpolations read along an axis what they do at `half_pixel`."""


def resize_like(mode: str, coordinates: str, rounding: str, ratios: Sequence[Ratio]) -> dict[str, str]:
    """Mode and coordinates of a `resize` that reads the same. Raises `Layout` where there is none."""
    smooth = mode in SMOOTH
    if smooth and coordinates in OURS:
        return {"mode": mode, "coordinates": coordinates}
    if not smooth and (mode != "nearest" or coordinates not in POSITIONS or rounding not in ROUNDINGS):
        raise Layout(f"{mode}, {coordinates}, {rounding}")
    grids = [_grid(*ratio) for ratio in ratios]
    if smooth:
        if coordinates not in CENTERED or not all(map(CENTERED[coordinates], grids)):
            raise Layout(f"interpolation at {coordinates}")
        return {"mode": mode, "coordinates": "half_pixel"}
    alike = (ours for ours in OURS if all(_equal(ours, coordinates, rounding, grid) for grid in grids))
    same = ALWAYS.get((coordinates, rounding)) or next(alike, None)
    if same is None:
        raise Layout(f"nearest, {coordinates}, {rounding}")
    return {"coordinates": same}


def meant(scale: float) -> float:
    """The number that a float of 32 bits was written for: a fraction of a small denominator, or the fewest decimals."""
    if scale <= 0 or not isfinite(scale):
        return scale
    near = [float(Fraction(scale).limit_denominator(parts)) for parts in SMALL]
    decimals = [float(f"{scale:.{digits}g}") for digits in range(1, 10)]
    each = [near[0], *decimals[:6], *near[1:], *decimals[6:]]
    return next((one for one in each if _single(one) == _single(scale)), scale)


def _single(value: float) -> float:
    """A number as a float of 32 bits."""
    (made,) = array("f", [value])
    return made


def _grid(scale: Scale, n: int | None) -> Grid:
    if isinstance(scale, tuple):
        return Grid(Fraction(scale[0], scale[1]), scale[0], scale[1])
    if scale is None:
        return Grid(None, None, n)
    exact = Fraction(*ratio_of(scale)) if isinstance(scale, float) else Fraction(scale)
    return Grid(exact, None if n is None else floor(n * exact), n)


def _equal(ours: str, coordinates: str, rounding: str, grid: Grid) -> bool:
    """Whether both read the same input at every output of an axis."""
    scale, known = grid.scale, grid.outputs is not None and grid.inputs is not None
    if scale is None or scale <= 0 or ("align_corners" in (ours, coordinates) and not known):
        return False
    count = scale.numerator if grid.outputs is None else grid.outputs
    if count > MOST:
        return False
    last = None if grid.inputs is None else grid.inputs - 1
    for o in range(count):
        theirs = ROUNDINGS[rounding](POSITIONS[coordinates](o, scale, grid))
        clamped = max(theirs if last is None else min(theirs, last), 0)
        if clamped != ROUNDINGS[OURS[ours]](POSITIONS[ours](o, scale, grid)):
            return False
    return True
