"""Definitions that sources bring along: which come, and, with torch, what each of them does."""

from __future__ import annotations

import ast
import warnings
from math import prod
from typing import Any

import pytest
from writers.exporting import CASES, described, network, refusals

import rfcli
from rfcli.writers.torch.support import HELPERS

RANKS = (1, 2, 3)


@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("name", HELPERS)
def test_a_definition_defines_its_name(name: str, rank: int) -> None:
    (made,) = ast.parse(HELPERS[name][rank]).body
    assert isinstance(made, (ast.ClassDef, ast.FunctionDef)) and made.name == name
    assert ast.get_docstring(made)
    assert not {"rank", "shape"} & {
        ast.unparse(one) for node in ast.walk(made) if isinstance(node, ast.Set) for one in node.elts
    }


def test_sources_bring_along_what_they_use_and_nothing_else() -> None:
    networks = [described(case) for case in CASES.values()]
    sources = [rfcli.exported(one, "torch") for one in networks if not refusals(one, "torch")]
    recurrent = network([{"type": "gru", "units": 4}], input={"size": [9], "channels": 3})
    sources.append(rfcli.exported(recurrent, "torch"))
    pair = [
        {"name": "search", "type": "conv", "kernel": 3, "filters": 4, "inputs": ["input"]},
        {"name": "template", "type": "crop", "cropping": 2, "inputs": ["search"]},
        {"name": "slid", "type": "correlation", "inputs": ["search", "template"]},
        {"type": "cost_volume", "inputs": ["search", "search"], "max_displacement": 1},
    ]
    sources.append(rfcli.exported(network(pair), "torch"))
    sources.append(rfcli.exported("mobilenet_v1", "torch", input_size=None))
    brought = set()
    for tree in map(ast.parse, sources):
        *_, last = [one.name for one in tree.body if isinstance(one, ast.ClassDef)]
        defined = {one.name for one in tree.body if isinstance(one, (ast.ClassDef, ast.FunctionDef))} - {last}
        called = {one.func.id for one in ast.walk(tree) if isinstance(one, ast.Call) and isinstance(one.func, ast.Name)}
        assert defined & set(HELPERS) == called & set(HELPERS)
        brought |= defined
    assert set(HELPERS) <= brought, "each is needed by something"


def torch() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy may be missing, which nothing here needs
        import torch as found

    return found


def helper(name: str, rank: int) -> Any:
    """What a definition defines, given what sources import."""
    scope = {"torch": torch(), "F": torch().nn.functional, "Tensor": torch().Tensor, "nn": torch().nn}
    exec(HELPERS[name][rank], scope)
    return scope[name]


def counting(*shape: int) -> Any:
    """A map of the numbers from 1, in doubles."""
    return torch().arange(1.0, 1 + prod(shape), dtype=torch().float64).reshape(shape)


SAME = [
    # size, window, stride, lower: samples before and after, of ceil(size / stride) windows
    (7, 3, 1, False, (1, 1)),
    (7, 4, 1, False, (1, 2)),
    (7, 4, 1, True, (2, 1)),
    (7, 3, 2, False, (1, 1)),
    (8, 3, 2, False, (0, 1)),
    (8, 3, 2, True, (1, 0)),
    (8, 1, 2, False, (0, 0)),
]


@pytest.mark.torch
@pytest.mark.parametrize(("size", "window", "stride", "lower", "sides"), SAME)
def test_same_pad(size: int, window: int, stride: int, lower: bool, sides: tuple[int, int]) -> None:
    made = helper("SamePad", 1)((window,), (stride,), lower=lower, value=-5.0)(counting(1, 1, size))
    before, after = sides
    assert made.flatten().tolist() == [-5.0] * before + list(range(1, size + 1)) + [-5.0] * after


@pytest.mark.torch
def test_same_pad_by_axis_and_mode() -> None:
    pad = helper("SamePad", 2)((1, 3), (1, 2), mode="replicate")
    assert pad(counting(1, 1, 2, 4)).tolist() == [[[[1, 2, 3, 4, 4], [5, 6, 7, 8, 8]]]]


@pytest.mark.torch
def test_dilated_avg_pool() -> None:
    """A mean over every third sample of a row, every second window."""
    made = helper("DilatedAvgPool", 1)((2,), (2,), (3,))(counting(1, 2, 8))
    assert made.tolist() == [[[2.5, 4.5, 6.5], [10.5, 12.5, 14.5]]]


@pytest.mark.torch
@pytest.mark.parametrize("rank", RANKS)
def test_channel_norm(rank: int) -> None:
    """Over the channels of each position: mean 0 and variance 1 there, and nothing of other positions."""
    norm, x = helper("ChannelNorm", rank)(5).double(), torch().randn(2, 5, *(3,) * rank, dtype=torch().float64)
    made = norm(x)
    assert made.shape == x.shape
    wanted = (x - x.mean(1, keepdim=True)) / (x.var(1, keepdim=True, unbiased=False) + norm.eps).sqrt()
    torch().testing.assert_close(made, wanted)


@pytest.mark.torch
@pytest.mark.parametrize("rank", RANKS)
def test_channel_scale(rank: int) -> None:
    scale = helper("ChannelScale", rank)(3)
    scale.scale.data = torch().tensor([1.0, 2.0, 3.0]).reshape(scale.scale.shape)
    assert [one.numel() for one in scale.parameters()] == [3]
    made = scale(torch().ones(2, 3, *(4,) * rank))
    assert made.shape == (2, 3, *(4,) * rank)
    assert [made[:, at].unique().tolist() for at in range(3)] == [[1], [2], [3]]


@pytest.mark.torch
@pytest.mark.parametrize("rank", RANKS)
@pytest.mark.parametrize("bias", [True, False])
def test_squeeze_excite(rank: int, bias: bool) -> None:
    """Factors between 0 and 1, one a channel, that depend on the whole map (Hu et al. 2018, section 3)."""
    made, x = helper("SqueezeExcite", rank)(6, 2, bias=bias), torch().rand(1, 6, *(4,) * rank)
    assert sum(one.numel() for one in made.parameters()) == 2 * 6 * 2 + (2 + 6) * bias
    factors = (made(x) / x).flatten(2)
    assert factors.min() > 0 and factors.max() < 1
    torch().testing.assert_close(factors, factors[..., :1].expand_as(factors))
    pooled = x.flatten(2).mean(2)
    first, second = (one.weight.flatten(1) for one in (made.reduce, made.expand))
    hidden = (pooled @ first.T + (made.reduce.bias if bias else 0)).relu()
    torch().testing.assert_close(factors[..., 0], (hidden @ second.T + (made.expand.bias if bias else 0)).sigmoid())


@pytest.mark.torch
@pytest.mark.parametrize("rank", RANKS)
def test_self_attention(rank: int) -> None:
    """Every position depends on all, alike: positions that change places change theirs in the result."""
    made, x = helper("SelfAttention", rank)(4, 2).double(), torch().randn(1, 4, *(3,) * rank, dtype=torch().float64)
    assert sum(one.numel() for one in made.parameters()) == 4 * 4 * 4 + 4 * 4
    x.requires_grad_()
    y = made(x)
    assert y.shape == x.shape
    y[(0, 0, *(0,) * rank)].backward()
    assert (x.grad.abs().sum(1) > 0).all()
    torch().testing.assert_close(made(x.flip(2)), y.flip(2))


@pytest.mark.torch
@pytest.mark.parametrize("rank", RANKS)
def test_attention_that_the_layer_before_projects(rank: int) -> None:
    """A mean of the values, weighed by the softmax of queries times keys (Vaswani et al. 2017, section 3.2.1)."""
    made, x = helper("Attention", rank)(4, 6, 2), torch().randn(3, 14, *(3,) * rank)
    y = made(x)
    assert list(made.parameters()) == [] and y.shape == (3, 6, *(3,) * rank)
    for head in range(2):
        query, key, value = (
            x[:, start + head * size :][:, :size].flatten(2) for start, size in ((0, 2), (4, 2), (8, 3))
        )
        weights = (query.transpose(1, 2) @ key / 2**0.5).softmax(2)
        torch().testing.assert_close(y[:, 3 * head :][:, :3].flatten(2), value @ weights.transpose(1, 2))


WINDOWS = [
    # size, window, shift, an output: the positions that it reads
    (6, 3, 0, 1, {0, 1, 2}),
    (6, 3, 0, 3, {3, 4, 5}),
    (6, 3, 1, 0, {0}),
    (6, 3, 1, 1, {1, 2, 3}),
    (6, 3, 1, 5, {4, 5}),
    (7, 3, 0, 6, {6}),
    (7, 4, 2, 3, {2, 3, 4, 5}),
]


@pytest.mark.torch
@pytest.mark.parametrize(("size", "window", "shift", "output", "reads"), WINDOWS)
def test_window_attention(size: int, window: int, shift: int, output: int, reads: set[int]) -> None:
    attention = helper("WindowAttention", 1)(4, 2, (window,), (shift,)).double()
    x = torch().randn(1, 4, size, dtype=torch().float64, requires_grad=True)
    y = attention(x)
    assert y.shape == x.shape
    y[0, :, output].sum().backward()
    assert {at for at, one in enumerate(x.grad.abs().sum(1)[0].tolist()) if one} == reads


@pytest.mark.torch
def test_window_attention_of_two_axes() -> None:
    """Windows of 2 x 3 of a map of 4 x 6, the second of each axis."""
    attention = helper("WindowAttention", 2)(4, 2, (2, 3), (0, 0)).double()
    x = torch().randn(1, 4, 4, 6, dtype=torch().float64, requires_grad=True)
    attention(x)[0, :, 2, 5].sum().backward()
    assert {tuple(one) for one in x.grad.abs().sum(1)[0].nonzero().tolist()} == {
        (y, z) for y in (2, 3) for z in (3, 4, 5)
    }


@pytest.mark.torch
@pytest.mark.parametrize(
    ("n", "size", "kept"), [(5, 3, [2, 3, 4]), (6, 3, [2, 3, 4]), (6, 2, [3, 4]), (4, 4, [1, 2, 3, 4])]
)
def test_center_crop(n: int, size: int, kept: list[int]) -> None:
    """Of an odd number of samples one more goes after the crop."""
    assert helper("center_crop", 1)(counting(1, 1, n), torch().Size([size])).flatten().tolist() == kept


@pytest.mark.torch
@pytest.mark.parametrize("name", ["depth_to_space", "space_to_depth"])
def test_rearrangements_are_torchs(name: str) -> None:
    """Where torch has them: two axes, one scale. Else one undoes the other."""
    to, back = helper("depth_to_space", 2), helper("space_to_depth", 2)
    x = counting(2, 8, 4, 6)
    if name == "depth_to_space":
        assert to(x, (2, 2)).equal(torch().nn.functional.pixel_shuffle(x, 2))
        assert back(to(x, (2, 1)), (2, 1)).equal(x)
    else:
        assert back(x, (2, 2)).equal(torch().nn.functional.pixel_unshuffle(x, 2))
        assert to(back(x, (2, 3)), (2, 3)).equal(x)


@pytest.mark.torch
def test_rearrangements_of_one_and_three_axes() -> None:
    assert helper("depth_to_space", 1)(counting(1, 2, 3), (2,)).tolist() == [[[1, 4, 2, 5, 3, 6]]]
    assert helper("space_to_depth", 1)(counting(1, 1, 6), (2,)).tolist() == [[[1, 3, 5], [2, 4, 6]]]
    x = counting(1, 2, 2, 4, 6)
    made = helper("space_to_depth", 3)(x, (1, 2, 3))
    assert made.shape == (1, 12, 2, 2, 2)
    assert made[0, :, 0, 0, 0].tolist() == [x[0, c, 0, h, w] for c in (0, 1) for h in (0, 1) for w in (0, 1, 2)]
    assert helper("depth_to_space", 3)(made, (1, 2, 3)).equal(x)
