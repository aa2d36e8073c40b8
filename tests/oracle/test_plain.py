"""Random networks of all layer types held against the plain oracle: the same ones on every run."""

from __future__ import annotations

import pytest

from oracle.plain.against import differences
from oracle.plain.drawn import drawn


@pytest.mark.parametrize("seed", range(24))
def test_rf_says_what_the_oracle_says(seed: int) -> None:
    assert differences(drawn(seed), "train" if seed % 4 == 0 else "eval") == []
