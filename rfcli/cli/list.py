"""`rf list`."""

from __future__ import annotations

from importlib import import_module

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option
from rfcli.cli.streams import write

FORMATS = ("table", "json", "names")


def run(format: str, output: str | None) -> int:
    """Prints the bundled networks."""
    from rfcli.resources import architectures

    if format == "names":
        write((f"{name}\n" for name in architectures()), output)
    else:
        write(import_module("rfcli.render.listing").render(architectures(), format), output)
    return 0


COMMAND = Command(
    "list",
    """List the bundled networks.

\b
  rf list
  rf list -f names | xargs rf compute --outputs

field and stride are those of the deepest layer that has a local field, gflops count a multiplication and an addition
as two.
""",
    run,
    None,
    (Option("format", ("-f", "--format"), "Format of the list.", "table", FORMATS), options.OUTPUT),
)
