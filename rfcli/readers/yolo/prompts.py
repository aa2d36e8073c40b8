"""What reads prompts, and what prompts read (YOLO-World): as many texts as there are classes."""

from __future__ import annotations

from rfcli.readers.yolo.attention import heads_of
from rfcli.readers.yolo.bottlenecks import two_convs
from rfcli.readers.yolo.modules import module
from rfcli.readers.yolo.network import into
from rfcli.readers.yolo.stages import grown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.readers.yolo.arguments import Count, Flag, Ratio, Width
    from rfcli.readers.yolo.modules import Repeats
    from rfcli.readers.yolo.network import Map, Network


@module("C2fAttn")
def c2f_attn(
    net: Network, name: str, x: Map, c2: Width, n: Repeats, ec: Count = 128, nh: Count = 1, gc: Count = 512,
    shortcut: Flag = False, g: Count = 1, e: Ratio = 0.5,
) -> Map:  # fmt: skip
    """C2f, and its last map weighted by how well it fits one of the prompts (YOLO-World); their channels are c2*e."""
    c = int(c2 * e)
    if nh > 1:
        nh = int(max(round(min(nh, net.max_channels // 2 // 32)) * net.width, 1))
    heads_of(c, nh)
    maps = net.chunked(f"{name}/chunk", net.block(f"{name}/cv1", x, 2 * c))
    grown(net, name, maps, n, lambda at, y: two_convs(net, at, y, c, shortcut, g, (3, 3), 1.0))
    y, here = maps[-1], f"{name}/attn"
    fits, own, once = y, gc * c + c + nh, net.texts * gc * c
    if net.guide is not None:
        into(net.guide, gc, "C2fAttn")
        prompts = net.add(f"{here}/gl", "custom", net.guide, channels=c, filters=c, params=gc * c + c, macs=once)
        fits, own, once = net.add(f"{here}/guide", "multiply", y, prompts), nh, 0
    fits = net.add(f"{here}/fits", "custom", fits, channels=nh * net.texts, filters=nh * net.texts, groups=nh,
                   bias=False, params=own)  # fmt: skip
    fits = net.add(f"{here}/best", "custom", fits, channels=nh, filters=nh, params=0, macs=once)
    fits = net.add(f"{here}/sigmoid", "sigmoid", fits)
    fits = net.add(f"{here}/heads", "custom", fits, channels=c, filters=c, params=0, macs=0)
    z = net.block(f"{here}/proj_conv", y, c, 3, act=False)
    maps.append(net.add(f"{here}/multiply", "multiply", z, fits))
    return net.block(f"{name}/cv2", net.concat(f"{name}/concat", maps), c2)


@module("ImagePoolingAttn")
def image_pooling(
    net: Network, name: str, maps: Sequence[Map], ec: Count = 256, ct: Count = 512, nh: Count = 8, k: Count = 3,
    scale: Flag = False,
) -> Map:  # fmt: skip
    """Prompts that attend to pools of the image: from here on they depend on all of it (YOLO-World)."""
    pooled = []
    for at, x in enumerate(maps):
        y = net.conv(f"{name}/projections/{at}", x, ec, bias=True)
        pooled.append(net.add(f"{name}/im_pools/{at}", "adaptive_max_pool", y, output_size=k))
    patches, texts = len(maps) * k * k, net.texts
    y = net.concat(f"{name}/concat", pooled)
    y = net.add(f"{name}/flatten", "flatten", y, channels=patches * ec)
    params = (2 * ct + ct * ec + ec) + 2 * (2 * ec + ec * ec + ec) + ec * ct + ct + scale
    macs = texts * ct * ec + 2 * patches * ec * ec + 2 * texts * patches * ec + texts * ec * ct
    net.guide = net.add(f"{name}/prompts", "custom", y, channels=ct, filters=ct, params=params, macs=macs)
    return net.guide
