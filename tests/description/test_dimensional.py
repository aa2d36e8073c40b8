"""Words that say along how many axes a layer works, in networks that have as many, and others."""

import pytest

import rfcli
from rfcli.description.dimensional import SAY, axes_stated, in_axes
from rfcli.description.mapping import node_of
from rfcli.diagnostics import Said

INPUTS = [
    ({"input": {"size": [16000]}}, 1), ({"input": {"size": 64}}, 2), ({"input": {"size": [8, 9, 9]}}, 3),
    ({"input": {"size": 64, "dims": 3}}, 3), ({"input": {"channels": 3}}, 2), ({}, 2), ({"input": {"dims": 1}}, 1),
    ({"inputs": {"a": {"size": [9]}, "b": {"size": [9]}}}, 1),
    ({"extends": "a.yaml"}, None), ({"input": {"size": "$n"}}, None), ({"input": 5}, None), ({"inputs": []}, None),
    ({"input": {"dims": 7}}, None),
]  # fmt: skip


@pytest.mark.parametrize(("root", "axes"), INPUTS)
def test_axes_of_a_text(root: dict[str, object], axes: int | None) -> None:
    assert axes_stated(node_of(root)) == axes


WORDS = [
    ("Conv1d", 2, 1), ("conv3d", 2, 3), ("Conv2D", 1, 2), ("nn.MaxPool2d(2)", 3, 2), ("Conv2DTranspose", 3, 2),
    ("ZeroPadding1D", 2, 1), ("UpSampling3D", 1, 3), ("AdaptiveAvgPool1d", 2, 1), ("MaxUnpool1d", 2, 1),
    ("Conv2d", 2, None), ("BatchNorm1d", 2, None), ("Dropout3d", 2, None), ("conv", 1, None), ("Conv3d", None, None),
]  # fmt: skip


@pytest.mark.parametrize(("word", "axes", "along"), WORDS)
def test_words(word: str, axes: int | None, along: int | None) -> None:
    said = in_axes(word, Said("write {type: conv}"), axes)
    assert isinstance(said, Said)
    assert said.text == "write {type: conv}" if along is None else said.text.endswith(SAY[along])


@pytest.mark.parametrize("layer", ["{type: Conv1d, kernel_size: 3}", "Conv1d(3, 8, 3)", "conv1d: {kernel: 3}"])
def test_a_signal_that_is_taken_for_an_image(layer: str) -> None:
    """Everywhere where a layer of another tool is told in our words; with no edit, which would make another layer."""
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(f"format: 1\ninput: {{size: [100, 80]}}\nlayers:\n  - {layer}\n")
    (one,) = raised.value.diagnostics
    assert one.help.startswith("along 2 axes, as this network has them, write {type: conv, ")
    assert one.help.endswith("; of a signal the input says so by input: {size: [16000]}")
    assert one.mend is None
