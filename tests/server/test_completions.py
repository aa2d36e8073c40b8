"""What may be typed at a place: the place is where | stands."""

import pytest

from rfcli.server.completions import completions
from rfcli.server.reading import Read

HEAD = """\
format: 1
input: {size: [32, 32], channels: 3}
parameters: {width: 4}
blocks:
  unit: {parameters: {filters: null, stride: 1}, layers: [{type: conv, kernel: 3, filters: $filters}]}
"""
LAYERS = "layers:\n  - {name: stem, type: conv, kernel: 3, filters: $width}\n"


def offered(text: str, path: str = "net.rf.yaml", earlier: str | None = None) -> dict[str, str]:
    """The words that may stand at the place, with their details."""
    before, _, after = text.partition("|")
    read = Read(before + after, path)
    line = before.count("\n") + 1
    _, found = completions(
        read, None if earlier is None else Read(earlier, path), line, len(before.split("\n")[-1]) + 1
    )
    return {one.word: one.detail for one in found}


@pytest.mark.parametrize(
    ("text", "words", "never"),
    [
        (HEAD + "layers:\n  - {type: |", {"conv": "Convolution: output `o` reads inputs `o*s - p + t*d`, t = 0"}, "kernel"),
        (HEAD + "layers:\n  - {type: conv, |}", {"kernel": "required", "stride": "default 1", "inputs": "", "name": ""}, "type"),
        (HEAD + "layers:\n  - type: conv\n    |", {"kernel": "required", "bias": "default true"}, "type"),
        (HEAD + "layers:\n  - {type: conv, padding: |}", {"same": "", "valid": ""}, "kernel"),
        (HEAD + "layers:\n  - {type: conv, bias: |}", {"true": "", "false": ""}, "kernel"),
        (HEAD + "layers:\n  - {type: conv, filters: $|}", {"$width": "4"}, "kernel"),
        (HEAD + "layers:\n  - {block: |}", {"unit": "filters, stride"}, "conv"),
        (HEAD + "layers:\n  - {block: unit, with: {|}}", {"filters": "required", "stride": "default 1"}, "kernel"),
        (HEAD + "lay|", {"layers": "", "expect": ""}, "blocks"),
        (HEAD + "extends: |", {"resnet50": "bundled"}, "layers"),
        (HEAD + "check: {select: [|]}", {"ALL": "all rules"}, "layers"),
        (HEAD + "defaults: {conv: {|}}", {"padding": "default 0"}, "layers"),
        (HEAD + "expect:\n  - {|}", {"layer": "", "size": ""}, "kernel"),
        (HEAD + LAYERS + "  - {type: add, inputs: [stem, |]}", {"stem": "3 px, stride 1, 30x30", "input": "an input"}, "add"),
        (HEAD + LAYERS + "outputs: [|]", {"stem": "3 px, stride 1, 30x30"}, "add"),
        (HEAD + LAYERS + "expect: [{layer: |}]", {"stem": "3 px, stride 1, 30x30"}, "add"),
    ],
)  # fmt: skip
def test_offers(text: str, words: dict[str, str], never: str) -> None:
    earlier = HEAD + LAYERS
    found = offered(text, earlier=earlier)
    for word, detail in words.items():
        assert word in found
        assert found[word].removesuffix(" (before this edit)").startswith(detail), found[word]
    assert never not in found


@pytest.mark.parametrize(
    ("text", "word", "typed"),
    [
        (HEAD + "layers:\n  - {type: Conv2|", "conv", "Conv2d"), (HEAD + "layers:\n  - type: nn.Conv2|", "conv", "nn.Conv2d"),
        (HEAD + "layers:\n  - {type: Dens|", "linear", "Dense"), (HEAD + "layers:\n  - {type: conv, out_ch|}", "filters", "out_channels"),
        (HEAD + "layers:\n  - {type: conv, kernel_s|}", "kernel", "kernel_size"), ("format: 1\ninput_sh|", "input", "input_shape"),
        ('{"format": 1, "layers": [{"type": "MaxPool2|', "max_pool", "MaxPool2d"),
    ],
)  # fmt: skip
def test_words_of_other_tools(text: str, word: str, typed: str) -> None:
    before = text.partition("|")[0]
    path = "net.json" if text.startswith("{") else "net.rf.yaml"
    _, found = completions(
        Read(text.replace("|", ""), path), None, before.count("\n") + 1, len(before.split("\n")[-1]) + 1
    )
    one = next(one for one in found if one.typed)
    assert (one.word, one.typed) == (word, typed) and f"{typed.rpartition('.')[2]} elsewhere" in one.detail


def test_words_of_ours_come_alone() -> None:
    assert not any("elsewhere" in detail for detail in offered(HEAD + "layers:\n  - {type: conv|").values())


def test_numbers_of_before_are_said_to_be_those() -> None:
    found = offered(HEAD + LAYERS + "  - {type: add, inputs: [|", earlier=HEAD + LAYERS)
    assert found["stem"] == "3 px, stride 1, 30x30 (before this edit)"
    assert "stem" in offered(HEAD + LAYERS + "  - {type: add, inputs: [|"), "known without numbers"


def test_json_keys_get_their_quotes() -> None:
    text = '{"format": 1, "layers": [{"type": "conv", "'
    read = Read(text, "net.rf.json")
    _, found = completions(read, None, 1, len(text) + 1)
    assert {one.word: one.insert for one in found}["kernel"] == 'kernel": '
