"""`rf list`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Option, Shared, UsageError
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.render.formats import RECORDS


def run(words: tuple[str, ...], format: str, output: str | None, color: str, quiet: bool) -> int:
    """Prints the bundled networks whose names hold any of some words; all where there are none. Raises `UsageError`."""
    from rfcli.resources import architectures

    every = list(architectures())
    names = [name for name in every if not words or any(word.lower() in name for word in words)]
    for word in words:
        if not any(word.lower() in name for name in every):
            from rfcli.diagnostics import did_you_mean

            near = did_you_mean(word, every)
            raise UsageError(f"no bundled network's name holds '{word}'" + (f"; {near}" if "did" in near else ""))
    if format == "names":
        write((f"{name}\n" for name in names), output)
        return 0
    from rfcli.api.answers import compare
    from rfcli.render.summaries import listed

    session = Session(Shared(color=color, quiet=quiet))
    summaries = [compare([report])[0][0] for report in computed(session, names)]
    write(listed(summaries, format, session.style(output)), output)
    return session.ended()


COMMAND = Command(
    "list",
    """List the bundled networks.

\b
  rf list
  rf list resnet unet            those whose names hold a word
  rf list -f names | xargs rf compute --outputs

field and stride are those of the last map that is larger than one sample, gflops count a multiplication and an
addition as two, at the input size of the description; top1 is published, see the description for its source.
""",
    run,
    Argument("words", "Only networks whose names hold one of these words.", "[WORD]...", 0),
    (
        Option("format", ("-f", "--format"), "Format of the list.", "table", (*RECORDS, "names")),
        options.OUTPUT,
        options.COLOR,
        options.QUIET,
    ),
)
