"""How far apart samples are: fields in seconds or millimetres, exactly."""

from __future__ import annotations

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from fractions import Fraction

PREFIXED = ("s", "m")
"""Units of which people say thousandths by a prefix."""
PREFIXES = ("", "m", "u", "n")
"""Each a thousandth of the one before."""


class Spacing(Value):
    """The distance from sample to sample along each axis, in a unit, "" where none is stated."""

    steps: tuple[Fraction, ...]
    unit: str = ""

    @staticmethod
    def of(steps: object, axes: int, unit: str = "") -> Spacing:
        """One number for all axes, or a list with one for each; decimals as they are written."""
        rows = steps if isinstance(steps, list | tuple) else [steps] * axes
        return Spacing(tuple([exactly(one) for one in rows]), unit)

    @staticmethod
    def at_rate(rate: object, axes: int) -> Spacing:
        """So many samples in a second."""
        return Spacing((1 / exactly(rate),) * axes, "s")

    def extent(self, sizes: Sequence[object]) -> tuple[Fraction | None, ...]:
        """Numbers of samples as lengths; None for what is no number."""
        from fractions import Fraction

        return tuple(
            [Fraction(n) * step if isinstance(n, int | Fraction) else None
             for n, step in zip(sizes, self.steps, strict=True)]
        )  # fmt: skip

    def said(self, sizes: Sequence[object]) -> str:
        """Numbers of samples as people say lengths: 37.3 ms, 0.4 s, 7.5x2.4 mm. Empty where none is known."""
        found = self.extent(sizes)
        most = max((abs(one) for one in found if one is not None), default=None)
        if most is None:
            return ""
        prefix = ""
        if self.unit in PREFIXED and most:
            below = [at for at in range(len(PREFIXES)) if most * 10 * 1000**at >= 1]
            at = below[0] if below else len(PREFIXES) - 1
            prefix, found = PREFIXES[at], tuple([one if one is None else one * 1000**at for one in found])
        texts = ["?" if one is None else _short(one) for one in found]
        text = texts[0] if len(set(texts)) == 1 else "x".join(texts)
        return f"{text} {prefix}{self.unit}".strip()


def exactly(number: object) -> Fraction:
    """A number as it is written: 0.8 is four fifths."""
    from fractions import Fraction

    return Fraction(repr(number)) if isinstance(number, float) else Fraction(number)  # type: ignore[call-overload]


def _short(number: Fraction) -> str:
    """Three digits, or all before the point."""
    if number.denominator == 1:
        return str(number.numerator)
    value = float(number)
    return f"{value:.3g}" if abs(value) < 1000 else str(round(value))
