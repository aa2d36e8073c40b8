"""Where outputs lie, borders included, against brute force on random networks."""

from __future__ import annotations

import functools
import json
import subprocess
import sys
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from oracle.against import thorough
from oracle.brute import Oracle
from oracle.networks import chains, graphs
from oracle.rules import reads, stands_at
from oracle.spelling import flatten

import rfcli

GAP = {"name": "it", "type": "global_avg_pool"}


class Clipped:
    """What each output reads of the origin, every map cut off at its borders, or padded with its own samples; those at
    the other side of a circular border only where one goes `around`."""

    def __init__(self, oracle, around=False):
        self.oracle, self.sizes, self.around = oracle, oracle.sizes.size, around
        self.of = functools.cache(self.of)

    def of(self, name, axis, o):
        oracle = self.oracle
        if not 0 <= o < self.sizes[name][axis]:
            return frozenset()
        if name == oracle.origin:
            return frozenset([o])
        found = set()
        for source in oracle.local_sources(name, axis):
            n_in, n_out = self.sizes[source][axis], self.sizes[name][axis]
            for i in reads(oracle.layers[name], axis, o, n_in, n_out):
                sample = stands_at(oracle.layers[name], axis, i, n_in, self.around)
                if sample is not None:
                    found |= self.of(source, axis, sample)
        return frozenset(found)

    def hull(self, name, axis, o):
        samples = self.of(name, axis, o)
        return (min(samples), max(samples)) if samples else None


def located(document, name, origin=None):
    report = rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"), origin=origin)
    return rfcli.located(report, name)


@given(st.one_of(chains(), graphs()))
@thorough(80)
def test_every_output_clipped(document):
    oracle = Oracle(flatten(document))
    clipped = Clipped(oracle)
    report = rfcli.compute(rfcli.loads(json.dumps(document), name="net.json"))
    for name in filter(oracle.reached, oracle.layers):
        locator = rfcli.located(report, name)
        for axis in range(oracle.sizes.dims):
            n = oracle.sizes.size[name][axis]
            if oracle.local(name, axis):
                assert locator.regions(axis) == [clipped.hull(name, axis, o) for o in range(n)]


@given(st.one_of(chains(), graphs()), st.data())
@thorough(60)
def test_single_outputs(document, data):
    oracle = Oracle(flatten(document))
    clipped = Clipped(oracle)
    name = data.draw(st.sampled_from(list(oracle.layers)))
    assume(oracle.reached(name))
    position = [data.draw(st.integers(0, n - 1)) for n in oracle.sizes.size[name]]
    locator = located(document, name)
    found = locator.at(position)
    for axis, o in enumerate(position):
        if oracle.local(name, axis):
            assert found.region[axis] == oracle.hull(name, axis, o)
            assert found.center[axis] == oracle.center(name, axis, o)
            assert found.clipped[axis] == clipped.hull(name, axis, o)
            read = Clipped(oracle, around=True).of(name, axis, o)
            assert set(locator.samples(axis, o)) == read == {i for u, v in found.runs[axis] for i in range(u, v + 1)}
            assert set(locator.samples(axis, o, around=False)) == clipped.of(name, axis, o)
            assert set(locator.samples(axis, o, clipped=False)) == oracle.support(name, axis, o)


@given(st.one_of(chains(), graphs()), st.data())
@thorough(40)
def test_outputs_that_see_a_sample(document, data):
    oracle = Oracle(flatten(document))
    clipped = Clipped(oracle)
    name = data.draw(st.sampled_from(list(oracle.layers)))
    assume(oracle.reached(name))
    position = [data.draw(st.integers(0, n - 1)) for n in oracle.sizes.size[oracle.origin]]
    locator = located(document, name)
    found, readers = locator.covering(position), locator.readers(position)
    read = Clipped(oracle, around=True)
    axes = [axis for axis in range(len(position)) if oracle.local(name, axis)]
    sizes = oracle.sizes.size[name]
    alone = {axis: {o for o in range(sizes[axis]) if position[axis] in read.of(name, axis, o)} for axis in axes}
    for axis in axes:
        i = position[axis]
        reading = {o for u, v in readers[axis] for o in range(u, v + 1)}
        # By a path that reads the sample along one axis, and none of its row along another, no output reads it: what
        # several paths leave of all those together, `test_boxes` and the plain oracle look up point by point.
        one_path = len(oracle.paths(name, axis)) == 1
        assert reading == (alone[axis] if all(alone.values()) else set()) if one_path else reading <= alone[axis]
        hulls = {o: clipped.hull(name, axis, o) for o in range(oracle.sizes.size[name][axis])}
        seeing = [o for o, hull in hulls.items() if hull and hull[0] <= i <= hull[1]]
        assert found[axis] == ((seeing[0], seeing[-1]) if seeing else None)


@given(st.one_of(chains(), graphs()), st.data())
@thorough(40)
def test_from_any_layer(document, data):
    network = flatten(document)
    origin = data.draw(st.sampled_from([layer["name"] for layer in network.layers]))
    oracle = Oracle(network, origin)
    assume(not any(oracle.local(name, 0) for name in oracle.sizes.all_broadcast()))
    clipped = Clipped(oracle)
    for name in oracle.layers:
        if oracle.local(name, 0):
            regions = located(document, name, origin).regions(0)
            assert regions == [clipped.hull(name, 0, o) for o in range(oracle.sizes.size[name][0])]


PADDED = [{"name": "c", "type": "conv", "repeat": 5, "kernel": 5, "padding": 2, "padding_mode": "circular"}]


def test_panoramas():
    """leejet/stable-diffusion.cpp#1299: torch's gradients of five circular convolutions."""
    locator = located({"format": 1, "input": {"size": [32, 64]}, "layers": PADDED}, "c_5")
    found = locator.at((16, 0))
    assert found.region == ((6, 26), (-10, 10))
    assert found.clipped == ((6, 26), (0, 10))
    assert found.runs == (((6, 26),), ((0, 10), (54, 63)))
    assert locator.covering((16, 63)) == ((6, 26), (53, 63))
    assert locator.readers((16, 63)) == (((6, 26),), ((0, 9), (53, 63)))
    assert locator.runs(1)[:2] == [((0, 10), (54, 63)), ((0, 11), (55, 63))]
    assert locator.regions(1)[:2] == [(0, 10), (0, 11)]
    assert [locator.goes_around(axis) for axis in locator.axes] == [True, True]


def test_one_axis_round_the_other_with_zeros():
    layers = [
        {"type": "pad", "padding": [0, 2], "padding_mode": "circular"},
        {"type": "pad", "padding": [2, 0]},
        {"name": "c", "type": "conv", "kernel": 5},
    ]
    locator = located({"format": 1, "input": {"size": [8, 8]}, "layers": layers}, "c")
    assert locator.at((0, 0)).runs == (((0, 2),), ((0, 2), (6, 7)))
    assert [locator.goes_around(axis) for axis in locator.axes] == [False, True]


@pytest.mark.parametrize(
    ("o", "region", "size"),
    [
        (0, (-10, 10), 21),
        (30, (20, 40), 21),
        (63, (53, 73), 21),
    ],
)
def test_the_span_of_what_goes_round(o, region, size):
    locator = located({"format": 1, "input": {"size": [64]}, "layers": PADDED}, "c_5")
    assert locator.region(0, o) == region
    assert locator.span(0, o, locator.samples(0, o)) == size == locator.samples(0, o).count


def test_runs_that_take_too_long_are_refused_at_once():
    locator = located({"format": 1, "input": {"size": [300_000]}, "layers": PADDED}, "c_5")
    with pytest.raises(rfcli.CallError, match="takes longer than is spent"):
        locator.runs(0)
    assert locator.at((0,)).runs == (((0, 10), (299_990, 299_999)),)


def test_the_span_has_holes():
    dilated = {**PADDED[0], "repeat": 1, "kernel": 3, "dilation": 7, "padding": 7}
    locator = located({"format": 1, "input": {"size": [64]}, "layers": [dilated]}, "c_1")
    assert locator.at((3,)).runs == (((3, 3), (10, 10), (60, 60)),)
    assert locator.span(0, 3, locator.samples(0, 3)) == 15


@pytest.mark.parametrize(
    ("mode", "padding", "dilation", "runs"),
    [
        # Output 0 reads -4, 0 and 4: torch's gradients of F.pad and conv1d.
        ("zeros", 4, 4, ((0, 0), (4, 4))),
        ("reflect", 4, 4, ((0, 0), (4, 4))),
        ("replicate", 4, 4, ((0, 0), (4, 4))),
        ("circular", 4, 4, ((0, 0), (4, 5))),
        # Output 0 reads -4, -2 and 0.
        ("zeros", [[4, 0]], 2, ((0, 0),)),
        ("reflect", [[4, 0]], 2, ((0, 0), (2, 2), (4, 4))),
        ("symmetric", [[4, 0]], 2, ((0, 1), (3, 3))),
        ("replicate", [[4, 0]], 2, ((0, 0),)),
        ("circular", [[4, 0]], 2, ((0, 0), (5, 5), (7, 7))),
    ],
)
def test_what_the_first_output_reads(mode, padding, dilation, runs):
    conv = {"type": "conv", "kernel": 3, "padding": padding, "dilation": dilation, "padding_mode": mode, "name": "c"}
    locator = located({"format": 1, "input": {"size": [9]}, "layers": [conv]}, "c")
    assert locator.at((0,)).runs == (runs,)
    assert locator.at((0,)).clipped[0] == ((runs[0][0], runs[-1][1]) if mode != "circular" else locator.regions(0)[0])


CONV = {"name": "c", "type": "conv", "kernel": 3, "stride": 2, "padding": "same"}


def test_what_is_not_known_has_a_reason():
    with pytest.raises(rfcli.CallError, match="input size"):
        located({"format": 1, "layers": [CONV]}, "c").at((0, 0))
    with pytest.raises(rfcli.CallError, match="input size"):
        located({"format": 1, "layers": [CONV]}, "c").regions(0)
    with pytest.raises(rfcli.CallError, match="does not reach"):
        located({"format": 1, "input": {"size": 9}, "layers": [CONV, {**CONV, "name": "d"}]}, "c", "d")
    with pytest.raises(rfcli.CallError, match="more than"):
        located({"format": 1, "input": {"size": [9_000_000]}, "layers": [{**CONV, "stride": 1}]}, "c").regions(0)
    with pytest.raises(rfcli.CallError, match="there is no layer 'e'"):
        located({"format": 1, "layers": [CONV]}, "e")


def test_a_layer_that_sees_everything_is_located_everywhere():
    layers = [CONV, {"name": "pool", "type": "global_avg_pool"}]
    locator = located({"format": 1, "input": {"size": [9, 7]}, "layers": layers}, "pool")
    found = locator.at((0, 0))
    assert locator.globally
    assert (found.region, found.clipped, found.center) == (((0, 8), (0, 6)),) * 2 + ((None, None),)


def test_large_maps_take_no_long():
    layers = [{"type": "conv", "kernel": 3, "padding": 1, "repeat": 100}]
    locator = located({"format": 1, "input": {"size": [2000]}, "layers": layers}, "conv_100")
    assert locator.regions(0)[:2] == [(0, 100), (0, 101)]


def rf(words, **options):
    line = [sys.executable, "-m", "rfcli", "locate", *words]
    return subprocess.run(line, capture_output=True, text=True, timeout=600, **options)


def test_json_of_the_command():
    done = rf(["patchgan_70", "--layer", "score", "--at", "0,29", "-f", "json"])
    assert json.loads(done.stdout) == {
        "network": "patchgan_70",
        "layer": "score",
        "at": [0, 29],
        "region": [[-23, 46], [209, 278]],
        "clipped": [[0, 46], [209, 255]],
        "runs": [[[0, 46]], [[209, 255]]],
        "center": [11.5, 243.5],
    }
    everything = json.loads(rf(["patchgan_70", "--layer", "score", "--all", "-f", "json"]).stdout)
    assert list(everything) == ["network", "layer", "axes"]
    assert [list(axis) for axis in everything["axes"]] == [["axis", "output_size", "regions"]] * 2
    assert everything["axes"][0]["regions"][0] == [0, 46]
    covers = json.loads(rf(["patchgan_70", "--layer", "score", "--covers", "0,255", "-f", "json"]).stdout)
    assert covers["outputs"] == [[0, 2], [27, 29]]


def test_positions_from_standard_input():
    done = rf(["patchgan_70", "--layer", "score", "--at", "-", "-f", "csv"], input="y,x\n0,29\n3,3\n")
    header, first, second = done.stdout.splitlines()
    assert header == (
        "h,w,region_first_h,region_last_h,clipped_first_h,clipped_last_h,center_h,"
        "region_first_w,region_last_w,clipped_first_w,clipped_last_w,center_w"
    )
    assert first == "0,29,-23,46,0,46,11.5,209,278,209,255,243.5"
    assert Fraction(second.split(",")[6]) == Fraction(71, 2)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--at", "0,0,0"],
        ["--layer", "score"],
        ["--layer", "score", "--at", "0,0", "--all"],
        ["--layer", "score", "--at", "0"],
        ["--layer", "score", "--at", "0,30"],
        ["--layer", "score", "--at", "x,y"],
        ["--layer", "nowhere", "--all"],
        ["--layer", "score", "--all", "--input-size", "none"],
    ],
)
def test_calls_that_make_no_sense(words):
    done = rf(["patchgan_70", *words])
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("rf")


@pytest.mark.parametrize(
    ("kernel", "stride", "crop", "n", "read"), [(1, 2, 0, 10, (0, 8)), (2, 3, 0, 9, (0, 7)), (1, 3, 1, 11, (1, 10))]
)
def test_behind_a_global_layer_only_what_its_map_reads_counts(kernel, stride, crop, n, read):
    """The samples that any output of the map reads: o*stride + t + crop, worked out by hand."""
    layers = [
        {"name": "crop", "type": "crop", "cropping": [[crop, 0]]},
        {"name": "c", "type": "conv", "kernel": kernel, "stride": stride},
        {"name": "pool", "type": "global_avg_pool"},
        {"name": "last", "type": "conv", "kernel": 1},
    ]
    for layer in ("pool", "last"):
        locator = located({"format": 1, "input": {"size": [n]}, "layers": layers}, layer)
        assert locator.regions(0) == [read]
        assert locator.at((0,)).clipped == (read,)
        assert [locator.covering((i,))[0] is not None for i in range(n)] == [read[0] <= i <= read[1] for i in range(n)]


@pytest.mark.parametrize("mask", ["causal", "strictly_causal"])
@pytest.mark.parametrize(
    "head",
    [
        [GAP],
        [{"type": "global_avg_pool"}, {"name": "it", "type": "linear", "units": 2}],
        [{"name": "it", "type": "attention"}],
    ],
)
def test_the_whole_map_behind_a_mask(mask, head):
    """Each sample but the last is read by the kernel somewhere, and a global layer passes all of them on."""
    masked = {"name": "m", "type": "conv", "kernel": 3, "padding": 1, "mask": mask, "filters": 2}
    document = {"format": 1, "input": {"size": [5, 4], "channels": 1}, "layers": [masked, *head]}
    locator = rfcli.located(rfcli.compute(document), "it")
    one = locator.at([0, 0])
    assert one.region == one.clipped == ((0, 4), (0, 3)) and one.globally
    assert one.runs == (((0, 4),), ((0, 3),))
    outputs = [locator.output_size(axis) for axis in locator.axes]
    assert [locator.regions(axis) for axis in locator.axes] == [[(0, 4)] * outputs[0], [(0, 3)] * outputs[1]]
    assert locator.covering([2, 2]) == ((0, outputs[0] - 1), (0, outputs[1] - 1))
    assert locator.readers([2, 2]) == (((0, outputs[0] - 1),), ((0, outputs[1] - 1),))
    assert locator.seeing([2, 2]) is None
    points = locator.points([0, 0])
    if mask == "causal":
        assert points is None
    else:
        assert {*points} == {(y, x) for y in range(5) for x in range(4)} - {(4, 3)} and locator.readers([4, 3]) == (
            (),
            (),
        )


def test_the_whole_map_behind_a_cross():
    layers = [
        {"name": "wide", "type": "conv", "kernel": [1, 3], "padding": "same", "filters": 2},
        {"name": "tall", "type": "conv", "kernel": [3, 1], "padding": "same", "filters": 2, "inputs": ["input"]},
        {"name": "sum", "type": "add", "inputs": ["wide", "tall"]},
        GAP,
    ]
    locator = rfcli.located(
        rfcli.compute({"format": 1, "input": {"size": [5, 4], "channels": 1}, "layers": layers}), "it"
    )
    assert locator.at([0, 0]).runs == (((0, 4),), ((0, 3),))
    assert locator.points([0, 0]) is None is locator.seeing([2, 2])
    assert locator.readers([2, 2]) == (((0, 0),), ((0, 0),))


def test_outputs_that_a_transposed_convolution_leaves_out_read_nothing_behind_all_before_them() -> None:
    """What attention sees of all before it does not reach an output that is made of nothing along one axis."""
    layers = [
        {"type": "attention", "causal": True},
        {"name": "up", "type": "conv_transpose", "kernel": [1, 4], "stride": 2, "padding": [0, 1], "filters": 1},
        {"name": "all", "type": "attention", "causal": True},
        {"name": "both", "type": "add", "inputs": ["up", "all"]},
    ]
    document = {"format": 1, "input": {"size": 8, "channels": 1}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document)))
    assert rfcli.located(report, "up").at([3, 4]).region == (None, None)
    assert rfcli.located(report, "up").at([2, 4]).region == ((1, 1), (1, 2))
    assert rfcli.located(report, "both").at([3, 4]).region == (None, (1, 2))


def _read_by(wanted, around):
    """What torch's circular padding reads, as zeros stand in its place where one does not go `around`: of the output of
    `add` the sample itself, and by the other path five columns of the row before, of the three that are left of four and wrap."""
    y, x = wanted
    rows = [y - 1 if y else 2] if around or y else []
    return {(y, x)} | {(row, x + dx) for row in rows for dx in range(-2, 3) if 0 <= x + dx < 6}


def test_what_is_read_round_a_border_along_one_axis_does_not_count_along_another() -> None:
    """`clipped` is on this side of all circular borders at once; `runs` has all."""
    layers = [
        {"name": "moved", "type": "pad", "padding": [[1, -1], 0], "padding_mode": "circular"},
        {"name": "wide", "type": "conv", "kernel": [1, 5], "padding": [0, 2], "filters": 1},
        {"name": "both", "type": "add", "inputs": ["input", "wide"]},
    ]
    document = {"format": 1, "input": {"size": [4, 6], "channels": 1}, "layers": layers}
    locator = rfcli.located(rfcli.compute(rfcli.loads(json.dumps(document))), "both")
    for place in ((0, 2), (0, 0), (1, 3), (3, 5)):
        found, here, all_ = locator.at(place), _read_by(place, around=False), _read_by(place, around=True)
        assert found.clipped == tuple((min(one), max(one)) for one in zip(*here, strict=True))
        assert [{*locator.read_at(place)[axis]} for axis in (0, 1)] == [{p[axis] for p in all_} for axis in (0, 1)]
    assert locator.at((0, 2)).clipped == ((0, 0), (2, 2)) and locator.at((0, 2)).runs[1] == ((0, 4),)


def test_paths_of_one_axis_alone() -> None:
    """A pool to one row leads along the columns alone: what the other path reads, or leaves out, is its own affair."""
    layers = [
        {"name": "up", "type": "conv_transpose", "kernel": [1, 1], "stride": 2, "filters": 1},
        {"name": "rows", "type": "adaptive_avg_pool", "output_size": [1, 9], "inputs": ["up"]},
        {"name": "first", "type": "crop", "cropping": [[0, 8], 0], "inputs": ["up"]},
        {"name": "both", "type": "add", "inputs": ["rows", "first"]},
    ]
    document = {"format": 1, "input": {"size": [5, 5], "channels": 1}, "layers": layers}
    locator = rfcli.located(rfcli.compute(rfcli.loads(json.dumps(document))), "both")
    assert locator.at((0, 2)).clipped == ((0, 0), (1, 1))
    assert locator.at((0, 3)).clipped == (None, None) == locator.at((0, 3)).region
    assert locator.readers((4, 1)) == ((), ((2, 2),)), "by the pool alone"
    assert locator.readers((0, 1)) == (((0, 0),), ((2, 2),))
