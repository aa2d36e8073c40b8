"""The channels of every map, layer by layer."""

from __future__ import annotations

from rfcli.diagnostics import Mend, Said
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import MAX_CHANNELS, WRONG, GeometryError, Paired
from rfcli.layers.merges import Merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Problems
    from rfcli.diagnostics import Span
    from rfcli.graph.wiring import Wiring
    from rfcli.layers._layer import Layer

    Sizes = tuple[int | Unknown, ...]

NOT_GIVEN = Unknown("channels: the channels of the input are not given")


def channels_of(
    architecture: Architecture,
    wiring: Wiring,
    order: list[int],
    sizes: list[Sizes],
    problems: Problems,
    offered: Collection[Span],
) -> list[int | Unknown]:
    """Channels of every map. What does not fit is added to `problems`; `offered` are the places of residuals that are
    told to have a layer in their shortcut already."""
    channels: list[int | Unknown] = [NOT_GIVEN] * len(wiring.layers)
    for number in order:
        layer = wiring.layers[number]
        if layer is None:
            given = architecture.inputs[number].channels
            channels[number] = NOT_GIVEN if given is None else given
            continue
        if layer is WRONG:
            continue
        try:
            c = made([channels[source] for source in wiring.sources[number]], layer, sizes[wiring.sources[number][0]])
            if c is None:
                raise _differing(wiring, number, channels)
            channels[number] = c
        except GeometryError as error:
            entry, label = architecture.entries[number - len(architecture.inputs)], wiring.labels[number]
            help, mend = error.help, None if error.change is None else Mend("changed", error.change)
            if error.code == "RF304" and offered and entry.node.span in offered:
                help = "the same shortcut mends it"
            elif error.code == "RF304" and isinstance(body := channels[wiring.sources[number][0]], int):
                from rfcli.graph.shortcuts import shortcut_said

                said = shortcut_said(entry, wiring, number, (), body)
                if said is not None:
                    help, mend = f"{said.text}; or {help}", said.mend
            problems.add(entry.node, error.code, f"{layer.type} '{label}': {error.message}", Said(help, mend))
            channels[number] = Unknown(f"channels: '{label}' is wrong")
    return channels


def made(taken: list[int | Unknown], layer: Layer, n: Sizes) -> int | Unknown | None:
    """Channels of a layer that takes maps with so many, the first one of sizes `n`; None where those of a merge differ.
    Raises `GeometryError`."""
    if isinstance(layer, Merge):
        c = layer.merged_channels(taken)
    elif isinstance(layer, Paired):
        layer.channels(taken[0], n)
        c = layer.paired_channels(taken[0], taken[-1])
    else:
        c = layer.channels(taken[0], n)
    if isinstance(c, int) and c > MAX_CHANNELS:
        raise GeometryError("RF306", "the map would have more than 2^63 channels")
    return c


def _differing(wiring: Wiring, number: int, channels: list[int | Unknown]) -> GeometryError:
    """That the channels of a merge's inputs differ."""
    sources = wiring.sources[number]
    parts = ", ".join(f"{c} from '{wiring.labels[s]}'" for s in sources if isinstance(c := channels[s], int))
    return GeometryError(
        "RF304", f"inputs have different channels: {parts}",
        "give the last layers of both paths the same filters, or merge with concat",
    )  # fmt: skip
