"""`rf locate`."""

from __future__ import annotations

import sys
from functools import cache

from rfcli.cli import options
from rfcli.cli.declarations import Command, Option, Question, UsageError
from rfcli.cli.networks import answered, beside
from rfcli.diagnostics import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from rfcli import Locator, Report
    from rfcli.render.answer import Answer
    from rfcli.render.places import Support
    from rfcli.render.view import Style


def run(question: Question, at: tuple[str, ...], all: bool, covers: str | None, support: bool) -> int:
    """Prints where outputs lie in the input."""
    if [bool(at), all, covers is not None].count(True) != 1:
        raise UsageError("give one of --at Y,X, --all and --covers Y,X, and --layer NAME for another layer")
    if support and not at:
        raise UsageError("--support is for --at, the outputs whose samples are shown")
    from rfcli.api.answers import located

    @cache
    def words() -> list[tuple[str, str]]:  # standard input is read once, whatever a folder holds
        return [word for one in at for word in (_from_stdin() if one == "-" else [("--at", one)])]

    def places(report: Report, layer: str, format: str, style: Style) -> Answer:
        return _rendered(located(report, layer), words, all, covers, support, format, style)

    if support and question.format != "json":
        question = question.replaced(format="table")  # strips of samples
    return answered(question, places, beside, titled=False)


def _rendered(
    locator: Locator,
    words: Callable[[], list[tuple[str, str]]],
    all: bool,
    covers: str | None,
    support: bool,
    format: str,
    style: Style,
) -> Answer:
    from rfcli.geometry.axes import axis_names
    from rfcli.render import places

    name, letters = locator.report.name, "".join(axis_names(len(locator.axes)))
    layer, around = locator.layer, [locator.goes_around(axis) for axis in locator.axes]
    if all:
        regions = [locator.regions(axis) for axis in locator.axes]
        runs = [locator.runs(axis) if around[axis] else None for axis in locator.axes]
        return places.all_outputs(name, layer, regions, runs, letters, format, style)
    if covers is not None:
        position = _position(
            "--covers", covers, [locator.size(locator.origin, axis) for axis in locator.axes], "samples"
        )
        seen = locator.covering(position), locator.readers(position)
        points = locator.seeing(position)
        return places.covering(name, layer, position, *seen, around, letters, format, style, points)
    sizes = [locator.output_size(axis) for axis in locator.axes]
    found = [_position(flag, word, sizes, "outputs") for flag, word in words()]
    if support:
        return places.supports(name, layer, [_support(locator, at) for at in found], letters, format)
    return places.outputs(name, layer, [locator.at(at) for at in found], around, letters, format, style)


def _support(locator: Locator, at: list[int]) -> Support:
    """What an output really reads."""
    from rfcli.render.places import Support

    read = locator.read_at(at)
    sizes = [locator.span(axis, o, samples) for axis, (o, samples) in enumerate(zip(at, read, strict=True))]
    return Support(locator.at(at), list(map(list, read)), sizes, locator.points(at))


def _from_stdin() -> Iterator[tuple[str, str]]:
    """Positions, one in a line, y,x, each with where it stands; a first line without digits is a header. Raises
    `UsageError`."""
    if sys.stdin is None:
        raise UsageError("standard input, from which --at - reads, is closed")
    for number, line in enumerate(sys.stdin):
        word = line.strip()
        if word and not (number == 0 and not any(c.isdigit() for c in word)):
            yield f"--at -, line {number + 1},", word


def _position(flag: str, text: str, sizes: list[int], what: str) -> list[int]:
    """A position inside a map, as an option names it. Raises `UsageError`."""
    parts = [part.strip() for part in text.replace(";", ",").split(",")]
    if len(parts) != len(sizes) or not all(part.isascii() and part.isdecimal() and len(part) < 16 for part in parts):
        axes = "Z,Y,X"[-2 * len(sizes) + 1 :]
        parts = text.lower().replace("x", " ").strip("()[] ").split()
        meant = (
            f": did you mean {','.join(parts)}?" if len(parts) == len(sizes) and all(map(str.isdecimal, parts)) else ""
        )
        raise UsageError(f"{flag} takes a position, {axes}; is '{printable(text)[:40]}'{meant}")
    found = [int(part) for part in parts]
    if any(i >= n for i, n in zip(found, sizes, strict=True)):
        raise UsageError(f"{flag}: there are {'x'.join(map(str, sizes))} {what}, counted from 0: no {text}")
    return found


COMMAND = Command(
    "locate",
    """Locate outputs in the input: the exact samples behind a feature, and the features that see a sample.

\b
  rf locate resnet50 --layer layer4 --at 3,3              one output
  rf locate net.yaml --layer head --all -f json           all, clipped
  rf locate net.yaml --layer head --covers 120,80         what sees a sample
  rf locate net.yaml --layer head --at - -f csv < points  lines y,x
  rf locate net.yaml --layer head --at 3,3 --support      what is really read

region is what an output covers on the unbounded map, clipped what is left of it on the map: a tap in any layer's
padding of zeros reads nothing, one in mirrored or repeated padding the sample that stands there. First and last sample
are both inside. Circular padding reads the other side of the map: clipped leaves that out, runs has all that is read,
both sides and without holes. With --covers, first and last are the outputs on this side, runs all that read the sample.

Behind kernels with a mask (PixelCNN), or merges of a wide and a tall kernel, an output need not read all of that box:
--support then draws and counts what it reads, and --covers counts the outputs of its ranges that see the sample.
Behind masks --all joins the outputs of a row, or column.
""",
    run,
    options.NETWORK,
    (
        options.LAYER,
        Option("at", ("--at",), "An output, y,x; - reads one from each line of standard input.", (), metavar="Y,X"),
        Option("all", ("--all",), "Every output along every axis.", False),
        Option("covers", ("--covers",), "The outputs whose clipped region holds this sample.", metavar="Y,X"),
        Option("support", ("--support",), "With --at: which samples are read, as a strip.", False),
        options.FORMAT,
        options.OUTPUT,
        options.FROM,
        *options.ANSWER,
    ),
)
