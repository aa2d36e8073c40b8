"""Every command on broken files of every format: `python -m fuzz.commands --runs 100000 --seed 13` in the folder tests.

A run is one command on one file, as a call of the command line makes it, in a process that does many. It is a find
where it ends in a bug (exit status 3), ends its process, takes over two seconds of a processor or 512 MiB. `--number`
does one run alone and prints what it says; `--reader nnunet` takes files of one kind alone.
"""

from __future__ import annotations

import argparse
import contextlib
import gc
import io
import os
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from random import Random

import rfcli
from fuzz.foreign import exported, mutated
from fuzz.workers import FINDS, tallied, watched
from rfcli.cli.entry import BUG, run

KEPT = Path(__file__).parent / "finds"

CALLS = (
    "compute", "compute -f json", "compute -f csv --outputs", "compute --depth 1", "compute --mode train", "compute -f ndjson",
    "compute --columns layer,size,lookback,lookahead,notes", "compute --from input -f markdown",
    "check --select ALL", "check --select ALL --object-size 64 --displacement 8 --diagnostics sarif", "check --max-size 100",
    "validate", "validate --diagnostics json", "validate --diagnostics junit", "show", "show --expanded", "import", "import --flat",
    "explain", "explain -f json", "paths", "paths -f csv", "erf", "erf --map", "erf -f json", "locate --layer LAYER --at 0,0",
    "locate --layer LAYER --at 3", "locate --layer LAYER --at 2,1 --support", "locate --layer LAYER --all -f json",
    "locate --layer LAYER --covers 5,5", "erf --layer LAYER", "explain --layer LAYER", "compute --from LAYER", "tile --tile 64 --image 200", "tile --tile 96",
    "tile --tile 32x48 --image 100x90 -f json", "compare", "compare -f json", "diff", "diff -f json --all",
    "diff -f markdown --layer LAYER", "export --to torch", "export --to onnx -o OUT",
    "export --to keras-json", "graph", "graph -f svg --color size", "graph -f json --depth 1", "graph -f dot --color macs",
    "report -o OUT", "report --layer LAYER -o OUT", "report --from LAYER -o -", "sizes",
    "sizes -f json", "suggest --at-least 101", "sweep --grid width=1,2",
)  # fmt: skip
"""Commands and their options; the file follows the command."""
MEASURED = ("verify", "erf --sample 1", "plot growth -o OUT.svg", "plot region -o OUT.png", "plot erf -o OUT.pdf",
            "plot paths -o OUT.svg", "plot tiles -o OUT.svg")  # fmt: skip
"""Those that measure with torch or draw with matplotlib, which take a while by themselves: one run in a hundred."""
SIZES = ("", "", "", " --input-size 64", " --input-size 33x65", " --input-size none", " --input-size 7")


def call(random: Random) -> str:
    """A command with options."""
    if random.random() < 0.01:
        return random.choice(MEASURED)
    chosen = random.choice(CALLS)
    sized = chosen.split()[0] in (
        "compute",
        "check",
        "explain",
        "paths",
        "erf",
        "locate",
        "export",
        "compare",
        "diff",
        "graph",
        "report",
    )
    return chosen + (random.choice(SIZES) if sized else "")


def tried(line: str, data: bytes, name: str) -> tuple[str, str]:
    """What becomes of a command on a file, by its exit status, and what it says."""
    folder = _folder(os.getpid())
    path = Path(folder) / name
    path.write_bytes(data)
    command, *options = line.replace("OUT", f"{folder}/out").split()
    if "LAYER" in options:
        options[options.index("LAYER")] = _layer(path, len(data))
    files = [str(path)] * (2 if command in ("compare", "diff") else 1)
    kind = [options.pop(0)] if command == "plot" else []
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = run([command, *kind, *files, *options])
    said = err.getvalue().replace(folder, "")
    return (f"bug: {line}: {said.strip()[-200:]}" if status == BUG else f"exit {status}"), out.getvalue() + said


def _layer(path: Path, number: int) -> str:
    """A layer of a network, whichever; any name where it cannot be read."""
    try:
        names = [one.name for one in rfcli.load(path).entries]
    except (rfcli.DescriptionError, rfcli.CallError):
        names = []
    return names[number % len(names)] if names else "conv1"


@cache
def _folder(process: int) -> str:
    """Where a process writes its files."""
    return tempfile.mkdtemp(prefix=f"rf-{process}-", dir=WORK.name)


WORK = tempfile.TemporaryDirectory(prefix="rf-fuzz-")


def made(seed: str, number: int, reader: str = "") -> tuple[str, bytes, str]:
    """The command, the file and its name of one run; files of one reader alone where it is named."""
    random = Random(f"{seed}/{number}")
    return (call(random), *mutated(random, reader))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seed", default="13")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--number", type=int)
    parser.add_argument("--reader", default="", help="files of one kind alone: nnunet, monai, lite, hdf5, ...")
    given = parser.parse_args()
    if given.number is not None:
        os.environ["RF_TRACEBACK"] = "1"
        line, data, name = made(given.seed, given.number, given.reader)
        (KEPT / f"run_{given.number}_{name}").write_bytes(data)
        print(line, name)
        print("\n".join(tried(line, data, name)))
        return 0
    import torch  # what takes a while to import and to make, each process has

    torch.set_num_threads(1)  # threads that wait for a core of another run would count as its time
    for target in ("onnx", "keras-json"):
        exported(target)
    gc.freeze()
    started = time.monotonic()

    def one(number: int) -> str:
        line, data, name = made(given.seed, number, given.reader)
        said, _ = tried(line, data, name)
        return said

    def tell(number: int, said: str) -> None:
        call = f"run {number} ({' '.join(made(given.seed, number, given.reader)[::2])}): " if number >= 0 else ""
        print(call + said, file=sys.stderr, flush=True)

    totals = tallied(watched(one, range(given.first, given.first + given.runs), given.jobs), tell)
    print(f"{given.runs} commands, seed {given.seed}, {time.monotonic() - started:.0f} s: {totals}")
    return 1 if set(FINDS) & set(totals) else 0


if __name__ == "__main__":
    sys.exit(main())
