"""The networks whose pages are looked at: bundled ones of all kinds, and kinds that no bundled network has."""

from functools import cache
from random import Random

import rfcli
from rfcli import Locator, Report

MASKED = """\
format: 1
name: masked
input: {size: 24, channels: 1}
layers:
  - {name: first, type: conv, kernel: 7, padding: 3, mask: strictly_causal, filters: 8}
  - {name: next, type: conv, kernel: 3, padding: 1, mask: causal, filters: 8, repeat: 3}
  - {name: head, type: conv, kernel: 1, filters: 8}
"""
CIRCULAR = """\
format: 1
name: circular
input: {size: [24, 40], channels: 1}
defaults: {conv: {kernel: 3, padding: same, padding_mode: circular}}
layers:
  - {name: a, type: conv, filters: 4}
  - {name: b, type: conv, dilation: 3, filters: 4}
  - {name: down, type: conv, kernel: 4, stride: 2, padding: 1, filters: 4}
  - {name: c, type: conv, dilation: 2, filters: 4}
"""
REFLECTED = CIRCULAR.replace("circular", "reflect")
MISALIGNED = """\
format: 1
name: misaligned
input: {size: 64, channels: 3}
layers:
  - {name: stem, type: conv, kernel: 3, padding: 1, filters: 8}
  - name: unit
    type: residual
    layers:
      - {name: even, type: conv, kernel: 2, padding: [[1, 0], [1, 0]], filters: 8}
      - {name: wide, type: conv, kernel: 4, padding: [[3, 0], [3, 0]], filters: 8}
  - {name: down, type: max_pool, kernel: 2}
  - {name: head, type: conv, kernel: 3, padding: same, filters: 4}
"""
UNEVEN = """\
format: 1
name: uneven
input: {size: [97, 160], channels: 3}
layers:
  - {name: stem, type: conv, kernel: [7, 3], stride: [2, 1], padding: same, filters: 8}
  - {name: tall, type: conv, kernel: [9, 1], padding: valid, filters: 8}
  - {name: pool, type: max_pool, kernel: 3, stride: 2, padding: same}
  - {name: back, type: resize, size: [30, 100]}
  - {name: head, type: conv, kernel: 3, dilation: [1, 4], padding: valid, filters: 4}
"""

NETWORKS = {
    "resnet18": ("resnet18", "a classifier"),
    "unet_small": ("unet_small", "a decoder, whose fields have phases"),
    "tcn": ("tcn", "one dimension, causal"),
    "wavenet": ("wavenet", "one dimension, many samples"),
    "unet_3d": ("unet_3d", "three dimensions"),
    "resnet50_fpn": ("resnet50_fpn", "a pyramid with several outputs"),
    "efficientnet_b0": ("efficientnet_b0", "squeeze-excites, which see the whole map"),
    "siamfc": ("siamfc", "two inputs"),
    "inception_v3": ("inception_v3", "wide and tall kernels side by side"),
    "deeplab_v3": ("deeplab_v3", "dilated, with a global branch, as large as the image"),
    "masked": (MASKED, "masks"),
    "circular": (CIRCULAR, "a border that goes around"),
    "reflected": (REFLECTED, "a border that is mirrored"),
    "misaligned": (MISALIGNED, "paths whose centers differ"),
    "uneven": (UNEVEN, "axes that are not alike, and a resize"),
}
"""What is loaded: the name of a bundled network or a description, and why it is looked at."""


@cache
def architecture(name: str) -> rfcli.Architecture:
    """One of the networks, or any other bundled one."""
    source = NETWORKS[name][0] if name in NETWORKS else name
    return rfcli.load(source) if source == name else rfcli.loads(source, f"{name}.yaml")


@cache
def report(name: str, origin: str | None = None) -> Report:
    return rfcli.compute(architecture(name), origin=origin)


@cache
def locator(name: str, layer: str, origin: str | None = None) -> Locator:
    return rfcli.located(report(name, origin), layer)


def cells(name: str, layers: list[str], count: int) -> list[tuple[str, tuple[int, ...]]]:
    """Layers and outputs, drawn at random but the same ones every time: the corners more often than chance would."""
    random = Random(name)
    chosen = sorted(random.sample(layers, min(len(layers), 10)), key=layers.index)
    found = []
    for number in range(count):
        layer = chosen[number * len(chosen) // count]
        sizes = [locator(name, layer).output_size(axis) for axis in locator(name, layer).axes]
        found.append((layer, tuple(random.choice((0, n - 1, *random.sample(range(n), min(n, 4)))) for n in sizes)))
    return found
