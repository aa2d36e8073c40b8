"""Reads plain command lines without typer, whose import takes longer than most commands run.

Only what is beyond doubt is read here; everything else (help, mistakes, abbreviations, completion) is left to typer,
which is made from the same declarations. A property test holds both against each other.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.cli.declarations import Command, Option


def parse(command: Command, words: list[str]) -> dict[str, object] | None:
    """The values of a command's options and arguments, or None where typer has to decide."""
    by_flag = {flag: option for option in command.options for flag in option.flags}
    values = command.defaults()
    positional: list[str] = []
    seen: set[str | None] = set()
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word == "--":
            positional.extend(words[at:])
            break
        if not word.startswith("-") or word == "-":
            positional.append(word)
            continue
        name, equals, value = word.partition("=")
        if not word.startswith("--"):
            name, equals, value = word, "", ""
        option = by_flag.get(name)
        if option is None or (option.flag and equals):
            return None
        if option.flag:
            values[option.name] = True
            continue
        if not equals:
            if at == len(words):
                return None
            value = words[at]
            at += 1
            if value.startswith("-") and value != "-":
                return None
        read = _value(option, value)
        if read is None:
            return None
        before = values[option.name]
        once = option.once(value)
        if once is not None and once in seen:
            return None
        seen.add(once)
        values[option.name] = (*before, read) if isinstance(before, tuple) else read
    return values if _place(command, positional, values) else None


def _value(option: Option, text: str) -> str | int | None:
    if option.choices and text not in option.choices:
        return None
    if option.integer:
        return option.number(text)
    return text or None


def _place(command: Command, positional: list[str], values: dict[str, object]) -> bool:
    """Puts positional arguments in their place; False where their number or value is wrong."""
    for argument in command.arguments:
        taken = positional[:1] if argument.single else positional
        positional = positional[len(taken) :]
        if len(taken) < argument.minimum or (argument.choices and any(word not in argument.choices for word in taken)):
            return False
        if argument.single:
            values[argument.name] = taken[0] if taken else argument.default
        else:
            values[argument.name] = tuple(taken)
    return not positional
