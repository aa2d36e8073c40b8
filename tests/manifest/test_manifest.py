"""What users see, pinned: a hash of everything that rf prints for its networks and fixtures, a file of hashes a subject.

A change that should change nothing leaves these files as they are. `pytest tests/manifest --rewrite` writes them anew.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from fuzz.mutations import mutated
from reading_once import Known, read_once
from writers import exporting

import rfcli
import rfcli.api.networks
from rfcli import resources
from rfcli.cli.declarations import COMMANDS
from rfcli.cli.entry import run

HERE = Path(__file__).parent
TESTS = HERE.parent
NETWORKS = list(resources.architectures())
DESCRIPTIONS = sorted(path for path in (TESTS / "descriptions").iterdir() if path.suffix != ".expected")
FINDS = sorted((TESTS / "fuzz" / "finds").iterdir())
RULES = sorted((TESTS / "checks" / "rules").glob("*.yaml"))
KERAS = sorted(path for path in (TESTS / "readers" / "keras" / "keras2").glob("*.json") if "figures" not in path.name)
LOOKS = ("explain", "locate", "paths", "erf", "tile", "graph")
MUTATIONS = 300

Case = tuple[str, list[str], Path]
"""A name, a command line, and the folder where it is run."""


def networks() -> Iterator[Case]:
    for name in NETWORKS:
        yield f"{name} json", ["compute", name, "-f", "json"], TESTS
        yield f"{name} table", ["compute", name, "--depth", "2"], TESTS
        yield f"{name} train csv", ["compute", name, "--mode", "train", "--input-size", "none", "-f", "csv"], TESTS
    yield "list", ["list"], TESTS
    yield "compare", ["compare", *NETWORKS], TESTS
    for path in KERAS:
        yield path.name, ["compute", path.name, "-f", "json"], path.parent


def descriptions() -> Iterator[Case]:
    for name in NETWORKS:
        yield f"{name} show", ["show", name], TESTS
        yield f"{name} folded", ["import", name], TESTS
        yield f"{name} flat", ["import", name, "--flat"], TESTS
    for path in KERAS:
        yield f"{path.name} folded", ["import", path.name], path.parent


def exports() -> Iterator[Case]:
    for name in NETWORKS:
        for target in rfcli.TARGETS:
            yield f"{name} {target}", ["export", name, "--to", target], TESTS


def looks() -> Iterator[Case]:
    for name in NETWORKS:
        for command in LOOKS:
            more = {"locate": ["--all"], "tile": ["--tile", "512"]}.get(command, [])
            yield f"{name} {command}", [command, name, *more, "-f", "json"], TESTS
        yield f"{name} explain table", ["explain", name], TESTS


def helps() -> Iterator[Case]:
    yield "rf", ["--help"], TESTS
    for name in COMMANDS:
        yield f"rf {name}", [name, "--help"], TESTS
    yield "rules", ["rules"], TESTS
    yield "schema architecture", ["schema"], TESTS
    yield "schema result", ["schema", "result"], TESTS


def messages() -> Iterator[Case]:
    for path in (*DESCRIPTIONS, *FINDS):
        yield f"{path.name} text", ["validate", path.name], path.parent
        yield f"{path.name} json", ["compute", path.name, "-f", "json", "--diagnostics", "json"], path.parent
    for path in RULES:
        for way in ("text", "json"):
            yield f"{path.name} {way}", ["check", path.name, "--diagnostics", way], path.parent
    for name in NETWORKS:
        yield f"{name} check", ["check", name], TESTS


SUBJECTS: dict[str, Callable[[], Iterator[Case]]] = {
    "networks": networks, "descriptions": descriptions, "exports": exports, "looks": looks, "helps": helps,
    "messages": messages,
}  # fmt: skip

ENVIRONMENT = ("RF_", "NO_COLOR", "FORCE_COLOR", "COLUMNS")


def shown(out: bytes, err: bytes, status: object) -> str:
    """The hash of what a user sees; the version is none of it."""
    seen = b"\0".join((out, err, str(status).encode()))
    return hashlib.sha256(seen.replace(rfcli.__version__.encode(), b"VERSION")).hexdigest()[:16]


def held(subject: str, hashes: dict[str, str], rewrite: bool) -> None:
    """Compares hashes with those on file, or writes the file."""
    path = HERE / f"{subject}.txt"
    if rewrite:
        path.write_text("".join(f"{value} {name}\n" for name, value in hashes.items()), encoding="utf-8")
    lines = path.read_text(encoding="utf-8").splitlines()
    kept = {name: value for value, _, name in (line.partition(" ") for line in lines)}
    assert kept, "an empty manifest"
    changed = [name for name in {**kept, **hashes} if kept.get(name) != hashes.get(name)]
    assert not changed, f"{len(changed)} of {len(kept)} differ: {changed[:20]}"


@pytest.fixture(scope="module")
def known() -> Known:
    """What one test has read, the others need not."""
    return Known({}, {})


@pytest.mark.parametrize("subject", SUBJECTS)
def test_commands(
    subject: str,
    known: Known,
    monkeypatch: pytest.MonkeyPatch,
    capfdbinary: pytest.CaptureFixture[bytes],
    request: pytest.FixtureRequest,
) -> None:
    for name in list(os.environ):
        if name.startswith(ENVIRONMENT):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COLUMNS", "80")
    read_once(monkeypatch, known)
    hashes = {}
    for name, words, folder in SUBJECTS[subject]():
        monkeypatch.chdir(folder)
        status = run(words)
        out, err = capfdbinary.readouterr()
        if subject == "helps":  # how lines are broken is typer's
            out = b" ".join(out.split())
        hashes[name] = shown(out, err, status)
    held(subject, hashes, request.config.getoption("rewrite"))


def test_layers_exported(request: pytest.FixtureRequest) -> None:
    """Each way of a layer type, written for each target."""
    hashes = {}
    for name, layer in exporting.CASES.items():
        for target in rfcli.TARGETS:
            try:
                written = rfcli.exported(exporting.described(layer), target)
            except rfcli.DescriptionError as error:
                written = str(error)
            hashes[f"{name} {target}"] = shown(written if isinstance(written, bytes) else written.encode(), b"", 0)
    held("layers", hashes, request.config.getoption("rewrite"))


def test_mutations(request: pytest.FixtureRequest) -> None:
    """Damaged descriptions: all that is said of them, or all that is computed."""
    hashes = {}
    for number in range(MUTATIONS):
        data = mutated(Random(f"manifest/{number}"))
        try:
            seen = json.dumps(rfcli.compute(rfcli.loads(data, "mutated.yaml")).as_json())
        except (rfcli.DescriptionError, rfcli.CallError) as error:
            seen = str(error)
        hashes[str(number)] = shown(seen.encode("utf-8", "surrogatepass"), b"", 0)
    held("mutations", hashes, request.config.getoption("rewrite"))
