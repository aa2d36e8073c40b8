"""A first description that reaches a field: the smallest one of a kind."""

from __future__ import annotations

from rfcli.diagnostics import unfit
from rfcli.engine.comparison import main_map
from rfcli.pipeline import Loading, computed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

MOST = 4096
"""Layers of a chain, which hardly anybody wants more of."""


def chain(count: int) -> str:
    return f"""\
# Convolutions of one kind, one after the other: the field is 1 + 2 x depth.
format: 1
name: chain
input: {{size: null, channels: 3}}
parameters: {{depth: {count}, width: 32}}
defaults: {{conv: {{kernel: 3, padding: same}}}}
layers:
  - {{name: conv, type: conv, repeat: $depth, filters: $width}}
"""


def tcn(count: int) -> str:
    return f"""\
# Causal residual units of two convolutions (Bai, Kolter & Koltun 2018), twice the dilation from level to level: the
# field is 1 + 2 (kernel - 1) (2 ** levels - 1).
format: 1
name: tcn
input: {{size: [null], channels: 1}}
parameters: {{levels: {count}, kernel: 3, width: 32}}
defaults: {{conv: {{kernel: $kernel, padding: causal, filters: $width}}}}
blocks:
  unit:
    parameters: {{dilation: , first: }}
    layers:
      - type: residual
        layers: [{{name: conv_$i, type: conv, repeat: 2, dilation: $dilation}}]
        shortcut: [{{name: widen, when: $first, type: conv, kernel: 1}}]
layers:
  - {{name: level, repeat: $levels, block: unit, with: {{dilation: $(2 ** (i - 1)), first: $(i == 1)}}}}
"""


def patchgan(count: int) -> str:
    return f"""\
# A discriminator that judges patches (Isola et al. 2017): strided convolutions, then two that do not stride. One that
# strides more doubles the field and adds 2: 16, 34, 70, 142, 286.
format: 1
name: patchgan
input: {{size: null, channels: 6}}
parameters: {{strided: {count}, width: 64}}
defaults: {{conv: {{kernel: 4, padding: 1}}}}
layers:
  - {{name: down, type: conv, repeat: $strided, stride: 2, filters: "$(width * min(2 ** (i - 1), 8))"}}
  - {{name: last, type: conv, filters: "$(width * min(2 ** strided, 8))"}}
  - {{name: score, type: conv, filters: 1}}
"""


def unet(count: int) -> str:
    down = "".join(
        f"  - {{name: enc{n}, block: double, with: {{filters: $({1 << (n - 1)} * width)}}}}\n"
        f"  - {{name: down{n}, type: max_pool, kernel: 2}}\n"
        for n in range(1, count + 1)
    )
    up = "".join(
        f"  - {{block: up, with: {{level: {n}, filters: $({1 << (n - 1)} * width)}}}}\n" for n in range(count, 0, -1)
    )
    return f"""\
# Down, up, and skips between maps of one size (Ronneberger, Fischer & Brox 2015), padded: sizes are multiples of
# {1 << count}, `rf sizes` tells so.
format: 1
name: unet
input: {{size: null, channels: 3}}
parameters: {{width: 16, classes: 2}}
defaults: {{conv: {{kernel: 3, padding: same}}}}
blocks:
  double:
    parameters: {{filters: }}
    layers:
      - {{name: conv_$i, type: conv, repeat: 2, filters: $filters}}
  up:
    parameters: {{level: , filters: }}
    layers:
      - {{name: up$level, type: conv_transpose, kernel: 2, stride: 2, filters: $filters}}
      - {{name: cat$level, type: concat, inputs: [enc$level, up$level]}}
      - {{name: dec$level, block: double, with: {{filters: $filters}}}}
layers:
{down}  - {{name: bottom, block: double, with: {{filters: $({1 << count} * width)}}}}
{up}  - {{name: logits, type: conv, kernel: 1, filters: $classes}}
"""


KINDS: dict[str, tuple[Callable[[int], str], int]] = {
    "chain": (chain, MOST), "tcn": (tcn, 30), "patchgan": (patchgan, 16), "unet": (unet, 10),
}  # fmt: skip
"""Kinds of first descriptions: what writes one, and how large it may become."""


def first(kind: str, at_least: int) -> str:
    """The smallest description of a kind that sees so many samples. Raises `CallError` where it would be too large."""
    make, most = KINDS[kind]
    low, high = 0, None
    for count in _doubling(most):
        if _field(make(count)) >= at_least:
            high = count
            break
        low = count
    if high is None:
        raise unfit("at_least", f"a {kind} would need more than {most} layers or levels for a field of {at_least}")
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if _field(make(middle)) >= at_least else (middle, high)
    return make(high)


def _doubling(most: int) -> Iterator[int]:
    count = 1
    while count < most:
        yield count
        count *= 2
    yield most


def _field(text: str) -> int:
    found = main_map(computed(Loading().text(text, "first.yaml"), ()))
    assert found is not None and found.receptive_field is not None, "all layers of these are local"
    return min(size for size in found.receptive_field.size if isinstance(size, int))
