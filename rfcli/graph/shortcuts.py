"""The mend of a residual whose shortcut is the input itself, where the body strides or makes other channels: a layer of
kernel 1 in the shortcut."""

from __future__ import annotations

from rfcli.diagnostics import Mend, Said

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.description.architecture import Entry
    from rfcli.graph.wiring import Wiring
    from rfcli.layers._layer import Layer


def shortcut_said(
    entry: Entry, wiring: Wiring, number: int, strides: Sequence[int], filters: int | None = None
) -> Said | None:
    """What to write for the shortcut of the residual that an entry closes; None where the entry closes none, or the
    residual has a shortcut. `strides` are those of the body, by axis, `filters` its channels where they are known."""
    value = entry.node.value
    if type(value) is not dict or "type" not in value or value["type"].value != "residual" or "shortcut" in value:
        return None
    from rfcli.description.translating import flow

    made = filters if filters is not None else _filters(wiring, number)
    item: dict[str, object] = {"type": "conv", "kernel": 1}
    if any(stride > 1 for stride in strides):
        item["stride"] = strides[0] if len(set(strides)) == 1 else list(strides)
    if made is not None:
        item["filters"] = made
    quoted = entry.node.quoted
    text = flow({"shortcut": [item]}, quoted)[1:-1]
    return Said(f"give the residual {text}", Mend("added", ("shortcut", flow([item], quoted))))


def _filters(wiring: Wiring, number: int) -> int | None:
    """The channels that the body's last layer with filters makes."""
    at = wiring.sources[number][0]
    for _ in range(64):
        layer: Layer | None = wiring.layers[at] if at < len(wiring.layers) else None
        if layer is None:
            return None
        made = getattr(layer, "filters", None)
        if type(made) is int:
            return made
        if len(wiring.sources[at]) != 1:
            return None
        at = wiring.sources[at][0]
    return None


def stride_between(larger: int, smaller: int) -> int | None:
    """The stride by which a layer of kernel 1 makes `smaller` samples of `larger`; None where there is none."""
    if smaller < 1 or larger < smaller:
        return None
    stride = -(-larger // smaller)
    return stride if (larger - 1) // stride + 1 == smaller else None
