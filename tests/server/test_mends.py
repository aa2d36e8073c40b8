"""Edits that mend problems: after them the problem is gone."""

import pytest

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
    ],
)  # fmt: skip
def test_mends(text: str, title: str) -> None:
    read = Read(text, "net.rf.yaml")
    found = [one for problem in read.problems for one in mends(read, problem)]
    assert title in [one.title for one in found], (read.problems, [one.title for one in found])
    mend = next(one for one in found if one.title == title)
    after = Read(read.text.edited(list(mend.edits)), "net.rf.yaml")
    assert not after.problems


def test_helps_without_an_edit() -> None:
    read = Read(
        INPUT + "layers:\n  - {type: relu}\n  - {type: add, inputs: [relu_1, nothing_like_it]}\n", "net.rf.yaml"
    )
    assert read.problems and not [one for problem in read.problems for one in mends(read, problem)]
