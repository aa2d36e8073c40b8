"""Mistakes of a command line that are told with what was given: typer says them without, or takes the last of two."""

from __future__ import annotations

from collections import deque

from rfcli.cli.declarations import one_of
from rfcli.diagnostics import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.cli.declarations import Argument, Command, Option


LONGEST = 60
"""Characters of a wrong value that are shown."""


def mistaken(command: Command, words: list[str]) -> str:
    """What is wrong with the values of a command's options and its argument; "" where typer has to decide."""
    given, positional = _given(command, words)
    if given is None:
        return ""
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
        said = _not_one_of(argument, positional[:1] if argument.single else positional)
        if said:
            return said
        positional = positional[1:]
    return ""


def _given(command: Command, words: list[str]) -> tuple[list[tuple[Option, str, str]] | None, list[str]]:
    """The options with a value, or why that is missing, and the other words; None where a word is no option, or help is
    asked for."""
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
            return None, []
        if option.flag:
            rest.extendleft([f"-{value}"] if value else [])  # -qv is -q -v
            continue
        missing = ""
        if not equals:
            missing = _missing(by_flag, rest)
            value = rest.popleft() if not missing else ""
        found.append((option, value, missing))
    return found, positional


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
    wrong = next((word for word in words if argument.choices and word not in argument.choices), None)
    if wrong is None:
        return ""
    return (
        f"{argument.metavar.strip('[]')} is {one_of(argument.choices)}; not '{wrong}'{_near(wrong, argument.choices)}"
    )


def _near(word: str, choices: tuple[str, ...]) -> str:
    near = did_you_mean(word, choices)
    return f" ({near})" if near.startswith("did") else ""
