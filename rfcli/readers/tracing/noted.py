"""What is remembered of layers, for what is made of them later."""

from __future__ import annotations

from rfcli.readers.tracing.maps import Atom, Map
from rfcli.values import Value


class Widened(Value):
    """A map before channels of zeros were put around those of a dimension: so many before and after."""

    map: Map
    at: int
    before: int
    after: int


class Cut(Value):
    """Entries of a map along one of its dimensions."""

    map: Map
    at: int
    taken: range


class Reduced(Value):
    """A map, of which parts of axes are reduced."""

    map: Map
    gone: tuple[Atom, ...]
