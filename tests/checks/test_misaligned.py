"""RF501: merges of paths whose centers differ."""

import json

import pytest

import rfcli
from checks import conv, found

ADD = {"type": "add", "name": "sum", "inputs": ["a", "b"]}


@pytest.mark.parametrize(
    ("kernel", "sides", "center"),
    [(3, [1, 1], "0"), (5, [2, 2], "0"), (2, [0, 1], "0.5"), (4, [1, 2], "0.5"), (3, [0, 2], "1")],
)
def test_centers(kernel: int, sides: list[int], center: str) -> None:
    """(k - 1)/2 - p, beside a kernel of 3 with a padding of 1."""
    said = found("RF501", conv(name="a", padding=1), conv(kernel, name="b", padding=[sides], inputs=["input"]), ADD)
    expected = f"add 'sum': misaligned: center 0 through 'a', {center} through 'b'"
    assert said == ([] if center == "0" else [expected])


def test_only_the_first_merge_is_told() -> None:
    after = {"type": "add", "name": "later", "inputs": ["sum", "sum"]}
    said = found("RF501", conv(name="a"), conv(2, name="b", inputs=["input"], padding=[[-1, 0]]), ADD, after)
    assert len(said) == 1


def tds(kernel: int, before: int, after: int) -> dict[str, object]:
    """A residual convolution, as wav2letter's streaming networks have it."""
    return {"type": "residual", "layers": [conv(kernel, padding=[[before, after]])]}


def named(*layers: dict[str, object]) -> list[dict[str, object]]:
    return [{**layer, "name": f"l{number}"} for number, layer in enumerate(layers)]


WAV2LETTER = named(
    conv(10, stride=2, padding=[[5, 3]]), *[tds(9, 7, 1)] * 2,
    conv(10, stride=2, padding=[[7, 1]]), *[tds(9, 7, 1)] * 3,
    conv(12, stride=2, padding=[[9, 1]]), *[tds(11, 9, 1)] * 3, tds(11, 10, 0),
    conv(11, padding=[[10, 0]]), *[tds(11, 10, 0)] * 5,
)  # fmt: skip
"""flashlight/wav2letter#985: frames of 10 ms, 10 s of them seen, 490 ms after the last of the output's 8 frames."""

KERAS_TCN = named(
    *[{"type": "residual", "layers": [conv(8, dilation=d, padding="causal")] * 2} for d in (1, 2, 4, 8)] * 3
)
"""philipperemy/keras-tcn#207: 1 + 2*7*15*3 = 631."""

WAVENET = named(
    conv(2, padding=[[2, -1]]),
    *[
        {"type": "residual", "layers": [
            {"type": "branches", "merge": "multiply", "branches": [
                [conv(2, dilation=2**at, padding="causal"), {"type": kind}]
                for kind in ("tanh", "sigmoid")
            ]},
            conv(1),
        ]}
        for at in range(10)
    ],
)  # fmt: skip
"""van den Oord et al. (2016): a stack of dilations 1 to 512 sees 1024 samples, here all before the one it predicts."""

ONE_SIDED = {
    "wav2letter": (WAV2LETTER, {"size": 1000, "stride": 8, "padding": 943, "lookback": 943, "lookahead": 56}),
    "keras-tcn": (KERAS_TCN, {"size": 631, "lookback": 630, "lookahead": 0}),
    "WaveNet": (WAVENET, {"size": 1025, "lookback": 1025, "lookahead": -1}),
}


@pytest.mark.parametrize("name", ONE_SIDED)
@pytest.mark.parametrize("size", [4000, None])
def test_who_streams_is_told_nothing(name: str, size: int | None) -> None:
    layers, numbers = ONE_SIDED[name]
    expect = [{"layer": layers[-1]["name"], **numbers}]
    assert found("RF501", *layers, size=[size], expect=expect) == []
    assert found("RF509", *layers, size=[size]) == []


def test_a_causal_network_is_told_of_its_ends() -> None:
    late = conv(3, name="late", padding=[[4, -2]])
    said = found("RF501", conv(name="a", padding="causal"), {**late, "inputs": ["input"]},
                 {"type": "add", "name": "sum", "inputs": ["a", "late"]})  # fmt: skip
    assert said == ["add 'sum': paths end at different samples: -2 to 0 through 'a', -4 to -2 through 'late'"]


def helps(*layers: dict[str, object]) -> list[str]:
    document = {"format": 1, "input": {"size": [64], "channels": 4}, "layers": list(layers)}
    return [one.help for one in rfcli.check(rfcli.loads(json.dumps(document)), select=["RF501"]).diagnostics]


def test_advice_by_what_the_network_is() -> None:
    [causal] = helps(conv(name="a", padding="causal"), {"type": "residual", "layers": [conv(padding=[[4, -2]])]})
    assert causal.startswith("pad d(k - 1) samples before each kernel and none after it")
    [usual] = helps(conv(9, padding=4), {"type": "residual", "layers": [conv(padding=[[0, 2]])]})
    assert usual.startswith("pad both paths alike")
