"""`rf compute`: fields by the recurrences, and calls that do not fit."""

import json

import pytest
from cli.conftest import RF


def test_fields(rf: RF) -> None:
    status, out, err = rf(
        "compute", "net.yaml", "-f", "csv", "--columns", "layer,output_size,params,macs,size,stride,center"
    )
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "layer,output_size,params,macs,size,stride,center",
        "a,30,224,194400,3,1,1",
        "b,15,0,0,4,2,1.5",
    ]


def test_chosen_layers_of_several_networks(rf: RF) -> None:
    status, out, _ = rf("compute", "net.yaml", "bad.yaml", "--layer", "b", "--columns", "layer,size", "-f", "tsv")
    assert (status, out) == (1, "network\tlayer\tsize\nnet\tb\t4\n")


def test_json_is_written_of_no_network_too(rf: RF) -> None:
    status, out, err = rf("compute", "bad.yaml", "-f", "json")
    assert (status, json.loads(out)["networks"]) == (1, [])
    assert err.startswith("bad.yaml:1:9: RF105 ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--layer", "nope"], "rf: no layer is called 'nope'; known here: input, a, b\n"),
        (["--columns", "strides"], "rf compute: there is no column 'strides'; did you mean 'stride'?\n"),
        (
            ["--columns", "size", "-f", "json"],
            "rf compute: --columns is for table, csv, tsv, markdown; json has everything\n",
        ),
        (["--depth", "0"], "rf compute: --depth takes a number from 1, is 0\n"),
        (["--depth", "-1"], "rf compute: --depth takes a number from 1, is -1\n"),
        (["--from", "c"], "rf: net.yaml: there is no layer 'c' (known here: input, a, b)\n"),
    ],
)
def test_calls_that_do_not_fit(words: list[str], said: str, rf: RF) -> None:
    assert rf("compute", "net.yaml", *words) == (2, "", said)
