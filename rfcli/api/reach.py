"""What is asked of the input and of the design: tiles, sizes that fit, changes that reach a field, all settings."""

from __future__ import annotations

import os

from rfcli import arguments, pipeline
from rfcli.api.answers import ask, first_output
from rfcli.api.networks import compute, network_of
from rfcli.description.architecture import Architecture
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError, DescriptionError
from rfcli.graph.compile import compiled

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from rfcli.api.networks import InputSizes, Network, SweptNetwork
    from rfcli.description.limits import Limits
    from rfcli.engine.report import Report
    from rfcli.engine.sizing import Taken
    from rfcli.engine.tiling import AxisTiles
    from rfcli.suggest.suggestions import Suggestions


def sweep(
    networks: SweptNetwork | Sequence[SweptNetwork],
    grid: Mapping[str, Sequence[object]],
    *,
    sample: int | None = None,
    seed: int = 0,
    layer: str | None = None,
    where: str | None = None,
    settings: Mapping[str, object] | None = None,
    input_size: InputSizes = (),
    jobs: int = 1,
    scheduler: str | None = None,
    limits: Limits | None = None,
) -> Iterator[dict[str, Any]]:
    """A row for each setting of the parameters of some descriptions, each a path, a bundled name or a mapping.

    `grid` has the values of each parameter, `range(2, 13)` for whole numbers; the last parameter changes fastest.
    `sample` draws so many settings by chance, the same for the same `seed`. A row is a dict of network, the setting,
    layer, size, stride, padding, output_size (a number where the axes agree, else a list), params, macs, flops,
    problems and notes. `layer` is the main map of each where it is left out, `where` a condition over the columns,
    "size >= 101". With `jobs` several processes compute, which the module of a script has to allow for
    (`if __name__ == "__main__":`); with `scheduler`, an address, a dask cluster does. The rows and their order are the
    same. Raises `CallError` for a parameter that a network does not have, and what `load` raises; what is wrong for one
    setting stands in `problems`.
    """
    from rfcli.sweeping import asking

    arguments.sizes(input_size)
    several = not isinstance(networks, str | os.PathLike | Architecture) and not arguments.is_mapping(networks)
    listed = arguments.entries(networks, "a sweep", "a network, or a sequence of networks") if several else [networks]
    found = [asking.network_of(one, settings, limits) for one in listed]
    asked = asking.sweep_of(
        found,
        asking.grid_of(grid),
        sample=None if sample is None else arguments.integer(sample, "sample", 1),
        seed=arguments.integer(seed, "seed"),
        layer=None if layer is None else arguments.text(layer, "layer"),
        where=None if where is None else arguments.text(where, "where"),
        input_size=input_size,
    )
    address = None if scheduler is None else arguments.text(scheduler, "scheduler")
    return asking.rows(asked, arguments.integer(jobs, "jobs", 1), address)


def tiles(
    report: Report | Network,
    layer: str | None = None,
    longest: Sequence[int] | None = None,
    *,
    image: Sequence[int | None] | None = None,
    step: Sequence[int] | None = None,
    whole_frames: bool = False,
    fixed: bool = False,
    ignore_global: bool = False,
    max_tiles: int = 1_000_000,
) -> list[AxisTiles]:
    """How an input is cut into tiles, per axis none longer than `longest`, so that the stitched outputs of `layer`, by
    default the first output, equal those of one pass over the whole, exactly.

    Without `longest`, or where the input size is unknown, there are no tiles, only halo, multiple and smallest tile.
    `image` is the size of the image where it is not the report's; one that does not fit the network is to be padded.
    With `step`, outputs are kept in groups of so many, with `whole_frames` in the network's own; with `fixed`, tiles
    have just the length `longest`. With `ignore_global`, layers that see the whole map see each tile by itself, which
    is not exact. Raises `CallError` with the reason where it cannot be tiled.
    """
    from rfcli.engine.report import Report
    from rfcli.engine.tiling import Wanted, tiled

    report = report if isinstance(report, Report) else network_of(report)
    axes = (report.graph.architecture if isinstance(report, Report) else report).axes
    size = None if image is None else _image(image, axes)
    found, size = (report, size) if isinstance(report, Report) else at_image(report, size)
    lengths, groups = (
        None if value is None else arguments.per_axis(value, what, axes, 1)
        for value, what in ((longest, "longest"), (step, "step"))
    )
    whole_frames, fixed = arguments.flag(whole_frames, "whole_frames"), arguments.flag(fixed, "fixed")
    ignore_global = arguments.flag(ignore_global, "ignore_global")
    if fixed and lengths is None:
        raise CallError("fixed goes with longest, the length that all tiles have")
    most = arguments.integer(max_tiles, "max_tiles", 1)
    wanted = Wanted(lengths, size, groups, whole_frames, fixed, ignore_global, most)
    return ask(tiled, found, first_output(found) if layer is None else layer, wanted)


def at_image(network: Network, image: Sequence[int | None] | None) -> tuple[Report, tuple[int | None, ...] | None]:
    """A network at the size of an image that is to be cut, or at its own, and that size. Where it does not fit, the
    network is computed at an unknown size: nobody need run that pass. Raises `DescriptionError`."""
    architecture = network_of(network)
    given = None if image is None else _image(image, architecture.axes)
    size = architecture.inputs[0].size if given is None else given
    try:
        return compute(architecture, input_size=() if given is None else size), given
    except DescriptionError as error:
        wrong = error
    try:
        return compute(architecture, input_size=None), size
    except DescriptionError:
        raise wrong from None


def _image(image: Sequence[int | None], axes: int) -> tuple[int | None, ...]:
    """The size of an image along each axis, None where it is not known. Raises `TypeError` and `CallError`."""
    found = arguments.size(image, "image")
    sizes = found if isinstance(found, tuple) else (found,) * axes
    if len(sizes) != axes or any(n is not None and n < 1 for n in sizes):
        raise CallError(f"image takes a size of at least 1 for each axis, {axes} here, or None, not {image!r}", "image")
    return sizes


def sizes(
    network: Network,
    *,
    near: InputSizes = (),
    aligned: bool = False,
    input_size: InputSizes = (),
    settings: Mapping[str, object] | None = None,
) -> list[Taken]:
    """Which input sizes a network takes, along each axis by itself: exactly, for all sizes.

    `near` is a size to be told of, with those next to it that fit; the network's own when left out. With `aligned` no
    merge may be off centre, and no crop like another layer uneven. Of several inputs those of one size are resized
    together, and the others keep theirs, which `input_size` may replace. Raises `DescriptionError` for a network that
    no size fits, and `CallError`.
    """
    from rfcli.engine.sizing import taken

    network, problems = network_of(network, settings), Problems()
    network = network.replaced(inputs=pipeline.sized_inputs(network, input_size))
    asked = [one.size for one in pipeline.sized_inputs(network, near, "near")]
    found = taken(network, asked, arguments.flag(aligned, "aligned"), problems)
    if any(axis.residues == () for axis in found):
        compiled(network, problems)
        if not problems:
            which = " at which all merges are on centre" if aligned else ""
            from rfcli.geometry.axes import listed

            letters = listed(axis.axis for axis in found if axis.residues == ())
            raise CallError(f"{network.source}: there is no input size{which} along {letters}")
    if problems:
        raise DescriptionError(problems)
    return found


def suggestions(
    network: Network,
    *,
    at_least: int | None = None,
    at_most: int | None = None,
    layer: str | None = None,
    max_flops: str | int | None = None,
    max_params: str | int | None = None,
    keep: Sequence[str] = (),
    moves: Sequence[str] = (),
    top: int = 8,
    input_size: InputSizes = (),
    settings: Mapping[str, object] | None = None,
) -> Suggestions:
    """Changes of a description with which a layer sees at least, or at most, so many samples along every axis.

    Each is a text, computed as it stands. `max_flops` and `max_params` are numbers, or "1.2x" of now; `keep` names what
    is to stay: stride, output_size, params, flops; `moves` the moves that are made, all when left out. `settings` are
    those that `network` was loaded with. Raises `CallError` where the field to start from is not known.
    """
    from rfcli.suggest.asked import Asked, aim, known_moves
    from rfcli.suggest.suggestions import suggested

    found = network if isinstance(network, Architecture) else network_of(network, settings)
    wanted = aim(at_least, at_most, max_flops, max_params, arguments.texts(keep, "keep"))
    chosen = known_moves(arguments.texts(moves, "moves"))
    if layer is not None:
        arguments.text(layer, "layer")
    top = arguments.integer(top, "top", 1)
    return suggested(found, Asked(wanted, layer, chosen, top, settings, input_size))


def from_nothing(kind: str, at_least: int) -> str:
    """The smallest first description of a kind, chain, tcn, patchgan or unet, whose last map sees so many samples.

    Raises `CallError` for another kind, or where it would be too large.
    """
    from rfcli.suggest.first import KINDS, first

    arguments.choice(kind, "kind", tuple(KINDS))
    return first(kind, arguments.integer(at_least, "at_least", 1))
