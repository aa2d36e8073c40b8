"""`rf tile`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Shared, UsageError
from rfcli.cli.networks import computed
from rfcli.cli.output import write
from rfcli.cli.session import Session


def run(
    network: str,
    tile: str | None,
    image: str | None,
    layer: str | None,
    format: str,
    output: str | None,
    shared: Shared,
) -> int:
    """Prints how to cut an input into tiles."""
    if tile is None:
        raise UsageError("give --tile N, the longest that a tile may be")
    session = Session(shared)
    sizes = () if image is None else options.input_sizes([image])
    longest = options.input_sizes([tile])
    from rfcli.api import tiles
    from rfcli.geometry.axes import axis_names
    from rfcli.render.tiles import render

    for report in computed(session, [network], input_size=sizes):
        count = len(report.graph.axes)
        given = longest if isinstance(longest, tuple) else (longest,) * count
        most = tuple(n for n in given if isinstance(n, int) and n)
        if not len(most) == len(given) == count:
            each = f", or one for each of {count} axes" if count > 1 else ""
            raise UsageError(f"--tile takes a length{each}, is '{tile}'")
        with session.kept(report.source):
            found = tiles(report, layer if layer is not None else report.outputs[0], most)
            write(render(report.name, axis_names(count), found, format, session.style(output)), output)
    return session.ended()


COMMAND = Command(
    "tile",
    """Cut an image into tiles whose stitched outputs equal one pass over the whole, exactly.

\b
  rf tile unet --tile 572 --image 2000x3000
  rf tile unet_small --tile 512 --image 2000x3000 -f json
  rf tile net.yaml --tile 256x256x64 --image 512x512x128 -f csv

before and after are the halo: outputs c to d read so many samples before c x stride and after d x stride. Tiles start
at multiples that keep every layer on its grid. input is what to cut out, valid which outputs of the whole map to keep,
both as start:end. Networks that look at the whole map (global pooling, squeeze-excite, instance normalisation) cannot
be cut.
""",
    run,
    options.NETWORK,
    (
        Option("tile", ("--tile",), "The longest that a tile may be: 512, or 512x256.", metavar="SIZE"),
        Option("image", ("--image",), "Size of the image; the description's input when left out.", metavar="SIZE"),
        Option(
            "layer",
            ("--layer",),
            "The layer that is stitched; the first output when left out.",
            metavar="NAME",
        ),
        options.FORMAT,
        options.OUTPUT,
        *options.READING,
        *options.SPEAKING,
    ),
)
