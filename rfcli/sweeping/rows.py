"""The rows of a sweep: a setting, what the layer sees for it, what the network costs, and what is wrong."""

from __future__ import annotations

from rfcli.description.expressions import QUOTES_HELP, ExpressionError, Unclosed, expression
from rfcli.diagnostics import CallError, DescriptionError, did_you_mean, printable
from rfcli.engine.plain import number
from rfcli.geometry.axes import axis_names
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfcli.description.expressions import Expression
    from rfcli.description.nodes import Plain
    from rfcli.engine.brief import Brief
    from rfcli.sweeping.variations import Variations

    Row = dict[str, Plain]

LENGTHS = ("size", "stride", "padding", "output_size")
"""What has a number for each axis: that number where they agree, else a list of them."""
COSTS = ("params", "macs", "flops")
TEXTS = ("problems", "notes")
"""Empty where there is nothing to say."""
COLUMNS = ("network", "layer", *LENGTHS, *COSTS, *TEXTS)

MOST_PROBLEMS = 3
"""Problems of a setting that its row names."""


class Columns(Value):
    """The columns of a sweep: `settings` has the column of each parameter that is varied."""

    settings: dict[str, str]

    @property
    def names(self) -> tuple[str, ...]:
        """All columns, in order."""
        return ("network", *self.settings.values(), *COLUMNS[1:])


def columns(parameters: Iterable[str]) -> Columns:
    """The columns for some parameters; one that is called as a column is, `size`, has the column `set_size`."""
    taken = {*COLUMNS, *(f"{name}_{letter}" for name in LENGTHS for letter in "dhw")}
    return Columns({name: f"set_{name}" if name in taken else name for name in parameters})


def row(network: Variations, setting: Row, chosen: Columns) -> tuple[Row, tuple[str, ...]]:
    """The row of a setting, and the letters of the network's axes (none where nothing is known of it)."""
    found: Row = {"network": network.network.label}
    found |= {column: setting[name] for name, column in chosen.settings.items()}
    problems, one = "", None
    try:
        one = network.brief(setting)
    except DescriptionError as error:
        problems = _said([f"{each.code} {each.message}" for each in error.diagnostics])
    except CallError as error:
        problems = str(error).removeprefix(f"{network.network.label}: ")
    except Exception as error:  # whatever it is, it ends no sweep
        problems = f"a bug in rf, please report it: {type(error).__name__}: {str(error)[:200]}"
    found |= _numbers(one)
    found |= {"problems": printable(problems), "notes": "" if one is None else printable("; ".join(one.notes))}
    return found, () if one is None else tuple(axis_names(len(one.size)))


def _said(problems: list[str]) -> str:
    """Problems in one text: the first few, and how many more there are."""
    problems = list(dict.fromkeys(problems))
    more = len(problems) - MOST_PROBLEMS
    return "; ".join([*problems[:MOST_PROBLEMS], *([f"and {more} more"] if more > 0 else [])])


def _numbers(one: Brief | None) -> Row:
    if one is None:
        return dict.fromkeys(("layer", *LENGTHS, *COSTS))
    found: Row = {"layer": one.layer}
    for name in LENGTHS:
        values = [number(value) for value in getattr(one, name)]
        found[name] = values[0] if all(value == values[0] for value in values) else values
    return found | {name: number(getattr(one.cost, name)) for name in COSTS}


def by_axis(row: Row, letters: Iterable[str]) -> Row:
    """The lengths of a row with a name for each axis: size_h, size_w."""
    letters = tuple(letters)
    found: Row = {}
    for name in LENGTHS:
        value = row[name]
        values = value if type(value) is list else [value] * len(letters)
        found |= {f"{name}_{letter}": one for letter, one in zip(letters, values, strict=True)}
    return found


class Where:
    """Which rows are wanted, by an expression over their columns. Raises `CallError` where it cannot be read."""

    def __init__(self, text: str, chosen: Columns, letters: Iterable[str] = "dhw") -> None:
        self.text = text
        try:
            self._read: Expression = expression(f"$({text})") if text.strip() else _empty()
        except Unclosed:
            raise CallError(f"--where '{text}': a bracket is not closed") from None
        except ExpressionError as error:
            help = error.help if isinstance(error.help, str) and error.help != QUOTES_HELP else ""
            said = f"{error} ({help})" if help else str(error)
            raise CallError(f"--where '{text}': {said}") from None
        known = [*chosen.names, *(f"{name}_{letter}" for name in LENGTHS for letter in letters)]
        for name in sorted(self._read.names):
            if name not in known and name not in ("true", "false", "null"):
                near = did_you_mean(name, known) or f"there is {', '.join(chosen.names)}"
                raise CallError(f"--where '{text}': there is no column '{name}' ({near})")

    def wants(self, row: Row, letters: tuple[str, ...]) -> bool:
        """Whether a row is wanted; one in which a number that decides it is not known is not. Raises `CallError`."""
        names = self._read.names
        env = row
        if any(name not in row for name in names):
            env = dict.fromkeys(names - {"true", "false", "null"}) | row | by_axis(row, letters)
        try:
            found = self._read.evaluate(env)
        except ExpressionError as error:
            if any(env.get(name) is None for name in names):
                return False
            several = next((name for name in LENGTHS if name in names and type(row[name]) is list), None)
            if several is not None:
                axes = ", ".join(f"{several}_{letter}" for letter in letters)
                raise CallError(f"--where: {several} differs between the axes here: write {axes}") from None
            raise CallError(f"--where: {error}, in a row with {_shown(row, names)}") from None
        if type(found) is not bool:
            raise CallError(f"--where must be true or false, '{self.text}' is {found!r:.40}: compare, size >= 101")
        return found


def _empty() -> Expression:
    raise ExpressionError("it is empty", "write a condition, size >= 101")


def _shown(row: Row, names: Iterable[str]) -> str:
    return ", ".join(f"{name} {row[name]!r:.40}" for name in sorted(names) if name in row)
