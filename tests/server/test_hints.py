"""The hints at the ends of lines."""

import json
from pathlib import Path

import pytest

import rfcli
from rfcli import resources
from rfcli.server.hints import hints
from rfcli.server.hovers import hover
from rfcli.server.reading import Read

HEAD = "format: 1\ninput: {size: [56, 56], channels: 3}\nlayers:\n"


@pytest.mark.parametrize(
    ("layers", "said"),
    [
        ("  - {type: conv, kernel: 3}\n", {4: "3 px, stride 1, 54x54"}),
        ("  - {type: conv, kernel: [3, 5], stride: [1, 2]}\n", {4: "3x5 px, stride 1x2, 54x26"}),
        ("  - {type: conv, kernel: 3, repeat: 3}\n", {4: "3\N{EN DASH}7 px, stride 1, 50x50\N{EN DASH}54x54"}),
        ("  - name: a\n    type: conv\n    kernel: 3\n  - {type: relu}\n",
         {4: "3 px, stride 1, 54x54", 7: "3 px, stride 1, 54x54"}),
        ("  - {type: residual, layers: [{type: conv, kernel: 3, padding: 1}]}\n", {4: "3 px, stride 1, 56x56"}),
        ("  - {type: global_avg_pool}\n", {4: "the whole map, 1x1"}),
        ("  - {type: conv, kernel: 3}\n  - {type: squeeze_excite, units: 4}\n",
         {4: "3 px, stride 1, 54x54", 5: "3 px and the whole map, stride 1, 54x54"}),
        ("  - type: sequence\n    layers:\n    - {type: conv, kernel: 3}\n    - {type: relu}\n",
         {4: "3 px, stride 1, 54x54", 6: "3 px, stride 1, 54x54", 7: "3 px, stride 1, 54x54"}),
        ("  - block: b\n  - {block: b, with: {k: 5}}\n  - {block: b, repeat: 2}\n"
         "blocks:\n  b:\n    parameters: {k: 3}\n    layers:\n    - {type: conv, kernel: $k}\n",
         {4: "3 px, stride 1, 54x54", 5: "7 px, stride 1, 50x50",
          6: "9\N{EN DASH}11 px, stride 1, 46x46\N{EN DASH}48x48",
          11: "3\N{EN DASH}11 px, stride 1, 46x46\N{EN DASH}54x54"}),
        ("  - {type: conv, kernal: 3}\n", {}),
        ("  - {type: conv, kernel: 3", {}),
    ],
)  # fmt: skip
def test_hints(layers: str, said: dict[int, str]) -> None:
    assert {one.line: one.text for one in hints(Read(HEAD + layers, "net.rf.yaml"))} == said


def test_one_axis_and_three() -> None:
    for size, unit in ((["16"], "samples"), (["16"] * 3, "voxels")):
        text = f"format: 1\ninput: {{size: [{', '.join(size)}]}}\nlayers: [{{type: conv, kernel: 3}}]\n"
        (hint,) = hints(Read(text, "net.rf.yaml"))
        assert hint.text == f"3 {unit}, stride 1, {'x'.join(['14'] * len(size))}"


def test_an_unknown_size_is_left_out() -> None:
    text = "format: 1\ninput: {size: [null, 32]}\nlayers: [{type: conv, kernel: 3}]\n"
    assert [one.text for one in hints(Read(text, "net.rf.yaml"))] == ["3 px, stride 1, ?x30"]


def test_some_lines() -> None:
    read = Read(HEAD + "  - {type: relu}\n" * 9, "net.rf.yaml")
    assert [one.line for one in hints(read, 6, 8)] == [6, 7, 8]


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled_networks_have_the_numbers_of_the_command_line(name: str) -> None:
    """A witness apart from the hints: the JSON of the layers that a hint is of."""
    path = resources.architectures()[name]
    read = Read(Path(path).read_text(encoding="utf-8"), path)
    assert not read.problems
    found = hints(read)
    data = {one.name: one for one in rfcli.compute(name).layers}
    for hint in found:
        sizes = [data[layer].receptive_field.size for layer in hint.layers if data[layer].receptive_field is not None]
        known = [size[0] for size in sizes if isinstance(size[0], int)]
        if known:
            for end in (min(known), max(known)):
                assert str(end) in hint.text
        else:
            assert hint.text.startswith(("the whole map", "?", "not of the input"))
    assert found or "extends" in Path(path).read_text(encoding="utf-8")


def test_json_and_models_of_other_tools() -> None:
    text = json.dumps({"format": 1, "input": {"size": 8}, "layers": [{"type": "conv", "kernel": 3}]}, indent=1)
    (hint,) = hints(Read(text, "net.rf.json"))
    assert (text.splitlines()[hint.line - 1].strip(), hint.text) == ("{", "3 px, stride 1, 6x6")
    darknet = "[net]\nheight=32\nwidth=32\nchannels=3\n\n[convolutional]\nfilters=8\nsize=3\nstride=1\npad=1\n"
    assert [(one.line, one.text) for one in hints(Read(darknet, "net.cfg"))] == [(6, "3 px, stride 1, 32x32")]
    yolo = "nc: 80\nbackbone:\n  - [-1, 1, Conv, [64, 3, 2]]\n  - [-1, 1, Conv, [64, 3, 2]]\nhead:\n  - [[0, 1], 1, Detect, [nc]]\n"
    read = Read(yolo, "yolov8n.yaml")
    if read.report is not None:
        assert hints(read)


def test_other_files_are_left_alone() -> None:
    for text, path in (("on: [push]\njobs: {}\n", "ci.yaml"), ('{"name": "x"}', "package.json"), ("", "empty.yaml")):
        read = Read(text, path)
        assert (read.own, hints(read), read.judged()) == (False, [], ())


def test_what_only_extends_has_the_outputs_at_the_name() -> None:
    read = Read("format: 1\nextends: vgg_16\n", "net.rf.yaml")
    (hint,) = hints(read)
    (output,) = rfcli.compute("vgg_16").outputs
    assert (hint.line, hint.layers) == (2, (output,)) and hint.text
    found = hover(read, 2, 12)
    assert found is not None and f"**{output}**" in found.text
