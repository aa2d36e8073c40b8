"""What operators of ONNX's specification take and make, by the versions of its operator set.

`operators.txt` has them: of each operator a line for each version that changed something, with the number of the first
opset, how many inputs it takes at least and at most, how many of them have a name of their own, which have to be given,
how many outputs it has, and its attributes, `!` behind those that it needs. It has none from the opset on in which it
was withdrawn.
"""

from __future__ import annotations

import os
from functools import cache

from rfcli.values import Value


class Operator(Value):
    """What an operator of the specification takes: so many inputs, of which so many have a name of their own and some
    have to be given; up to so many outputs; attributes by name, of a kind, whether they are needed."""

    least: int
    most: int
    listed: int
    needed: frozenset[int]
    results: int
    attributes: dict[str, tuple[str, bool]]


@cache
def operator_of(operation: str, opset: int) -> Operator | None:
    """An operator in a version of the specification, the newest where it is not stated; None where there is none."""
    found = None
    for since, line in _versions().get(operation, ()):
        if opset <= 0 or since <= opset:
            found = line
    return _operator(found) if found else None


@cache
def _versions() -> dict[str, list[tuple[int, str]]]:
    """Of each operator the first opset of each version and what it takes, the oldest first."""
    found: dict[str, list[tuple[int, str]]] = {}
    with open(os.path.join(os.path.dirname(__file__), "operators.txt"), encoding="ascii") as stream:
        for line in stream:
            name, since, *taken = line.rstrip("\n").split(" ", 2)
            found.setdefault(name, []).append((int(since), taken[0] if taken else ""))
    return found


def _operator(line: str) -> Operator:
    counts, *attributes = line.split(" ")
    least, most, listed, given, results = counts.split(",")
    kinds = (one.split(":") for one in attributes)
    return Operator(
        int(least), int(most), int(listed), frozenset(int(at) for at in given.split("+") if at), int(results),
        {name: (kind.rstrip("!"), kind.endswith("!")) for name, kind in kinds},
    )  # fmt: skip
