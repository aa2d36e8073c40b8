"""`rf lsp`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, UsageError
from rfcli.cli.settling import at

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.settings.finding import Finder


def run(stdio: bool, config: Finder) -> int:
    """Serves an editor on standard input and output, whether that is said or not."""
    del stdio
    from rfcli.diagnostics import CallError
    from rfcli.extras import needed

    try:
        needed("pygls", "rf lsp", extra="lsp")
    except CallError as error:
        raise UsageError(str(error)) from None
    if config.given is not None:
        at(config, None)
    from rfcli.server.serving import serve

    serve(config)
    return 0


COMMAND = Command(
    "lsp",
    """Serve an editor: fields beside the layers, problems while one types, completion, renaming.

\b
  rf lsp      started by an editor, which speaks to it on standard input

Editors with a client of the language-server protocol run it for YAML and JSON files; schemas/README.md has the set-ups
of several. Files that are no descriptions are left alone. It needs the extra lsp.
""",
    run,
    None,
    (
        Option("stdio", ("--stdio",), "Speak on standard input and output, as always; many editors say so.", False),
        options.CONFIG,
        options.ISOLATED,
    ),
)
