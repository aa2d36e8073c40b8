"""Costs of layers and networks: 2 operations a multiply-accumulate, 1 a bias, the taps of each pooled output."""

from __future__ import annotations

from engine import conv, report
from rfcli.engine.costs import FREE, Cost, costs, summed
from rfcli.geometry.unknown import Unknown

WHY = Unknown("why")


def test_costs_of_layers() -> None:
    net = report(conv(), {"type": "max_pool", "kernel": 2}, {"type": "relu"}, size=[8])
    macs = 3 * 3 * 4 * 6
    assert costs(net.graph) == [
        FREE,
        Cost(3 * 3 * 4 + 4, macs, 2 * macs + 4 * 6),
        Cost(0, 0, 2 * 4 * 3),
        FREE,
    ]


def test_stated_parameters_count_instead() -> None:
    assert report(conv(params=0), size=[8]).layers[0].cost.params == 0


def test_costs_of_an_unknown_size() -> None:
    found = report(conv()).layers[0].cost
    assert found.params == 40
    assert isinstance(found.macs, Unknown)


def test_sums() -> None:
    assert summed([Cost(1, 2, 3), Cost(10, 20, 30)]) == Cost(11, 22, 33)
    assert summed([]) == FREE
    assert summed([Cost(1, WHY, 3), Cost(1, 2, WHY)]) == Cost(2, WHY, WHY)
