"""Our words are layer types and their parameters, and each operation has a row that TensorFlow was asked about, or is
the like of one that has."""

from __future__ import annotations

from rfcli.layers._registry import LAYERS
from rfcli.readers.tensorflow.program import OPERATIONS
from rfcli.words import tensorflow as words


def test_ours_are_layer_types() -> None:
    types = words.POINTWISE.ours | words.SOFTMAXES.ours | words.MERGES.ours
    types |= {f"{statistic}_pool" for statistic in words.POOLS.ours}
    types |= {f"global_{statistic}_pool" for statistic in words.REDUCTIONS.ours}
    types |= {f"adaptive_{statistic}_pool" for statistic in words.REDUCTIONS.ours}
    assert types <= set(LAYERS)


def test_every_word_is_an_operation() -> None:
    tables = (words.POINTWISE, words.SOFTMAXES, words.MERGES, words.POOLS, words.REDUCTIONS)
    assert {one for table in tables for one in table} <= set(OPERATIONS)
