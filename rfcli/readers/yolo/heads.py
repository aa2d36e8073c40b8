"""The heads of YOLO models, which end a network: a branch of convolutions for each map and each thing that is told.

Branches have the framework's names, `cv2/0/1/conv` for the second convolution of the boxes of the first map. What comes
of them is called by the map's number and what it is, `0/box`, `0/cls`: boxes before they are placed in the image.
"""

from __future__ import annotations

from itertools import pairwise

from rfcli.readers.yolo.network import (
    CLASSES,
    Arg,
    Ends,
    G,
    K,
    Map,
    P,
    S,
    Wrong,
    anything,
    count,
    counted,
    flag,
    module,
    several,
    width,
)

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import Any

    from rfcli.readers.yolo.network import Network, Sizes

    Branch = Callable[[str, Map], Map]

CLASSIFIED = 1280
"""Features before the classes are told."""


@module("Classify", CLASSES, K, S, P, G, merges=True)
def classify(
    net: Network, name: str, maps: Sequence[Map], c2: int, k: Sizes = 1, s: Sizes = 1, p: Sizes | None = None,
    g: int = 1,
) -> Ends:  # fmt: skip
    y = net.block(f"{name}/conv", net.concat(f"{name}/concat", maps), CLASSIFIED, k, s, p, g)
    y = net.add(f"{name}/drop", "dropout", net.add(f"{name}/pool", "global_avg_pool", y), rate=0)
    return Ends((net.add(f"{name}/linear", "linear", y, channels=c2, units=c2),))


def two_and_one(net: Network, between: int, out: int) -> Branch:
    """Two blocks of kernel 3, and a convolution of kernel 1."""

    def branch(name: str, x: Map) -> Map:
        y = net.block(f"{name}/1", net.block(f"{name}/0", x, between, 3), between, 3)
        return net.conv(f"{name}/2", y, out, bias=True)

    return branch


def separable(net: Network, between: int, out: int) -> Branch:
    """The same, each kernel of 3 depthwise and followed by one of 1."""

    def branch(name: str, x: Map) -> Map:
        for at in range(2):
            y = net.depthwise(f"{name}/{at}/0", x, counted(x), 3)
            x = net.block(f"{name}/{at}/1", y, between)
        return net.conv(f"{name}/2", x, out, bias=True)

    return branch


def hidden(maps: Sequence[Map], least: int) -> int:
    """Channels inside a branch: a quarter of the first map's, and no fewer than it needs."""
    return max(counted(maps[0]) // 4, least)


def boxes(net: Network, maps: Sequence[Map]) -> Branch:
    return two_and_one(net, hidden(maps, max(16, 4 * net.reg_max)), 4 * net.reg_max)


def classes(net: Network, maps: Sequence[Map], nc: int, out: int, plain: bool) -> Branch:
    between = max(counted(maps[0]), min(nc, 100))
    return (two_and_one if plain else separable)(net, between, out)


def distance(net: Network, name: str, x: Map) -> Map:
    """The mean of a distribution over `reg_max` distances for each side of a box (Li et al. 2020); its weights, the
    distances, are not trained."""
    if net.reg_max == 1:
        return net.add(name, "identity", x)
    return net.add(name, "custom", x, channels=4, filters=4, groups=4, bias=False, params=0)


def told(net: Network, name: str, x: Map) -> Map:
    """What a branch says, under a name of its own."""
    return net.add(name, "sigmoid" if name.endswith(("/cls", "/angle")) else "identity", x)


def heads(
    net: Network, name: str, maps: Sequence[Map], branches: dict[str, tuple[str, Branch]], end2end: bool = False
) -> list[Map]:
    """A branch for each map of each kind: part -> (what it says, how it is built).

    An `end2end` head has all branches twice: those with one box for each object are used, the others only train.
    """

    def built(prefix: str) -> dict[tuple[str, int], Map]:
        return {
            (part, at): branch(f"{name}/{prefix}{part}/{at}", x)
            for part, (_, branch) in branches.items()
            for at, x in enumerate(maps)
        }

    made = built("")
    trained = list(made.values()) if end2end else []
    if end2end:
        made = built("one2one_")
    ends = [
        (distance if word == "box" else told)(net, f"{name}/{at}/{word}", made[part, at])
        for at in range(len(maps))
        for part, (word, _) in branches.items()
    ]
    return ends + trained


def detection(net: Network, maps: Sequence[Map], nc: int) -> dict[str, tuple[str, Branch]]:
    return {"cv2": ("box", boxes(net, maps)), "cv3": ("cls", classes(net, maps, nc, nc, net.plain_heads))}


def anchors_of(value: Any) -> int:
    """Anchors of each map: YOLOv5's files list width and height of each, or say how many there are."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, list) and first and len(first) % 2 == 0:
        return len(first) // 2
    if type(first) is int and 1 <= first <= 1000 and not isinstance(value, list):
        return first
    raise Wrong("anchors must be a number, or for each map a list of widths and heights")


def anchored(net: Network, name: str, maps: Sequence[Map], anchors: Any, each: int) -> list[Map]:
    """YOLOv5's: box, objectness and what else is told of each anchor, from one convolution."""
    filters = anchors_of(anchors) * each
    return [net.conv(f"{name}/m/{at}", x, filters, bias=True) for at, x in enumerate(maps)]


@module("Detect", CLASSES, Arg("anchors", anything), merges=True)
def detect(net: Network, name: str, maps: Sequence[Map], nc: int, anchors: Any = None) -> Ends:
    if net.anchored:
        return Ends(tuple(anchored(net, name, maps, anchors, nc + 5)))
    return Ends(tuple(heads(net, name, maps, detection(net, maps, nc), net.end2end)))


@module("v10Detect", CLASSES, merges=True)
def v10_detect(net: Network, name: str, maps: Sequence[Map], nc: int) -> Ends:
    branches = {"cv2": ("box", boxes(net, maps)), "cv3": ("cls", classes(net, maps, nc, nc, False))}
    return Ends(tuple(heads(net, name, maps, branches, True)))


def prototypes(net: Network, name: str, x: Map, between: int, masks: int, grow: Callable[[str, Map], Map]) -> Map:
    """Masks from which those of objects are mixed (Bolya et al. 2019), twice as large as the map."""
    y = grow(f"{name}/upsample", net.block(f"{name}/cv1", x, between, 3))
    return net.block(f"{name}/cv3", net.block(f"{name}/cv2", y, between, 3), masks)


def doubled(net: Network) -> Callable[[str, Map], Map]:
    """A transposed convolution of kernel and stride 2."""

    def grow(name: str, x: Map) -> Map:
        return net.add(name, "conv_transpose", x, filters=x.channels, kernel=2, stride=2)

    return grow


def masks_of(net: Network, maps: Sequence[Map], nm: int) -> tuple[str, Branch]:
    return "mask", two_and_one(net, hidden(maps, nm), nm)


@module("Segment", CLASSES, Arg("masks", anything), Arg("prototypes", anything), Arg("hidden", width), merges=True)
def segment(
    net: Network, name: str, maps: Sequence[Map], nc: int, second: Any = 32, third: Any = 256, fourth: int = 256
) -> Ends:
    if net.anchored:
        nm = count(net, third)
        ends = anchored(net, name, maps, second, nc + 5 + nm)
        proto = prototypes(net, f"{name}/proto", maps[0], fourth, nm,
                           lambda at, x: net.add(at, "upsample", x, scale=2, coordinates="asymmetric"))  # fmt: skip
        return Ends((*ends, proto))
    nm, npr = count(net, second), width(net, third)
    branches = {**detection(net, maps, nc), "cv4": masks_of(net, maps, nm)}
    ends = heads(net, name, maps, branches, net.end2end)
    return Ends((*ends, prototypes(net, f"{name}/proto", maps[0], npr, nm, doubled(net))))


@module("Segment26", CLASSES, Arg("masks", count), Arg("prototypes", width), merges=True)
def segment_26(net: Network, name: str, maps: Sequence[Map], nc: int, nm: int = 32, npr: int = 256) -> Ends:
    """Prototypes from all maps; what each position is of, for the loss alone."""
    ends = heads(net, name, maps, {**detection(net, maps, nc), "cv4": masks_of(net, maps, nm)}, net.end2end)
    here, first = f"{name}/proto", maps[0]
    y = first
    for at, x in enumerate(maps[1:]):
        z = net.block(f"{here}/feat_refine/{at}", x, counted(first))
        z = net.add(f"{here}/upsample_{at + 1}", "upsample", z, scale=2 ** (at + 1), coordinates="asymmetric")
        y = net.add(f"{here}/add_{at + 1}", "add", y, z)
    meant = two_and_one(net, npr, nc)(f"{here}/semseg", y)
    fused = net.block(f"{here}/feat_fuse", y, npr, 3)
    return Ends((*ends, prototypes(net, here, fused, npr, nm, doubled(net)), meant))


@module("OBB", CLASSES, Arg("angles", count), merges=True)
def obb(net: Network, name: str, maps: Sequence[Map], nc: int, ne: int = 1) -> Ends:
    branches = {**detection(net, maps, nc), "cv4": ("angle", two_and_one(net, hidden(maps, ne), ne))}
    return Ends(tuple(heads(net, name, maps, branches, net.end2end)))


module("OBB26", CLASSES, Arg("angles", count), merges=True)(obb)


def keypoints_of(shape: list[int]) -> tuple[int, int]:
    if len(shape) != 2 or shape[0] * shape[1] > 10**6:
        raise Wrong("kpt_shape is the number of keypoints, and of what is told of each")
    return shape[0], shape[1]


@module("Pose", CLASSES, Arg("kpt_shape", several), merges=True)
def pose(net: Network, name: str, maps: Sequence[Map], nc: int, shape: Sequence[int] = (17, 3)) -> Ends:
    number, each = keypoints_of(list(shape))
    out = number * each
    branches = {**detection(net, maps, nc), "cv4": ("kpts", two_and_one(net, hidden(maps, out), out))}
    return Ends(tuple(heads(net, name, maps, branches, net.end2end)))


FLOW = 12 * ((2 * 64 + 64) + (64 * 64 + 64) + (64 * 2 + 2))
"""Parameters of the normalising flow that weighs the error of keypoints: six times two nets 2-64-64-2."""


@module("Pose26", CLASSES, Arg("kpt_shape", several), merges=True)
def pose_26(net: Network, name: str, maps: Sequence[Map], nc: int, shape: Sequence[int] = (17, 3)) -> Ends:
    """Keypoints and, for the loss alone, how sure they are."""
    number, each = keypoints_of(list(shape))
    between = hidden(maps, number * (each + 2))
    sure: list[Map] = []

    def branch(at: str, x: Map) -> Map:
        y = net.block(f"{at}/1", net.block(f"{at}/0", x, between, 3), between, 3)
        stem, level = at.rsplit("/", 1)
        spread = net.conv(f"{stem}_sigma/{level}", y, 2 * number, bias=True)
        sure.append(net.add(f"{stem}_flow/{level}", "custom", spread, filters=2 * number, macs=0,
                            params=0 if sure else FLOW))  # fmt: skip
        return net.conv(f"{stem}_kpts/{level}", y, number * each, bias=True)

    ends = heads(net, name, maps, {**detection(net, maps, nc), "cv4": ("kpts", branch)}, net.end2end)
    return Ends((*ends, *sure))


@module("WorldDetect", CLASSES, Arg("embed", count), Arg("bn", flag), merges=True)
def world_detect(net: Network, name: str, maps: Sequence[Map], nc: int, embed: int = 512, bn: bool = False) -> Ends:
    """Classes told by how well features fit prompts, as many as there are classes (YOLO-World)."""

    def fits(at: str, x: Map) -> Map:
        y = classes(net, maps, nc, embed, True)(at, x)
        level = at.rsplit("/", 1)[1]
        if bn:
            y = net.add(f"{name}/cv4/{level}/norm", "batch_norm", y)
        return net.add(f"{name}/cv4/{level}/fits", "custom", y, channels=nc, filters=nc, bias=False, params=2)

    return Ends(tuple(heads(net, name, maps, {"cv2": ("box", boxes(net, maps)), "cv3": ("cls", fits)})))


@module("SemanticSegment", CLASSES, merges=True)
def semantic(net: Network, name: str, maps: Sequence[Map], nc: int) -> Ends:
    """What each position of the first map is of, and for the loss alone of the second one."""
    between = counted(maps[0])
    ends = []
    for x, part in zip(maps, ("classifier", "aux_head"), strict=False):
        ends.append(net.conv(f"{name}/{part}/1", net.block(f"{name}/{part}/0", x, between, 3), nc, bias=True))
    return Ends(tuple(ends))


@module("Depth", Arg("between", count), merges=True)
def depth(net: Network, name: str, maps: Sequence[Map], c: int = 256) -> Ends:
    """One distance for each position, from the deepest map upwards."""
    features = [net.block(f"{name}/proj/{at}", x, c) for at, x in enumerate(maps)]
    y = features[-1]
    for at in reversed(range(len(maps) - 1)):
        y = net.add(f"{name}/upsample_{at}", "upsample", y, scale=2, mode="bilinear", coordinates="align_corners")
        y = net.add(f"{name}/add_{at}", "add", y, features[at])
        y = net.block(f"{name}/refine/{at}/1", net.block(f"{name}/refine/{at}/0", y, c, 3), c, 3)
    y = net.block(f"{name}/head/0", y, c // 2, 3)
    y = net.block(f"{name}/head/2", doubled(net)(f"{name}/head/1", y), c // 4, 3)
    return Ends((net.conv(f"{name}/head/3", y, 1, bias=True),))


def _perceptron(*widths: int) -> int:
    """Parameters of linear layers in a row."""
    return sum(a * b + b for a, b in pairwise(widths))


@module("RTDETRDecoder", CLASSES, Arg("hd", count), Arg("nq", count), Arg("ndp", count), Arg("nh", count),
        Arg("ndl", count), Arg("d_ffn", count), *(Arg(word, anything) for word in ("dropout", "act", "eval_idx", "nd")),
        Arg("label_noise", anything), Arg("box_noise", anything), Arg("learnt", flag), merges=True)  # fmt: skip
def rtdetr_decoder(
    net: Network, name: str, maps: Sequence[Map], nc: int, hd: int = 256, nq: int = 300, ndp: int = 4, nh: int = 8,
    ndl: int = 6, d_ffn: int = 1024, *rest: Any,
) -> Ends:  # fmt: skip
    """Queries taken from the best positions of all maps, which then attend to places anywhere (RT-DETR)."""
    projected = [
        net.add(f"{name}/input_proj/{at}/1", "batch_norm", net.conv(f"{name}/input_proj/{at}/0", x, hd))
        for at, x in enumerate(maps)
    ]
    flat = [net.add(f"{name}/flatten_{at + 1}", "flatten", y, channels=None) for at, y in enumerate(projected)]
    points = nh * len(maps) * ndp
    crossing = _perceptron(hd, 2 * points) + _perceptron(hd, points) + 2 * _perceptron(hd, hd)
    attending = 4 * _perceptron(hd, hd)
    each = attending + crossing + _perceptron(hd, d_ffn, hd) + 3 * 2 * hd
    answers = _perceptron(hd, nc) + _perceptron(hd, hd, hd, 4)
    params = ndl * (each + answers) + answers + nc * hd + _perceptron(4, 2 * hd, hd) + _perceptron(hd, hd) + 2 * hd
    if len(rest) > 6 and rest[6]:
        params += nq * hd
    out = nq * (4 + nc)
    joined = net.concat(f"{name}/concat", flat)
    return Ends((net.add(f"{name}/decoder", "custom", joined, channels=out, filters=out, global_=True, params=params),))
