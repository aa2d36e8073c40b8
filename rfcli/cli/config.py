"""`rf config`."""

from __future__ import annotations

import os

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Shared
from rfcli.cli.output import write
from rfcli.cli.session import Session
from rfcli.cli.settling import of, place
from rfcli.settings.settled import limits_around
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from rfcli.settings.finding import Finder
    from rfcli.settings.settled import Settings

USUAL = "default"
"""Where a value is from that nobody has settled."""


class Held(Value):
    """A setting as it holds for a file, and where it is from."""

    setting: str
    value: object
    source: str


def run(
    file: str,
    format: str,
    output: str | None,
    stdin_name: str,
    limit: tuple[str, ...],
    config: Finder,
    color: str,
    quiet: bool,
) -> int:
    """Prints the settings that hold for a file, and where each is from."""
    session = Session(Shared(stdin_name=stdin_name, limit=limit, config=config, color=color, quiet=quiet))
    folder = file != "-" and os.path.isdir(file)
    settings = of(session.finder, file, session.stdin_name)
    of_file = None if folder else place(file, session.stdin_name)
    held = [*_held(settings, of_file), *_limits(session, settings, limit)]
    from rfcli.render.columns import Column
    from rfcli.render.records import render

    columns = [
        Column("setting", "name of the setting", lambda one: one.setting, text=True),
        Column("value", "its value", lambda one: _shown(one.value), text=True),
        Column("source", "where it is from", lambda one: one.source, text=True),
    ]
    data = {
        "schema_version": 1,
        "file": session.shown(file),
        "config": settings.path or None,
        "settings": {one.setting: {"value": one.value, "source": one.source} for one in held},
    }
    write(render(format, held, columns, data, session.style(output)), output)
    if not settings.path:
        session.say("no rf.toml, and no pyproject.toml with [tool.rf], from here upwards")
    return session.ended()


def _held(settings: Settings, path: str | None) -> Iterator[Held]:
    """What holds for a file, None for a folder, but for the limits."""

    def told(setting: str, value: object, usual: object = None) -> Held:
        if value in (None, ()):
            return Held(setting, list(usual) if isinstance(usual, tuple) else usual, USUAL)
        return Held(setting, list(value) if isinstance(value, tuple) else value, str(settings.place(setting)))

    yield told("select", settings.select, ())
    yield told("ignore", settings.ignore, ())
    mine = settings.of_file(path)
    where = [str(settings.place("per-file-ignores", pattern)) for pattern, _ in mine]
    words = [word for _, words in mine for word in words]
    yield Held("per-file-ignores", words, ", ".join(where) or USUAL)
    yield told("exclude", settings.exclude, ())
    pattern = None if path is None else settings.excludes(path)
    at = None if pattern is None else settings.place("exclude", settings.exclude.index(pattern))
    yield Held("excluded", pattern is not None, USUAL if at is None else str(at))
    yield told("format", settings.format, "table")
    yield told("diagnostics", settings.diagnostics, "text")
    yield told("object-size", settings.object_size)
    yield told("displacement", settings.displacement)


def _limits(session: Session, settings: Settings, given: tuple[str, ...]) -> Iterator[Held]:
    """The limits that hold."""
    limits = session.limits_of(settings)
    named, around = _names(given), _names(limits_around())
    own = dict(settings.limits)
    for name in limits._fields:
        key = name.replace("_", "-")
        source = USUAL
        if name in named:
            source = "--limit"
        elif name in around:
            source = "RF_LIMITS"
        elif name in own:
            source = str(settings.place("limits", key))
        yield Held(f"limits.{key}", getattr(limits, name), source)


def _names(limits: Iterable[str]) -> set[str]:
    """Names of limits that are stated as `NAME=VALUE`."""
    return {one.partition("=")[0].strip().replace("-", "_") for one in limits}


def _shown(value: object) -> object:
    """A value in a cell; what is not settled, and nothing else, is an empty one."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list) else value


COMMAND = Command(
    "config",
    """Show the settings that hold for a file, and where each is from.

\b
  rf config nets/net.yaml
  rf config                    those of the current folder
  rf config net.yaml -f json   as data

Settings stand in rf.toml, or in pyproject.toml under [tool.rf]: select, ignore, per-file-ignores, exclude, format,
diagnostics, object-size, displacement, limits. Those of the nearest folder upwards from a file hold, as a whole; the
options of a call come before them.
""",
    run,
    Argument("file", "A description file or a folder; the current folder when left out.", "[FILE]", minimum=0,
             single=True, default="."),
    (
        options.FORMAT,
        options.OUTPUT,
        options.STDIN_NAME,
        options.LIMIT,
        options.CONFIG,
        options.ISOLATED,
        options.COLOR,
        options.QUIET,
    ),
)  # fmt: skip
