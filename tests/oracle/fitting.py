"""Whether a random document is valid, and small enough for brute force."""

from oracle.brute import Oracle
from oracle.rules import Invalid
from oracle.spelling import STRUCTURES, flatten

LARGEST_FIELD = 250


LONGEST_REPEAT = 72


LARGEST_MAP = 90


def inner_items(item):
    """The layers right inside a structure."""
    branches = item.get("branches") or []
    lists = list(branches.values()) if isinstance(branches, dict) else list(branches)
    lists += [item.get("layers") or [], item.get("shortcut") or []]
    return [inner for items in lists for inner in items if inner["type"] not in STRUCTURES]


def fits(document):
    """Whether a document is valid, and small enough to be looked at by brute force."""
    try:
        oracle = Oracle(flatten(document, 37))
    except Invalid:
        return False
    if not oracle.layers:
        return False
    if max(max(size) for size in oracle.sizes.size.values()) > LARGEST_MAP:
        return False
    return all(modest(oracle, name, axis) for name in oracle.layers for axis in range(oracle.sizes.dims))


def modest(oracle, name, axis):
    """Whether a layer's regions repeat soon, are not large, and one of them reads something."""
    if not oracle.local(name, axis):
        return True
    if oracle.repeats(name, axis) > LONGEST_REPEAT:
        return False
    widths = oracle.widths(name, axis, oracle.repeats(name, axis))
    return 0 < max(widths) <= LARGEST_FIELD
