"""What the settings of a project say of a call: they stand in for options that are not given."""

from __future__ import annotations

import os
import sys

from rfcli.cli.declarations import SETTLED, UsageError, Usual, by_ending
from rfcli.settings.finding import Finder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.cli.declarations import Command
    from rfcli.settings.settled import Settings

NAMING = ("networks", "network", "model")
"""Arguments that name networks."""
DESCRIBING = ("import", "show", "suggest")
"""Commands that write a description, which may take the place of the one that they read."""


def called(command: Command, values: dict[str, object]) -> int:
    """Runs a command with what the settings say, where it asks for any, and returns the exit status. A folder that is
    one model stands for the file in it."""
    values |= {name: _as_files(values[name]) for name in NAMING if name in values}
    try:
        _look_at_files(command, values)
        if "isolated" in values:
            values = settled(command, values)
    except UsageError as error:
        print(error.told(command.name), file=sys.stderr)
        return 2
    return command.call(values)


def _look_at_files(command: Command, values: dict[str, object]) -> None:
    """Raises `UsageError` where a result would stand in place of what it is made of, or standard input is wanted
    twice."""
    named = [values[name] for name in (*NAMING, "file", "image") if name in values]
    files = [str(file) for one in named for file in (one if isinstance(one, tuple) else (one,)) if file is not None]
    if files.count("-") > 1:
        raise UsageError("standard input can be read once: name - once")
    output = values.get("output")
    if command.name in DESCRIBING or not isinstance(output, str):
        return
    for file in files:
        if _same(file, output):
            raise UsageError(f"-o {output} is what is read, and would be lost: name another file")


def _same(one: str, other: str) -> bool:
    """Whether two paths lead to one regular file."""
    try:
        return os.path.isfile(other) and os.path.samefile(one, other)
    except (OSError, ValueError):
        return False


def _as_files(named: object) -> object:
    """What names networks, with the file in place of the folder of one model."""
    if isinstance(named, tuple):
        return tuple([_as_files(one) for one in named])
    if not isinstance(named, str) or not os.path.isdir(named):
        return named
    from rfcli.pipeline import main_file

    return main_file(named)


def settled(command: Command, values: dict[str, object]) -> dict[str, object]:
    """The values of a command with those that the settings of its first network say in place of the usual ones, and
    with what finds settings as `config`. Raises `UsageError`."""
    values = values | by_ending(command, values)
    given, isolated = values.pop("config"), values.pop("isolated")
    if given is not None and isolated:
        raise UsageError("--config names a file of settings, and --isolated wants none: give one of them")
    finder = Finder(None if given is None else str(given), isolated is True)
    values["config"] = finder
    if not any(name in values for name in (*NAMING, "file")):
        return values
    networks = values.get("networks") or (values.get("network") or values.get("model") or values.get("file") or "-",)
    first = str(networks[-1 if command.name == "diff" else 0]) if isinstance(networks, tuple) else "-"
    finder.main = of(finder, first, str(values.get("stdin_name", "")))
    for option in command.options:
        said = getattr(finder.main, option.name) if option.name in SETTLED else None
        if said in option.choices and option.default in ("table", "text") and isinstance(values[option.name], Usual):
            values[option.name] = said
    return values


def place(name: str, stdin_name: str = "") -> str | None:
    """The file that a network's name means; None for a bundled network, and for standard input without a name."""
    from rfcli.description.source import locate

    if name == "-":
        return None if stdin_name in ("", "<stdin>") else stdin_name
    path, bundled = locate(name)
    return None if bundled else path


def of(finder: Finder, name: str, stdin_name: str = "") -> Settings:
    """The settings that hold for a network, a file or what lies below a folder. Raises `UsageError`."""
    if name != "-" and os.path.isdir(name):
        return at(finder, name, folder=True)
    return at(finder, place(name, stdin_name))


def at(finder: Finder, path: str | None, folder: bool = False) -> Settings:
    """The settings that hold for a file, or for what lies below a folder. Raises `UsageError`."""
    try:
        return finder.below(path) if folder and path is not None else finder.of(path)
    except ValueError as error:
        from rfcli.settings.reading import UnreadableSettings

        if isinstance(error, UnreadableSettings) and finder.given is not None:
            raise UsageError(f"--config: {error}") from None
        raise WrongSettings(str(error)) from None


class WrongSettings(UsageError):
    """Settings that are wrong: a line for each problem, with its place."""

    def told(self, command: str) -> str:
        """The lines, as those of a description's problems."""
        return str(self)
