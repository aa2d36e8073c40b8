"""Recurrent layers: each position is seen with all before it."""

from __future__ import annotations

from rfcli.geometry.axes import axis_names
from rfcli.geometry.unknown import Unknown
from rfcli.layers import _parameters as p
from rfcli.layers._layer import AFTER, BEFORE, BOTH, NEITHER, Layer, Whole, product, total
from rfcli.layers._registry import layer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import ClassVar

    Sizes = tuple[int | Unknown, ...]


class Recurrent(Layer):
    """A state of `units` that is carried along one axis, from gates of it and of the input at each position."""

    weighted = True
    gates: ClassVar[int]
    units: int = p.parameter(p.Integer(), "Channels of the state.", p.REQUIRED, 256)
    depth: int = p.parameter(p.Integer(), "Layers on top of one another.", 1, 2)
    bidirectional: bool = p.parameter(p.Boolean(), "A second state that is carried backwards, joined.", False, True)
    reverse: bool = p.parameter(p.Boolean(), "Carries the state backwards: it sees all after a position.", False, True)
    last: bool = p.parameter(p.Boolean(), "Gives the last state only, which has seen the whole axis.", False, True)
    along: str | None = p.parameter(
        p.Choice(("d", "h", "w")), "The axis along which the state is carried; the first when left out.", None, "w"
    )
    bias: bool = p.bias("Whether the gates have biases.")
    single_bias: bool = p.parameter(
        p.Boolean(), "One bias for each gate, as Keras has it, instead of torch's two.", False, True
    )
    projection: int | None = None
    stated_params: int | None = p.stated_params()

    def contradiction(self) -> str | None:
        names = axis_names(self.axes)
        if self.along is not None and self.along not in names:
            return f"the axes of the map are {', '.join(names)}: there is no {self.along}"
        return "bidirectional and reverse contradict each other" if self.bidirectional and self.reverse else None

    @property
    def axis(self) -> int:
        """The axis along which the state is carried."""
        return 0 if self.along is None else axis_names(self.axes).index(self.along)

    @property
    def assumes(self) -> str:
        if self.along is not None or self.axes == 1:
            return ""
        names = axis_names(self.axes)
        return f"{self.type} runs along {names[0]}, as it does not say along which of {', '.join(names)}"

    def whole(self, axis: int, training: bool) -> Whole:
        return Whole.NO if axis != self.axis else Whole.ONLY if self.last else Whole.ALSO

    def sees(self, axis: int, training: bool) -> int:
        if axis != self.axis:
            return NEITHER
        return BOTH if self.bidirectional or self.last else AFTER if self.reverse else BEFORE

    @property
    def keeps_apart(self) -> bool:
        return self.bidirectional and self.depth == 1 and not self.last

    @property
    def sees_apart(self) -> bool:
        return self.keeps_apart

    @property
    def keeps_some_apart(self) -> str:
        return "'{}' carries each of them one way" if self.keeps_apart else ""

    def output_size(self, axis: int, n: int, like: int | None = None) -> int:
        return 1 if self.last and axis == self.axis else n

    def strides(self, axis: int) -> tuple[int, int]:
        return (0, 1) if self.last and axis == self.axis else (1, 1)

    @property
    def _made(self) -> int:
        """Channels that one direction gives."""
        return self.units if self.projection is None else self.projection

    @property
    def _directions(self) -> int:
        return 2 if self.bidirectional else 1

    def channels(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return self._made * self._directions

    def _weights(self, c: int | Unknown) -> int | Unknown:
        """Weights without biases: each gate of the input and of the state before."""
        inner = total(c, (self.depth - 1) * self._made * self._directions)
        gates = total(inner, self.depth * self._made)
        projected = 0 if self.projection is None else self.depth * self.projection * self.units
        return product(self._directions, total(product(self.gates, self.units, gates), projected))

    @property
    def _biases(self) -> int:
        if not self.bias:
            return 0
        return self._directions * self.depth * self.gates * self.units * (1 if self.single_bias else 2)

    def params(self, c: int | Unknown, n: Sizes) -> int | Unknown:
        return total(self._weights(c), self._biases)

    def macs(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(self._weights(c), n)

    def extra_flops(self, c: int | Unknown, n: Sizes, out: Sizes) -> int | Unknown:
        return product(self._biases, n)


@layer("lstm")
class LSTM(Recurrent):
    """Long short-term memory (Hochreiter & Schmidhuber 1997): beside its position each output sees all before it along
    one axis, all after it with `reverse`, and everything with `bidirectional` or `last`. Parameters are counted as in
    torch, with two biases for each gate.
    """

    gates = 4
    projection: int | None = p.parameter(
        p.Integer(), "Channels to which each state is projected before it is given and carried on.", None, 64
    )


@layer("gru")
class GRU(Recurrent):
    """Gated recurrent unit (Cho et al. 2014): it sees what an lstm sees. Parameters are counted as in torch and, with
    `reset_after`, in Keras: two biases for each gate.
    """

    gates = 3


@layer("rnn")
class RNN(Recurrent):
    """A plain recurrent layer (Elman 1990): it sees what an lstm sees. Parameters are counted as in torch, with two
    biases; Keras has one.
    """

    gates = 1
