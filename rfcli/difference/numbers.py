"""What is held against each other of a layer before and after, and what may become of it."""

from __future__ import annotations

from rfcli.engine import plain

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.report import LayerReport

ADDED, REMOVED, RENAMED, CHANGED, AFFECTED, SAME = "added", "removed", "renamed", "changed", "affected", "same"
CHANGES = (ADDED, REMOVED, RENAMED, CHANGED, AFFECTED, SAME)
"""What may become of a layer: `changed` where it is built in another way, or reads others, `affected` where only its
numbers follow those of others. A renamed one may be changed, too: its causes say so."""

OWN = ("output_size", "channels", "params", "macs", "flops")
OF_FIELD = (*plain.LENGTHS, "aligned", "uniform", "phase_sizes", "global", "unbounded")
NUMBERS = (*OWN, *OF_FIELD)
"""What is held against each other of a layer, as the JSON calls it."""


def numbers(layer: LayerReport | None) -> dict[str, object]:
    """The numbers of a layer that are held against those of another: None for what is not known."""
    if layer is None:
        return {}
    values: tuple[object, ...] = (layer.output_size, layer.channels, layer.cost.params, layer.cost.macs,
                                  layer.cost.flops)  # fmt: skip
    found = {name: plain.number(value) for name, value in zip(OWN, values, strict=True)}
    field = layer.receptive_field
    if field is not None:
        found |= {name: plain.number(getattr(field, "globally" if name == "global" else name)) for name in OF_FIELD}
    return found
