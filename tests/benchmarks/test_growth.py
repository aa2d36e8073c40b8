"""How time and memory of every command grow with the layers: `pytest -m benchmark -s tests/benchmarks/test_growth.py`.

Each command runs on networks of one, two and four times as many layers, as a process of its own, and its processor time
is counted, so that a busy machine disturbs it little. What a start takes, on a network of one layer, is left out. The
exponent is that of the last doubling: 1 where twice the layers take twice as long.
"""

from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from benchmarks.installed import ROOT, report

pytestmark = pytest.mark.benchmark

MOST = 1.2
"""The exponent that a command may have."""
NOISE = 0.15
"""What measuring may add to it."""
TIMES = (1, 2, 4)
ROUNDS = 3
"""Runs of each, of which the fastest counts."""


def chain(layers: int) -> str:
    return (
        "format: 1\ninput: {size: 64, channels: 8}\nparameters: {f: 8}\n"
        f"layers: [{{type: conv, kernel: 3, padding: 1, filters: $f, repeat: {layers}}}]\n"
    )


def residual(layers: int) -> str:
    return (
        "format: 1\nparameters: {f: 8}\ninput: {size: 64, channels: $f}\nlayers:\n"
        f"  - {{name: conv, type: residual, repeat: {layers // 3},\n"
        "     layers: [{type: conv, kernel: 3, padding: 1, filters: $f}, {type: relu}]}\n"
    )


def wide(layers: int) -> str:
    """A concat of that many branches."""
    return (
        "format: 1\ninput: {size: 64, channels: 8}\nparameters: {f: 8}\nlayers:\n"
        f"  - {{name: conv, type: conv, kernel: 3, padding: 1, filters: $f, repeat: {layers}, inputs: [input]}}\n"
        "  - {name: together, type: concat, inputs: ['conv_*']}\n"
    )


SHAPES: dict[str, Callable[[int], str]] = {"chain": chain, "residual": residual, "wide": wide}

COMMANDS = {
    "compute": "compute NET -f json",
    "compute, table": "compute NET",
    "compute --depth 1": "compute NET --depth 1",
    "compute --from": "compute NET --from conv_2 --outputs",
    "compute --mode train": "compute NET --mode train --outputs",
    "check": "check NET",
    "check --select ALL": "check NET --select ALL",
    "check, of objects": "check NET --object-size 64 --displacement 8",
    "validate": "validate NET",
    "explain": "explain NET",
    "erf": "erf NET",
    "erf --map": "erf NET --map",
    "locate --at": "locate NET --layer LAST --at 3,3",
    "locate --at --support": "locate NET --layer LAST --at 3,3 --support",
    "locate --all": "locate NET --layer LAST --all -f json",
    "locate --covers": "locate NET --layer LAST --covers 5,5",
    "sizes": "sizes NET",
    "sizes --aligned": "sizes NET --aligned",
    "suggest": "suggest NET --at-most 9 --moves cut --layer LAST",
    "suggest --at-least": "suggest NET --at-least 100000 --moves kernel,deepen,dilate --layer LAST",
    "sweep": "sweep NET --grid f=1:8 --layer LAST -j 1 -f csv",
    "tile": "tile NET",
    "tile --tile": "tile NET --tile 64 --image 200",
    "compare": "compare NET NET",
    "show --expanded": "show NET --expanded",
    "import": "import NET",
    "import --flat": "import NET --flat",
    "export --to torch": "export NET --to torch -o OUT.py",
    "export --to keras-json": "export NET --to keras-json -o OUT.json",
    "export --to onnx": "export NET --to onnx -o OUT.onnx",
    "read ONNX": "compute MODEL.onnx -f json",
    "read Keras": "compute MODEL.json -f json",
    "paths": "paths NET",
    "report": "report NET -o OUT.html",
    "graph": "graph NET -o OUT.mmd",
    "graph --depth 1": "graph NET --depth 1 -f json -o OUT.json",
    "graph -f dot": "graph NET -o OUT.dot",
    "graph -f svg": "graph NET --color size -o OUT.svg",
    "plot growth": "plot growth NET -o OUT.png",
    "plot region": "plot region NET --layer LAST -o OUT.png",
    "plot paths": "plot paths NET -o OUT.png",
    "plot erf": "plot erf NET -o OUT.png",
    "plot tiles": "plot tiles NET --input-size 100000 -o OUT.png",
    "plot compare": "plot compare NET NET -o OUT.png",
}
"""Commands by what they are called in the table. NET is the network, LAST its output, MODEL what was exported of it."""

LAYERS = {
    "validate": 12_000,
    "read Keras": 1_500,
    "verify": 100,
    "from_torch": 200,
    "paths": 2_000,
    "erf": 400,
    "erf --map": 100,
    "report": 1_000,
    "plot paths": 2_000,
    "plot erf": 400,
}
"""The fewest layers on which a command is measured, where 4,000 are refused or take a while."""
SLOWER = {
    ("paths", "residual"): 2.3,  # n + 1 sizes of paths, each counted exactly, at each of n merges
    ("erf", "chain"): 2.3,  # the profile has as many samples as there are layers
    ("erf", "residual"): 2.3,
    ("plot erf", "chain"): 2.3,
    ("plot erf", "residual"): 2.3,
    ("erf --map", "chain"): 3.3,  # and the map the square of that
    ("erf --map", "residual"): 3.3,
    ("report", "residual"): 2.3,  # the paths and the effective field of its last layer are on the page
    ("verify", "chain"): 2.3,  # each layer's gradients go back through all before it
    ("verify", "residual"): 2.3,
}
"""Exponents of commands whose result, not only the network, grows with the layers: the samples of a field, or the sizes
of paths, times the layers that they go through."""


def taken(words: list[str], folder: Path) -> tuple[float, int, int]:
    """Processor seconds, bytes of memory and exit status of a command."""
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    process = subprocess.Popen(words, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return used.ru_utime + used.ru_stime, used.ru_maxrss << 10, process.returncode


def words(line: str, folder: Path, shape: str, layers: int) -> list[str]:
    """A command on a network of some layers."""
    net = folder / f"{shape}-{layers}.yaml"
    net.write_text(SHAPES[shape](layers))
    last = {"chain": f"conv_{layers}", "residual": f"conv_{layers // 3}", "wide": "together"}[shape]
    for model, target in (("MODEL.onnx", "onnx"), ("MODEL.json", "keras-json")):
        if model in line:
            made = folder / f"{shape}-{layers}-{model}"
            subprocess.run([*RF, "export", str(net), "--to", target, "-o", str(made)], cwd=folder, check=True,
                           env=os.environ | {"PYTHONPATH": str(ROOT)})  # fmt: skip
            line = line.replace(model, str(made))
    own = {"NET": str(net), "LAST": last}
    return [own.get(word, word.replace("OUT", str(folder / "out"))) for word in line.split()]


RF = [sys.executable, "-m", "rfcli"]


def measured(name: str, shape: str, command: Callable[[int], list[str]], least: int) -> float:
    """Prints the row of a command, and returns its exponent."""
    rows = []
    start = min(taken(command(3), Path.cwd())[0] for _ in range(ROUNDS))
    for times in TIMES:
        arguments = command(least * times)
        runs = [taken(arguments, Path.cwd()) for _ in range(ROUNDS)]
        assert all(status in (0, 1, 2) for _, _, status in runs), (name, runs)
        rows.append((max(min(seconds for seconds, _, _ in runs) - start, 0.02), runs[0][1], runs[0][2]))
    exponent = math.log2(rows[-1][0] / rows[-2][0])
    cells = "  ".join(f"{seconds:6.2f} s {memory >> 20:4} MiB" for seconds, memory, _ in rows)
    said = "" if rows[-1][2] == 0 else f"  exit {rows[-1][2]}"
    report(f"{name:24} {shape:9} {least:5} layers  {cells}  exponent {exponent:5.2f}{said}")
    return exponent


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", COMMANDS)
def test_growth(name: str, shape: str, tmp_path: Path) -> None:
    least = 3 * ((LAYERS.get(name, 4_000) if shape != "wide" or name == "read Keras" else 4_000) // 3)
    exponent = measured(name, shape, lambda layers: [*RF, *words(COMMANDS[name], tmp_path, shape, layers)], least)
    assert exponent < SLOWER.get((name, shape), MOST) + NOISE


def test_growth_of_what_takes_no_network(tmp_path: Path) -> None:
    """`rf list` and `rf rules` do not grow; `rf show` passes a file on."""
    for command in ("list", "rules"):
        seconds, memory, status = taken([*RF, command], tmp_path)
        report(f"{command:24} {seconds:6.2f} s {memory >> 20:4} MiB")
        assert status == 0 and seconds < 2


@pytest.mark.parametrize("shape", ["chain", "residual"])
def test_growth_of_verify(shape: str, tmp_path: Path) -> None:
    pytest.importorskip("torch")

    def command(layers: int) -> list[str]:
        return [*RF, *words("verify NET", tmp_path, shape, layers)]

    assert measured("verify", shape, command, 3 * (LAYERS["verify"] // 3)) < SLOWER["verify", shape] + NOISE


TRACED = """
import torch, rfcli
torch.manual_seed(0)
layers = [torch.nn.Conv2d(4, 4, 3, padding=1) for _ in range({layers})]
rfcli.compute(rfcli.from_torch(torch.nn.Sequential(*layers), (1, 4, 16, 16)))
"""


def test_growth_of_from_torch() -> None:
    pytest.importorskip("torch")

    def command(layers: int) -> list[str]:
        return [sys.executable, "-c", TRACED.format(layers=layers)]

    assert measured("from_torch", "chain", command, LAYERS["from_torch"]) < MOST + NOISE


def test_every_command_is_in_the_table() -> None:
    from rfcli.cli.declarations import COMMANDS as ALL
    from rfcli.plot import KINDS

    measured = {line.split()[0] for line in COMMANDS.values()} | {"verify", "list", "rules"}
    assert set(ALL) - measured <= {"schema"}
    drawn = {line.split()[1] for line in COMMANDS.values() if line.startswith("plot ")}
    assert drawn == set(KINDS) - {"accuracy"}  # which has a point for each network, however large that is
