"""`rf show`: a description as it stands, and expanded."""

import io
import sys
from pathlib import Path

import pytest
from cli.conftest import NET, RF

from rfcli.resources import architectures


def test_as_it_stands(rf: RF) -> None:
    assert rf("show", "net.yaml") == (0, NET, "")


def test_expanded(rf: RF) -> None:
    status, out, _ = rf("show", "net.yaml", "--expanded")
    assert status == 0
    assert "  - {name: b, type: max_pool, inputs: [a], kernel: 2, stride: 2}\n" in out


def test_problems_name_standard_input_as_the_call_does(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = (
        "[{name: x, type: conv, kernel: 3}, {type: conv, kernel: 5, inputs: [x]}, {type: add, inputs: [x, conv_1]}]"
    )
    for words, name in (([], "<stdin>"), (["--stdin-name", "my.yaml"], "my.yaml")):
        text = f"format: 1\ninput: {{size: 9}}\nlayers: {layers}\n"
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        status, out, err = rf("show", "-", "--expanded", *words)
        assert (status, out) == (1, "")
        assert err.startswith(f"{name}:3:") and "RF302" in err and "extended by" not in err


def test_what_cannot_be_shown(rf: RF) -> None:
    said = "rf show: --set changes what is expanded: add --expanded\n"
    assert rf("show", "net.yaml", "--set", "a=1") == (2, "", said)
    assert rf("show", "net.yaml", "--limit", "bytes=9")[2].startswith("rf show: net.yaml is larger than 9 bytes; ")
    assert rf("show", "none.yaml")[2].startswith("none.yaml:1:1: RF001 cannot be read: ")


def test_what_is_shown_of_a_bundled_network_stands_by_itself(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    """It extends by name, and has no line that says where its folder finds the schema."""
    for name in architectures():
        text = rf("show", name)[1]
        Path("mine.yaml").write_text(text, encoding="utf-8")
        assert "$schema" not in text
        assert rf("validate", "mine.yaml")[0] == 0, name


def test_shown_and_checked(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    text = rf("show", "resnet18")[1]
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert rf("check", "-")[0] == 0


def test_closed_standard_input_needs_no_name(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", None)
    assert rf("show", "-") == (2, "", "-:1:1: RF001 cannot be read: standard input is closed\n")
