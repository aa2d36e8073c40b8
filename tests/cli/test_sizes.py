"""`rf sizes`."""

import json

import pytest
from cli.conftest import RF


def test_a_table(rf: RF) -> None:
    status, out, err = rf("sizes", "unet_small", "--near", "1080x1000")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "axis      smallest    period  residues      near  fits      below    above",
        "------  ----------  --------  ----------  ------  ------  -------  -------",
        "h                8         8  0             1080  yes        1072     1088",
        "w                8         8  0             1000  yes         992     1008",
        "",
        "- h and w: multiples of 8 from 8 on",
    ]


def test_json(rf: RF) -> None:
    status, out, _ = rf("sizes", "unet_3d", "--aligned", "--near", "136", "-f", "json")
    near = {"size": 136, "fits": False, "below": 132, "above": 140}
    axes = [{"axis": axis, "smallest": 92, "period": 8, "residues": [4], "near": near} for axis in "dhw"]
    assert (status, json.loads(out)) == (0, {"network": "unet_3d", "axes": axes})


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["--near", "1x2x3"], 2, "--near: the near size 1x2x3 has 3 entries, the network has 2 axes"),
        (["--near", "big"], 2, "--near takes 321, 256x512 or none; is 'big'"),
        (["--near", "other=3"], 2, "there is no input 'other'"),
    ],
)
def test_wrong_calls(words: list[str], status: int, said: str, rf: RF) -> None:
    found, out, err = rf("sizes", "unet_small", *words)
    assert (found, out) == (status, "")
    assert said in err


def test_no_size_fits(rf: RF) -> None:
    with open("odd.yaml", "w", encoding="utf-8") as stream:
        stream.write("format: 1\ninput: {size: [20]}\nlayers: [{type: residual, layers: [{type: conv, kernel: 3}]}]\n")
    status, out, err = rf("sizes", "odd.yaml")
    assert (status, out) == (1, "")
    assert err.startswith("odd.yaml:3:10: RF302 add 'add': inputs have different sizes: ")
    assert rf("sizes", "bad.yaml")[0] == 1
    assert rf("sizes", "nothing.yaml")[0] == 2


def test_of_an_input(rf: RF) -> None:
    status, out, _ = rf("sizes", "siamfc", "--near", "z=300", "-f", "csv")
    assert status == 0
    assert out.splitlines()[:3] == [
        "axis,inputs,smallest,period,residues,near,fits,below,above",
        "h,x,127,1,0,255,yes,254,256",
        "h,z,87,,87-262,300,no,262,",
    ]
    out = rf("sizes", "siamfc", "--input-size", "x=135", "-f", "csv")[1]
    assert out.splitlines()[2].startswith("h,z,87,,87-142,127,yes,")
