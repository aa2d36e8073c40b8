"""Proof by autograd: `pytest -m torch`, with the extra torch."""

from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest

import rfcli
from rfcli import resources
from rfcli.measuring.verify import Verified, along


@pytest.mark.torch
@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks_layer_by_layer(name: str) -> None:
    found = rfcli.verify(rfcli.compute(name))
    assert [one for one in found if not one.agrees] == []
    assert len(found) >= 5


BORDERS = ("reflect", "symmetric", "replicate", "circular")
TYPES = [
    {"type": "conv", "kernel": 4, "stride": 3, "padding": [[2, 1]], "filters": 2},
    {"type": "conv", "kernel": 3, "dilation": 3, "padding": "same_lower", "filters": 2},
    {"type": "conv", "kernel": 2, "padding": "causal", "filters": 2},
    {"type": "conv", "kernel": 3, "padding": -1, "filters": 2},
    {"type": "depthwise_conv", "kernel": 5, "stride": 2, "padding": "same"},
    {"type": "separable_conv", "kernel": 3, "filters": 2},
    {"type": "max_pool", "kernel": 3, "stride": 2, "padding": 1, "ceil_mode": True},
    {"type": "lp_pool", "kernel": 2},
    {"type": "conv_transpose", "kernel": 3, "stride": 2, "padding": 1, "output_padding": 1, "filters": 2},
    {"type": "conv_transpose", "kernel": 2, "stride": 3, "dilation": 2, "padding": "same", "filters": 2},
    {"type": "upsample", "scale": 2},
    {"type": "upsample", "scale": 2, "mode": "linear"},
    {"type": "resize", "size": 37, "mode": "linear", "coordinates": "align_corners"},
    {"type": "resize", "size": 37, "coordinates": "asymmetric"},
    {"type": "resize", "size": 20, "mode": "area"},
    {"type": "upsample", "scale": 2.5, "mode": "linear"},
    {"type": "upsample", "scale": 0.75, "mode": "cubic", "coordinates": "align_corners"},
    {"type": "pixel_shuffle", "scale": 2},
    {"type": "pixel_unshuffle", "scale": 2},
    {"type": "max_unpool", "scale": 2},
    {"type": "subsample", "stride": 3},
    {"type": "zeros"},
    {"type": "pad", "padding": [[2, 3]]},
    *({"type": "pad", "padding": [[3, -2]], "padding_mode": mode} for mode in BORDERS),
    *({"type": "conv", "kernel": 5, "stride": 2, "padding": [[4, 3]], "padding_mode": mode} for mode in BORDERS),
    {"type": "depthwise_conv", "kernel": 3, "dilation": 4, "padding": "same", "padding_mode": "circular"},
    {"type": "separable_conv", "kernel": 4, "padding": "same_lower", "padding_mode": "circular", "filters": 2},
    {"type": "crop", "cropping": [[2, 3]]},
    {"type": "adaptive_avg_pool", "output_size": 7},
    {"type": "window_attention", "window": 6, "shift": 2},
    {"type": "window_attention", "windows": 4},
    {"type": "window_attention", "grid": 8},
    {"type": "squeeze_excite", "units": 2},
    {"type": "instance_norm"},
    {"type": "lstm", "units": 2, "reverse": True},
    *(
        {"type": "custom", "filters": 2, "kernel": 2, "dilation": 2, "stride": 4, "padding": [sides], "global": side}
        for side in ("before", "after")
        for sides in ([3, 7], [-2, -3])
    ),
]


@pytest.mark.torch
@pytest.mark.parametrize("layer", TYPES, ids=lambda layer: "-".join(map(str, layer.values())))
def test_every_layer_type(layer: dict[str, object]) -> None:
    around = {"type": "conv", "kernel": 3, "padding": 1, "filters": 4}
    document = {"format": 1, "input": {"size": [48], "channels": 4}, "layers": [around, layer, around]}
    found = rfcli.verify(rfcli.compute(rfcli.loads(json.dumps(document), "net.json")))
    assert [one for one in found if not one.agrees] == []
    assert found


@pytest.mark.torch
@pytest.mark.parametrize(
    "given",
    [
        {"max_displacement": 4},
        {"max_displacement": [[9, 0]], "compare": "concat"},
        {"max_displacement": 5, "displacement_stride": 3, "kernel": 5, "stride": 2, "padding": [[8, 2]]},
        {"max_displacement": [[0, 7]], "padding": "valid", "groups": 2},
    ],
    ids=str,
)
def test_cost_volumes(given: dict[str, object]) -> None:
    """Both maps are of one image: a pair that is stacked, or the image at two strides."""
    conv = {"type": "conv", "kernel": 3, "filters": 4}
    layers = [
        {"name": "a", **conv, "padding": 1},
        {"name": "b", **conv, "dilation": 2, "padding": [[3, 1]], "inputs": ["input"]},
        {"name": "v", "type": "cost_volume", "inputs": ["a", "b"], **given},
        {**conv, "name": "c"},
    ]
    document = {"format": 1, "input": {"size": [60], "channels": 4}, "layers": layers}
    found = rfcli.verify(rfcli.compute(rfcli.loads(json.dumps(document), "net.json")))
    assert [one for one in found if not one.agrees] == []
    assert {one.layer for one in found} == {"a", "b", "v", "c"}


BODY = {"name": "b", "type": "conv", "kernel": 3, "padding": 1, "filters": 2}
RIGHT = {
    "a scale that is no ratio of the sizes": ([17], [
        {"type": "upsample", "scale": 2.5, "mode": "linear"}, {"type": "conv", "kernel": 4, "padding": "same"}]),
    "a merge with a layer that sees everything before": ([9], [
        BODY, {"name": "l", "type": "lstm", "units": 2}, {"type": "add", "inputs": ["b", "l"]}]),
    "a merge behind a border inside the map": ([9], [
        {"name": "g", "type": "adaptive_avg_pool", "output_size": 1},
        {"name": "a", "type": "crop", "like": "g", "inputs": ["input"]},
        {"name": "p", "type": "avg_pool", "kernel": 3, "stride": 1, "padding": [[2, 0]]},
        {"type": "add", "inputs": ["a", "p"]}]),
    "a mask behind some of the channels": ([9, 9], [
        {"name": "a", "type": "conv", "kernel": 1, "filters": 2}, {**BODY, "kernel": 5, "padding": 2},
        {"type": "concat", "inputs": ["a", "b"]}, {"type": "channel_slice", "end": 2}, {**BODY, "name": "c", "mask": "causal"}]),
}  # fmt: skip


@pytest.mark.torch
@pytest.mark.parametrize("case", RIGHT)
def test_what_is_right_is_not_called_wrong(case: str) -> None:
    size, layers = RIGHT[case]
    document = {"format": 1, "input": {"size": size, "channels": 2}, "layers": layers}
    found = rfcli.verify(rfcli.compute(rfcli.loads(json.dumps(document), "net.json")))
    assert [one for one in found if not one.agrees] == []
    assert found


@pytest.mark.torch
def test_networks_of_several_inputs() -> None:
    """Each input is measured by itself, at its own size."""
    inputs = {"x": {"size": [40], "channels": 4}, "z": {"size": [12], "channels": 4}}
    conv = {"type": "conv", "kernel": 3, "stride": 2, "filters": 4}
    layers = [
        {"name": "fx", **conv, "inputs": ["x"]},
        {"name": "fz", **conv, "inputs": ["z"]},
        {"name": "slid", "type": "correlation", "inputs": ["fx", "fz"], "padding": 2},
        {"name": "near", "type": "resize", "like": "fz", "inputs": ["fx"]},
        {"name": "v", "type": "cost_volume", "inputs": ["fz", "near"], "max_displacement": [[3, 1]], "kernel": 3},
    ]
    network = rfcli.loads(json.dumps({"format": 1, "inputs": inputs, "layers": layers}), "net.json")
    for origin, wanted in (("x", {"fx", "slid", "near", "v"}), ("z", {"fz", "v"})):
        found = rfcli.verify(rfcli.compute(network, origin=origin))
        assert [one for one in found if not one.agrees] == []
        assert {one.layer for one in found} == wanted
    with pytest.raises(rfcli.CallError, match="'fx' is none"):
        rfcli.verify(rfcli.compute(network, origin="fx"))


@pytest.mark.torch
def test_a_description_that_promises_what_is_wrong_is_caught() -> None:
    layers = [{"name": "a", "type": "conv", "kernel": 3}, {"name": "b", "type": "conv", "kernel": 3}, {"type": "relu"}]
    document = {"format": 1, "input": {"size": [48], "channels": 1}, "layers": layers}
    for size, right in ((5, True), (7, False), ({"min": 6}, False), ([5], True)):
        promised = {**document, "expect": [{"layer": "relu_1", "size": size}]}
        found = rfcli.verify(rfcli.compute(rfcli.loads(json.dumps(promised), "net.json")))
        assert found[-1].layer == "relu_1"
        assert all(one.agrees for one in found) is right


@pytest.mark.torch
def test_a_wrong_engine_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine that forgets dilations would be found out."""
    from rfcli.layers.windows import Window

    layer = {"type": "conv", "kernel": 3, "dilation": 2, "padding": 2, "filters": 2}
    document = {"format": 1, "input": {"size": [48], "channels": 1}, "layers": [layer]}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    assert all(one.agrees for one in rfcli.verify(report))
    right = Window.reads

    def wrong(self: Window, axis: int, n: int, like: int | None = None) -> object:
        found = right(self, axis, n, like)
        (first, last, _) = found.phases[0]  # type: ignore[union-attr, misc]
        return found.replaced(phases=((first + 1, last - 1, 1),))  # type: ignore[union-attr]

    monkeypatch.setattr(Window, "reads", wrong)
    assert not all(one.agrees for one in rfcli.verify(rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))))


@pytest.mark.torch
def test_an_engine_that_does_not_go_round_is_caught(monkeypatch: pytest.MonkeyPatch) -> None:
    """Circular borders taken for zeros, and dilations whose hull is right."""
    from rfcli.layers.windows import Window

    layer = {"type": "conv", "kernel": 3, "padding": 1, "padding_mode": "circular", "filters": 2}
    document = {"format": 1, "input": {"size": [48], "channels": 1}, "layers": [layer]}
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    assert all(one.agrees for one in rfcli.verify(report))
    monkeypatch.setattr(Window, "border", lambda *_: None)
    (found,) = rfcli.verify(rfcli.compute(rfcli.loads(json.dumps(document), "net.json")))
    assert not found.agrees
    assert found.differing[0] == (0, ((0, 1), (47, 47)), ((0, 1),))


@pytest.mark.torch
def test_misaligned_merges_are_measured() -> None:
    branches = [
        [{"type": "conv", "kernel": 2, "padding": [[0, 1]], "filters": 2}],
        [{"type": "conv", "kernel": 3, "padding": 1, "filters": 2}],
    ]
    document = {
        "format": 1,
        "input": {"size": [48], "channels": 1},
        "layers": [{"type": "branches", "merge": "add", "branches": branches}],
    }
    found = rfcli.verify(rfcli.compute(rfcli.loads(json.dumps(document), "net.json")))
    merge = found[-1]
    assert (merge.aligned, merge.expected_aligned) == (False, False)


def test_disagreement_shows() -> None:
    assert not Verified("a", 0, (0,), ((0, 1),), ((0, 2),)).agrees
    assert not Verified("a", 0, (0,), ((0, 1),), ((0, 1),), True, False).agrees
    assert not Verified("a", 0, (0,), ((0, 1),), ((0, 1),), broken="its size is promised to be 3, it is 2").agrees
    assert not Verified("a", 0, (0,), ((0, 2),), ((0, 2),), differing=((0, ((0, 2),), ((0, 0), (2, 2))),)).agrees
    assert Verified("a", 0, (0,), ((0, 1),), ((0, 1),), True, True).agrees


@pytest.mark.parametrize(
    ("size", "promised"), [(5, [5, 5]), ([5, 7], [5, 7]), ({"min": 3}, [{"min": 3}, {"min": 3}]), ([5], [5, [5]])]
)
def test_promises_along_axes(size: object, promised: list[object]) -> None:
    assert [along(size, axis) for axis in (0, 1)] == promised


@pytest.mark.torch
def test_the_command() -> None:
    line = [sys.executable, "-m", "rfcli", "verify", "alexnet_v2", "unet_small"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=600)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "alexnet_v2: 11 layers, 44 outputs measured: all agree\nunet_small: 30 layers, 128 outputs measured: all agree\n"
    )


@pytest.mark.torch
def test_a_network_without_layers_agrees() -> None:
    assert rfcli.verify(rfcli.compute(rfcli.loads("format: 1\ninput: {size: 8}\nlayers: []\n", "net.yaml"))) == []


@pytest.mark.torch
def test_what_takes_too_long_is_not_begun() -> None:
    described = {"format": 1, "input": {"size": 64, "channels": 1}, "layers": [
        {"name": "deep", "type": "conv", "kernel": 3, "padding": 1, "filters": 1, "repeat": 3000}]}  # fmt: skip
    report = rfcli.compute(described)
    started = time.process_time()
    with pytest.raises(rfcli.CallError, match=r"measuring 3000 layers.* takes 4504500 steps back"):
        rfcli.verify(report)
    assert time.process_time() - started < 2


@pytest.mark.torch
def test_a_sum_with_a_path_that_is_global_along_one_axis() -> None:
    """Every second row of it has the mean alone: the paths along the axes are others, each is measured by itself."""
    layers: list[dict[str, object]] = [
        {"name": "up", "type": "conv_transpose", "kernel": 1, "stride": 2, "filters": 2},
        {"name": "mean", "type": "adaptive_avg_pool", "output_size": [1, 15]},
        {"type": "add", "inputs": ["up", "mean"]},
    ]
    report = rfcli.compute({"format": 1, "input": {"size": [8, 8], "channels": 2}, "layers": layers})
    assert all(one.agrees for one in rfcli.verify(report))
    assert rfcli.located(report, "add_1").points((1, 2)) is None


@pytest.mark.torch
@pytest.mark.parametrize("cut", [{"grid": 6}, {"windows": 6}])
def test_windows_that_only_the_given_size_is_cut_into(cut: dict[str, int]) -> None:
    """At the larger size, at which regions lie inside, the map of 6 samples is one of 15, which is cut into neither; what
    is read of it is not known, and nothing was measured."""
    layers = [
        {"type": "crop", "cropping": [[1, 0]]},
        {"name": "c", "type": "conv", "kernel": 3, "padding": 1, "stride": 2},
        {"name": "d", "type": "conv", "kernel": 5, "padding": 2},
        {"name": "w", "type": "window_attention", **cut},
    ]
    found = rfcli.verify({"format": 1, "input": {"size": [12], "channels": 1}, "layers": layers})
    assert {one.layer for one in found} >= {"c", "d", "w"} and all(one.agrees for one in found)
