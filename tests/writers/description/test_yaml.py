"""Text of others is read back as it was."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from rfcli.writers.description.yaml import entry, escaped, flow

ODD = [
    "null", "Null", "true", "Yes", "no", "on", "off", "y", "n", "~", "1", "1.0", "1e5", "0x1f", "0o7", ".5", ".inf", "-x",
    "2001-01-01", "1_000", "12:30:45", "a: b", "a:", "a #b", "#a", "a$b", "$a", "$(a)", "$$", "'a'", '"a"', "a, b", "[a]",
    "{a}", "a\nb", "a\tb", " a ", "", "é", "日本", "\U0001f600", "a\x7fb", "a\u2028b", "\ufeffa", "a\\b", "*a", "&a", "!a",
    "|", ">", "%a", "@a", "`a", "=", "<<", "?", "-", "---", "...", "a" * 300,
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("write", [flow, lambda value: "".join(entry("", value))], ids=["flow", "entry"])
def test_scalars_are_read_back(text: str, write: Any) -> None:
    """In all places of a document where text of others stands, and as the text of what is an operation's name."""
    document = {"format": 1, "reference": text, "accuracy": {"top1": 0.5, "source": text}, "layers": []}
    found = rfcli.loads(write(escaped(document)), "odd.yaml")
    assert found.about["reference"] == text and found.about["accuracy"] == {"top1": 0.5, "source": text}
