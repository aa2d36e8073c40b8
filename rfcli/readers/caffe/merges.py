"""Several blobs made one, and one made several."""

from __future__ import annotations

from itertools import pairwise

from rfcli.readers.caffe.calls import Call, dimension, layer_type
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.maps import Constant, Layout, Map

OPERATIONS = {"PROD": "multiply", "0": "multiply", "SUM": "add", "1": "add", "MAX": "max", "2": "max"}


@layer_type("Eltwise")
def merge(call: Call, x: Map) -> Map:
    word = call.settings("eltwise_param").word("operation", "SUM")
    if word not in OPERATIONS:
        raise ForeignError(f"operation must be PROD, SUM or MAX, is '{word[:40]}'", at=call.stated.node)
    if len(call.maps) == 1:
        return call.tracer.passed(call.name, x)
    return call.tracer.merged(call.name, OPERATIONS[word], list(call.maps))


@layer_type("Concat")
def concat(call: Call, x: Map) -> Map:
    stated = call.settings("concat_param")
    axis = stated.integer("axis", stated.integer("concat_dim", 1), -9)
    return call.tracer.joined(call.name, list(call.maps), dimension(x, axis))


@layer_type("Slice")
def cut(call: Call, x: Map) -> list[Map]:
    stated = call.settings("slice_param")
    at = dimension(x, stated.integer("axis", stated.integer("slice_dim", 1), -9))
    points, n = stated.integers("slice_point"), x.shape[at]
    if n is None:
        raise Layout("a dimension of unknown size is cut")
    if not points:
        if n % call.tops:
            raise ForeignError(f"{n} entries are cut into {call.tops} parts", at=call.stated.node)
        points = [n // call.tops * part for part in range(1, call.tops)]
    ends = [0, *points, n]
    if len(points) != call.tops - 1 or any(a >= b for a, b in pairwise(ends)):
        raise ForeignError(f"slice points {points[:6]} cut {n} entries into no {call.tops} parts", at=call.stated.node)
    parts = call.tracer.divided(call.name, x, at, [b - a for a, b in pairwise(ends)])
    return [one for one in parts if not isinstance(one, Constant)]


@layer_type("Split")
def copies(call: Call, x: Map) -> list[Map]:
    return [x] * call.tops


@layer_type("Silence")
def silence(call: Call, x: Map) -> list[Map]:
    return []


@layer_type("Crop")
def crop(call: Call, x: Map, reference: Map) -> Map:
    """As large as the reference from an axis on, from the offsets on."""
    stated = call.settings("crop_param")
    first = dimension(x, stated.integer("axis", 2, -9))
    offsets = stated.integers("offset") or [0]
    count = len(x.dims) - first
    if len(offsets) not in (1, count):
        raise ForeignError(f"{len(offsets)} offsets for {count} dimensions", at=call.stated.node)
    offsets *= count if len(offsets) == 1 else 1
    made, changed = x, list(range(first, len(x.dims)))
    for at, offset in zip(changed, offsets, strict=True):
        have, want = x.shape[at], reference.shape[at] if at < len(reference.dims) else None
        if have is None or want is None:
            raise Layout("maps of unknown sizes are cropped")
        if offset + want > have:
            raise ForeignError(f"{have} samples have no {want} from {offset} on", at=call.stated.node)
        name = call.name if at == changed[-1] else f"{call.name}/{at}"
        found = call.tracer.cropped(name, made, at, offset, offset + want, 1)
        if isinstance(found, Constant):
            raise Layout("nothing is left")
        made = found
    return made
