"""The columns of tables: one list for tables, Markdown, CSV, TSV and `--columns`."""

from __future__ import annotations

from functools import partial
from operator import attrgetter

from rfcli.engine.plain import LENGTHS
from rfcli.geometry.axes import axis_names
from rfcli.geometry.unknown import Unknown
from rfcli.render.grid import Grid
from rfcli.render.whole import marked
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from fractions import Fraction

    from rfcli.engine.report import LayerReport, ReceptiveField
    from rfcli.render.view import Style, View


class Column(Value):
    """A column: `value` takes it from a layer or another record, `unit` and `meaning` say what it is."""

    name: str
    meaning: str
    value: Callable[..., object]
    unit: str = ""
    text: bool = False


def _field(value: Callable[[ReceptiveField], object]) -> Callable[[LayerReport], object]:
    def of_layer(layer: LayerReport) -> object:
        return None if layer.receptive_field is None else value(layer.receptive_field)

    return of_layer


def _sides(field: ReceptiveField) -> object:
    """On which sides it sees everything: one word where the axes agree, else one for each."""
    sides = field.unbounded
    if len(set(sides)) == 1:
        return sides
    return [f"{axis}:{side}" for axis, side in zip(axis_names(len(sides)), sides, strict=True) if side]


COLUMNS = {
    column.name: column
    for column in (
        Column("layer", "name with its scopes", lambda x: x.name, text=True),
        Column("type", "layer type", lambda x: x.type, text=True),
        Column("inputs", "layers that it reads", lambda x: list(x.inputs), text=True),
        Column("output_size", "size of the output map", lambda x: x.output_size, "samples"),
        Column("channels", "channels of the output", lambda x: x.channels),
        Column("params", "trainable parameters", lambda x: x.cost.params),
        Column("macs", "multiply-accumulates", lambda x: x.cost.macs),
        Column("flops", "floating-point operations", lambda x: x.cost.flops),
        Column("cumulative_params", "trainable parameters of all that it depends on", lambda x: x.cumulative.params),
        Column("cumulative_macs", "multiply-accumulates of all that it depends on", lambda x: x.cumulative.macs),
        Column("cumulative_flops", "operations of all that it depends on", lambda x: x.cumulative.flops),
        Column("size", "size of the receptive field", _field(lambda f: f.size), "samples"),
        Column("stride", "effective stride", _field(lambda f: f.stride), "samples per output"),
        Column("padding", "effective padding", _field(lambda f: f.padding), "samples"),
        Column("center", "center of output 0", _field(lambda f: f.center), "samples"),
        Column("lookback", "samples before where an output stands", _field(lambda f: f.lookback), "samples"),
        Column("lookahead", "samples after where an output stands", _field(lambda f: f.lookahead), "samples"),
        Column(
            "extent",
            "size in the unit of the spacing",
            _field(lambda f: f.spacing and f.spacing.said(f.size)),
            text=True,
        ),
        Column("aligned", "all paths have one center", _field(lambda f: f.aligned)),
        Column("uniform", "all outputs have one size and step", _field(lambda f: f.uniform)),
        Column("phase_sizes", "size by output phase", _field(lambda f: f.phase_sizes), "samples", text=True),
        Column("global", "sees all of a map", _field(lambda f: f.globally)),
        Column("unbounded", "sides on which it sees everything", _field(_sides), text=True),
        Column("through", "layers by which it sees it", _field(lambda f: list(f.through)), text=True),
        Column("notes", "reasons and remarks", _field(lambda f: list(f.notes)), text=True),
    )
}
"""Column name -> column, in the order of `--columns`' help."""

TABLE = ("layer", "type", "output_size", "size", "stride", "padding", "center")
"""Columns that people are shown; they fit 80 characters."""

DATA = (
    "layer", "type", "output_size", "channels", "params", "macs", "flops",
    "size", "stride", "padding", "center", "aligned", "uniform", "global",
)  # fmt: skip
"""Columns of CSV and TSV."""


MARKED = ("size", "extent", "padding", "center", "lookback", "lookahead")
"""Columns of which the first that people are shown has the mark of what also sees the whole map."""


def cell(value: object, exact: bool) -> str:
    """A value as text: one number where the axes agree, else 51x37; empty where unknown.

    `exact`, for people, writes a fraction that has no short decimal as 1/3, otherwise as the nearest decimal; floats,
    which are no exact numbers, get three places.
    """
    if value is None or value == () or isinstance(value, Unknown):
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, tuple):
        parts = [_phases(one) if isinstance(one, tuple) else cell(one, exact) for one in value]
        if all(part == parts[0] for part in parts):
            return parts[0]
        return "x".join(part or "?" for part in parts)
    if isinstance(value, list):
        return " ".join(value)
    if isinstance(value, int | str):
        return str(value)
    if isinstance(value, float):
        return f"{value:.3f}" if exact else repr(value)
    return _fraction(value, exact)  # type: ignore[arg-type]


COUNTS = frozenset(["params", "macs", "flops", "cumulative_params", "cumulative_macs", "cumulative_flops"])
"""Columns of large numbers, which people read by thousands."""


def told(name: str, value: object, exact: bool) -> str:
    """A value of a column as text; for people counts have commas at their thousands."""
    return f"{value:,}" if exact and name in COUNTS and type(value) is int else cell(value, exact)


def _phases(sizes: tuple[int, ...]) -> str:
    return " ".join(map(str, sizes))


def _fraction(value: Fraction, exact: bool) -> str:
    return str(value) if exact and value.denominator not in (2, 4, 8, 16) else repr(float(value))


NETWORK, SOURCE = "network", "source"
"""Columns that come first: the name where there are several networks, beside it the file where names are not enough, or
where they are asked for."""


def _in_units(name: str) -> Callable[[LayerReport], object]:
    return _field(lambda f: None if f.spacing is None else f.spacing.said(getattr(f, name)))


BY_AXIS: dict[str, Callable[[LayerReport], object]] = {
    "output_size": lambda x: x.output_size,
    **{name: _field(attrgetter(name)) for name in (*LENGTHS, "extent", "phase_sizes", "unbounded")},
}
"""Columns that have a value for each axis."""


def _wide(names: Sequence[str], axes: int) -> Iterator[Column]:
    """Columns of which those with a value for each axis are one for each: `size_h`, `size_w`."""
    for name in names:
        if name not in BY_AXIS:
            yield COLUMNS[name]
            continue
        for at, axis in enumerate(axis_names(axes)):
            column = COLUMNS[name]
            yield column.replaced(name=f"{name}_{axis}", value=partial(_along, BY_AXIS[name], at - axes))


def _along(value: Callable[[LayerReport], object], axis: int, layer: LayerReport) -> object:
    """The value along an axis, counted from the last; None where the network has fewer."""
    values = value(layer)
    found = values[axis] if isinstance(values, tuple) and len(values) >= -axis else None
    return [str(one) for one in found] if isinstance(found, tuple) else found


def grid(views: Sequence[View], names: Sequence[str], exact: bool, style: Style) -> Grid:
    """The table of all views; the columns `network` and `source` come first where they are needed. With the style's
    `units` lengths are in the unit of the input's spacing, with `wide` each axis has columns of its own."""
    several = style.several
    heads = {
        NETWORK: [view.report.name for view in views] if several or NETWORK in names else None,
        SOURCE: [view.report.source for view in views] if SOURCE in names or (several and alike(views)) else None,
    }
    names = [name for name in names if name not in heads]
    columns = [COLUMNS[name] for name in names]
    if style.wide:
        columns = list(_wide(names, max((len(view.report.graph.axes) for view in views), default=1)))
        names = [column.name for column in columns]
    if style.units:
        columns = [one.replaced(value=_in_units(one.name)) if one.name in LENGTHS else one for one in columns]
    at = next((names.index(name) for name in MARKED if exact and not style.wide and name in names), None)
    rows = []
    for number, view in enumerate(views):
        first = [head[number] for head in heads.values() if head is not None]
        for layer in view.layers:
            row = [told(column.name, column.value(layer), exact and not style.wide) for column in columns]
            if at is not None:
                row[at] = marked(row[at], layer.receptive_field)
            rows.append([*first, *row])
    return Grid([*(name for name, head in heads.items() if head is not None), *names], rows, _WORDS)


def alike(views: Sequence[View]) -> bool:
    """Whether networks of different files have one name."""
    return len({view.report.name for view in views}) < len({view.report.source for view in views})


def titles(views: Sequence[View]) -> list[str]:
    """What networks are called where there are several: their names, or their files where names are not enough."""
    by_source = alike(views)
    return [view.report.source if by_source else view.report.name for view in views]


_WORDS = {NETWORK, SOURCE, *(name for name, column in COLUMNS.items() if column.text)}
