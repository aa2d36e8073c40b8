"""`rf graph`."""

from __future__ import annotations

import os

from rfcli.cli import options
from rfcli.cli.answers import refuse_folder
from rfcli.cli.declarations import Command, Option, Shared, UsageError
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.render.diagram import COLORS, FORMATS

ENDINGS = {".mmd": "mermaid", ".mermaid": "mermaid", ".dot": "dot", ".gv": "dot", ".svg": "svg", ".json": "json"}
"""Formats by the ending of the file that is written."""

COLOR = Option(
    "color",
    ("--color",),
    "Color nodes by a number; or, of messages, when: auto is on for terminals.",
    "auto",
    (*COLORS, *options.COLOR.choices),
)


def run(
    network: str,
    format: str,
    depth: int | None,
    output: str | None,
    origin: str | None,
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Draws a network as a diagram."""
    by = shared.color if shared.color in COLORS else None
    session = Session(shared.replaced(color="auto") if by else shared)
    if format == "auto":
        format = _by_ending(output)
    refuse_folder(network, "a diagram")
    from rfcli.render.diagram import diagram

    for report in computed(session, [network], origin=origin, input_size=options.input_sizes(input_size)):
        with session.kept(report.source):
            text = diagram(report, format, depth, by)
            write([text], output)
            if format == "mermaid":
                _warn(session, text, depth)
    return session.ended()


def _by_ending(output: str | None) -> str:
    """The format that the ending of a file says, Mermaid where there is none. Raises `UsageError` for another."""
    ending = os.path.splitext(output or "")[1].lower()
    if ending not in ("", ".md", ".txt", *ENDINGS):
        raise UsageError(f"--output takes a file that ends in {', '.join(ENDINGS)}, or --format as well; is '{output}'")
    return ENDINGS.get(ending, "mermaid")


def _warn(session: Session, text: str, depth: int | None) -> None:
    """Says where a diagram is more than Mermaid draws."""
    from rfcli.render.diagram.mermaid import MOST_EDGES, MOST_TEXT

    arrows = text.count(" --> ")
    if len(text) > MOST_TEXT or arrows > MOST_EDGES:
        mend = "fold it with --depth 1, or use -f svg" if depth is None or depth > 1 else "use -f svg or -f dot"
        session.say(
            f"{arrows} arrows, {len(text)} characters: GitHub draws Mermaid up to {MOST_EDGES} and {MOST_TEXT}; {mend}"
        )


COMMAND = Command(
    "graph",
    """Draw a network: its layers in boxes of scopes, each with its receptive field.

\b
  rf graph unet_small -o unet.svg              a picture
  rf graph net.yaml --depth 1                  Mermaid, for a README on GitHub
  rf graph resnet50 -f dot | dot -Tpdf > r.pdf  with Graphviz
  rf graph densenet121 --color size -o d.svg   colored by field size

What a norm or an activation follows shares its node; repeated blocks stand once, "x 4", with the fields of the first
and the last. The ending of FILE says the format: svg, dot, gv, mmd or json; without one it is Mermaid.
""",
    run,
    options.NETWORK,
    (
        Option(
            "format",
            ("-f", "--format"),
            "Format of the diagram; auto goes by the ending of FILE.",
            "auto",
            ("auto", *FORMATS),
        ),
        Option("depth", ("--depth",), "Fold scopes below this depth, from 1.", metavar="N", integer=True, least=1),
        COLOR,
        options.OUTPUT,
        options.FROM,
        options.INPUT_SIZE,
        *options.READING,
        *(option for option in options.SPEAKING if option is not options.COLOR),
    ),
)
