"""The table of modules, and how the function of one says what it takes.

A module is a function `(net, x, …)` that adds the layers of a module, as which `net` is seen, behind the map `x`, and
returns the map that it makes. What follows are the arguments of a row: their names, their kinds (the annotations) and,
for those that may be left out, their defaults. One that is annotated `Repeats` is the row's number of repeats, which
stands in no list of arguments; one that takes several maps has a sequence in place of `x`, of maps
or, where they may be split, of maps and parts.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from rfcli.readers.yolo.arguments import Reads, kind
from rfcli.readers.yolo.network import Ends, Map, Parts
from rfcli.tables import Table
from rfcli.values import Value

Output = Map | Parts | Ends
Makes = Callable[..., Output]
Repeats = int

module: Table[Makes] = Table("module of YOLO")
"""Name in a file -> the function that adds its layers. All others are unknown operations."""

FORKED: Table[Makes] = Table("module of YOLO's forks")
"""The same for modules that take other arguments in files that list anchors: those of YOLOv5's own repository and of
the repositories that are made of it."""

NAMES = {"c1": "input channels", "c2": "channels", "nc": "classes", **{f"_{at}": "option" for at in range(1, 6)}}
"""What messages call an argument, where it goes by the framework's short name, or does not matter."""


class Argument(Value):
    """An argument of a module: its name in messages, what reads it, whether it has to be given."""

    name: str
    reads: Reads
    required: bool


class Signature(Value):
    """What a module takes."""

    arguments: tuple[Argument, ...]
    merges: bool
    """Whether it takes several maps."""
    parts: bool
    """Whether it takes maps that are split into parts."""
    stated: bool
    """Whether its first argument is the channels of that map."""
    repeats: int | None
    """Where its repeats stand among the arguments, if it repeats within."""


@cache
def signature(make: Makes) -> Signature:
    """What a module's function takes, as it is written there."""
    code, annotations = make.__code__, make.__annotations__
    names = code.co_varnames[1 : code.co_argcount]
    required = names[: len(names) - len(make.__defaults__ or ())]
    arguments = tuple(
        Argument(NAMES.get(name, name), kind[annotations[name].removesuffix(" | None")], name in required)
        for name in names[1:]
        if annotations[name] != "Repeats"
    )
    repeats = next((at for at, name in enumerate(names[1:]) if annotations[name] == "Repeats"), None)
    takes = annotations[names[0]]
    return Signature(arguments, takes.startswith("Sequence"), "Parts" in takes, names[1:2] == ("c1",), repeats)
