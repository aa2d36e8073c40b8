"""Where outputs look on finite maps, held against pixels pushed one by one."""

from __future__ import annotations

from oracle.plain.pixels import Pixels
from oracle.plain.seen import ends


def pictured(locator, name, seen, told, runs, corners):
    """What rf says of clipped regions, runs, single outputs and readers, as lines where it is otherwise."""
    pixels, net = Pixels(seen), seen.net
    if not pixels.fits(name):
        return
    masked = pixels.masked(name)
    regions = []
    for axis in range(net.dims):
        regions.append([ends(row, 0) for row in pixels.slabs(name, axis, False)])
        yield from told(f"pixels: clipped {axis}", regions[-1], locator.regions(axis))
        read = [runs(row) for row in pixels.slabs(name, axis, True)]
        yield from told(f"pixels: runs {axis}", read, locator.runs(axis))
    for position in corners(net.size[name]):
        said = locator.at(position)
        for axis in range(net.dims):
            clipped = ends(pixels.at(name, position, axis, False), 0)
            yield from told(f"pixels: clipped at {position} along {axis}", clipped, said.clipped[axis])
            read = runs(pixels.at(name, position, axis, True))
            yield from told(f"pixels: runs at {position} along {axis}", read, said.runs[axis])
    for position in corners(net.size[seen.origin]):
        covering, readers = locator.covering(position), locator.readers(position)
        for axis, i in enumerate(position):
            outputs = [o for o, region in enumerate(regions[axis]) if region and region[0] <= i <= region[1]]
            right = (outputs[0], outputs[-1]) if outputs else None
            if masked:
                right = ends(pixels.readers(name, position, axis, False), 0)
            yield from told(f"pixels: covers {position} along {axis}", right, covering[axis])
            right = runs(pixels.readers(name, position, axis, True))
            yield from told(f"pixels: readers of {position} along {axis}", right, readers[axis])
