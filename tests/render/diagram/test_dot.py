"""Graphviz's DOT."""

import pytest

from render.diagram import NETWORKS, conv, outline, outline_of
from rfcli.render.diagram.dot import _quoted, render


def test_a_small_one() -> None:
    found = outline_of(conv("a"), {"type": "sequence", "name": "s", "layers": [conv("b", 5), conv("c", 7)]})
    lines = "".join(render(found, "size")).splitlines()
    assert lines[0].startswith('digraph "') and lines[-1] == "}"
    assert lines[4:] == [
        '  n0 [label="input\\n2 × 64", tooltip="input"]',
        '  n1 [label="a\\nconv 3\\n2 × 64\\nsees 3, stride 1", tooltip="a", fillcolor="#fff6d6", fontcolor=black]',
        "  subgraph cluster_1 {",
        '    label="s"',
        '    n2 [label="b\\nconv 5\\n2 × 64\\nsees 7, stride 1", tooltip="s/b", fillcolor="#cc8259", fontcolor=white]',
        '    n3 [label="c\\nconv 7\\n2 × 64\\nsees 13, stride 1", tooltip="s/c", fillcolor="#542f62", fontcolor=white]',
        "  }",
        "  n0 -> n1",
        "  n1 -> n2",
        "  n2 -> n3",
        "}",
    ]


@pytest.mark.parametrize("name", NETWORKS)
def test_braces_of_bundled_networks(name: str) -> None:
    text = "".join(render(outline(name), None))
    assert text.count("{") == text.count("}") and text.count("label=") >= len(outline(name).nodes)


def test_quotes() -> None:
    assert _quoted('a"b\\c') == '"a\\"b\\\\c"'
