"""`rf locate`: samples behind outputs, and calls that do not fit."""

import io
import sys

import pytest
from cli.conftest import RF


def test_an_output(rf: RF) -> None:
    """Output 3 of b begins at 3 * 2 = 6 and sees 4 samples."""
    status, out, err = rf("locate", "net.yaml", "--layer", "b", "--at", "3,0", "-f", "tsv")
    assert (status, err) == (0, "")
    assert out.splitlines()[1].split("\t") == ["3", "0", "6", "9", "6", "9", "7.5", "0", "3", "0", "3", "1.5"]


def test_positions_on_standard_input(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y,x\n1,1\n\n2,2\n"))
    status, out, _ = rf("locate", "net.yaml", "--layer", "a", "--at", "-", "-f", "csv")
    assert (status, [line[:3] for line in out.splitlines()]) == (0, ["h,w", "1,1", "2,2"])


def test_outputs_that_see_a_sample(rf: RF) -> None:
    """Sample 5 lies in the regions that begin at 2 and 4: outputs 1 and 2."""
    status, out, _ = rf("locate", "net.yaml", "--layer", "b", "--covers", "5,0", "-f", "csv")
    assert (status, out.splitlines()) == (0, ["axis,sample,first,last", "h,5,1,2", "w,0,0,0"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "rf locate: give one of --at Y,X, --all and --covers Y,X, and --layer NAME for another layer\n"),
        (
            ["--layer", "b", "--all", "--at", "1,1"],
            "rf locate: give one of --at Y,X, --all and --covers Y,X, and --layer NAME for another layer\n",
        ),
        (["--layer", "b", "--at", "1"], "rf locate: --at takes a position, Y,X; is '1'\n"),
        (["--layer", "b", "--at", "15,0"], "rf locate: --at: there are 15x15 outputs, counted from 0: no 15,0\n"),
        (["--layer", "c", "--all"], "rf: net.yaml: --layer: there is no layer 'c' (known here: a, b)\n"),
    ],
)
def test_calls_that_do_not_fit(words: list[str], said: str, rf: RF) -> None:
    assert rf("locate", "net.yaml", *words) == (2, "", said)
