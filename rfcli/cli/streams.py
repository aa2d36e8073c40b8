"""Networks in, results and problems out."""

from __future__ import annotations

import os
import sys
import time
from importlib import import_module

from rfcli.cli.declarations import Shared, UsageError
from rfcli.description.limits import Limits
from rfcli.diagnostics import DescriptionError, Diagnostic, Span, counted, did_you_mean, printable
from rfcli.render.formats import DIAGNOSTICS
from rfcli.render.outcome import Outcome

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import Any, BinaryIO, TextIO

    from rfcli import Report
    from rfcli.description.architecture import Architecture
    from rfcli.render.view import Style

DESCRIPTION_ENDINGS = (".yaml", ".yml", ".json")
PROGRESS_AFTER = 2.0
"""Seconds after which a terminal is told how far things are."""


class Session:
    """One call: its limits, what became of each file, the exit status."""

    def __init__(self, shared: Shared) -> None:
        try:
            from_environment = [part for part in os.environ.get("RF_LIMITS", "").split(",") if part]
            self.limits = Limits().with_settings(from_environment).with_settings(shared.limit)
        except ValueError as error:
            raise UsageError(str(error)) from None
        self.settings = settings(shared.set, self.limits)
        self.stdin_name, self.diagnostics, self.color = shared.stdin_name, shared.diagnostics, shared.color
        self.quiet, self.verbose = shared.quiet, shared.verbose
        self.outcomes: list[Outcome] = []
        self.skip_others = False
        """Whether files that are no descriptions are passed over."""
        self.skipped = 0
        self.unreadable = False
        self.mistakes: list[str] = []
        """What of the call does not fit a network."""

    @property
    def status(self) -> int:
        """0 fine, 1 a description is wrong, 2 a file cannot be read or the call does not fit it."""
        if self.unreadable or self.mistakes:
            return 2
        return 1 if any(outcome.diagnostics for outcome in self.outcomes) else 0

    def say(self, text: str) -> None:
        """A remark on standard error, unless quiet."""
        if not self.quiet:
            print(printable(text), file=sys.stderr)

    def style(self, output: str | None) -> Style:
        """How text for standard output, or for the file `output`, is laid out."""
        from rfcli.render.view import Style

        return Style(terminal_width(output), colored(self.color, sys.stdout) and output is None)

    def shown(self, name: str) -> str:
        """How a description is called in messages: what stands on the command line, or the name of standard input."""
        return name if name != "-" else self.stdin_name

    def loaded(self, networks: Iterable[str]) -> Iterator[tuple[str, Architecture]]:
        """The architectures of files, directories, bundled names and standard input; problems are kept."""
        from rfcli.api import CallError, load, loads
        from rfcli.description.source import Budget, Unreadable

        budget = Budget(self.limits.total_bytes)
        names = list(self.expanded(networks))
        progress = Progress(len(names), self.quiet)
        for name in names:
            progress.step(name)
            try:
                if self.skip_others and self._other(name):
                    continue
                if name == "-":
                    with _standard_input(self.limits, self.stdin_name) as stream:
                        found = loads(
                            stream, self.stdin_name, settings=self.settings, limits=self.limits, budget=budget
                        )
                else:
                    found = load(name, settings=self.settings, limits=self.limits, budget=budget)
                for remark in found.remarks:
                    self.say(f"{self.shown(name)}: {remark}")
                self._unknown(name, found)
                yield name, found
            except DescriptionError as error:
                self.failed(self.shown(name), error.diagnostics)
            except Unreadable as error:
                self.cannot_read(name, str(error))
            except CallError as error:
                self.mistakes.append(str(error))
        progress.done()

    def _unknown(self, name: str, architecture: Architecture) -> None:
        """Tells which operations of a network are not known, and how many there are of each."""
        found = {
            entry.name: str(entry.layer.given["unknown"])
            for entry in architecture.entries
            if entry.layer.type == "custom" and entry.layer.given.get("unknown")
        }
        counts: dict[str, int] = {}
        for layer, operation in found.items():
            if layer.rpartition("/input_")[0] not in found:  # what one of several inputs becomes in an operation
                counts[operation] = counts.get(operation, 0) + 1
        if counts:
            told = ", ".join(f"{operation} ({count})" for operation, count in sorted(counts.items()))
            noun = "operation is" if sum(counts.values()) == 1 else "operations are"
            self.say(f"{self.shown(name)}: {sum(counts.values())} {noun} not known: {told}")

    def _other(self, name: str) -> bool:
        """Whether a file is no description, which is then counted and, verbosely, told."""
        from rfcli.api import foreign
        from rfcli.description.source import is_description, locate

        if name == "-" or is_description(locate(name)[0], self.limits.bytes, foreign):
            return False
        self.skipped += 1
        if self.verbose:
            self.say(f"{name}: no description, passed over")
        return True

    def summary(self, text: str, started: float) -> None:
        """The line that ends a report: what was found, what was passed over and, verbosely, how long it took."""
        passed_over = f", {counted(self.skipped, 'other file')} passed over" if self.skipped else ""
        took = f" ({time.monotonic() - started:.2f} s)" if self.verbose else ""
        self.say(f"{text}{passed_over}{took}")

    def computed(self, networks: Iterable[str], **how: Any) -> Iterator[Report]:
        """The reports of all networks that are right, computed as `api.compute` takes it; problems are kept."""
        from rfcli.api import CallError, compute

        for name, architecture in self.loaded(networks):
            shown = self.shown(name)
            try:
                report = compute(architecture, **how)
            except DescriptionError as error:
                self.failed(shown, error.diagnostics)
            except CallError as error:
                self.mistakes.append(str(error))
            else:
                self.fine(shown)
                yield report

    def failed(self, source: str, diagnostics: tuple[Diagnostic, ...]) -> None:
        """Keeps the problems of a description; one that lies in what it extends says which description met it."""
        told = tuple(
            one if one.span.path == source else one.replaced(message=f"{one.message} (extended by '{source}')")
            for one in diagnostics
        )
        self.outcomes.append(Outcome(source, told))

    def fine(self, source: str) -> None:
        self.outcomes.append(Outcome(source))

    def cannot_read(self, name: str, why: str) -> None:
        help = ""
        if name != "-" and not os.path.lexists(name):
            from rfcli.resources import architectures

            help = did_you_mean(name, list(architectures())) if "/" not in name else ""
            help = (
                help if help.startswith("did") else "a file, a directory, - for standard input, or a name of 'rf list'"
            )
        self.unread(name, why, help)

    def unread(self, name: str, why: str, help: str = "") -> None:
        """Keeps that something that is there cannot be read."""
        self.unreadable = True
        self.failed(name, (Diagnostic(Span(name), "RF001", f"cannot be read: {why}", help),))

    def expanded(self, networks: Iterable[str]) -> Iterator[str]:
        """The arguments with directories replaced by the descriptions below them, sorted."""
        for name in networks:
            if not os.path.isdir(name):
                yield name
                continue
            found = self._below(name)
            if not found:
                self.cannot_read(name, f"no {', '.join('*' + ending for ending in DESCRIPTION_ENDINGS)} below it")
            yield from sorted(found)

    def _below(self, name: str) -> list[str]:
        """The descriptions below a folder, however deep, without those of hidden folders; links to folders are not
        followed, and what is no file is passed over. Folders that cannot be read are told."""
        from rfcli.description.source import is_special

        found, todo = [], [name]
        while todo:
            folder = todo.pop()
            below = []
            try:
                with os.scandir(folder) as entries:
                    for one in entries:
                        if one.is_dir(follow_symlinks=False):
                            below.append(one.path)
                        elif (
                            one.name.endswith(DESCRIPTION_ENDINGS)
                            and not os.path.isdir(one.path)
                            and not is_special(one.path)
                        ):
                            found.append(one.path)
            except OSError as error:
                self.unread(folder, error.strerror or str(error))
            todo += sorted((one for one in below if not os.path.basename(one).startswith(".")), reverse=True)
        return found

    def report(self) -> None:
        """Prints what goes beside a result on standard error: the problems, and what of the call does not fit."""
        self._tell_mistakes()
        if any(outcome.diagnostics for outcome in self.outcomes):
            for text in self._problems(colored(self.color, sys.stderr)):
                sys.stderr.write(text)

    def result(self, output: str | None) -> None:
        """Writes the problems as the result, to standard output or the file `output`; what of the call does not fit
        goes to standard error. Raises `UsageError`."""
        self._tell_mistakes()
        wrong = any(outcome.diagnostics for outcome in self.outcomes)
        silent = self.diagnostics in ("text", "concise") and not wrong
        write(() if silent else self._problems(colored(self.color, sys.stdout) and output is None), output)

    def _tell_mistakes(self) -> None:
        for mistake in self.mistakes:
            print(f"rf: {printable(mistake)}", file=sys.stderr)

    def _problems(self, color: bool) -> Iterator[str]:
        """All problems in the chosen format."""
        render = import_module(DIAGNOSTICS[self.diagnostics]).render
        found: Iterator[str] = render(self.outcomes, self.limits.diagnostics, color)
        return found


def _standard_input(limits: Limits, name: str) -> BinaryIO:
    """What stands on standard input, as a file that can be rewound: of a text no more than tells that it is too long,
    of a large foreign model all, on disk."""
    from io import BytesIO

    from rfcli.api import foreign
    from rfcli.description.source import HEAD

    data = standard_input(limits.bytes)
    if len(data) <= limits.bytes or foreign(data[:HEAD], name) is None:
        return BytesIO(data)
    from tempfile import TemporaryFile

    spooled: BinaryIO = TemporaryFile()  # noqa: SIM115 (the caller closes it)
    left = limits.model_bytes + 1
    while data and left > 0:
        left -= spooled.write(data)
        data = sys.stdin.buffer.read(1 << 20)
    spooled.seek(0)
    return spooled


class Progress:
    """How far things are, on a terminal's standard error, after some time."""

    def __init__(self, total: int, quiet: bool) -> None:
        self.total, self.count, self.started = total, 0, time.monotonic()
        self.active = not quiet and total > 1 and sys.stderr.isatty()
        self.shown = False

    def step(self, name: str) -> None:
        self.count += 1
        if self.active and time.monotonic() - self.started > PROGRESS_AFTER:
            self.shown = True
            print(f"\r\x1b[K{self.count}/{self.total} {printable(name)[:60]}", end="", file=sys.stderr, flush=True)

    def done(self) -> None:
        if self.shown:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def colored(choice: str, stream: TextIO) -> bool:
    """Whether a stream gets colours: --color, then NO_COLOR, then FORCE_COLOR, then whether it is a terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and os.environ.get("TERM") != "dumb"


def terminal_width(output: str | None) -> int | None:
    """Characters of a line of standard output; None where it is no terminal or the result goes to the file `output`."""
    if output is not None or not sys.stdout.isatty():
        return None
    return os.get_terminal_size(sys.stdout.fileno()).columns or None


def standard_input(most: int) -> bytes:
    """The bytes of standard input, of a longer one `most` and one more, which tells. Raises `Unreadable`."""
    from rfcli.description.source import Unreadable

    if sys.stdin is None:
        raise Unreadable("standard input is closed")
    try:
        return sys.stdin.buffer.read(most + 1)
    except OSError as error:
        raise Unreadable(error.strerror or str(error)) from None


def write(chunks: Iterable[str] | bytes, path: str | None) -> None:
    """Writes a result to standard output or, whole or not at all, to a file: text, or bytes, which are not for
    terminals. Raises `UsageError`."""
    if path is None or path == "-":
        if isinstance(chunks, bytes):
            if sys.stdout.isatty():
                raise UsageError("this is binary, and standard output a terminal: write it to a file with -o FILE")
            sys.stdout.flush()
            sys.stdout.buffer.write(chunks)
            return
        for chunk in chunks:
            sys.stdout.write(chunk)
        return
    if os.path.exists(path) and not os.path.isfile(path):
        # A device or a pipe, which cannot be replaced.
        try:
            _fill(path, chunks)
        except OSError as error:
            raise UsageError(f"cannot write {path}: {error.strerror or error}") from None
        return
    # Beside what a link leads to, which may be another file system: a file is only moved within one.
    target = os.path.realpath(path)
    temporary = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.{os.getpid()}.tmp")
    try:
        try:
            with open(temporary, "wb"):
                pass
            if os.path.exists(target):
                os.chmod(temporary, os.stat(target).st_mode & 0o7777)
            _fill(temporary, chunks)
            os.replace(temporary, target)
        except BaseException:
            if os.path.exists(temporary):
                os.unlink(temporary)
            raise
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror or error}") from None


def _fill(path: str, chunks: Iterable[str] | bytes) -> None:
    """Writes a file from its beginning."""
    if isinstance(chunks, bytes):
        with open(path, "wb") as binary:
            binary.write(chunks)
        return
    with open(path, "w", encoding="utf-8", newline="\n") as stream:
        for chunk in chunks:
            stream.write(chunk)


def settings(given: Iterable[str], limits: Limits) -> dict[str, Any]:
    """Parameters of `--set NAME=VALUE`, values read as YAML. Raises `UsageError`."""
    found = {}
    for setting in given:
        name, equals, text = setting.partition("=")
        if not equals or not name:
            raise UsageError(f"--set takes NAME=VALUE, is '{setting}'")
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


def input_sizes(given: Iterable[str]) -> Any:
    """The sizes of `--input-size`: `()` for none, one for all inputs, or one by name. Raises `UsageError`."""
    by_name: dict[str, object] = {}
    for word in given:
        name, equals, size = word.rpartition("=")
        by_name[name if equals else ""] = _input_size(size)
    if not by_name:
        return ()
    if "" in by_name:
        if len(by_name) > 1:
            raise UsageError("--input-size takes either one size for all inputs, or NAME=SIZE for each")
        return by_name[""]
    return by_name


def _input_size(text: str) -> object:
    if text == "none":
        return None
    parts = text.lower().split("x")
    if not all(part == "none" or (part.isascii() and part.isdecimal() and len(part) <= 10) for part in parts):
        raise UsageError(f"--input-size takes 321, 256x512 or none, is '{text}'")
    sizes = [None if part == "none" else int(part) for part in parts]
    return sizes[0] if len(sizes) == 1 else tuple(sizes)
