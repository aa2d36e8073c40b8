"""A number that cannot be known, with the reason."""

from __future__ import annotations

from rfcli.values import Value


class Unknown(Value):
    """Stands where a number would; `reason` is a sentence for people, carried to every output."""

    reason: str
