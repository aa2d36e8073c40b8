"""What the page's JavaScript answers to a click is what `rf locate` says: random networks, asked through node."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from random import Random
from typing import Any

import pytest
from oracle.plain.drawn import drawn
from oracle.plain.rest import drawn_masked, drawn_rest
from oracle.plain.shuffles import SHUFFLED
from oracle.plain.sided import drawn_sided

import rfcli
from rfcli.page.data import network

pytestmark = pytest.mark.browser

ASKED = Path(__file__).parent.parent / "page" / "asked.mjs"


def drawn_shuffled(seed: int) -> Any:
    return drawn(seed, more=SHUFFLED)


DRAWN = [*((drawn_rest, seed) for seed in (5, 10, 109, 142, 144, 190, 81088, 1117, 1205)), (drawn, 53), (drawn_shuffled, 5081),
         *((drawn_sided, seed) for seed in (4, 52, 67, 74, 82, 97, 107, 1221, 1314, 1344)), *((drawn_masked, seed) for seed in (40, 61, 93))]  # fmt: skip
"""Of some of them paths read nothing along one axis, others are global along one or read the other side of a border."""


class Asked:
    """A network, what the page has of it, and what it is asked."""

    def __init__(self, name: str, document: dict[str, Any], random: Random) -> None:
        self.name = name
        self.report = rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))
        self.data = network(self.report)
        self.questions: list[tuple[str, list[int] | None, list[int] | None]] = []
        names = [layer.name for layer in self.report.layers if layer.receptive_field is not None]
        for name in names if self.data["point"] is True else ():
            locator = rfcli.located(self.report, name)
            sizes = [locator.output_size(axis) for axis in locator.axes]
            places = [[random.choice((0, n // 2, n - 1, random.randrange(n))) for n in sizes] for _ in range(4)]
            self.questions += [(name, place, None) for place in places]
            given = [locator.size(locator.origin, axis) for axis in locator.axes]
            self.questions.append((name, None, [random.randrange(n) for n in given]))

    @property
    def written(self) -> dict[str, Any]:
        """What node is asked."""
        names: dict[str, int] = {}
        for number, name in enumerate(self.data["nodes"]["name"]):  # type: ignore[index]
            names.setdefault(name, number)
        return {"data": self.data, "questions": [[names[name], *rest] for name, *rest in self.questions]}

    def differing(self, question: tuple[str, list[int] | None, list[int] | None], said: Any) -> list[str]:
        """Where an answer is not what `rf locate` says."""
        name, at, sample = question
        locator = rfcli.located(self.report, name)
        if at is None:
            assert sample is not None
            right = plain(locator.covering(sample))
            known = "unknown" not in said and not (None in said and None in right)
            return [f"{name} sees {sample}: page {said}, rf locate {right}"] if known and said != right else []
        try:
            one = locator.at(at)
        except rfcli.CallError:
            unknown = [here for here in (*said["region"], *said["clipped"]) if isinstance(here, str)]
            return [] if unknown else [f"{name} {at}: page {said}, rf locate does not know"]
        both = {"region": plain(one.region), "clipped": plain(one.clipped)}
        wrong = [
            f"{name} {at}: {what} {said[what]}, rf locate {right}"
            for what, right in both.items()
            if any(not isinstance(here, str) and here != there for here, there in zip(said[what], right, strict=True))
        ]
        known = not any(isinstance(here, str) for here in (*said["region"], *said["clipped"]))
        lit = said["lit"] if known and None not in both["clipped"] else None
        return (
            wrong
            if lit in (None, both["clipped"])
            else [*wrong, f"{name} {at}: lit {lit}, rf locate {both['clipped']}"]
        )


def plain(found: Any) -> Any:
    return [None if one is None else list(one) for one in found]


def test_clicks(tmp_path: Path) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.fail("there is no node to ask the page's modules: apt-get install nodejs")
    asked = [Asked(f"{draw.__name__}({seed})", draw(seed), Random(seed)) for draw, seed in DRAWN]
    file = tmp_path / "asked.json"
    file.write_text(json.dumps([one.written for one in asked]), encoding="utf-8")
    done = subprocess.run([node, str(ASKED), str(file)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    pairs = zip(asked, json.loads(done.stdout), strict=True)
    wrong = [
        f"{one.name}: {line}"
        for one, answers in pairs
        for question, said in zip(one.questions, answers, strict=True)
        for line in one.differing(question, said)
    ]
    assert not wrong, f"{len(wrong)} differ: " + "; ".join(wrong[:5])
    assert sum(len(one.questions) for one in asked) > 600
