"""One call of rf: what it may read, what became of each network, what is said of it, and the exit status."""

from __future__ import annotations

import sys
import time
from importlib import import_module

from rfcli.cli.declarations import Shared, UsageError
from rfcli.cli.options import settings
from rfcli.cli.output import colored, terminal_width, write
from rfcli.cli.settling import of
from rfcli.description.limits import Limits
from rfcli.diagnostics import CallError, DescriptionError, Diagnostic, Span, counted, printable
from rfcli.render.formats import DIAGNOSTICS
from rfcli.render.outcome import Outcome
from rfcli.settings.finding import Finder
from rfcli.settings.settled import limits_around
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.render.view import Style
    from rfcli.settings.settled import Settings


MOST_ALIKE = 3
"""Networks that are named one by one where a call does not fit them for the same reason."""


def listed(sources: list[str]) -> str:
    """Networks for a message: each by name, or how many more there are than the first."""
    return ", ".join(sources) if len(sources) <= MOST_ALIKE else f"{sources[0]} and {len(sources) - 1} more"


class Mistake(Value):
    """Where the call does not fit a network: what is wrong, for people. Without a `source` it is about all of them."""

    source: str
    what: str

    def __str__(self) -> str:
        return f"{self.source}: {self.what}" if self.source else self.what

    @property
    def core(self) -> str:
        """What is wrong without the help at its end, which may differ from network to network."""
        return self.what.partition(" (")[0]


class Session:
    """One call: its limits, what became of each network, the exit status."""

    def __init__(self, shared: Shared) -> None:
        self.finder = shared.config or Finder(isolated=True)
        self._limit = shared.limit
        self.limits = self.limits_of(self.finder.main)
        self.settings = settings(shared.set, self.limits)
        self.looked_into: bytes | None = None
        """What was read of standard input to see what it is, and is to be read."""
        self.stdin_name, self.diagnostics, self.color = shared.stdin_name, shared.diagnostics, shared.color
        self.quiet, self.verbose = shared.quiet, shared.verbose
        self.example, self.module = shared.example, shared.module
        self.started = time.monotonic()
        self.outcomes: list[Outcome] = []
        self.files: list[str] = []
        """Files that networks were read from, those that they extend too."""
        self.passed_over = 0
        """Files that are no descriptions."""
        self.excluded = 0
        """Files that the settings exclude."""
        self.unreadable = False
        self.mistakes: list[Mistake] = []
        """Where the call does not fit a network."""

    @property
    def status(self) -> int:
        """0 fine, 1 a description is wrong, 2 a file cannot be read or the call does not fit it."""
        if self.unreadable or self.mistakes:
            return 2
        return 1 if self.wrong else 0

    @property
    def wrong(self) -> int:
        """How many descriptions have problems."""
        return sum(1 for outcome in self.outcomes if outcome.diagnostics)

    @property
    def problems(self) -> int:
        """How many problems all descriptions have."""
        return sum(len(outcome.diagnostics) for outcome in self.outcomes)

    def limits_of(self, settings: Settings) -> Limits:
        """The limits where some settings hold: theirs, then those of the environment, then the call's. Raises
        `UsageError`."""
        where = "RF_LIMITS"
        try:
            limits = Limits(**dict(settings.limits)) if settings.limits else Limits()
            limits = limits.with_settings(limits_around())
            where = "--limit"
            return limits.with_settings(self._limit)
        except ValueError as error:
            raise UsageError(f"{where}: {error}") from None

    def settings_of(self, name: str) -> Settings:
        """What the project settles for a network. Raises `UsageError`."""
        return of(self.finder, name, self.stdin_name)

    def shown(self, name: str) -> str:
        """How a description is called in messages: what stands on the command line, or the name of standard input."""
        return name if name != "-" else self.stdin_name

    def style(self, output: str | None) -> Style:
        """How text for standard output, or for the file `output`, is laid out."""
        from rfcli.render.view import Style

        return Style(terminal_width(output), colored(self.color, sys.stdout) and output is None)

    # --- what becomes of a network

    def fine(self, source: str) -> None:
        """Notes that a description is right."""
        self.outcomes.append(Outcome(source))

    def failed(self, source: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Notes the problems of a description; a problem in another one, which it extends, says who extends that."""
        placed = tuple(
            one if one.span.path == source else one.replaced(message=f"{one.message} (extended by '{source}')")
            for one in diagnostics
        )
        self.unreadable = self.unreadable or any(one.code == "RF001" for one in placed)
        self.outcomes.append(Outcome(source, placed))

    def kept(self, source: str) -> Kept:
        """A context in which errors about the network `source` are kept, and end nothing else."""
        return Kept(self, source)

    def unread(self, name: str, why: str, help: str = "") -> None:
        """Notes that something cannot be read."""
        self.failed(name, (Diagnostic(Span(name), "RF001", f"cannot be read: {why}", help),))

    def misfit(self, source: str, error: CallError) -> None:
        """Notes that the call does not fit a network."""
        self.mistakes.append(Mistake(source, in_options(error, source)))

    # --- what is said

    def say(self, text: str) -> None:
        """A remark on standard error, unless quiet."""
        if not self.quiet:
            print(printable(text), file=sys.stderr)

    def ended(self) -> int:
        """Prints on standard error, beside the result, where the call does not fit and what the problems are, and
        returns the exit status."""
        self._tell_mistakes()
        if self.wrong:
            for text in self._rendered(colored(self.color, sys.stderr)):
                sys.stderr.write(text)
        return self.status

    def judged(self, output: str | None, summary: str) -> int:
        """Writes the problems, which are the result, to standard output or the file `output`; says a summary on
        standard error; returns the exit status. Raises `UsageError`."""
        self._tell_mistakes()
        silent = self.diagnostics in ("text", "concise") and not self.wrong
        write(() if silent else self._rendered(colored(self.color, sys.stdout) and output is None), output)
        if self.mistakes and not self.outcomes:
            return self.status
        passed_over = f", {counted(self.passed_over, 'other file')} passed over" if self.passed_over else ""
        passed_over += f", {counted(self.excluded, 'file')} excluded" if self.excluded else ""
        took = f" ({time.monotonic() - self.started:.2f} s)" if self.verbose else ""
        self.say(f"{summary}{passed_over}{took}")
        return self.status

    def _tell_mistakes(self) -> None:
        """Says where the call does not fit: once what holds for all networks, or for many."""
        alike: dict[str, list[Mistake]] = {}
        for mistake in self.mistakes:
            alike.setdefault(mistake.core, []).append(mistake)
        for core, found in alike.items():
            what = found[0].what if len({one.what for one in found}) == 1 else core
            wrong = {one.source for one in found}
            if len(wrong) > 1 and len(alike) == 1 and all(one.source in wrong for one in self.outcomes):
                said = [f"{what}, the same in all {len(wrong)} networks"]
            elif len(found) > MOST_ALIKE:
                said = [f"{listed([one.source for one in found])}: {what}"]
            else:
                said = list(dict.fromkeys(map(str, found)))  # a network may be given twice
            for one in said:
                print(f"rf: {printable(one)}", file=sys.stderr)

    def _rendered(self, color: bool) -> Iterator[str]:
        """All problems in the chosen format."""
        render = import_module(DIAGNOSTICS[self.diagnostics]).render
        found: Iterator[str] = render(self.outcomes, self.limits.diagnostics, color)
        return found


FLAGS = {"origin": "--from", "settings": "--set", "layers": "--layer", "longest": "--tile", "networks": "--sample"}
"""Options whose names differ from those of Python's arguments."""


def in_options(error: CallError, source: str = "") -> str:
    """What is wrong with an argument of a Python function, with the option that stands for it; without the source."""
    what, argument = str(error).removeprefix(f"{source}: "), error.argument
    if not argument:
        return what
    flag = FLAGS.get(argument, f"--{argument.replace('_', '-')}")
    if what.startswith(f"{argument} "):
        return flag + what.removeprefix(argument)
    before, named, rest = what.rpartition(f"{argument}: ")
    if named and (not before or before.endswith(": ")):
        return f"{before}{flag}: {rest}"
    return f"{flag}: {what}"


class Kept:
    """Keeps in a session what goes wrong with a network."""

    def __init__(self, session: Session, source: str) -> None:
        self.session, self.source = session, source

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if isinstance(error, DescriptionError):
            self.session.failed(self.source, error.diagnostics)
        elif isinstance(error, CallError):
            self.session.misfit(self.source, error)
        else:
            return False
        return True
