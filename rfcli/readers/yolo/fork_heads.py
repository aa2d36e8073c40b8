"""Heads of YOLOv7 and of YOLOv9's own repository, which train with more branches than they are used with."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rfcli.readers.yolo.arguments import Anything, Count, Width
from rfcli.readers.yolo.heads import anchors_of, nearest, prototype_masks, told, two_and_one
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Ends, Map, Network, Wrong, counted

# YOLOv7's: anchors, and two vectors for each map that are trained


def implicit(net: Network, at: int, x: Map, filters: int) -> Map:
    """A convolution of a map to which a vector was added, times another one (Wang et al. 2021)."""
    c = counted(x)
    y = net.add(f"ia/{at}", "custom", x, channels=c, filters=c, params=c, macs=0)
    return net.add(f"im/{at}", "channel_scale", net.conv(f"m/{at}", y, filters, bias=True))


@module("IDetect")
def i_detect(net: Network, maps: Sequence[Map], nc: Count, anchors: Anything) -> Ends:
    filters = anchors_of(anchors) * (nc + 5)
    return tuple(implicit(net, at, x, filters) for at, x in enumerate(maps))


@module("IAuxDetect")
def i_aux_detect(net: Network, maps: Sequence[Map], nc: Count, anchors: Anything) -> Ends:
    """The second half of the maps only trains."""
    filters = anchors_of(anchors) * (nc + 5)
    many = len(anchors) if isinstance(anchors, list) else len(maps)
    ends = [implicit(net, at, x, filters) for at, x in enumerate(maps[:many])]
    return *ends, *(net.conv(f"m2/{at}", x, filters, bias=True) for at, x in enumerate(maps[many:]))


@module("IKeypoint")
def i_keypoint(net: Network, maps: Sequence[Map], nc: Count, anchors: Anything, nkpt: Count = 17) -> Ends:
    """Boxes, and three numbers for each keypoint."""
    each = anchors_of(anchors)
    ends = []
    for at, x in enumerate(maps):
        points = net.conv(f"m_kpt/{at}", x, 3 * nkpt * each, bias=True)
        ends.append(net.concat(f"concat_{at}", [implicit(net, at, x, (nc + 5) * each), points]))
    return tuple(ends)


@module("DetectX")
def detect_x(net: Network, maps: Sequence[Map], nc: Count, anchors: Anything = 1) -> Ends:
    """YOLOX's as yoloair has it: of each two maps the first one tells classes, the second one boxes and objects."""
    each = len(anchors) if isinstance(anchors, list) else anchors_of(anchors)
    ends = []
    for at, (first, second) in enumerate(zip(maps[::2], maps[1::2], strict=False)):
        ends.append(net.conv(f"reg_preds/{at}", second, 4, bias=True))
        ends.append(net.conv(f"obj_preds/{at}", second, each, bias=True))
        ends.append(net.conv(f"cls_preds/{at}", first, each * nc, bias=True))
    return tuple(ends)


# YOLOv9's: no anchors; two or three of them beside one another, of which the last one is used


def parted(maps: Sequence[Map], parts: int) -> list[Sequence[Map]]:
    """The maps of each of so many heads."""
    each = len(maps) // parts
    if not each:
        raise Wrong(f"it needs a map for each of its {parts} parts, from names {len(maps)}")
    return [maps[at * each : (at + 1) * each] for at in range(parts - 1)] + [maps[(parts - 1) * each :]]


def grouped(between: int, out: int) -> Callable[[Network, Map], Map]:
    """Two blocks of kernel 3 and a convolution of kernel 1, the four sides of a box apart from the second block on."""

    def branch(net: Network, x: Map) -> Map:
        y = net.block("1", net.block("0", x, between, 3), between, 3, groups=4)
        return net.conv("2", y, out, groups=4, bias=True)

    return branch


def detection(net: Network, maps: Sequence[Map], nc: int, apart: bool, first: int) -> Ends:
    """Boxes and classes of each map; the branches are numbered from `first` on."""
    c = counted(maps[0])
    boxes = max(c // 4, 64)
    boxes = -(-boxes // 4) * 4 if apart else boxes
    build = (grouped if apart else two_and_one)(boxes, 64)
    classes = two_and_one(max(c, min(2 * nc, 128)), nc)
    named = net if first == 2 else net / f"aux_{first}"
    ends: list[Map] = []
    for at, x in enumerate(maps):
        ends.append(told(named / str(at), "box", build(net / f"cv{first}/{at}", x)))
        ends.append(told(named / str(at), "cls", classes(net / f"cv{first + 1}/{at}", x)))
    return tuple(ends)


def detect_module(parts: int, apart: bool) -> Callable[..., Ends]:
    def make(net: Network, maps: Sequence[Map], nc: Count) -> Ends:
        found = [detection(net, part, nc, apart, 2 * at) for at, part in enumerate(parted(maps, parts), 1)]
        return tuple(end for ends in found for end in ends)

    return make


module("DDetect")(detect_module(1, True))
module("DualDetect")(detect_module(2, False))
module("DualDDetect")(detect_module(2, True))
module("TripleDetect")(detect_module(3, False))
module("TripleDDetect")(detect_module(3, True))


def masks(net: Network, maps: Sequence[Map], nm: int, number: int) -> Ends:
    """Weights of the prototypes' masks."""
    branch = two_and_one(max(counted(maps[0]) // 4, nm), nm)
    return tuple(branch(net / f"cv{number}/{at}", x) for at, x in enumerate(maps))


@module("DSegment")
def d_segment(net: Network, maps: Sequence[Map], nc: Count, nm: Count = 32, npr: Width = 256) -> Ends:
    """Prototypes are the last map."""
    (levels,), last = parted(maps[:-1], 1), maps[-1]
    ends = detection(net, levels, nc, True, 2)
    return *ends, *masks(net, levels, nm, 4), net.block("proto", last, nm)


@module("DualDSegment")
def dual_d_segment(net: Network, maps: Sequence[Map], nc: Count, nm: Count = 32, npr: Width = 256) -> Ends:
    first, second = parted(maps[:-2], 2)
    ends = detection(net, first, nc, True, 2) + detection(net, second, nc, True, 4)
    ends += masks(net, first, nm, 6) + masks(net, second, nm, 7)
    return *ends, net.block("proto", maps[-2], nm), net.block("proto2", maps[-1], nm)


@module("Panoptic")
def panoptic(
    net: Network, maps: Sequence[Map], nc: Count, sem_nc: Count = 93, nm: Width = 32, npr: Count = 256
) -> Ends:
    """Masks, and what each position of the first map is of."""
    ends = detection(net, maps, nc, False, 2) + masks(net, maps, nm, 4)
    meant = net.conv("uconv/cv2", net.block("uconv/cv1", maps[0], counted(maps[0]) // 4, 3), sem_nc + nc, bias=True)
    meant = net.add("uconv/up", "upsample", meant, scale=2, mode="bilinear", coordinates="align_corners")
    return *ends, prototype_masks(net / "proto", maps[0], npr, nm, nearest), meant
