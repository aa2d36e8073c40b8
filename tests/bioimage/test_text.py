"""Halos are written where they stand, and all else stays."""

import difflib

import pytest

import rfcli
from bioimage.models import EARLIER, LATER, written


def changes(text, tmp_path):
    """Lines that are taken out and put in."""
    path = written(tmp_path, text)
    mended = rfcli.check_bioimage(path).text
    lines = difflib.ndiff(text.splitlines(), mended.splitlines())
    assert rfcli.check_bioimage(written(tmp_path, mended)).diagnostics == ()
    return [line for line in lines if line[0] in "+-"]


@pytest.mark.parametrize(
    ("text", "old", "new", "expected"),
    [
        (LATER, "halo: 7  #", "halo: 5  #", ["-       - halo: 5  # as needed", "+       - halo: 7  # as needed"]),
        (LATER, ", halo: 7,", ",", ["-       - {size: {tensor_id: raw, axis_id: x}, type: space}",
                                    "+       - {size: {tensor_id: raw, axis_id: x}, type: space, halo: 7}"]),
        (LATER, "      - halo: 7  # as needed\n        size:", "      - size:", ["+         halo: 7"]),
        (EARLIER, "[0, 0, 7, 7]", "[0, 0, 9, 2]", ["-     halo: [0, 0, 9, 2]   # as needed", "+     halo: [0, 0, 9, 7]   # as needed"]),
        (EARLIER, "    halo: [0, 0, 7, 7]   # as needed\n", "", ["+     halo: [0, 0, 7, 7]"]),
        (EARLIER, "halo: [0, 0, 7, 7]   # as needed", "halo:\n      - 0\n      - 0\n      - 1\n      - 1",
         ["-       - 0", "-       - 0", "-       - 1", "-       - 1", "+       [0, 0, 7, 7]"]),
    ],
)  # fmt: skip
def test_set(text, old, new, expected, tmp_path):
    assert old in text
    found = changes(text.replace(old, new, 1), tmp_path)
    assert sorted(found) == sorted(expected)


def test_nothing_is_set_where_a_size_is_fixed_in_the_later_format(tmp_path):
    """There a halo goes with a size that follows from an input's."""
    text = LATER.replace("size: {tensor_id: raw, axis_id: y}", "size: 32").replace("halo: 7  # as needed\n        ", "")
    text = text.replace("min: 32, step: 2", "min: 32, step: 0")
    judged = rfcli.check_bioimage(written(tmp_path, text))
    assert [one.help for one in judged.diagnostics] == ["halo 7"] and judged.text == text
