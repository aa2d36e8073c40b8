"""What reads prompts, and what prompts read (YOLO-World): as many texts as there are classes."""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.readers.yolo.arguments import Count, Flag, Ratio, Width
from rfcli.readers.yolo.attention import heads_of
from rfcli.readers.yolo.bottlenecks import two_convs
from rfcli.readers.yolo.modules import Repeats, module
from rfcli.readers.yolo.network import Map, Network, into
from rfcli.readers.yolo.stages import grown


@module("C2fAttn")
def c2f_attn(
    net: Network, x: Map, c2: Width, n: Repeats, ec: Count = 128, nh: Count = 1, gc: Count = 512,
    shortcut: Flag = False, g: Count = 1, e: Ratio = 0.5,
) -> Map:  # fmt: skip
    """C2f, and its last map weighted by how well it fits one of the prompts (YOLO-World); their channels are c2*e."""
    c = int(c2 * e)
    if nh > 1:
        nh = int(max(round(min(nh, net.model.max_channels // 2 // 32)) * net.model.width, 1))
    heads_of(c, nh)
    maps = net.chunked("chunk", net.block("cv1", x, 2 * c))
    grown(net, maps, n, lambda net, y: two_convs(net, y, c, shortcut, g, (3, 3), 1.0))
    y, unit, texts = maps[-1], net / "attn", net.model.texts
    fits, own, once = y, gc * c + c + nh, texts * gc * c
    if net.model.guide is not None:
        into(net.model.guide, gc, "C2fAttn")
        prompts = unit.add("gl", "custom", net.model.guide, channels=c, filters=c, params=gc * c + c, macs=once)
        fits, own, once = unit.add("guide", "multiply", y, prompts), nh, 0
    fits = unit.add("fits", "custom", fits, channels=nh * texts, filters=nh * texts, groups=nh, bias=False, params=own)
    fits = unit.add("best", "custom", fits, channels=nh, filters=nh, params=0, macs=once)
    fits = unit.add("sigmoid", "sigmoid", fits)
    fits = unit.add("heads", "custom", fits, channels=c, filters=c, params=0, macs=0)
    z = unit.block("proj_conv", y, c, 3, act=False)
    maps.append(unit.add("multiply", "multiply", z, fits))
    return net.block("cv2", net.concat("concat", maps), c2)


@module("ImagePoolingAttn")
def image_pooling(
    net: Network, maps: Sequence[Map], ec: Count = 256, ct: Count = 512, nh: Count = 8, k: Count = 3,
    scale: Flag = False,
) -> Map:  # fmt: skip
    """Prompts that attend to pools of the image: from here on they depend on all of it (YOLO-World)."""
    pooled = []
    for at, x in enumerate(maps):
        y = net.conv(f"projections/{at}", x, ec, bias=True)
        pooled.append(net.add(f"im_pools/{at}", "adaptive_max_pool", y, output_size=k))
    patches, texts = len(maps) * k * k, net.model.texts
    y = net.concat("concat", pooled)
    y = net.add("flatten", "flatten", y, channels=patches * ec)
    params = (2 * ct + ct * ec + ec) + 2 * (2 * ec + ec * ec + ec) + ec * ct + ct + scale
    macs = texts * ct * ec + 2 * patches * ec * ec + 2 * texts * patches * ec + texts * ec * ct
    net.model.guide = net.add("prompts", "custom", y, channels=ct, filters=ct, params=params, macs=macs)
    return net.model.guide
