"""`rf plot`."""

from __future__ import annotations

import os
import re
from functools import partial

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Drawing, Option, Shared, UsageError
from rfcli.cli.erf import INITS, MOST_NETWORKS, NONLINEARITIES, refuse_sampling
from rfcli.cli.networks import computed, loaded
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.cli.tile import Lengths
from rfcli.diagnostics import CallError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from matplotlib.axes import Axes

    from rfcli import Architecture, Report
    from rfcli.geometry.units import Spacing
    from rfcli.pipeline import InputSizes

KINDS = ("region", "growth", "paths", "erf", "tiles", "accuracy", "compare")
TOGETHER = ("accuracy", "compare")
"""Kinds that set all networks side by side in one picture; the others make one for each."""
OF = {
    "at": ("region",),
    "covers": ("region",),
    "image": ("region", "tiles"),
    "tile": ("tiles",),
    "ignore_global": ("tiles",),
    "accuracy": ("accuracy",),
    "sample": ("erf",),
    "nonlinearity": ("erf",),
    "init": ("erf",),
    "weights": ("erf",),
    "seed": ("erf",),
    "origin": tuple(kind for kind in KINDS if kind != "tiles"),
    "spacing": tuple(kind for kind in KINDS if kind != "accuracy"),
    "rate": tuple(kind for kind in KINDS if kind != "accuracy"),
}
"""Options that some kinds have: another kind refuses them."""
NARROWEST, USUAL, WIDEST = 40, 160, 1000
"""Widths of pictures in millimetres."""


class Picture(Value):
    """What is to be drawn: by what, its height as a share of its width, and the network that names its file."""

    draw: Callable[[Axes], Axes]
    aspect: float
    network: str


def run(kind: str, networks: tuple[str, ...], drawing: Drawing, shared: Shared) -> int:
    """Draws networks."""
    session = Session(shared)
    for option in COMMAND.options:
        kinds = OF.get(option.name, KINDS)
        if kind not in kinds and getattr(drawing, option.name) != option.default:
            listed = kinds[0] if len(kinds) == 1 else f"{', '.join(kinds[:-1])} and {kinds[-1]}"
            raise UsageError(f"{option.flags[-1]} is for {listed}, not for {kind}")
    if drawing.at is not None and drawing.covers is not None:
        raise UsageError("give one of --at and --covers")
    if len(drawing.layer) > 1 and kind not in ("region", "erf"):
        raise UsageError(f"several --layer are for region and erf, {kind} takes one")
    measured = drawing.sample is not None or drawing.weights is not None
    if not measured:
        refuse_sampling(drawing.nonlinearity, drawing.init, drawing.seed)
    if drawing.weights is not None and drawing.init != INITS[0]:
        raise UsageError("--init is for random weights, --weights gives them: give one of them")
    ending = _ending(drawing.output)
    if drawing.output is not None and kind not in TOGETHER and (len(networks) > 1 or os.path.isdir(networks[0])):
        raise UsageError(f"-o is for one picture: {kind} makes one for each network, NETWORK-{kind}.png")
    sizes = options.input_sizes(drawing.input_size)
    apart = options.spacing(drawing.spacing, drawing.rate) if drawing.spacing or drawing.rate else None
    from rfcli.plot import canvas

    try:
        canvas.library()
    except CallError as error:
        raise UsageError(str(error)) from None
    made = _together if kind in TOGETHER else _each
    taken: set[str] = set()
    for source, picture in made(session, kind, networks, drawing, sizes, apart):
        with session.kept(source):
            data = canvas.drawn(picture.draw, picture.aspect, ending, drawing.style, float(drawing.width or USUAL))
            path = drawing.output if drawing.output is not None else _free(_named(picture.network, kind), taken)
            taken.add(path)
            write(data, path)
            print(path)
    return session.ended()


def _ending(output: str | None) -> str:
    """What a picture is written as. Raises `UsageError`."""
    from rfcli.plot.canvas import ENDINGS

    if output is None:
        return "png"
    ending = os.path.splitext(output)[1].lower().removeprefix(".")
    if ending not in ENDINGS:
        listed = ", ".join(f".{one}" for one in ENDINGS)
        raise UsageError(f"--output takes a file that ends in {listed}; is '{output}'")
    folder = os.path.dirname(output) or "."
    if not os.path.isdir(folder):
        raise UsageError(f"cannot write {output}: there is no folder '{folder}'")
    return ending


def _named(network: str, kind: str) -> str:
    """The name of a picture's file: that of the network, in letters that any file may have, and the kind."""
    plain = re.sub(r"[^\w.+-]+", "_", network).strip("._-")[:100]
    return f"{plain or 'network'}-{kind}.png"


def _free(path: str, taken: set[str]) -> str:
    """A path that this call has not written: networks may share a name."""
    stem, number, found = path.removesuffix(".png"), 1, path
    while found in taken:
        number += 1
        found = f"{stem}-{number}.png"
    return found


def _together(
    session: Session, kind: str, networks: tuple[str, ...], drawing: Drawing, sizes: InputSizes, apart: Spacing | None
) -> Iterator[tuple[str, Picture]]:
    """One picture of all networks."""
    from importlib import import_module

    module = import_module(f"rfcli.plot.kinds.{kind}")
    layer = drawing.layer[0] if drawing.layer else None
    more = {"accuracy": drawing.accuracy} if kind == "accuracy" else {}
    reports: list[Report] = []
    for report in computed(session, networks, origin=drawing.origin, input_size=sizes, spacing=apart):
        with session.kept(report.source):
            if layer is not None:
                report.layer(layer)
            reports.append(report)
    if reports:
        with session.kept("" if len(reports) > 1 else reports[0].source):
            found = module.data(reports, layer, **more)
            yield "", Picture(partial(_drawn, module.draw, found), module.ASPECT, reports[0].name)


def _each(
    session: Session, kind: str, networks: tuple[str, ...], drawing: Drawing, sizes: InputSizes, apart: Spacing | None
) -> Iterator[tuple[str, Picture]]:
    """A picture of each network."""
    from importlib import import_module

    module = import_module(f"rfcli.plot.kinds.{kind}")
    layer, more = _question(kind, drawing)
    subjects: Iterator[tuple[str, Report | Architecture]]
    if kind == "tiles":
        subjects = loaded(session, networks, input_size=sizes)
        subjects = subjects if apart is None else _spaced(session, subjects, apart)
    else:
        computing = computed(session, networks, origin=drawing.origin, input_size=sizes, spacing=apart)
        subjects = ((report.source, report) for report in computing)
    for shown, subject in subjects:
        with session.kept(shown):
            if kind == "tiles":
                more = _tiles(drawing, subject.axes, sizes)  # type: ignore[union-attr]
            found = module.data(subject, layer, **more)
            if kind == "tiles":
                session.fine(shown)
            aspect = module.ASPECT if hasattr(module, "ASPECT") else module.aspect(found)
            yield shown, Picture(partial(_drawn, module.draw, found), aspect, found.network)


def _spaced(
    session: Session, networks: Iterator[tuple[str, Architecture]], apart: Spacing
) -> Iterator[tuple[str, Architecture]]:
    """Networks whose samples are so far apart."""
    from rfcli.description.architecture import spaced

    for shown, architecture in networks:
        with session.kept(shown):
            yield shown, spaced(architecture, apart)


def _drawn(draw: Callable[[Axes, object], Axes], found: object, ax: Axes) -> Axes:
    return draw(ax, found)


def _question(kind: str, drawing: Drawing) -> tuple[object, dict[str, object]]:
    """The layers, and what else a kind is asked for. Raises `UsageError`."""
    layer = (drawing.layer[0] if len(drawing.layer) == 1 else drawing.layer) if drawing.layer else None
    if kind == "region":
        at, covers = (None if text is None else _position(flag, text)
                      for flag, text in (("--at", drawing.at), ("--covers", drawing.covers)))  # fmt: skip
        return layer, {"at": at, "covers": covers, "image": drawing.image}
    if kind == "erf":
        return layer, {
            "sample": drawing.sample, "nonlinearity": drawing.nonlinearity, "init": drawing.init,
            "seed": drawing.seed or 0, "weights": drawing.weights,
        }  # fmt: skip
    return layer, {}


def _tiles(drawing: Drawing, axes: int, sizes: InputSizes) -> dict[str, object]:
    """What tiles are asked for. Raises `UsageError`."""
    image: object = drawing.image
    if image is None and sizes != ():
        image = (sizes,) * axes if isinstance(sizes, int) else sizes
    longest = None if drawing.tile is None else Lengths("--tile", drawing.tile).per_axis(axes)
    return {"longest": longest, "image": image, "ignore_global": drawing.ignore_global}


def _position(flag: str, text: str) -> tuple[int, ...]:
    """A place, y,x. Raises `UsageError`."""
    parts = [part.strip() for part in text.split(",")]
    if not all(part.isascii() and part.isdecimal() and len(part) <= 10 for part in parts):
        raise UsageError(f"{flag} takes a number for each axis, 12,40; is '{text}'")
    return tuple(map(int, parts))


COMMAND = Command(
    "plot",
    """Draw networks, as a picture in a file.

\b
  rf plot growth resnet50                         how the field grows
  rf plot region vgg_16 --layer pool4 --image cat.jpg -o seen.png
  rf plot region net.yaml --layer head --layer stem --at 3,10
  rf plot paths highres3dnet                      how many paths see how much
  rf plot erf resnet18 --layer layer3 -o erf.pdf  how much each sample counts
  rf plot erf vgg_16 --layer pool2 --layer pool4  profiles over each other
  rf plot tiles unet --tile 572 --input-size 1500x2000
  rf plot accuracy architectures/ --accuracy other.csv -o accuracy.svg
  rf plot compare resnet50 vgg_16 unet --style dark

region shows what one output sees of the input, and dims the rest; several layers are nested round the output of the
first. growth has the field along the widest and the narrowest path, the input, the first layer that sees all of it,
and the phases of decoders. tiles shows how an image of --input-size, or --image, is cut. accuracy sets what networks
state against their fields, with the operations as areas; compare draws several networks' growth.

The path of each picture is printed; without -o it is NETWORK-KIND.png in the current folder, by the first network where
a picture shows several. Pictures are the same, byte for byte, each time. This needs the extra plot; from Python it is
rfcli.plot.growth(report, ax=axes), and so on.
""",
    run,
    options.NETWORKS,
    (
        Option("output", ("-o", "--output"), "The picture: a file that ends in .svg, .png or .pdf.", metavar="FILE"),
        Option("layer", ("--layer",), "The layer or scope; several for region and erf.", (), metavar="NAME"),
        Option("at", ("--at",), "Of region: the output that is looked at, y,x.", metavar="Y,X"),
        Option("covers", ("--covers",), "Of region: an output that sees this sample.", metavar="Y,X"),
        Option("image", ("--image",), "Of region and tiles: a photograph to draw on.", metavar="FILE"),
        Option("tile", ("--tile",), "Of tiles: the longest that a tile may be, 512 or 512x256.", metavar="SIZE"),
        Option(
            "ignore_global",
            ("--ignore-global",),
            "Of tiles: tile networks that look at the whole map by their local part, which is not exact.",
            False,
        ),
        Option(
            "accuracy",
            ("--accuracy",),
            "Of accuracy: a CSV file of more networks, with the columns name, size, top1, and perhaps flops, family.",
            metavar="FILE",
        ),
        Option(
            "sample",
            ("--sample",),
            "Of erf: measure N random networks.",
            None,
            (),
            "N",
            True,
            least=1,
            most=MOST_NETWORKS,
        ),
        Option(
            "nonlinearity", ("--nonlinearity",), "Of erf: what activations become when sampled.", "none", NONLINEARITIES
        ),
        Option("init", ("--init",), "Of erf: distribution of the sampled weights.", "normal", INITS),
        Option("weights", ("--weights",), "Of erf: a state dict with the network's weights.", metavar="FILE"),
        Option("seed", ("--seed",), "Of erf: seed of the sampled weights.", metavar="N", integer=True, least=0),
        Option(
            "width",
            ("--width",),
            "Width of the picture in millimetres, 160 unless given.",
            None,
            (),
            "MM",
            True,
            least=NARROWEST,
            most=WIDEST,
        ),
        Option(
            "style",
            ("--style",),
            "light, dark or grey; or a style of matplotlib, by its name or an .mplstyle file.",
            "light",
            metavar="NAME",
        ),
        options.FROM,
        options.INPUT_SIZE,
        options.SPACING,
        options.RATE,
        *options.READING,
        *options.SPEAKING,
    ),
    Argument("kind", "What is drawn.", "KIND", 1, True, KINDS),
)
