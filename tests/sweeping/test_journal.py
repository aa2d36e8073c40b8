"""The file of a sweep, whatever is left of it when a process dies."""

import json
from pathlib import Path

import pytest

from rfcli.diagnostics import CallError
from rfcli.sweeping.journal import Journal, State

SWEEP = {"version of rf": "1", "grid": ["k=[3, 5]"], "where": None}


def written(path: Path, chunks: int, sweep: dict[str, object] | None = None, resume: bool = True) -> Journal:
    """Adds so many chunks of two settings and one row."""
    journal = Journal(str(path), sweep or SWEEP)
    if resume:
        journal.resume()
    journal.open(b"head\n")
    for at in range(journal.state.settings // 2, journal.state.settings // 2 + chunks):
        journal.add(f"row {at}\n".encode(), 2, 1, 0)
    return journal


def test_rows_in_order(tmp_path: Path) -> None:
    journal = written(tmp_path / "a.csv", 3)
    journal.finish()
    assert (tmp_path / "a.csv").read_text() == "head\nrow 0\nrow 1\nrow 2\n"
    beside = json.loads((tmp_path / "a.csv.sweep.json").read_text())
    assert beside == {"sweep": SWEEP, "done": {"settings": 6, "rows": 3, "bytes": 23, "wrong": 0, "finished": True}}


@pytest.mark.parametrize("left", range(40))
def test_whatever_stands_behind_is_cut_off(tmp_path: Path, left: int) -> None:
    """The process died while it wrote: the file has any part of the next rows."""
    path = tmp_path / "a.csv"
    written(path, 2).close()
    path.write_bytes(path.read_bytes() + b"row 2\nrow 3\nrow 4\nrow 5\nrow 6\nrow 7\nrow 8\n"[:left])
    written(path, 2).finish()
    assert path.read_text() == "head\nrow 0\nrow 1\nrow 2\nrow 3\n"


def test_whenever_the_process_dies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It dies before or after any of its calls of the system; the next one goes on, and the file is as it should be."""
    import os

    class Died(BaseException):
        pass

    names = ("fsync", "replace")
    own = {name: getattr(os, name) for name in names}
    for before in (True, False):
        for deadly in range(40):
            path = tmp_path / f"{before}{deadly}.csv"
            count = 0

            def call(name: str, *args: object, **more: object) -> object:
                nonlocal count
                count += 1
                if count == deadly and before:  # noqa: B023
                    raise Died
                found = own[name](*args, **more)
                if count == deadly:  # noqa: B023
                    raise Died
                return found

            for _ in range(4):
                with monkeypatch.context() as patched:
                    for name in names:
                        patched.setattr(os, name, lambda *args, name=name, **more: call(name, *args, **more))
                    journal = Journal(str(path), SWEEP)
                    try:
                        journal.resume()
                        if not journal.state.finished:
                            journal.open(b"head\n")
                            for at in range(journal.state.settings, 3):
                                journal.add(f"row {at}\n".encode(), 1, 1, 0)
                            journal.finish()
                    except Died:
                        pass
                    finally:
                        journal.close()
            assert path.read_text() == "head\nrow 0\nrow 1\nrow 2\n"


def test_a_new_sweep_begins_anew(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    written(path, 3).finish()
    journal = Journal(str(path), {**SWEEP, "where": "size > 1"})
    journal.refuse_unfinished()
    journal.open(b"other\n")
    journal.finish()
    assert path.read_text() == "other\n"


def test_what_is_not_finished_is_not_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    written(path, 3).close()
    with pytest.raises(CallError, match="not finished, 6 settings are done: --resume goes on"):
        Journal(str(path), SWEEP).refuse_unfinished()


def test_another_sweep_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    written(path, 3).close()
    with pytest.raises(CallError) as raised:
        Journal(str(path), {**SWEEP, "grid": ["k=[3, 7]"], "layer": "a"}).resume()
    said = str(raised.value)
    assert '(grid: ["k=[3, 5]"] there, ["k=[3, 7]"] here; layer: null there, a here)' in said
    assert path.read_text() == "head\nrow 0\nrow 1\nrow 2\n"


def test_a_file_of_somebody_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("precious\n")
    with pytest.raises(CallError, match="which would say how far it is"):
        Journal(str(path), SWEEP).resume()
    (tmp_path / "a.csv.sweep.json").write_text("{}")
    with pytest.raises(CallError, match="cannot be read as what a sweep writes"):
        Journal(str(path), SWEEP).resume()
    assert path.read_text() == "precious\n"


def test_a_file_that_was_cut_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    written(path, 3).close()
    path.write_text("head\n")
    with pytest.raises(CallError, match="has 5 bytes of the 23"):
        Journal(str(path), SWEEP).resume()


def test_two_at_once_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    journal = written(path, 2)
    other = Journal(str(path), SWEEP)
    other.resume()
    with pytest.raises(CallError, match="another sweep is writing"):
        other.open(b"head\n")
    journal.add(b"row 2\n", 2, 1, 0)
    journal.finish()
    assert path.read_text() == "head\nrow 0\nrow 1\nrow 2\n"


def test_a_finished_one_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    written(path, 2).finish()
    again = Journal(str(path), SWEEP)
    again.resume()
    assert again.state == State(4, 2, 17, 0, True)
    path.unlink()
    with pytest.raises(CallError, match="is not there"):
        Journal(str(path), SWEEP).resume()


def test_a_part_stands_in_until_it_is_whole(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path / "a.parquet"), SWEEP, str(tmp_path / "a.parquet.part"))
    journal.resume()
    journal.open(b"")
    journal.add(b"row\n", 1, 1, 0)
    journal.close()
    assert sorted(one.name for one in tmp_path.iterdir()) == ["a.parquet.part", "a.parquet.sweep.json"]
    again = Journal(str(tmp_path / "a.parquet"), SWEEP, str(tmp_path / "a.parquet.part"))
    again.resume()
    assert again.state.settings == 1
