"""Mistakes of a command line that are told with what was given: typer says them without, or takes the last of two."""

from __future__ import annotations

from rfcli.cli.declarations import scaled
from rfcli.diagnostics import did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.cli.declarations import Argument, Command, Option


def mistaken(command: Command, words: list[str]) -> str:
    """What is wrong with the values of a command's options and its argument; "" where typer has to decide."""
    given, positional = _given(command, words)
    if given is None:
        return ""
    seen: dict[str, str] = {}
    for option, value in given:
        said = _wrong(option, value)
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


def _given(command: Command, words: list[str]) -> tuple[list[tuple[Option, str]] | None, list[str]]:
    """The options with a value, and the other words; None where a word is no option, or help is asked for."""
    by_flag = {flag: option for option in command.options for flag in option.flags}
    found: list[tuple[Option, str]] = []
    positional: list[str] = []
    rest = iter(words)
    for word in rest:
        if word == "--":
            positional += rest
        elif not word.startswith("-") or word == "-":
            positional.append(word)
        else:
            option, value = _option(by_flag, word, rest)
            if option is None or value is None:
                return None, []
            if not option.flag:
                found.append((option, value))
    return found, positional


def _option(by_flag: dict[str, Option], word: str, rest: Iterator[str]) -> tuple[Option | None, str | None]:
    """The option that a word begins, and its value, "" for a flag; None where there is none."""
    name, equals, value = word.partition("=") if word.startswith("--") else (word[:2], word[2:], word[2:])
    option = by_flag.get(name)
    if option is None or (option.flag and equals):
        return None, None
    return option, "" if option.flag else value if equals else next(rest, None)


def _wrong(option: Option, value: str) -> str:
    """What is wrong with a value of an option."""
    flag = option.flags[-1]
    if option.choices and value not in option.choices:
        return f"{flag} takes {_one_of(option.choices)}; is '{value}'{_near(value, option.choices)}"
    if option.scaled:
        return f"{flag} takes a whole number, 4000000000 or 4G; is '{value}'" if scaled(value) is None else ""
    if option.integer and not (value.isascii() and value.strip().lstrip("+-").isdecimal()):
        return f"{flag} takes a whole number; is '{value}'"
    return ""


def _not_one_of(argument: Argument, words: list[str]) -> str:
    wrong = next((word for word in words if argument.choices and word not in argument.choices), None)
    if wrong is None:
        return ""
    return (
        f"{argument.metavar.strip('[]')} is {_one_of(argument.choices)}; not '{wrong}'{_near(wrong, argument.choices)}"
    )


def _one_of(choices: tuple[str, ...]) -> str:
    return f"{', '.join(choices[:-1])} or {choices[-1]}"


def _near(word: str, choices: tuple[str, ...]) -> str:
    near = did_you_mean(word, choices)
    return f" ({near})" if near.startswith("did") else ""
