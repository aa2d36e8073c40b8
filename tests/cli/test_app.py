"""What is left to typer: help, mistakes, and command lines that the fast reader does not take."""

import pytest
from cli.conftest import RF

from rfcli.cli.declarations import COMMANDS, GROUPS, SUMMARIES


def test_the_help_has_every_command(rf: RF) -> None:
    status, out, err = rf("--help")
    assert (status, err) == (0, "")
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, rf: RF) -> None:
    status, out, err = rf(name, "--help")
    assert (status, err) == (0, "")
    assert f"Usage: rf {name} " in out


@pytest.mark.parametrize("words", [["--nope"], ["-v"], ["--nope", "compute", "net.yaml"]])
def test_mistakes(words: list[str], rf: RF) -> None:
    """Before a command; what follows one is told by `mistakes`."""
    status, out, err = rf(*words)
    assert (status, out) == (2, "")
    assert err.startswith("Usage: rf ")


def test_a_command_that_typer_reads_runs_as_any(rf: RF) -> None:
    """An option and its value in one word are typer's to read; the status is the command's."""
    assert rf("compute", "net.yaml", "-fcsv") == rf("compute", "net.yaml", "-f", "csv")
    assert rf("compute", "bad.yaml", "-fcsv") == rf("compute", "bad.yaml", "-f", "csv")
    assert rf("locate", "net.yaml", "--layer", "-b") == (
        2, "", "rf locate: give one of --at Y,X, --all and --covers Y,X, and --layer NAME for another layer\n"
    )  # fmt: skip


def test_the_version(rf: RF) -> None:
    import rfcli

    assert rf("--version") == (0, f"rf {rfcli.__version__}\n", "")
    assert rf("--version", "compute") == (0, f"rf {rfcli.__version__}\n", "")


def test_the_help_fits_a_terminal(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    """No line of it is cut, every command stands below a heading, and the models that rf reads are named."""
    monkeypatch.setenv("COLUMNS", "80")
    _, out, _ = rf("--help")
    told = out.splitlines()
    assert max(map(len, told)) <= 80
    assert not [line for line in told if line.endswith("...")][2:], "the usage, and the list of formats"
    assert sorted(name for names in GROUPS.values() for name in names) == sorted(COMMANDS)
    assert set(SUMMARIES) <= set(COMMANDS)
    assert [line.rstrip(":") for line in told if line.endswith(":") and not line.startswith(" ")][1:] == list(GROUPS)
    assert all(word in out for word in ("ONNX", "Keras", "PyTorch", "YOLO", "Caffe"))
