"""`rf sizes`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.answers import Answers
from rfcli.cli.declarations import Command, Option, Shared
from rfcli.cli.networks import at_size, loaded, tell_unknown
from rfcli.cli.session import Session


def run(
    network: str,
    near: tuple[str, ...],
    aligned: bool,
    format: str,
    output: str | None,
    input_size: tuple[str, ...],
    shared: Shared,
) -> int:
    """Prints which input sizes a network takes, or each below a folder."""
    session = Session(shared)
    asked, given = options.input_sizes(near, "--near"), options.input_sizes(input_size)
    from rfcli.api.reach import sizes
    from rfcli.render.sizes import render

    answers = Answers(session, network, output)
    for shown, architecture in loaded(session, [network], telling=False):
        with answers.kept(shown):
            tell_unknown(session, shown, at_size(architecture, given))
            found = sizes(architecture, near=asked, aligned=aligned, input_size=given)
            session.fine(shown)
            answers.add(shown, render(architecture.name, found, format, session.style(output)))
    answers.write()
    return session.ended()


COMMAND = Command(
    "sizes",
    """Tell which input sizes a network takes: exactly, along each axis.

\b
  rf sizes unet_small                   multiples of 8
  rf sizes unet_small --near 1080x1920  the next that fit, below and above
  rf sizes unet_3d --aligned            where no merge is off centre
  rf sizes model.onnx -f json

A size fits where it is not smaller than smallest and its remainder by period is one of residues: with period 8 and
residue 0, the multiples of 8. Where nothing repeats, as in a network that takes one size only, period is empty and
residues are all the sizes that fit. near is the size of --near, or the network's own; below and above are the next
ones that fit on both sides of it. A model with weights is asked for the sizes that these fit, a description for those
at which its layers fit together. Of several inputs those of one size are resized together; the others keep theirs.
""",
    run,
    options.NETWORK,
    (
        Option(
            "near",
            ("--near",),
            "Look around this size, the network's own when left out: 1080x1920, or 512; NAME=SIZE for one of several.",
            (),
            metavar="SIZE",
            named=True,
        ),
        Option(
            "aligned",
            ("--aligned",),
            "Only sizes at which no merge is off centre (RF501) and no crop like another layer is uneven.",
            False,
        ),
        options.FORMAT,
        options.OUTPUT,
        *options.ANSWER,
    ),
)
