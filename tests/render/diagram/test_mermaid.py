"""Mermaid's flow charts."""

import re

import pytest

from render.diagram import NETWORKS, conv, outline, outline_of
from rfcli.render.diagram.mermaid import MOST_EDGES, MOST_TEXT, render


def test_a_small_one() -> None:
    found = outline_of(conv("a", repeat=2), {"type": "sequence", "name": "s", "layers": [conv("b", 5), conv("c", 7)]})
    assert (
        "".join(render(found, None))
        == """\
flowchart TD
  n0(["input<br/>2 × 64"])
  n1["a_1 … a_2  × 2<br/>conv 3<br/>2 × 64<br/>sees 3…5, stride 1"]
  subgraph s1["s"]
    n2["b<br/>conv 5<br/>2 × 64<br/>sees 9, stride 1"]
    n3["c<br/>conv 7<br/>2 × 64<br/>sees 15, stride 1"]
  end
  n0 --> n1
  n1 --> n2
  n2 --> n3
"""
    )


def test_colors() -> None:
    text = "".join(render(outline_of(conv("a"), conv("b", 5)), "size"))
    assert text.endswith("  style n1 fill:#fff6d6,color:#000\n  style n2 fill:#542f62,color:#fff\n")


@pytest.mark.parametrize("name", NETWORKS)
def test_bundled_networks_are_within_what_github_draws(name: str) -> None:
    found = outline(name)
    text = "".join(render(found, "params"))
    assert len(text) <= MOST_TEXT and len(found.edges) <= MOST_EDGES
    assert text.count("subgraph") == len(re.findall(r"^ *end$", text, re.MULTILINE))


def test_nothing_but_plain_characters_in_quotes() -> None:
    from rfcli.render.diagram.mermaid import _text

    assert _text('a"]; `b` <c> #d &') == "a#34;#93;; #96;b#96; #60;c#62; #35;d #38;"
