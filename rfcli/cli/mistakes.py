"""Mistakes of a command line that are told with what was given: typer says them without, or takes the last of two."""

from __future__ import annotations

import os
from collections import deque

from rfcli.cli.declarations import one_of
from rfcli.diagnostics import CODES, did_you_mean, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.cli.declarations import Argument, Command, Option


LONGEST = 60
"""Characters of a wrong value that are shown."""


def mistaken(command: Command, words: list[str]) -> str:
    """What is wrong with the values of a command's options and its argument; "" where typer has to decide."""
    given, positional, unknown = _given(command, words)
    if unknown:
        return "" if unknown in HELPS else _unknown(command, unknown)
    seen: dict[str, str] = {}
    for option, value, missing in given:
        said = f"{option.flags[-1]} takes {option.takes}; {missing}" if missing else _wrong(option, value)
        if said:
            return said
        once = option.once(value)
        if once is not None and once in seen:
            values = f"'{seen[once]}' and '{value}'" if seen[once] != value else f"'{value}' twice"
            return f"{option.flags[-1]} takes one value, is given {values}"
        if once is not None:
            seen[once] = value
    for argument in command.arguments:
        said = _not_one_of(argument, positional)
        if said:
            return said
        if len(positional) < argument.minimum:
            return _nothing(command, argument)
        positional = positional[1:] if argument.single else []
    return _too_many(command, positional) if positional else ""


def _given(command: Command, words: list[str]) -> tuple[list[tuple[Option, str, str]], list[str], str]:
    """The options with a value, or why that is missing, and the other words; then the first word that looks like an
    option and is none of the command's, which ends it."""
    by_flag = {flag: option for option in command.options for flag in option.flags}
    found: list[tuple[Option, str, str]] = []
    positional: list[str] = []
    rest = deque(words)
    while rest:
        word = rest.popleft()
        if word == "--":
            positional += rest
            break
        if not word.startswith("-") or word == "-":
            positional.append(word)
            continue
        name, equals, value = word.partition("=") if word.startswith("--") else (word[:2], word[2:], word[2:])
        option = by_flag.get(name)
        if option is None or (option.flag and equals and word.startswith("--")):
            return [], [], word
        if option.flag:
            rest.extendleft([f"-{value}"] if value else [])  # -qv is -q -v
            continue
        missing = ""
        if not equals:
            missing = _missing(by_flag, rest)
            value = rest.popleft() if not missing else ""
        found.append((option, value, missing))
    return found, positional, ""


def _missing(by_flag: dict[str, Option], rest: deque[str]) -> str:
    """Why the words that follow an option do not begin with its value, "" where they do."""
    if not rest:
        return "nothing follows it"
    if rest[0].partition("=")[0] in by_flag:
        return f"the option {rest[0]} follows it"
    return ""


def _wrong(option: Option, value: str) -> str:
    """What is wrong with a value of an option."""
    said = (
        f"{option.flags[-1]} takes {option.takes}; is '{value if len(value) <= LONGEST else value[:LONGEST] + '...'}'"
    )
    if option.choices:
        return "" if value in option.choices else said + _near(value, option.choices)
    if not option.integer:
        return "" if value else said
    if option.number(value) is not None:
        return ""
    return said if len(value) <= LONGEST else said.replace("a whole number", "a whole number of fewer digits", 1)


def _not_one_of(argument: Argument, words: list[str]) -> str:
    own = words[:1] if argument.single else words
    wrong = next((word for word in own if argument.choices and word not in argument.choices), None)
    if wrong is None:
        return ""
    said = f"{_word(argument)} is {one_of(argument.choices)}; not '{wrong}'{_near(wrong, argument.choices)}"
    if is_network(wrong):
        kind = next((word for word in words if word in argument.choices), argument.choices[0])
        said += f"; it stands before the networks: {kind} {wrong}"
    return said


def _word(argument: Argument) -> str:
    return argument.metavar.strip("[].")


def _nothing(command: Command, argument: Argument) -> str:
    """That an argument is missing, with what it is."""
    what = f"one of {one_of(argument.choices)}" if argument.choices else argument.help.rstrip(".")
    return f"{_word(argument)} is missing: {what[0].lower()}{what[1:]}"


def _too_many(command: Command, words: list[str]) -> str:
    """That more words are given than a command takes."""
    takes = " and ".join(_word(argument) for argument in command.arguments) or "no word"
    torn = words[0].replace("x", "").replace(",", "").isdecimal()
    more = "; several numbers are one word: 256x256, or 3,3 for a position" if torn else ""
    has_output = any("-o" in option.flags for option in command.options)
    if has_output and not torn and not os.path.exists(words[0]) and os.path.splitext(words[0])[1]:
        more = f": did you mean -o {words[0]}?"
    return f"it takes {takes} beside its options; '{words[0]}' is one word more{more}"


HELPS = ("-h", "--help")
MEANT = {"--size": "--input-size", "--shape": "--input-size", "--img-size": "--input-size", "--imgsz": "--input-size",
         "--out": "--output", "--file": "--output", "--silent": "--quiet", "--verbose": "--diagnostics",
         "--param": "--set", "--name": "--layer", "--node": "--layer", "--step": "--depth"}  # fmt: skip
"""Options of other tools, and what they are called here."""


def _unknown(command: Command, word: str) -> str:
    """What is said of a word that looks like an option and is none, with the option that may be meant."""
    name = word.partition("=")[0]
    flags = [flag for option in command.options for flag in option.flags]
    if name in flags:
        return f"{name} takes no value"
    return f"there is no option {name}{_instead(command, name, flags)}"


SHORT = {"f": "--to", "format": "--to", "target": "--to", "to": "--format", "t": "--to", "c": "--columns",
         "n": "--layer", "l": "--layer", "i": "--input-size", "d": "--depth", "v": "--verbose"}  # fmt: skip
"""Options that other commands, and other tools, have for the same."""


def _others(flag: str) -> str:
    """The first commands that have an option."""
    from rfcli.cli.declarations import COMMANDS, command

    found = [f"rf {name}" for name in COMMANDS if any(flag in option.flags for option in command(name).options)]
    return " or ".join(found[:2]) if len(found) <= 3 else ""


def _instead(command: Command, name: str, flags: list[str]) -> str:
    """What may be meant by a word that is no option."""
    bare = name.lstrip("-").replace("_", "-").lower()
    formats = next((option for option in command.options if option.name == "format"), None)
    if formats is not None and bare in formats.choices:
        return f": did you mean -f {bare}?"
    meant = next((one for one in (MEANT.get(f"--{bare}"), SHORT.get(bare), f"--{bare}") if one in flags), None)
    if meant is not None:
        return f": did you mean {meant}?"
    others = _others(f"--{bare}" if len(bare) > 1 else f"-{bare}")
    if others:
        return f", which {others} has"
    near = nearest(f"--{bare}", [flag for flag in flags if flag.startswith("--")]) if len(bare) > 1 else ""
    return f": did you mean {near}?" if near else f": 'rf {command.name} -h' lists them"


SYNONYMS = {
    "analyse": "compute", "analyze": "compute", "calc": "compute", "info": "compute", "receptive-field": "compute",
    "run": "compute", "summary": "compute", "field": "compute", "cat": "show", "print": "show", "lint": "check",
    "test": "check", "draw": "plot", "visualise": "plot", "visualize": "plot", "view": "report", "html": "report",
    "convert": "import", "load": "import", "read": "import", "create": "init", "new": "init", "start": "init",
    "ls": "list", "models": "list", "networks": "list", "search": "sweep", "grid": "sweep", "tiles": "tile",
    "size": "sizes", "where": "locate", "why": "explain", "version": "--version",
}  # fmt: skip
"""Words that other tools have for what a command does."""


def no_command(word: str, commands: tuple[str, ...]) -> str:
    """What is said of a first word that is no command."""
    if is_network(word):
        return f"'{word}' is a network, no command: did you mean 'rf compute {word}'?"
    if word.upper() in CODES:
        return f"'{word}' is a code, no command: did you mean 'rf rules {word.upper()}'?"
    meant = SYNONYMS.get(word.lower(), word.lower())
    is_meant = meant in commands or meant == "--version"
    near = f"did you mean '{meant}'?" if is_meant else did_you_mean(word, commands, "")
    return f"there is no command '{word}': {near + ' ' if near else ''}'rf -h' lists them"


def is_network(word: str) -> bool:
    """Whether a word names a file, a folder or a bundled network, or code that makes one."""
    from rfcli import resources
    from rfcli.live import names_code

    return os.path.exists(word) or word in resources.architectures() or names_code(word)


def _near(word: str, choices: tuple[str, ...]) -> str:
    near = did_you_mean(word, choices, "")
    return f" ({near})" if near else ""
