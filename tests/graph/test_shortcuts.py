"""The shortcut that a residual lacks: what is said, and that it mends the residual."""

from __future__ import annotations

import pytest

import rfcli
from rfcli.graph.shortcuts import stride_between


@pytest.mark.parametrize(
    ("size", "body", "shortcut"),
    [
        (
            "[64, 64]",
            "{type: conv, kernel: 3, stride: 2, padding: 1, filters: 8}, {type: batch_norm}",
            "stride: 2, filters: 8",
        ),
        ("[63, 63]", "{type: conv, kernel: 3, stride: 2, padding: 1, filters: 8}", "stride: 2, filters: 8"),
        ("[64]", "{type: conv, kernel: 3, stride: 4, padding: 1, filters: 8}", "stride: 4, filters: 8"),
        (
            "[16, 16, 16]",
            "{type: conv, kernel: 3, stride: [1, 2, 2], padding: 1, filters: 8}",
            "stride: [1, 2, 2], filters: 8",
        ),
        ("null", "{type: conv, kernel: 3, stride: 2, padding: 1, filters: 8}", "stride: 2, filters: 8"),
        ("[64, 64]", "{type: conv, kernel: 3, padding: 1, filters: 8}", "filters: 8"),
        ("[64, 64]", "{type: max_pool, kernel: 2}", "stride: 2"),
    ],
)
def test_it_mends_the_residual(size: str, body: str, shortcut: str) -> None:
    text = f"format: 1\ninput: {{size: {size}, channels: 3}}\nlayers:\n  - {{type: residual, layers: [{body}]}}\n"
    with pytest.raises(rfcli.DescriptionError) as error:
        rfcli.compute(rfcli.loads(text))
    said = f"shortcut: [{{type: conv, kernel: 1, {shortcut}}}]"
    assert error.value.diagnostics[0].help.startswith(f"give the residual {said}; or ")
    assert all(one.help == "the same shortcut mends it" for one in error.value.diagnostics[1:])
    if "max_pool" not in body:
        mended = rfcli.compute(rfcli.loads(text.replace("]}\n", f"], {said}}}\n")))
        assert mended.layers[-1].channels == 8


def test_a_shortcut_that_is_there_and_other_merges() -> None:
    for item in ("{type: residual, layers: [{type: conv, kernel: 1, filters: 9}], shortcut: [{type: relu}]}",
                 "{type: add, inputs: [a, input]}"):  # fmt: skip
        text = f"format: 1\ninput: {{size: 8, channels: 3}}\nlayers: [{{name: a, type: conv, kernel: 1, filters: 3}}, {{name: a2, type: conv, kernel: 1, filters: 8}}, {item}]"
        with pytest.raises(rfcli.DescriptionError) as error:
            rfcli.compute(rfcli.loads(text.replace("inputs: [a,", "inputs: [a2,")))
        assert not any("give the residual" in one.help for one in error.value.diagnostics)


def test_strides() -> None:
    """A kernel of 1 with stride s makes (n - 1) // s + 1 of n samples."""
    for n in range(1, 40):
        for m in range(1, n + 1):
            strides = [s for s in range(1, n + 1) if (n - 1) // s + 1 == m]
            found = stride_between(n, m)
            assert found is None if not strides else found in strides
