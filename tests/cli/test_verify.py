"""`rf verify`: what it says, for measurements that are made up."""

import json

import pytest
from cli.conftest import RF

from rfcli.measuring.verify import Verified

GOOD = Verified("a", 0, (0, 29), ((0, 2), (29, 31)), ((0, 2), (29, 31)))
WRONG = Verified("b", 1, (0,), ((0, 4),), ((0, 3),))
ASKEW = Verified("b", 0, (0,), ((0, 3),), ((0, 3),), True, False)
BROKEN = Verified("b", 0, (0,), ((0, 3),), ((0, 3),), broken="its size is promised to be 5, it is 4")


@pytest.mark.parametrize(
    ("measured", "status", "said"),
    [
        ([GOOD], 0, ["net: 1 layer, 2 outputs measured: all agree"]),
        ([GOOD, WRONG], 1, [
            "net: 'b' along w: outputs (0,) read ((0, 4),), the engine says ((0, 3),)",
            "net: 2 layers, 3 outputs measured: 1 layer differs",
        ]),
        ([ASKEW, BROKEN], 1, [
            "net: 'b' along h: its inputs' centers agree: True, the engine says False",
            "net: 'b' along h: its size is promised to be 5, it is 4",
            "net: 2 layers, 2 outputs measured: 2 layers differ",
        ]),
    ],
)  # fmt: skip
def test_layers_that_agree_or_not(
    measured: list[Verified], status: int, said: list[str], rf: RF, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rfcli.api.answers.verify", lambda report: measured)
    found, out, err = rf("verify", "net.yaml")
    assert (found, out.splitlines(), err) == (status, said, "")


def test_as_data(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfcli.api.answers.verify", lambda report: [GOOD, WRONG])
    status, out, err = rf("verify", "net.yaml", "-f", "csv")
    assert (status, err) == (1, "")
    assert out.splitlines() == [
        "network,origin,layer,axis,outputs,size,agrees,why",
        "net,input,a,h,2,,true,",
        'net,input,b,w,1,,false,"outputs (0,) read ((0, 4),), the engine says ((0, 3),)"',
    ]
    (network,) = json.loads(rf("verify", "net.yaml", "-f", "json")[1])["networks"]
    assert (network["name"], network["agrees"], len(network["layers"])) == ("net", False, 2)
    assert network["layers"][0] == {
        "layer": "a", "axis": "h", "outputs": [0, 29], "measured": [[0, 2], [29, 31]], "expected": [[0, 2], [29, 31]],
        "size": None, "agrees": True, "why": "",
    }  # fmt: skip


def test_only_what_is_asked_for(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfcli.api.answers.verify", lambda report: [GOOD, WRONG])
    assert rf("verify", "net.yaml", "--layer", "a") == (0, "net: 1 layer, 2 outputs measured: all agree\n", "")
    assert rf("verify", "net.yaml", "--layer", "**", "-o", "out.txt")[0] == 1
    with open("out.txt", encoding="utf-8") as stream:
        assert stream.read().endswith("net: 2 layers, 3 outputs measured: 1 layer differs\n")
    assert rf("verify", "net.yaml", "--layer", "z") == (
        2, "", "rf: net.yaml: --layer: there is no layer 'z' (known here: a, b)\n")  # fmt: skip
