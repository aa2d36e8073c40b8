"""What is left to typer: help, mistakes, and command lines that the fast reader does not take."""

import pytest
from cli.conftest import RF

from rfcli.cli.declarations import COMMANDS


def test_the_help_has_every_command(rf: RF) -> None:
    status, out, err = rf("--help")
    assert (status, err) == (0, "")
    assert all(f"  {name} " in out for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(name: str, rf: RF) -> None:
    status, out, err = rf(name, "--help")
    assert (status, err) == (0, "")
    assert f"Usage: rf {name} " in out


@pytest.mark.parametrize("words", [["nope"], ["compute"], ["compute", "net.yaml", "--nope"]])
def test_mistakes(words: list[str], rf: RF) -> None:
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
