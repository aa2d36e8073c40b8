"""Edits that mend problems: after them the problem is gone."""

import json
from collections import Counter

import pytest

from rfcli.description.format import ITEMS
from rfcli.description.vocabulary import BEHIND, KEYS, LEFT_OUT, TYPES, VALUES
from rfcli.server.mends import mends
from rfcli.server.reading import Read

INPUT = "format: 1\ninput: {size: [32, 32], channels: 3}\n"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (INPUT + "layers:\n  - {type: conv, kernal: 3}\n", "Change to 'kernel'"),
        (INPUT + "layers:\n  - {type: convv, kernel: 3}\n", "Change to 'conv'"),
        (INPUT + "layres:\n  - {type: relu}\n", "Change to 'layers'"),
        (INPUT + "layers:\n  - {name: stem, type: relu}\n  - {type: relu, inputs: [stam]}\n", "Change to 'stem'"),
        (INPUT + "layers:\n  - {name: a, type: relu}\n  - {type: relu, inputs: a}\n", "Write [a]"),
        (INPUT + "layers:\n  - {type: conv, kernel: 3x3}\n", "Write [3, 3]"),
        (INPUT + "blocks: {unit: {layers: [{type: relu}]}}\nlayers:\n  - {block: unti}\n", "Change to 'unit'"),
        (INPUT.replace("32, 32", "33, 33")
         + "layers:\n  - {name: a, type: max_pool, kernel: 2}\n  - {type: upsample, scale: 2}\n"
         "  - {type: add, inputs: [input, upsample_1]}\n", "Change the input to 32"),
        (INPUT.replace("[32, 32]", "8") + "layers:\n  - {type: conv, kernel: [9, 20], padding: [0, 4]}\n",
         "Change the input to 9x12"),
        (INPUT + "layers:\n  - {type: custom, global: off}\n", "Write false"),
        (INPUT + "layers:\n  - {type: conv, kernel: 3, groups: 2, filters: 8}\n", "Write groups: 1"),
        (INPUT.replace("channels: 3", "channels: 6") + "layers:\n  - type: conv_transpose\n    kernel: 3\n    groups: 4  # four\n    filters: 8\n",
         "Write groups: 2"),
    ],
)  # fmt: skip
def test_mends(text: str, title: str) -> None:
    read = Read(text, "net.rf.yaml")
    found = [one for problem in read.problems for one in mends(read, problem)]
    assert title in [one.title for one in found], (read.problems, [one.title for one in found])
    mend = next(one for one in found if one.title == title)
    after = Read(read.text.edited(list(mend.edits)), "net.rf.yaml")
    assert not after.problems


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  - {type: conv}\n", "  - {type: conv, kernel: 3}\n"),
        ("  - {name: a, type: conv, filters: 8}  # stem\n", "  - {name: a, type: conv, kernel: 3, filters: 8}  # stem\n"),
        ("  - type: max_pool  # halves\n    stride: 2\n", "  - type: max_pool  # halves\n    kernel: 3\n    stride: 2\n"),
        ("  - stride: 2\n    type: conv\n", "  - stride: 2\n    type: conv\n    kernel: 3\n"),
        ("  - {type: residual, layers: [{type: conv, padding: same, filters: 3}]}\n",
         "  - {type: residual, layers: [{type: conv, kernel: 3, padding: same, filters: 3}]}\n"),
        ("  - {type: pixel_unshuffle}\n", "  - {type: pixel_unshuffle, scale: 2}\n"),
        ("  - {type: flatten}\n  - type: linear\n", "  - {type: flatten}\n  - type: linear\n    units: 1000\n"),
        ("  - {type: residual, layers: [{type: conv, kernel: 3, padding: 1, stride: 2, filters: 8}]}\n",
         "  - {type: residual, shortcut: [{type: conv, kernel: 1, stride: 2, filters: 8}], layers: [{type: conv, kernel: 3, padding: 1, stride: 2, filters: 8}]}\n"),
        ("  - type: residual\n    layers:\n      - {type: conv, kernel: 3, padding: 1, filters: 8}\n",
         "  - type: residual\n    shortcut: [{type: conv, kernel: 1, filters: 8}]\n    layers:\n      - {type: conv, kernel: 3, padding: 1, filters: 8}\n"),
    ],
)  # fmt: skip
def test_what_a_layer_lacks_is_added(before: str, after: str) -> None:
    read = Read(f"{INPUT}layers:\n{before}", "net.rf.yaml")
    mend = next(one for problem in read.problems for one in mends(read, problem))
    assert mend.title.startswith("Add ")
    assert not Read(read.text.edited(list(mend.edits)), "net.rf.yaml").problems
    assert read.text.edited(list(mend.edits)) == f"{INPUT}layers:\n{after}"


@pytest.mark.parametrize(
    ("layers", "after"),
    [
        ("  - {type: conv, kernel: 3, filters: 64}\n  - {type: squeeze_excite, reduction: 16}\n", "units: 4}"),
        ("  - {type: conv, kernel: 3, filters: 64}\n  - type: squeeze_excite\n    reduction: 16  # as in the paper\n",
         "    units: 4  # as in the paper\n"),
        ("  - {type: sequence, layers: [{type: conv, kernel: 3, filters: 48}, {type: squeeze_excite, reduction_ratio: 4}]}\n", "units: 12}"),
        ("  - {type: conv, kernel: 3, filters: 60}\n  - {type: squeeze_excite, reduction: 16}\n", ""),
        ("  - {type: conv, kernel: 3}\n  - {type: squeeze_excite, reduction: 16}\n", ""),
        ("  - {type: conv, kernel: 3, filters: 64}\n  - {type: squeeze_excite, se_ratio: 4}\n", ""),
    ],
)  # fmt: skip
def test_a_ratio_is_the_number_of_units(layers: str, after: str) -> None:
    """Where the channels are known and it divides them."""
    read = Read(f"{INPUT}layers:\n{layers}", "net.rf.yaml")
    found = [one for problem in read.problems for one in mends(read, problem)]
    if not after:
        assert read.problems and not found
        return
    (mend,) = found
    text = read.text.edited(list(mend.edits))
    assert mend.title == f"Write {after.strip().partition('}')[0].partition('  #')[0]}"
    assert after in text and not Read(text, "net.rf.yaml").problems


def test_what_a_layer_lacks_is_added_in_json() -> None:
    text = '{"format": 1, "layers": [{"type": "conv", "filters": 8}]}'
    assert mended(text, "net.json") == '{"format": 1, "layers": [{"type": "conv", "kernel": 3, "filters": 8}]}'
    spread = json.dumps(json.loads(text), indent=2)
    assert json.loads(mended(spread, "net.json"))["layers"] == [{"type": "conv", "filters": 8, "kernel": 3}]


def test_sizes_along_the_axes_are_one_change() -> None:
    """33x47 is no size of a network that halves: both axes are changed at once, and one that fits stays."""
    halves = "layers:\n  - {type: max_pool, kernel: 2}\n  - {type: upsample, scale: 2}\n  - {type: add, inputs: [input, upsample_1]}\n"
    for given, told in (
        ("33, 47", ["32x46", "34x48"]),
        ("33, 32", ["32", "34x32"]),
        ("33, 32, 33", ["32", "34x32x34"]),
    ):
        read = Read(INPUT.replace("32, 32", given) + halves, "net.rf.yaml")
        found = [one for problem in read.problems for one in mends(read, problem)]
        assert [one.title for one in found] == [f"Change the input to {size}" for size in told]
        assert not any(Read(read.text.edited(list(one.edits)), "net.rf.yaml").problems for one in found)


def test_words_of_a_help_are_no_edit() -> None:
    """This help says to write one expression around all of it."""
    read = Read("format: 1\nparameters: {n: 8}\nlayers: [{type: conv, kernel: 3, filters: x$n}]\n", "net.rf.yaml")
    (problem,) = read.problems
    assert "write one expression" in problem.help and not list(mends(read, problem))


def test_helps_without_an_edit() -> None:
    read = Read(
        INPUT + "layers:\n  - {type: relu}\n  - {type: add, inputs: [relu_1, nothing_like_it]}\n", "net.rf.yaml"
    )
    assert read.problems and not [one for problem in read.problems for one in mends(read, problem)]


def mended(text: str, path: str = "net.rf.yaml") -> str:
    """A text after the first mend of each of its problems, one after the other."""
    for _ in range(60):
        read = Read(text, path)
        found = next((one for problem in read.problems for one in mends(read, problem)), None)
        if found is None:
            break
        text = read.text.edited(list(found.edits))
    return text


WHOLE = [
    ("  - relu\n", "  - {type: relu}\n"),
    ("  - Conv2d(3, 64, 3)\n  - nn.ReLU()\n", "  - {type: conv, filters: 64, kernel: 3}\n  - {type: relu}\n"),
    ("  - Conv2D(8, 3, activation='relu')  # stem\n  - relu\n",
     "  - {type: conv, filters: 8, kernel: 3}\n  - {type: relu}  # stem\n  - {type: relu}\n"),
    ("  - type: Conv2d\n    in_channels: 3\n    kernel_size: (3, 3)\n  - relu\n",
     "  - {type: conv, kernel: [3, 3]}\n  - {type: relu}\n"),
    ("  - type: conv\n    in_channels: 3  # RGB\n    kernel: 3\n", "  - type: conv\n    kernel: 3\n"),
    ("  - in_channels: 3\n    type: conv\n    kernel: 3\n", "  - type: conv\n    kernel: 3\n"),
    ("  - {in_channels: 3, type: conv, kernel: 3}\n", "  - {type: conv, kernel: 3}\n"),
    ("  - {type: conv, kernel: 3, in_channels: 3}\n", "  - {type: conv, kernel: 3}\n"),
    ("  - residual:\n      - relu\n", "  - type: residual\n    layers:\n      - {type: relu}\n"),
    ("  - residual:\n      main:\n        - relu\n      shortcut: identity\n",
     "  - type: residual\n    layers:\n      - {type: relu}\n"),
    ("  - {residual: [relu]}\n", "  - {type: residual, layers: [{type: relu}]}\n"),
    ("  - type: weight_norm\n    dim: 0\n  - relu\n", "  - {type: relu}\n"),
    ("  - {type: conv, kernel: 3, pads: [0, 0, 1, 1]}\n", "  - {type: conv, kernel: 3, padding: [[0, 1], [0, 1]]}\n"),
    ("  stem: {type: conv, kernel: 3}\n  act:\n    type: relu\n",
     "  - {name: stem, type: conv, kernel: 3}\n  - name: act\n    type: relu\n"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), WHOLE)
def test_what_comes(before: str, after: str) -> None:
    assert mended(f"{INPUT}layers:\n{before}") == f"{INPUT}layers:\n{after}"


def test_json() -> None:
    text = {"format": 1, "input": {"channels": 3, "height": 32, "width": 32}, "layers": [
        "relu", {"type": "Conv2d", "in_channels": 3, "kernel_size": "3x3", "activation": "relu"},
        {"residual": ["bn"]}, {"conv": 1}, {"type": "conv", "in_channels": 3, "kernel": 3},
        {"type": "conv", "kernel": 3, "eps": 3}, {"type": "weight_norm"}, {"residual": {"main": ["relu"]}},
    ]}  # fmt: skip
    for indent in (None, 1, 4):
        after = json.loads(mended(json.dumps(text, indent=indent), "net.json"))
        assert after == {"format": 1, "input": {"size": [32, 32], "channels": 3}, "layers": [
            {"type": "relu"}, {"type": "conv", "kernel": [3, 3]}, {"type": "relu"},
            {"type": "residual", "layers": [{"type": "batch_norm"}]}, {"type": "conv", "kernel": 1},
            {"type": "conv", "kernel": 3}, {"type": "conv", "kernel": 3}, {"type": "residual", "layers": [{"type": "relu"}]},
        ]}, indent  # fmt: skip


def test_a_comment_is_never_lost() -> None:
    text = f"{INPUT}layers:\n  - type: Conv2d\n    # what I thought of\n    kernel_size: 3\n"
    assert "# what I thought of" in mended(text)


def every_word(all: bool) -> list[str]:
    """A layer for each word of a type in each tool, each word of a key in a type that has it (or in `all` of them), and
    each value."""
    found = [f"{{type: {word}}}" for row in TYPES.values() for column in row for word in column.split()]
    for name, row in KEYS.items():
        types = [type for type, keys in ITEMS.items() if name in keys]
        for type in types if all else types[-1:]:
            words = {word for column in row for word in column.split()} - ITEMS[type].keys()
            found += [f"{{type: {type}, {word}: 1}}" for word in words]
    left = {word for row in LEFT_OUT.values() for column in row for word in column.split()} - ITEMS["conv"].keys()
    found += [f"{{type: conv, kernel: 3, {word}: 1}}" for word in left]
    after = {word for _, *row in BEHIND.values() for column in row for word in column.split()}
    found += [f"{{type: conv, kernel: 3, {word}: relu}}" for word in after]
    for key, values in VALUES.items():
        type = next(type for type, keys in ITEMS.items() if key in keys)
        found += [f"{{type: {type}, {key}: {word}}}" for word in values]
    return sorted(found)


def test_every_word_of_the_table() -> None:
    _each_has_an_edit(every_word(all=False), False)
    _each_has_an_edit(every_word(all=False)[::8], True)


@pytest.mark.lsp
@pytest.mark.parametrize("quoted", [False, True])
def test_every_word_in_every_type(quoted: bool) -> None:
    _each_has_an_edit(every_word(all=True), quoted)


def _each_has_an_edit(rows: list[str], quoted: bool) -> None:
    """Each problem of these layers whose help says what to write has an edit, and is gone after it."""
    items = ",\n".join(json.dumps(_plain(row)) for row in rows) if quoted else "\n".join(f"  - {row}" for row in rows)
    text = f'{{"format": 1, "layers": [\n{items}\n]}}' if quoted else f"format: 1\nlayers:\n{items}\n"
    path = "net.json" if quoted else "net.rf.yaml"
    read = Read(text, path)
    first = 2 if quoted else 3
    without = Counter[str]()
    for problem in read.problems:
        row = rows[problem.span.line - first]
        item = json.dumps(_plain(row)) if quoted else row
        alone = f'{{"format": 1, "layers": [{item}]}}' if quoted else f"format: 1\nlayers:\n  - {item}\n"
        single = Read(alone, path)
        for one in single.problems:
            if one.help and (one.code, one.message) == (problem.code, problem.message):
                found = list(mends(single, one))
                said = one.help.startswith(("did you mean '", "write", "leave")) and "NUMBER" not in one.help
                if said and not found:
                    without[f"{row}: {one.help}"] += 1
    assert not without and len(read.problems) >= len(rows) // 2


def _plain(row: str) -> object:
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Problems
    from rfcli.description.source import YAML, read_text

    root = read_text(row, "a.yaml", Limits(), Problems(), YAML)
    assert root is not None
    return root.plain()
