"""`rf compute`."""

from __future__ import annotations

import os
from importlib import import_module

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Shared, UsageError
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Mistake, Session, listed
from rfcli.render.formats import FORMATS, TABULAR

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli import Report
    from rfcli.geometry.units import Spacing
    from rfcli.pipeline import InputSizes
    from rfcli.render.view import View


def run(
    networks: tuple[str, ...],
    format: str,
    output: str | None,
    layer: tuple[str, ...],
    outputs: bool,
    depth: int | None,
    columns: str | None,
    origin: str | None,
    mode: str,
    input_size: tuple[str, ...],
    spacing: str | None,
    rate: str | None,
    units: bool,
    wide: bool,
    layers: bool,
    shared: Shared,
) -> int:
    """Computes and prints the receptive field of every layer."""
    session = Session(shared)
    chosen = _columns(columns, format)
    sizes = options.input_sizes(input_size)
    apart = options.spacing(spacing, rate) if spacing is not None or rate is not None else None
    if units and format not in TABULAR:
        raise UsageError(f"--units is for {', '.join(TABULAR)}; {format} has samples, and the extent beside them")
    if wide and (units or format not in TABULAR):
        raise UsageError(
            "--wide prints plain numbers, --units lengths with their unit: give one of them"
            if units
            else f"--wide is for {', '.join(TABULAR)}; {format} has a list for each number"
        )
    if layers and format != "ndjson":
        raise UsageError(f"--layers is for ndjson, a line for each layer; {format} has them all")
    views = _views(session, networks, sizes, origin, mode, (layer, outputs, depth), apart)
    if units and any(view.report.sight.spacing is None for view in views):
        raise UsageError("--units needs how far apart samples are: --spacing 0.8mm, --rate 16000, or spacing in input")
    several = len(networks) > 1 or os.path.isdir(networks[0])
    style = session.style(output).replaced(
        columns=chosen,
        units=units,
        wide=wide,
        by_layer=layers,
        several=several,
        widen="widen it, or choose with --columns",
    )
    if any(view.layers for view in views) or format == "json" or not session.status:
        write(import_module(FORMATS[format]).render(views, style), output)
    return session.ended()


def _columns(given: str | None, format: str) -> tuple[str, ...]:
    if given is None:
        return ()
    if format not in TABULAR:
        raise UsageError(f"--columns is for {', '.join(TABULAR)}; {format} has everything")
    from rfcli.diagnostics import did_you_mean
    from rfcli.render.columns import COLUMNS, NETWORK, SOURCE

    names = tuple(name.strip() for name in given.split(","))
    for name in names:
        if name not in COLUMNS and name not in (NETWORK, SOURCE):
            near = did_you_mean(name, list(COLUMNS), f"there are {', '.join(COLUMNS)}")
            raise UsageError(f"--columns: there is no column '{name}'; {near}")
    return names


def _views(
    session: Session,
    networks: tuple[str, ...],
    sizes: InputSizes,
    origin: str | None,
    mode: str,
    selection: tuple[tuple[str, ...], bool, int | None],
    spacing: Spacing | None,
) -> list[View]:
    """The views of all networks that are right; problems are kept in the session."""
    from rfcli.render.view import selected

    views: list[View] = []
    missed: dict[str, list[str]] = {}
    helps: dict[str, str] = {}
    for report in computed(session, networks, origin=origin, mode=mode, input_size=sizes, spacing=spacing):
        view, without = selected(report, *selection)
        views.append(view)
        for pattern in without:
            missed.setdefault(pattern, []).append(report.source)
            helps[pattern] = _one_by_one(pattern, report) or report.graph.names.near(pattern)
    for pattern, sources in missed.items():
        said = f"--layer: no layer is called '{pattern}'"
        if len(sources) == len(views):
            help = helps[pattern]
            session.mistakes.append(Mistake("", said + (f"; {help}" if help else "")))
        else:
            session.say(f"{listed(sources)}: {said}")
    return views


def _one_by_one(pattern: str, report: Report) -> str:
    """A help where several layers stand in one word."""
    names = [name.strip() for name in pattern.split(",")]
    if len(names) < 2 or not all(name and report.graph.names.number(name) is not None for name in names):
        return ""
    return f"did you mean {' '.join(f'--layer {name}' for name in names)}?"


COMMAND = Command(
    "compute",
    """Compute the receptive field of every layer.

\b
  rf compute resnet_v1_50                      a bundled network
  rf compute net.yaml --layer block4           one layer or scope
  rf compute net.yaml --input-size 321 -f csv  at another input size
  rf compute net.yaml --rate 16000 --units     in milliseconds
  rf compute - -f json < net.yaml | jq .       in a pipeline
  rf compute net.yaml -f csv --wide            size_h, size_w: for data frames
  rf compute torch:model.py:Net --example 1x3x224x224  live code, it is run
  rf compute timm:resnet50 --depth 2 --columns layer,output_size,params,size

size, stride, padding and center are in samples of the input, center is that of output 0. One number stands for all
axes where they agree. An empty cell is unknown; the notes below the table say why. 43* is the size of the local field
of a layer that also sees the whole map, or all of it on one side. The last line has the input and what all layers cost.
""",
    run,
    options.NETWORKS,
    (
        Option(
            "format",
            ("-f", "--format"),
            "Format of the result; where none is given, the ending of --output says it.",
            "table",
            tuple(FORMATS),
        ),
        options.OUTPUT,
        Option("layer", ("--layer",), "Only this layer or scope, by name or glob.", (), metavar="NAME"),
        Option("outputs", ("--outputs",), "Only the network's outputs.", False),
        Option(
            "depth",
            ("--depth",),
            "Fold scopes below this depth, from 1; not what --layer names.",
            metavar="N",
            integer=True,
            least=1,
        ),
        Option(
            "columns",
            ("--columns",),
            "Columns of the table: network, source, layer, type, inputs, output_size, channels, params, macs, flops, "
            "cumulative_params, cumulative_macs, cumulative_flops, size, stride, padding, center, lookback, lookahead, "
            "extent, aligned, uniform, phase_sizes, global, unbounded, through, notes.",
            metavar="A,B,C",
        ),
        options.FROM,
        Option("mode", ("--mode",), "What batch_norm does; training sees the whole map.", "eval", ("eval", "train")),
        options.INPUT_SIZE,
        options.SPACING,
        options.RATE,
        Option("units", ("--units",), "Print lengths in the unit of the spacing: 37.3 ms, 0.4 s.", False),
        Option("wide", ("--wide",), "A column an axis, of plain numbers: size_h, size_w.", False),
        Option("layers", ("--layers",), "With ndjson: a line for each layer.", False),
        *options.READING,
        *options.SPEAKING,
    ),
)
