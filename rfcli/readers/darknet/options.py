"""What the options of sections may be: a kind is the annotation of a parameter, and what reads such an option.

A reader takes the network that a section is read into, the key, and what holds without the option, or where it is
wrong, which is told.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from rfcli.description.nodes import Node
from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.darknet.network import Map, Network
from rfcli.tables import Table
from rfcli.values import Value

Reads = Callable[..., object]

Count = int
Natural = int
Integer = int
Flag = bool
Truth = bool
Share = float
Word = str
Earlier = list[Map]

kind: Table[Reads] = Table("kind of option")
"""Annotation of a parameter -> what reads the option."""

NEEDED = object()
"""In place of what holds without an option: it has to be there."""

_INTEGER = re.compile(r"([+-]?)(\d+)(?:\.0*)?(?=[#;,]|$)", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?(?=[#;,]|$)", re.ASCII)


class Later(Value):
    """An option that is only read where it counts: what is wrong with it is not told elsewhere."""

    net: Network
    key: str

    def count(self) -> int:
        return stated(self.net, self.key, 1, 1)

    def flag(self) -> bool:
        return flag(self.net, self.key, False)


def number(net: Network, key: str, text: str, node: Node, minimum: int) -> int | None:
    """The integer that a text begins with, behind which a comment or a comma may stand; None, and told, where there is
    none from `minimum` on."""
    found = _INTEGER.match(text)
    if found is None:
        net.wrong(node, f"{key} must be an integer, is {shown(text)}")
    elif len(digits := found[2].lstrip("0")) > len(str(MAX_INTEGER)):
        net.wrong(node, f"{key} is beyond {MAX_INTEGER}")
    else:
        value = int(f"{found[1]}{digits or 0}")
        if value >= minimum:
            return value
        net.wrong(node, f"{key} must be at least {minimum}, is {value}")
    return None


def stated(net: Network, key: str, default: int, minimum: int = -MAX_INTEGER) -> int:
    option = net.at.options.get(key)
    value = None if option is None else number(net, key, option.text, option.node, minimum)
    return default if value is None else value


kind("Later")(lambda net, key, default: Later(net, key))
kind("Count")(partial(stated, minimum=1))
kind("Natural")(partial(stated, minimum=0))
kind("Integer")(stated)


@kind("Flag")
def flag(net: Network, key: str, default: bool) -> bool:
    return bool(stated(net, key, default))


@kind("Truth")
def truth(net: Network, key: str, default: bool) -> bool:
    """Whether a number is not 0; anything else is taken for 0, as Darknet does."""
    option = net.at.options.get(key)
    found = _NUMBER.match(option.text) if option is not None else None
    return default if found is None else float(found[0]) != 0


@kind("Share")
def share(net: Network, key: str, default: float) -> float:
    """A number from 0 to 1."""
    option = net.at.options.get(key)
    if option is None:
        return default
    found = _NUMBER.match(option.text)
    if found is not None and 0 <= float(found[0]) <= 1:
        return float(found[0])
    net.wrong(option.node, f"{key} must be a number from 0 to 1, is {shown(option.text)}")
    return default


@kind("Word")
def word(net: Network, key: str, default: str) -> str:
    option = net.at.options.get(key)
    return default if option is None else option.word


@kind("Earlier")
def earlier(net: Network, key: str, default: object) -> object:
    """The earlier layers that a key lists, by number, or counted back from this one where negative."""
    option = net.at.options.get(key)
    if option is None:
        if default is not NEEDED:
            return default
        net.wrong(net.at.node, f"[{net.at.type}] needs '{key}'", f"{key}=-1 is the layer before")
        return [net.last]
    found, here = [], len(net.maps)
    for text in option.word.rstrip(",").split(",")[: net.limits.nodes + 1]:
        value = number(net, key, text, option.node, -MAX_INTEGER)
        said = -1 if value is None else value
        index = said if said >= 0 else here + said
        if 0 <= index < here:
            found.append(net.maps[index])
        else:
            which = "itself" if index == here else "a later layer" if index > here else "before the first layer"
            net.wrong(option.node, f"{key} of layer {here} names {which}: {said}",
                      f"layers are counted from 0, without [net]; the ones before are 0 to {here - 1}"
                      if here else "no layer stands before this one")  # fmt: skip
            found.append(net.last)
    return found
