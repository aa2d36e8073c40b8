"""Operations of ATen that reduce dimensions, or pool to a given size."""

from __future__ import annotations

import pytest
from readers.torch.nets import module
from readers.torch.operations import IMAGE, SEQUENCE, VOLUME, Row, X, check, row

import rfcli

pytestmark = pytest.mark.torch

A = X(IMAGE)

ROWS = [
    row("sort", X(IMAGE), 1, layers='custom filters=4 params=0 macs=0 mixes="some"', exact=False),
    row("topk", X(IMAGE), 2, 1, layers='custom filters=2 params=0 macs=0 mixes="some"', exact=False),
    row("topk", X(SEQUENCE), 2, layers="unknown aten.topk: it picks positions by data"),
    row("argsort", X(SEQUENCE), 2, layers="instance_norm bias=false scale=false", exact=False),
    row("mean.dim", A, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("mean.dim", A, [2, 3], True, layers="global_avg_pool"),
    row("mean", A, layers="global_avg_pool; custom filters=1 params=0 macs=0", places=(None, None)),
    row("mean.dim", A, [1], True, layers="custom filters=1 params=0 macs=0"),
    row("mean.dim", A, [-1], True, layers="adaptive_avg_pool output_size=[6,1]"),
    row("sum.dim_IntList", A, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("nansum", A, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("prod.dim_int", A, 1, layers="custom filters=1 params=0 macs=0", places=(1, 2)),
    row("std.dim", A, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("var.dim", A, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("std_mean.dim", A, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("var_mean.dim", A, [2, 3], layers="global_avg_pool", places=(None, None), output=1),
    row("norm.ScalarOpt_dim", A, 2, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("linalg_vector_norm", A, 2, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("logsumexp", A, [2, 3], layers="global_avg_pool", places=(None, None)),
    row("median.dim", A, 3, layers="adaptive_avg_pool output_size=[6,1]", places=(2, None), exact=False),
    row("amax", A, [2, 3], layers="global_max_pool", places=(None, None)),
    row("amin", A, [2], True, layers="adaptive_max_pool output_size=[1,8]"),
    row("max.dim", A, 3, True, layers="adaptive_max_pool output_size=[6,1]"),
    row("min", A, layers="global_max_pool; custom filters=1 params=0 macs=0", places=(None, None)),
    row("argmax", A, 3, layers="adaptive_max_pool output_size=[6,1]", places=(2, None)),
    row("argmin", A, 3, layers="adaptive_max_pool output_size=[6,1]", places=(2, None)),
    row("any.dims", X(IMAGE, "bool", 0), [2, 3], layers="global_max_pool", places=(None, None)),
    row("all.dims", X(IMAGE, "bool", 1), [2, 3], layers="global_max_pool", places=(None, None)),
    row("adaptive_avg_pool1d", X(SEQUENCE), [4], layers="adaptive_avg_pool output_size=4"),
    row("adaptive_avg_pool2d", A, [5, 3], layers="adaptive_avg_pool output_size=[5,3]"),
    row("adaptive_avg_pool2d", A, [1, 1], layers="global_avg_pool"),
    row("adaptive_avg_pool3d", X(VOLUME), [1, 5, 4], layers="adaptive_avg_pool output_size=[1,5,4]"),
    row("_adaptive_avg_pool2d", A, [5, 3], layers="adaptive_avg_pool output_size=[5,3]"),
    row("_adaptive_avg_pool3d", X(VOLUME), [2, 5, 3], layers="adaptive_avg_pool output_size=[2,5,3]"),
    row("adaptive_max_pool1d", X(SEQUENCE), [1], layers="global_max_pool"),
    row("adaptive_max_pool2d", A, [4, 8], layers="adaptive_max_pool output_size=[4,8]"),
    row("adaptive_max_pool3d", X(VOLUME), [3, 2, 6], layers="adaptive_max_pool output_size=[3,2,6]"),
]  # fmt: skip


@pytest.mark.parametrize("one", ROWS, ids=str)
def test_operation(one: Row) -> None:
    check(one)


def test_blocks_are_pooled() -> None:
    """A reduction over the inner parts of axes is a pool; one over the outer parts reads a grid."""
    net = module(lambda self, x: (x.view(1, 2, 4, 3, 5, 2).mean((3, 5)), x.view(1, 2, 4, 3, 5, 2).mean((2, 4))))
    report = rfcli.compute(rfcli.from_torch(net, (1, 2, 12, 10)))
    field = report.layer("mean").receptive_field
    assert (report.layer("mean").output_size, field.size, field.stride) == ((4, 5), (3, 2), (3, 2))
    grid = report.layer("mean_2").receptive_field
    assert (report.layer("mean_2").output_size, grid.size) == ((3, 2), (10, 9))
