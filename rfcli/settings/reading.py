"""A file of settings as `Settings`: its keys, their types, and what is wrong with them."""

from __future__ import annotations

import re
import tomllib

from rfcli.description.limits import MOST, Limits
from rfcli.description.nodes import place as line_and_column
from rfcli.diagnostics import CODES, Near, Span, did_you_mean, printable
from rfcli.render.formats import DIAGNOSTICS, FORMATS
from rfcli.settings.places import place
from rfcli.settings.settled import NOTHING, Settings

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    Said = tuple[tuple[str | int, ...], str, str]
    """Where something is wrong, as keys below the table of settings, what it is, and what would mend it."""

ALL = "ALL"
LARGEST = 10**10
"""No size of objects or limit is larger."""


class SettingsError(ValueError):
    """A file of settings that is wrong; the message has a line for each problem, with its place."""


class UnreadableSettings(SettingsError):
    """A file of settings that cannot be read."""


def read(path: str, shown: str, root: str, sure: bool) -> Settings:
    """The settings in a file, which messages call `shown`; patterns are relative to `root`. A file that is not `sure`
    to be ours is one of several tools, and may have none: `NOTHING`. Raises `SettingsError`."""
    text = _text(path, shown)
    try:
        whole = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        what, *_ = str(error).split(" (at ")
        found = re.search(r"line (\d+), column (\d+)", str(error))
        end = line_and_column(text, len(text))
        line, column = (int(found[1]), int(found[2])) if found else end
        raise SettingsError(f"{printable(f'{shown}:{line}:{column}')}: no TOML: {printable(what)}") from None
    except RecursionError:
        raise SettingsError(f"{printable(shown)}:1:1: lists are nested too deeply") from None
    tool: tuple[str, ...] = ()
    held: object = whole
    if not sure or set(whole) & {"tool", "project", "build-system"}:
        tool = ("tool", "rf")
        table = whole.get("tool")
        if not isinstance(table, dict) or "rf" not in table:
            if not sure:
                return NOTHING
            held = {}
        else:
            held = table["rf"]
    reading = _Reading()
    settings = reading.settings(held)
    if reading.wrong:
        raise SettingsError(_told(shown, text, tool, reading.wrong))
    return settings.replaced(path=shown, root=root, text=text, tool=tool)


def _text(path: str, shown: str) -> str:
    try:
        with open(path, "rb") as stream:
            return stream.read().decode("utf-8-sig")
    except (OSError, ValueError) as error:
        why = "not UTF-8" if isinstance(error, UnicodeDecodeError) else getattr(error, "strerror", None) or str(error)
        raise UnreadableSettings(f"{printable(shown)}: cannot be read: {printable(str(why))}") from None


def _told(shown: str, text: str, tool: tuple[str, ...], wrong: Iterable[Said]) -> str:
    """The problems of a file, each with its place, in the order of the text."""
    found = sorted((place(text, (*tool, *keys)), what, help) for keys, what, help in wrong)
    lines = []
    for where, what, help in found:
        lines.append(printable(f"{Span(shown, *where)}: {what}"))
        lines += [printable(f"  help: {help}")] if help else []
    return "\n".join(lines)


class _Reading:
    """Reads a table of settings, and collects what is wrong."""

    def __init__(self) -> None:
        self.wrong: list[Said] = []

    def add(self, keys: tuple[str | int, ...], what: str, help: str | Near = "") -> None:
        self.wrong.append((keys, what, help.text if isinstance(help, Near) else help))

    def settings(self, table: object) -> Settings:
        """The settings of a table."""
        if not isinstance(table, dict):
            self.add((), f"[tool.rf] must be a table, is {_kind(table)}")
            return NOTHING
        found: dict[str, object] = {}
        for key, value in table.items():
            if key not in KEYS:
                self.add((key,), f"there is no setting '{key}'", Near(key, KEYS, f"there are {', '.join(KEYS)}"))
                continue
            found[key.replace("-", "_")] = KEYS[key](self, (key,), value)
        return Settings(**{key: value for key, value in found.items() if value is not None})  # type: ignore[arg-type]

    def texts(self, keys: tuple[str | int, ...], value: object, what: str) -> tuple[str, ...]:
        """A list of texts."""
        name = ".".join(map(str, keys))
        if not isinstance(value, list):
            self.add(keys, f"{name} must be a list of {what}, is {_kind(value)}",
                     f'write [{_quoted(value)}]' if isinstance(value, str) else "")  # fmt: skip
            return ()
        for at, one in enumerate(value):
            if not isinstance(one, str) or not one:
                what_it_is = "empty" if one == "" else _kind(one)
                self.add((*keys, at), f"{name} must be a list of {what}; an item is {what_it_is}")
        return tuple(one for one in value if isinstance(one, str) and one)

    def codes(self, keys: tuple[str | int, ...], value: object) -> tuple[str, ...]:
        """A list of words that name rules and expectations."""
        words = self.texts(keys, value, 'codes, ["RF501"]')
        known = [code for code in CODES if code.startswith(("RF4", "RF5"))]
        for word in words:
            if word != ALL and not (word.startswith(("RF4", "RF5")) and any(one.startswith(word) for one in known)):
                at = value.index(word) if isinstance(value, list) else 0
                self.add((*keys, at), f"no rule is called '{word}'", Near(word, [ALL, *known], "'rf rules' lists them"))
        return words

    def patterns(self, keys: tuple[str | int, ...], value: object) -> tuple[str, ...]:
        """A list of patterns of paths."""
        return self.texts(keys, value, 'patterns, ["drafts"]')

    def by_pattern(self, keys: tuple[str | int, ...], value: object) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Codes by the pattern of the files in which they are ignored."""
        if not isinstance(value, dict):
            self.add(keys, f"{keys[-1]} must be a table of patterns with their codes, is {_kind(value)}",
                     'write {"drafts/*" = ["RF501"]}')  # fmt: skip
            return ()
        return tuple((pattern, self.codes((*keys, pattern), words)) for pattern, words in value.items())

    def choice(self, keys: tuple[str | int, ...], value: object, known: Iterable[str]) -> str | None:
        """One of some words."""
        words = list(known)
        if isinstance(value, str) and value in words:
            return value
        is_ = f"'{value}'" if isinstance(value, str) else _kind(value)
        near = did_you_mean(value, words, "") if isinstance(value, str) else ""
        self.add(keys, f"{keys[-1]} must be one of {', '.join(words)}; is {is_}", near)
        return None

    def number(self, keys: tuple[str | int, ...], value: object, most: int = LARGEST) -> int | None:
        """A whole number from 1."""
        if type(value) is int and 1 <= value <= most:
            return value
        is_ = str(value) if type(value) is int else _kind(value)
        least = "a whole number from 1" + (f" to {most}" if most != LARGEST else "")
        self.add(keys, f"{'.'.join(map(str, keys))} must be {least}, is {is_}")
        return None

    def limits(self, keys: tuple[str | int, ...], value: object) -> tuple[tuple[str, int], ...]:
        """Limits by name."""
        if not isinstance(value, dict):
            self.add(keys, f"limits must be a table of names with their numbers, is {_kind(value)}")
            return ()
        found = []
        names = [name.replace("_", "-") for name in Limits._fields]
        for name, limit in value.items():
            if name not in names:
                self.add((*keys, name), f"no limit is called '{name}'",
                         Near(name, names, f"there are {', '.join(names)}"))  # fmt: skip
                continue
            plain = name.replace("-", "_")
            number = self.number((*keys, name), limit, MOST.get(plain, LARGEST))
            if number is not None:
                found.append((plain, number))
        return tuple(found)


KEYS: dict[str, Callable[[_Reading, tuple[str | int, ...], object], object]] = {
    "select": _Reading.codes,
    "ignore": _Reading.codes,
    "per-file-ignores": _Reading.by_pattern,
    "exclude": _Reading.patterns,
    "format": lambda reading, keys, value: reading.choice(keys, value, FORMATS),
    "diagnostics": lambda reading, keys, value: reading.choice(keys, value, DIAGNOSTICS),
    "object-size": _Reading.number,
    "displacement": _Reading.number,
    "limits": _Reading.limits,
}
"""The keys of a file of settings, each with what reads it."""


def _kind(value: object) -> str:
    """What a value of TOML is, for people."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return str(value)
    if isinstance(value, str):
        return f"the string {_quoted(value)}" if len(value) <= 40 else "a string"
    return "a list" if isinstance(value, list) else "a table" if isinstance(value, dict) else "a date or time"


def _quoted(text: object) -> str:
    """A text as TOML has it."""
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'
