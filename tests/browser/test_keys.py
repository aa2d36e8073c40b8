"""The page without a mouse, and by touch: everything can be reached, and the address says where one is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from browser.conftest import Open, Write
from browser.networks import locator
from browser.opened import Opened
from browser.test_regions import differing

if TYPE_CHECKING:
    from playwright.sync_api import Locator

pytestmark = pytest.mark.browser

FOCUSED = """() => {
  const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
  return {role: one.getAttribute("role") ?? one.localName, label: one.getAttribute("aria-label") ?? one.textContent.trim().slice(0, 40),
          ring: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0 || style.boxShadow !== "none",
          seen: box.width > 0 && box.height > 0 && box.bottom > 0 && box.top < innerHeight};
}"""


def tabbed(page: Opened, role: str) -> None:
    """Presses Tab until something of a role has the focus."""
    for _ in range(60):
        page.page.keyboard.press("Tab")
        if page.run(FOCUSED)["role"] == role:
            return
    raise AssertionError(f"Tab reaches no {role}")


def test_the_focus_is_always_seen(written: Write, opened: Open) -> None:
    page = opened(written("resnet18"))
    page.page.emulate_media(reduced_motion="reduce")
    reached = []
    for _ in range(80):
        page.page.keyboard.press("Tab")
        focused = page.run(FOCUSED)
        if focused["role"] == "body":
            break
        assert focused["seen"] and focused["ring"], focused
        reached.append(focused["role"])
    assert {"tree", "grid", "summary"} <= set(reached)


def test_choosing_pointing_and_holding_by_keys(written: Write, opened: Open) -> None:
    page = opened(written("unet_small"))
    keyboard = page.page.keyboard
    tabbed(page, "tree")
    keyboard.press("Home")
    for _ in range(3):
        keyboard.press("ArrowDown")
    keyboard.press("Enter")
    chosen = {page.state["layer"]}
    for _ in range(6):
        keyboard.press("ArrowDown")
        keyboard.press("Enter")
        chosen.add(page.state["layer"])
    assert len(chosen) >= 3, "Enter on the next rows chooses other layers"
    tabbed(page, "grid")
    keyboard.press("ArrowRight")
    layer, start = page.state["layer"], [int(one) for one in page.state["at"].split(",")]
    for key, step in {"ArrowRight": (0, 1), "ArrowDown": (1, 0), "ArrowLeft": (0, -1), "ArrowUp": (-1, 0)}.items():
        keyboard.press(key)
        start = [o + by for o, by in zip(start, step, strict=True)]
        assert page.state["at"] == ",".join(map(str, start)), key
        assert not differing("unet_small", layer, tuple(start), page.lights())
    keyboard.press("Enter")
    assert "hold" in page.state
    held = page.lights()
    at = page.state["at"]
    others = [one for one in page.drawn(layer) if one != at]
    page.point(layer, others[0])
    assert page.lights() == held and "hold" in page.state
    keyboard.press("Escape")
    assert "hold" not in page.state
    page.point(layer, others[1])
    assert page.lights() != held and page.state["at"] == others[1]


def test_blocks_are_entered_and_left_by_keys(written: Write, opened: Open) -> None:
    page = opened(written("unet_small"), "layer=logits")
    keyboard = page.page.keyboard
    assert not page.drawn("logits"), "a map of 128x128 is drawn as blocks"
    tabbed(page, "grid")
    for _ in range(4):
        if page.drawn("logits"):
            break
        keyboard.press("Enter")
        page.lights()
    assert page.drawn("logits")
    keyboard.press("ArrowRight")
    at = tuple(map(int, page.state["at"].split(",")))
    assert not differing("unet_small", "logits", at, page.lights())
    keyboard.press("Escape")
    keyboard.press("Escape")


def table(page: Opened) -> Locator:
    """The table of layers, opened."""
    page.run("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    return page.frame.get_by_role("table", name="Layers of")


def column(page: Opened, number: int) -> list[str]:
    code = """([table, number]) => [...table.tBodies[0].rows].filter(row => row.getClientRects().length)
              .map(row => row.cells[number].textContent)"""
    return page.run(code, [table(page).element_handle(), number])


def test_the_table_is_sorted_and_filtered_by_keys(written: Write, opened: Open) -> None:
    page = opened(written("resnet18"))
    keyboard = page.page.keyboard
    rows = column(page, 0)
    assert len(rows) > 60
    heads = table(page).get_by_role("columnheader")
    titles = [one.strip() for one in heads.all_inner_texts()]
    number = next(at for at, title in enumerate(titles) if title.startswith("size"))
    heads.nth(number).get_by_role("button").focus()
    keyboard.press("Enter")
    assert heads.nth(number).get_attribute("aria-sort") == "ascending"
    values = [float(one) for one in column(page, number) if one.strip().isdigit()]
    assert values == sorted(values) and len(values) > 40
    keyboard.press("Enter")
    assert heads.nth(number).get_attribute("aria-sort") == "descending"
    values = [float(one) for one in column(page, number) if one.strip().isdigit()]
    assert values == sorted(values, reverse=True)
    page.frame.get_by_role("searchbox").first.focus()
    keyboard.type("layer3")
    found = column(page, 0)
    assert found and all("layer3" in one for one in found) and len(found) < len(rows)
    keyboard.press("Control+a")
    keyboard.press("Delete")
    assert sorted(column(page, 0)) == sorted(rows)


def test_the_address_restores_what_was_seen(written: Write, opened: Open) -> None:
    page = opened(written("unet_small"), "n=0&layer=dec3/conv_2&at=3,4&hold&open=growth")

    def seen(layer: str, output: str) -> bool:
        """Whether the page shows an output, in the address and in its highlights."""
        lights = page.lights()
        right = not differing("unet_small", layer, tuple(map(int, output.split(","))), lights)
        return None in lights and right and page.state["layer"] == layer and page.state["at"] == output

    assert seen("dec3/conv_2", "3,4") and "hold" in page.state and "growth" in page.state["open"]
    page.page.reload()
    assert seen("dec3/conv_2", "3,4") and "hold" in page.state and "growth" in page.state["open"]
    page.at(n=0, layer="bottom/conv_2", at="1,1")
    assert seen("bottom/conv_2", "1,1")
    page.page.go_back()
    assert seen("dec3/conv_2", "3,4")
    page.page.go_forward()
    assert seen("bottom/conv_2", "1,1")
    page.page.reload()
    assert seen("bottom/conv_2", "1,1")


def test_touch(written: Write, opened: Open) -> None:
    """A tap points and holds; a tap on another cell moves there."""
    page = opened(written("resnet18"), width=390, height=844, has_touch=True, is_mobile=True, device_scale_factor=2)
    page.at(n=0, layer="layer3/1/conv2")
    size = locator("resnet18", "layer3/1/conv2").output_size(0)
    for output in ("2,5", f"{size - 1},0"):
        page.page.touchscreen.tap(*page.place("layer3/1/conv2", output))
        assert page.state["at"] == output
        assert not differing("resnet18", "layer3/1/conv2", tuple(map(int, output.split(","))), page.lights())
