"""`rf import`."""

from __future__ import annotations

import os

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Option, Shared, UsageError
from rfcli.cli.networks import live, loaded
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.description.limits import Limits
from rfcli.diagnostics import counted


def run(
    model: str,
    flat: bool,
    name: str | None,
    output: str | None,
    shared: Shared,
) -> int:
    """Writes a model of another tool as a description."""
    session = Session(shared)
    from rfcli.api.networks import described
    from rfcli.description.names import valid_name
    from rfcli.pipeline import MOST_FOLDED

    if name is not None and not valid_name(name):
        raise UsageError(f"--name: '{name}' holds characters that names may not hold")
    if os.path.isdir(model):
        raise UsageError(f"{model} is a directory: one model at a time")
    for shown, architecture in loaded(session, [model]):
        called = shown if live(model) else os.path.basename(shown)
        source = {} if shown == "<stdin>" else {"reference": f"imported from {called}"}
        about = {**source, **architecture.about}
        named = architecture.replaced(name=name or architecture.name, about=about)
        with session.kept(shown):
            text = described(named, flat=flat)
            layers = len(architecture.entries)
            if layers > MOST_FOLDED and not flat:
                session.say(f"{shown}: {layers} layers, more than {MOST_FOLDED}, are written flat")
            write([text], output)
            _remarks(session, text, layers, output)
    return session.ended()


def _remarks(session: Session, text: str, layers: int, output: str | None) -> None:
    """Says which limits have to be raised to read a long description and, with --verbose, what was written."""
    usual = Limits()
    needed = {"bytes": len(text.encode("utf-8", "replace")), "nodes": 2 * text.count(": ") + 2 * text.count(", ")}
    raised = [f"--limit {name}={count}" for name, count in needed.items() if count > getattr(usual, name)]
    where = output or "<stdout>"
    if raised:
        session.say(f"{where}: to be read with {' '.join(raised)}")
    if session.verbose:
        session.say(f"{where}: {counted(layers, 'layer')} in {counted(text.count(chr(10)), 'line')}")


COMMAND = Command(
    "import",
    """Write a model of another tool as a description.

\b
  rf import model.onnx -o net.yaml
  rf import yolov3.cfg --name yolov3 | rf compute -
  rf import model.onnx --flat

All commands read such models themselves; a description is what you can keep, change and hold to promises. It computes
the same: every layer has its name, and what 'rf compute' prints of it is equal. Scopes are written as sequences, and
what is repeated as blocks; with --flat each layer is a line of its own. An operation that is not known is told, and
written as 'custom' with 'unknown'. A description is written anew, without comments and expectations.
""",
    run,
    Argument("model", "A model file, or - for standard input.", "FILE", 1, True),
    (
        Option("flat", ("--flat",), "A line for each layer, no blocks.", False),
        Option("name", ("--name",), "Name of the network; the model's or the file's when left out.", metavar="NAME"),
        options.OUTPUT,
        *options.READING,
        *options.SPEAKING,
    ),
)
