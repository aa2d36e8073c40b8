"""CP-ResNet, whose parameter rho says how far it sees: Koutini, Eghbal-zadeh, Dorfer & Widmer (2019), "The receptive
field as a regularizer in deep convolutional neural networks for acoustic scene classification", table I and section
IV; as its authors' own code (kkoutini/cpjku_dcase19, `get_model_based_on_rho`) builds it. Their largest fields by rho
are held against the engine, the formula of the paper, and autograd through the same network.
"""

from __future__ import annotations

import pytest

import rfcli

FIELDS = [23, 31, 39, 55, 71, 87, 103, *range(135, 616, 32)]
"""The largest field by rho, 0 to 22."""

NETWORK = """\
format: 1
name: cp_resnet
input: {size: null, channels: 2}
parameters: {rho: 22, width: 128}
defaults: {conv: {bias: false}}
blocks:
  unit:                # residual unit n, from 1: x_k is 3 for k up to rho, else 1; of the first unit 3 and 1
    parameters: {n: , filters: , widens: false}
    layers:
      - name: unit
        type: residual
        layers:
          - {name: conv_a, block: conv, with: {kernel: $(3 if n == 1 or 2 * n - 3 <= rho else 1), filters: $filters}}
          - {type: relu}
          - {name: conv_b, block: conv, with: {kernel: $(3 if n > 1 and 2 * n - 2 <= rho else 1), filters: $filters}}
        shortcut: [{name: widen, when: $widens, block: conv, with: {kernel: 1, filters: $filters}}]
      - {type: relu}
  conv:
    parameters: {kernel: , filters: }
    layers:
      - {name: conv, type: conv, kernel: $kernel, padding: $(kernel // 3), filters: $filters}
      - {type: batch_norm}
layers:
  - {name: stem, type: conv, kernel: 5, stride: 2, padding: 1, filters: $width}
  - {type: batch_norm}
  - {type: relu}
  - {name: u1, block: unit, with: {n: 1, filters: $width}}
  - {name: pool_1, type: max_pool, kernel: 2}
  - {name: u2, block: unit, with: {n: 2, filters: $width}}
  - {name: pool_2, type: max_pool, kernel: 2}
  - {name: u3, block: unit, with: {n: 3, filters: $width}}
  - {name: u4, block: unit, with: {n: 4, filters: $width}}
  - {name: pool_4, type: max_pool, kernel: 2}
  - {name: stage_2, repeat: 4, block: unit, with: {n: $(4 + i), filters: $(2 * width), widens: $(i == 1)}}
  - {name: stage_3, repeat: 4, block: unit, with: {n: $(8 + i), filters: $(4 * width), widens: $(i == 1)}}
  - {name: scores, type: conv, kernel: 1, filters: 10}
"""


def test_the_engine_computes_them() -> None:
    rows = list(rfcli.sweep(described(), {"rho": range(23)}, layer="scores"))
    assert [row["size"] for row in rows] == FIELDS
    assert {row["stride"] for row in rows} == {16} and not any(row["problems"] for row in rows)


def described() -> dict[str, object]:
    import yaml

    found: dict[str, object] = yaml.safe_load(NETWORK)
    return found


def test_the_formula() -> None:
    """Each kernel of 3 adds twice the stride before it: 2 in unit 1, 4 in unit 2, 8 in units 3 and 4, 16 behind."""
    pools = 2 + 4 + 8
    strides = [4, 4, *[8] * 4, *[16] * 16]
    assert [5 + 2 * 2 + pools + 2 * sum(strides[:rho]) for rho in range(23)] == FIELDS


@pytest.mark.torch
@pytest.mark.parametrize("rho", [0, 1, 3, 7, 12, 22])
def test_autograd(rho: int) -> None:
    """Positive weights, averages for maxima, one axis: what of the input has a gradient."""
    import torch
    from torch.nn.functional import avg_pool1d, conv1d

    def conv(x: torch.Tensor, kernel: int) -> torch.Tensor:
        return conv1d(x, torch.ones(1, 1, kernel, dtype=torch.double), padding=kernel // 3)

    kernels = [3, 1, *(3 if at < rho else 1 for at in range(22))]
    x = torch.zeros(1, 1, 1400, dtype=torch.double, requires_grad=True)
    y = conv1d(x, torch.ones(1, 1, 5, dtype=torch.double), stride=2, padding=1)
    for unit in range(12):
        y = y + conv(conv(y, kernels[2 * unit]), kernels[2 * unit + 1])
        y = avg_pool1d(y, 2) if unit in (0, 1, 3) else y
    (gradient,) = torch.autograd.grad(y[0, 0, y.shape[-1] // 2], x)
    assert int((gradient != 0).sum()) == FIELDS[rho]


@pytest.mark.parametrize("rho", [0, 1, 2, 5, 7, 12, 20])
def test_how_small_rho_has_to_be(rho: int) -> None:
    """The inverse question, by the parameter of the description itself."""
    found = rfcli.suggestions(rfcli.loads(NETWORK, "net.yaml"), at_most=FIELDS[rho], moves=["less"], layer="scores")
    one = next(one for one in found.suggestions if [edit.key for edit in one.edits] == ["rho"])
    assert (one.edits[0].after, one.size) == (rho, (FIELDS[rho],) * 2)


def written_out(rho: int) -> str:
    """The same convolutions and pools, one after the other, each in a line of its own."""
    rows = ["  - {name: stem, type: conv, kernel: 5, stride: 2, padding: 1}"]
    kernels = [3, 1, *(3 if at < rho else 1 for at in range(22))]
    for at, kernel in enumerate(kernels):
        rows.append(f"  - {{name: c{at}, type: conv, kernel: {kernel}, padding: {kernel // 3}}}")
        if at in (1, 3, 7):
            rows.append("  - {type: max_pool, kernel: 2}")
    head = "format: 1\ninput: {size: null, channels: 1}\ndefaults: {conv: {filters: 4}}\nlayers:\n"
    return head + "\n".join(rows) + "\n"


@pytest.mark.parametrize("rho", [0, 1, 2, 5, 7, 12, 20])
def test_kernels_become_smaller_from_the_deep_end(rho: int) -> None:
    """`narrow` goes through the same networks, rho by rho."""
    found = rfcli.suggestions(rfcli.loads(written_out(22), "net.yaml"), at_most=FIELDS[rho], moves=["narrow"], top=1)
    (one,) = found.suggestions
    assert (max(one.size), one.text) == (FIELDS[rho], written_out(rho))
