"""Questions that people asked in public, with the right values: each got without rf, by autograd with positive weights
or by arithmetic. Those that need torch, ONNX or Keras stand with their readers."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli

Item = dict[str, Any]


def conv(name: str, kernel: int, stride: int = 1, **more: object) -> Item:
    return {"type": "conv", "name": name, "kernel": kernel, "stride": stride, **more}


def pool(name: str, kernel: int, stride: int | None = None, **more: object) -> Item:
    return {"type": "max_pool", "name": name, "kernel": kernel, "stride": stride or kernel, **more}


def computed(size: list[int], layers: list[Item], **more: object) -> rfcli.Report:
    return rfcli.compute({"format": 1, "input": {"size": size, "channels": 1}, "layers": layers, **more})


def field(report: rfcli.Report, name: str) -> tuple[int, int]:
    """Size and stride along the first axis."""
    found = report.layer(name).receptive_field
    assert found is not None
    size, stride = found.size[0], found.stride[0]
    assert isinstance(size, int) and isinstance(stride, int)
    return size, stride


def test_streaming_speech() -> None:
    """flashlight/wav2letter#985: 10 s of frames of 10 ms, 943 before, and 56 after the first of its eight frames, that is
    49 after the last, 490 ms. A causal network: `rf check` has nothing against it."""
    layers = [conv("c1", 10, 2, padding=[[5, 3]])]
    blocks = [(2, 9, [[7, 1]]), (None, 10, [[7, 1]]), (3, 9, [[7, 1]]), (None, 12, [[9, 1]]), (3, 11, [[9, 1]])]
    blocks += [(1, 11, [[10, 0]]), (None, 11, [[10, 0]]), (5, 11, [[10, 0]])]
    for at, (units, kernel, padding) in enumerate(blocks):
        if units is None:
            layers.append(conv(f"d{at}", kernel, 2 if kernel != 11 else 1, padding=padding, filters=4))
        else:
            inside = [conv("c", kernel, padding=padding, filters=4)]
            layers.append({"type": "residual", "name": f"r{at}", "repeat": units, "layers": inside})
    layers[0]["filters"] = 4
    report = computed([2000], layers)
    found = report.layer(report.outputs[0]).receptive_field
    assert found is not None
    assert (found.size, found.stride, found.padding) == ((1000,), (8,), (943,))
    assert (found.lookback, found.lookahead) == ((943,), (56,))
    assert 1000 - 1 - 943 - (8 - 1) == 49


@pytest.mark.parametrize(("samples", "frames"), [(31439, 97), (31440, 98), (31680, 98), (400, 1)])
def test_wav2vec_2(samples: int, frames: int) -> None:
    """speechbrain/speechbrain#966: 400 samples every 320, the first centered at 199.5."""
    steps = [(10, 5), *[(3, 2)] * 4, *[(2, 2)] * 2]
    layers = [conv(f"c{at}", kernel, stride) for at, (kernel, stride) in enumerate(steps)]
    report = computed([samples], layers)
    last = report.layers[-1]
    assert last.output_size == (frames,) and field(report, "c6") == (400, 320)
    assert last.receptive_field is not None and [float(at) for at in last.receptive_field.center] == [199.5]  # type: ignore[arg-type]


def test_wav2vec_2_on_too_few() -> None:
    steps = [(10, 5), *[(3, 2)] * 4, *[(2, 2)] * 2]
    layers = [conv(f"c{at}", kernel, stride) for at, (kernel, stride) in enumerate(steps)]
    with pytest.raises(rfcli.DescriptionError, match="RF305"):
        computed([399], layers)


def unet(convs: int, padding: object) -> list[Item]:
    """A U-Net of three pools, two convolutions a level, transposed convolutions of 2, and skips that are cropped."""
    layers: list[Item] = []
    for level in range(4):
        layers += [conv(f"e{level}{at}", 3, padding=padding, filters=2) for at in range(convs)]
        if level < 3:
            layers.append(pool(f"p{level}", 2))
    for level in (2, 1, 0):
        up = {"type": "conv_transpose", "name": f"u{level}", "kernel": 2, "stride": 2, "filters": 2}
        crop = {"type": "crop", "name": f"k{level}", "like": f"u{level}", "inputs": [f"e{level}{convs - 1}"]}
        layers += [up, crop, {"type": "concat", "name": f"s{level}", "inputs": [f"u{level}", f"k{level}"]}]
        layers += [conv(f"d{level}{at}", 3, padding=padding, filters=2) for at in range(convs)]
    return layers


@pytest.mark.parametrize("size", [92, 100, 132, 140])
def test_unet_without_padding(size: int) -> None:
    """NifTK/NiftyNet#221: n - 88 of n = 8 m + 4, from 92 on; 92 samples at the first four outputs of every eight, 100 at
    the others."""
    report = computed([size] * 3, unet(2, 0))
    last = report.layers[-1]
    assert last.output_size == (size - 88,) * 3
    assert last.receptive_field is not None
    assert list(last.receptive_field.phase_sizes) == [(92,) * 4 + (100,) * 4] * 3


def test_unet_without_padding_on_too_little() -> None:
    with pytest.raises(rfcli.DescriptionError):
        computed([84] * 3, unet(2, 0))


def test_unet_with_padding() -> None:
    """jvanvugt/pytorch-unet#2: four pools and crops make 1632 of 1646."""
    layers: list[Item] = []
    for level in range(5):
        layers.append(conv(f"e{level}", 3, padding=1, filters=2))
        if level < 4:
            layers.append(pool(f"p{level}", 2))
    for level in (3, 2, 1, 0):
        layers.append({"type": "conv_transpose", "name": f"u{level}", "kernel": 2, "stride": 2, "filters": 2})
        layers.append({"type": "crop", "name": f"k{level}", "like": f"u{level}", "inputs": [f"e{level}"]})
        layers.append({"type": "concat", "name": f"s{level}", "inputs": [f"u{level}", f"k{level}"]})
    assert computed([1646], layers).layers[-1].output_size == (1632,)
    assert computed([1648], layers).layers[-1].output_size == (1648,)


def test_s3fd() -> None:
    """sfzhang15/SFD#72, the table of the paper: 48, 108, 228, 340, 468 and 724."""
    layers: list[Item] = []
    for block, convs in enumerate((2, 2, 3, 3, 3), 1):
        layers += [conv(f"conv{block}_{at + 1}", 3, padding=1) for at in range(convs)]
        layers.append(pool(f"pool{block}", 2))
    layers += [conv("fc6", 3, padding=1), conv("fc7", 1)]
    for name in ("conv6", "conv7"):
        layers += [conv(f"{name}_1", 1), conv(f"{name}_2", 3, 2, padding=1)]
    read = ("conv3_3", "conv4_3", "conv5_3", "fc7", "conv6_2", "conv7_2")
    layers += [conv(f"on_{name}", 3, padding=1, inputs=[name]) for name in read]
    report = computed([640, 640], layers)
    assert [field(report, f"on_{name}")[0] for name in read] == [48, 108, 228, 340, 468, 724]


def test_superpoint() -> None:
    """magicleap/SuperGluePretrainedNetwork#18: 84 samples every 8, the first centered at 3.5."""
    layers: list[Item] = []
    for block in range(4):
        layers += [conv(f"c{block}{at}", 3, padding=1) for at in range(2)]
        if block < 3:
            layers.append(pool(f"p{block}", 2))
    layers.append(conv("head", 3, padding=1))
    report = computed([480, 640], layers)
    found = report.layer("head").receptive_field
    assert field(report, "head") == (84, 8)
    assert found is not None and [float(at) for at in found.center] == [3.5, 3.5]  # type: ignore[arg-type]


def test_where_the_first_feature_is() -> None:
    """fizyr/keras-retinanet#1073: 36 samples every 8, the first centered at 17.5, for 96 outputs of 800 samples."""
    layers = [one for at in range(3) for one in (conv(f"c{at}", 5), pool(f"p{at}", 2))]
    report = computed([800, 800], layers)
    last = report.layers[-1]
    assert last.output_size == (96, 96) and field(report, "p2") == (36, 8)
    assert last.receptive_field is not None and float(last.receptive_field.center[0]) == 17.5  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("pooled", "strided", "plain", "size"), [(True, 3, 2, 141), (False, 4, 2, 142), (False, 3, 2, 70)]
)
def test_141_or_142(pooled: bool, strided: int, plain: int, size: int) -> None:
    """junyanz/BicycleGAN#82: PatchGAN behind an average pool, and with one layer more; without either it is the 70 of
    Isola et al. (2017)."""
    layers: list[Item] = [{"type": "avg_pool", "name": "p", "kernel": 3, "stride": 2, "padding": 1}] if pooled else []
    layers += [conv(f"s{at}", 4, 2, padding=1) for at in range(strided)]
    layers += [conv(f"c{at}", 4, padding=1) for at in range(plain)]
    assert field(computed([256, 256], layers), f"c{plain - 1}")[0] == size


def test_operations_of_a_transposed_convolution() -> None:
    """sovrasov/flops-counter.pytorch#149: each of the inputs meets all weights, 4 x 3 x 4 and 64 x 4 x 6 x 16."""
    layer = {"type": "conv_transpose", "name": "t", "kernel": 2, "stride": 2, "filters": 1, "bias": False}
    found = rfcli.compute({"format": 1, "input": {"size": [2, 2], "channels": 3}, "layers": [layer]})
    assert found.total.macs == 48
    layer = {"type": "conv_transpose", "name": "t", "kernel": 4, "stride": 2, "padding": 1, "filters": 6}
    found = rfcli.compute({"format": 1, "input": {"size": [8, 8], "channels": 4}, "layers": [layer]})
    assert found.layers[0].output_size == (16, 16)
    assert (found.total.macs, found.total.flops) == (24576, 50688)


@pytest.mark.parametrize(("stages", "size"), [(1, 2047), (4, 8185)])
def test_ms_tcn(stages: int, size: int) -> None:
    """yabufarha/ms-tcn#26: 1 + 2 (1 + 2 + ... + 512) samples a stage."""
    unit = conv("c", 3, dilation="$(2 ** (j - 1))", padding="same", filters=1)
    units = {"type": "residual", "name": "u", "repeat": {"times": 10, "as": "j"}, "layers": [unit]}
    report = computed([4000], [{"type": "sequence", "name": "stage", "repeat": stages, "layers": [units]}])
    assert field(report, report.outputs[0])[0] == size


def test_siamese_tracker() -> None:
    """STVIR/pysot#203: features of 87 samples every 8 (AlexNet without padding); a score of 6 x 6 of them sees 127."""
    steps = [
        conv("c1", 11, 2),
        pool("p1", 3, 2),
        conv("c2", 5),
        pool("p2", 3, 2),
        *(conv(f"c{at}", 3) for at in (3, 4, 5)),
    ]
    wide = [{**one, "filters": 2} if one["type"] == "conv" else one for one in steps]
    branches = [
        {"type": "sequence", "name": f"on_{name}", "inputs": [name], "layers": wide} for name in ("search", "template")
    ]
    score = {"type": "correlation", "name": "score", "inputs": ["on_search", "on_template"]}
    inputs = {"search": {"size": [255, 255], "channels": 3}, "template": {"size": [127, 127], "channels": 3}}
    report = rfcli.compute({"format": 1, "inputs": inputs, "layers": [*branches, score]})
    assert field(report, "on_search") == (87, 8)
    assert report.layer("score").output_size == (17, 17)
    by = report.layer("score").receptive_fields
    assert by is not None
    assert by["search"] is not None and (by["search"].size, by["search"].stride) == ((127, 127), (8, 8))
    assert by["template"] is not None and by["template"].globally
