"""Rolled dimensions, written as slices that are joined in turn."""

from __future__ import annotations

import pytest

from readers.onnx.one_node import Before, Case, X, agrees, case, node, whole

FIRST, REST = node("Slice", X, whole(1), whole(9), whole(1)), node("Slice", X, whole(0), whole(1), whole(1))
ROLLS = [
    case([FIRST, REST, node("Concat", Before(0), Before(1), axis=1)], ("channel_slice", {"indices": [1, 2, 3, 0]})),
    case([FIRST, REST, node("Concat", Before(1), Before(0), axis=1)], "identity"),
    case([node("Slice", X, whole(2), whole(9), whole(2)), node("Slice", X, whole(0), whole(2), whole(2)),
          node("Concat", Before(0), Before(1), axis=2)],
         ("pad", {"padding": [[0, 2], [0, 0]], "padding_mode": "circular"}), ("crop", {"cropping": [[2, 0], [0, 0]]})),
    # What is turned round is rolled the other way round as it lies.
    case([node("Slice", X, whole(-1), whole(-99), whole(2), whole(-1)), node("Slice", Before(0), whole(2), whole(9), whole(2)),
          node("Slice", Before(0), whole(0), whole(2), whole(2)), node("Concat", Before(1), Before(2), axis=2),
          node("Slice", Before(3), whole(-1), whole(-99), whole(2), whole(-1))],
         ("pad", {"padding": [[2, 0], [0, 0]], "padding_mode": "circular"}), ("crop", {"cropping": [[0, 2], [0, 0]]})),
    # Other parts than all of it, in turn, are no roll.
    case([FIRST, node("Slice", X, whole(0), whole(2), whole(1)), node("Concat", Before(0), Before(1), axis=1)],
         ("channel_slice", {"start": 1, "end": 4}), ("channel_slice", {"start": 0, "end": 2}), "concat"),
]  # fmt: skip


@pytest.mark.parametrize("one", ROLLS)
def test_rolls(one: Case) -> None:
    agrees(one)
