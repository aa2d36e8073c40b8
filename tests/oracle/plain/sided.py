"""Random networks of several axes in which a global layer stands behind others that see all on one side, and paths of
which some read nothing at some places."""

from __future__ import annotations

import random

from oracle.plain.drawn import Draft, one_sided


def drawn_sided(seed):
    """The network of a seed."""
    return _Draft(random.Random(seed), frozenset(), PIECES).finished()


class _Draft(Draft):
    def inputs(self):
        self.dims = self.rng.choice([2, 2, 2, 3])
        return {"input": {"size": [self.rng.randint(2, 6) for _ in range(self.dims)], "channels": 2}}

    def finished(self):
        for _ in range(self.rng.randint(3, 7)):
            self.grow(*self.rng.choice(self.pieces)(self))
        self.grow({"name": self.name(), "type": self.rng.choice(["global_avg_pool", "attention", "flatten"])})
        return self.document


def gap(draft):
    """A layer that leaves samples out, or lies beside its map."""
    padding = [[draft.rng.randint(-1, 3), draft.rng.randint(-1, 3)] for _ in range(draft.dims)]
    beside = [[max(n, 0) for n in pair] for pair in padding]
    stride = draft.axes(1, 3)
    return [
        draft.rng.choice(
            [
                {"type": "conv_transpose", "kernel": draft.axes(1, 2), "stride": stride, "filters": 2},
                {"type": "conv", "kernel": draft.axes(1, 2), "stride": stride, "padding": beside, "filters": 2},
                {"type": "subsample", "stride": stride},
                {"type": "pad", "padding": padding},
            ]
        )
        | {"name": draft.name()}
    ]


PIECES = [*[one_sided] * 3, *[gap] * 4, *[Draft.skip] * 3, *[Draft.residual, Draft.meeting, Draft.branches] * 2]
