"""The page in other places: the frame that a notebook shows, and the file that `rf report --watch` writes anew."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import rfcli
from browser.conftest import Open
from browser.networks import architecture
from browser.opened import Opened, watched

if TYPE_CHECKING:
    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

SMALL = "format: 1\ninput: {size: [20, 20], channels: 3}\nlayers:\n  - {name: a, type: conv, kernel: 3, filters: 4}\n"


def test_in_the_frame_of_a_notebook(chromium: Browser, tmp_path: Path) -> None:
    shown = rfcli.report(architecture("resnet18"))._repr_html_()
    path = tmp_path / "notebook.html"
    path.write_text(f"<!doctype html><meta charset=utf-8><title>notebook</title><p>before</p>{shown}<p>after</p>")
    context = chromium.new_context(viewport={"width": 1000, "height": 900}, offline=True)
    page = watched(context.new_page(), path.as_uri())
    page.page.goto(path.as_uri())
    element = page.page.query_selector("iframe")
    assert element is not None and "allow-same-origin" not in (element.get_attribute("sandbox") or "allow-same-origin")
    frame = element.content_frame()
    assert frame is not None
    frame.wait_for_selector("[data-output]")
    inside = Opened(page.page, frame)
    layer = inside.run("() => document.querySelector('[data-output]').dataset.layer")
    handle = frame.query_selector("[data-output]")
    handle.hover()
    assert None in inside.lights(), f"nothing is highlighted for {layer}"
    handle.click()
    context.close()
    page.requests = [one for one in page.requests if one != "about:srcdoc"]
    page.quiet()


def test_watching(opened: Open, tmp_path: Path) -> None:
    """The page is written anew with the description, and reloads when it is looked at again, where it was."""
    source, path = tmp_path / "net.yaml", tmp_path / "net.html"
    source.write_text(SMALL)
    command = [sys.executable, "-m", "rfcli", "report", str(source), "-o", str(path), "--watch"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        text = changed(path, "")
        page = opened(path)
        page.at(n=0, layer="a", at="4,5")
        assert page.lights()[None].region == "4,6;5,7"
        source.write_text(SMALL.replace("kernel: 3", "kernel: 5"))
        changed(path, text)
        assert page.lights()[None].region == "4,6;5,7", "a page that nobody looks at again stays as it is"
        with page.page.expect_navigation():
            page.run("() => { dispatchEvent(new Event('focus')); }")
        page.frame.wait_for_selector("[data-output]")
        assert page.lights()[None].region == "4,8;5,9"
        assert page.state["at"] == "4,5" and page.state["layer"] == "a"
    finally:
        process.terminate()
        process.wait(10)


def changed(path: Path, before: str) -> str:
    """The text of a file once it is another one."""
    until = time.monotonic() + 20
    while time.monotonic() < until:
        text = path.read_text(encoding="utf-8") if path.exists() else ""
        if text not in ("", before) and text.rstrip().endswith("</html>"):
            return text
        time.sleep(0.05)
    raise AssertionError("the file was not written")
