"""Pictures, on the axes of matplotlib (the extra `plot`): one function for each kind.

>>> import rfcli
>>> axes = rfcli.plot.growth("resnet50")

Each takes a report, or a network, and the axes to draw on; without axes it makes a figure with pyplot. Colours of text
and lines, sizes of fonts and the cycle of colours are those of the style in force. Functions return the axes.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.plot.kinds.accuracy import accuracy as accuracy
    from rfcli.plot.kinds.compare import compare as compare
    from rfcli.plot.kinds.erf import erf as erf
    from rfcli.plot.kinds.growth import growth as growth
    from rfcli.plot.kinds.paths import paths as paths
    from rfcli.plot.kinds.region import region as region
    from rfcli.plot.kinds.tiles import tiles as tiles

KINDS = ("region", "growth", "paths", "erf", "tiles", "accuracy", "compare")
"""What can be drawn: each is a function here, and a module of `kinds`."""


def __getattr__(name: str) -> object:
    """Imports a kind when it is first asked for."""
    if name not in KINDS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(f"{__name__}.kinds.{name}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *KINDS})
