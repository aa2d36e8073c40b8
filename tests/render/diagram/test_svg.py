"""The picture: well-formed, with a rectangle for each node, and nothing that runs."""

from xml.etree import ElementTree

import pytest

import rfcli
from render.diagram import NETWORKS, outline
from rfcli.render.diagram.outline import outlined
from rfcli.render.diagram.svg import render

SVG = "{http://www.w3.org/2000/svg}"


@pytest.mark.parametrize("by", [None, "size"])
@pytest.mark.parametrize("name", NETWORKS)
def test_bundled_networks(name: str, by: str | None) -> None:
    found = outline(name)
    root = ElementTree.fromstring("".join(render(found, by)))
    titles = [one.text for one in root.iter(f"{SVG}title")]
    assert titles[0] == name
    assert [title for title in titles[1:] if title in {node.name for node in found.nodes}]
    shown = [one for one in root.iter(f"{SVG}rect") if one.find(f"{SVG}title") is not None]
    assert len([one for one in shown if one.get("class") in ("node", "scope", "input")]) == len(found.nodes)
    assert {one.tag for one in root.iter()} <= {
        SVG + tag for tag in ("svg", "title", "style", "defs", "marker", "path", "rect", "text", "g")
    }


def test_small_enough_for_a_readme() -> None:
    assert len("".join(render(outline("unet_small"), None))) < 30_000


def test_text_is_data() -> None:
    """A model of another tool may have any name; here the network's own."""
    layers = [{"type": "conv", "name": "a", "kernel": 3}]
    report = rfcli.compute({"format": 1, "input": {"size": [64], "channels": 2}, "layers": layers})
    graph = report.graph
    hostile = "</text><script>alert(1)</script>&\x1b"
    named = report.replaced(graph=graph.replaced(architecture=graph.architecture.replaced(name=hostile)))
    text = "".join(render(outlined(named), None))
    root = ElementTree.fromstring(text)
    assert not [one for one in root.iter() if one.tag.endswith("script")]
    assert "http" not in text.replace("http://www.w3.org/2000/svg", "")


def test_colors_have_a_legend() -> None:
    text = "".join(render(outline("resnet18"), "params"))
    assert ">params</text>" in text and "2.36 M" not in text.split("</style>")[0]


def test_the_same_every_time() -> None:
    assert "".join(render(outline("inception_v4"), "macs")) == "".join(render(outline("inception_v4"), "macs"))
