"""Masks of kernels: which taps of a weight are zero whatever its parameters are.

A weight that is computed of parameters and constants is worked out with parameters of random numbers: a tap that is
zero between all channels is left out by the mask that the constants hold. Weights that are plain parameters are not
read.
"""

from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from rfcli.layers._masks import MAX_TAPS, WORDS, said
from rfcli.readers.torch import nodes
from rfcli.readers.torch.masks import MOST, Numbers, Tensor
from rfcli.readers.torch.nodes import Node
from rfcli.readers.tracing.maps import Layout

SELECTIVE = frozenset([
    "bernoulli", "clamp", "clip", "clamp_min", "clamp_max", "constant_pad_nd", "diag_embed", "eq", "ge", "gt",
    "index_put", "le", "lt", "masked_fill", "masked_scatter", "ne", "pad", "relu", "scatter", "select_scatter",
    "slice_scatter", "topk", "threshold", "tril", "triu", "where",
])  # fmt: skip
"""Operations that may make zeros of numbers that are none."""


def mask_of(numbers: Numbers, weight: Node, kernel: Sequence[int], transposed: bool) -> Any:
    """The mask of a kernel as a description has it; None where all taps count. Raises `Layout` where it depends on the
    values of parameters, or cannot be worked out."""
    taps = prod(kernel)
    if taps == 1 or taps > MAX_TAPS or not hasattr(weight, "all_input_nodes"):
        return None
    sources = numbers.sources(weight)
    if not _masks(sources, len(kernel), numbers):
        return None
    if any(prod(shape) > MOST for shape in nodes.shapes_of(sources[-1])):
        raise Layout("its weights are masked, and too large to be looked at")
    left = [_left(numbers, sources, sign) for sign in (1, -1)]
    if left[0] != left[1]:
        raise Layout("which of its weights count depends on the values of parameters, which are not read")
    if not left[0]:
        raise Layout("its mask leaves no weight")
    return said(left[0], tuple(kernel), () if transposed else WORDS)


def _masks(sources: Sequence[Node], rank: int, numbers: Numbers) -> bool:
    """Whether anything that a weight is made of may hold a mask: a tensor with axes that depends on no parameter, or an
    operation that makes zeros."""
    trained: set[Node] = set()
    for node in sources:
        below = [numbers.meant(one) for one in node.all_input_nodes]
        stored = numbers.weights.get(node.name) if node.op == "placeholder" else None
        if (stored is not None and stored.params) or any(one in trained for one in below):
            trained.add(node)
            if node.op == "call_function" and nodes.operation_of(node) in SELECTIVE:
                return True
        elif any(len(shape) >= rank and prod(shape[-rank:]) > 1 for shape in nodes.shapes_of(node)):
            return True
    return False


def _left(numbers: Numbers, sources: Sequence[Node], sign: int) -> list[tuple[int, ...]]:
    """The taps of a weight that are not zero between all channels, with parameters of random numbers of one sign."""
    made: dict[Node, Tensor] = {}
    for node in sources:
        stored = numbers.weights.get(node.name) if node.op == "placeholder" else None
        if stored is not None and stored.params:
            made[node] = numbers.library.drawn(node, sign)
        else:
            made[node] = numbers.made(node, _Meant(numbers, made))
    taps: list[tuple[int, ...]] = numbers.library.taps(made[sources[-1]])
    return taps


class _Meant(Mapping[Node, Tensor]):
    """Numbers of nodes by those that stand for them, too."""

    def __init__(self, numbers: Numbers, made: Mapping[Node, Tensor]) -> None:
        self.numbers, self.made = numbers, made

    def __getitem__(self, node: Node) -> Tensor:
        return self.made[self.numbers.meant(node)]

    def __iter__(self) -> Any:
        return iter(self.made)

    def __len__(self) -> int:
        return len(self.made)
