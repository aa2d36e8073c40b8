"""Which input sizes fit along an axis, against trying size by size."""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

import pytest
from bundled import AKIN, NETWORKS
from hypothesis import given
from hypothesis import strategies as st
from oracle.against import thorough
from oracle.brute import Sizes
from oracle.networks import chains, graphs
from oracle.rules import Invalid
from oracle.spelling import flatten

import rfcli
from graph import architecture, conv
from rfcli.description.nodes import Problems
from rfcli.geometry.unknown import Unknown
from rfcli.graph.accepted import MAX_PERIOD, NONE, Accepted, accepted, alike, summed
from rfcli.graph.compile import compiled, laid_out


def found(network: Any, axis: int = 0) -> Accepted | Unknown:
    """The sizes that a network takes along an axis, all of its inputs together."""
    laid = laid_out(network, Problems())
    assert laid is not None
    _, wiring, _, order = laid
    sizes = tuple(one.size[axis] for one in network.inputs)
    return accepted(axis, wiring, order, range(len(sizes)), sizes)


def fits(network: Any, axis: int, n: int) -> bool:
    """Whether a network is compiled where all of its inputs have a size along an axis."""
    inputs = [
        one.replaced(size=tuple(n if a == axis else size for a, size in enumerate(one.size))) for one in network.inputs
    ]
    return compiled(network.replaced(inputs=tuple(inputs)), Problems()) is not None


def upto(sizes: Accepted) -> int:
    """The last of two periods of sizes."""
    return (sizes.smallest or 0) + 2 * (sizes.period or 0) + 12


def around(sizes: Accepted) -> list[int]:
    """The sizes of two periods, and those below where it begins."""
    first = max(min(sizes.also or (sizes.smallest or 1, 1)) - 12, 1)
    return [1, 2, 3, *range(first, upto(sizes))]


@pytest.mark.parametrize(
    "name", [pytest.param(one, marks=pytest.mark.random) if one in AKIN else one for one in NETWORKS]
)
def test_bundled_networks(name: str) -> None:
    network = rfcli.load(name)
    for axis in range(network.axes if name == "siamfc" else 1):
        for group in alike(one.size[axis] for one in network.inputs).values():
            laid = laid_out(network, Problems())
            assert laid is not None
            given = tuple(one.size[axis] for one in network.inputs)
            sizes = accepted(axis, laid[1], laid[3], group, given)
            assert isinstance(sizes, Accepted)
            tried = around(sizes) if sizes.period else range(80, 270)
            for n in tried:
                inputs = [
                    one.replaced(size=(n,) * network.axes if at in group else one.size)
                    for at, one in enumerate(network.inputs)
                ]
                right = compiled(network.replaced(inputs=tuple(inputs)), Problems()) is not None
                assert (n in sizes) == right, n


SEEN: Counter[str] = Counter()


def judged(document: dict[str, Any]) -> None:
    """Every size of two periods, against an oracle that knows no forms."""
    network = rfcli.loads(json.dumps(document), "net.json")
    for axis in range(network.axes):
        for size, group in alike(one.size[axis] for one in network.inputs).items():
            laid = laid_out(network, Problems())
            assert laid is not None
            given = tuple(one.size[axis] for one in network.inputs)
            sizes = accepted(axis, laid[1], laid[3], group, given)
            if isinstance(sizes, Unknown):
                assert "channels" in sizes.reason
                SEEN["unknown"] += 1
                continue
            assert size in sizes
            SEEN["axes"] += 1
            flat = flatten(document, 37)
            for n in range(1, min(upto(sizes), 60)):
                for at, each in enumerate(flat.inputs.values()):
                    each["size"] = [
                        n if a == axis and at in group else one for a, one in enumerate(network.inputs[at].size)
                    ]
                try:
                    Sizes(flat)
                    right = True
                except Invalid:
                    right = False
                assert (n in sizes) == right, (n, axis, sizes)


@pytest.mark.random
@thorough(300)
@given(st.one_of(graphs(), chains()))
def test_random_networks(document: dict[str, Any]) -> None:
    judged(document)


def test_random_networks_were_looked_at() -> None:
    """A few, counted."""
    SEEN.clear()
    thorough(40)(given(st.one_of(graphs(), chains()))(judged))()
    assert SEEN["axes"] > 20


def knot(pick: random.Random) -> dict[str, Any]:
    """A network of one axis whose layers meet at random: hardly any size fits most of them."""
    names = ["input"]
    layers: list[dict[str, Any]] = []
    for number in range(pick.randint(2, 9)):
        name = f"l{number}"
        source = pick.choice(names[-3:])
        if pick.random() < 0.1:
            layers.append(
                {"name": f"{name}s", "inputs": [source], "type": "space_to_depth", "scale": pick.choice([2, 3])}
            )
            layers.append({"name": name, "inputs": [f"{name}s"], "type": "conv", "kernel": 1, "filters": 2})
        else:
            layers.append({"name": name, "inputs": [source], **pick.choice(MAKE)(pick, names)})
        names.append(name)
    return {"format": 1, "input": {"size": [None], "channels": 2}, "layers": layers}


def window(kind: str, **ways: list[Any]) -> Any:
    return lambda pick, names: {"type": kind, **{key: pick.choice(values) for key, values in ways.items()}}


MAKE: list[Any] = [
    window("conv", filters=[2], kernel=[1, 2, 3, 4, 5], stride=[1, 1, 2, 3], padding=[0, 1, 2]),
    window("conv", filters=[2], kernel=[1, 2, 3, 4, 5], stride=[1, 2, 3, 4], padding=["same", "same_lower"]),
    window("max_pool", kernel=[2, 3], stride=[1, 2, 3], padding=[0, 1], ceil_mode=[False, True]),
    window("upsample", scale=[2, 3, 1.5, 0.5, 0.75]),
    window("conv_transpose", filters=[2], kernel=[2, 3, 4], stride=[1, 2, 3], padding=[0, 1]),
    window("resize", size=[1, 2, 3, 5, 8, 13]), window("adaptive_avg_pool", output_size=[1, 2, 4, 6]),
    window("subsample", stride=[1, 2, 3]), window("global_avg_pool"), window("linear", units=[2]),
    window("pad", padding=[[[-1, 2]], [[0, 1]], [[2, 2]]]), window("crop", cropping=[[[1, 0]], [[0, 2]]]),
    lambda pick, names: {"type": "resize", "like": pick.choice(names)},
    lambda pick, names: {"type": "crop", "like": pick.choice(names)},
    *[lambda pick, names: {"type": "max", "inputs": pick.choices(names, k=pick.choice([2, 2, 3]))}] * 3,
    lambda pick, names: {"type": "correlation", "depthwise": True, "inputs": pick.choices(names, k=2),
                         "padding": [[pick.choice([0, 0, 1, 3]), pick.choice([0, 0, 1])]]},
]  # fmt: skip


def test_knotted_networks() -> None:
    """Of all kinds: those that take every size, some remainders, a few sizes or none. (12,000 were tried once.)"""
    pick, kinds = random.Random(3), Counter[str]()
    for _ in range(200):
        network = rfcli.loads(json.dumps(knot(pick)), "net.json")
        sizes = found(network)
        assert isinstance(sizes, Accepted)
        for n in [*range(1, min(upto(sizes), 90)), 200 + pick.randrange(100)]:
            assert (n in sizes) == fits(network, 0, n), (n, sizes)
        kinds[
            "none" if sizes == NONE else "few" if sizes.period is None else "all" if sizes.period == 1 else "some"
        ] += 1
    assert all(kinds[kind] > 3 for kind in ("none", "few", "all", "some")), kinds


def test_channels_that_follow_the_size_are_not_guessed() -> None:
    network = architecture({"type": "flatten", "name": "f"}, {"type": "residual", "layers": [
        {"type": "linear", "units": 24}]}, size=[8])  # fmt: skip
    assert found(network) == Unknown("the channels of 'add' depend on the input size, and with them whether it fits")
    assert found(architecture({"type": "flatten"}, {"type": "linear", "units": 4}, size=[8])) == Accepted(1, 1, (0,))


def test_what_repeats_late_is_not_tried() -> None:
    def halves(scale: int) -> Any:
        pool = {"type": "max_pool", "kernel": scale, "name": "p"}
        return found(architecture(pool, {"type": "upsample", "scale": scale}, {"type": "concat", "inputs": [
            "upsample_1", "input"]}))  # fmt: skip

    assert halves(MAX_PERIOD) == Accepted(MAX_PERIOD, MAX_PERIOD, (0,))
    assert halves(MAX_PERIOD + 1) == Unknown(
        f"what fits repeats every {MAX_PERIOD + 1} samples, too late to be tried size by size"
    )
    assert found(architecture(conv(3, stride=1 << 30, repeat=3))) == Accepted((1 << 60) * 2 + (1 << 31) + 3, 1, (0,))
    assert isinstance(found(architecture(conv(3, stride=1 << 30, repeat=4))), Unknown)


SOME = Accepted(10, 4, (1, 2), (3, 7))
FEW = Accepted(5, None, (5, 6, 11))


@pytest.mark.parametrize("sizes", [SOME, FEW, NONE, Accepted(32, 1, (0,)), Accepted(92, 8, (4,))])
def test_neighbours(sizes: Accepted) -> None:
    fitting = [n for n in range(1, 200) if n in sizes]
    for n in range(1, 180):
        assert sizes.below(n) == max((m for m in fitting if m < n), default=None)
        assert sizes.above(n) == min((m for m in fitting if m > n), default=None)


def test_members() -> None:
    assert [n for n in range(1, 20) if n in SOME] == [3, 7, 10, 13, 14, 17, 18]
    assert [n for n in range(1, 20) if n in FEW] == [5, 6, 11]


@pytest.mark.parametrize(
    ("modulus", "starts", "listed", "sizes"),
    [
        (4, {0: 8, 1: 5}, [], Accepted(5, 4, (0, 1))),
        (4, {0: 8, 2: 6}, [], Accepted(6, 2, (0,))),
        (4, {0: 8, 1: 17}, [], Accepted(16, 4, (0, 1), (8, 12))),
        (4, {0: 8}, [3, 9], Accepted(12, 4, (0,), (3, 8, 9))),
        (6, {0: 6, 3: 9}, [], Accepted(6, 3, (0,))),
        (1, {}, [9, 3], Accepted(3, None, (3, 9))),
        (5, {}, [], NONE),
    ],
)
def test_summed(modulus: int, starts: dict[int, int], listed: list[int], sizes: Accepted) -> None:
    found = summed(modulus, starts, listed)
    assert found == sizes
    fitting = {n for r, first in starts.items() for n in range(first, 100, modulus)} | {*listed}
    assert isinstance(found, Accepted)
    assert [n for n in range(1, 100) if n in found] == sorted(fitting)
