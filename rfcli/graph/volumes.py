"""Cost volumes as paths are followed through them: windows on either map, and a merge of what these make."""

from __future__ import annotations

from rfcli.layers._parameters import Padding
from rfcli.layers.merges import Merge
from rfcli.layers.windows import Custom

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.layers.cost_volume import CostVolume


class Displaced(Custom):
    """A hidden window of a cost volume: at displacements, or over patches."""

    def __init__(self, volume: CostVolume, kernel: tuple[int, ...], padding: Padding) -> None:
        super().__init__(volume.type, volume.axes, {})
        self.kernel, self.padding = kernel, padding


class Compared(Merge):
    """What a cost volume makes of the patches of both maps."""

    compares = True


def displaced(volume: CostVolume) -> Displaced:
    """What holds, at each position of the right map, all samples that it is displaced to."""
    axes = range(volume.axes)
    counts = [volume.steps(axis) for axis in axes]
    apart = volume.displacement_stride
    ends = Padding(tuple([(before * apart[axis], after * apart[axis]) for axis, (before, after) in enumerate(counts)]))
    made = Displaced(volume, tuple([1 + sum(both) for both in counts]), ends)
    made.dilation = apart
    return made


def patches(volume: CostVolume) -> Displaced:
    """What makes patches of either map, where all that is displaced lies at the positions of the left one."""
    sides = Padding(tuple([volume.patch_sides(axis) for axis in range(volume.axes)]))
    made = Displaced(volume, volume.kernel, sides)
    made.stride = volume.stride
    return made
