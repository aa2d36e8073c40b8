"""The page from Python."""

from __future__ import annotations

import copy
import pickle
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

import rfcli
from rfcli.page import Page

NET: dict[str, Any] = {
    "format": 1,
    "name": "net",
    "input": {"size": 8, "channels": 1},
    "layers": [{"name": "c", "type": "conv", "kernel": 3, "filters": 1}],
}


def test_what_may_be_reported() -> None:
    """A report, a network of any kind, or several."""
    text = rfcli.report(NET)
    assert isinstance(text, str) and text.startswith("<!doctype html>")
    assert rfcli.report(rfcli.compute(NET)) == rfcli.report(rfcli.load(NET)) == rfcli.report([NET]) == text
    assert str(text) == text and type(str(text)) is str
    both = rfcli.report([NET, "alexnet"])
    assert "<title>net, alexnet: receptive fields</title>" in both


def test_the_layer_that_is_looked_at() -> None:
    assert '"layer":"conv2"' in rfcli.report("alexnet", layer="conv2")
    with pytest.raises(rfcli.CallError, match="there is no layer 'nothing'"):
        rfcli.report([NET, "alexnet"], layer="nothing")


def test_an_image(tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    path.write_bytes(b"GIF89a")
    assert '"image":"data:image/gif;base64,R0lGODlh"' in rfcli.report(NET, image=path)
    with pytest.raises(rfcli.CallError, match="cannot be read"):
        rfcli.report(NET, image=tmp_path / "b.gif")


def test_what_is_no_network() -> None:
    with pytest.raises(rfcli.CallError, match="a page takes at least one network"):
        rfcli.report([])
    with pytest.raises(TypeError, match="report takes a sequence of reports or networks"):
        rfcli.report(3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="image takes a path"):
        rfcli.report(NET, image=3)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="layer takes a string"):
        rfcli.report(NET, layer=3)  # type: ignore[arg-type]


def test_a_notebook_shows_it_in_a_frame() -> None:
    page = rfcli.report(NET)
    found: list[dict[str, str | None]] = []

    class Frames(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append({"": tag, **dict(attrs)})

    Frames().feed(page._repr_html_())
    (frame,) = found
    assert (frame[""], frame["sandbox"], frame["srcdoc"]) == ("iframe", "allow-scripts", page)
    assert frame["title"]
    assert repr(page) == f"<Page of {len(page.encode())} bytes>"


def test_pages_are_copied_and_pickled() -> None:
    page = Page("text")
    assert pickle.loads(pickle.dumps(page)) == copy.deepcopy(page) == page
