"""What the engine found, as values."""

from __future__ import annotations

from rfcli.diagnostics import CallError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from fractions import Fraction
    from typing import Any

    from rfcli.engine.costs import Cost
    from rfcli.engine.cumulative import UpTo
    from rfcli.engine.sight import Sight
    from rfcli.geometry.units import Spacing
    from rfcli.geometry.unknown import Unknown
    from rfcli.graph.graph import Graph

    Number = int | Fraction | Unknown | None
    """A number, unknown with the reason, or None where there is no local path."""
    MaybeNone = Any
    """None where a question names a layer that the origin does not reach: checkers ask nobody to say so each time."""


class NoAnswer(CallError):
    """Why a question about a report has no answer, for people. The engine knows no files: its callers name them."""


class ReceptiveField(Value):
    """What a layer's outputs see of the origin. Tuples have one entry per axis, in input order; units are samples.

    `size` is the largest region's, `stride` its shift per output, `padding` -u(0) and `center` that of output 0
    (Araujo, Norris & Sim 2019). Output o stands at sample floor(o*S): `lookback` is the most that a region starts
    before it, `lookahead` the most that one ends after it; `unbounded` says on which sides of these regions it sees
    everything besides: before, after, both, or None. `phase_sizes` is the size at o = 0..T-1.
    """

    size: tuple[Number, ...]
    stride: tuple[Number, ...]
    padding: tuple[Number, ...]
    center: tuple[Number, ...]
    lookback: tuple[Number, ...]
    lookahead: tuple[Number, ...]
    aligned: bool | Unknown
    uniform: bool | Unknown
    phase_sizes: tuple[tuple[int, ...] | Unknown | None, ...]
    globally: bool
    unbounded: tuple[str | None, ...]
    through: tuple[str, ...]
    notes: tuple[str, ...]
    spacing: Spacing | None = None
    """How far apart samples of the origin are, where that is stated."""

    @property
    def extent(self) -> tuple[Fraction | None, ...] | None:
        """The size in the unit of the spacing, exactly; None where no spacing is stated."""
        return None if self.spacing is None else self.spacing.extent(self.size)


class LayerReport(Value):
    """A layer: its geometry, its cost, and its field for each origin (None where the origin does not reach)."""

    name: str
    type: str
    inputs: tuple[str, ...]
    output_size: tuple[int | Unknown, ...]
    channels: int | Unknown
    cost: Cost
    receptive_field: ReceptiveField | MaybeNone
    receptive_fields: dict[str, ReceptiveField | None] | None
    """By input, where there are several."""
    number: int
    upto: UpTo

    @property
    def cumulative(self) -> Cost:
        """The cost of all that the layer depends on, itself included."""
        return self.upto.of(self.number)


class Report(Value):
    """A network: its layers in the order of the description, inputs left out."""

    graph: Graph
    origin: str
    layers: list[LayerReport]
    total: Cost
    sight: Sight
    """The fields themselves, for what looks closer than the numbers."""

    def __repr__(self) -> str:
        return f"<Report of {self.graph.architecture!r}>"

    @property
    def followed(self) -> Graph:
        """The graph that paths from the origin are followed on: `graph`, and hidden layers for parts of channels."""
        return self.sight.graph

    @property
    def name(self) -> str:
        return self.graph.architecture.name

    @property
    def source(self) -> str:
        return self.graph.architecture.source

    @property
    def outputs(self) -> tuple[str, ...]:
        """Names of the output layers."""
        return tuple(self.graph.labels[number] for number in self.graph.outputs)

    @property
    def unused_params(self) -> int:
        """Parameters of the module that no layer uses, as the description states them: they are in no total."""
        stated = self.graph.architecture.about.get("unused_params")
        return stated if type(stated) is int else 0

    def number(self, name: str) -> int:
        """The number of the layer called `name`, or of the one that a scope stands for. Raises `NoLayer`."""
        number = self.graph.names.number(name) if isinstance(name, str) else None
        if number is None:
            raise self.graph.names.missing(name)
        return number

    def layer(self, name: str) -> LayerReport:
        """The layer called `name`, or the one that the scope of that name stands for. Raises `NoLayer`, a `CallError`
        and a `KeyError`."""
        number = self.graph.names.number(name) if isinstance(name, str) else None
        if number is None or number < len(self.graph.inputs):
            raise self.graph.names.missing(name)
        return self.layers[number - len(self.graph.inputs)]

    def as_json(self) -> dict[str, object]:
        """The network as the JSON output has it."""
        from rfcli.engine.plain import network

        return network(self)

    def rows(self) -> list[dict[str, object]]:
        """A row for each layer, as plain dicts with the same keys: `pandas.DataFrame(report.rows())`."""
        from rfcli.engine.rows import rows

        return rows(self)

    def _repr_html_(self) -> str:
        """What notebooks show: a table of the layers."""
        from rfcli.engine.rows import html

        return html(self)
