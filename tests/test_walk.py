"""Every public function with arguments of wrong types and lengths, walked by their signatures: a new function, or
argument, joins by itself.

What does not fit is a `TypeError` or `CallError` that names the argument; a name that no file has is an `OSError`, a
mapping that is no description a `DescriptionError`. No error comes from the inside, and nothing wrong passes.
"""

from __future__ import annotations

import inspect
import json
import math
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from revisions.commits import commit, started

import rfcli

NET = {
    "format": 1,
    "input": {"size": [32, 24], "channels": 3},
    "parameters": {"width": 8},
    "layers": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1, "filters": "$width"},
        {"name": "b", "type": "max_pool", "kernel": 2, "stride": 2},
    ],
}
REPORT = rfcli.compute(NET)
NETWORKS = ("network", "networks", "report", "reports", "path", "text", "before", "after", "revision")
GIVEN: dict[str, object] = {
    **dict.fromkeys(NETWORKS, NET), "reports": [NET], "networks": NET, "grid": {"width": [4, 8]}, "kind": "chain", "at_least": 9, "layer": "b", "name": "b", "axis": 0, "o": 0, "position": (1, 1),
    "source": "torch:nets.py:Net", "revision": "HEAD", "condition": "size < before",
}  # fmt: skip
"""Arguments that have no default, as they are right."""
BESIDE = {"suggestions": {"at_least": 5}, "from_revision": {"path": "net.yaml"}, "check_bioimage": {"path": "rdf.yaml"}}
"""What else a call has, so that it is right but for one argument."""
ANYTHING = {"model", "module", "example"}
"""Arguments of other tools, whose words these are."""
INNER = {"refused", "size", "span", "replaced", "region_at"}
"""Methods that are public by their name only."""

WRONG = [object(), 1.5, math.nan, "zz", "", b"x", [], {}, (), True, 0, -1, 10**40, [None], ["b", 3], {1}, {"a": 1},
         (1, 2, 3), ("1", "2"), (1.5, 1), (-1, -1), [[1, 1]]]  # fmt: skip
FITS: dict[str, tuple[type, ...]] = {
    "layer": (str,), "layers": (list, tuple), "select": (list, tuple), "ignore": (list, tuple), "expected": (dict,), "usual": (dict,),
    "settings": (dict,), "flat": (bool,), "fixed": (bool,), "whole_frames": (bool,), "ignore_global": (bool,),
    "clipped": (bool,), "around": (bool,), "aligned": (bool,), "name": (str,), "reports": (list, tuple),
}  # fmt: skip
"""Types of values that may fit, where an argument takes any value of a type; else one that is taken is told."""
TAKEN = {
    ("input_size", "()"), ("input_size", str(10**40)), ("near", "()"), ("near", "{}"), ("near", str(10**40)),
    ("input_size", "{}"), ("object_size", str(10**40)), ("displacement", str(10**40)),
    ("depth", str(10**40)), ("axis", "0"), ("o", "0"), ("o", "-1"), ("o", str(10**40)), ("image", str(10**40)),
    ("max_tiles", str(10**40)), ("jobs", str(10**40)), ("top", str(10**40)),
    ("at_least", str(10**40)), ("at_most", str(10**40)), ("max_flops", "0"), ("max_flops", str(10**40)), ("max_params", "0"),
    ("max_params", str(10**40)), ("keep", "[]"), ("keep", "()"), ("moves", "[]"), ("moves", "()"), ("sample", str(10**40)), ("seed", "-1"), ("layer", "[]"), ("layer", "()"), ("seed", "0"), ("seed", str(10**40)),
    ("sample", "[]"), ("origin", "''"),
}  # fmt: skip
"""Values of the list that are right."""


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """The public functions, those that draw, and the methods of reports and locators."""
    for name in sorted(dir(rfcli)):
        found = getattr(rfcli, name)
        if not name.startswith("_") and inspect.isfunction(found) and name != "verify":
            yield name, found
    for name in rfcli.plot.KINDS:
        yield f"plot.{name}", lambda *given, kind=name, **named: drawn(kind, *given, **named)
    for one in (REPORT, rfcli.located(REPORT, "b")):
        for name in sorted(dir(one)):
            found = getattr(type(one), name, None)
            if not name.startswith("_") and inspect.isfunction(found) and name not in INNER:
                yield f"{type(one).__name__}.{name}", getattr(one, name)


def drawn(kind: str, *given: Any, **named: Any) -> object:
    """A picture, on axes that are closed again."""
    pyplot = pytest.importorskip("matplotlib.pyplot")
    try:
        return getattr(rfcli.plot, kind)(*given, **named)
    finally:
        pyplot.close("all")


def parameters(name: str, function: Callable[..., Any]) -> dict[str, inspect.Parameter]:
    if name.startswith("plot."):
        pytest.importorskip("matplotlib.pyplot")
        function = getattr(rfcli.plot, name.removeprefix("plot."))
    return dict(inspect.signature(function).parameters)


FUNCTIONS = dict(functions())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_arguments_of_wrong_types_are_refused_by_name(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    if name == "from_revision":
        started(tmp_path)
        commit(tmp_path, {"net.yaml": json.dumps(NET)})
    found = parameters(name, FUNCTIONS[name])
    needed = {one: GIVEN[one] for one in found if found[one].default is inspect.Parameter.empty and one not in ANYTHING}
    needed |= BESIDE.get(name, {})
    problems = [
        said
        for argument in found
        for value in WRONG
        if argument not in ANYTHING and not ANYTHING & set(found) and (said := judged(name, argument, value, needed))
    ]
    assert not problems, "\n".join(problems)


def judged(name: str, argument: str, value: object, needed: dict[str, object]) -> str:
    """What is wrong with how a function takes a value, "" where nothing is."""
    call = f"{name}({argument}={value!r:.40})"
    try:
        found = FUNCTIONS[name](**{**needed, argument: value})
        if isinstance(found, Iterator) and all(row["problems"] for row in found):
            return ""  # a sweep says what does not fit a setting in its row
    except (TypeError, rfcli.CallError) as error:
        named = re.search(rf"\b{argument.rstrip('s').replace('_', '.')}", str(error)) or name.rpartition(".")[2] in str(
            error
        )
        by_name = (argument in NETWORKS and "a network takes" in str(error)) or (
            argument == "name" and "there is no layer" in str(error)
        )
        lacks = "pip install" in str(error)  # what a package would look at, where it is not installed
        return "" if named or by_name or lacks else f"{call} says {type(error).__name__}: {error}"
    except (OSError, rfcli.DescriptionError) as error:
        return "" if argument in NETWORKS else f"{call} says {type(error).__name__}: {error}"
    except Exception as error:
        return f"{call} ends in {type(error).__name__}: {error}"
    fits = isinstance(value, FITS.get(argument, ())) or (argument, repr(value)) in TAKEN
    return "" if fits else f"{call} is taken"
