"""`rf schema`: what is published."""

from pathlib import Path

import pytest
from cli.conftest import RF

from rfcli import resources


@pytest.mark.parametrize("words", [[], ["architecture"], ["result"], ["difference"]])
def test_as_published(words: list[str], rf: RF) -> None:
    text = Path(resources.schema(words[0] if words else "architecture")).read_text(encoding="utf-8")
    assert rf("schema", *words) == (0, text, "")
