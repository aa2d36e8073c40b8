"""What a command takes, declared once: `fast.py` and `app.py` (typer) both read it."""

from __future__ import annotations

import sys

from rfcli.diagnostics import printable
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rfcli.settings.finding import Finder


class UsageError(Exception):
    """A call that makes no sense; the message is for people."""

    def told(self, command: str) -> str:
        """What is printed of it."""
        return printable(f"rf {command}: {self}")


class Usual(str):
    """The value of an option that is not given, where a project's settings may say another one."""

    __slots__ = ()


SETTLED = ("format", "diagnostics")
"""Options whose value, where none is given, a project's settings may say: for all commands that read networks."""


class Option:
    """An option: `flags` as on the command line; a boolean where `default` is False, repeatable where it is (),
    then with one value for each name where `named`; a whole number from `least` to `most` where `integer`, where
    `scaled` as 1G too."""

    __slots__ = (
        "choices",
        "default",
        "flags",
        "help",
        "integer",
        "least",
        "metavar",
        "most",
        "name",
        "named",
        "scaled",
    )

    def __init__(
        self,
        name: str,
        flags: tuple[str, ...],
        help: str,
        default: object = None,
        choices: tuple[str, ...] = (),
        metavar: str = "",
        integer: bool = False,
        named: bool = False,
        scaled: bool = False,
        least: int | None = None,
        most: int | None = None,
    ) -> None:
        self.name, self.flags, self.help, self.default = name, flags, help, default
        self.choices, self.metavar, self.integer = choices, metavar, integer or scaled
        self.named, self.scaled, self.least, self.most = named, scaled, least, most

    @property
    def flag(self) -> bool:
        """Takes no value."""
        return self.default is False

    @property
    def repeatable(self) -> bool:
        """May be given several times."""
        return self.default == ()

    def number(self, text: str) -> int | None:
        """The whole number that a text is, where this option takes it."""
        found = scaled(text) if self.scaled else whole(text)
        if found is None or (self.least is not None and found < self.least):
            return None
        return found if self.most is None or found <= self.most else None

    @property
    def takes(self) -> str:
        """What a value is, for people."""
        if self.choices:
            return one_of(self.choices)
        if not self.integer:
            return self.metavar
        ends = "" if self.least is None else f" from {self.least}"
        ends += "" if self.most is None else f" to {self.most}"
        return f"a whole number{ends}" + (", 4000000000 or 4G" if self.scaled else "")

    def once(self, value: str) -> str | None:
        """What may be given once: the option, or with `named` the name before the = of a value; None for all else."""
        if self.named:
            return f"{self.name} {value.rpartition('=')[0]}"
        return None if self.repeatable or self.flag else self.name


def one_of(words: tuple[str, ...]) -> str:
    """Words that one is chosen of."""
    return f"{', '.join(words[:-1])} or {words[-1]}"


SCALES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}
"""Powers of a thousand that whole numbers may be written with."""


def whole(text: str) -> int | None:
    """A whole number of at most 18 digits; None where it is none."""
    digits = text[1:] if text[:1] in ("+", "-") else text
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) <= 18 else None


def scaled(text: str) -> int | None:
    """A whole number, also as 25.6M, 4G or 4e9, of at most 30 digits; None where it is none."""
    from decimal import Decimal
    from re import ASCII, fullmatch

    found = fullmatch(r"\+?(\d{1,30}(?:\.\d{1,30})?)(?:e\+?(\d{1,2}))? ?([kmgt]?)", text.strip().lower(), ASCII)
    if found is None:
        return None
    number = Decimal(found[1]).scaleb(int(found[2] or 0)) * SCALES[found[3]]
    return int(number) if number < 10**30 and number == number.to_integral_value() else None


class Argument:
    """Positional arguments: any number from `minimum`, or one where `single`."""

    __slots__ = ("choices", "default", "help", "metavar", "minimum", "name", "single")

    def __init__(
        self,
        name: str,
        help: str,
        metavar: str,
        minimum: int = 1,
        single: bool = False,
        choices: tuple[str, ...] = (),
        default: str = "",
    ) -> None:
        self.name, self.help, self.metavar, self.minimum = name, help, metavar, minimum
        self.single, self.choices, self.default = single, choices, default


class Shared(Value):
    """What commands that read descriptions have in common; the options of these names are handed over together."""

    set: tuple[str, ...] = ()
    stdin_name: str = "<stdin>"
    limit: tuple[str, ...] = ()
    diagnostics: str = "text"
    color: str = "auto"
    quiet: bool = False
    verbose: bool = False
    config: Finder | None = None
    """What finds the settings of projects; None where there are none."""
    example: tuple[str, ...] = ()
    module: str | None = None


class Question(Value):
    """What commands about a layer of one network have in common, the network's main layer where none is named; handed
    over together where a command takes all of it."""

    network: str
    layer: str | None
    format: str
    output: str | None
    origin: str | None
    input_size: tuple[str, ...]
    shared: Shared


class Drawing(Value):
    """What a picture is asked for; handed over together."""

    output: str | None
    layer: tuple[str, ...]
    at: str | None
    covers: str | None
    image: str | None
    tile: str | None
    ignore_global: bool
    accuracy: str | None
    sample: int | None
    nonlinearity: str
    init: str
    weights: str | None
    seed: int | None
    width: int | None
    style: str
    origin: str | None
    input_size: tuple[str, ...]
    spacing: str | None
    rate: str | None


TOGETHER: dict[str, type[Value]] = {"shared": Shared, "question": Question, "drawing": Drawing}
"""What is handed over together, by the name that `run` gives it."""


class Command:
    """A command: its options and what it runs. `run` takes them by name, those of `Shared` as `shared` and with them
    those of `Question` as `question`, and returns the exit status. `first` is a word that stands before the argument.
    """

    __slots__ = ("argument", "first", "help", "name", "options", "run")

    def __init__(
        self,
        name: str,
        help: str,
        run: Callable[..., int],
        argument: Argument | None = None,
        options: tuple[Option, ...] = (),
        first: Argument | None = None,
    ) -> None:
        self.name, self.help, self.run, self.argument, self.options = name, help, run, argument, options
        self.first = first

    @property
    def arguments(self) -> tuple[Argument, ...]:
        """The positional arguments in order; only the last may be several words."""
        return tuple([one for one in (self.first, self.argument) if one is not None])

    def call(self, values: dict[str, object]) -> int:
        """Runs the command and returns the exit status; a call that makes no sense is told on standard error."""
        try:
            return self.run(**_together(values | by_ending(self, values)))
        except UsageError as error:
            print(error.told(self.name), file=sys.stderr)
            return 2

    def defaults(self) -> dict[str, object]:
        """Every option and argument with its default."""
        found: dict[str, object] = {option.name: option.default for option in self.options}
        found |= {name: Usual(found[name]) for name in SETTLED if type(found.get(name)) is str}
        for argument in self.arguments:
            found[argument.name] = argument.default if argument.single else ()
        return found


ENDINGS = {
    ".csv": "csv", ".json": "json", ".jsonl": "ndjson", ".md": "markdown", ".ndjson": "ndjson", ".sarif": "sarif",
    ".tsv": "tsv", ".xml": "junit",
}  # fmt: skip
"""What the ending of a file that is written says of its format."""
PROBLEMS = ("validate", "check")
"""Commands whose file holds the problems."""


def by_ending(command: Command, values: dict[str, object]) -> dict[str, object]:
    """The format that the ending of `--output` says, where no other one is given."""
    name = "diagnostics" if command.name in PROBLEMS else "format"
    output, usual = values.get("output"), values.get(name)
    if not isinstance(output, str) or not isinstance(usual, Usual):
        return {}
    format = ENDINGS.get(output[output.rfind(".") :].lower() if "." in output else "", "")
    fits = any(format in option.choices for option in command.options if option.name == name)
    return {name: format} if fits else {}


def _together(values: dict[str, object]) -> dict[str, object]:
    """Values of options with those that are handed over together as one."""
    for together, kind in TOGETHER.items():
        if all(name in values for name in kind._fields):
            rest = {name: value for name, value in values.items() if name not in kind._fields}
            values = {**rest, together: kind(**{name: values[name] for name in kind._fields})}
    return values


COMMANDS = (
    "compute", "validate", "check", "rules", "explain", "locate", "paths", "sizes", "suggest", "tile", "erf", "graph",
    "plot", "report", "verify", "compare", "diff", "sweep", "init", "list", "show", "import", "export", "schema",
    "config", "lsp", "table", "help",
)  # fmt: skip
"""Names of the commands, in the order of the help; each is a module of this package with a `COMMAND`, where its name is
no keyword of Python."""

GROUPS = {
    "Look": (
        "compute",
        "explain",
        "locate",
        "paths",
        "erf",
        "graph",
        "plot",
        "report",
        "compare",
        "diff",
        "list",
        "show",
        "help",
    ),
    "Check": ("validate", "check", "rules", "verify"),
    "Design": ("init", "sizes", "suggest", "sweep", "tile"),
    "Exchange": ("import", "export", "table", "schema", "config", "lsp"),
}
"""Headings of the help, and the commands below each; those that stand nowhere stand below the last."""
SUMMARIES = {
    "validate": "Check descriptions: text, structure, names, sizes and channels.",
    "check": "Check what descriptions promise, and how they are designed.",
    "rules": "Show the rules of 'rf check', or the manual of any code.",
    "explain": "Explain a layer's field: the recurrences with their numbers.",
    "locate": "Locate the samples behind an output, or the outputs of a sample.",
    "paths": "Count the paths from the input to a layer, by field size.",
    "sizes": "Tell exactly which input sizes a network takes.",
    "suggest": "Suggest changes of a description that reach a field.",
    "tile": "Cut an image into tiles whose stitched outputs equal one pass.",
    "erf": "Compute the effective field: how much each sample counts.",
    "graph": "Draw a network: its layers in boxes, each with its field.",
    "report": "Write a page: point at a feature, and see what it sees.",
    "verify": "Verify what rf says: measure fields by autograd of torch.",
    "lsp": "Serve an editor: fields beside the layers, problems, completion.",
    "compare": "Compare networks: field, stride, alignment, costs, accuracy.",
    "diff": "Tell what a change does, layer by layer: two files or revisions.",
}
"""What the help of all commands says of those whose own first sentence is longer than a line."""

MODULES = {"import": "import_"}
"""Modules of the other commands."""


def command(name: str) -> Command:
    """The command called `name`."""
    from importlib import import_module

    found: Command = import_module(f"rfcli.cli.{MODULES.get(name, name)}").COMMAND
    return found
