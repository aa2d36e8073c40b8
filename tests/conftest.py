"""Options and settings of all tests."""

import os

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


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """What is timed runs alone; None leaves it to the number of cores."""
    return 0 if config.option.markexpr == "benchmark" else None
