"""How the page looks where it may look different: in print, dark, without motion, on a phone."""

from __future__ import annotations

import pytest

from browser.conftest import Open, Write

pytestmark = pytest.mark.browser

WIDER = """() => {
  const found = [];
  for (const one of document.body.querySelectorAll("*")) {
    const box = one.getBoundingClientRect();
    if (box.width && box.right > innerWidth + 1) {
      let inside = false;
      for (let up = one.parentElement; up; up = up.parentElement) inside ||= ["auto", "scroll", "hidden", "clip"].includes(getComputedStyle(up).overflowX);
      if (!inside) found.push(`${one.localName}.${one.getAttribute("class")} ends at ${Math.round(box.right)}`);
    }
  }
  return [document.documentElement.scrollWidth > innerWidth, found.slice(0, 8)];
}"""
"""Whether the page can be scrolled sideways, and what stands out at its right."""

SEEN = """() => [...document.querySelectorAll("table, svg, img, canvas")].filter(one => {
  const box = one.getBoundingClientRect();
  return box.width > 20 && box.height > 8 && getComputedStyle(one).visibility !== "hidden";
}).map(one => one.localName)"""


@pytest.mark.parametrize("name", ["resnet18", "tcn", "unet_3d", "siamfc", "inception_v3"])
def test_narrow_screens_are_not_scrolled_sideways(name: str, written: Write, opened: Open) -> None:
    page = opened(written(name))
    for width in (800, 390, 320):
        page.page.set_viewport_size({"width": width, "height": 844})
        page.lights()
        assert page.run(WIDER)[0] is False, f"{width}: {page.run(WIDER)[1]}"
        page.run("() => document.querySelectorAll('details').forEach(one => { one.open = !one.open; })")
        page.lights()
        assert page.run(WIDER)[0] is False, f"{width}: {page.run(WIDER)[1]}"


def test_print_shows_table_and_pictures(written: Write, opened: Open) -> None:
    page = opened(written("resnet18"), "layer=layer3/1/conv2&at=4,5&hold")
    page.page.emulate_media(media="print", color_scheme="light")
    page.run("() => dispatchEvent(new Event('beforeprint'))")
    seen = page.run(SEEN)
    assert "table" in seen and seen.count("svg") >= 2
    assert page.lights()
    rows = page.run(
        "() => [...document.querySelectorAll('tbody tr')].filter(one => one.getClientRects().length).length"
    )
    assert rows >= 69
    boxes = (
        "() => [...document.querySelectorAll('input[type=search]')].filter(one => one.getClientRects().length).length"
    )
    assert page.run(boxes) == 0, "what is only for pointing and typing is not printed"


def test_dark_is_dark_and_light_is_light(written: Write, opened: Open) -> None:
    code = """() => {
      const shade = text => text.match(/[\\d.]+/g).slice(0, 3).map(Number).reduce((a, b) => a + b) / 3;
      const body = getComputedStyle(document.body), root = getComputedStyle(document.documentElement);
      const clear = one => one === "rgba(0, 0, 0, 0)";
      const background = clear(body.backgroundColor) ? root.backgroundColor : body.backgroundColor;
      return [clear(background) ? -1 : shade(background), shade(body.color)];
    }"""
    for scheme, dark in (("light", False), ("dark", True)):
        background, text = opened(written("resnet18"), color_scheme=scheme).run(code)
        assert (background < 80 and text > 170) if dark else (background < 0 or background > 200) and text < 100


def test_without_motion(written: Write, opened: Open) -> None:
    page = opened(written("resnet18"), reduced_motion="reduce")
    page.at(n=0, layer="layer4/1/conv2")
    page.lights()
    page.click("layer4/1/conv2", "2,3")
    code = "() => document.getAnimations().filter(one => one.effect.getComputedTiming().duration > 1).length"
    assert page.run(code) == 0
