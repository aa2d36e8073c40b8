"""Which input sizes a network takes, along all axes; those at which merges are on centre against RF501, size by size."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from engine import conv
from rfcli.api.judging import validate
from rfcli.diagnostics import CallError, DescriptionError
from rfcli.engine.sizing import Near, Taken, nearest_centered

SAME = {"type": "conv", "kernel": 3, "stride": 2, "padding": "same", "filters": 4}
PADDED_UNET = [
    conv(padding=1, name="a"), {"type": "max_pool", "kernel": 2}, conv(padding=1, name="b"),
    {"type": "conv_transpose", "kernel": 2, "stride": 2, "filters": 4, "name": "up"},
    {"type": "crop", "like": "up", "name": "cropped", "inputs": ["a"]}, {"type": "concat", "inputs": ["cropped", "up"]},
]  # fmt: skip


def net(*layers: dict[str, Any], size: Any = (None,), **more: Any) -> dict[str, Any]:
    return {"format": 1, "input": {"size": list(size), "channels": 4}, "layers": list(layers), **more}


def one(*args: Any, **how: Any) -> Taken:
    found = rfcli.sizes(net(*args, **{key: how.pop(key) for key in ("size",) if key in how}), **how)
    assert len(found) == 1
    return found[0]


QUESTIONS: list[tuple[str, Any, dict[str, Any], tuple[int | None, int | None, tuple[int, ...]]]] = [
    # speechbrain#966: convolutions of wav2vec 2.0; 400 samples make a frame
    ("wav2vec", net(conv(10, stride=5), conv(3, stride=2, repeat=4), conv(2, stride=2, repeat=2)), {}, (400, 1, (0,))),
    # NiftyNet#221: a 3-D U-Net without padding takes 8n + 4, from 92 on
    ("unet_3d", "unet_3d", {"aligned": True}, (92, 8, (4,))),
    # pytorch-unet#2: padded, with 4 pools and crops, 1648 and not 1646
    ("unet_small", "unet_small", {}, (8, 8, (0,))),
    ("unet", "unet", {"aligned": True}, (188, 16, (12,))),
    # pysot#203: the template is 127 and the search region at least as large
    ("vgg", "vgg_16", {}, (224, 1, (0,))),
]


@pytest.mark.parametrize(("network", "how", "said"), [row[1:] for row in QUESTIONS], ids=[row[0] for row in QUESTIONS])
def test_questions(network: Any, how: dict[str, Any], said: tuple[int | None, int | None, tuple[int, ...]]) -> None:
    for axis in rfcli.sizes(network, **how):
        assert (axis.smallest, axis.period, axis.residues, axis.also) == (*said, ())


def checked(document: dict[str, Any], n: int) -> bool:
    """Whether a network fits a size, and RF501 finds nothing along with it."""
    try:
        return not rfcli.check(document, select=["RF501"], input_size=n).diagnostics
    except DescriptionError:
        return False


FAMILY = [
    [*PADDED_UNET],
    [SAME, conv(1, stride=2, name="b", inputs=["input"]), {"type": "add", "inputs": ["conv_1", "b"]}],
    [SAME, SAME, {"type": "resize", "scale": 4, "mode": "linear", "name": "up"}, {"type": "add", "inputs": ["up", "input"]}],
    [conv(2), conv(2, padding=[[1, -1]], name="b", inputs=["input"]), {"type": "add", "inputs": ["conv_1", "b"]}],
    [conv(4, padding=[[3, 0]]), {"type": "add", "inputs": ["conv_1", "input"]}],
    [conv(4, padding=[[1, 2]]), {"type": "add", "inputs": ["conv_1", "input"]}],
    [{"type": "max_pool", "kernel": 3, "stride": 2, "ceil_mode": True, "name": "p"}, conv(3, stride=2, name="c", inputs=["input"],
     padding=[[0, 1]]), {"type": "add", "inputs": ["p", "c"]}],
    [conv(3, padding=1, name="a"), conv(5, stride=2, padding="same"), {"type": "crop", "like": "conv_1", "inputs": ["a"], "name": "k"},
     {"type": "concat", "inputs": ["k", "conv_1"]}],
]  # fmt: skip


@pytest.mark.parametrize("layers", FAMILY, ids=str)
def test_on_centre(layers: list[dict[str, Any]]) -> None:
    """Every size of two periods, by `rf check`. A crop that is uneven is refused besides."""
    document = net(*layers)
    try:
        found = one(*layers, aligned=True)
    except CallError:
        assert not any(checked(document, n) for n in range(1, 40))
        return
    crops = any(layer["type"] == "crop" for layer in layers)
    for n in range(1, (found.smallest or 0) + 2 * (found.period or 0) + 20):
        assert n not in found or checked(document, n), n
        assert crops or n in found or not checked(document, n), n


def test_uneven_crops() -> None:
    """Behind two samples that a kernel of 3 takes at each side, an odd rest is cropped at the end."""
    layers = [conv(3, stride=2, name="a"), {"type": "crop", "like": "a", "inputs": ["input"]}]
    assert one(*layers).period == 1
    assert one(*layers, aligned=True).period == 1, "no merge, nothing to ask"
    found = one(*PADDED_UNET, aligned=True)
    assert (found.smallest, found.period, found.residues) == (2, 2, (0,))


def test_what_changes_at_each_size() -> None:
    layers = [{"type": "resize", "size": 9, "mode": "linear", "name": "a"}, conv(3, padding=1, name="b"),
              {"type": "add", "inputs": ["a", "b"]}]  # fmt: skip
    found = one(*layers, aligned=True)
    assert (found.residues, found.notes) == (
        None, ("what 'a' reads is another at each input size, and centers with it",)
    )  # fmt: skip
    with pytest.raises(CallError, match="what 'a' reads"):
        _ = 9 in found


def test_near() -> None:
    assert one(SAME, {"type": "space_to_depth", "scale": 4}, size=[20]).near == Near(20, False, 16, 23)
    assert one({"type": "space_to_depth", "scale": 4}, near=3).near == Near(3, False, None, 4)
    assert one({"type": "space_to_depth", "scale": 4}).near is None
    assert [axis.near for axis in rfcli.sizes("unet_small", near=(100, None))] == [Near(100, False, 96, 104), None]
    with pytest.raises(CallError, match="3 entries"):
        rfcli.sizes("unet_small", near=(1, 2, 3))


def test_several_inputs_of_one_size_go_together() -> None:
    both = {"a": {"size": [16], "channels": 2}, "b": {"size": [16], "channels": 2}}
    layers = [{"type": "add", "inputs": ["a", "b"], "name": "s"}, {"type": "space_to_depth", "scale": 4}]
    (found,) = rfcli.sizes({"format": 1, "inputs": both, "layers": layers})
    assert (found.inputs, found.others, found.smallest, found.period, found.residues) == (("a", "b"), False, 4, 4, (0,))
    pyramid = {**both, "b": {"size": [8], "channels": 2}}
    layers = [{"type": "max_pool", "kernel": 2, "name": "p", "inputs": ["a"]}, {"type": "add", "inputs": ["p", "b"]}]
    whole, half = rfcli.sizes({"format": 1, "inputs": pyramid, "layers": layers})
    assert (whole.inputs, whole.others, whole.period, whole.residues) == (("a",), True, None, (16, 17))
    assert (half.inputs, half.others, half.period, half.residues) == (("b",), True, None, (8,))
    assert (whole.near, half.near) == (Near(16, True, None, 17), Near(8, True, None, None))


def test_siamfc() -> None:
    """pysot#203: a search region from the template's size on; a template up to the search region's."""
    rows = {(axis.axis, axis.inputs): axis for axis in rfcli.sizes("siamfc")}
    search, template = rows["h", ("x",)], rows["h", ("z",)]
    assert (search.smallest, search.period) == (127, 1)
    assert template.residues == tuple(range(87, 263)) and template.period is None


def test_no_size_fits() -> None:
    with pytest.raises(DescriptionError) as wrong:
        rfcli.sizes(net(conv(name="a"), conv(name="b"), {"type": "add", "inputs": ["a", "b"]}))
    assert [one.code for one in wrong.value.diagnostics] == ["RF302"]
    with pytest.raises(DescriptionError) as wrong:
        rfcli.sizes(net(conv(), {"type": "add", "inputs": ["conv_1", "nothing"]}))
    assert [one.code for one in wrong.value.diagnostics] == ["RF201"]
    odd = [conv(2), conv(2, padding=[[1, -1]], name="b", inputs=["input"]), {"type": "add", "inputs": ["conv_1", "b"]}]
    with pytest.raises(CallError, match="there is no input size at which all merges are on centre along w"):
        rfcli.sizes(net(*odd), aligned=True)


def test_a_network_that_does_not_fit_its_own_size() -> None:
    (found,) = rfcli.sizes(net({"type": "space_to_depth", "scale": 4}, size=[18]))
    assert found.near == Near(18, False, 16, 20)


def test_weights_fix_a_flattened_map() -> None:
    """A Keras model: n samples, a stride of 2, flattened to 5 and taken by a layer of weights; its description is
    another matter."""
    layers = [conv(3, stride=2, padding=1), {"type": "flatten"}, {"type": "linear", "units": 3}]
    text = rfcli.exported(net(*layers, size=[10]), "keras-json")
    (model,) = rfcli.sizes(rfcli.loads(text, "model.json"))
    assert (model.smallest, model.period, model.residues) == (9, None, (9, 10))
    assert model.notes == ("its weights are made for a flattened map of one size: these are the sizes that give it",)
    assert one(*layers, size=[10]).period == 1
    unsized = json.loads(text)
    unsized["config"]["layers"][0]["config"]["batch_shape"][1] = None
    (model,) = rfcli.sizes(rfcli.loads(json.dumps(unsized), "model.json"))
    assert model.notes == (
        "its weights are made for a flattened map of one size, which it does not state: some of these do not fit",
    )
    pooled = [
        conv(3, stride=2, padding=1),
        {"type": "global_avg_pool"},
        {"type": "flatten"},
        {"type": "linear", "units": 3},
    ]
    (model,) = rfcli.sizes(rfcli.loads(rfcli.exported(net(*pooled, size=[10]), "keras-json"), "model.json"))
    assert (model.smallest, model.period, model.notes) == (1, 1, ())


@pytest.mark.parametrize(
    ("size", "said"),
    [(136, "no merge is off centre at input sizes of 132 and 140 along d, h and w"), (132, "")],
)
def test_the_nearest_that_keeps_the_centre(size: int, said: str) -> None:
    report = rfcli.compute("unet_3d", input_size=size)
    assert nearest_centered(report.followed) == said
    found = [
        one for one in rfcli.check("unet_3d", select=["RF501"], input_size=size).diagnostics if one.code == "RF501"
    ]
    assert [str(one.help).endswith(f"; {said}") for one in found] == [True] * bool(said)


def test_size_decides_nothing() -> None:
    odd = [conv(2), conv(2, padding=[[1, -1]], name="b", inputs=["input"]), {"type": "add", "inputs": ["conv_1", "b"]}]
    assert nearest_centered(rfcli.compute(net(*odd, size=[20])).followed) == ""


def test_long_networks_take_no_longer_per_layer() -> None:
    """100,000 layers have few sizes."""
    layers = [{"type": "residual", "repeat": 20_000, "layers": [conv(3, padding=1), {"type": "relu"}]}]
    document = net({"type": "max_pool", "kernel": 8}, *layers, {"type": "upsample", "scale": 8, "name": "u"},
                   {"type": "concat", "inputs": ["u", "input"]})  # fmt: skip
    network = rfcli.loads(json.dumps(document), "net.json")
    (found,) = rfcli.sizes(network)
    assert (found.smallest, found.period, found.residues) == (8, 8, (0,))


IMPORTED = [
    ("unet_small", "onnx"), ("unet_3d", "onnx"), ("resnet50_fpn", "onnx"), ("densenet121", "onnx"), ("tcn", "onnx"),
    ("patchgan_70", "onnx"), ("unet", "keras-json"), ("vgg_16", "keras-json"), ("mobilenet_v2", "keras-json"),
    ("googlenet", "keras-json"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "to"), IMPORTED)
def test_imported_models(name: str, to: str) -> None:
    """Sizes of two periods, each computed by itself. A model is what was exported at one size: what was resized like
    another layer is of that size now."""
    network = rfcli.loads(rfcli.exported(name, to), f"{name}.{'onnx' if to == 'onnx' else 'json'}")
    found = rfcli.sizes(network)[0]
    assert found.residues and found.smallest is not None and found.near is not None
    least, rest = found.smallest, network.inputs[0].size[1:]
    last = found.residues[-1] + 3 if found.period is None else least + 2 * found.period + 2
    for n in [*range(max(least - 4, 1), min(last, least + 40)), last]:
        right = not validate(network, (n, *rest))
        assert (n in found) == right, n


@pytest.mark.torch
def test_modules_run_at_the_sizes_that_fit() -> None:
    """torch itself, at every size: the heights at which a module runs, 32 wide."""
    import torch
    from torch import nn

    class UNet(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.down = nn.ModuleList([nn.Conv2d(2, 2, 3, padding=1) for _ in range(3)])
            self.up = nn.ModuleList([nn.ConvTranspose2d(2, 2, 2, stride=2), nn.ConvTranspose2d(4, 2, 2, stride=2)])

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            a = self.down[0](x)
            b = self.down[1](nn.functional.max_pool2d(a, 2))
            c = self.up[0](self.down[2](nn.functional.max_pool2d(b, 2)))
            return torch.cat([self.up[1](torch.cat([c, b], 1)), a], 1)

    plain = nn.Sequential(nn.Conv2d(2, 4, 5, stride=3), nn.MaxPool2d(3, 2, ceil_mode=True), nn.Conv2d(4, 2, 2))
    classes = nn.Sequential(nn.Conv2d(2, 4, 3, stride=2, padding=1), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(256, 3))
    blocks = nn.Sequential(nn.Conv2d(2, 2, 3), nn.PixelUnshuffle(2), nn.PixelShuffle(2))
    widths = {id(blocks): 34}
    for module in (UNet(), plain, classes, blocks):
        width = widths.get(id(module), 32)
        height, _ = rfcli.sizes(rfcli.from_torch(module, (1, 2, width, width)))
        for n in range(1, 70):
            try:
                with torch.no_grad():
                    module(torch.zeros(1, 2, n, width))
                runs = True
            except RuntimeError:
                runs = False
            assert (n in height) == runs, (module, n, height)
