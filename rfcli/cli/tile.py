"""`rf tile`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.answers import Answers
from rfcli.cli.declarations import Command, Option, Shared, UsageError
from rfcli.cli.networks import loaded, tell_unknown
from rfcli.cli.session import Session


def run(
    network: str,
    tile: str | None,
    image: str | None,
    step: str | None,
    whole_frames: bool,
    fixed: bool,
    ignore_global: bool,
    layer: str | None,
    format: str,
    output: str | None,
    input_size: str | None,
    shared: Shared,
) -> int:
    """Prints how to cut an input into tiles."""
    if fixed and tile is None:
        raise UsageError("--fixed goes with --tile, the length that all tiles have")
    session = Session(shared)
    given = _given(tile, image, input_size, step)
    from rfcli.api.reach import at_image, tiles
    from rfcli.geometry.axes import axis_names
    from rfcli.render import tiles as rendered

    answers = Answers(session, network, output)
    for shown, architecture in loaded(session, [network], telling=False):
        with answers.kept(shown):
            longest, asked, groups = (
                None if lengths is None else lengths.per_axis(architecture.axes) for lengths in given
            )
            report, size = at_image(architecture, asked)
            tell_unknown(session, shown, report.graph.architecture)
            session.fine(shown)
            found = tiles(
                report,
                layer,
                longest,  # type: ignore[arg-type]  # only of the image some may be unknown
                image=size,
                step=groups,  # type: ignore[arg-type]
                whole_frames=whole_frames,
                fixed=fixed,
                ignore_global=ignore_global,
            )
            letters = axis_names(architecture.axes)
            answers.add(shown, rendered.render(report.name, letters, found, format, session.style(output)))
            for note in rendered.notes(letters, found) if format not in rendered.NOTED else ():
                session.say(f"{shown}: {note}")
    answers.write()
    return session.ended()


def _given(tile: str | None, image: str | None, input_size: str | None, step: str | None) -> list[Lengths | None]:
    """The longest tile, the image and the step, as far as they are given. Raises `UsageError`."""
    if image is not None and input_size is not None:
        raise UsageError("--image and --input-size are two words for one size: give one of them")
    whole, size = ("--image", image) if input_size is None else ("--input-size", input_size)
    words = (("--tile", tile), (whole, size), ("--step", step))
    return [None if text is None else Lengths(flag, text, flag == whole) for flag, text in words]


class Lengths:
    """What an option says: one length for all axes, or one for each; `unknown` ones are None."""

    def __init__(self, flag: str, text: str, unknown: bool = False) -> None:
        self.flag, self.text = flag, text
        parts = [None if unknown and part == "none" else part for part in text.lower().split("x")]
        if not all(part is None or _is_length(part) for part in parts):
            none = ", or none for unknown" if unknown else ""
            numbers = text.replace(",", " ").replace("*", " ").strip("()[] ").split()
            meant = f": did you mean {'x'.join(numbers)}?" if len(numbers) > 1 and all(map(_is_length, numbers)) else ""
            takes = f"a number of samples, 512, or one for each axis, 512x256{none}"
            raise UsageError(f"{flag} takes {takes}; is '{text}'{meant}")
        self.lengths = tuple(None if part is None else int(part) for part in parts)

    def per_axis(self, axes: int) -> tuple[int | None, ...]:
        """The length along each axis. Raises `UsageError`."""
        if len(self.lengths) not in (1, axes):
            each = "" if axes == 1 else f", or one for each of {axes} axes"
            raise UsageError(f"{self.flag} takes one number{each}; is '{self.text}'")
        return self.lengths * axes if len(self.lengths) == 1 else self.lengths


def _is_length(text: str) -> bool:
    """Whether a text is a length of at most ten digits."""
    return text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) > 0


COMMAND = Command(
    "tile",
    """Cut an image into tiles whose stitched outputs equal one pass over the whole, exactly.

\b
  rf tile unet                                halo, multiple, smallest tile
  rf tile unet --tile 572 --image 2000x3000   the tiles of an image
  rf tile net.yaml --tile 256x256x64 --image 512x512x128 -f csv
  rf tile codec.yaml --tile 48000 --step 960  outputs in groups of 960
  rf tile net.yaml --tile 512 --fixed         all tiles of just this length

before and after are the halo: outputs c up to d lie in the samples c x stride up to d x stride, and read so many more
before and after these; stride is the samples that the field moves on per output. A decoder's is below 1: with stride
1/256, before 13 and after 13, the outputs 2560 up to 5120 lie in the samples 10 up to 20, as 2600 up to 5100 do, and
read the samples 10 - 13 up to 20 + 13. Tiles start at multiples that keep every layer on its grid; smallest is the
shortest that keeps any outputs. input is what to cut out, valid which outputs of the whole map to keep, both as
start:end. An image whose size does not fit the network is to be padded behind: rf says by how much. Networks that look
at the whole map (global pooling, squeeze-excite, instance normalisation) cannot be cut, nor can an axis that is padded
circularly; --ignore-global tiles what is local, and says what is not exact then.
""",
    run,
    options.NETWORK,
    (
        Option("tile", ("--tile",), "The longest that a tile may be: 512, or 512x256.", metavar="SIZE"),
        Option(
            "image", ("--image",), "Size of the image, or none; the description's input when left out.", metavar="SIZE"
        ),
        Option("step", ("--step",), "Keep outputs in groups of so many: 960, or 8x8.", metavar="N"),
        Option(
            "whole_frames",
            ("--whole-frames",),
            "Keep outputs in the network's own groups: as many as the samples of a multiple make.",
            False,
        ),
        Option(
            "fixed",
            ("--fixed",),
            "Give every tile just the length of --tile; the last ones then overlap more.",
            False,
        ),
        Option(
            "ignore_global",
            ("--ignore-global",),
            "Tile networks that look at the whole map by their local part, which is not exact.",
            False,
        ),
        Option(
            "layer",
            ("--layer",),
            "The layer that is stitched; the first output when left out.",
            metavar="NAME",
        ),
        options.FORMAT,
        options.OUTPUT,
        Option("input_size", ("--input-size",), "The same as --image, as other commands call it.", metavar="SIZE"),
        *options.READING,
        *options.SPEAKING,
    ),
)
