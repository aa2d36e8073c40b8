"""Numbers of paths by field size: enumerated on random networks, and published for HighRes3DNet."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections import Counter
from fractions import Fraction
from functools import cache
from math import comb

import pytest
from hypothesis import assume, given
from oracle.against import thorough
from oracle.brute import Oracle
from oracle.networks import chains, graphs
from oracle.rules import reads
from oracle.spelling import flatten

import rfcli
from rfcli.api import answers
from rfcli.engine.paths import statistics


def described(document, **how):
    return rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"), **how)


def enumerated(oracle, name, axis):
    """The size of every single path: what it alone reads, for as many outputs as the fields repeat in, or, where
    strides differ, as the map has."""
    outputs = oracle.sizes.size[name][axis] if oracle.irregular(name, axis) else oracle.repeats(name, axis)

    def regions(name):
        """For each path what outputs read along it, as a function of the output."""
        if name == oracle.origin:
            return [lambda o: {o}]
        found = []
        for source in oracle.local_sources(name, axis):
            n_in, n_out = oracle.sizes.size[source][axis], oracle.sizes.size[name][axis]
            for inner in regions(source):

                @cache  # positions are read over and over: without it the work doubles with each layer
                def outer(o, inner=inner, n_in=n_in, n_out=n_out):
                    return {i for tap in reads(oracle.layers[name], axis, o, n_in, n_out) for i in inner(tap)}

                found.append(outer)
        return found

    sizes = []
    for path in regions(name):
        supports = [path(o) for o in range(outputs)]
        sizes.append(max((max(s) - min(s) + 1 for s in supports if s), default=0))
    return dict(Counter(sizes))


@given(chains())
@thorough(40)
def test_a_chain_has_one_path(document):
    oracle = Oracle(flatten(document))
    report = described(document)
    for name in oracle.layers:
        for axis, found in enumerate(rfcli.paths(report, name)):
            expected = {report.layer(name).receptive_field.size[axis]: 1} if oracle.local(name, axis) else {}
            assert sum(found.values()) == sum(expected.values())
            if expected and isinstance(next(iter(expected)), int):
                assert found == expected


@given(graphs())
@thorough(60)
def test_every_path_counted_by_its_size(document):
    oracle = Oracle(flatten(document))
    report = described(document)
    assume(not oracle.sizes.all_broadcast() and report.followed is report.graph)  # no channels are taken apart
    name = list(oracle.layers)[-1]
    for axis, found in enumerate(rfcli.paths(report, name)):
        assert found == enumerated(oracle, name, axis)


ASKEW = {
    "branches": {"a": [{"type": "conv", "kernel": 4, "stride": 2, "padding": "same_lower", "filters": 1},
                       {"type": "resize", "mode": "nearest", "coordinates": "align_corners", "like": "in"}],
                 "b": [{"type": "max_pool", "kernel": 2, "stride": 1, "padding": "same"}]},
}  # fmt: skip


@pytest.mark.parametrize("after", ["window_attention", "conv", "subsample"])
def test_paths_of_unlike_strides_count_by_the_outputs_of_the_map(after):
    """The resized path repeats after 25 outputs: behind the map, pairs of them see two samples of the coarse one."""
    last = {"window_attention": {"window": 2}, "conv": {"kernel": 2, "filters": 1, "stride": 2},
            "subsample": {"stride": 3}}[after]  # fmt: skip
    layers = [
        {"type": "identity", "name": "in"},
        {"type": "branches", "merge": "max", **ASKEW},
        {"type": after, **last},
    ]
    document = {"format": 1, "input": {"size": [26], "channels": 1}, "layers": layers}
    oracle, report = Oracle(flatten(document)), described(document)
    for name in oracle.layers:
        (found,) = rfcli.paths(report, name)
        assert found == enumerated(oracle, name, 0)
        assert max(found) <= report.layer(name).receptive_field.size[0]


def test_highres3dnet_has_the_published_distribution():
    """Li et al. (2017): 2 ** 9 paths; at each of three levels the blocks that are gone through are binomial."""
    expected: Counter[int] = Counter()
    for a in range(4):
        for b in range(4):
            for c in range(4):
                expected[3 + 4 * a + 8 * b + 16 * c] += comb(3, a) * comb(3, b) * comb(3, c)
    found = rfcli.paths(rfcli.compute("highres3dnet"), "conv_2")
    assert found == [dict(expected)] * 3
    assert (sum(expected.values()), len(expected), min(expected), max(expected)) == (512, 22, 3, 87)


@pytest.mark.parametrize(
    ("network", "layer", "settings", "total"),
    [
        ("resnet152", "layer4", {}, 2**50),
        ("densenet121", "features", {"units": [6, 12, 48, 32]}, None),
        ("inception_resnet_v2", "Conv2d_7b_1x1", {}, None),
    ],
)
def test_deep_networks_are_counted_within_a_second(network, layer, settings, total):
    report = rfcli.compute(network, settings=settings)
    started = time.process_time()
    found = rfcli.paths(report, layer)[0]
    assert time.process_time() - started < 1
    assert total is None or sum(found.values()) == total
    assert max(found) == report.layer(layer).receptive_field.size[0]


def test_a_thousand_choices():
    unit = {"name": "u", "type": "residual", "repeat": 1000, "layers": [{"type": "conv", "kernel": 3, "padding": 1}]}
    report = described({"format": 1, "layers": [unit]})
    started = time.process_time()
    found = rfcli.paths(report, "u_1000")[0]
    assert time.process_time() - started < 1
    assert found == {1 + 2 * taken: comb(1000, taken) for taken in range(1001)}


def test_too_many_sizes_are_refused_with_the_reason():
    unit = {"name": "u", "type": "residual", "repeat": 20_000, "layers": [{"type": "conv", "kernel": 3, "padding": 1}]}
    report = described({"format": 1, "layers": [unit]})
    with pytest.raises(rfcli.CallError, match="too many different sizes"):
        rfcli.paths(report, "u_20000")


def test_without_a_size_that_decides():
    down = {"name": "d", "type": "conv", "kernel": 3, "stride": 2, "padding": "same"}
    with pytest.raises(rfcli.CallError, match="input size"):
        rfcli.paths(described({"format": 1, "layers": [down]}), "d")


def test_a_network_without_layers():
    report = described({"format": 1, "layers": []})
    with pytest.raises(rfcli.CallError, match="has no layers"):
        answers.main_layer(report)


def test_statistics():
    found = statistics({1: 1, 3: 2, 9: 1})
    assert (found.total, found.smallest, found.largest) == (4, 1, 9)
    assert (found.mean, found.variance) == (4, Fraction(9 + 1 + 1 + 25, 4))
    assert found.quantiles == (1, 3, 3)


def rf(*words):
    line = [sys.executable, "-m", "rfcli", "paths", *words]
    return subprocess.run(line, capture_output=True, text=True, timeout=600)


def test_json_of_the_command():
    found = json.loads(rf("resnet50", "--layer", "layer1", "-f", "json").stdout)
    assert list(found) == ["network", "layer", "axes"]
    sizes = [[11, 1], [19, 3], [27, 3], [35, 1]]
    assert found["axes"] == [{"axis": axis, "total": 8, "sizes": sizes} for axis in "hw"]


def test_the_table_tells_the_figures():
    said = rf("highres3dnet", "--layer", "conv_2").stdout
    assert "512 paths of 22 sizes\n" in said
    assert f"std {math.sqrt(3 / 4 * (16 + 64 + 256)):.2f}" in said
    assert said.count("%") == 22
    assert max(map(len, said.splitlines())) <= 80


def test_without_a_layer_the_last_map_is_meant():
    assert rf("resnet50").stdout.startswith("resnet50, 'layer4/2/relu': 65536 paths")
