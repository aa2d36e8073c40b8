"""Tiles: stitched outputs equal one pass over the whole, bit for bit, on networks that are really run.

The runner below computes 1-D networks with integers: random weights, zero padding, true pools. It knows nothing of
receptive fields.
"""

from __future__ import annotations

import json
import subprocess
import sys
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle.against import thorough

import rfcli
from rfcli import api


def same_padding(n, kernel, stride):
    total = max((-(-n // stride) - 1) * stride + kernel - n, 0)
    return total // 2, total - total // 2


class Runner:
    """Runs a list of layers on a signal of integers; a layer is (kind, parameters), `skip` names an earlier one."""

    def __init__(self, layers, seed=1):
        self.layers = layers
        random = Random(seed)
        self.weights = {
            layer["name"]: [random.choice([-3, -2, 1, 2, 5]) for _ in range(layer.get("kernel", 1))] for layer in layers
        }

    def __call__(self, signal):
        maps = {"input": signal}
        last = "input"
        for layer in self.layers:
            inputs = [maps[name] for name in layer.get("inputs", [last])]
            maps[layer["name"]] = getattr(self, layer["type"])(layer, *inputs)
            last = layer["name"]
        return maps[last]

    def windows(self, layer, x):
        kernel, stride, gap = layer["kernel"], layer.get("stride", 1), layer.get("dilation", 1)
        reach = gap * (kernel - 1) + 1
        padding = layer.get("padding", 0)
        before, after = same_padding(len(x), reach, stride) if padding == "same" else (padding, padding)
        padded = [None] * before + x + [None] * after
        for start in range(0, len(padded) - reach + 1, stride):
            yield padded[start : start + reach : gap]

    def conv(self, layer, x):
        weights = self.weights[layer["name"]]
        return [
            sum(w * v for w, v in zip(weights, w_in, strict=True) if v is not None) for w_in in self.windows(layer, x)
        ]

    def max_pool(self, layer, x):
        return [max(v for v in window if v is not None) for window in self.windows(layer, x)]

    def relu(self, layer, x):
        return [max(v, 0) for v in x]

    def upsample(self, layer, x):
        return [v for v in x for _ in range(layer["scale"])]

    def conv_transpose(self, layer, x):
        kernel, stride = layer["kernel"], layer["stride"]
        out = [0] * ((len(x) - 1) * stride + kernel)
        for i, v in enumerate(x):
            for t, weight in enumerate(self.weights[layer["name"]]):
                out[i * stride + t] += weight * v
        return out

    def add(self, layer, x, y):
        return [a + 3 * b for a, b in zip(x, y, strict=True)]

    def crop(self, layer, x):
        before, after = layer["cropping"][0]
        return x[before : len(x) - after]


NETWORKS = {
    "plain": [
        {"type": "conv", "kernel": 3, "padding": 1},
        {"type": "relu"},
        {"type": "conv", "kernel": 5, "padding": 2},
    ],
    "dilated": [{"type": "conv", "kernel": 3, "dilation": d, "padding": d} for d in (1, 2, 4)],
    "valid": [
        {"type": "conv", "kernel": 3},
        {"type": "max_pool", "kernel": 2, "stride": 2},
        {"type": "conv", "kernel": 3},
    ],
    "strided": [
        {"type": "conv", "kernel": 7, "stride": 2, "padding": 3},
        {"type": "max_pool", "kernel": 3, "stride": 2, "padding": 1},
        {"type": "conv", "kernel": 3, "padding": 1},
    ],
    "same": [
        {"type": "conv", "kernel": 3, "stride": 2, "padding": "same"},
        {"type": "relu"},
        {"type": "conv", "kernel": 4, "stride": 3, "padding": "same"},
        {"type": "conv", "kernel": 3, "padding": "same"},
    ],
    "residual": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "b", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "c", "type": "add", "inputs": ["a", "b"]},
        {"type": "relu"},
    ],
    "decoder": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "down", "type": "max_pool", "kernel": 2, "stride": 2},
        {"name": "b", "type": "conv", "kernel": 3, "padding": 1},
        {"name": "up", "type": "conv_transpose", "kernel": 2, "stride": 2},
        {"name": "c", "type": "add", "inputs": ["a", "up"]},
        {"name": "d", "type": "conv", "kernel": 3, "padding": 1},
    ],
    "upsampled": [
        {"type": "conv", "kernel": 4, "stride": 4},
        {"type": "upsample", "scale": 2},
        {"type": "conv", "kernel": 3, "padding": 1},
        {"type": "upsample", "scale": 2},
    ],
}
SIZES = {"decoder": 96, "upsampled": 96}
"""Sizes that fit; 97 elsewhere, which no stride divides."""


def described(layers, size):
    named = [{"name": f"l{number}", **layer} for number, layer in enumerate(layers)]
    shown = [{**layer, **({"filters": 1} if layer["type"].startswith("conv") else {})} for layer in named]
    document = {"format": 1, "input": {"size": [size], "channels": 1}, "layers": shown}
    return named, rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))


def stitched(run, signal, tiles, outputs):
    """What the tiles give where they are valid; None where none is."""
    found = [None] * outputs
    for (start, end), (first, last) in tiles:
        offset = outputs_before(run, signal, start)
        part = run(signal[start:end])
        for o in range(first, last):
            found[o] = part[o - offset]
    return found


def outputs_before(run, signal, start):
    """By how many outputs a tile that starts there lies behind: as many as the map of that much more signal grows."""
    return len(run(signal + [0] * start)) - len(run(signal))


@pytest.mark.parametrize("most", [40, 53, 64])
@pytest.mark.parametrize("name", NETWORKS)
def test_stitched_equals_the_whole(name, most):
    size = SIZES.get(name, 97)
    layers, report = described(NETWORKS[name], size)
    run, signal = Runner(layers), noise(size)
    (axis,) = api.tiles(report, report.outputs[0], [most])
    whole = run(signal)
    assert len(axis.tiles) > 1
    assert all(end - start == axis.tile <= most for (start, end), _ in axis.tiles)
    assert all(start % axis.multiple == 0 for (start, _), _ in axis.tiles)
    valid = [span for _, span in axis.tiles]
    assert valid[0][0] == 0 and valid[-1][1] == len(whole)
    assert all(a[1] == b[0] for a, b in pairwise(valid))
    assert stitched(run, signal, axis.tiles, len(whole)) == whole


def noise(size):
    random = Random(7)
    return [random.randrange(-50, 50) for _ in range(size)]


@pytest.mark.parametrize("name", NETWORKS)
def test_a_sample_less_of_halo_is_wrong(name):
    """The window that outputs c to d need is [c*S - before, d*S + after): cutting a sample off changes an output."""
    size = SIZES.get(name, 97)
    layers, report = described(NETWORKS[name], size)
    run, signal = Runner(layers), noise(size)
    (axis,) = api.tiles(report, report.outputs[0], [64])
    before, after = axis.halo
    whole = run(signal)
    field = report.sight.axes[0].fields.local[-1]
    outputs = len(field.phases)
    middle = (size // 2 // field.shift) * outputs

    def changed(first, more, less):
        """Whether outputs of the run `first` to `first` + 2 periods differ when everything but their window, cut by
        some samples at either end, gets other values; several are tried."""
        last = first + 2 * outputs
        start = first * field.shift // outputs - before + more
        end = -(-last * field.shift // outputs) + after - less
        assert start >= 0 and end <= size
        for seed in range(6):
            other = Random(seed)
            mixed = [v if start <= i < end else other.randrange(-900, 900) for i, v in enumerate(signal)]
            again = run(mixed)
            if any(again[o] != whole[o] for o in range(first, last)):
                return True
        return False

    runs = range(middle, middle + outputs)
    assert not any(changed(first, 0, 0) for first in runs)
    assert before <= 0 or any(changed(first, 1, 0) for first in runs)
    assert after <= 0 or any(changed(first, 0, 1) for first in runs)


LAYERS = st.lists(
    st.one_of(
        st.builds(
            lambda k, s, p: {"type": "conv", "kernel": k, "stride": s, "padding": p},
            st.integers(1, 5), st.integers(1, 3), st.sampled_from([0, 1, 2, "same"]),
        ),
        st.builds(lambda k, d: {"type": "conv", "kernel": k, "dilation": d, "padding": d}, st.integers(2, 3), st.integers(1, 3)),
        st.builds(lambda k: {"type": "max_pool", "kernel": k, "stride": k}, st.integers(2, 3)),
        st.builds(lambda s: {"type": "upsample", "scale": s}, st.integers(2, 3)),
        st.builds(lambda k, s: {"type": "conv_transpose", "kernel": k + s, "stride": s}, st.integers(0, 2), st.integers(2, 3)),
    ),
    min_size=1,
    max_size=4,
)  # fmt: skip


@given(LAYERS, st.integers(150, 170), st.integers(60, 90))
@thorough(150)
def test_random_networks(layers, size, most):
    try:
        named, report = described(layers, size)
    except rfcli.DescriptionError:
        return
    try:
        (axis,) = api.tiles(report, report.outputs[0], [most])
    except rfcli.CallError as error:
        assert "too small" in str(error)
        return
    run, signal = Runner(named), noise(size)
    whole = run(signal)
    found = [None] * len(whole)
    for (start, end), (first, last) in axis.tiles:
        part = run(signal[start:end])
        field = report.sight.axes[0].fields.local[-1]
        offset = start // field.shift * len(field.phases)
        for o in range(first, last):
            found[o] = part[o - offset]
    assert found == whole


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ([{"type": "squeeze_excite", "units": 2}], "'squeeze_excite_1' reads the whole map"),
        ([{"type": "instance_norm"}, {"type": "global_avg_pool"}], "'instance_norm_1', 'global_avg_pool_1' read the"),
        ([{"type": "adaptive_avg_pool", "output_size": 10}], "it cannot be tiled"),
        ([{"type": "resize", "size": 64}], "it cannot be tiled"),
        ([{"type": "conv", "kernel": 99, "padding": 49}], "tiles of 40 samples are too small: its halo is 49 before"),
    ],
)
def test_what_cannot_be_tiled_says_why(layers, said):
    document = {"format": 1, "input": {"size": [200], "channels": 1}, "layers": layers}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    with pytest.raises(rfcli.CallError, match="net") as caught:
        api.tiles(report, report.outputs[0], [40])
    assert said in str(caught.value)


def test_what_takes_too_long_is_refused():
    attention = {"type": "window_attention", "window": 64}
    document = {"format": 1, "input": {"size": [9_999_424]}, "layers": [attention] * 20}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    with pytest.raises(rfcli.CallError, match="too large to be followed"):
        api.tiles(report, report.outputs[0], [999_424])


def rf(*words):
    line = [sys.executable, "-m", "rfcli", "tile", *words]
    return subprocess.run(line, capture_output=True, text=True, timeout=600)


def test_json_of_the_command():
    done = rf("unet_small", "--tile", "512", "--image", "2000x3000", "-f", "json")
    found = json.loads(done.stdout)
    assert list(found) == ["network", "axes", "tiles"]
    assert found["axes"][0] == {"axis": "h", "halo": [51, 51], "multiple": 8, "tile": 512}
    for tile in found["tiles"]:
        assert list(tile) == ["input", "valid"]
    area = sum((h[1] - h[0]) * (w[1] - w[0]) for h, w in (tile["valid"] for tile in found["tiles"]))
    assert area == 2000 * 3000


def test_an_image_that_fits_is_one_tile():
    found = json.loads(rf("unet_small", "--tile", "512", "--image", "256", "-f", "json").stdout)
    assert found["tiles"] == [{"input": [[0, 256]] * 2, "valid": [[0, 256]] * 2}]


@pytest.mark.parametrize("words", [[], ["--tile", "none"], ["--tile", "0"], ["--tile", "5x5x5"], ["--tile", "x"]])
def test_calls_that_make_no_sense(words):
    done = rf("unet_small", *words)
    assert (done.returncode, done.stdout) == (2, "")
