"""What stands below the graph: the table, the boxes of scopes, paths, the effective field, and what `rf check` says."""

from __future__ import annotations

from rfcli.api import answers, judging
from rfcli.diagnostics import CODES, CallError
from rfcli.engine.plain import number
from rfcli.page.shared import Distinct, unknown
from rfcli.render.columns import COLUMNS, cell
from rfcli.render.diagram.outline import Node, outlined

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rfcli.diagnostics import Diagnostic, Span
    from rfcli.engine.erf import Profile
    from rfcli.engine.report import Report
    from rfcli.render.diagram.outline import Box

    Json = dict[str, object]

SHOWN = (
    "type", "output_size", "channels", "size", "stride", "padding", "center", "lookback", "lookahead", "extent",
    "phase_sizes", "aligned", "uniform", "global", "params", "macs", "flops",
)  # fmt: skip
"""Columns of the table, after the layer's name."""
LONGEST = 120
"""Characters of a text in the table; longer ones, of many phases, are cut."""
MOST_BINS = 160
"""Bars of the histogram of paths."""
MOST_WEIGHTS = 1024
"""Samples of an effective field; of more, neighbours are added up."""
MOST_NAMED = 32
"""Layers that a problem names, of an item that is repeated."""


def panels(report: Report, layer: str | None, step: Callable[[str], None]) -> Json:
    """All panels of a network. Raises `NoLayer`."""
    main, total = _layer(report, layer), report.total
    found: Json = {
        "layer": main,
        "totals": {"params": number(total.params), "macs": number(total.macs), "flops": number(total.flops)},
    }
    made: dict[str, Callable[[], object]] = {
        "table": lambda: table(report), "outline": lambda: outline(report), "paths": lambda: paths(report, main),
        "erf": lambda: erf(report, main), "checks": lambda: checks(report),
    }  # fmt: skip
    for name, panel in made.items():
        step(f"{report.name}: {name}")
        found[name] = panel()
    return found


def _layer(report: Report, layer: str | None) -> str | None:
    """The layer that is looked at first: the one that is asked for where there is one, else the main one."""
    if layer is not None:
        return report.layer(layer).name
    return answers.main_layer(report) if report.layers else None


def outline(report: Report) -> Json:
    """The boxes of scopes, repeated ones once; layers by their numbers."""

    def boxed(item: Node | Box) -> Json:
        head: Json = {"label": item.label, "name": item.name} if item.name != item.label else {"label": item.label}
        if item.times > 1:
            head["times"] = item.times
        if isinstance(item, Node):
            return {**head, "copies": [list(copy) for copy in item.copies]}
        return {**head, "items": [boxed(one) for one in item.items]}

    return boxed(outlined(report).root)


def table(report: Report) -> Json:
    """A row for each layer, column by column: distinct texts, and for each layer the number of its text."""
    columns: list[Json] = []
    for name in SHOWN:
        column, texts = COLUMNS[name], Distinct()
        rows = [texts.number(_cut(cell(column.value(layer), True))) for layer in report.layers]
        if texts.values in ([], [""]) or (name == "phase_sizes" and all(" " not in str(one) for one in texts.values)):
            continue
        said = {"key": name, "title": name.replace("_", " "), "help": column.meaning, "unit": column.unit}
        columns.append({**said, "texts": texts.values, "rows": rows, "numbers": not column.text})
    return {"columns": columns}


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def paths(report: Report, layer: str | None) -> Json:
    """How many paths see how much."""
    if layer is None:
        return unknown("the network has no layers")
    try:
        found = answers.paths(report, layer)
    except CallError as error:
        return unknown(_without_source(report, error))
    axes: list[Json] = [_bins(by_size) for by_size in found]
    return {"layer": layer, "axes": axes}


def _bins(by_size: dict[int, int]) -> Json:
    """A histogram: the first sizes of bars, all as wide, and how many paths each has, as text, exactly."""
    from math import gcd

    if not by_size:
        return {"step": 1, "offsets": [], "counts": []}
    sizes = sorted(by_size)
    apart = gcd(*[size - sizes[0] for size in sizes]) or 1
    step = apart * -(-((sizes[-1] - sizes[0]) // apart + 1) // MOST_BINS)
    bins: dict[int, int] = {}
    for size, many in by_size.items():
        first = sizes[0] + (size - sizes[0]) // step * step
        bins[first] = bins.get(first, 0) + many
    firsts = sorted(bins)
    return {"step": step, "apart": apart, "offsets": firsts, "counts": [str(bins[one]) for one in firsts]}


def erf(report: Report, layer: str | None) -> Json:
    """The effective field of a layer's central output."""
    if layer is None:
        return unknown("the network has no layers")
    try:
        found = answers.erf(report, layer)
    except CallError as error:
        return unknown(_without_source(report, error))
    says = "untrained: what independent random weights give on average"
    return {"layer": layer, "axes": [_profile(one) for one in found], "says": says}


def _profile(profile: Profile) -> Json:
    """A profile, the largest weight 1."""
    step = -(-len(profile.values) // MOST_WEIGHTS)
    added = [sum(profile.values[at : at + step]) for at in range(0, len(profile.values), step)]
    most = max(added) or 1.0
    return {
        "first": profile.first, "step": step, "weights": [round(one / most, 3) for one in added],
        "size": len(profile.values), "effective_size": profile.effective_size,
    }  # fmt: skip


def checks(report: Report) -> object:
    """What `rf check` says."""
    try:
        found = judging.check(report.graph.architecture).diagnostics
    except CallError as error:
        return unknown(_without_source(report, error))
    graph = report.graph
    places: dict[Span, list[int]] = {}
    for at, entry in enumerate(graph.architecture.entries, len(graph.inputs)):
        places.setdefault(entry.node.span, []).append(at)
    return [_said(one, places.get(one.span, [])) for one in found]


def _said(one: Diagnostic, layers: list[int]) -> Json:
    """A problem; an expectation that is missed is an error, what a design rule says a warning."""
    return {
        "code": one.code, "severity": "warning" if one.code.startswith("RF5") else "error", "title": CODES[one.code],
        "message": one.message, "help": str(one.help or ""), "layers": layers[:MOST_NAMED], "line": one.span.line,
    }  # fmt: skip


def _without_source(report: Report, error: Exception) -> str:
    return str(error).removeprefix(f"{report.source}: ")
