"""A page of `rf report` in a real browser: what is pointed at, what it shows, and all that it asked for and said."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from random import Random

    from playwright.sync_api import Frame, Page

PLACE = """([layer, output]) => {
  const all = [...document.querySelectorAll(output === null ? "[data-layer]" : "[data-output], [data-block]")];
  const one = all.find(one => one.dataset.layer === layer && one.getClientRects().length && (output === null
    ? !("output" in one.dataset || "block" in one.dataset) : [one.dataset.output, one.dataset.block].includes(output)));
  if (!one) return null;
  let box = one.getBoundingClientRect();
  const seen = box.top >= 0 && box.left >= 0 && box.bottom <= innerHeight && box.right <= innerWidth;
  if (!seen) { one.scrollIntoView({block: "center", inline: "center", behavior: "instant"}); }
  box = one.getBoundingClientRect();
  return [box.left + box.width / 2, box.top + box.height / 2, box.width, box.height];
}"""
"""The middle and the size of a cell or a block, or of a layer in the graph where there is no output."""

SPOT = """sample => {
  const drawn = [...document.querySelectorAll("[data-sample]")].map(one => one.closest("svg")).filter(one => one.getClientRects().length);
  const svg = drawn[0], [down, along] = {1: [null, 0], 2: [0, 1], 3: [1, 2]}[sample.length];
  svg.scrollIntoView({block: "center", behavior: "instant"});
  const at = new DOMPoint(sample[along] + 0.5, down === null ? 0.5 : sample[down] + 0.5).matrixTransform(svg.getScreenCTM());
  return [at.x, at.y];
}"""
"""Where a sample stands on the drawing of the input; in three dimensions on the first slice, which shows the last two."""

NEXT_FRAME = """(done => {
  const late = setTimeout(done, 5000);
  requestAnimationFrame(() => { clearTimeout(late); setTimeout(done); });
})"""
"""Calls a function once the next frame is drawn; after 5 s without one, so that a browser that draws none fails a test
and does not hold it for ever."""

GO = f"""text => new Promise(done => {{
  const drawn = () => {NEXT_FRAME}(done), before = location.hash;
  addEventListener("hashchange", drawn, {{once: true}});
  location.hash = text;
  if (location.hash === before) drawn();
}})"""
"""Another address, until the page has heard of it and drawn."""

LIGHT = f"""() => new Promise(done => {NEXT_FRAME}(() => {{
  const found = [];
  for (const one of document.querySelectorAll("[data-region]")) {{
    if (!one.getClientRects().length) continue;
    const {{of = null, region, clipped = null, runs = null}} = one.dataset;
    found.push([of, region, clipped, runs]);
  }}
  done(found);
}}))"""
"""The highlights once the next frame is drawn: what they lie on (null: the input), and what they say."""


@dataclass(frozen=True)
class Light:
    """A highlight, as its attributes have it."""

    region: str
    clipped: str | None
    runs: str | None


@dataclass
class Opened:
    """A page, or a frame of one, with what it did."""

    page: Page
    frame: Page | Frame
    requests: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def at(self, **state: str | int) -> None:
        """Goes to a state by the address, with the pointer out of the way."""
        from urllib.parse import quote

        text = "&".join(f"{key}={quote(str(value), safe=',/')}" if value != "" else key for key, value in state.items())
        self.page.mouse.move(1, 1)
        self.frame.evaluate(GO, text)

    @property
    def state(self) -> dict[str, str]:
        """What the address says, once it has come to rest: it does not follow each move of the pointer."""
        from urllib.parse import parse_qsl

        self.page.wait_for_timeout(250)
        return dict(parse_qsl(self.frame.evaluate("location.hash")[1:], keep_blank_values=True))

    def point(self, layer: str, output: str | None = None) -> None:
        """Moves the pointer onto a cell, or a layer of the graph."""
        self.page.mouse.move(*self.place(layer, output))

    def click(self, layer: str, output: str | None = None) -> None:
        self.page.mouse.click(*self.place(layer, output))

    def place(self, layer: str, output: str | None = None) -> tuple[float, float]:
        """The middle of a cell on the screen."""
        found = self.frame.evaluate(PLACE, [layer, output])
        assert found is not None, f"'{layer}' has no cell {output} drawn" if output else f"no layer '{layer}' is drawn"
        x, y, width, height = found
        assert width >= 2 and height >= 2, f"the cell {output} of '{layer}' is {width}x{height} pixels"
        return x, y

    def enter(self, layer: str, random: Random) -> list[str]:
        """Clicks into blocks of a large map until cells are drawn; which ones."""
        code = """layer => [...document.querySelectorAll("[data-block]")].filter(one => one.dataset.layer === layer
                  && one.getClientRects().length).map(one => one.dataset.block)"""
        self.lights()
        for _ in range(8):
            blocks = [] if self.drawn(layer) else self.frame.evaluate(code, layer)
            if not blocks:
                break
            self.page.mouse.click(*self.place(layer, random.choice(blocks)))
            self.lights()
        return self.drawn(layer)

    def lights(self) -> dict[str | None, Light]:
        """What is highlighted: in the input (None) and in layers between. Several views of a map say the same."""
        found: dict[str | None, Light] = {}
        for of, *said in self.frame.evaluate(LIGHT):
            assert found.setdefault(of, Light(*said)) == Light(*said), f"two highlights of {of} differ"
        return found

    def point_at_sample(self, sample: tuple[int, ...]) -> None:
        """Moves the pointer onto a sample of the input; where there are three axes, along the last two."""
        self.page.mouse.move(*self.frame.evaluate(SPOT, list(sample)), steps=2)

    def outputs(self) -> tuple[str | None, str | None]:
        """The sample that is marked, and the outputs that see it."""
        self.lights()
        code = """name => [...document.querySelectorAll(`[data-${name}]`)].filter(one => !("of" in one.dataset))
                  .map(one => one.dataset[name])"""
        found = [set(self.frame.evaluate(code, name)) for name in ("sample", "outputs")]
        assert all(len(one) <= 1 for one in found), found
        return tuple(next(iter(one), None) for one in found)

    def drawn(self, layer: str) -> list[str]:
        """Outputs of a layer that are drawn as cells."""
        code = """layer => [...document.querySelectorAll("[data-output]")].filter(one => one.dataset.layer === layer
                  && one.getClientRects().length).map(one => one.dataset.output)"""
        return self.frame.evaluate(code, layer)

    def quiet(self) -> None:
        """The page asked for nothing but itself, and said nothing."""
        assert not self.requests and not self.said

    def run(self, code: str, argument: Any = None) -> Any:
        return self.frame.evaluate(code, argument)


def watched(page: Page, own: str) -> Opened:
    """A page with what it asks for and says, from now on; its own address is no request."""
    opened = Opened(page, page)
    own = own.split("#")[0]

    def asked(url: str) -> None:
        if url.split("#")[0] != own and not url.startswith("data:image/png"):
            opened.requests.append(url)

    page.on("request", lambda request: asked(request.url))
    page.on("console", lambda message: opened.said.append(f"{message.type}: {message.text}"))
    page.on("pageerror", lambda error: opened.said.append(f"error: {error}"))
    page.on("dialog", lambda dialog: (opened.said.append(f"dialog: {dialog.message}"), dialog.dismiss()))
    page.on("popup", lambda popup: opened.said.append(f"popup: {popup.url}"))
    page.on("download", lambda download: opened.said.append(f"download: {download.url}"))
    return opened


def address(path: Path) -> str:
    return path.as_uri()
