"""Operations of ONNX that move entries, followed until these lie at their positions again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from math import prod
from typing import Any

from rfcli.readers.onnx.folding import made_by
from rfcli.readers.onnx.steps import Step, attributes_of
from rfcli.readers.tracing.arrays import Array, arange, zeros
from rfcli.readers.tracing.maps import Constant, Layout, Map, axis_at
from rfcli.readers.tracing.moved import IN_ALL, MOST, MOST_STEPS, atoms_of, in_place
from rfcli.readers.tracing.tracer import Tracer

MOVING = frozenset(
    ["Reshape", "Flatten", "Pad", "Slice", "Transpose", "Concat", "Squeeze", "Unsqueeze", "Expand", "Identity"]
)


class Chain:
    """What stands around steps that move entries: who takes results, which of them depend on inputs, what is known of
    them, and the numbers of constants."""

    def __init__(
        self, users: Mapping[str, Sequence[Step]], tainted: Collection[str], values: Mapping[str, Any],
        numbers: Callable[[str], Any], results: Collection[str],
    ) -> None:  # fmt: skip
        self.users, self.tainted, self.values, self.numbers, self.results = users, tainted, values, numbers, results
        self.left = IN_ALL

    def moved(self, tracer: Tracer, name: str, node: Step) -> dict[str, Map | None]:
        """What steps make, from a node on: the map that the last of them makes, and None for all before; nothing where
        they lead nowhere. Raises `Layout`."""
        before = self._source(node)
        x = None if before is None else self.values.get(before)
        if before is None or not isinstance(x, Map) or atoms_of(x) is None:
            return {}
        shape = [n or 1 for n in x.shape]
        numbered, steps = (arange(prod(shape)) + 1).reshape(shape), list[str]()
        while len(steps) < MOST_STEPS and self._source(node) == before and not self._weighs(node):
            numbered = self._made(node, before, numbered)
            steps.append(node.output[0])
            self.left -= numbered.size
            if self.left < 0:
                break
            made = in_place(tracer, name, x, numbered.shape, numbered.flat())
            if made is not None:
                return {**dict.fromkeys(steps), steps[-1]: made}
            before = steps[-1]
            users = self.users.get(before, ())
            if len(users) != 1 or before in self.results:
                break
            node = users[0]
        return {}

    def _source(self, node: Step) -> str | None:
        """The one tensor that depends on an input of those that a step takes."""
        found = [one for one in node.input if one in self.tainted]
        if node.op_type not in MOVING or node.domain not in ("", "ai.onnx") or len(node.output) != 1 or len(found) != 1:
            return None
        return found[0] if node.op_type == "Concat" or found[0] == node.input[0] else None

    def _weighs(self, node: Step) -> bool:
        """Whether a step puts weights beside the entries."""
        others = (self.values.get(one) for one in node.input if node.op_type == "Concat")
        given = [one for one in others if isinstance(one, Constant) and any(count for _, count in one.weights)]
        return any(self._is_any(one) for one in node.input if self.values.get(one) in given)

    def _is_any(self, name: str) -> bool:
        numbers = self.numbers(name)
        return numbers is None or bool((numbers != 0).any())

    def _made(self, node: Step, before: str, numbered: Array) -> Array:
        """The entries behind a step; 0 is none of them. Raises `Layout`."""
        attributes = attributes_of(node)
        try:
            if node.op_type == "Pad":
                return self._padded(node, attributes, numbered)
            if node.op_type == "Flatten":
                at = attributes.get("axis", 1) % (len(numbered.shape) + 1)
                return numbered.reshape([prod(numbered.shape[:at]), prod(numbered.shape[at:])])
            given = [numbered if one == before else self._other(node, one) for one in node.input]
            return made_by(node.op_type, attributes, given, MOST)
        except (ValueError, TypeError, IndexError, KeyError, AttributeError, ZeroDivisionError):
            raise Layout("it moves entries out of their tensor") from None

    def _other(self, node: Step, name: str) -> Any:
        """What a step takes beside the entries: sizes and places, or a tensor that stands beside them."""
        if node.op_type == "Concat":
            value = self.values.get(name)
            if not isinstance(value, Constant) or value.vague:
                raise Layout("it joins what is not known")
            return zeros(value.shape)
        return self.numbers(name) if name else None

    def _padded(self, node: Step, attributes: Mapping[str, Any], numbered: Array) -> Array:
        rank = len(numbered.shape)
        given: list[Any] = [self.numbers(one) if one else None for one in node.input[1:]]
        pads: Any = given[0].flat() if given else attributes.get("pads")
        axes = range(rank) if len(given) < 3 or given[2] is None else [axis_at(one, rank) for one in given[2].flat()]
        if attributes.get("mode", "constant") not in ("constant", b"constant") or len(pads) != 2 * len(axes):
            raise Layout("it pads by what it holds")
        for at, before, after in zip(axes, pads[: len(axes)], pads[len(axes) :], strict=True):
            kept = numbered.cut(at, range(max(-before, 0), numbered.shape[at] + min(after, 0)))
            sides = [zeros([*kept.shape[:at], max(n, 0), *kept.shape[at + 1 :]]) for n in (before, after)]
            parts = [one for one in (sides[0], kept, sides[1]) if one.shape[at]]
            numbered = made_by("Concat", {"axis": at}, parts, MOST)
        return numbered
