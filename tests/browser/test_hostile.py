"""Text from files is data: nothing of it becomes an element, a script, an address or a request."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import rfcli
from browser.conftest import Open, Write
from browser.hostile import DESCRIPTION, KINDS, TEXTS, soiled
from browser.opened import Opened
from browser.test_regions import differing

pytestmark = pytest.mark.browser

MADE = """() => {
  const tags = new Set(), attributes = new Set(), addresses = new Set();
  for (const one of document.querySelectorAll("*")) {
    tags.add(one.localName);
    for (const {name, value} of one.attributes) {
      attributes.add(name);
      if (["href", "xlink:href", "src", "action", "formaction", "srcdoc", "poster", "data"].includes(name)) { addresses.add(value); }
    }
  }
  return [[...tags], [...attributes], [...addresses]];
}"""
"""What elements and attributes there are, and what addresses they hold."""


def made(page: Opened) -> tuple[set[str], set[str], set[str]]:
    tags, attributes, addresses = page.run(MADE)
    return set(tags), set(attributes), set(addresses)


def used(page: Opened) -> None:
    """Everything is opened, each layer chosen, a cell pointed at and held, and the table looked through."""
    page.run("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    names = page.run("() => [...new Set([...document.querySelectorAll('[data-layer]')].map(one => one.dataset.layer))]")
    assert names
    for name in names[:15]:
        page.click(name)
        for output in page.drawn(name)[:2]:
            page.click(name, output)
            page.lights()
        page.page.keyboard.press("Escape")
    for box in page.frame.get_by_role("searchbox").all():
        for text in TEXTS:
            box.fill(text[:200])
        box.fill("")
    for button in page.frame.get_by_role("columnheader").get_by_role("button").all():
        button.click()


@pytest.fixture(scope="module")
def harmless(written: Write) -> Path:
    return written("misaligned")


@pytest.mark.parametrize("kind", KINDS)
def test_what_files_say_is_only_text(kind: str, opened: Open, tmp_path: Path, harmless: Path) -> None:
    network, count = KINDS[kind]()
    assert count > 10
    path = tmp_path / "report.html"
    path.write_text(str(rfcli.report(network)), encoding="utf-8")
    page, usual = opened(path), opened(harmless)
    used(page)
    used(usual)
    tags, attributes, addresses = made(page)
    assert tags <= made(usual)[0] and attributes <= made(usual)[1]
    assert all(one.startswith(("#", "data:image/png;base64,")) for one in addresses)
    text = page.run("() => document.body.innerText")
    assert "alert(" in text or "alert_" in text, "no hostile text is shown: it was not tried"


def test_every_text_of_the_data_is_only_text(opened: Open, tmp_path: Path, harmless: Path) -> None:
    """Whatever readers and descriptions let through: the data itself is soiled, layers' names too."""
    text = harmless.read_text(encoding="utf-8")
    start = text.index(">", text.index('id="data"')) + 1
    end = text.index("</script>", start)
    count = [0]
    data = json.dumps(soiled(json.loads(text[start:end]), count)).replace("<", "\\u003c").replace("&", "\\u0026")
    assert count[0] > len(TEXTS)
    path = tmp_path / "report.html"
    path.write_text(text[:start] + data + text[end:], encoding="utf-8")
    page, usual = opened(path), opened(harmless)
    tags, attributes, addresses = made(page)
    assert tags <= made(usual)[0] and attributes <= made(usual)[1] and len(addresses) <= len(made(usual)[2])


@pytest.mark.parametrize(
    "name", ["</script><img src=x onerror=alert(1)>.json", "a'b\"c&d;e<f>.json", "ünï – 日本.json", "#n=9?.json"]
)
def test_names_of_files(name: str, opened: Open, tmp_path: Path) -> None:
    name = name.replace("/", "\u2044")
    source = tmp_path / name
    source.write_text(json.dumps({key: value for key, value in DESCRIPTION.items() if key != "name"}))
    path = tmp_path / f"{name}.html"
    path.write_text(str(rfcli.report(source)), encoding="utf-8")
    page = opened(path)
    assert page.lights()
    assert "receptive fields" in page.page.title()
    assert page.run("() => document.querySelectorAll('img, form, iframe, base, link').length") == 0


ADDRESSES = [
    "n=1", "n=-1", "n=1e9", "n=NaN", "n=__proto__", "layer=__proto__", "layer=constructor&at=0,0", "layer=toString&at=1,1&hold",
    "layer=stem&at=-1,0", "layer=stem&at=99999,0", "layer=stem&at=1", "layer=stem&at=1,2,3", "layer=stem&at=1.5,x", "layer=stem&at=,",
    "sample=99999,0", "sample=-1,-1", "sample=a", "sample=0,0&layer=nothing", "at=0,0", "hold", "open=__proto__,table,</script>",
    "layer=%3C/script%3E%3Cimg src=x onerror=alert(1)%3E", "layer=%E0%A4%A", "%", "&&==&=", "layer=" + "x" * 5000,
    "n=0&n=1&layer=stem&layer=head", "open=javascript:alert(1)", "layer=stem&at=0,0&hold&sample=3,3",
]  # fmt: skip
"""What may stand behind a page's address, by mistake or on purpose."""


def test_addresses_that_make_no_sense(opened: Open, harmless: Path) -> None:
    """The page opens as well as it can, and works."""
    page = opened(harmless)
    for text in ADDRESSES:
        page.page.evaluate("text => { location.hash = text; location.reload(); }", text)
        page.page.wait_for_load_state()
        page.frame.wait_for_selector("[data-output]")
        assert page.lights(), text
        page.page.keyboard.press("Escape")
        page.click("head")
        page.lights()
        page.point("head", "3,4")
        assert not differing("misaligned", "head", (3, 4), page.lights()), text
        page.page.mouse.move(1, 1)
