"""`rf suggest`."""

import json
from pathlib import Path

import pytest
from cli.conftest import RF


def test_a_list(rf: RF) -> None:
    """net.yaml has a kernel of 3 and a pool of 2: a field of 4."""
    status, out, err = rf("suggest", "net.yaml", "--at-least", "6", "--moves", "kernel", "--top", "1")
    assert (status, err) == (0, "")
    assert out.splitlines()[:3] == [
        "net: b sees 4, stride 2, output 15, 224 parameters, 403 k flops",
        "",
        "1. kernel 5 of 'a'",
    ]
    assert "   +  - {name: a, type: conv, kernel: 5, filters: 8}" in out


def test_json(rf: RF) -> None:
    status, out, _ = rf("suggest", "net.yaml", "--at-least", "6", "-f", "json")
    found = json.loads(out)
    assert (status, found["network"], found["layer"], found["now"]["size"]) == (0, "net", "b", [4, 4])
    assert {*found["suggestions"][0]} >= {
        "change", "edits", "size", "stride", "output_size", "params", "flops", "coverage", "effective_size",
    }  # fmt: skip


def test_writing_one(rf: RF) -> None:
    words = ["suggest", "net.yaml", "--at-least", "6", "--moves", "kernel"]
    status, out, err = rf(*words, "--write", "1", "-o", "new.yaml")
    assert (status, out) == (0, "")
    assert err == (
        "net.yaml: kernel 5 of 'a'\nnet.yaml: its expect still states the old numbers; 'rf check' says which differ\n"
    )
    assert "kernel: 5" in Path("new.yaml").read_text(encoding="utf-8")
    assert rf("compute", "new.yaml", "--layer", "b", "--columns", "size", "-f", "csv")[1] == "size\n6\n"
    assert rf(*words, "--write", "99")[0] == 2


def test_nothing_found(rf: RF) -> None:
    status, out, _ = rf("suggest", "net.yaml", "--at-least", "60", "--moves", "pool")
    assert status == 1 and "this comes nearest" in out
    assert rf("suggest", "net.yaml", "--at-least", "3")[0] == 0


def test_from_nothing(rf: RF) -> None:
    status, out, err = rf("suggest", "--from-nothing", "patchgan", "--at-least", "70", "-o", "first.yaml")
    assert (status, out, err) == (0, "", "")
    assert rf("compute", "first.yaml", "--outputs", "--columns", "size", "-f", "csv")[1] == "size\n70\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["net.yaml"], "say which field: --at-least N, --at-most N, or both"),
        (["--at-least", "9"], "give a network, or --from-nothing"),
        (["net.yaml", "--from-nothing", "tcn", "--at-least", "9"], "give a network, or --from-nothing"),
        (["--from-nothing", "tcn", "--at-most", "9"], "--from-nothing takes --at-least N"),
        (["net.yaml", "--at-least", "9", "--keep", "all"], "keep"),
        (["net.yaml", "--at-least", "9", "--max-flops", "twice"], "takes 1.2x"),
    ],
)
def test_wrong_calls(words: list[str], said: str, rf: RF) -> None:
    status, out, err = rf("suggest", *words)
    assert (status, out) == (2, "")
    assert said in err


def test_bounds_that_contradict_each_other(rf: RF) -> None:
    status, out, err = rf("suggest", "net.yaml", "--at-least", "9", "--at-most", "3")
    assert (status, out, err) == (2, "", "rf suggest: --at-least 9 is more than --at-most 3\n")
