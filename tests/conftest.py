"""Options and settings of all tests."""

import gc
import os
import re
from pathlib import Path

import hypothesis
import pytest

hypothesis.settings.register_profile("rf", deadline=None, derandomize=True)
hypothesis.settings.load_profile("rf")

os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
"""Hundreds of tests start a process: each would compile all of rf anew."""


pytest.register_assert_rewrite("readers.keras.rows", "render", "writers.keras.rows")
"""Tables of these folders' tests share their assertions."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="rewrite the transcripts with what is printed now")


gc.disable()
"""Until all tests are collected, of which nothing is garbage."""


GROUPS = ("benchmark", "browser", "cluster", "lsp", "random", "torch", "zoo")


def may_hold(path: Path, group: str) -> bool:
    """Whether a file has tests of a group: it names the mark, or a table of rows that run in the group zoo too."""
    text = path.read_text(encoding="utf-8")
    return f"mark.{group}" in text or (group == "zoo" and "rows_held" in text)


OF_A_GROUP = re.compile(rf"^pytestmark = pytest\.mark\.(?:{'|'.join(GROUPS)})$", re.MULTILINE)


def of_a_group(path: Path) -> bool:
    """Whether all tests of a file are in groups."""
    return OF_A_GROUP.search(path.read_text(encoding="utf-8")) is not None


EVERYDAY = " and ".join(f"not {group}" for group in GROUPS)
"""What runs where nothing is said."""


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Files without a test of the group that is asked for, or of none, need not be imported."""
    group = config.option.markexpr
    if not collection_path.name.startswith("test_") or collection_path.is_dir():
        return None
    if group == EVERYDAY:
        return of_a_group(collection_path) or None
    return (group in GROUPS and not may_hold(collection_path, group)) or None


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """No test may be in a group that its file does not name: it would never run."""
    marks = {(item.path, mark.name) for item in items for mark in item.iter_markers() if mark.name in GROUPS}
    lost = sorted(f"{path}: {group}" for path, group in marks if not may_hold(path, group))
    if lost:
        raise pytest.UsageError("tests of a group that their files do not name: " + ", ".join(lost))


def pytest_collection_finish() -> None:
    """Sixteen thousand tests stay until the end: the collector of garbage need not look at them again and again."""
    gc.freeze()
    gc.enable()


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """What is timed runs alone; None leaves it to the number of cores."""
    return 0 if config.option.markexpr == "benchmark" else None
