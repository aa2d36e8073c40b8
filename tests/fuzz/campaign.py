"""A long campaign: `python -m fuzz.campaign --runs 100000 --seed 1` in the folder tests.

Every description is read, computed, checked against all rules and rendered. What crashes, or takes too long, is
kept in `finds/` and told; the exit status is then 1.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

import rfcli
from fuzz.mutations import ROOT, mutated
from rfcli.api.answers import main_layer
from rfcli.render import csv_, json_, table
from rfcli.render.view import Style, selected

FINDS = Path(__file__).parent / "finds"
SECONDS = {"refused": 1.0, "computed": 5.0}
"""What a description may take: one that is refused, and one that is as large as the limits allow."""
CHUNK = 500
MOST = 2000
"""Layers that are rendered."""


def tried(data: bytes, patience: float = 1.0) -> str:
    """What becomes of a description: "refused", "computed", or a find, which starts with "crash" or "slow". A busy
    machine is given `patience` times the seconds."""
    started = time.process_time()
    try:
        outcome = _outcome(data)
    except Exception as error:
        return f"crash: {type(error).__name__}: {error}"
    seconds = time.process_time() - started
    return f"slow: {outcome} in {seconds:.1f} s" if seconds > patience * SECONDS[outcome] else outcome


def _outcome(data: bytes) -> str:
    name = "net.json" if data.lstrip()[:1] == b"{" else "net.yaml"
    try:
        architecture = rfcli.loads(data, str(ROOT / "architectures" / name))
        rfcli.check(architecture, select=["ALL"], object_size=64, displacement=8)
        report = rfcli.compute(architecture)
    except rfcli.DescriptionError as error:
        assert error.diagnostics, "refused without a reason"
        assert all(one.span.line > 0 and one.span.column > 0 for one in error.diagnostics), "no position"
        str(error)
        return "refused"
    _looked_at(report)
    view, _ = selected(report.replaced(layers=report.layers[:MOST]), [], False, None)
    for module in (json_, csv_, table):
        assert "".join(module.render([view], Style(80)))
    return "computed"


def _looked_at(report: rfcli.Report) -> None:
    """All that is told of the last layer and of the one that is meant by default; refusals are fine."""
    if not report.layers:
        return
    for layer in {report.layers[-1].name, main_layer(report)}:
        looks = (
            lambda layer=layer: rfcli.explained(report, layer),
            lambda layer=layer: rfcli.paths(report, layer),
            lambda layer=layer: rfcli.erf(report, layer),
            lambda layer=layer: rfcli.tiles(report, layer, [64] * len(report.graph.axes)),
            lambda layer=layer: rfcli.located(report, layer).at([0] * len(report.graph.axes)),
            lambda layer=layer: rfcli.located(report, layer).regions(0),
        )
        for look in looks:
            with contextlib.suppress(rfcli.CallError):
                look()


def _chunk(seed: int, first: int, count: int) -> dict[str, int]:
    """So many runs from one on; each has a seed of its own, so that a find can be made again."""
    totals: dict[str, int] = {}
    for number in range(first, first + count):
        data = mutated(Random(f"{seed}/{number}"))
        outcome = tried(data)
        kind = outcome.partition(":")[0]
        totals[kind] = totals.get(kind, 0) + 1
        if kind in ("crash", "slow"):
            path = FINDS / f"{hashlib.sha256(data).hexdigest()[:16]}.yaml"
            path.write_bytes(data)
            print(f"run {number}: {outcome} ({path.name})", file=sys.stderr, flush=True)
    return totals


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    started, totals = time.monotonic(), {}
    firsts = range(0, given.runs, CHUNK)
    with ProcessPoolExecutor(given.jobs) as pool:
        counts = [min(CHUNK, given.runs - first) for first in firsts]
        for done, found in enumerate(pool.map(_chunk, [given.seed] * len(firsts), firsts, counts), 1):
            for kind, count in found.items():
                totals[kind] = totals.get(kind, 0) + count
            if done % 20 == 0:
                print(f"{done * CHUNK} runs, {totals}", file=sys.stderr, flush=True)
    took = time.monotonic() - started
    print(f"{given.runs} descriptions, seed {given.seed}, {took:.0f} s: {totals}")
    return 1 if {"crash", "slow"} & set(totals) else 0


if __name__ == "__main__":
    sys.exit(main())
