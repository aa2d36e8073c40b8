"""The command that runs the code of a network that is not read, with the arguments that its file states. Only classes
of MONAI and of a bundle's own scripts are named: what a file says is run nowhere, unless someone types it."""

from __future__ import annotations

import re
from collections.abc import Callable

from rfcli.description.nodes import Node
from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.networks import expression
from rfcli.readers.refused import quoted

LIVE = "in Python, rfcli.from_torch(module, (1, 1, 96, 96, 96)) reads the live network"
NETS = "monai.networks.nets"
_CLASS = re.compile(r"(?:(monai\.networks(?:\.[A-Za-z_]\w*)+|scripts(?:\.[A-Za-z_]\w*)+)\.)?([A-Za-z_]\w*)", re.ASCII)
MOST = 240
"""Characters of arguments that are written out."""
SIZES = {1: "512", 2: "224x224", 3: "96x96x96"}
"""Of an example, by its axes."""


def command(word: str, node: Node, found: Callable[[Node], Node]) -> str:
    """The help for a network `word` that a mapping says how to make; `found` looks up what its values lead to."""
    named = _CLASS.fullmatch(word)
    if named is None:
        return LIVE
    given: dict[str, object] = {}
    whole = True
    for key, one in node.value.items():
        if key.startswith("_"):
            continue
        try:
            value = found(one).plain()
        except ForeignError:
            value = "$"
        if not key.isidentifier() or _holds(value):
            whole = False
        else:
            given[key] = False if key == "pretrained" else value
    said = ", ".join(f"{key}={value!r}" for key, value in given.items())
    arguments = said if whole and len(said) <= MOST else "..."
    source = quoted(f"torch:{named[1] or NETS}:{named[2]}({arguments})")
    beside = "" if arguments == said else ", with its arguments in place of the dots,"
    return f"rf compute {source} --example 1x{_example(given)}{beside} runs its code"


def _holds(value: object) -> bool:
    """Whether a value holds an expression somewhere."""
    if isinstance(value, dict):
        return any(map(_holds, value.values()))
    if isinstance(value, list):
        return any(map(_holds, value))
    return expression(value)


def _example(given: dict[str, object]) -> str:
    """Channels and sizes of an example that such arguments fit."""
    axes, channels = given.get("spatial_dims"), given.get("in_channels", given.get("n_input_channels"))
    flat = any("2d" in str(value).lower() for value in given.values()) or "model_name" in given
    usual = SIZES[2] if flat else SIZES[3]
    size = SIZES.get(axes, usual) if type(axes) is int else usual
    return f"{channels if type(channels) is int and 0 < channels < 10_000 else 3 if flat else 1}x{size}"
