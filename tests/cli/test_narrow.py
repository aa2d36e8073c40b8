"""Terminals of 80 and of 60 columns: no line of any table is broken, for every bundled network and every command that
prints tables. Names are cut in the middle there, and never in a pipe."""

from __future__ import annotations

import io
import os
import sys

import pytest
from bundled import AKIN, NETWORKS
from cli.conftest import RF
from reading_once import Known, read_once

from rfcli.cli.declarations import COMMANDS
from rfcli.cli.entry import run

OF_KINDS = ["tcn", "unet_3d", "unet", "mobilenet_v3_large", "resnet50_fpn", "inception_v2_no_separable_conv"]
"""In one, two and three dimensions, with long names, phases, and several outputs."""
AXES = {"tcn": 1, "wavenet": 1, "unet_3d": 3, "highres3dnet": 3}
WIDTHS = (80, 60)

FOR_ALL = ["compute", "compute --depth 1", "explain", "paths", "sizes", "compare"]
FOR_KINDS = ["compute --wide", "compute --outputs", "compute --units --spacing 1mm", "locate --all", "locate --at {at}",
             "locate --covers {at}", "tile", "tile --tile 640", "erf", "suggest --at-least 4"]  # fmt: skip
ALONE = ["list", "rules", "rules RF", "compare " + " ".join(NETWORKS), "compute " + " ".join(OF_KINDS), "compute " + " ".join(OF_KINDS) + " --layer **/conv*",
         "sweep tcn --grid kernel=3,5 --grid levels=2,3", "diff resnet18 resnet34", "diff mobilenet_v3_large unet --all", "diff tcn unet_3d"]  # fmt: skip


class Terminal(io.StringIO):
    """Standard output that is a terminal."""

    def isatty(self) -> bool:
        return True

    def fileno(self) -> int:
        return 1


def shown(monkeypatch: pytest.MonkeyPatch, words: list[str], width: int) -> list[str]:
    """The lines that a command prints on a terminal of a width."""
    terminal = Terminal()
    with monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", terminal)
        patch.setattr(os, "get_terminal_size", lambda stream: os.terminal_size((width, 24)))
        patch.setenv("NO_COLOR", "1")
        run(words)
    return terminal.getvalue().splitlines()


def broken(monkeypatch: pytest.MonkeyPatch, words: list[str]) -> list[str]:
    """What is wrong with the lines of a command."""
    return [
        f"{' '.join(words)} at {width}: {line}"
        for width in WIDTHS
        for line in shown(monkeypatch, words, width)
        if len(line) > width
    ]


def called(command: str, network: str) -> list[str]:
    name, *more = command.format(at=",".join("1" * AXES.get(network, 2))).split()
    return [name, network, *more]


@pytest.fixture(scope="module")
def known() -> Known:
    """What one test has read, the others need not."""
    return Known({}, {})


@pytest.mark.parametrize(
    "networks", [set(NETWORKS) - AKIN, pytest.param(AKIN, marks=pytest.mark.random)], ids=["kinds", "akin"]
)
@pytest.mark.parametrize("command", FOR_ALL)
def test_every_bundled_network(command: str, networks: set[str], known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    read_once(monkeypatch, known)
    found = [one for network in sorted(networks) for one in broken(monkeypatch, called(command, network))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("command", FOR_KINDS)
def test_networks_of_all_kinds(command: str, known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    read_once(monkeypatch, known)
    found = [one for network in OF_KINDS for one in broken(monkeypatch, called(command, network))]
    assert not found, "\n".join(found)


@pytest.mark.parametrize("command", ALONE, ids=lambda command: command[:30])
def test_tables_of_many_networks(command: str, known: Known, monkeypatch: pytest.MonkeyPatch) -> None:
    read_once(monkeypatch, known)
    assert shown(monkeypatch, command.split(), 80)
    assert not broken(monkeypatch, command.split())


def test_long_names_are_cut_in_the_middle_on_terminals_only(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    words = ["compute", "mobilenet_v3_large"]
    table = "\n".join(shown(monkeypatch, words, 60))
    assert "features" in table and "..." in table
    _, out, _ = rf(*words)
    assert "..." not in out and "features/16/activation/hard_swish_1" in out


def test_every_command_that_prints_tables_is_here() -> None:
    here = {command.split()[0] for command in (*FOR_ALL, *FOR_KINDS, *ALONE)}
    without = {"graph", "plot", "report", "show", "import", "export", "schema", "config", "lsp", "table", "verify", "init",
               "help", "validate", "check"}  # fmt: skip
    assert here | without == set(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_fits_a_terminal_of_80(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = shown(monkeypatch, [name, "--help"], 80)
    assert len(lines) > 3
    assert not [line for line in lines if len(line) > 80]
