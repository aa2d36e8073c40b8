"""What operations of traced programs are called with: maps, constants, plain values, and lists of all these."""

from collections.abc import Iterator

from rfcli.readers.tracing.maps import Constant, Layout, Map

NESTED = (list, tuple, dict)


def leaves(tree: object) -> Iterator[object]:
    """All that lies in lists, tuples and mappings, in order."""
    todo = [tree]
    while todo:
        one = todo.pop()
        if isinstance(one, NESTED):
            todo.extend(reversed(one.values() if isinstance(one, dict) else one))
        else:
            yield one


def mapped(value: object) -> Map:
    """An argument that depends on the model's inputs. Raises `Layout`."""
    if not isinstance(value, Map):
        raise Layout("its input is a constant")
    return value


def kernels(value: object) -> Constant:
    """The weights of a convolution. Raises `Layout`."""
    if not isinstance(value, Constant) or len(value.shape) < 3:
        raise Layout("its weights are computed from data")
    return value
