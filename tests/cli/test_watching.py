"""Files that are looked at, without waiting."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from rfcli.cli.declarations import UsageError
from rfcli.cli.watching import Watched, state, watching


class Enough(Exception):
    """Ends the watching of a test."""


def changes(*steps: Callable[[], object]) -> Callable[[], None]:
    """Does one thing at each wait, and ends after all."""
    left = list(steps)

    def wait() -> None:
        if not left:
            raise Enough
        left.pop(0)()

    return wait


def nothing() -> None:
    """Another look, and no change."""


def run(anew: Callable[[], Watched], *steps: Callable[[], object]) -> list[str]:
    said: list[str] = []
    with pytest.raises(Enough):
        watching(anew, said.append, changes(*steps))
    return said


def test_a_change_is_followed_once_it_is_over(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("1")
    seen: list[str] = []

    def anew() -> Watched:
        seen.append(file.read_text())
        return Watched([str(file)], "page")

    said = run(anew, nothing, lambda: file.write_text("12"), lambda: file.write_text("123"), nothing, nothing, nothing)
    assert seen == ["1", "123"]
    assert said == ["watching; Ctrl-C ends it"]


def test_files_that_come_and_go(tmp_path: Path) -> None:
    file = tmp_path / "a"
    count = [0]

    def anew() -> Watched:
        count[0] += 1
        return Watched([str(file)], None)

    run(anew, nothing, lambda: file.write_text("1"), nothing, nothing, lambda: os.remove(file), nothing, nothing)
    assert count == [3]
    assert state([str(file), "a\0b"]) == (None, None)


def test_what_was_read_before_a_mistake_is_looked_at_still(tmp_path: Path) -> None:
    """The description no longer tells what it extends: that is looked at all the same."""
    net, base = tmp_path / "net", tmp_path / "base"
    net.write_text("right")
    base.write_text("1")
    pages: list[str | None] = []

    def anew() -> Watched:
        right = net.read_text() == "right"
        pages.append("page" if right else None)
        return Watched([str(net), str(base)] if right else [str(net)], pages[-1])

    run(
        anew, lambda: net.write_text("wrong"), nothing, lambda: base.write_text("23"), nothing,
        lambda: net.write_text("right"), nothing,
    )  # fmt: skip
    assert pages == ["page", None, None, "page"]


def test_a_change_while_it_is_done_is_not_missed(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_text("1")
    count = [0]

    def anew() -> Watched:
        count[0] += 1
        if count[0] == 2:
            file.write_text("123")  # after it was read
        return Watched([str(file)], "page")

    run(anew, lambda: file.write_text("12"), nothing, nothing, nothing, nothing)
    assert count == [3]


def test_what_cannot_be_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """At first it ends the call; later it is told."""
    file = tmp_path / "a"
    count = [0]

    def anew() -> Watched:
        count[0] += 1
        if count[0] > 1:
            raise UsageError("cannot write it")
        return Watched([str(file)], "page")

    run(anew, lambda: file.write_text("1"), nothing, nothing)
    assert capsys.readouterr().err == "rf report: cannot write it\n"
    count[0] = 1
    with pytest.raises(UsageError):
        watching(anew, lambda _: None, changes())
