"""The heads of YOLO models, which end a network: a branch of convolutions for each map and each thing that is told.

Branches have the framework's names, `cv2/0/1/conv` for the second convolution of the boxes of the first map. What comes
of them is called by the map's number and what it is, `0/box`, `0/cls`: boxes before they are placed in the image.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from rfcli.readers.yolo.arguments import Anything, Count, Counts, Flag, Padding, Width, count, width
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import Ends, Map, Network, Sizes, Wrong, counted

Build = Callable[[Network, Map], Map]
"""What adds layers behind a map: a branch of a head, or a part of one."""

CLASSIFIED = 1280
"""Features before the classes are told."""


@module("Classify")
def classify(
    net: Network, maps: Sequence[Map], nc: Count, k: Sizes = 1, s: Sizes = 1, p: Padding = None, g: Count = 1
) -> Ends:
    y = net.block("conv", net.concat("concat", maps), CLASSIFIED, k, s, p, g)
    y = net.add("drop", "dropout", net.add("pool", "global_avg_pool", y), rate=0)
    return (net.add("linear", "linear", y, channels=nc, units=nc),)


def two_and_one(between: int, out: int) -> Build:
    """Two blocks of kernel 3, and a convolution of kernel 1."""

    def branch(net: Network, x: Map) -> Map:
        y = net.block("1", net.block("0", x, between, 3), between, 3)
        return net.conv("2", y, out, bias=True)

    return branch


def separable(between: int, out: int) -> Build:
    """The same, each kernel of 3 depthwise and followed by one of 1."""

    def branch(net: Network, x: Map) -> Map:
        for at in range(2):
            x = net.block(f"{at}/1", net.depthwise(f"{at}/0", x, counted(x), 3), between)
        return net.conv("2", x, out, bias=True)

    return branch


def inside(maps: Sequence[Map], least: int) -> int:
    """Channels inside a branch: a quarter of the first map's, and no fewer than it needs."""
    return max(counted(maps[0]) // 4, least)


def narrow(maps: Sequence[Map], out: int, least: int = 0) -> Build:
    return two_and_one(inside(maps, max(out, least)), out)


def boxes(net: Network, maps: Sequence[Map]) -> Build:
    return narrow(maps, 4 * net.model.reg_max, 16)


def classifier(maps: Sequence[Map], nc: int, out: int, plain: bool) -> Build:
    between = max(counted(maps[0]), min(nc, 100))
    return (two_and_one if plain else separable)(between, out)


RAW = "raw_"
"""Before the word of what is told as it is predicted."""


def told(net: Network, word: str, x: Map) -> Map:
    """What a branch says, under a name of its own. Of a side of a box the mean of a distribution over `reg_max`
    distances (Li et al. 2020), which are the weights, and not trained."""
    if word == "box" and net.model.reg_max > 1:
        return net.add(word, "custom", x, channels=4, filters=4, groups=4, bias=False, params=0)
    return net.add(word.removeprefix(RAW), "sigmoid" if word in ("cls", "angle") else "identity", x)


def heads(net: Network, maps: Sequence[Map], branches: dict[str, Build], end2end: bool = False) -> Ends:
    """A branch for each map and each word that is told: `cv2` is the first word's, `cv3` the second one's.

    An `end2end` head has all branches twice: those with one box for each object are used, the others only train.
    """

    def built(prefix: str) -> dict[tuple[str, int], Map]:
        return {
            (word, at): build(net / f"{prefix}cv{number}/{at}", x)
            for number, (word, build) in enumerate(branches.items(), 2)
            for at, x in enumerate(maps)
        }

    trained = built("").values() if end2end else ()
    made = built("one2one_" if end2end else "")
    return *(told(net / str(at), word, made[word, at]) for at in range(len(maps)) for word in branches), *trained


def detection(net: Network, maps: Sequence[Map], nc: int, plain: bool) -> dict[str, Build]:
    if net.model.forked:  # YOLOv9's own repository has wider branches where there are many classes
        return {"box": boxes(net, maps), "cls": two_and_one(max(counted(maps[0]), min(2 * nc, 128)), nc)}
    return {"box": boxes(net, maps), "cls": classifier(maps, nc, nc, plain)}


def with_detection(net: Network, maps: Sequence[Map], nc: int, **more: Build) -> Ends:
    """A head that tells boxes and classes, and more."""
    return heads(net, maps, detection(net, maps, nc, net.model.plain_heads) | more, net.model.end2end)


def anchors_of(value: Anything) -> int:
    """Anchors of each map: YOLOv5's files list width and height of each, or say how many there are."""
    first = value[0] if isinstance(value, list) and value else value
    if isinstance(first, list) and first and len(first) % 2 == 0:
        return len(first) // 2
    if type(first) is int and 1 <= first <= 1000 and not isinstance(value, list):
        return first
    raise Wrong("anchors must be a number, or for each map a list of widths and heights")


def anchored(net: Network, maps: Sequence[Map], anchors: Anything, each: int) -> Ends:
    """YOLOv5's: box, objectness and what else is told of each anchor, from one convolution."""
    filters = anchors_of(anchors) * each
    return tuple(net.conv(f"m/{at}", x, filters, bias=True) for at, x in enumerate(maps))


@module("Detect")
def detect(net: Network, maps: Sequence[Map], nc: Count, anchors: Anything = None) -> Ends:
    if net.model.anchored:
        return anchored(net, maps, anchors, nc + 5)
    return with_detection(net, maps, nc)


@module("v10Detect")
def v10_detect(net: Network, maps: Sequence[Map], nc: Count) -> Ends:
    return heads(net, maps, detection(net, maps, nc, False), True)


def prototype_masks(net: Network, x: Map, between: int, masks: int, grow: Build) -> Map:
    """Masks from which those of objects are mixed (Bolya et al. 2019), twice as large as the map."""
    y = grow(net / "upsample", net.block("cv1", x, between, 3))
    return net.block("cv3", net.block("cv2", y, between, 3), masks)


def doubled(net: Network, x: Map) -> Map:
    """A transposed convolution of kernel and stride 2."""
    return net.add("", "conv_transpose", x, filters=x.channels, kernel=2, stride=2)


def nearest(net: Network, x: Map) -> Map:
    """Every sample twice along each axis."""
    return net.add("", "upsample", x, scale=2, coordinates="asymmetric")


@module("Segment")
def segment(
    net: Network, maps: Sequence[Map], nc: Count, masks: Anything = 32, prototypes: Anything = 256, hidden: Width = 256
) -> Ends:
    """YOLOv5's own files have the anchors before masks and prototypes."""
    if net.model.anchored:
        anchors, nm = masks, count(net.model, prototypes)
        ends = anchored(net, maps, anchors, nc + 5 + nm)
        return *ends, prototype_masks(net / "proto", maps[0], hidden, nm, nearest)
    nm, between = count(net.model, masks), width(net.model, prototypes)
    ends = with_detection(net, maps, nc, mask=narrow(maps, nm))
    return *ends, prototype_masks(net / "proto", maps[0], between, nm, nearest if net.model.forked else doubled)


@module("Segment26")
def segment_26(net: Network, maps: Sequence[Map], nc: Count, masks: Count = 32, prototypes: Width = 256) -> Ends:
    """Prototypes from all maps; what each position is of, for the loss alone."""
    ends = with_detection(net, maps, nc, mask=narrow(maps, masks))
    return *ends, *prototypes_26(net / "proto", maps, nc, masks, prototypes)


def prototypes_26(proto: Network, maps: Sequence[Map], nc: int, masks: int, prototypes: int) -> Ends:
    y = maps[0]
    for at, x in enumerate(maps[1:]):
        z = proto.block(f"feat_refine/{at}", x, counted(y))
        z = proto.add(f"upsample_{at + 1}", "upsample", z, scale=2 ** (at + 1), coordinates="asymmetric")
        y = proto.add(f"add_{at + 1}", "add", y, z)
    meant = two_and_one(prototypes, nc)(proto / "semseg", y)
    fused = proto.block("feat_fuse", y, prototypes, 3)
    return prototype_masks(proto, fused, prototypes, masks, doubled), meant


@module("OBB26")
def obb_26(net: Network, maps: Sequence[Map], nc: Count, angles: Count = 1) -> Ends:
    """Angles as they are predicted."""
    return with_detection(net, maps, nc, **{f"{RAW}angle": narrow(maps, angles)})


@module("OBB")
def obb(net: Network, maps: Sequence[Map], nc: Count, angles: Count = 1) -> Ends:
    return with_detection(net, maps, nc, angle=narrow(maps, angles))


PERSON = [17, 3]
"""Keypoints of a person (COCO), and what is told of each: its place, whether it is seen."""


def keypoints_of(shape: Sequence[int]) -> tuple[int, int]:
    if len(shape) != 2 or shape[0] * shape[1] > 10**6:
        raise Wrong("kpt_shape is the number of keypoints, and of what is told of each")
    return shape[0], shape[1]


@module("Pose")
def pose(net: Network, maps: Sequence[Map], nc: Count, kpt_shape: Counts = PERSON) -> Ends:
    number, each = keypoints_of(kpt_shape)
    return with_detection(net, maps, nc, kpts=narrow(maps, number * each))


FLOW = 12 * ((2 * 64 + 64) + (64 * 64 + 64) + (64 * 2 + 2))
"""Parameters of the normalising flow that weighs the error of keypoints: six times two nets 2-64-64-2."""


@module("Pose26")
def pose_26(net: Network, maps: Sequence[Map], nc: Count, kpt_shape: Counts = PERSON) -> Ends:
    """Keypoints and, for the loss alone, how sure they are."""
    number, each = keypoints_of(kpt_shape)
    between = inside(maps, number * (each + 2))
    sure: list[Map] = []

    def points(branch: Network, x: Map) -> Map:
        y = branch.block("1", branch.block("0", x, between, 3), between, 3)
        stem, level = branch.name.removeprefix(f"{net.name}/").split("/")
        spread = net.conv(f"{stem}_sigma/{level}", y, 2 * number, bias=True)
        sure.append(net.add(f"{stem}_flow/{level}", "custom", spread, filters=2 * number, macs=0,
                            params=0 if sure else FLOW))  # fmt: skip
        return net.conv(f"{stem}_kpts/{level}", y, number * each, bias=True)

    return *with_detection(net, maps, nc, kpts=points), *sure


def fitting(maps: Sequence[Map], nc: int, embed: int, plain: bool, bn: bool) -> Build:
    """Classes told by how well features fit prompts, as many as there are classes."""

    def fits(branch: Network, x: Map) -> Map:
        y = classifier(maps, nc, embed, plain)(branch, x)
        at, level = branch.name.replace("cv3", "cv4").rsplit("/", 1)
        fitted = Network(branch.model, f"{at}/{level}")
        if bn:
            y = fitted.add("norm", "batch_norm", y)
        return fitted.add("fits", "custom", y, channels=nc, filters=nc, bias=False, params=2)

    return fits


@module("WorldDetect")
def world_detect(net: Network, maps: Sequence[Map], nc: Count, embed: Count = 512, bn: Flag = False) -> Ends:
    """Classes of open vocabularies (YOLO-World)."""
    return heads(net, maps, {"box": boxes(net, maps), "cls": fitting(maps, nc, embed, True, bn)})


def yoloe(net: Network, maps: Sequence[Map], nc: int, embed: int, **more: Build) -> Ends:
    """The same with prompts that are refined by a perceptron or, instead, made of the image where it is marked: both
    work on prompts, and none of their layers is one of the network that looks at an image (YOLOE)."""
    fits = fitting(maps, nc, embed, net.model.plain_heads, True)
    ends = heads(net, maps, {"box": boxes(net, maps), "cls": fits} | more, net.model.end2end)
    refining = perceptron(embed, 4 * embed) + perceptron(2 * embed, embed)
    net.model.draft.unused_params += refining + marked_prompts(maps, max(counted(maps[0]), min(nc, 100)), embed)
    return ends


def marked_prompts(maps: Sequence[Map], between: int, embed: int) -> int:
    """Parameters of what makes prompts of three maps and of marks in the image."""

    def block(c1: int, c2: int, k: int) -> int:
        return c1 * c2 * k * k + 2 * c2

    areas = 16
    levels = sum(block(counted(x), between, 3) + block(between, between, 3) + block(counted(x), between, 1)
                 for x in maps)  # fmt: skip
    joined = 3 * between
    told = perceptron(joined, embed) + (joined * 9 * areas + areas) + (9 * areas + areas)
    return levels + told + block(2 * areas, areas, 3) + (areas * 9 * areas + areas)


@module("YOLOEDetect")
def yoloe_detect(net: Network, maps: Sequence[Map], nc: Count, embed: Count = 512, bn: Flag = True) -> Ends:
    return yoloe(net, maps, nc, embed)


@module("YOLOESegment")
def yoloe_segment(
    net: Network, maps: Sequence[Map], nc: Count, masks: Count = 32, prototypes: Width = 256, embed: Count = 512,
    bn: Flag = True,
) -> Ends:  # fmt: skip
    ends = yoloe(net, maps, nc, embed, mask=narrow(maps, masks))
    return *ends, prototype_masks(net / "proto", maps[0], prototypes, masks, doubled)


@module("YOLOESegment26")
def yoloe_segment_26(
    net: Network, maps: Sequence[Map], nc: Count, masks: Count = 32, prototypes: Width = 256, embed: Count = 512,
    bn: Flag = True,
) -> Ends:  # fmt: skip
    ends = yoloe(net, maps, nc, embed, mask=narrow(maps, masks))
    return *ends, *prototypes_26(net / "proto", maps, nc, masks, prototypes)


@module("SemanticSegment")
def semantic(net: Network, maps: Sequence[Map], nc: Count) -> Ends:
    """What each position of the first map is of, and for the loss alone of the second one."""
    between = counted(maps[0])
    return tuple(
        net.conv(f"{part}/1", net.block(f"{part}/0", x, between, 3), nc, bias=True)
        for x, part in zip(maps, ("classifier", "aux_head"), strict=False)
    )


@module("Depth")
def depth(net: Network, maps: Sequence[Map], between: Count = 256) -> Ends:
    """One distance for each position, from the deepest map upwards."""
    features = [net.block(f"proj/{at}", x, between) for at, x in enumerate(maps)]
    y = features[-1]
    for at in reversed(range(len(maps) - 1)):
        y = net.add(f"upsample_{at}", "upsample", y, scale=2, mode="bilinear", coordinates="align_corners")
        y = net.add(f"add_{at}", "add", y, features[at])
        y = net.block(f"refine/{at}/1", net.block(f"refine/{at}/0", y, between, 3), between, 3)
    y = net.block("head/0", y, between // 2, 3)
    y = net.block("head/2", doubled(net / "head/1", y), between // 4, 3)
    return (net.conv("head/3", y, 1, bias=True),)


def perceptron(*widths: int) -> int:
    """Parameters of linear layers in a row."""
    return sum(a * b + b for a, b in pairwise(widths))


@module("RTDETRDecoder")
def rtdetr_decoder(
    net: Network, maps: Sequence[Map], nc: Count, hd: Count = 256, nq: Count = 300, ndp: Count = 4,
    nh: Count = 8, ndl: Count = 6, d_ffn: Count = 1024, dropout: Anything = 0, act: Anything = None,
    eval_idx: Anything = -1, nd: Anything = 100, label_noise: Anything = 0.5, box_noise: Anything = 1,
    learnt: Flag = False,
) -> Ends:  # fmt: skip
    """Queries taken from the best positions of all maps, which then attend to places anywhere (RT-DETR)."""
    projected = [
        net.add(f"input_proj/{at}/1", "batch_norm", net.conv(f"input_proj/{at}/0", x, hd)) for at, x in enumerate(maps)
    ]
    flat = [net.add(f"flatten_{at + 1}", "flatten", y, channels=None) for at, y in enumerate(projected)]
    points = nh * len(maps) * ndp
    crossing = perceptron(hd, 2 * points) + perceptron(hd, points) + 2 * perceptron(hd, hd)
    attending = 4 * perceptron(hd, hd)
    each = attending + crossing + perceptron(hd, d_ffn, hd) + 3 * 2 * hd
    answers = perceptron(hd, nc) + perceptron(hd, hd, hd, 4)
    params = ndl * (each + answers) + answers + nc * hd + perceptron(4, 2 * hd, hd) + perceptron(hd, hd) + 2 * hd
    params += nq * hd if learnt else 0
    out = nq * (4 + nc)
    joined = net.concat("concat", flat)
    return (net.add("decoder", "custom", joined, channels=out, filters=out, global_=True, params=params),)
