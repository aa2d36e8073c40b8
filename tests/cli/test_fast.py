"""The fast reader of command lines against typer, which both read the same declarations."""

import contextlib
from collections.abc import Callable
from functools import cache
from typing import Any
from unittest import mock

import pytest
import typer
from hypothesis import given, settings
from hypothesis import strategies as st

from rfcli.cli import app
from rfcli.cli.declarations import COMMANDS, Command, command
from rfcli.cli.fast import parse


@cache
def application(name: str) -> tuple[Any, list[Callable[[], int]]]:
    """What reads the words of a command by typer, and the calls that it makes of them."""
    declared, calls = command(name), list[Callable[[], int]]()
    made = typer.Typer(rich_markup_mode=None, add_completion=False)
    made.callback()(lambda: None)
    made.command(name)(app._function(declared, calls))
    return typer.main.get_command(made), calls


def by_typer(declared: Command, words: list[str]) -> dict[str, Any] | None:
    """What typer passes to the command; None where it refuses or prints help."""
    seen: list[dict[str, Any]] = []

    def record(_: Command, values: dict[str, Any]) -> int:
        seen.append(values)
        return 0

    read, calls = application(declared.name)
    calls.clear()
    with contextlib.suppress(SystemExit):
        read.main(args=[declared.name, *words], standalone_mode=True, prog_name="rf")
    with mock.patch.object(app, "called", record):
        for call in calls:
            assert call() == 0
    return seen[-1] if seen else None


def words_of(declared: Command) -> st.SearchStrategy[list[str]]:
    values = st.sampled_from(["a.yaml", "net", "-", "--", "1", "07", "-1", "x=1", "", "none", "no such", "é"])
    pieces: list[st.SearchStrategy[list[str]]] = [values.map(lambda v: [v])]
    for option in declared.options:
        own = st.sampled_from(option.choices) if option.choices else values
        for flag in option.flags:
            pieces.append(st.just([flag]))
            pieces.append(st.tuples(st.just(flag), own).map(list))
            pieces.append(st.builds(lambda f, v: [f"{f}={v}"], st.just(flag), own))
            if len(flag) == 2:
                pieces.append(st.builds(lambda f, v: [f"{f}{v}"], st.just(flag), own))
    pieces.append(st.just(["--help"]))
    pieces.append(st.just(["--unknown"]))
    first = [["architecture"]] if declared.name == "schema" else [["net.yaml"]] if declared.argument else [[]]
    if declared.first:
        first = [[declared.first.choices[0], *first[0]]]
    return st.builds(
        lambda start, parts: [word for part in (*start, *parts) for word in part],
        st.sampled_from([first, []]),
        st.lists(st.one_of(pieces), max_size=3),
    )


@pytest.mark.parametrize("name", COMMANDS)
def test_what_the_fast_reader_takes_typer_takes_alike(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    declared = command(name)
    taken = 0

    @settings(max_examples=90, database=None)
    @given(words_of(declared))
    def agree(words: list[str]) -> None:
        nonlocal taken
        fast = parse(declared, words)
        if fast is not None:
            taken += 1
            typed = by_typer(declared, words)
            assert typed == fast
            assert [type(value) for value in typed.values()] == [type(fast[name]) for name in typed], "given or not"

    agree()
    assert taken > 5


@pytest.mark.parametrize(
    "words",
    [
        ["net.yaml"],
        ["net.yaml", "-f", "json"],
        ["--format=csv", "net.yaml", "other.yaml", "--layer", "a", "--layer=b"],
        ["-q", "-v", "net.yaml", "--depth", "2", "--outputs"],
        ["--", "-odd.yaml"],
    ],
)
def test_plain_calls_do_not_need_typer(words: list[str]) -> None:
    declared = command("compute")
    fast = parse(declared, words)
    assert fast is not None
    assert fast == by_typer(declared, words)


@pytest.mark.parametrize(
    "words", [[], ["--help"], ["-f", "nope", "x"], ["x", "--layer"], ["--depth", "x", "y"], ["--no"]]
)
def test_the_rest_is_left_to_typer(words: list[str]) -> None:
    assert parse(command("compute"), words) is None
