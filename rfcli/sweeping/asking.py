"""What a call asks of a sweep, looked at before anything is computed."""

from __future__ import annotations

from contextlib import closing

import rfcli
from rfcli import arguments, pipeline
from rfcli.diagnostics import CallError
from rfcli.sweeping.chunks import Asked, Sweep
from rfcli.sweeping.grid import Axis, Grid, every, sampled
from rfcli.sweeping.rows import Where, columns
from rfcli.sweeping.variations import Description, Model, read

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence

    from rfcli.description.nodes import Plain
    from rfcli.pipeline import InputSizes
    from rfcli.sweeping.chunks import Chunk
    from rfcli.sweeping.rows import Row


def sweep_of(
    networks: Sequence[Description | Model], grid: Grid, *, sample: int | None = None, seed: int = 0,
    layer: str | None = None, where: str | None = None, input_size: InputSizes = (),
) -> Sweep:  # fmt: skip
    """The sweep of some networks. Raises `CallError` for what fits none."""
    for network in networks:
        network.check([axis.name for axis in grid.axes])
    if not networks:
        raise CallError("a sweep takes at least one network")
    found = columns([axis.name for axis in grid.axes])
    if where is not None:
        Where(where, found)
    numbers = every(grid) if sample is None else sampled(grid, sample, seed)
    return Sweep(Asked(rfcli.__version__, tuple(networks), grid, found, layer, where, input_size), numbers)


def network_of(network: object, settings: Mapping[str, object] | None, limits: object) -> Description | Model:
    """A network of a call from Python: a path, the name of a bundled one, or a mapping. Raises what `load` raises."""
    import os

    loading = pipeline.Loading(limits, None, settings)  # type: ignore[arg-type]
    if arguments.is_mapping(network):
        return read(loading, loading.read_mapping(network), None)
    try:
        name = os.fsdecode(os.fspath(network))  # type: ignore[call-overload]
    except TypeError:
        takes = "a path, the name of a bundled network or a mapping"
        help = "an Architecture has its parameters set" if hasattr(network, "entries") else ""
        raise arguments.refused("a sweep", takes, network, help) from None
    return of_file(loading, name)


def of_file(loading: pipeline.Loading, name: str) -> Description | Model:
    """The network in a file, or the bundled one of that name. Raises `Unreadable`, `DescriptionError`, `CallError`."""
    placed = loading.read_file(name)
    data = None
    if loading.models:
        with open(placed[2] or name, "rb") as stream:
            data = stream.read()
    return read(loading, placed, data)


def grid_of(given: object) -> Grid:
    """A grid of a call from Python: values by the names of parameters. Raises `TypeError` and `CallError`."""
    if not arguments.is_mapping(given):
        raise arguments.refused("grid", "a mapping of names to sequences of values", given)
    if not given:
        raise CallError("the grid is empty: give values by the names of parameters, {'kernel': [3, 5, 7]}")
    names = [arguments.text(name, "the name of a parameter") for name in given]
    return Grid(tuple([Axis(name, _values(name, given[name])) for name in names]))


def _values(name: str, values: object) -> Sequence[Plain]:
    """The values of a parameter, each once."""
    what = f"grid[{name!r}]"
    if isinstance(values, range):
        found: Sequence[Plain] = values
    else:
        from rfcli.description.mapping import node_of

        listed = list(arguments.entries(values, what, "a sequence of values"))
        found = once(node_of({"values": listed}, what).plain()["values"])
    if not found:
        raise CallError(f"{what} has no values")
    return found


def once(values: Sequence[Plain]) -> list[Plain]:
    """Each of some values once, in order; 1, 1.0 and true are three values."""
    return list({repr(value): value for value in values}.values())


def chunks(sweep: Sweep, start: int, jobs: int, scheduler: str | None = None) -> Generator[Chunk]:
    """All chunks from a place in the sweep on, in order. Raises `CallError`."""
    if scheduler is not None:
        from rfcli.sweeping import cluster

        return cluster.chunks(sweep, start, scheduler)
    if jobs == 1:
        from rfcli.sweeping.chunks import in_turn

        return in_turn(sweep, start)
    from rfcli.sweeping import local

    return local.chunks(sweep, start, jobs)


def rows(sweep: Sweep, jobs: int, scheduler: str | None) -> Generator[Row]:
    """All rows, in order. Raises `CallError`."""
    with closing(chunks(sweep, 0, jobs, scheduler)) as found:
        for chunk in found:
            for row, _ in chunk.rows:
                yield row


def identity(sweep: Sweep, sample: int | None, seed: int, more: Mapping[str, Plain]) -> dict[str, Plain]:
    """What makes a sweep this one, by names that people know: only such a one may go on with its file."""
    asked = sweep.asked
    grid = [f"{axis.name}={axis.values!r}" for axis in asked.grid.axes]
    found: dict[str, Plain] = {
        "version of rf": asked.version,
        "networks": [one.label for one in asked.networks],
        "texts of the networks": [one.digest for one in asked.networks],
        "grid": [_shortened(one) for one in grid],
        "set": [repr(dict(one.fixed)) for one in asked.networks],
        "sample": None if sample is None else [sample, seed],
        "layer": asked.layer,
        "where": asked.where,
        "input size": repr(asked.input_size),
    }
    return found | dict(more)


def _shortened(text: str) -> str:
    """A text of many values as its beginning and a digest of all."""
    from hashlib import sha256

    return text if len(text) <= 200 else f"{text[:150]}... {sha256(text.encode()).hexdigest()}"
