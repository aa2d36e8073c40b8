"""`rf show`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Option, Shared, UsageError
from rfcli.cli.networks import live, loaded, look_at_example, standard_input
from rfcli.cli.output import write
from rfcli.cli.session import Session

SCHEMA_LINE = "# yaml-language-server: $schema=../"
"""Where editors find the schema of a bundled description, from its folder: nowhere else is it right."""


def run(
    network: str,
    expanded: bool,
    output: str | None,
    shared: Shared,
) -> int:
    """Prints a description as it stands, or expanded."""
    session = Session(shared)
    if not expanded and not live(network):
        look_at_example(session, [network])
        return _as_it_stands(session, network, output, shared.set)
    from rfcli.api.networks import described

    for shown, architecture in loaded(session, [network]):
        with session.kept(shown):
            write([described(architecture, flat=expanded)], output)
    return session.ended()


def _as_it_stands(session: Session, network: str, output: str | None, set: tuple[str, ...]) -> int:
    from rfcli.description.nodes import Problems
    from rfcli.description.source import allowed, decode, locate
    from rfcli.description.unfound import near_network

    if set:
        raise UsageError("--set changes what is expanded: add --expanded")
    place, bundled = locate(network)
    problems = Problems()
    try:
        if network == "-":
            data = standard_input(session.limits.bytes)
        else:
            with open(place, "rb") as stream:
                data = stream.read(session.limits.bytes + 1)
    except (OSError, ValueError) as error:
        help = near_network(network) if network != "-" else ""
        session.unread(network, getattr(error, "strerror", None) or str(error), help)
    else:
        if len(data) > session.limits.bytes:
            raise UsageError(
                f"{network} is larger than {session.limits.bytes} bytes; " + session.limits.exceeded("bytes")
            )
        shown = session.shown(network)
        text = decode(data, shown, problems)
        if text is not None and allowed(text, shown, problems):
            text = text if text.endswith("\n") else text + "\n"
            if bundled is not None and text.startswith(SCHEMA_LINE):
                text = text.partition("\n")[2]
            write([text], output)
        else:
            session.failed(shown, tuple(problems))
    return session.ended()


COMMAND = Command(
    "show",
    """Print a description.

\b
  rf show resnet_v1_50
  rf show resnet_v1_50 --expanded > flat.yaml

With --expanded every block, repetition and expression is worked out: the flat list of layers, again a valid
description, with the same names and numbers. Of live code, as timm:resnet50, the description is written that
'rf import' writes.
""",
    run,
    Argument(
        "network", "A description file, a bundled name (see 'rf list'), or - for standard input.", "NETWORK", 1, True
    ),
    (
        Option("expanded", ("--expanded",), "The flat list of layers.", False),
        options.OUTPUT,
        *options.READING,
        *options.SPEAKING,
    ),
)
