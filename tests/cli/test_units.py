"""`rf compute` in seconds and millimetres."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from cli.conftest import RF

import rfcli

WAV2VEC = [(10, 5), (3, 2), (3, 2), (3, 2), (3, 2), (2, 2), (2, 2)]
LAYERS = [{"type": "conv", "name": f"c{at}", "kernel": k, "stride": s} for at, (k, s) in enumerate(WAV2VEC)]


def described(**given: object) -> str:
    return json.dumps({"format": 1, "input": {"size": [16000], "channels": 1, **given}, "layers": LAYERS})


def test_wav2vec(rf: RF) -> None:
    """speechbrain/speechbrain#966: a window of 25 ms each 20 ms."""
    with open("wav.yaml", "w", encoding="utf-8") as stream:
        stream.write(described(rate=16000))
    columns = "layer,size,stride,extent"
    status, out, _ = rf("compute", "wav.yaml", "--outputs", "--columns", columns, "-f", "csv")
    assert (status, out) == (0, "layer,size,stride,extent\nc6,400,320,25 ms\n")
    _, out, _ = rf("compute", "wav.yaml", "--outputs", "--columns", columns, "-f", "csv", "--units")
    assert out == "layer,size,stride,extent\nc6,25 ms,20 ms,25 ms\n"
    found = json.loads(rf("compute", "wav.yaml", "--outputs", "-f", "json")[1])["networks"][0]
    assert (found["input"]["spacing"], found["input"]["unit"]) == ([6.25e-05], "s")
    field = found["layers"][0]["receptive_field"]
    assert (field["size"], field["extent"]) == ([400], [0.025])
    _, out, _ = rf("compute", "wav.yaml", "--outputs", "--columns", columns, "-f", "csv", "--rate", "8000")
    assert out.endswith("c6,400,320,50 ms\n")


def test_spacings_of_the_call(rf: RF) -> None:
    status, out, _ = rf(
        "compute", "net.yaml", "--spacing", "2.5x0.8mm", "--columns", "layer,size,lookahead", "-f", "csv", "--units"
    )
    assert (status, out) == (0, "layer,size,lookahead\na,7.5x2.4 mm,5x1.6 mm\nb,10x3.2 mm,7.5x2.4 mm\n")
    assert (
        rf("compute", "net.yaml", "--spacing", "0.8 mm", "--columns", "extent", "-f", "csv")[1]
        == "extent\n2.4 mm\n3.2 mm\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--units",), "--units needs how far apart samples are"),
        (("--spacing", "mm"), "--spacing takes numbers above 0 and a unit"),
        (("--spacing", "0mm"), "--spacing takes numbers above 0 and a unit"),
        (("--spacing", "1x1x1mm"), "the spacing has 3 entries, the network has 2 axes"),
        (("--rate", "x"), "--rate takes the samples in a second"),
        (("--rate", "0"), "--rate takes the samples in a second"),
        (("--rate", "1", "--spacing", "1mm"), "give one of --rate and --spacing"),
        (("--rate", "1", "--units", "-f", "json"), "--units is for"),
    ],
)
def test_calls_that_make_no_sense(rf: RF, words: tuple[str, ...], said: str) -> None:
    status, out, err = rf("compute", "net.yaml", *words)
    assert (status, out) == (2, "") and said in err


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"rate": 16000, "spacing": 1}, "RF308"),
        ({"unit": "mm"}, "RF308"),
        ({"spacing": [1, 2]}, "RF301"),
        ({"spacing": -1}, "RF103"),
        ({"rate": "fast"}, "RF103"),
    ],
)
def test_descriptions_that_contradict_themselves(given: dict[str, object], code: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as caught:
        rfcli.loads(described(**given))
    assert [one.code for one in caught.value.diagnostics] == [code]


def test_from_a_layer_there_are_samples_only() -> None:
    report = rfcli.compute(rfcli.loads(described(rate=16000)), origin="c0")
    field = report.layers[-1].receptive_field
    assert field is not None and field.extent is None
    assert rfcli.compute(rfcli.loads(described(rate=16000))).layers[0].receptive_field.extent == (Fraction(1, 1600),)


@pytest.mark.parametrize(
    "given", [{"rate": 16000}, {"spacing": 0.8, "unit": "mm"}, {"spacing": [2]}, {"rate": 44100.5}]
)
def test_spacings_are_written_again(given: dict[str, object]) -> None:
    network = rfcli.loads(described(**given))
    again = rfcli.loads(rfcli.described(network))
    assert again.inputs[0].spacing == network.inputs[0].spacing is not None
