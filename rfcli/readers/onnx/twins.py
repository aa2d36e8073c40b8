"""Biases that several layers share: onnxruntime quantises one for each layer, by scales of its own, as `bias` and
`bias0`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from rfcli.readers.tracing.maps import Constant

NAMED = re.compile(r"(.+?)\d+(_quantized)")


def twins(nodes: Iterable[Any], values: Mapping[str, object]) -> dict[str, str]:
    """Tensors of integers that are others once more: the same name but for a number, and as far as their scales tell
    the same numbers."""
    scaled = {one.input[0]: one.input[1] for one in nodes if one.op_type == "DequantizeLinear" and len(one.input) > 1}
    found: dict[str, str] = {}
    for name in scaled:
        parts = NAMED.fullmatch(name)
        first = parts[1] + parts[2] if parts else ""
        if first in scaled and first != name:
            one, other = (_numbers(values, at, scaled[at]) for at in (first, name))
            if one is not None and other is not None and _alike(*one, *other):
                found[name] = first
    return found


def _numbers(values: Mapping[str, object], name: str, scale: str) -> tuple[Any, Any] | None:
    """The numbers of a bias, and by how much they may be off; None where they are not known."""
    given, by = values.get(name), values.get(scale)
    if not isinstance(given, Constant) or not isinstance(by, Constant) or given.values is None or by.values is None:
        return None
    import numpy

    whole = all(type(one) is int for one in given.values) and len(given.shape) == 1
    steps = numpy.asarray(by.values, float)
    if not whole or steps.size not in (1, len(given.values)):
        return None
    return numpy.asarray(given.values, float) * steps, steps


def _alike(one: Any, step: Any, other: Any, apart: Any) -> bool:
    """Whether numbers are those of one bias: some are not zero, as those of two biases that are not trained may be."""
    if one.shape != other.shape or not one.any():
        return False
    return bool((abs(one - other) <= (step + apart) / 2 * 1.01).all())
