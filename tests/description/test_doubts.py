"""Inputs that may be meant otherwise: what is said, and what to write. The rule's tests have the sizes."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.description.doubts import doubts


@pytest.mark.parametrize(
    ("given", "help"),
    [
        (
            "size: [3, 224, 224]",
            "write size: [224, 224], channels: 3; dims: 3 says that a volume of few slices is meant",
        ),
        (
            "size: [224, 224, 3]",
            "write size: [224, 224], channels: 3; dims: 3 says that a volume of few slices is meant",
        ),
        ("size: [1, 160]", "write size: [160], channels: 1; dims: 2 says that an image of one row or column is meant"),
        ("size: 8000", "size: [8000] is a signal; size: [8000, 8000], or dims: 2, says that an image is meant"),
        ("size: [3, 224, 224], dims: 3", None),
        ("size: [3, 224, 224], channels: 1", None),
    ],
)
def test_helps(given: str, help: str | None) -> None:
    text = f"format: 1\ninput: {{{given}}}\nlayers: [{{type: relu}}]"
    assert [one.help for _, one in doubts(rfcli.loads(text))] == ([] if help is None else [help])
    (named,) = rfcli.loads(text.replace("input:", "inputs: {a:").replace("}\n", "}}\n", 1)).inputs
    assert named.name == "a" and len(list(doubts(rfcli.loads(text)))) == (help is not None)


def test_models_of_other_tools_state_their_axes() -> None:
    """A sound of one row, over which Caffe convolves in two axes: nothing else may be meant, nor of what is imported."""
    text = (
        'layer { name: "data" type: "Input" top: "data" input_param { shape { dim: 1 dim: 1 dim: 1024 dim: 1 } } }\n'
        'layer { name: "c" type: "Convolution" bottom: "data" top: "c"\n'
        "  convolution_param { num_output: 4 kernel_h: 8 kernel_w: 1 } }\n"
    )
    network = rfcli.loads(text, "net.prototxt")
    assert network.inputs[0].size == (1024, 1) and list(doubts(network)) == []
    written = rfcli.described(network)
    assert "size: [1024, 1], channels: 1, dims: 2" in written and list(doubts(rfcli.loads(written))) == []


REPEATED = """\
format: 1
input: {size: [100], channels: 1}
layers:
%s
"""


@pytest.mark.parametrize(
    ("layers", "told"),
    [
        ("  - {type: residual, repeat: 2, layers: [{type: conv, kernel: 3, padding: same, dilation: $(2 ** i), repeat: 2}]}",
         [("RF513", "'i' counts the copies of conv (line 4) here, not those of residual (line 4) around it")]),
        ("  - {type: conv, kernel: 3, repeat: 2, stride: $(2 if i == 0 else 1)}",
         [("RF519", "i == 0 is never true: repetitions are counted from 1")]),
        ("  - {type: residual, repeat: 2, layers: [{type: conv, kernel: 3, padding: 1, stride: 2}], shortcut: [{type: avg_pool, kernel: 2}]}",
         [("RF521", "every copy takes a stride of 2: a layer of the repeated residual has it")]),
        ("  - {type: conv, kernel: 3, repeat: 2}", []),
    ],
)  # fmt: skip
def test_repetitions(layers: str, told: list[tuple[str, str]]) -> None:
    assert [(code, one.message) for code, one in doubts(rfcli.loads(REPEATED % layers))] == told


@pytest.mark.parametrize(
    ("size", "layer", "told"),
    [
        ("[1, 40]", "{type: lstm, units: 8}", "lstm runs along h, as it does not say along which of h, w"),
        (
            "[4, 8, 8]",
            "{type: rnn, units: 8, repeat: 3}",
            "rnn runs along d, as it does not say along which of d, h, w",
        ),
        ("[1, 40]", "{type: gru, units: 8, along: h}", None),
        ("[40]", "{type: lstm, units: 8}", None),
    ],
)
def test_axes_of_sequences(size: str, layer: str, told: str | None) -> None:
    network = rfcli.loads(f"format: 1\ninput: {{size: {size}, channels: 2}}\nlayers: [{layer}]")
    assert [(code, one.message) for code, one in doubts(network)] == ([] if told is None else [("RF522", told)])
