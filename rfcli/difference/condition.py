"""Conditions on a difference: `size < before`, what `rf diff --fail-if` takes."""

from __future__ import annotations

from rfcli import arguments
from rfcli.description.expressions import QUOTES_HELP, ExpressionError, Unclosed, expression
from rfcli.diagnostics import CallError, did_you_mean
from rfcli.difference.numbers import CHANGES, numbers
from rfcli.engine.plain import number
from rfcli.geometry.axes import axis_names
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.description.nodes import Plain
    from rfcli.difference.found import Difference, OutputDifference
    from rfcli.engine.report import LayerReport, Report

    Environment = dict[str, Plain]

ALONG = ("size", "stride", "padding", "center", "lookback", "lookahead", "output_size")
"""What an output has along each axis."""
AT_OUTPUT = {"channels": "channels", "aligned": "aligned", "uniform": "uniform", "globally": "global"}
"""What an output has as a whole, by what it is called in the JSON: a word of Python is no name of an expression."""
COSTS = ("params", "macs", "flops")
CUMULATIVE = tuple(f"cumulative_{name}" for name in COSTS)
QUANTITIES = (*ALONG, *AT_OUTPUT, *CUMULATIVE, *COSTS, "layers")
"""What may stand before a comparison with `before`: of an output, of all that it needs, of the whole network."""
COUNTS = CHANGES[:-1]
"""Layers of each change."""
BEFORE, CONSTANTS = "before", ("true", "false", "null")


class Held(Value):
    """Whether a condition holds, and where it was looked at: an output's name, and what stands there."""

    holds: bool
    where: str
    values: str


class Condition:
    """An expression over what is and what was. Raises `CallError` where it cannot be read."""

    def __init__(self, text: str) -> None:
        self.text = arguments.text(text, "condition")
        try:
            self._read = expression(f"$({_explicit(self.text)})")
        except Unclosed:
            raise self._wrong("a bracket is not closed") from None
        except ExpressionError as error:
            own = isinstance(error.help, str) and error.help and error.help != QUOTES_HELP
            help = error.help if own else "write a comparison: size < before, or params > 2e9"
            raise self._wrong(f"{error} ({help})") from None
        except ValueError as error:
            raise self._wrong(str(error)) from None
        known = [*QUANTITIES, *(f"{name}_{axis}" for name in ALONG for axis in "dhw")]
        known = [*known, *(f"{name}_{BEFORE}" for name in known), *COUNTS]
        for name in sorted(self._read.names - {*CONSTANTS, BEFORE}):
            if name not in known:
                told = did_you_mean(name, known, f"there are {', '.join((*QUANTITIES, *COUNTS))}")
                raise self._wrong(f"there is no number '{name}' ({told})")
        if BEFORE in self._read.names:
            raise self._wrong("it is not clear which number 'before' is (write size_before, params_before)")

    def _wrong(self, what: str) -> CallError:
        return CallError(f"condition '{self.text[:200]}': {what}", "condition")

    def holds(self, difference: Difference) -> Held | None:
        """Where it holds, or that it holds nowhere; None where a number that decides it is not known. Raises
        `CallError`."""
        unknown, whole = False, _whole(difference)
        for where, values in environments(difference):
            names = self._read.names - set(CONSTANTS)
            known = {**dict.fromkeys(names), **values}
            try:
                found = self._read.evaluate(known)
            except ExpressionError as error:
                if any(known[name] is None for name in names):
                    unknown = True
                    continue
                raise self._wrong(f"{error}, with {_told(known, names)}") from None
            if type(found) is not bool:
                raise self._wrong(f"it must be true or false, is {found!r:.40}: compare, size < before")
            if found:
                of_output = any(name not in whole for name in names)
                return Held(True, where if of_output else "", _told(known, names))
        return None if unknown else Held(False, "", "")


def environments(difference: Difference) -> Iterator[tuple[str, Environment]]:
    """What a condition is asked of: each output along each axis, once where there is none."""
    whole = _whole(difference)
    if not difference.outputs:
        yield "", whole
    for output in difference.outputs:
        yield from ((output.name, {**whole, **one}) for one in _of_output(output))


def _whole(difference: Difference) -> Environment:
    """What is so of the whole network."""
    counts: Environment = {name: count for name, count in difference.counts.items() if name in COUNTS}
    return counts | _of_network(difference.after, "") | _of_network(difference.before, f"_{BEFORE}")


def _of_network(report: Report | None, ending: str) -> Environment:
    costs = {name: None if report is None else number(getattr(report.total, name)) for name in COSTS}
    return {f"{name}{ending}": value for name, value in
            {**costs, "layers": None if report is None else len(report.layers)}.items()}  # fmt: skip


def _of_output(output: OutputDifference) -> Iterator[Environment]:
    """The numbers of an output along each of its axes."""
    sides = {"": output.after, f"_{BEFORE}": output.before}
    axes = max(len(layer.output_size) for layer in sides.values() if layer is not None)
    for axis in range(axes):
        found: Environment = {}
        for ending, layer in sides.items():
            found |= _of_layer(layer, axis, axes, ending)
        yield found


def _of_layer(layer: LayerReport | None, axis: int, axes: int, ending: str) -> Environment:
    values = numbers(layer)
    found: Environment = {}
    for name in ALONG:
        along = values.get(name)
        each = along if isinstance(along, list) and len(along) == axes else [None] * axes
        found[f"{name}{ending}"] = each[axis]
        found |= {f"{name}_{letter}{ending}": one for letter, one in zip(axis_names(axes), each, strict=True)}
    found |= {f"{name}{ending}": values.get(key) for name, key in AT_OUTPUT.items()}
    cost = None if layer is None else layer.cumulative
    return found | {
        f"{name}{ending}": None if cost is None else number(getattr(cost, name.removeprefix("cumulative_")))
        for name in CUMULATIVE
    }


def _told(values: Environment, names: frozenset[str]) -> str:
    """The values of some names, for people."""
    shown = {name: "unknown" if values[name] is None else str(values[name]).lower() for name in sorted(names)}
    return ", ".join(f"{name} {value[:40]}" for name, value in shown.items())


def _explicit(text: str) -> str:
    """A condition in which `before` is called by what it is compared with, where that is one number: `size <
    size_before`. Raises `ExpressionError`."""
    if not text.strip():
        raise ExpressionError("it is empty", "write size < before")
    if BEFORE not in text or len(text) > 1000:
        return text
    import ast

    source = f"({text}\n)"
    try:
        tree = ast.parse(source, mode="eval")
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return text  # the reader of expressions says what is wrong
    lines = source.encode().split(b"\n")
    places = []
    for compared in ast.walk(tree):
        if not isinstance(compared, ast.Compare):
            continue
        names = [one for one in ast.walk(compared) if isinstance(one, ast.Name)]
        others = {one.id for one in names} & {*QUANTITIES, *(f"{name}_{axis}" for name in ALONG for axis in "dhw")}
        for one in names:
            if one.id == BEFORE and len(others) == 1:
                places.append((one.lineno - 1, one.col_offset, next(iter(others))))
    for line, column, name in sorted(set(places), reverse=True):
        lines[line] = lines[line][:column] + name.encode() + b"_" + lines[line][column:]
    return b"\n".join(lines)[1:-2].decode()
