"""Options and settings of all tests."""

import hypothesis
import pytest

hypothesis.settings.register_profile("rf", deadline=None, derandomize=True)
hypothesis.settings.load_profile("rf")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--rewrite", action="store_true", help="rewrite the transcripts with what is printed now")
