"""A number that cannot be known, with the reason."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Unknown:
    """Stands where a number would; `reason` is a sentence for people, carried to every output."""

    reason: str
