"""Networks side by side: the lists that `rf list` and `rf compare` print."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.engine.plain import SCHEMA_VERSION, number
from rfcli.render import records, whole
from rfcli.render.columns import Column, cell

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rfcli.engine.comparison import Fit, Summary
    from rfcli.engine.report import ReceptiveField
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style


def _about(key: str) -> Callable[[Summary], object]:
    return lambda summary: summary.about.get(key)


def _field(value: Callable[[ReceptiveField], object]) -> Callable[[Summary], object]:
    def of_summary(summary: Summary) -> object:
        field = _local(summary)
        return None if field is None else value(field)

    return of_summary


def _gflops(flops: object) -> float | None:
    return flops / 1e9 if isinstance(flops, int) else None


_NAME = Column("name", "name of the network", lambda x: x.name, text=True)
_SOURCE = Column("source", "file of the network", lambda x: x.source, text=True)
_STRIDE = Column("stride", "effective stride", _field(lambda f: f.stride), "samples per output")
_PARAMS = Column("params", "trainable parameters of the network", lambda x: x.cost.params)
_GFLOPS = Column("gflops", "10^9 operations of the network", lambda x: _gflops(x.cost.flops))
_CUMULATIVE = (
    Column("cumulative_params", "trainable parameters that the layer needs", lambda x: x.cost_to_layer.params),
    Column("cumulative_gflops", "10^9 operations that the layer needs", lambda x: _gflops(x.cost_to_layer.flops)),
)
_TOP1 = Column("top1", "published top-1 accuracy", lambda x: x.top1)

LIST = (
    _NAME,
    Column("family", "family", _about("family"), text=True),
    Column("year", "year of publication", _about("year")),
    Column("input", "input size of the description", lambda x: x.input_size, "samples"),
    Column("field", "receptive-field size", lambda x: x.size, "samples"),
    _STRIDE,
    _PARAMS,
    _GFLOPS,
    _TOP1,
)
"""Columns of `rf list`."""

_GEOMETRY = (
    _NAME,
    Column("layer", "layer that is compared", lambda x: x.layer and x.layer.name, text=True),
    Column("size", "receptive-field size", lambda x: x.size, "samples"),
    _STRIDE,
    Column("padding", "effective padding", _field(lambda f: f.padding), "samples"),
    Column("aligned", "all paths have one center", _field(lambda f: f.aligned)),
)
_MERIT = (
    Column("size_per_gflop", "size per 10^9 operations that the layer needs", lambda x: x.size_per_gflop),
    _TOP1,
)
COMPARE = (*_GEOMETRY, _PARAMS, _GFLOPS, *_MERIT)
"""Columns of `rf compare`."""
COMPARE_LAYER = (*_GEOMETRY, *_CUMULATIVE, *_MERIT)
"""The same of a layer that is named: what it costs stands in place of the network's cost."""


_SIZES = ("field", "size")


def _columns(columns: Sequence[Column], format: str) -> Sequence[Column]:
    """The columns, for people with a mark behind sizes where that is not all that is seen."""
    if not records.for_people(format):
        return columns
    return [one.replaced(value=_marked) if one.name in _SIZES else one for one in columns]


def _marked(one: Summary) -> str:
    return whole.marked(cell(one.size, exact=True), _local(one))


def _local(one: Summary) -> ReceptiveField | None:
    return None if one.layer is None else one.layer.receptive_field


def _alike(summaries: Sequence[Summary]) -> bool:
    """Whether networks of different files have one name."""
    return len({one.name for one in summaries}) < len({one.source for one in summaries})


def _titles(summaries: Sequence[Summary]) -> list[str]:
    """What networks are called in notes."""
    by_source = _alike(summaries)
    return [one.source if by_source else one.name for one in summaries]


def _beside(summaries: Sequence[Summary]) -> list[str]:
    """What the mark means."""
    return whole.networks(zip(_titles(summaries), map(_local, summaries), strict=True))


def listed(summaries: Sequence[Summary], format: str, style: Style) -> Answer:
    """The bundled networks with their main figures."""
    networks = [
        {
            "name": one.name,
            "family": one.about.get("family"),
            "year": one.about.get("year"),
            "reference": one.about.get("reference"),
            "accuracy": one.about.get("accuracy"),
            "input": list(one.input_size),
            "layer": one.layer and one.layer.name,
            "field": number(one.size),
            "stride": number(_STRIDE.value(one)),
            "global": _field(lambda f: f.globally)(one),
            "params": number(one.cost.params),
            "gflops": _gflops(one.cost.flops),
        }
        for one in summaries
    ]
    data = {"schema_version": SCHEMA_VERSION, "networks": networks}
    columns, notes = _columns(LIST, format), _beside(summaries)
    return records.render(
        format, summaries, columns, data, style, notes, ("input", "family", "year", "stride", "gflops")
    )


def compared(
    summaries: Sequence[Summary], fit: Fit | None, format: str, style: Style, at_layer: bool = False
) -> Answer:
    """Networks side by side, and the fit of accuracy against field size; `at_layer` where a layer was asked for."""
    data = {
        "schema_version": SCHEMA_VERSION,
        "networks": [_compared(one) for one in summaries],
        "fit": fit and {
            "intercept": fit.intercept,
            "slope": fit.slope,
            "r_squared": fit.r_squared,
            "networks": list(fit.networks),
        },
    }  # fmt: skip
    optional = ("padding", "aligned", "size_per_gflop", "layer", "top1", "gflops", "cumulative_gflops", "stride")
    columns = _columns(COMPARE_LAYER if at_layer else COMPARE, format)
    if _alike(summaries):
        columns = (columns[0], _SOURCE, *columns[1:])
    notes = [*_beside(summaries), *_notes(summaries, fit)]
    return records.render(format, summaries, columns, data, style, notes, optional)


def _compared(one: Summary) -> dict[str, object]:
    field = _local(one)
    return {
        "name": one.name,
        "source": one.source,
        "family": one.about.get("family"),
        "year": one.about.get("year"),
        "input_size": list(one.input_size),
        "layer": one.layer and one.layer.name,
        "size": number(one.size),
        "stride": field and number(field.stride),
        "padding": field and number(field.padding),
        "center": field and number(field.center),
        "lookback": field and number(field.lookback),
        "lookahead": field and number(field.lookahead),
        "aligned": field and number(field.aligned),
        "uniform": field and number(field.uniform),
        "global": field and field.globally,
        "params": number(one.cost.params),
        "macs": number(one.cost.macs),
        "flops": number(one.cost.flops),
        "cumulative_params": number(one.cost_to_layer.params),
        "cumulative_macs": number(one.cost_to_layer.macs),
        "cumulative_flops": number(one.cost_to_layer.flops),
        "params_to_layer": number(one.cost_to_layer.params),
        "flops_to_layer": number(one.cost_to_layer.flops),
        "size_per_gflop": list(one.size_per_gflop),
        "accuracy": one.about.get("accuracy"),
        "notes": list(field.notes) if field else [_NO_FIELD],
    }


_NO_FIELD = "no layer has a local field"


def _notes(summaries: Sequence[Summary], fit: Fit | None) -> list[str]:
    said = []
    for title, one in zip(_titles(summaries), summaries, strict=True):
        field = _local(one)
        if field is None:
            said.append(f"{title}: {_NO_FIELD}")
            continue
        reasons = [note for note in field.notes if not note.startswith(("params:", "flops:", "cumulative:"))]
        if reasons and None in [number(value) for value in (*field.size, *field.stride, *field.padding)]:
            said.append(f"{title}: {reasons[0]}")
    if fit is not None:
        doubling = 0.6931471805599453 * fit.slope
        said.append(
            f"top1 = {fit.intercept:.3f} {'+' if fit.slope >= 0 else '-'} {abs(fit.slope):.3f} ln(size), R² "
            f"{fit.r_squared:.2f} over {len(fit.networks)} networks: {doubling:+.3f} for each doubling of the size"
        )
    return said
