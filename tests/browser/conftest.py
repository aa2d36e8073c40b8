"""One browser for all tests of the page, and a fresh context for each."""

from __future__ import annotations

import shutil
import subprocess
import tarfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from browser.opened import Opened

Open = Callable[..., "Opened"]
Write = Callable[[str], Path]

AXE = "axe-core@4.14.1"
QUIET = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
FLAGS = ["--no-sandbox", "--disable-component-update", *QUIET]
"""Chromium as root, asking nobody for anything."""


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser. The system's own is driven: playwright downloads none."""
    path = shutil.which("chromium")
    if path is None:
        pytest.fail("there is no chromium to test the page in: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        pytest.fail("there is no playwright to drive chromium: pip install playwright, of the version in .ci/run")
    with sync_playwright() as drivers:
        browser = drivers.chromium.launch(executable_path=path, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The code of axe-core, from npm."""
    folder = tmp_path_factory.mktemp("axe")
    npm = shutil.which("npm")
    if npm is None:
        pytest.fail("there is no npm to fetch axe-core with: apt-get install npm")
    subprocess.run([npm, "pack", "--silent", AXE], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with tarfile.open(next(folder.glob("*.tgz"))) as packed:
        code = packed.extractfile("package/axe.min.js")
        assert code is not None
        return code.read().decode()


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Write:
    """The file with the page of one of the networks, made once."""
    import rfcli
    from browser.networks import architecture

    folder = tmp_path_factory.mktemp("pages")

    def write(name: str) -> Path:
        path = folder / f"{name}.html"
        if not path.exists():
            path.write_text(str(rfcli.report(architecture(name))), encoding="utf-8")
        return path

    return write


@pytest.fixture
def opened(chromium: Browser) -> Iterator[Open]:
    """Opens a file in a context of its own. At the end the page must have asked for nothing, and said nothing."""
    from browser.opened import watched

    made = []

    def open(path: Path, fragment: str = "", width: int = 1400, height: int = 1000, **settings: Any) -> Opened:
        context = chromium.new_context(viewport={"width": width, "height": height}, offline=True, **settings)
        page = watched(context.new_page(), path.as_uri())
        made.append((context, page))
        page.page.goto(path.as_uri() + (f"#{fragment}" if fragment else ""))
        return page

    yield open
    for context, page in made:
        context.close()
        page.quiet()
