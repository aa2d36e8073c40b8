"""The channels of every map, layer by layer."""

from __future__ import annotations

from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import MAX_CHANNELS, WRONG, GeometryError, Paired
from rfcli.layers.merges import Merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Problems
    from rfcli.graph.wiring import Wiring

    Sizes = tuple[int | Unknown, ...]

NOT_GIVEN = Unknown("channels: the channels of the input are not given")


def channels_of(
    architecture: Architecture, wiring: Wiring, order: list[int], sizes: list[Sizes], problems: Problems
) -> list[int | Unknown]:
    """Channels of every map. What does not fit is added to `problems`."""
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
            if isinstance(layer, Merge):
                c = _merged(layer, wiring, number, channels)
            else:
                source = wiring.sources[number][0]
                c = layer.channels(channels[source], sizes[source])
                if isinstance(layer, Paired):
                    c = layer.paired_channels(channels[source], channels[wiring.sources[number][-1]])
            if isinstance(c, int) and c > MAX_CHANNELS:
                raise GeometryError("RF306", "the map would have more than 2^63 channels")
            channels[number] = c
        except GeometryError as error:
            entry, label = architecture.entries[number - len(architecture.inputs)], wiring.labels[number]
            problems.add(entry.node, error.code, f"{layer.type} '{label}': {error.message}", error.help)
            channels[number] = Unknown(f"channels: '{label}' is wrong")
    return channels


def _merged(layer: Merge, wiring: Wiring, number: int, channels: list[int | Unknown]) -> int | Unknown:
    """Channels of a merge. Raises `GeometryError`."""
    sources = wiring.sources[number]
    merged = layer.merged_channels([channels[source] for source in sources])
    if merged is None:
        parts = ", ".join(f"{c} from '{wiring.labels[s]}'" for s in sources if isinstance(c := channels[s], int))
        raise GeometryError(
            "RF304", f"inputs have different channels: {parts}",
            "give the last layers of both paths the same filters, or merge with concat",
        )  # fmt: skip
    return merged
