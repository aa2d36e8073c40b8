"""Modules of YOLOv7's family and of repositories made of YOLOv5's: WongKinYiu/yolov7 and yolov9, iscyy/yoloair.

`FORKED` has those that go by a name of Ultralytics' and take other arguments there.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rfcli.layers._parameters import shown
from rfcli.readers.yolo.arguments import Act, Anything, Count, Counts, Flag, Padding, Ratio, Width
from rfcli.readers.yolo.attention import unchanged
from rfcli.readers.yolo.bottlenecks import residual, two_convs
from rfcli.readers.yolo.convolutions import ghost_conv
from rfcli.readers.yolo.modules import FORKED, Repeats, module
from rfcli.readers.yolo.network import Map, Network, Sizes, Wrong, counted
from rfcli.readers.yolo.pyramids import KERNELS
from rfcli.readers.yolo.stages import Unit, c3_of, chain
from rfcli.readers.yolo.torch_nn import pixel_unshuffle

# Pools, and what only rearranges and merges maps


@module("MP")
def pool(net: Network, x: Map, k: Count = 2) -> Map:
    return net.pool("", x, k, k, 0)


@module("SP")
def pool_in_place(net: Network, x: Map, k: Count = 3, s: Count = 1) -> Map:
    return net.pool("", x, k, s)


@module("ReOrg", "space_to_depth")
def reorganised(net: Network, x: Map, dimension: Anything = 1) -> Map:
    """Every second row and column, as channels."""
    return pixel_unshuffle(net, x, 2)


@module("Silence")
def silence(net: Network, x: Map) -> Map:
    return net.add("", "identity", x)


@module("Shortcut")
def shortcut(net: Network, maps: Sequence[Map], dimension: Anything = 0) -> Map:
    if len(maps) != 2:
        raise Wrong(f"it adds two maps, from names {len(maps)}")
    return net.add("", "add", *maps)


@module("Foldcut")
def folded(net: Network, x: Map, dimension: Anything = 0) -> Map:
    return net.add("", "add", *net.chunked("chunk", x))


@module("Chuncat")
def chunk_concat(net: Network, maps: Sequence[Map], dimension: Anything = 1) -> Map:
    """The first halves of all maps, then the second ones."""
    halves = [net.chunked(f"chunk_{at}", x) for at, x in enumerate(maps, 1)]
    return net.concat("", [half[at] for at in (0, 1) for half in halves])


# Convolutions


def rep_conv(net: Network, x: Map, c2: int, s: Sizes, g: int, act: bool | str) -> Map:
    """As it is trained: kernels of 3 and of 1 and, where it keeps map and channels, the input itself, added."""
    terms = [
        net.add("rbr_dense/1", "batch_norm", net.conv("rbr_dense/0", x, c2, 3, s, 1, g)),
        net.add("rbr_1x1/1", "batch_norm", net.conv("rbr_1x1/0", x, c2, 1, s, 0, g)),
    ]
    if counted(x) == c2 and s in (1, [1, 1]):
        terms.append(net.add("rbr_identity", "batch_norm", x))
    return net.active("act", net.add("add", "add", *terms), act)


def of_kernel_3(k: Sizes, p: Sizes | None, what: str) -> None:
    if k not in (3, [3, 3]) or p not in (None, 1, [1, 1]):
        raise Wrong(f"{what} has kernel 3 and padding 1, is given {shown([k, p])}")


@FORKED("RepConv")
def rep_conv_of_forks(
    net: Network, x: Map, c2: Width, k: Sizes = 3, s: Sizes = 1, p: Padding = None, g: Count = 1, act: Act = True
) -> Map:
    of_kernel_3(k, p, "RepConv")
    return rep_conv(net, x, c2, s, g, act)


@module("RepVGGBlockv6")
def rep_vgg_block(net: Network, x: Map, c2: Width, k: Sizes = 3, s: Sizes = 1, p: Padding = 1) -> Map:
    of_kernel_3(k, p, "RepVGGBlockv6")
    return rep_conv(net, x, c2, s, 1, "relu")


@module("RobustConv")
def robust_conv(
    net: Network, x: Map, c2: Width, k: Sizes = 7, s: Sizes = 1, p: Padding = None, g: Anything = 1, act: Act = True
) -> Map:
    y = net.block("conv_dw", x, counted(x), k, s, p, counted(x), act=act)
    return net.add("gamma", "channel_scale", net.conv("conv1x1", y, c2, bias=True))


@module("GSConv")
def gs_conv(net: Network, x: Map, c2: Width, k: Sizes = 1, s: Sizes = 1, g: Count = 1, act: Act = True) -> Map:
    """A ghost convolution whose channels are shuffled: the even ones, then the odd ones."""
    y = ghost_conv(net, x, c2, k, s, g, act)
    return net.add("shuffle", "channel_shuffle", y, groups=c2 // 2)


@module("Stem")
def stem(net: Network, x: Map, c2: Width) -> Map:
    """A quarter of the map's sides: by convolutions, and by a pool (YOLOv7)."""
    return stem_of(net, x, c2, Network.block)


@module("GhostStem")
def ghost_stem(net: Network, x: Map, c2: Width) -> Map:
    return stem_of(net, x, c2, ghost_block)


Block = Callable[[Network, str, Map, int, int, int], Map]
"""Adds a part of so many channels, of a kernel and a stride."""


def ghost_block(net: Network, part: str, x: Map, c2: int, k: int = 1, s: int = 1) -> Map:
    return ghost_conv(net / part, x, c2, k, s)


def grouped_block(net: Network, part: str, x: Map, c2: int, k: int = 1, s: int = 1) -> Map:
    return net.block(part, x, c2, k, s, groups=4)


def stem_of(net: Network, x: Map, c2: int, block: Block) -> Map:
    c = c2 // 2
    y = block(net, "cv1", x, c, 3, 2)
    maps = [block(net, "cv3", block(net, "cv2", y, c, 1, 1), c, 3, 2), net.pool("pool", y, 2, 2, 0)]
    return block(net, "cv4", net.concat("concat", maps), c2, 1, 1)


@module("DownC")
def down(net: Network, x: Map, c2: Width, n: Repeats, k: Count = 2) -> Map:
    """Half of the channels by a convolution, half by a pool; its repeats change nothing."""
    y = net.block("cv2", net.block("cv1", x, counted(x)), c2 // 2, 3, k)
    return net.concat("concat", [y, net.block("cv3", net.pool("mp", x, k, k, 0), c2 // 2)])


# Pyramids of pools


def spp_csp(net: Network, x: Map, c2: int, e: float, k: Sequence[int], row: bool, block: Block) -> Map:
    """A pyramid of pools on one of two ways; the pools stand in a row, or beside one another."""
    c = int(2 * c2 * e)
    y = block(net, "cv4", block(net, "cv3", block(net, "cv1", x, c, 1, 1), c, 3, 1), c, 1, 1)
    maps = [y]
    for at, size in enumerate(k):
        maps.append(net.pool(f"m_{at + 1}" if row else f"m/{at}", maps[-1] if row else y, size))
    y = block(net, "cv6", block(net, "cv5", net.concat("pools", maps), c, 1, 1), c, 3, 1)
    return block(net, "cv7", net.concat("concat", [y, block(net, "cv2", x, c, 1, 1)]), c2, 1, 1)


@module("SPPCSPC")
def sppcspc(
    net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = False, g: Anything = 1, e: Ratio = 0.5,
    k: Counts = KERNELS,
) -> Map:  # fmt: skip
    return spp_csp(net, x, c2, e, k, False, Network.block)


@module("GhostSPPCSPC")
def ghost_sppcspc(
    net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = False, g: Anything = 1, e: Ratio = 0.5,
    k: Counts = KERNELS,
) -> Map:  # fmt: skip
    return spp_csp(net, x, c2, e, k, False, ghost_block)


@module("SPPCSPC_group")
def grouped_sppcspc(
    net: Network, x: Map, c2: Width, n: Count = 1, shortcut: Flag = False, g: Anything = 1, e: Ratio = 0.5,
    k: Counts = KERNELS,
) -> Map:  # fmt: skip
    return spp_csp(net, x, c2, e, k, False, grouped_block)


@module("SPPFCSPC")
def sppfcspc(
    net: Network, x: Map, c2: Width, n: Count = 1, shortcut: Flag = False, g: Anything = 1, e: Ratio = 0.5, k: Count = 5
) -> Map:
    return spp_csp(net, x, c2, e, [k] * 3, True, Network.block)


@module("SPPCSP")
def sppcsp(
    net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = False, g: Anything = 1, e: Ratio = 0.5,
    k: Counts = KERNELS,
) -> Map:  # fmt: skip
    """The second way is a bare convolution; both are normalised together (Scaled-YOLOv4)."""
    c = int(2 * c2 * e)
    y = net.block("cv4", net.block("cv3", net.block("cv1", x, c), c, 3), c)
    maps = [y, *(net.pool(f"m/{at}", y, size) for at, size in enumerate(k))]
    y = net.block("cv6", net.block("cv5", net.concat("pools", maps), c), c, 3)
    return net.block("cv7", normalised(net, [y, net.conv("cv2", x, c)], "mish"), c2)


# Stages


def normalised(net: Network, maps: list[Map], act: str) -> Map:
    """Maps joined, then normalised."""
    return net.add("act", act, net.add("bn", "batch_norm", net.concat("concat", maps)))


@module("BottleneckCSP2")
def csp_2(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = False, g: Count = 1, e: Ratio = 0.5) -> Map:
    x = net.block("cv1", x, c2)
    y = chain(net, x, n, lambda net, z: two_convs(net, z, c2, shortcut, g, (1, 3), 1.0))
    return net.block("cv3", normalised(net, [y, net.conv("cv2", x, c2)], "mish"), c2)


@module("BottleneckCSPF")
def csp_f(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    c = int(c2 * e)
    y = chain(net, net.block("cv1", x, c), n, lambda net, z: two_convs(net, z, c, shortcut, g, (1, 3), 1.0))
    return net.block("cv4", normalised(net, [y, net.conv("cv2", x, c)], "silu"), c2)


@module("C3C2")
def c3_c2(net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    """Units behind a convolution, and this convolution before it is normalised."""
    c = int(c2 * e)
    x = net.conv("conv", x, c, groups=g)
    y = net.add("act", "silu", net.add("bn", "batch_norm", x))
    y = chain(net, y, n, lambda net, z: two_convs(net, z, c, shortcut, g, (1, 3), 1.0))
    return net.block("cv1", net.concat("concat", [y, x]), c2, act="mish")


def conv_next(net: Network, x: Map) -> Map:
    """A depthwise kernel of 7, then a perceptron at each position (Liu et al. 2022)."""
    c = counted(x)
    y = net.add("norm", "layer_norm", net.conv("dwconv", x, c, 7, groups=c, bias=True))
    return perceptron(net, x, y, "gamma")


def perceptron(net: Network, x: Map, y: Map, gamma: str) -> Map:
    """Two layers at each position, the inner one four times as wide, scaled and added to the map `x`."""
    c = counted(x)
    y = net.conv("pwconv2", net.add("act", "gelu", net.conv("pwconv1", y, 4 * c, bias=True)), c, bias=True)
    return net.add("add", "add", x, net.add(gamma, "channel_scale", y))


def hor_block(net: Network, x: Map) -> Map:
    """Five gates in a row, each of a depthwise kernel of 7, then a perceptron (Rao et al. 2022)."""
    c = counted(x)
    widths = [c // 2**at for at in reversed(range(5))]
    inner, y = net / "gnconv", net.add("norm1", "layer_norm", x)
    y = inner.conv("proj_in", y, 2 * c, bias=True)
    if widths[0] + sum(widths) != 2 * c:
        raise Wrong(f"its {c} channels cannot be halved four times")
    gates = inner.sliced("gates", y, widths[0], 2 * c)
    gates = inner.conv("dwconv", gates, sum(widths), 7, groups=sum(widths), bias=True)
    y, start = inner.sliced("first", y, 0, widths[0]), 0
    for at, width in enumerate(widths):
        y = inner.conv(f"pws/{at - 1}", y, width, bias=True) if at else y
        y = inner.add(f"gate_{at}", "multiply", y, inner.sliced(f"gate_{at}_by", gates, start, start + width))
        start += width
    y = net.add("gamma1", "channel_scale", inner.conv("proj_out", y, c, bias=True))
    x = net.add("add_1", "add", x, y)
    return perceptron(net, x, net.add("norm2", "layer_norm", x), "gamma2")


def lone_module(name: str, block: Callable[[Network, Map], Map]) -> None:
    """A block that stands alone, once however often it is to be repeated."""

    @module(name)
    def make(net: Network, x: Map, c2: Width, n: Repeats) -> Map:
        unchanged(x, c2)
        return block(net, x)


def stage_module(name: str, block: Callable[[Network, Map], Map]) -> None:
    """Blocks on one of two ways."""

    @module(name)
    def make(
        net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = True, g: Anything = 1, e: Ratio = 0.5
    ) -> Map:
        return c3_of(net, x, c2, n, e, lambda net, y, c: block(net, y))


lone_module("ConvNextBlock", conv_next)
lone_module("HorBlock", hor_block)
stage_module("CNeB", conv_next)
stage_module("C3HB", hor_block)


def res(net: Network, x: Map, c2: int, shortcut: bool, g: int, e: float, rep: bool = False) -> Map:
    """A bottleneck of three convolutions, as ResNet's."""
    c = int(c2 * e)
    y = net.block("cv1", x, c)
    y = rep_conv(net / "cv2", y, c, 1, g, True) if rep else net.block("cv2", y, c, 3, groups=g)
    return residual(net, x, net.block("cv3", y, c2), shortcut)


def res_module(name: str, groups: int, rep: bool) -> None:
    @module(name)
    def make(net: Network, x: Map, c2: Width, shortcut: Flag = True, g: Count = groups, e: Ratio = 0.5) -> Map:
        return res(net, x, c2, shortcut, g, e, rep)


for _name, _groups, _rep in (("Res", 1, False), ("ResX", 32, False), ("RepRes", 1, True), ("RepResX", 32, True)):
    res_module(_name, _groups, _rep)


@module("RepBottleneck")
def rep_bottleneck(net: Network, x: Map, c2: Width, shortcut: Flag = True, g: Count = 1, e: Ratio = 0.5) -> Map:
    """Its input is added whatever its arguments say, and only half as many channels lie inside."""
    if int(c2 * e) != int(c2 * 0.5):
        raise Wrong(f"e must be 0.5, is {shown(e)}")
    y = rep_conv(net / "cv2", net.block("cv1", x, int(c2 * 0.5)), c2, 1, g, True)
    return residual(net, x, y, True)


@module("Ghost")
def ghost(net: Network, x: Map, c2: Width, k: Sizes = 3, s: Count = 1) -> Map:
    if s != 2 and counted(x) != c2:
        raise Wrong(f"its {c2} channels must be those of its input, which has {x.channels}")
    return ghost_unit(net, x, c2, k, s)


def ghost_unit(net: Network, x: Map, c2: int, k: Sizes = 3, s: int = 1) -> Map:
    y = ghost_conv(net / "conv/0", x, c2 // 2)
    if s == 2:
        y = net.depthwise("conv/1", y, c2 // 2, k, s, act=False)
        x = net.block("shortcut/1", net.depthwise("shortcut/0", x, counted(x), k, s, act=False), c2, act=False)
    return net.add("add", "add", ghost_conv(net / "conv/2", y, c2, act=False), x)


def csp_a(net: Network, x: Map, c2: int, n: int, e: float, unit: Unit) -> Map:
    """Units on one of two ways, joined."""
    return c3_of(net, x, c2, n, e, unit)


def csp_b(net: Network, x: Map, c2: int, n: int, e: float, unit: Unit) -> Map:
    """Both ways behind one convolution."""
    x = net.block("cv1", x, c2)
    y = chain(net, x, n, lambda net, z: unit(net, z, c2))
    return net.block("cv3", net.concat("concat", [y, net.block("cv2", x, c2)]), c2)


def csp_c(net: Network, x: Map, c2: int, n: int, e: float, unit: Unit) -> Map:
    """One more convolution behind the units."""
    c = int(c2 * e)
    y = chain(net, net.block("cv1", x, c), n, lambda net, z: unit(net, z, c))
    y = net.block("cv3", y, c)
    return net.block("cv4", net.concat("concat", [y, net.block("cv2", x, c)]), c2)


Made = Callable[[Network, Map, int, bool, int], Map]
"""Adds a unit of a stage: of so many channels, with its input added or not, of so many groups."""


def csp_module(name: str, way: Callable[..., Map], unit: Made, added: bool, groups: int) -> None:
    @module(name)
    def make(
        net: Network, x: Map, c2: Width, n: Repeats, shortcut: Flag = added, g: Count = groups, e: Ratio = 0.5
    ) -> Map:
        return way(net, x, c2, n, e, lambda net, y, c: unit(net, y, c, shortcut, g))


UNITS: dict[str, tuple[Made, int]] = {
    "Bottleneck": (lambda net, y, c, shortcut, g: two_convs(net, y, c, shortcut, g, (1, 3), 1.0), 1),
    "Res": (lambda net, y, c, shortcut, g: res(net, y, c, shortcut, g, 0.5), 1),
    "ResX": (lambda net, y, c, shortcut, g: res(net, y, c, shortcut, g, 1.0), 32),
    "RepRes": (lambda net, y, c, shortcut, g: res(net, y, c, shortcut, g, 0.5, True), 1),
    "RepResX": (lambda net, y, c, shortcut, g: res(net, y, c, shortcut, g, 0.5, True), 32),
    "Ghost": (lambda net, y, c, shortcut, g: ghost_unit(net, y, c), 1),
}
"""What a stage is made of: a unit, and its groups where none are given."""

for _name, (_unit, _groups) in UNITS.items():
    csp_module(f"{_name}CSPA", csp_a, _unit, True, _groups)
    csp_module(f"{_name}CSPB", csp_b, _unit, not _name.endswith(("Bottleneck", "RepRes", "RepResX")), _groups)
    csp_module(f"{_name}CSPC", csp_c, _unit, True, _groups)


# Attention


@FORKED("CBAM")
def cbam(net: Network, x: Map, c2: Width) -> Map:
    """Channels weighted by a perceptron of their mean and maximum, then positions (Woo et al. 2018)."""
    unchanged(x, c2)
    inner, sums = net / "channel_attention", []
    for word in ("avg", "max"):
        y = inner.add(f"{word}_pool", f"global_{word}_pool", x)
        shared = {} if word == "avg" else {"params": 0}
        y = inner.add(f"{word}/0", "conv", y, channels=c2 // 16, filters=c2 // 16, kernel=1, bias=True, **shared)
        y = inner.add(f"{word}/1", "leaky_relu", y)
        sums.append(inner.add(f"{word}/2", "conv", y, channels=c2, filters=c2, kernel=1, bias=True, **shared))
    x = net.add("multiply_1", "multiply", inner.add("act", "sigmoid", inner.add("add", "add", *sums)), x)
    inner = net / "spatial_attention"
    maps = [inner.add(part, "custom", x, channels=1, filters=1, params=0, macs=0) for part in ("mean", "max")]
    y = inner.conv("conv2d", inner.concat("concat", maps), 1, 7, bias=True)
    return net.add("multiply_2", "multiply", inner.add("act", "sigmoid", y), x)


@module("SEAttention")
def squeeze_excite(net: Network, x: Map, c2: Width, reduction: Count = 16) -> Map:
    unchanged(x, c2)
    y = net.conv("fc/0", net.add("avg_pool", "global_avg_pool", x), c2 // reduction)
    y = net.conv("fc/2", net.add("fc/1", "relu", y), c2)
    return net.add("multiply", "multiply", x, net.add("fc/3", "sigmoid", y))
