"""`rf report`."""

from __future__ import annotations

import os
import re
import sys
import time

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Shared, UsageError
from rfcli.cli.networks import computed, expanded
from rfcli.cli.output import OUR_STDOUT, write
from rfcli.cli.session import Session
from rfcli.diagnostics import printable
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.geometry.units import Spacing
    from rfcli.pipeline import InputSizes

SILENT = 1.0
"""Seconds after which a terminal is told what is worked on."""


class Asked(Value):
    """What the page is asked for."""

    networks: tuple[str, ...]
    output: str | None
    layer: str | None
    image: str | None
    origin: str | None
    sizes: InputSizes
    spacing: Spacing | None
    watch: bool


NO_PAGES = dict.fromkeys((".pdf", ".png", ".svg"), ": rf plot and rf graph draw pictures") | dict.fromkeys(
    (".csv", ".json", ".md", ".tsv"), ": rf compute writes data and Markdown"
)
"""Endings that a page does not have, and what else there is."""


def run(
    networks: tuple[str, ...],
    output: str | None,
    layer: str | None,
    image: str | None,
    watch: bool,
    origin: str | None,
    input_size: tuple[str, ...],
    spacing: str | None,
    rate: str | None,
    shared: Shared,
) -> int:
    """Writes networks as a page."""
    session = Session(shared)
    sizes, apart = options.input_sizes(input_size), options.spacing(spacing, rate)
    asked = Asked(networks, output, layer, image, origin, sizes, apart, watch)
    if output is not None and output != "-":
        ending = os.path.splitext(output)[1].lower()
        if ending in NO_PAGES:
            raise UsageError(f"--output takes a file that ends in .html; is '{output}'{NO_PAGES[ending]}")
        folder = os.path.dirname(output) or "."
        if not os.path.isdir(folder):
            raise UsageError(f"cannot write {output}: there is no folder '{folder}'")
    if not watch:
        written(session, asked)
        return session.ended()
    if output in ("-", *OUR_STDOUT):
        raise UsageError("--watch writes a file anew: give one with -o, not standard output")
    if "-" in networks:
        raise UsageError("--watch looks at files: standard input is read once")
    from rfcli.cli.watching import Watched, watching

    def anew() -> Watched:
        session = Session(shared)
        path = written(session, asked)
        session.ended()
        named = [name for name, _ in expanded(Session(shared.replaced(quiet=True)), networks)]
        return Watched([*named, *session.files, *([image] if image is not None else [])], path)

    watching(anew, session.say)
    return session.status


def written(session: Session, asked: Asked) -> str | None:
    """Writes the page of all networks that are right, and says where; returns where. While watching only where all are.
    Raises `UsageError`."""
    from rfcli.page import page

    reports = []
    found = computed(session, asked.networks, origin=asked.origin, input_size=asked.sizes, spacing=asked.spacing)
    for report in found:
        with session.kept(report.source):
            if asked.layer is not None:
                report.layer(asked.layer)
            reports.append(report)
    if not reports or (asked.watch and session.status):
        return None
    path = asked.output if asked.output is not None else named([report.name for report in reports])
    steps = Steps(session.quiet)
    with session.kept(""):
        text = page(reports, asked.layer, asked.image, asked.watch, steps.step)
        steps.done()
        write([text], path)
        if path not in ("-", *OUR_STDOUT):
            print(path, flush=True)
        return path
    steps.done()
    return None


def named(networks: list[str]) -> str:
    """The name of a page's file: that of its network, in letters that any file may have; `report` for several."""
    plain = re.sub(r"[^\w.+-]+", "_", networks[0]).strip("._-")[:100] if len(networks) == 1 else "report"
    return f"{plain or 'network'}.html"


class Steps:
    """Says on a terminal what is worked on, once that takes a while."""

    def __init__(self, quiet: bool) -> None:
        self.active, self.started, self.shown = not quiet and sys.stderr.isatty(), time.monotonic(), False

    def step(self, what: str) -> None:
        if self.active and time.monotonic() - self.started > SILENT:
            self.shown = True
            print(f"\r\x1b[K{printable(what)[:70]}", end="", file=sys.stderr, flush=True)

    def done(self) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


COMMAND = Command(
    "report",
    """Write networks as a page: one HTML file in which one points at a feature and sees what it sees.

\b
  rf report resnet50                           writes resnet50.html
  rf report net.yaml -o page.html --image cat.jpg
  rf report unet.yaml other.onnx -o both.html  one beside the other
  rf report net.yaml --layer head --input-size 321
  rf report tcn --rate 16000                   lengths in milliseconds as well
  rf report net.yaml --watch                   writes it anew when it is saved

The page shows the graph of layers beside the input. Point at a cell of a layer: its region lights up on the input and
in every layer between. Point at the input: the outputs that see it. A click holds, arrow keys move, the address keeps
where one looks. Below stand the table, the growth of the field, its paths, the effective field of --layer, and what
'rf check' says. Every region is what 'rf locate' says.

The file asks for nothing else, so send it, open it, print it. With --watch it is written anew when a description, or
what it extends, is saved, and the page reads itself anew when its tab is looked at again. A description that is wrong
is told, and the page stays as it was. Ctrl-C ends that.
""",
    run,
    options.NETWORKS,
    (
        Option(
            "output",
            ("-o", "--output"),
            "The file; NETWORK.html in this folder when left out, - for standard output.",
            metavar="FILE",
        ),
        Option(
            "layer", ("--layer",), "The layer or scope to look at first; the last map larger than one sample when left "
            "out.", metavar="NAME",
        ),
        Option("image", ("--image",), "A photograph on the input: a png, jpeg, gif or webp.", metavar="FILE"),
        Option("watch", ("--watch",), "Write the file anew when a description is saved.", False),
        options.FROM,
        options.INPUT_SIZE,
        options.SPACING,
        options.RATE,
        *options.READING,
        *options.SPEAKING,
    ),
)  # fmt: skip
