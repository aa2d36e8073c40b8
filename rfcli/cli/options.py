"""Options that several commands share, and what their words mean."""

from __future__ import annotations

from rfcli.cli.declarations import Argument, Option, UsageError
from rfcli.render.formats import DIAGNOSTICS, RECORDS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfcli.description.limits import Limits
    from rfcli.description.source import Settings
    from rfcli.geometry.units import Spacing
    from rfcli.pipeline import InputSize, InputSizes

NETWORKS = Argument(
    "networks",
    "Description files, directories (a SavedModel, or the descriptions and models below, others are passed over), "
    "bundled names (see 'rf list'), live code as torch:model.py:Net, or - for standard input.",
    "NETWORK...",
)
NETWORK = Argument(
    "network",
    "A description file, a bundled name, or - for standard input; of a directory each network below.",
    "NETWORK",
    single=True,
)
NETWORKS_ONE_BY_ONE = Argument(
    "networks", "Description files, bundled names (see 'rf list'), or - for standard input.", "NETWORK..."
)
COLOR = Option("color", ("--color",), "Colours: auto is on for terminals.", "auto", ("auto", "always", "never"))
DIAGNOSTIC = Option("diagnostics", ("--diagnostics",), "How problems are reported.", "text", tuple(DIAGNOSTICS))
FORMAT = Option(
    "format",
    ("-f", "--format"),
    "Format of the result; where none is given, the ending of --output says it.",
    "table",
    tuple(RECORDS),
)
LAYER = Option(
    "layer", ("--layer",), "The layer or scope; when left out the last map larger than one sample.", metavar="NAME"
)
LIMIT = Option("limit", ("--limit",), "Raise a limit of the reader; see schemas/README.md.", (), metavar="NAME=VALUE")
OUTPUT = Option("output", ("-o", "--output"), "Write to a file instead of standard output.", metavar="FILE")
QUIET = Option("quiet", ("-q", "--quiet"), "Say nothing but results and problems.", False)
SET = Option("set", ("--set",), "Override a parameter of the description.", (), metavar="NAME=VALUE")
STDIN_NAME = Option(
    "stdin_name", ("--stdin-name",), "Name of the description on standard input.", "<stdin>", metavar="NAME"
)
VERBOSE = Option("verbose", ("-v", "--verbose"), "Say more on standard error.", False)
INPUT_SIZE = Option(
    "input_size",
    ("--input-size",),
    "Use another input size: 321, 256x512, or none for unknown; NAME=SIZE for one of several inputs.",
    (),
    metavar="SIZE",
    named=True,
)
SPACING = Option("spacing", ("--spacing",), "Distance from sample to sample: 0.8mm, 2.5x0.8x0.8mm.", metavar="LENGTH")
RATE = Option("rate", ("--rate",), "Samples in a second, as 16000: a spacing in s.", metavar="N")
SKIP_OTHERS = Option(
    "skip_others",
    ("--skip-others",),
    "Pass over files that are no descriptions: no top-level 'format: 1', not *.rf.yaml, not in a folder architectures.",
    False,
)
FROM = Option("origin", ("--from",), "Measure fields in samples of this layer or input.", metavar="NAME")
CONFIG = Option(
    "config", ("--config",), "Take the settings of this file, rf.toml or a pyproject.toml, and look for no other.",
    metavar="FILE",
)  # fmt: skip
ISOLATED = Option("isolated", ("--isolated",), "Look for no settings, in no rf.toml or pyproject.toml.", False)
FORCE_EXCLUDE = Option(
    "force_exclude", ("--force-exclude",), "Pass over files that the settings exclude even where they are named.", False
)
EXAMPLE = Option(
    "example",
    ("--example",),
    "What live code is called with: 1x3x224x224; NAME=SHAPE for one of several inputs, NAME.KEY=SHAPE in a mapping; "
    "1x128:int64 for tokens.",
    (),
    metavar="SHAPE",
)
MODULE = Option("module", ("--module",), "Of live code only this part, as backbone.layer4.", metavar="NAME")
READING = (EXAMPLE, MODULE, SET, STDIN_NAME, LIMIT, CONFIG, ISOLATED)
SPEAKING = (DIAGNOSTIC, COLOR, QUIET, VERBOSE)
QUESTION = (LAYER, FORMAT, OUTPUT, FROM)
ANSWER = (INPUT_SIZE, *READING, *SPEAKING)
"""The options of a `Question`, before a command's own and after them."""


def settings(given: Iterable[str], limits: Limits) -> Settings:
    """Parameters of `--set NAME=VALUE`, values read as YAML. Raises `UsageError`."""
    found = {}
    for setting in given:
        name, equals, text = setting.partition("=")
        if not equals or not name:
            raise UsageError(f"--set takes NAME=VALUE; is '{setting}'")
        from rfcli.description.nodes import Problems
        from rfcli.description.source import YAML, read_text

        problems = Problems()
        node = read_text(text, f"--set {name}", limits, problems, YAML) if text.strip() else None
        if problems:
            raise UsageError(f"--set {name}: {problems[0].message}")
        plain = node.plain() if node is not None else ""
        if isinstance(plain, dict):
            raise UsageError(f"--set {name}: a parameter is a scalar or a list, not a mapping")
        found[name.strip()] = plain
    return found


def input_sizes(given: Iterable[str], flag: str = "--input-size") -> InputSizes:
    """The sizes of `--input-size`, or another flag: `()` for none, one for all inputs, or one by name. Raises
    `UsageError`."""
    by_name: dict[str, InputSize] = {}
    for word in given:
        name, equals, size = word.rpartition("=")
        by_name[name if equals else ""] = _input_size(size, word, flag)
    if not by_name:
        return ()
    if "" in by_name:
        if len(by_name) > 1:
            raise UsageError(f"{flag} takes either one size for all inputs, or NAME=SIZE for each")
        return by_name[""]
    return by_name


def spacing(given: str | None, rate: str | None) -> Spacing | None:
    """How far apart samples are by `--spacing 2.5x0.8x0.8mm` or `--rate 16000`. Raises `UsageError`."""
    import re
    from fractions import Fraction

    from rfcli.geometry.units import Spacing

    if given is not None and rate is not None:
        raise UsageError("--rate is a spacing in seconds: give one of --rate and --spacing")
    number = r"(?:[0-9]{1,12}(?:\.[0-9]{1,12})?)"
    if rate is not None:
        if not re.fullmatch(number, rate) or not Fraction(rate):
            raise UsageError(f"--rate takes the samples in a second, a number above 0; is '{rate}'")
        return Spacing((1 / Fraction(rate),), "s")
    if given is None:
        return None
    found = re.fullmatch(rf"({number}(?:x{number})*) ?((?!x)[^\W\d_]{{1,16}}|[°%])?", given)
    steps = [Fraction(one) for one in found[1].split("x")] if found else []
    if found is None or not all(steps):
        raise UsageError(f"--spacing takes numbers above 0 and a unit, as 0.8mm or 2.5x0.8x0.8mm; is '{given}'")
    return Spacing(tuple(steps), found[2] or "")


def _input_size(text: str, written: str, flag: str) -> InputSize:
    import re

    if text == "none":
        return None
    parts = text.lower().split("x")
    if not all(part == "none" or _is_size(part) for part in parts):
        numbers = re.findall(r"\d+", text) if re.fullmatch(r"[\d\s,;*×()\[\]]+", text) else []
        meant = f": did you mean {'x'.join(numbers)}?" if len(numbers) > 1 else ""
        raise UsageError(f"{flag} takes 321, 256x512 or none; is '{written}'{meant}")
    sizes = [None if part == "none" else int(part) for part in parts]
    return sizes[0] if len(sizes) == 1 else tuple(sizes)


def _is_size(text: str) -> bool:
    """Whether a text is a number of samples, from 1, of at most ten digits."""
    return text.isascii() and text.isdecimal() and len(text) <= 10 and int(text) > 0
