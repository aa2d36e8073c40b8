"""The table of modules: what their functions take, and that each has a row in the tests of its family."""

import pytest

from readers.yolo import (
    test_activations,
    test_attention,
    test_backbones,
    test_bottlenecks,
    test_convolutions,
    test_fork_heads,
    test_forks,
    test_heads,
    test_merges,
    test_prompts,
    test_pyramids,
    test_stages,
    test_torch_nn,
)
from readers.yolo.rows import module_of
from rfcli.readers.yolo import file
from rfcli.readers.yolo.modules import FORKED, module, signature

SINGLE = [
    *test_attention.ROWS, *test_attention.ATTENTIVE, *test_backbones.ROWS, *test_bottlenecks.ROWS,
    *test_convolutions.ROWS, *test_merges.ROWS, *test_prompts.ROWS, *test_pyramids.ROWS, *test_stages.ROWS,
    *test_stages.ATTENTIVE, *test_torch_nn.ROWS, *test_activations.ROWS, *test_torch_nn.WHOLE,
    *test_torch_nn.NOT_KNOWN,
]  # fmt: skip
"""Rows that read one map of 64 channels."""

LEVELLED = [*test_heads.HEADS, *test_heads.DENSE, test_heads.CLASSIFY, test_heads.DECODER, test_prompts.POOLING]
"""Rows that read two maps."""


def test_every_module_has_a_row():
    more = [f"[-1, 1, {row}]" for row in test_heads.YOLOE]
    forks = [*test_forks.ROWS, *test_forks.GATED, *test_forks.MERGES, *test_fork_heads.HEADS]
    rows = [*SINGLE, *LEVELLED, *forks, *more, *(row for rows in test_merges.SEVERAL for row in rows)]
    assert {module_of(row) for row in rows} == set(module)
    assert set(FORKED) <= {module_of(row) for row in forks}


def test_families_fill_the_table():
    assert {make.__module__ for make in (*module.values(), *FORKED.values())} == {
        f"rfcli.readers.yolo.{family}" for family in file.FAMILIES
    }


@pytest.mark.parametrize("name", module)
def test_signatures_are_understood(name):
    takes = signature(module[name])
    assert all(callable(argument.reads) for argument in takes.arguments)
    required = [argument.required for argument in takes.arguments]
    assert required == sorted(required, reverse=True)


@pytest.mark.parametrize(
    ("name", "arguments", "required", "merges", "parts", "repeats"),
    [
        ("Conv", "channels k s p g d act", 1, False, False, None),
        ("RepConv", "input channels channels k s p g d act bn", 2, False, False, None),
        ("C2f", "channels shortcut g e", 1, False, False, 1),
        ("HGBlock", "cm channels k light shortcut", 3, False, False, 1),
        ("Concat", "dimension", 0, True, False, None),
        ("CBFuse", "indices", 1, True, True, None),
        ("Detect", "classes anchors", 1, True, False, None),
        ("nn.BatchNorm2d", "option option option option option", 0, False, False, None),
        ("nn.MaxPool2d", "k s p d indices ceil_mode", 1, False, False, None),
    ],
)
def test_signature(name, arguments, required, merges, parts, repeats):
    takes = signature(module[name])
    names = " ".join(argument.name for argument in takes.arguments)
    assert (names, takes.merges, takes.parts, takes.repeats) == (
        arguments, merges, parts, repeats,
    )  # fmt: skip
    assert sum(argument.required for argument in takes.arguments) == required
