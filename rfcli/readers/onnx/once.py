"""Constants that a graph makes again: exporters write out the sizes and masks of each block by themselves."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any

from rfcli.readers.onnx.calls import Traced
from rfcli.readers.onnx.constants import constant_of
from rfcli.readers.onnx.steps import Step
from rfcli.readers.tracing.maps import Constant

FEW = 16
"""Numbers of constants that are compared; larger ones are the same where they are made of the same."""


class Once:
    """Constants without weights of a graph, each once, and what operations make of them."""

    def __init__(self) -> None:
        self._equal: dict[Hashable, Constant] = {}
        self._made: dict[Hashable, tuple[Sequence[Traced], Constant]] = {}
        """By the operation, its attributes and the `id`s of what it takes, which is kept with what it makes."""
        self._written: dict[bytes, Constant] = {}
        """Tensors that nodes write out, by their messages."""

    def written(self, tensor: Any) -> Constant:
        """What a node writes out."""
        data = tensor.SerializeToString()
        found = self._written.get(data)
        if found is None:
            found = self._written[data] = self.first(constant_of(tensor))
        return found

    def first(self, one: Constant) -> Constant:
        """The first of the constants that are equal to one of few integers."""
        values = one.values
        if values is None or len(values) > FEW or not _plain(one):
            return one
        kinds = (*map(type, values),)
        if float in kinds:  # 0.0 and -0.0 are equal
            return one
        return self._equal.setdefault((one.shape, kinds, *values), one)

    def told(self, node: Step, given: Sequence[Traced]) -> Hashable:
        """What tells the same operation on the same constants; None where it is not one that is worked out once."""
        if len(node.output) != 1 or node.graphs:
            return None
        for one in given:
            if one is not None and (type(one) is not Constant or not _plain(one)):
                return None
        attributes = [one.SerializeToString() for one in node.attribute]
        return (node.op_type, node.domain, *map(id, given), *attributes)

    def get(self, told: Hashable) -> Constant | None:
        """What was made of the same before."""
        found = self._made.get(told)
        return None if found is None else found[1]

    def keep(self, told: Hashable, given: Sequence[Traced], made: Any) -> Any:
        """What is made of constants, as the first that is equal to it; it is kept where all of its numbers are known:
        nothing else has a part in them."""
        if told is None or type(made) is not Constant or made.values is None or not _plain(made):
            return made
        self._made[told] = given, self.first(made)
        return self._made[told][1]


def _plain(one: Constant) -> bool:
    """Whether a constant is no more than its shape and numbers."""
    return not (one.weights or one.vague or one.external or one.kept)
