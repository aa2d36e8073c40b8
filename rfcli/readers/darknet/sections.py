"""The table of sections, and how the function of one says which options it reads.

A function `(net, *, …)` adds the layers of a section to a network. Its parameters are the options: their keys (without
the `_` behind a word of Python), their kinds (the annotations), and what Darknet takes where one is not given. All
other keys of files are passed over.
"""

from __future__ import annotations

from rfcli.readers.darknet.options import NEEDED, kind
from rfcli.tables import Table

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import TypeAlias

    from rfcli.readers.darknet.network import Network

    Draws: TypeAlias = Callable[..., None]

section: Table[Draws] = Table("section of Darknet")
"""Type of a section -> what adds its layers. All others are unknown operations."""

LABELS = {
    "convolutional": "conv", "deconvolutional": "deconv", "max": "maxpool", "avg": "avgpool",
    "local_avg": "local_avgpool", "conn": "connected", "soft": "softmax", "lrn": "normalization",
}  # fmt: skip
"""What layers are called, where it is not the section's type."""


def options(draws: Draws) -> Iterator[tuple[str, str, str]]:
    """The options that a section reads: parameter, key, kind."""
    code = draws.__code__
    for name in code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]:
        yield name, name.rstrip("_"), draws.__annotations__[name].removesuffix(" | None")


def drawn(net: Network, draws: Draws) -> None:
    """Adds the layers of the section that the network is at."""
    defaults = draws.__kwdefaults__ or {}
    draws(net, **{name: kind[word](net, key, defaults.get(name, NEEDED)) for name, key, word in options(draws)})
