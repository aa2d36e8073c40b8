"""Helps that can be typed as they stand, and the edits that they carry."""

import pytest

import rfcli
from rfcli.description.mending import input_meant
from rfcli.diagnostics import Mend

HELPS = [
    ("input: [3, 32, 48]", "write {size: [32, 48], channels: 3}", "value"),
    ("input: [32, 48, 3]", "write {size: [32, 48], channels: 3}", "value"),
    ("input: 224", "write {size: 224}", "value"),
    ("input: {shape: [1, 3, 32, 48]}", "write {size: [32, 48], channels: 3}", "around"),
    ("input: {channels: 3, height: 32, width: 48}", "write {size: [32, 48], channels: 3}", "around"),
    ("input: {length: 16000, in_channels: 1}", "write {size: [16000], channels: 1}", "around"),
    ("input_shape: [32, 48, 3]", "write input: {size: [32, 48], channels: 3}", "pair"),
    ("in_channels: 3", "what the input has stands there: input: {channels: 3, ...}", None),
    ("outputs: a", "write [a]", "value"),
    ("body: []", "leave it out: 'layers' is given too", "pair"),
    ("blocks: {b: {body: []}}", "did you mean 'layers'?", "word"),
    ("blocks: {b: {params: {}, layers: []}}", "did you mean 'parameters'?", "word"),
    ("layers: [{block: b, out: 3}]", "parameters of a block stand below with: write with: {out: 3}", "around"),
    ("layers: {a: {type: relu}}", "layers are a list: - {name: a, type: conv, ...}", "listed"),
    ("layers: relu", "write [{type: relu}]", "value"),
    ("layers: [{type: conv, kernel_size: 3}]", "did you mean 'kernel'?", "word"),
    ("layers: [{type: conv, kernel: 3, pads: [1, 1, 1, 1]}]", "write padding: 1", "pair"),
    ("layers: [{type: conv, kernel: 3, in_channels: 3}]",
     "leave it out: the input channels follow from the layer before", "pair"),
    ("layers: [{type: conv, kernel: 3, activation: gelu}]",
     "an activation is a layer of its own, behind this one: {type: gelu}", "around"),
    ("layers: [{type: conv, kernel: 3, activation: gelu, repeat: 2}]",
     "an activation is a layer of its own, behind this one: {type: gelu}; where both are repeated they stand in "
     "{type: sequence, repeat: 2, layers: [...]}", None),
    ("input: (3, 224, 224)\nlayers: []", "write {size: [224, 224], channels: 3}", "value"),
    ("input: 3x224x224\nlayers: []", "write {size: [224, 224], channels: 3}", "value"),
    ("input: {size: 3x224x224}\nlayers: []", "write size: [224, 224], channels: 3", None),
    ("input: {size: 224x224}\nlayers: []", "write size: [224, 224]", None),
    ("input: {size: [1, 3, 224, 224]}\nlayers: []", "write size: [224, 224], channels: 3", None),
    ("input: {size: [1, 3, 8, 224, 224]}\nlayers: []", "write size: [8, 224, 224], channels: 3", None),
    ("input: {size: [2, 2, 2, 2]}\nlayers: []",
     "a size has the axes alone, without batch and channels, which stand beside it: [224, 224]", None),
    ("sample_rate: 16000\nlayers: []", "what the input has stands there: input: {rate: 16000, ...}", None),
    ("expect: [{receptive_field: 3}]\nlayers: []", "did you mean 'size'?", "word"),
    ("expect: [{rf: 3}]\nlayers: []", "did you mean 'size'?", "word"),
    ("expect: [{parameters: 3}]\nlayers: []", "did you mean 'params'?", "word"),
    ("layers: [{type: conv, kernel: 3, activation: null}]",
     "leave it out: here it is none unless a layer says so", "pair"),
    ("layers: [{type: upsample, scale: 2, align_corners: true}]", "write coordinates: align_corners", "pair"),
    ("layers: [{type: conv, kernel: 3, padding_mode: constant}]", "write zeros", "value"),
    ("layers: [{type: batch_norm, affine: false}]", "write scale: false and bias: false", None),
    ("layers: [{type: layer_norm, elementwise_affine: true}]", "leave it out: it is so", "pair"),
    ("layers: [{type: bilinear, scale: 2, foo: 1}]", "did you mean {type: upsample, mode: bilinear}?", None),
    ("layers: [{type: squeeze_excite, ratio: 16}]",
     "write units: NUMBER in its place, the channels times a ratio below 1, or divided by one above", None),
    ("layers: [{type: squeeze_excite, r: 4}]",
     "write units: NUMBER in its place, the channels times a ratio below 1, or divided by one above", None),
    ("layers: [{type: squeeze_excite, rd_divisor: 8}]",
     "write units: NUMBER in its place, the hidden channels rounded to a multiple of it", None),
    ("layers: [{type: conv, kernel: 3, padding: left}]", "write causal", "value"),
    ("layers: [{type: conv, kernel: 3, bias: no}]", "write false: YAML 1.2 reads this as text", "value"),
    ("layers: [{type: conv, kernel: '3'}]", "without quotes it is a number", "value"),
    ("layers: [{type: residual, layers: [{type: relu}], shortcut: identity}]",
     "leave it out: without a shortcut the input itself is merged", "pair"),
    ("layers: [{type: residual, layers: [{type: relu}], shortcut: conv 1x1 8}]",
     "write [{type: conv, kernel: 1, filters: 8}]", "value"),
    ("layers: [{type: residual, layers: [{type: relu}], downsample: []}]", "did you mean 'shortcut'?", "word"),
]  # fmt: skip


@pytest.mark.parametrize(("part", "help", "what"), HELPS)
def test_helps(part: str, help: str, what: str | None) -> None:
    layers = "" if part.startswith("layers") else "\nlayers: []"
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(f"format: 1\n{part}{layers}\n")
    found = next(one for one in raised.value.diagnostics if one.help == help)
    assert (None if found.mend is None else found.mend.what) == what


def test_a_description_without_a_format_or_layers() -> None:
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads("layers: []\n")
    assert [(one.help, one.mend) for one in raised.value.diagnostics] == [
        ("write format: 1", Mend("first", ("format", "1")))
    ]
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads("name: a\nlayer:\n  - relu\n")
    assert "'layer' is called 'layers'" in raised.value.diagnostics[0].help
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads("model:\n  layers:\n    - relu\n")
    assert "below 'model'" in raised.value.diagnostics[0].help


@pytest.mark.parametrize(
    ("stated", "meant"),
    [
        ([1, 3, 8, 9], {"size": [8, 9], "channels": 3}), ([None, 8, 9, 1], {"size": [8, 9], "channels": 1}),
        ("3x32x48", {"size": [32, 48], "channels": 3}), ([64, 64], {"size": [64, 64]}), ([3, 3, 3], None), ([8, 8, 8], None), ([], None), (["a"], None), (True, None),
        ([16000, 1], {"size": [16000], "channels": 1}), ([1, 1, 8, 9, 7], {"size": [8, 9, 7], "channels": 1}),
        ({"shape": 8}, {"size": 8}), ({"size": 8}, None), ("8", None), ({"shape": [-1, 3, 8, 8]}, {"size": [8, 8], "channels": 3}),
    ],
)  # fmt: skip
def test_inputs(stated: object, meant: object) -> None:
    assert input_meant(stated) == meant
