"""What works out the numbers of a program that torch holds: torch itself, on tensors of the processor."""

from collections.abc import Sequence
from math import inf
from typing import Any

from rfcli import extras
from rfcli.readers.torch.nodes import Node
from rfcli.readers.tracing.maps import Layout

Tensor = Any
"""A tensor of torch's."""


class Torch:
    """Operations as torch has them; `constants.Library` is its like for numbers in a file."""

    inf = inf

    @property
    def _torch(self) -> Any:
        return extras.torch()

    def arange(self, count: int) -> Tensor:
        return self._torch.arange(count)

    def zeros(self, shape: Sequence[int]) -> Tensor:
        return self._torch.zeros(shape)

    def ones(self, shape: Sequence[int]) -> Tensor:
        return self._torch.ones(shape)

    def where(self, condition: Tensor, first: Any, second: Any) -> Tensor:
        return self._torch.where(condition, first, second)

    def spend(self, count: int) -> None:
        """Nothing is counted."""

    def held(self, tensor: Tensor) -> Tensor:
        """A tensor of the program, to count with. Raises `Layout` where it has no numbers."""
        if tensor is None or tensor.is_meta:
            raise Layout("a mask whose numbers are not at hand")
        return tensor.detach().cpu()

    def called(self, node: Node, given: Sequence[Any], named: dict[str, Any]) -> Any:
        """What a node makes of numbers. Raises `Layout`."""
        if "device" in named:
            named["device"] = self._torch.device("cpu")
        graph = next((at for at, one in enumerate(given) if hasattr(one, "graph")), None)
        try:
            return node.target(*given, **named) if graph is None else given[graph](*given[graph + 1 :])
        except Exception as error:  # whatever torch raises
            raise Layout("a mask whose numbers cannot be worked out") from error

    def drawn(self, node: Node, sign: int) -> Tensor:
        """Random numbers of one sign, of the shape and type of a parameter."""
        value, torch = node.meta["val"], self._torch
        drawn = torch.rand(tuple(value.shape), generator=torch.Generator().manual_seed(sign + 2)) + 0.5
        return (sign * drawn).to(value.dtype if value.dtype.is_floating_point else torch.float32)

    def shaped(self, node: Node, shape: Sequence[int]) -> Tensor:
        """A tensor of which only the shape and the type count."""
        return self._torch.zeros(shape, dtype=node.meta["val"].dtype)

    def is_bool(self, node: Node, value: Tensor) -> bool:
        """Whether what a node makes are truth values."""
        return bool(value.dtype == self._torch.bool)

    def taps(self, weight: Tensor) -> list[tuple[int, ...]]:
        """The taps of a weight that are not zero between all channels."""
        return [tuple(tap) for tap in (weight.detach() != 0).any(1).any(0).nonzero().tolist()]
