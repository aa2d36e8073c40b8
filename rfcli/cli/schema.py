"""`rf schema`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command
from rfcli.cli.output import write


def run(schema: str, output: str | None) -> int:
    """Prints a published JSON Schema."""
    from rfcli.resources import schema as path

    schema = "architecture" if schema == "description" else schema

    with open(path(schema), encoding="utf-8") as stream:
        write([stream.read()], output)
    return 0


COMMAND = Command(
    "schema",
    """Print the JSON Schema of descriptions, or of JSON outputs.

\b
  rf schema > architecture.schema.json
  rf schema result            of rf compute -f json
  rf schema difference        of rf diff -f json

An editor with a YAML language server completes and explains descriptions whose first line is
# yaml-language-server: $schema=architecture.schema.json
""",
    run,
    Argument(
        "schema",
        "Which schema: architecture (or description), result or difference.",
        "SCHEMA",
        0,
        True,
        ("architecture", "description", "result", "difference"),
        "architecture",
    ),
    (options.OUTPUT,),
)
