"""Effective receptive fields: n-fold boxes, paths enumerated one by one, and the claims of Luo et al. (2016)."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from fractions import Fraction

import pytest

import rfcli
from rfcli.engine.erf import Profile
from rfcli.layers.resizing import cubic_weights


def profile(layers, layer=None, size=401, **how):
    document = {"format": 1, "input": {"size": [size], "channels": 4}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"), **how)
    return rfcli.erf(report, layer or report.outputs[0])[0]


def conv(kernel=3, **more):
    return {"type": "conv", "kernel": kernel, "padding": "same", "filters": 4, **more}


def box(kernel, times):
    """The `times`-fold convolution of a box, by polynomial multiplication."""
    values = [1.0]
    for _ in range(times):
        longer = [0.0] * (len(values) + kernel - 1)
        for i, value in enumerate(values):
            for t in range(kernel):
                longer[i + t] += value / kernel
        values = longer
    return values


@pytest.mark.parametrize("depth", [1, 2, 5, 10, 20, 40])
def test_plain_stacks_are_convolved_boxes(depth):
    found = profile([conv(repeat=depth)])
    expected = box(3, depth)
    assert len(found.values) == 2 * depth + 1
    assert max(abs(a - b) for a, b in zip(found.values, expected, strict=True)) < 1e-12
    assert found.std == pytest.approx(math.sqrt(2 * depth / 3), abs=1e-12)
    assert math.fsum(found.values) == pytest.approx(1, abs=1e-12)


def enumerated(steps, o):
    """The energy at each sample, path by path; a step lists (input, share) for an output, several steps are in a row."""
    found: dict[int, float] = {}

    def walk(at, place, energy):
        if at < 0:
            found[place] = found.get(place, 0.0) + energy
            return
        for i, share in steps[at](place):
            walk(at - 1, i, energy * share)

    walk(len(steps) - 1, o, 1.0)
    total = math.fsum(found.values())
    first, last = min(found), max(found)
    return [found.get(i, 0.0) / total for i in range(first, last + 1)]


def window(kernel, stride=1, dilation=1, share=None):
    return lambda o: [(o * stride + t * dilation, share or 1 / kernel) for t in range(kernel)]


def skip(step, by):
    """A residual: the map itself, moved as its body's padding moves it, and the body."""
    return lambda o: [(o, 1.0), *((i - by, share) for i, share in step(o))]


def nearest(o):
    return [(o // 2, 1.0)]


def linear(o):
    """Twice as many samples, half-pixel centers: 1/4 and 3/4."""
    return [(o // 2 - 1, 1 / 16), (o // 2, 9 / 16)] if o % 2 == 0 else [(o // 2, 9 / 16), (o // 2 + 1, 1 / 16)]


CASES = {
    "strided": (
        [conv(3, stride=2, padding=0), conv(5, padding=0)],
        [window(3, 2), window(5)],
    ),
    "dilated": ([conv(3, padding=0), conv(3, dilation=4, padding=0)], [window(3), window(3, 1, 4)]),
    "max pool": (
        [conv(3, padding=0), {"type": "max_pool", "kernel": 2}, conv(3, padding=0)],
        [window(3), window(2, 2), window(3)],
    ),
    "average pool": (
        [conv(3, padding=0), {"type": "avg_pool", "kernel": 3, "stride": 2}, conv(3, padding=0)],
        [window(3), window(3, 2, share=1 / 9), window(3)],
    ),
    "residual": (
        [{"type": "residual", "repeat": 3, "layers": [conv(3)]}, conv(5)],
        [skip(window(3), 1)] * 3 + [window(5)],
    ),
    "nearest": ([conv(3), {"type": "upsample", "scale": 2}, conv(3)], [window(3), nearest, window(3)]),
    "linear": (
        [conv(3), {"type": "upsample", "scale": 2, "mode": "linear"}, conv(3)],
        [window(3), linear, window(3)],
    ),
    "transposed": (
        [conv(3, padding=0), {"type": "conv_transpose", "kernel": 4, "stride": 2, "filters": 4}],
        [window(3), lambda o: [(o // 2 - 1, 0.5), (o // 2, 0.5)]],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_small_networks_path_by_path(name):
    layers, steps = CASES[name]
    size = 40
    document = {"format": 1, "input": {"size": [size], "channels": 4}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    o = report.layer(report.outputs[0]).output_size[0] // 2
    # The steps know no padding: one sample of it before the last layer moves the phase of what is upsampled below.
    moved = 1 if name in ("nearest", "linear") else 0
    assert profile(layers, size=size).values == pytest.approx(enumerated(steps, o - moved), abs=1e-12)


def test_gates_and_normalisations_leave_the_local_path():
    plain = profile([conv(3), conv(3)])
    gated = profile([conv(3), {"type": "squeeze_excite", "units": 2}, {"type": "batch_norm"}, conv(3)])
    assert gated == plain


def test_concatenation_shares_by_channels():
    """Three of four channels come along the wide branch: three quarters of the energy."""
    wide = {"name": "wide", "type": "conv", "kernel": 3, "padding": 1, "filters": 3}
    point = {"name": "point", "type": "conv", "kernel": 1, "filters": 1}
    found = profile([{"type": "branches", "branches": [[wide], [point]]}])
    assert found.values == pytest.approx([1 / 4, 1 / 2, 1 / 4], abs=1e-15)


def test_maximum_passes_to_one_of_its_inputs():
    found = profile([{"type": "residual", "merge": "max", "layers": [conv(3)]}])
    assert found.values == pytest.approx([1 / 6, 4 / 6, 1 / 6], abs=1e-15)


def test_other_axes_weigh_the_paths():
    """An average of 2 x 2 passes on a quarter of the energy, beside a maximum that passes on all of it."""
    branches = [
        [{"type": "avg_pool", "kernel": 2, "stride": 1}],
        [{"type": "crop", "cropping": [[0, 1], [0, 1]]}],
    ]
    document = {
        "format": 1,
        "input": {"size": [9, 9], "channels": 1},
        "layers": [{"type": "branches", "merge": "add", "branches": branches}],
    }
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    for found in rfcli.erf(report, "add"):
        assert found.values == pytest.approx([(1 / 8 + 1) / (1 / 4 + 1), (1 / 8) / (1 / 4 + 1)], abs=1e-15)


def test_maps_sum_to_the_profiles():
    layers = [
        conv(3),
        {"type": "residual", "layers": [{**conv([1, 5]), "dilation": [1, 2]}]},
        {"type": "avg_pool", "kernel": [2, 3], "stride": 2},
        {"type": "upsample", "scale": 2},
        conv(3),
    ]
    document = {"format": 1, "input": {"size": [40, 42], "channels": 4}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    found = rfcli.erf_map(report, report.outputs[0])
    down, across = rfcli.erf(report, report.outputs[0])
    assert [math.fsum(row) for row in found.rows] == pytest.approx(down.values, abs=1e-12)
    assert [math.fsum(column) for column in zip(*found.rows, strict=True)] == pytest.approx(across.values, abs=1e-12)
    assert found.first == (down.first, across.first)


WIDER = {
    "phases of other outputs": [{"type": "upsample", "mode": "cubic", "coordinates": "asymmetric", "size": 11}, conv(3)],
    "a path that leads nowhere": [
        {"type": "residual", "layers": [conv(3), {"type": "subsample", "stride": 2}, {"type": "conv_transpose",
         "kernel": [1, 4], "stride": 2, "padding": "same", "filters": 4}]},
        {"type": "crop", "cropping": [[1, 0], 0]},
    ],
}  # fmt: skip


@pytest.mark.parametrize("case", WIDER)
def test_a_map_is_that_of_the_region(case):
    """The central output's alone, though others on the way reach further than those that it reads."""
    document = {"format": 1, "input": {"size": [24, 10], "channels": 4}, "layers": WIDER[case]}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    name = report.outputs[0]
    found, profiles = rfcli.erf_map(report, name), rfcli.erf(report, name)
    region = rfcli.located(report, name).at([n // 2 for n in report.layer(name).output_size]).region
    assert [(low, low + len(values) - 1) for low, values in zip(found.first, (found.rows, found.rows[0]), strict=True)
            ] == list(region) == [(one.first, one.first + len(one.values) - 1) for one in profiles]  # fmt: skip
    assert {len(row) for row in found.rows} == {len(profiles[1].values)}
    for values, one in zip((found.rows, zip(*found.rows, strict=True)), profiles, strict=True):
        assert list(map(math.fsum, values)) == pytest.approx(one.values, abs=1e-12)


def test_merged_interpolations_weigh_the_central_unit_by_its_own_taps():
    """A 3x1 convolution plus a linear resize of 10 to 16 along w: output 8 of it takes 3/16 and 13/16 of its taps, by hand."""
    layers = [
        {"name": "a", "type": "conv", "kernel": [3, 1], "padding": [1, 0]},
        {"name": "c", "type": "crop", "cropping": [[0, 0], [0, 6]]},
        {"name": "u", "type": "resize", "size": [16, 16], "mode": "linear"},
    ]
    net = {"format": 1, "input": {"size": [16, 16], "channels": 1}, "layers": [{"type": "residual", "layers": layers}]}
    report = rfcli.compute(rfcli.loads(json.dumps(net)))
    kept = Fraction(13, 16) ** 2 + Fraction(3, 16) ** 2
    assert (8 + Fraction(1, 2)) * Fraction(10, 16) - Fraction(1, 2) == 4 + Fraction(13, 16)
    side = kept / 3 / (1 + kept)
    assert rfcli.erf(report, "add")[0].values == pytest.approx([side, 1 - 2 * side, side], rel=1e-12)


def test_a_plain_map_is_the_product_of_its_profiles():
    document = {"format": 1, "input": {"size": 40, "channels": 4}, "layers": [conv(repeat=6)]}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    found = rfcli.erf_map(report, "conv_6")
    expected = box(3, 6)
    for row, a in zip(found.rows, expected, strict=True):
        assert row == pytest.approx([a * b for b in expected], abs=1e-13)


def test_cubic_weights_sum_to_one():
    for t in (0.0, 0.125, 0.5, 0.9):
        assert math.fsum(cubic_weights(t)) == pytest.approx(1, abs=1e-15)
    assert cubic_weights(0.0) == (0.0, 1.0, 0.0, 0.0)


def test_figures_of_a_profile():
    found = Profile(5, (0.01, 0.04, 0.9, 0.04, 0.01))
    assert (found.mean, found.effective_size, found.ratio) == (2.0, 3, 0.6)
    assert found.std == pytest.approx(math.sqrt(2 * (0.01 * 4 + 0.04)))
    assert Profile(0, (1.0,)).gaussian_distance == 0


# The claims of Luo et al. (2016), sections 2 and 3.

PLAIN = [5, 10, 20, 40]


def test_the_ratio_falls_like_the_root_of_the_depth():
    scaled = [profile([conv(repeat=depth)]).std / (2 * depth) * math.sqrt(depth) for depth in PLAIN]
    assert scaled == pytest.approx([math.sqrt(1 / 6)] * 4, abs=1e-12)
    ratios = [profile([conv(repeat=depth)]).ratio for depth in PLAIN]
    assert ratios == sorted(ratios, reverse=True)
    assert profile([conv(repeat=40)]).gaussian_distance < profile([conv(repeat=5)]).gaussian_distance


def test_subsampling_and_dilation_enlarge_it():
    """Section 3.2: three of fifteen layers with dilations of 2, 4 and 8, or with strides of 2."""
    plain = profile([conv(repeat=15)])
    dilated = profile([conv(dilation=2 ** (i // 4) if i % 4 == 0 else 1) for i in range(1, 16)], size=2001)
    strided = profile([conv(stride=2 if i % 4 == 0 else 1) for i in range(1, 16)], size=2001)
    assert plain.effective_size < dilated.effective_size < strided.effective_size


def test_skip_connections_shrink_it():
    plain = profile([conv(repeat=16)])
    skipped = profile([{"type": "residual", "repeat": 8, "layers": [conv(), conv()]}])
    assert len(plain.values) == len(skipped.values)
    assert skipped.effective_size < plain.effective_size


@pytest.mark.parametrize("unit", [[conv()], [{"type": "avg_pool", "kernel": 3, "stride": 1, "padding": 1}]])
def test_deep_networks_neither_overflow_nor_vanish(unit):
    """Every addition doubles the energy, every average takes most of it."""
    deep = [{"type": "residual", "repeat": 1200, "layers": unit}] if "conv" in unit[0]["type"] else unit * 700
    found = profile(deep)
    assert math.fsum(found.values) == pytest.approx(1, abs=1e-9)
    assert 0 < found.std < len(found.values)


def test_a_profile_has_a_value_for_every_sample_of_the_region():
    """Also where the energy at its ends is too small for a double: (1/3) ** 1000."""
    found = profile([conv(repeat=1000)], size=5000)
    assert len(found.values) == 2001
    assert found.values[0] == 0 < found.values[1000]
    assert found.first == 2500 - 1000


def test_json_of_the_command():
    line = [sys.executable, "-m", "rfcli", "erf", "vgg_16", "--layer", "conv1", "-f", "json"]
    found = json.loads(subprocess.run(line, capture_output=True, text=True, timeout=600, check=True).stdout)
    assert list(found) == ["network", "layer", "axes"]
    axis = found["axes"][0]
    assert list(axis) == ["axis", "size", "std", "effective_size", "ratio", "profile"]
    assert (axis["axis"], axis["size"], axis["effective_size"], axis["ratio"]) == ("h", 5, 5, 1.0)
    assert axis["std"] == pytest.approx(math.sqrt(4 / 3))
    assert axis["profile"] == pytest.approx([1 / 9, 2 / 9, 3 / 9, 2 / 9, 1 / 9])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["resnet50", "--layer", "fc"], "global path only"),
        (["resnet_v1_50", "--input-size", "none"], "input size"),
        (["vgg_16", "--layer", "nowhere"], "there is no layer"),
        (["vgg_16", "--nonlinearity", "relu"], "add --sample N"),
        (["vgg_16", "--sample", "0"], "a whole number from 1"),
    ],
)
def test_calls_that_make_no_sense(words, said):
    line = [sys.executable, "-m", "rfcli", "erf", *words]
    done = subprocess.run(line, capture_output=True, text=True, timeout=600)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr


def energies(layers, size, **how):
    document = {"format": 1, "input": {"size": size, "channels": 2}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"), **how)
    return report, report.outputs[0]


def energies_of(found):
    """The samples of a map that have any energy."""
    top, left = found.first
    return {(top + y, left + x): value for y, row in enumerate(found.rows) for x, value in enumerate(row) if value}


ONE_AXIS_GLOBAL = {
    "adaptive pool": {"type": "adaptive_avg_pool", "output_size": [8, 1]},
    "window attention": {"type": "window_attention", "windows": [4, 1]},
    "custom size": {"type": "adaptive_max_pool", "output_size": [1, 8]},
}


@pytest.mark.parametrize("kind", ONE_AXIS_GLOBAL)
@pytest.mark.parametrize("depth", [(), (8,)], ids=["2-D", "3-D"])
def test_paths_that_are_global_along_one_axis_take_no_part(kind, depth):
    layer = {"name": "row", **ONE_AXIS_GLOBAL[kind], "inputs": ["input"]}
    for key in ("output_size", "windows"):
        if key in layer:
            layer[key] = [*depth, *layer[key]]
    size = [*depth, 8, 8]
    kept = [
        {"name": "deconv", "type": "conv_transpose", "kernel": 3, "stride": 2, "padding": "same", "filters": 2,
         "inputs": ["input"]},
    ]  # fmt: skip
    beside = [layer, {"name": "up", "type": "resize", "size": [2 * n for n in size]}, *kept]
    mixed, name = energies([*beside, {"name": "sum", "type": "add", "inputs": ["up", "deconv"]}], size)
    alone, other = energies(kept, size)
    for a, b in zip(rfcli.erf(mixed, name), rfcli.erf(alone, other), strict=True):
        shift = b.first - a.first
        assert a.values[shift : shift + len(b.values)] == pytest.approx(b.values)
        assert math.fsum(a.values) == pytest.approx(1)
    if not depth:
        a, b = rfcli.erf_map(mixed, name), rfcli.erf_map(alone, other)
        assert energies_of(a) == pytest.approx(energies_of(b))


def test_only_paths_that_are_global_along_some_axis():
    rows = {"name": "rows", "type": "adaptive_avg_pool", "output_size": [8, 1], "inputs": ["input"]}
    columns = {"name": "columns", "type": "adaptive_avg_pool", "output_size": [1, 8], "inputs": ["input"]}
    up = [{"name": f"up_{one}", "type": "resize", "size": 8, "inputs": [one]} for one in ("rows", "columns")]
    report, name = energies(
        [rows, columns, *up, {"name": "sum", "type": "add", "inputs": ["up_rows", "up_columns"]}], [8, 8]
    )
    for question in (rfcli.erf, rfcli.erf_map):
        with pytest.raises(rfcli.CallError, match="global path only"):
            question(report, name)


@pytest.mark.parametrize("question", ["erf", "erf_map"])
def test_what_is_too_large_is_known_before_any_of_it_is_done(question):
    unit = [{"name": "a", "type": "conv", "kernel": 3, "padding": 1, "filters": 2}, {"name": "b", "type": "relu"}]
    report, name = energies([{"name": "u", "type": "residual", "repeat": 4000, "layers": unit}], 64)
    started = time.process_time()
    with pytest.raises(rfcli.CallError, match="too large"):
        getattr(rfcli, question)(report, name)
    assert time.process_time() - started < 2


def test_maps_of_several_paths_of_unlike_reach_are_added_where_they_lie():
    """Merges of three paths, one of them passed on: rows are shared between maps, and none changes another."""
    layers = [
        {"name": "wide", "type": "conv", "kernel": [1, 5], "padding": [0, 2], "filters": 2, "inputs": ["input"]},
        {"name": "high", "type": "conv", "kernel": [5, 1], "padding": [2, 0], "filters": 2, "inputs": ["input"]},
        {"name": "sum", "type": "add", "inputs": ["input", "wide", "high", "input"]},
        {"name": "twice", "type": "add", "inputs": ["sum", "sum"]},
    ]
    report, name = energies(layers, 16)
    found = rfcli.erf_map(report, name)
    expected = [[0.0] * 5 for _ in range(5)]
    for i in range(5):
        expected[2][i] += 1 / 5 / 4
        expected[i][2] += 1 / 5 / 4
    expected[2][2] += 2 / 4
    assert found.first == (6, 6)
    for row, right in zip(found.rows, expected, strict=True):
        assert row == pytest.approx(right)


def test_a_map_of_too_many_energies_is_refused_with_the_mend():
    report, name = energies(
        [
            {"name": "a", "type": "conv", "kernel": 3, "dilation": 1000, "filters": 1},
            {"name": "b", "type": "conv", "kernel": 3, "filters": 1},
        ],
        3000,
    )
    with pytest.raises(rfcli.CallError, match="an earlier layer"):
        rfcli.erf_map(report, name)
    assert [profile.values for profile in rfcli.erf(report, name)] != []


def test_what_slides_over_a_map_passes_on_the_energy_of_that_map_alone() -> None:
    """A correlation with a template that the origin reaches too, which it takes whole."""
    wide = {"name": "wide", "type": "conv", "kernel": 5, "padding": 2, "filters": 8, "inputs": ["input"]}
    small = {"name": "small", "type": "conv", "kernel": 3, "stride": 4, "filters": 8, "inputs": ["input"]}
    both = {"type": "correlation", "inputs": ["wide", "small"]}
    report = rfcli.compute({"format": 1, "input": {"size": 32, "channels": 8}, "layers": [wide, small, both]})
    last = report.layers[-1]
    assert last.receptive_field is not None and last.receptive_field.size == (12, 12), "5 and a template of 8"
    assert [len(profile.values) for profile in rfcli.erf(report, last.name)] == [12, 12]
