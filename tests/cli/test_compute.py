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
        (["--layer", "nope"], "rf: --layer: no layer is called 'nope'; known here: a, b\n"),
        (["--columns", "strides"], "rf compute: --columns: there is no column 'strides'; did you mean 'stride'?\n"),
        (
            ["--columns", "size", "-f", "json"],
            "rf compute: --columns is for table, csv, tsv, markdown; json has everything\n",
        ),
        (["--depth", "0"], "rf compute: --depth takes a whole number from 1; is '0'\n"),
        (["--depth", "-1"], "rf compute: --depth takes a whole number from 1; is '-1'\n"),
        (["--from", "c"], "rf: net.yaml: --from: there is no layer 'c' (known here: input, a, b)\n"),
    ],
)
def test_calls_that_do_not_fit(words: list[str], said: str, rf: RF) -> None:
    assert rf("compute", "net.yaml", *words) == (2, "", said)


def test_a_layer_that_only_some_networks_have_is_told_for_the_others(rf: RF) -> None:
    """Said of each of a few, of many once; the layers that there are stand in the result."""
    for n in range(5):
        with open(f"other{n}.yaml", "w", encoding="utf-8") as stream:
            stream.write("format: 1\nlayers: [{name: c, type: conv, kernel: 5}]\n")
    status, out, err = rf("compute", "net.yaml", "other0.yaml", "--layer", "c", "--layer", "a", "-f", "csv")
    assert (status, len(out.splitlines())) == (0, 3)
    assert err == "net.yaml: --layer: no layer is called 'c'\nother0.yaml: --layer: no layer is called 'a'\n"
    names = [f"other{n}.yaml" for n in range(5)]
    assert (
        rf("compute", "net.yaml", *names, "--layer", "a*")[2]
        == "other0.yaml and 4 more: --layer: no layer is called 'a*'\n"
    )
    assert rf("compute", "net.yaml", *names, "--layer", "z", "-q")[::2] == (
        2,
        "rf: --layer: no layer is called 'z'; known here: c\n",
    )


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("--wide -f json", "--wide is for table, csv, tsv, markdown; json has a list for each number"),
        (
            "--wide --units --rate 16000",
            "--wide prints plain numbers, --units lengths with their unit: give one of them",
        ),
        ("--layers", "--layers is for ndjson, a line for each layer; table has them all"),
    ],
)
def test_wide_and_layers_where_they_make_no_sense(rf: RF, words: str, says: str) -> None:
    assert rf("compute", "net.yaml", *words.split()) == (2, "", f"rf compute: {says}\n")


def test_data_for_data_frames(rf: RF) -> None:
    assert (
        rf("compute", "net.yaml", "--wide", "-f", "csv", "--columns", "layer,size")[1]
        == "layer,size_h,size_w\na,3,3\nb,4,4\n"
    )
    assert len(rf("compute", "net.yaml", "-f", "ndjson", "--layers")[1].splitlines()) == 2
