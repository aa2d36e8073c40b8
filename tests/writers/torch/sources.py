"""Sources of torch modules, taken apart: classes, what they construct and run, and one layer by itself."""

from __future__ import annotations

import ast
import json
from typing import Any

from writers.exporting import network

import rfcli

Case = tuple[str, dict[str, Any], str]
"""A layer type, its parameters, and what is written; or why it cannot be, in brackets."""


def case_id(case: Case) -> str:
    return f"{case[0]} {json.dumps(case[1])}"


def written(type: str, given: dict[str, Any], *, size: tuple[int | None, ...] = (12, 14), inputs: int = 1) -> str:
    """Statements and result, behind one another, of a layer of 8 channels; or why torch cannot have it."""
    names = [f"x{at}" for at in range(1, inputs + 1)]
    layer = {"name": "it", "type": type, **given, "inputs": [name for name in names if name != given.get("like")]}
    document = {"format": 1, "name": "net", "inputs": {name: {"size": size, "channels": 8} for name in names},
                "layers": [layer]}  # fmt: skip
    try:
        source = str(rfcli.exported(rfcli.loads(json.dumps(document), "net.json"), "torch"))
    except rfcli.DescriptionError as error:
        (problem,) = error.diagnostics
        return f"({problem.message.partition('torch: ')[2]})"
    network = [one for one in ast.parse(source).body if isinstance(one, ast.ClassDef)][-1]
    *constructed, forward = [one for one in network.body if isinstance(one, ast.FunctionDef)]
    lines = [ast.unparse(one) for function in constructed for one in function.body[1:]]
    (result,) = [one.value for one in forward.body if isinstance(one, ast.Return) and one.value is not None]
    return "; ".join([*lines, ast.unparse(result)]).replace("self.", "")


def classes(layers: list[dict[str, Any]], **given: Any) -> dict[str, tuple[list[str], list[str]]]:
    """By class of a network what its `__init__` does, behind its own arguments, and what its `forward` does, behind
    its own."""
    source = rfcli.exported(network(layers, **given), "torch")
    compile(source, "net.py", "exec")
    made = {}
    for one in ast.parse(source).body:
        if isinstance(one, ast.ClassDef):
            methods = {method.name: method for method in one.body if isinstance(method, ast.FunctionDef)}
            made[one.name] = (listed(methods.get("__init__"), 1), listed(methods["forward"], 0))
    return made


def listed(method: ast.FunctionDef | None, skipped: int) -> list[str]:
    """Names of a method's arguments, behind one another, and its statements."""
    if method is None:
        return []
    names = ", ".join(one.arg for one in method.args.args[1:])
    return [names, *(ast.unparse(one) for one in method.body[skipped:])]
