"""A wheel of this checkout in a fresh environment: what the benchmarks time."""

import os
import platform
import resource
import statistics
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent


class Installed:
    """An environment with rf from a wheel and check-jsonschema beside it."""

    def __init__(self, folder: Path, extra: str = "") -> None:
        venv.create(folder, with_pip=True)
        self.bin = folder / ("Scripts" if os.name == "nt" else "bin")
        self.python = str(self.bin / "python")
        quiet = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([self.python, *quiet, f"{ROOT}{extra}", "check-jsonschema"], check=True)

    def rf(self, *words: str) -> list[str]:
        return [str(self.bin / "rf"), *words]

    def versions(self) -> str:
        """Machine and versions, for the report."""
        names = ["typer", "PyYAML", "tabulate", "jsonschema", "check-jsonschema"]
        code = f"from importlib.metadata import version as v; print(', '.join(n + ' ' + v(n) for n in {names!r}))"
        listed = subprocess.run([self.python, "-c", code], capture_output=True, text=True, check=True).stdout.strip()
        cpus = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        return f"{platform.machine()}, {cpus} cores, Python {platform.python_version()}, {listed}"


def seconds(command: list[str], cwd: Path | None = None) -> float:
    """Wall time of one process."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    taken = time.perf_counter() - start
    assert done.returncode == 0, done.stderr.decode()
    return taken


def processor_seconds(command: list[str]) -> float:
    """Time of a processor that a process takes, with those that it starts."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert done.returncode == 0, done.stderr.decode()
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def paired(one: Callable[[], float], other: Callable[[], float], runs: int) -> float:
    """Median of the ratios of runs made in turn."""
    one(), other()
    return statistics.median(one() / other() for _ in range(runs))


def report(line: str) -> None:
    """Prints a figure past pytest's capture."""
    print(line, file=sys.__stdout__, flush=True)


__all__ = ["ROOT", "Installed", "paired", "processor_seconds", "report", "seconds"]


MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * (1 if sys.platform == "darwin" else 1024))
sys.exit(done.returncode)
"""


def peak(command: list[str]) -> int:
    """Bytes of memory that a process took at most."""
    done = subprocess.run([sys.executable, "-c", MEASURED, *command], capture_output=True, text=True, check=True)
    return int(done.stdout)
