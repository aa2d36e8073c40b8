"""The names of axes."""

from __future__ import annotations


def axis_names(axes: int) -> tuple[str, ...]:
    """The letters of so many axes, in input order."""
    return ("d", "h", "w")[3 - axes :]
