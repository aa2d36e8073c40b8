"""Differences of networks: what `rf diff` prints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rfcli import __version__
from rfcli.difference.found import Difference, LayerDifference, row, why
from rfcli.difference.numbers import ADDED, REMOVED, SAME
from rfcli.engine.plain import SCHEMA_VERSION
from rfcli.render.below import scaled
from rfcli.render.columns import cell
from rfcli.render.grid import Grid, markdown, separated, table, wrapped
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rfcli.engine.report import LayerReport, Report
    from rfcli.render.view import Style

COLUMNS = ("size", "stride", "output_size", "channels", "params", "macs")
"""Numbers that tables for people may have, each where it differs somewhere; the size always."""
OPTIONAL = ("macs", "channels", "stride", "output_size", "params", "why")
"""What a narrow terminal does without, first to last."""
AT_OUTPUT = ("size", "stride", "output_size", "channels")
COSTS = ("params", "macs", "flops")
ALWAYS = ("size", "params", "macs", "layers")
"""What the summary has also where it is as before."""
WORDS = ("layer", "change", "why", "what", "network", "type", "layer_before")
ARROW = " -> "
NO_CHANGE = "no change"


class Compared(Value):
    """A difference and what it is called: `net.yaml: HEAD~1 -> working tree`, and in data `net.yaml`."""

    title: str
    name: str
    difference: Difference


class Line(Value):
    """A line of the summary."""

    what: str
    layer: str
    before: object
    after: object


def render(compared: Sequence[Compared], format: str, style: Style, all: bool = False) -> Iterator[str]:
    """Differences in a format; of layers those that differ, or `all`."""
    yield from FORMATS[format](compared, style, all)


# --- for people


def _table(compared: Sequence[Compared], style: Style, all: bool) -> Iterator[str]:
    for number, one in enumerate(compared):
        yield "\n" if number else ""
        if not one.difference.changed and not all:
            yield from (line + "\n" for line in wrapped(f"{one.title}: {NO_CHANGE}", style.width))
            continue
        title = "\n".join(wrapped(one.title, style.width))
        yield f"\x1b[1m{title}\x1b[0m\n\n" if style.color else f"{title}\n\n"
        yield from table(_fitting(one.difference, all, style), style, (), ("change",))
        layers = _shown(one.difference, all)
        if layers:
            yield "\n"
            yield from table(_grid(one.difference, layers, all), style, (), OPTIONAL)
        yield "\n"
        yield from (line + "\n" for line in wrapped(counted(one.difference), style.width))


def _markdown(compared: Sequence[Compared], style: Style, all: bool) -> Iterator[str]:
    """For a pull request: the summary is seen, the layers are folded."""
    for number, one in enumerate(compared):
        yield "\n" if number else ""
        title = one.title.replace("`", "'")
        yield f"### `{title}`\n\n"
        if not one.difference.changed and not all:
            yield f"{NO_CHANGE}\n"
            continue
        yield from markdown(_summary(one.difference, all))
        layers = _shown(one.difference, all)
        if not layers:
            yield f"\n{counted(one.difference)}\n"
            continue
        yield f"\n<details>\n<summary>{counted(one.difference)}</summary>\n\n"
        yield from markdown(_escaped(_grid(one.difference, layers, all)))
        yield "\n</details>\n"


def _escaped(grid: Grid) -> Grid:
    """A grid whose names mean nothing to Markdown."""
    import re

    rows = [[re.sub(r"[\\`*<\[\]]", r"\\\g<0>", text) for text in cells] for cells in grid.rows]
    return grid.replaced(rows=rows)


def _fitting(found: Difference, all: bool, style: Style) -> Grid:
    """The summary, on a terminal that is too narrow for them without the digits of large numbers."""
    grid = _summary(found, all)
    return grid if style.width is None or grid.width <= style.width else _summary(found, all, in_short=True)


def _summary(found: Difference, all: bool, in_short: bool = False) -> Grid:
    """The outputs and the totals, before and after."""
    lines = [*_lines_of_inputs(found), *_lines_of_outputs(found, all), *_lines_of_totals(found, all)]
    rows = [
        [line.what, line.layer, _big(line.before, in_short), _big(line.after, in_short), _step(line.before, line.after)]
        for line in lines
    ]
    return Grid(["what", "layer", "before", "after", "change"], rows, ("what", "layer"))


def _lines_of_inputs(found: Difference) -> Iterator[Line]:
    """Inputs that are others."""
    if found.before is None or found.after is None:
        return
    sides = [{one.name: one for one in report.graph.architecture.inputs} for report in (found.before, found.after)]
    for name in {**sides[0], **sides[1]}:
        one, other = (side.get(name) for side in sides)
        sizes, channels = ([side and getattr(side, key) for side in (one, other)] for key in ("size", "channels"))
        if sizes[0] != sizes[1]:
            yield Line("input size", name, *sizes)
        if channels[0] != channels[1]:
            yield Line("channels", name, *channels)


def _lines_of_outputs(found: Difference, all: bool) -> Iterator[Line]:
    for output in found.outputs:
        before, after = _values(output.before), _values(output.after)
        for name in AT_OUTPUT:
            if all or name in ALWAYS or before.get(name) != after.get(name):
                renamed = output.before is not None and output.before.name != output.name
                was = f" (was {output.before.name})" if renamed and output.before else ""
                yield Line(name, f"{output.name}{was}", before.get(name), after.get(name))


def _lines_of_totals(found: Difference, all: bool) -> Iterator[Line]:
    for name in (*COSTS, "layers"):
        values = [_of_all(report, name) for report in (found.before, found.after)]
        if all or name in ALWAYS or (values[0] != values[1] and name != "flops"):
            yield Line(name, "", *values)


def _of_all(report: Report | None, name: str) -> object:
    if report is None:
        return None
    return len(report.layers) if name == "layers" else getattr(report.total, name)


def _values(layer: LayerReport | None) -> dict[str, object]:
    """The numbers of a layer, exactly."""
    if layer is None:
        return {}
    field = layer.receptive_field
    found: dict[str, object] = {"output_size": layer.output_size, "channels": layer.channels}
    found |= {name: getattr(layer.cost, name) for name in COSTS}
    if field is not None:
        found |= {"size": field.size, "stride": field.stride, "padding": field.padding}
    return found


def _big(value: object, in_short: bool = False) -> str:
    """A number for people: large ones in groups of three, or in three digits."""
    if isinstance(value, int) and not isinstance(value, bool):
        return scaled(value) if in_short else f"{value:,}"
    return cell(value, exact=True)


def _step(before: object, after: object) -> str:
    """How much more it is, or in hundredths where that is many."""
    if isinstance(before, tuple) and isinstance(after, tuple) and len(before) == len(after):
        steps = [_step(one, other) for one, other in zip(before, after, strict=True)]
        if len(set(steps)) == 1:
            return steps[0]
        return "x".join(step or "?" if step or one != other else "0" for step, one, other in
                        zip(steps, before, after, strict=True))  # fmt: skip
    if before == after:
        return ""
    try:
        more = after - before  # type: ignore[operator]
    except TypeError:
        return ""
    if isinstance(before, int) and before >= MANY:
        return f"{float(100 * more / before):+.1f} %"
    text = cell(more, exact=True)
    return text if text.startswith("-") else f"+{text}"


MANY = 1000
"""From here on a change is told in hundredths."""


def counted(found: Difference) -> str:
    """How many layers there are of each change."""
    counts = found.counts
    words = [f"{count} {change}" for change, count in counts.items() if count and change != SAME]
    if not words:
        return "no layer is different"
    same = f", {counts[SAME]} as before" if counts[SAME] else ""
    return f"layers: {', '.join(words)}{same}"


def _shown(found: Difference, all: bool) -> list[LayerDifference]:
    return [one for one in found.layers if all or one.change != SAME]


def _grid(found: Difference, layers: Sequence[LayerDifference], all: bool) -> Grid:
    """The layers in the columns in which something differs."""
    both = [one for one in layers if one.before is not None and one.after is not None]
    differing = {name for one in both for name in one.differs}
    alone = found.before is None or found.after is None
    names = [
        name
        for name in COLUMNS
        if all or name in differing or name == "size" or (alone and name in ("stride", "params"))
    ]
    reasons = [why(one) for one in layers]
    header = ["layer", "change", *names, *(["why"] if any(reasons) else [])]
    rows = []
    for one, reason in zip(layers, reasons, strict=True):
        before, after = _values(one.before), _values(one.after)
        cells = [one.name, one.change, *(_change(one, name, before.get(name), after.get(name)) for name in names)]
        rows.append([*cells, *([reason] if len(header) > len(cells) else [])])
    return Grid(header, rows, WORDS)


def _change(one: LayerDifference, name: str, before: object, after: object) -> str:
    """A number before and after; once where it is as before, or only on one side."""
    texts = [_short(name, value) for value in (before, after)]
    if one.change == ADDED:
        return texts[1]
    if one.change == REMOVED or texts[0] == texts[1]:
        return texts[0]
    return ARROW.join(text or "?" for text in texts)


def _short(name: str, value: object) -> str:
    """A number of a layer: operations in three digits."""
    return scaled(value) if name == "macs" and isinstance(value, int) else cell(value, exact=True)


# --- for programs


def _json(compared: Sequence[Compared], style: Style, all: bool) -> Iterator[str]:
    """One document; each layer stands in a line of its own."""
    import json

    tool = json.dumps({"name": "rf", "version": __version__})
    yield f'{{"schema_version": {SCHEMA_VERSION}, "tool": {tool}, "differences": ['
    for number, one in enumerate(compared):
        found = one.difference.as_json()
        layers = found.pop("layers")
        assert isinstance(layers, list), "it is one"
        yield ("," if number else "") + "\n" + json.dumps(found)[:-1] + ', "layers": ['
        kept = [layer for layer in layers if all or layer["change"] != SAME]
        for at, layer in enumerate(kept):
            yield ("," if at else "") + "\n  " + json.dumps(layer)
        yield "]}"
    yield "\n]}\n" if compared else "]}\n"


def _delimited(delimiter: str) -> Callable[[Sequence[Compared], Style, bool], Iterator[str]]:
    def rows(compared: Sequence[Compared], style: Style, all: bool) -> Iterator[str]:
        header = ["network"] if style.several else []
        header += ["layer", "change", "layer_before", "type", "why"]
        header += [f"{name}_{side}" for name in DATA for side in ("before", "after")]
        found = [
            [_text(values[name]) for name in header]
            for one in compared
            for values in ({**row(layer), "network": one.name} for layer in _shown(one.difference, all))
        ]
        yield from separated(Grid(header, found, WORDS), delimiter)

    return rows


DATA = (
    "size", "stride", "padding", "center", "output_size", "channels", "params", "macs", "flops", "aligned", "uniform",
    "global",
)  # fmt: skip
"""Numbers of a layer that delimited values have."""


def _text(value: object) -> str:
    """A value of data: one number where the axes agree, else 51x37."""
    return cell(tuple(value) if isinstance(value, list) else value, exact=False)


FORMATS: dict[str, Callable[[Sequence[Compared], Style, bool], Iterator[str]]] = {
    "table": _table,
    "json": _json,
    "csv": _delimited(","),
    "tsv": _delimited("\t"),
    "markdown": _markdown,
}
