"""One map slid over another: sizes, channels and products of the definition, and what is said of maps that do not fit."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from layers import built, taps
from rfcli.layers._layer import GeometryError


def network(layers: list[dict[str, Any]], x: int = 255, z: int = 127, **given: Any) -> rfcli.Report:
    inputs = {"x": {"size": [x, x], "channels": 3}, "z": {"size": [z, z], "channels": 3}}
    return rfcli.compute(
        rfcli.loads(json.dumps({"format": 1, "inputs": inputs, "layers": layers}), "net.json"), **given
    )


def siamfc(**more: Any) -> list[dict[str, Any]]:
    """The features of Bertinetto et al. (2016), of both maps, and their correlation."""
    rows = [("conv", 11, 2), ("max_pool", 3, 2), ("conv", 5, 1), ("max_pool", 3, 2), *[("conv", 3, 1)] * 3]
    layers = []
    for name in "xz":
        body = [
            {"type": type, "kernel": k, "stride": s} | ({"filters": 8} if type == "conv" else {}) for type, k, s in rows
        ]
        layers.append({"name": f"f{name}", "type": "sequence", "inputs": [name], "layers": body})
    return [*layers, {"name": "scores", "type": "correlation", "inputs": ["fx", "fz"], **more}]


def test_reads_the_template_s_samples() -> None:
    layer = built("correlation")
    assert taps(layer, 3, 22, 6) == [3, 4, 5, 6, 7, 8] and layer.output_size(0, 22, 6) == 17
    padded = built("correlation", padding=2)
    assert taps(padded, 0, 22, 6) == [-2, -1, 0, 1, 2, 3] and padded.output_size(0, 22, 6) == 21


def test_siamfc() -> None:
    """STVIR/pysot#203: features 87 / 8, scores 17x17, 127 / 8 in the search image, the template whole (autograd)."""
    report = network(siamfc())
    scores, features = report.layer("scores"), report.layer("fx")
    assert features.receptive_field is not None and scores.receptive_field is not None
    assert (features.receptive_field.size, features.receptive_field.stride) == ((87, 87), (8, 8))
    assert (scores.receptive_field.size, scores.receptive_field.stride) == ((127, 127), (8, 8))
    assert (scores.output_size, scores.channels, scores.cost.params) == ((17, 17), 1, 0)
    assert scores.cost.macs == 17 * 17 * 6 * 6 * 8
    assert scores.receptive_fields is not None and not scores.receptive_field.globally
    template = scores.receptive_fields["z"]
    assert template is not None and template.globally
    assert (template.size, template.through) == ((None, None), ("scores",))
    back = network(siamfc(), origin="z").layer("scores").receptive_field
    assert back is not None and back.globally


def test_channels() -> None:
    assert network(siamfc(depthwise=True)).layer("scores").channels == 8
    assert network(siamfc(depthwise=True)).layer("scores").cost.macs == 17 * 17 * 6 * 6 * 8
    wide = [*siamfc()[:2], {"name": "up", "type": "conv", "kernel": 3, "filters": 16, "inputs": ["fz"]}]
    several = network([*wide, {"name": "scores", "type": "correlation", "inputs": ["fx", "up"], "filters": 2}])
    assert several.layer("scores").channels == 2
    assert several.layer("scores").cost.macs == 19 * 19 * 4 * 4 * 8 * 2


def test_one_image_for_both_maps() -> None:
    """The local field through the search map is kept beside the whole image through the template."""
    document = {"format": 1, "input": {"size": [40], "channels": 4}, "layers": [
        {"name": "a", "type": "conv", "kernel": 3, "filters": 4},
        {"name": "b", "type": "crop", "cropping": 15},
        {"name": "c", "type": "correlation", "inputs": ["a", "b"], "padding": 2},
    ]}  # fmt: skip
    report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
    field = report.layer("c").receptive_field
    assert field is not None
    assert (field.size, field.padding, field.globally, field.through) == ((10,), (2,), True, ("c",))
    found = rfcli.located(report, "c").at((0,))
    assert (found.region, found.clipped) == (((-2, 7),), ((0, 7),))
    with pytest.raises(rfcli.CallError, match="cannot be tiled"):
        rfcli.tiles(report, "c", [20])


def test_unknown_sizes() -> None:
    """The template's size decides; that of the search map does not."""
    document = {"format": 1, "inputs": {"x": {"channels": 4, "dims": 1}, "z": {"size": [7], "channels": 4}},
                "layers": [{"name": "c", "type": "correlation", "inputs": ["x", "z"]}]}  # fmt: skip
    field = rfcli.compute(rfcli.loads(json.dumps(document), "net.json")).layer("c").receptive_field
    assert field is not None and field.size == (7,)
    document["inputs"] = {"x": {"size": [9], "channels": 4}, "z": {"channels": 4, "dims": 1}}
    with pytest.raises(rfcli.DescriptionError, match="give the sizes of all inputs"):
        rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"inputs": ["fx"]}, "takes two names here: [search, template]"),
    ({"inputs": ["fx", "fz", "fz"]}, "takes two names here, has 3"),
    ({"inputs": ["fz", "fx"]}, "the template has 22 samples, the search map 6"),
    ({"filters": 2}, "the template has 8 channels, the search map needs 2 x 8"),
    ({"filters": 2, "depthwise": True}, "leave filters out"),
    ({"padding": "same"}, "padding must be"),
]


@pytest.mark.parametrize(("given", "told"), WRONG, ids=str)
def test_what_does_not_fit(given: dict[str, Any], told: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as caught:
        network(siamfc(**given))
    assert told in str(caught.value)
    with pytest.raises(GeometryError):
        built("correlation").output_size(0, 3, 5)


@pytest.mark.torch
@pytest.mark.parametrize("depthwise", [True, False])
def test_read_from_torch(depthwise: bool) -> None:
    """As pysot and SiamFC write it: a grouped convolution, or one with the template as its kernel."""
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.body = nn.Conv2d(3, 4, 3)

        def forward(self, x: Any, z: Any) -> Any:
            x, z = self.body(x), self.body(z)
            if not depthwise:
                return nn.functional.conv2d(x, z)
            batch, channels = z.shape[:2]
            x, kernel = x.view(1, batch * channels, *x.shape[2:]), z.view(batch * channels, 1, *z.shape[2:])
            out = nn.functional.conv2d(x, kernel, groups=batch * channels)
            return out.view(batch, channels, *out.shape[2:])

    architecture = rfcli.from_torch(Net(), (torch.zeros(1, 3, 20, 20), torch.zeros(1, 3, 8, 8)))
    report = rfcli.compute(architecture)
    (found,) = [one for one in report.layers if one.type == "correlation"]
    assert found.receptive_field is not None
    assert (found.receptive_field.size, found.output_size, found.channels) == ((8, 8), (13, 13), 4 if depthwise else 1)
    assert report.layers[-1].output_size == (13, 13)


@pytest.mark.torch
@pytest.mark.parametrize("more", [{}, {"depthwise": True}, {"padding": [[1, 0], [2, 1]]}], ids=str)
def test_written_to_torch(more: dict[str, Any]) -> None:
    import torch

    inputs = {"x": {"size": [12, 12], "channels": 3}, "z": {"size": [5, 5], "channels": 3}}
    layers = [{"name": "scores", "type": "correlation", "inputs": ["x", "z"], **more}]
    network = rfcli.loads(json.dumps({"format": 1, "name": "net", "inputs": inputs, "layers": layers}), "net.json")
    names: dict[str, Any] = {}
    exec(str(rfcli.exported(network, "torch")), names)
    x, z = torch.rand(2, 3, 12, 12, requires_grad=True), torch.rand(2, 3, 5, 5)
    made = names["Net"]()(x, z)
    report = rfcli.compute(network).layers[-1]
    assert tuple(made.shape) == (2, report.channels, *report.output_size)
    (gradient,) = torch.autograd.grad(made[1, 0, 3, 3], x)
    places = gradient[1, 0].nonzero()
    found = rfcli.located(rfcli.compute(network), "scores").at((3, 3)).clipped
    assert [(int(along.min()), int(along.max())) for along in places.T] == list(found)
    assert not gradient[0].any()


def test_siamrpn() -> None:
    """Li et al. (2018), figure 2: the same features; a kernel of 4x4 in 20x20, 2k x 256 channels to k = 5 anchors, make
    17x17 (pysot's SiamRPN with AlexNet: 127 of z, 271 of x are 19; 255 are 17)."""
    rows = [*siamfc()[:2]]
    for name in "xz":
        filters = 8 if name == "x" else 80
        rows.append({"name": f"c{name}", "type": "conv", "kernel": 3, "filters": filters, "inputs": [f"f{name}"]})
    rows.append({"name": "scores", "type": "correlation", "inputs": ["cx", "cz"], "filters": 10})
    for size, made in ((255, 17), (271, 19)):
        scores = network(rows, x=size).layer("scores")
        assert (scores.output_size, scores.channels) == ((made, made), 10)
        assert scores.receptive_field is not None and scores.receptive_field.size == (127, 127)
