"""What the page highlights is what `rf locate` says: random cells of all kinds of networks, under a real pointer."""

from __future__ import annotations

from random import Random

import pytest

from browser import networks
from browser.conftest import Open, Write
from browser.networks import NETWORKS, locator, report
from browser.opened import Light

pytestmark = pytest.mark.browser

UNKNOWN = ("masked",)
"""Networks behind whose masks the page does not know what is read between, and which outputs read a sample: it says so."""

CELLS = 50
"""Cells of a network."""


def spelled(regions: tuple[tuple[int, int] | None, ...]) -> str:
    """Regions as the page's attributes have them."""
    return ";".join("-" if one is None else f"{one[0]},{one[1]}" for one in regions)


def at(position: tuple[int, ...]) -> str:
    return ",".join(map(str, position))


def differing(name: str, layer: str, output: tuple[int, ...], lights: dict[str | None, Light]) -> list[str]:
    """Where highlights are not what `rf locate` says."""
    wrong = []
    for of, light in lights.items():
        if name in UNKNOWN and light.clipped is None and of is not None:
            continue
        place = locator(name, layer, of).at(output)
        said = f"{light.region} clipped {light.clipped}" if of is None else f"clipped {light.clipped}"
        clipped = [spelled(place.clipped)] + [""] * (set(place.clipped) == {None})
        right = f"{spelled(place.region)} clipped {clipped[0]}" if of is None else f"clipped {clipped[0]}"
        if light.clipped not in clipped or (of is None and light.region != spelled(place.region)):
            wrong.append(f"{layer} {at(output)}, in {of or 'the input'}: page {said}, rf locate {right}")
    return wrong


def reached(name: str) -> list[str]:
    return [layer.name for layer in report(name).layers if layer.receptive_field is not None]


@pytest.mark.parametrize("name", NETWORKS)
def test_highlights_are_what_locate_says(name: str, written: Write, opened: Open) -> None:
    page = opened(written(name))
    wrong, between, random = [], 0, Random(name)

    def compare(layer: str, output: tuple[int, ...], how: str) -> int:
        lights = page.lights()
        assert None in lights, f"nothing is highlighted in the input for {layer} {output}, {how}"
        wrong.extend(differing(name, layer, output, lights))
        return len(lights) - 1

    chosen = networks.cells(name, reached(name), CELLS * 2 // 5)
    for layer, output in chosen:
        page.at(n=0, layer=layer, at=at(output))
        between += compare(layer, output, "by the address")
    for layer in dict.fromkeys(layer for layer, _ in chosen):
        page.at(n=0, layer=layer)
        for _ in range(3):
            output = random.choice(page.enter(layer, random))
            page.point(layer, output)
            between += compare(layer, tuple(map(int, output.split(","))), "under the pointer")
    assert not wrong, f"{len(wrong)} differ: " + "; ".join(wrong[:5])
    assert between > 0, "no layer between is highlighted"


@pytest.mark.parametrize("name", NETWORKS)
def test_outputs_are_those_that_see_a_sample(name: str, written: Write, opened: Open) -> None:
    page = opened(written(name))
    random, names, wrong = Random(name), reached(name), []
    for layer in random.sample(names, min(len(names), 5)):
        place = locator(name, layer)
        sizes = [place.size(place.origin, axis) for axis in place.axes]
        for turn in range(CELLS // 5):
            sample = tuple(random.choice((0, n - 1, *random.sample(range(n), 3))) for n in sizes)
            addressed = turn < CELLS // 10
            if addressed:
                page.at(n=0, layer=layer, sample=at(sample))
            else:
                page.point_at_sample(sample)
            marked, outputs = page.outputs()
            if addressed:
                assert marked == at(sample)
            found = tuple(int(one) for one in (marked or "").split(","))
            off = [abs(one - other) for one, other in zip(found, sample, strict=True)]
            assert max(off[-2:]) <= 1, f"the pointer is on {sample}, the page says {marked}"
            if name in UNKNOWN and outputs is None:
                assert "is not known here: behind masks" in page.run("() => document.body.innerText")
                continue
            covering = place.covering(found)
            if outputs != spelled(covering) and not (
                None in covering and outputs in (None, "", ";".join("-" * len(sizes)))
            ):
                wrong.append(f"{layer} sees {marked}: page {outputs}, rf locate {spelled(covering)}")
    assert not wrong, f"{len(wrong)} differ: " + "; ".join(wrong[:5])
