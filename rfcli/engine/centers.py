"""Which merges are off centre: they mix features of different places."""

from __future__ import annotations

from rfcli.engine.fields import mixed
from rfcli.engine.onesided import Meeting

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.along import AxisSight
    from rfcli.engine.sight import Sight


def misplaced(sight: Sight, axis: AxisSight, number: int) -> Meeting | None:
    """How the paths of a merge lie to each other where that is a fault along an axis; None where all is well.

    Differences that cancel over a period are balanced, and no fault.
    """
    found = axis.fields.misaligned.get(number)
    if found is None or found.balanced or axis.aligned(number) is not False:
        return None
    meeting = sight.meeting(number, axis)
    return meeting if meeting in (Meeting.CENTERS, Meeting.APART) else None


def strides_meet(sight: Sight, axis: AxisSight, number: int) -> bool:
    """Whether paths of different strides first meet in a merge, so that their centers drift apart."""
    local = axis.fields.local
    return mixed(local[number]) and not any(mixed(local[source]) for source in sight.graph.sources[number])


def off_center(sight: Sight, axis: AxisSight) -> bool:
    """Whether any merge of a network mixes features of different places along an axis; a layer that compares these is
    meant to."""
    for number, layer in enumerate(sight.graph.layers):
        if layer is None or not layer.merge or layer.compares:
            continue
        faulty = misplaced(sight, axis, number) is not None or strides_meet(sight, axis, number)
        if faulty and sight.graph.original(number) == number:
            return True
    return False
