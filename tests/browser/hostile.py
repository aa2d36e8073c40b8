"""Texts that would run, hide or break something where they were taken for more than text, in every place that takes one."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from readers.keras.keras_files import functional, new, source

import rfcli

MARKUP = [
    "</script><img src=x onerror=alert(1)>", "<!-- <script>alert(2)</script>", "]]><svg onload=alert(3)>",
    "javascript:alert(4)", "\" onmouseover=alert(5) x=\"", "' autofocus onfocus=alert(6) '", "</style><style>*{display:none}",
    "&lt;img src=x onerror=alert(7)&gt; &#60;b&#62;", "${alert(8)} {{alert(9)}} `alert(10)`", "</title></textarea><script>alert(11)</script>",
    "<iframe srcdoc='<script>parent.alert(12)</script>'>", "<base href=//example.org/><link rel=stylesheet href=//example.org/a.css>",
    "<form action=//example.org><input name=a><button>go</button></form>", "url(//example.org/a.png) @import '//example.org'",
]  # fmt: skip
"""What becomes an element, an attribute, an address or a script in a careless page."""

STRANGE = [
    "line\u2028paragraph\u2029end", "\u202ertl\u2066override\u200f", "\ufeffmark\u00ad\u200b\u200d", "\x00nul \\u0000 \\0 %00",
    "\x1b[31mred\x07", "x" * 10_000, "ä" * 300, "__proto__", "constructor", "toString", "\ud800 half", "e\u0301" * 200, "#n=0&layer=a",
]  # fmt: skip
"""What a careless page breaks at."""

TEXTS = MARKUP + STRANGE

Path_ = tuple[str | int, ...]
"""The keys and numbers that lead to a value."""


def leaves(tree: Any, at: Path_ = ()) -> Iterator[Path_]:
    """Where the strings of a tree are."""
    if isinstance(tree, str):
        yield at
    elif isinstance(tree, dict | list):
        for key, value in list(tree.items() if isinstance(tree, dict) else enumerate(tree)):
            yield from leaves(value, (*at, key))


def put(tree: Any, at: Path_, text: str) -> Any:
    """The tree with another text at a place."""
    made = copy.deepcopy(tree)
    inside = made
    for key in at[:-1]:
        inside = inside[key]
    inside[at[-1]] = text
    return made


DESCRIPTION = {
    "format": 1,
    "name": "net",
    "family": "a family",
    "year": 2020,
    "reference": "a reference",
    "accuracy": {"top1": 0.5, "source": "a source"},
    "input": {"size": [24, 24], "channels": 3, "spacing": [0.5, 0.5], "unit": "mm"},
    "layers": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": "same", "filters": 4},
        {"name": "b", "type": "max_pool", "kernel": 2},
        {"name": "c", "type": "custom", "unknown": "a reason"},
        {"name": "d", "type": "conv", "kernel": 3, "filters": 4, "inputs": ["b"]},
    ],
    "expect": [
        {"layer": "a", "size": 3, "source": "a source", "reason": "a reason"},
        {"layer": "d", "size": 99, "source": "another source", "reason": "another reason"},
    ],
    "check": {"ignore": ["RF501"]},
}
"""A description with every field that takes a text; the last promise is not kept, so that `rf check` says so."""


def loads(tree: Any, name: str) -> rfcli.Architecture | None:
    try:
        return rfcli.loads(json.dumps(tree), name)
    except rfcli.DescriptionError:
        return None


def understood(tree: Any, name: str) -> list[object]:
    """What is found of the fields of a description or a model; nothing of one that is refused."""
    try:
        found = loads(tree, name)
        return (
            []
            if found is None
            else [
                layer.receptive_field and repr(layer.receptive_field.size[0])[:7]
                for layer in rfcli.compute(found).layers
            ]
        )
    except (rfcli.DescriptionError, rfcli.CallError):
        return []


def everywhere(tree: Any, name: str) -> tuple[rfcli.Architecture, int]:
    """A description, or a model, with hostile text in each place whose text may be anything, and how many these are."""
    count, right = 0, understood(tree, name)
    assert right
    for at in leaves(tree):
        for turn in range(len(TEXTS)):
            tried = put(tree, at, TEXTS[(count + turn) % len(TEXTS)])
            if understood(tried, name) == right:
                tree, count = tried, count + 1
                break
    made = loads(tree, name)
    assert made is not None
    return made, count


def described() -> tuple[rfcli.Architecture, int]:
    """A description with hostile text wherever one may stand."""
    return everywhere(DESCRIPTION, "net.json")


def keras() -> tuple[rfcli.Architecture, int]:
    """A Keras model with hostile names, classes and what else is a text."""
    conv = {"filters": 4, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "activation": "linear"}
    layers = [
        source([24, 24, 3]),
        new("Conv2D", "a", conv, ["x"]),
        new("Strange", "b", {"text": "a text"}, ["a"], module="a.module"),
        new("Conv2D", "c", conv, ["a"]),
        new("Conv2D", "d", conv, ["c"]),
    ]
    renamed = json.dumps(functional(layers, [("d", 0, 0), ("b", 0, 0)]))
    for at, name in enumerate("abcd"):
        renamed = renamed.replace(f'"{name}"', json.dumps(MARKUP[at] + name))
    return everywhere(json.loads(renamed), "model.json")


def onnx() -> tuple[rfcli.Architecture, int]:
    """An ONNX model with hostile names of tensors and nodes, operators, domains, axes and remarks."""
    from onnx import helper
    from readers.onnx.graphs import of

    count = 0

    def text() -> str:
        nonlocal count
        count += 1
        return TEXTS[count % len(TEXTS)].encode("utf-8", "replace").decode() + str(count)

    tensors = [text() for _ in TEXTS]
    nodes = [
        helper.make_node("Relu", [one], [next_], name=text(), doc_string=text()) for one, next_ in pairwise(tensors)
    ]
    weight = text()
    nodes.append(helper.make_node("Conv", [tensors[-1], weight], ["y"], name=text(), pads=[1, 1, 1, 1]))
    nodes.append(helper.make_node(text(), ["y"], ["z"], name=text(), domain=text(), doc_string=text()))
    made = of(nodes, {tensors[0]: [text(), 3, 24, 24]}, ["y", "z"], {weight: [3, 3, 3, 3]}, doc_string=text())
    return rfcli.loads(made, "net.onnx"), count


KINDS = {"a description": described, "a Keras model": keras, "an ONNX model": onnx}


WORDS = ("axes", "kept", "key", "mode", "severity", "sides", "counts", "image")
"""What of the data of a page are words and numbers of the format, not texts."""


def soiled(data: Any, count: list[int]) -> Any:
    """Data of a page, with hostile text after each of its texts."""
    if isinstance(data, dict):
        return {key: value if key in WORDS else soiled(value, count) for key, value in data.items()}
    if isinstance(data, list):
        return [soiled(one, count) for one in data]
    if isinstance(data, str):
        count[0] += 1
        return data + TEXTS[count[0] % len(TEXTS)]
    return data
