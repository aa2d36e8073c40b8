"""`rf sweep`."""

from __future__ import annotations

import gc
import os
import re
import sys
import time
from contextlib import closing

from rfcli.cli import INTERRUPTED, options
from rfcli.cli.declarations import Command, Option, Shared, UsageError
from rfcli.cli.networks import look_at_example
from rfcli.cli.output import OUR_STDOUT
from rfcli.cli.session import Session, in_options
from rfcli.diagnostics import CallError, printable
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.cli.sinks import Sink
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Plain
    from rfcli.sweeping.chunks import Sweep
    from rfcli.sweeping.grid import Axis
    from rfcli.sweeping.variations import Description, Model

ENDINGS = {".csv": "csv", ".tsv": "tsv", ".ndjson": "ndjson", ".parquet": "parquet"}
"""Endings of files, and the format that each has."""
FORMATS = ("table", "csv", "tsv", "ndjson")
"""Formats for standard output."""
MOST_VALUES = 1_000_000
"""Values that are written out for one parameter."""


class Output(Value):
    """Where rows go, and how: a format's name; the file, None for standard output."""

    format: str
    path: str | None
    wide: bool


def run(
    networks: tuple[str, ...],
    grid: tuple[str, ...],
    sample: int | None,
    seed: int | None,
    layer: str | None,
    where: str | None,
    jobs: int | None,
    scheduler: str | None,
    format: str,
    output: str | None,
    resume: bool,
    wide: bool,
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Computes and writes a row for each setting."""
    session = Session(shared)
    _look_at(sample, seed, jobs, scheduler)
    to = _output(output, format, wide, resume)
    look_at_example(session, networks)
    found = [one for name in networks if (one := _network(session, name)) is not None]
    if len(found) < len(networks):
        return session.ended()
    axes = _axes(session.limits, grid, session, found)
    from rfcli.sweeping import asking, local
    from rfcli.sweeping.grid import Grid

    try:
        sizes = options.input_sizes(input_size)
        seed = seed or 0
        sweep = asking.sweep_of(
            found, Grid(tuple(axes)), sample=sample, seed=seed, layer=layer, where=where, input_size=sizes
        )
        gc.enable()
        local.collect_seldom()
        sink = _sink(session, sweep, to)
        if to.path is not None:
            sink.open(asking.identity(sweep, sample, seed, {"format": [to.format, to.wide]}), resume)
        return _swept(session, sweep, sink, jobs or local.cores(), scheduler)
    except CallError as error:
        raise UsageError(in_options(error)) from None
    except OSError as error:
        if to.path is None or isinstance(error, BrokenPipeError):
            raise
        raise UsageError(f"cannot write {to.path}: {error.strerror or error}") from None


def _look_at(sample: int | None, seed: int | None, jobs: int | None, scheduler: str | None) -> None:
    """Raises `UsageError` for options that do not go together."""
    if seed is not None and sample is None:
        raise UsageError("--seed goes with --sample, which draws settings by chance")
    if sample is not None and sample < 1:
        raise UsageError(f"--sample takes a number from 1, is {sample}")
    if jobs is not None and jobs < 1:
        raise UsageError(f"-j takes a number of processes from 1, is {jobs}")
    if jobs is not None and scheduler is not None:
        raise UsageError("-j is for processes of this machine, a cluster has the workers that it has: give one of both")


def _output(output: str | None, format: str, wide: bool, resume: bool) -> Output:
    """Where rows go. Raises `UsageError`."""
    if output in (None, "-", *OUR_STDOUT):
        if resume:
            raise UsageError("--resume goes on with a file: name it with -o FILE.csv, FILE.ndjson or FILE.parquet")
        if wide and format in ("table", "ndjson"):
            raise UsageError(f"--wide is for csv, tsv and parquet; {format} has a list where axes differ")
        return Output(format, None, wide)
    assert output is not None, "it is a file"
    ending = os.path.splitext(output)[1].lower()
    if ending not in ENDINGS:
        known = ", ".join(ENDINGS)
        raise UsageError(f"-o {output}: its ending says the format, there is {known}")
    if format not in ("table", ENDINGS[ending]):
        raise UsageError(f"-f {format} contradicts -o {output}, whose ending says {ENDINGS[ending]}")
    if wide and ending == ".ndjson":
        raise UsageError("--wide is for csv, tsv and parquet; ndjson has a list where axes differ")
    if os.path.isdir(output):
        raise UsageError(f"cannot write {output}: it is a folder")
    return Output(ENDINGS[ending], output, wide or ending == ".parquet")


def _network(session: Session, name: str) -> Description | Model | None:
    """One of the networks that the call names; None, with the problems kept, where it is wrong."""
    from rfcli.cli.networks import live, standard_input
    from rfcli.description.source import Unreadable
    from rfcli.pipeline import Loading
    from rfcli.sweeping import asking
    from rfcli.sweeping.variations import read

    shown = session.shown(name)
    with session.kept(shown):
        try:
            if os.path.isdir(name):
                raise Unreadable("it is a folder, a sweep takes descriptions one by one")
            if live(name):
                help = f"rf import '{name}' -o net.yaml writes a description: give what is to vary a name there"
                raise Unreadable("a sweep varies parameters of a description, and live code has none", help=help)
            loading = Loading(session.limits, None, session.settings)
            if name == "-":
                data = standard_input(session.limits.bytes)
                return read(loading, loading.read_text(data, shown), data)
            return asking.of_file(loading, name)
        except Unreadable as error:
            session.unread(name, error.why, error.help)
    return None


_NUMBER = r"(-?[0-9]{1,18}(?:\.[0-9]{1,18})?)"
_RANGE = re.compile(f"{_NUMBER}:{_NUMBER}(?::{_NUMBER})?")


def _axes(
    limits: Limits, given: Sequence[str], session: Session, networks: Sequence[Description | Model]
) -> list[Axis]:
    """The parameters of `--grid NAME=VALUES`. Raises `UsageError`."""
    from rfcli.sweeping.grid import Axis

    if not given:
        known = list(dict.fromkeys(name for network in networks for name in network.parameters))
        has = f"; the parameters are {', '.join(known)}" if known else ""
        raise UsageError(f"say what to vary: --grid NAME=3,5,7 or NAME=2:12{has}")
    found: dict[str, Axis] = {}
    for word in given:
        name, equals, text = (part.strip() for part in word.partition("="))
        if not equals or not name:
            raise UsageError(f"--grid takes NAME=VALUES, as kernel=3,5,7 or depth=2:12, is '{word}'")
        if name in found:
            raise UsageError(f"--grid {name} is given twice: give all its values at once, {name}=3,5,7")
        if name in session.settings:
            raise UsageError(f"--grid {name} and --set {name}: either it varies or it is set")
        found[name] = Axis(name, _values(name, text, limits))
    return list(found.values())


def _values(name: str, text: str, limits: Limits) -> Sequence[Plain]:
    """The values in a text: as in YAML between commas, and ranges. Raises `UsageError`."""
    from rfcli.description.nodes import Problems
    from rfcli.description.source import YAML, read_text
    from rfcli.sweeping.asking import once

    if not text:
        raise UsageError(f"--grid {name}= has no values: give some, {name}=3,5,7 or {name}=2:12")
    problems = Problems()
    node = read_text(f"[{text}]", f"--grid {name}", limits, problems, YAML)
    if problems or node is None or type(node.value) is not list:
        said = problems[0].message if problems else "it is no list of values"
        raise UsageError(f"--grid {name}={text}: {said}")
    parts = node.plain()
    ranges = [_range(name, part) if type(part) is str else None for part in parts]
    if len(parts) == 1 and ranges[0] is not None:
        return ranges[0]
    values: list[Plain] = []
    for part, counted_up in zip(parts, ranges, strict=True):
        if type(part) is dict:
            raise UsageError(f"--grid {name}: a value is a scalar or a list, not a mapping")
        if counted_up is not None and len(counted_up) > MOST_VALUES:
            raise UsageError(
                f"--grid {name}: {part} has {len(counted_up):,} values, beside others at most {MOST_VALUES:,}"
            )
        values += [part] if counted_up is None else counted_up
    if not values:
        raise UsageError(f"--grid {name}={text} has no values: give some, {name}=3,5,7 or {name}=2:12")
    return once(values)


def _range(name: str, text: str) -> Sequence[Plain] | None:
    """The values of 2:12, both ends included, of 2:12:2, of 0.25:1:0.25; None for another text. Raises `UsageError`."""
    from decimal import Decimal

    read = _RANGE.fullmatch(text)
    if read is None and ":" in text and re.fullmatch("[-+.:0-9eE]+", text):
        raise UsageError(f"--grid {name}: a range is 2:12 or 2:12:2, of plain numbers, is '{text}'")
    if read is None:
        return None
    first, last, step = (Decimal(part) for part in (read[1], read[2], read[3] or "1"))
    if not step or (last - first) * step < 0:
        help = f"{text} counts down: write {read[1]}:{read[2]}:-1" if step > 0 else f"{text} never gets there"
        raise UsageError(f"--grid {name}: a range without values ({help})")
    count = int((last - first) // step) + 1
    if not any("." in (part or "") for part in read.groups()):
        return range(int(first), int(first) + count * int(step), int(step))
    if count > MOST_VALUES:
        raise UsageError(f"--grid {name}: {text} has {count:,} values, of decimals there may be {MOST_VALUES:,}")
    values = [first + at * step for at in range(count)]
    return [int(one) if one == one.to_integral_value() else float(one) for one in values]


def _sink(session: Session, sweep: Sweep, to: Output) -> Sink:
    """What takes the rows."""
    from rfcli.cli.sinks import sink

    return sink(sweep, to.format, to.path, to.wide, session.style(to.path))


def _swept(session: Session, sweep: Sweep, sink: Sink, jobs: int, scheduler: str | None) -> int:
    """Computes all that is not done; returns the exit status. Raises `CallError`."""
    from rfcli.sweeping import asking

    progress = _Progress(sweep.total, sink.done, session.quiet)
    before = sink.done
    if before == sweep.total and sink.resumable:
        session.say("it is whole already")
    elif before:
        session.say(f"going on after {before:,} of {_counted(sweep.total, 'setting')}")
    try:
        with closing(asking.chunks(sweep, before, jobs, scheduler)) as found:
            for chunk in found:
                sink.add(chunk)
                progress.show(sink.done, sink.rows)
        progress.hide()
        sink.finish()
    except KeyboardInterrupt:
        progress.hide()
        sink.close()
        return _interrupted(sweep, sink)
    except CallError as error:
        progress.hide()
        sink.close()
        left = f" ({sink.done:,} of {sweep.total:,} settings are done: --resume goes on)" if sink.resumable else ""
        raise CallError(f"{error}{left}") from None
    said = [_counted(sweep.total, "setting"), _counted(sink.rows, "row")]
    if sweep.asked.where is not None:
        said.append(f"{sweep.total - sink.rows:,} left out by --where")
    if sink.wrong:
        said.append(f"{sink.wrong:,} with problems")
    session.say(", ".join(said) + (f" ({progress.seconds:.2f} s)" if session.verbose else ""))
    if sink.wrong == sweep.total:
        print(f"rf: no setting is right: {printable(sink.problem)}", file=sys.stderr)
        return 1
    return session.ended()


def _interrupted(sweep: Sweep, sink: Sink) -> int:
    """Tells how far an interrupted sweep is, and what goes on with it."""
    goes_on = "; the same call with --resume goes on" if sink.resumable else "; with -o FILE it can be resumed"
    print(f"rf sweep: interrupted after {sink.done:,} of {_counted(sweep.total, 'setting')}{goes_on}", file=sys.stderr)
    return INTERRUPTED


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" + ("" if count == 1 else "s")


class _Progress:
    """Shows on a terminal how far a sweep is, and how long it may still take."""

    EVERY = 0.5

    def __init__(self, total: int, done: int, quiet: bool) -> None:
        self.total, self.before, self.started = total, done, time.monotonic()
        self.active = not quiet and sys.stderr.isatty()
        self.last, self.shown = self.started, False

    @property
    def seconds(self) -> float:
        """Seconds since it began."""
        return time.monotonic() - self.started

    def show(self, done: int, rows: int) -> None:
        """Shows how far it is now."""
        now = time.monotonic()
        if not self.active or now - self.last < self.EVERY:
            return
        self.last, self.shown = now, True
        rate = (done - self.before) / max(now - self.started, 1e-6)
        left = (self.total - done) / max(rate, 1e-6)
        text = f"{done:,} of {self.total:,} settings, {rows:,} rows, {rate:,.0f} a second, {_duration(left)} left"
        print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def hide(self) -> None:
        """Takes away what is shown."""
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _duration(seconds: float) -> str:
    if seconds < 100:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 6000 else f"{seconds / 3600:.1f} h"


COMMAND = Command(
    "sweep",
    """Compute a row for each setting of a description's parameters.

\b
  rf sweep tcn --grid kernel=3,5,7 --grid levels=2:8        all 21 settings
  rf sweep tcn --grid kernel=3:15:2 --where "size >= 1000"  only some rows
  rf sweep net.yaml --grid width=0.25:1:0.25 -o widths.csv  0.25, 0.5, 0.75, 1
  rf sweep net.yaml --grid units=[2,2],[3,4] -f csv         lists
  rf sweep nas_bench_201 --grid edge_01=none,skip_connect --layer stage_1
  rf sweep net.yaml --grid k=1:99 --grid depth=1:999 --sample 500 --seed 7
  rf sweep net.yaml --grid k=1:99 --grid depth=1:999 -o all.parquet --resume
  rf sweep net.yaml --grid k=1:99 --scheduler tcp://10.0.0.5:8786 -o all.csv

A row has the setting, the layer's size, stride, padding and output_size (one number where the axes agree), and params,
macs and flops of the whole network. What is wrong for a setting stands in its column problems, and what is not known
has its reason in notes. The last parameter changes fastest; several networks follow one another.

With -o the rows of each chunk are on disk before the next one, and FILE.sweep.json beside it tells how far it is:
whenever the sweep ends, --resume goes on, without a lost or doubled row, and refuses the file of another sweep. A
parquet file is made at the end, of the rows in FILE.parquet.part; it needs pyarrow, as --scheduler needs dask. The rows
are the same, in the same order, by one process, by several, and on a cluster.
""",
    run,
    options.NETWORKS_ONE_BY_ONE,
    (
        Option(
            "grid",
            ("--grid",),
            "A parameter and its values: k=3,5,7, or depth=2:12 with both ends, or 0.25:1:0.25.",
            (),
            metavar="NAME=VALUES",
        ),
        Option("sample", ("--sample",), "Only so many settings, by chance.", metavar="N", scaled=True),
        Option(
            "seed",
            ("--seed",),
            "Another sample, which is the same for the same seed; 0 when left out.",
            metavar="N",
            integer=True,
        ),
        options.LAYER,
        Option(
            "where",
            ("--where",),
            'Only rows for which this holds: "size >= 101 and params < 2000000".',
            metavar="CONDITION",
        ),
        Option("jobs", ("-j",), "Processes; as many as there are cores when left out.", metavar="N", integer=True),
        Option("format", ("-f", "--format"), "Format on standard output.", "table", FORMATS),
        Option(
            "scheduler",
            ("--scheduler",),
            "Let the workers of a dask cluster compute: its scheduler's address.",
            metavar="ADDRESS",
        ),
        Option("output", ("-o", "--output"), "Write to a file: .csv, .tsv, .ndjson or .parquet.", metavar="FILE"),
        Option("wide", ("--wide",), "A column an axis, of plain numbers: size_h, size_w.", False),
        Option("resume", ("--resume",), "Go on with what -o FILE has.", False),
        options.INPUT_SIZE,
        *options.READING,
        *options.SPEAKING,
    ),
)
