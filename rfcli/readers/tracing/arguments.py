"""What operations of traced programs are called with: maps, constants, plain values, and lists of all these."""

from __future__ import annotations

from math import isfinite

from rfcli.readers.tracing.maps import Constant, Layout, Map

NESTED = (list, tuple, dict)


def leaves(tree: object) -> list[object]:
    """All that lies in lists, tuples and mappings, in order."""
    found: list[object] = []
    todo = [tree]
    while todo:
        one = todo.pop()
        if not isinstance(one, NESTED):
            found.append(one)
        elif one:
            todo += (list(one.values()) if isinstance(one, dict) else one)[::-1]
    return found


def mapped(value: object) -> Map:
    """An argument that depends on the model's inputs. Raises `Layout`."""
    if not isinstance(value, Map):
        raise Layout("its input is a constant")
    return value


def finite(value: object, what: str) -> list[object] | None:
    """Numbers that are an input, which is called `what` with its verb. Raises `Layout` where they are computed."""
    if value is None:
        return None
    if not isinstance(value, Constant) or value.values is None:
        raise Layout(f"its {what} computed from data")
    if any(type(one) is float and not isfinite(one) for one in value.values):
        raise Layout(f"its {what} not finite")
    return value.values


def kernels(value: object) -> Constant:
    """The weights of a convolution. Raises `Layout`."""
    if not isinstance(value, Constant) or len(value.shape) < 3:
        raise Layout("its weights are computed from data")
    return value
