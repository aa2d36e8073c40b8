"""The table of sections, and how the function of one says which options it reads.

A function `(net, *, …)` adds the layers of a section to a network. Its parameters are the options: their keys (without
the `_` behind a word of Python), their kinds (the annotations), and what Darknet takes where one is not given. All
other keys of files are passed over.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from rfcli.readers.darknet.network import Network
from rfcli.readers.darknet.options import NEEDED, Reads, kind
from rfcli.tables import Table
from rfcli.values import Value

Draws = Callable[..., None]

section: Table[Draws] = Table("section of Darknet")
"""Type of a section -> what adds its layers. All others are unknown operations."""

LABELS = {
    "convolutional": "conv", "deconvolutional": "deconv", "max": "maxpool", "avg": "avgpool",
    "local_avg": "local_avgpool", "conn": "connected", "soft": "softmax", "lrn": "normalization",
}  # fmt: skip
"""What layers are called, where it is not the section's type."""


class Parameter(Value):
    """An option that a section reads: the function's parameter, the key, what reads it, what holds without it."""

    name: str
    key: str
    reads: Reads
    default: object


@cache
def parameters(draws: Draws) -> tuple[Parameter, ...]:
    """The options that a section reads, as its function states them."""
    code, defaults = draws.__code__, draws.__kwdefaults__ or {}
    names = code.co_varnames[code.co_argcount : code.co_argcount + code.co_kwonlyargcount]
    kinds = [draws.__annotations__[name].removesuffix(" | None") for name in names]
    return tuple(
        Parameter(name, name.rstrip("_"), kind[word], defaults.get(name, NEEDED))
        for name, word in zip(names, kinds, strict=True)
    )


def drawn(net: Network, draws: Draws) -> None:
    """Adds the layers of the section that the network is at."""
    draws(net, **{one.name: one.reads(net, one.key, one.default) for one in parameters(draws)})
