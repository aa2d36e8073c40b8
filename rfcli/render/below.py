"""What stands below the table of `rf compute`: the input, the totals, and the layers' notes."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.diagnostics import counted
from rfcli.geometry.axes import times
from rfcli.geometry.unknown import Unknown
from rfcli.render import whole
from rfcli.render.columns import MARKED, titles

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.report import Report
    from rfcli.render.view import Style, View

MAX_NOTES = 8
"""Different notes below a table; the data formats have all."""

MOST_TOTALS = 8
"""Networks whose totals are told; `rf compare` sets more of them side by side."""

_COSTS = {"channels", "params", "macs", "flops"}
"""Columns whose notes begin with their names; all are of interest where one of them is shown."""
_CUMULATIVE = {"cumulative"}
"""What the notes of `cumulative_params` and its like begin with."""


def totals(views: Sequence[View], style: Style) -> list[str]:
    """A line for each network that has layers here: its input, and its parameters and operations in all."""
    shown = [
        (title, view.report)
        for title, view in zip(titles(views), views, strict=True)
        if view.layers or not view.report.layers
    ]
    said = [f"{title}: {total(report)}" if style.several else total(report) for title, report in shown[:MOST_TOTALS]]
    if len(shown) > MOST_TOTALS:
        said.append(f"{len(shown) - MOST_TOTALS} more networks; rf compare sets what all cost side by side")
    return said


def total(report: Report) -> str:
    """The input of a network, and what the network costs in all."""
    inputs = report.graph.architecture.inputs
    several = len(inputs) > 1
    read = "; ".join((f"{one.name} " if several else "") + _input(one.size, one.channels) for one in inputs)
    return f"{'inputs' if several else 'input'} {read}: {_cost(report)}"


def _input(size: Sequence[int | None], channels: int | None) -> str:
    known = times(size)
    if all(n is None for n in size):
        known = "of any size"
    return known if channels is None else f"{known}, {counted(channels, 'channel')}"


def _cost(report: Report) -> str:
    """What a network costs: what is known, and then what is not."""
    cost, known, unknown = report.total, [], []
    if isinstance(cost.params, Unknown):
        unknown.append("parameters")
    else:
        known.append(f"{cost.params:,} {'parameter' if cost.params == 1 else 'parameters'}")
    if report.unused_params:
        known.append(f"{report.unused_params:,} that no layer uses")
    for name, number in (("macs", cost.macs), ("flops", cost.flops)):
        if isinstance(number, Unknown):
            unknown.append(name)
        else:
            known.append(f"{scaled(number)} {name}")
    if unknown:
        known.append(f"{', '.join(unknown[:-1])}{' and ' if unknown[1:] else ''}{unknown[-1]} unknown{_why(report)}")
    return ", ".join(known)


def _why(report: Report) -> str:
    """Why costs of a network are unknown: the first layer that has none, and its reason."""
    for layer in report.layers:
        for value in (layer.cost.params, layer.cost.macs, layer.cost.flops):
            if isinstance(value, Unknown):
                what, colon, reason = value.reason.partition(": ")
                return f" ('{layer.name}': {reason if colon and what in _COSTS else value.reason})"
    return ""


SCALES = ("", " k", " M", " G", " T")


def scaled(number: int) -> str:
    """A number in three digits and a power of a thousand: 4.09 G."""
    digits = len(str(number))
    if digits <= 3:
        return str(number)
    unit = 10 ** (digits - 3)
    lead = (number + unit // 2) // unit
    if lead == 1000:
        lead, digits = 100, digits + 1
    power = (digits - 1) // 3
    if power >= len(SCALES):
        return f"{lead / 100:.2f}e{digits - 1}"
    before, text = digits - 3 * power, str(lead)
    return text[:before] + ("." + text[before:] if before < 3 else "") + SCALES[power]


def notes(views: Sequence[View], names: Sequence[str], style: Style) -> list[str]:
    """What the mark means, and the layers' notes, equal ones together, as far as they speak of what is shown."""
    layers = [
        (f"{title} {layer.name}" if style.several else layer.name, layer.receptive_field)
        for title, view in zip(titles(views), views, strict=True)
        for layer in view.layers
    ]
    shown: dict[str, list[str]] = {}
    words = {name.partition("_")[0] for name in names}
    hidden = (set[str]() if words & _COSTS else _COSTS) | (_CUMULATIVE - words)
    for name, field in layers:
        for note in field.notes if field is not None else ():
            if note.partition(":")[0] not in hidden:
                shown.setdefault(note, []).append(name)
    found = whole.notes(layers) if any(name in MARKED for name in names) else []
    for note, of in list(shown.items())[:MAX_NOTES]:
        more = f" and {len(of) - 1} more" if len(of) > 1 else ""
        found.append(f"{of[0]}{more}: {note}")
    if len(shown) > MAX_NOTES:
        found.append(f"{len(shown) - MAX_NOTES} more notes; -f json has all")
    return found
