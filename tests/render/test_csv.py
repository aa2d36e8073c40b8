"""Comma-separated values of a report."""

from render import SEVERAL, STYLE, VIEW
from rfcli.render.csv_ import render
from rfcli.render.view import Style

HEADER = "layer,type,output_size,channels,params,macs,flops,size,stride,padding,center,aligned,uniform,global"


def test_rows() -> None:
    assert "".join(render([VIEW], STYLE)).splitlines() == [
        HEADER,
        "a,conv,10,1,4,30,70,3,2,1,0,true,true,false",
        "b,conv,8,1,4,24,56,7,2,1,2,true,true,false",
    ]


def test_columns_that_are_asked_for() -> None:
    assert "".join(render([VIEW], Style(columns=("layer", "inputs")))) == "layer,inputs\na,input\nb,a\n"


def test_several_networks() -> None:
    rows = "".join(render([VIEW, VIEW], SEVERAL)).splitlines()
    assert rows[0] == f"network,{HEADER}"
    assert [row.split(",")[:2] for row in rows[1:]] == [["net", "a"], ["net", "b"]] * 2
