"""The page by the rules of axe-core: the whole of it, light and dark, still and in use."""

from __future__ import annotations

from random import Random

import pytest

from browser.conftest import Open, Write
from browser.opened import Opened

pytestmark = pytest.mark.browser


def violations(page: Opened, axe: str) -> list[str]:
    page.run(axe)
    found = page.run("async () => (await axe.run(document, {resultTypes: ['violations']})).violations")
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for one in found
        for node in one["nodes"][:3]
    ]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("name", "layer"),
    [("resnet18", ""), ("unet_small", "logits"), ("tcn", ""), ("unet_3d", "bottom/conv_2"), ("misaligned", "unit")],
)
def test_no_rule_is_broken(name: str, layer: str, scheme: str, written: Write, opened: Open, axe: str) -> None:
    page = opened(written(name), f"layer={layer}" if layer else "", color_scheme=scheme)
    assert not violations(page, axe)
    page.run("() => document.querySelectorAll('details').forEach(one => { one.open = true; })")
    layer = page.run("() => document.querySelector('[data-output], [data-block]').dataset.layer")
    page.click(layer, page.enter(layer, Random(name))[0])
    assert page.lights()
    assert not violations(page, axe)
