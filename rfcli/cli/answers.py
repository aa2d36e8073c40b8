"""What a command says of one network; of a folder's networks, one after the other, in one text that names each."""

from __future__ import annotations

import os
from contextlib import contextmanager

from rfcli.cli.declarations import UsageError
from rfcli.cli.output import write
from rfcli.diagnostics import CallError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.cli.session import Session
    from rfcli.render.answer import Answer


def refuse_folder(network: str, what: str) -> None:
    """Raises `UsageError` where a folder is given to what is of one network only."""
    if os.path.isdir(network):
        raise UsageError(f"{network} is a folder: {what} is of one network, name its file")


class Answers:
    """Where what is said of the networks goes that an argument names, a file, or the files below a folder: said at once
    of a file, together at the end of a folder."""

    def __init__(self, session: Session, network: str, output: str | None) -> None:
        self.session, self.several, self.output = session, os.path.isdir(network), output
        self.said: list[tuple[str, Answer]] = []

    @contextmanager
    def kept(self, source: str) -> Iterator[None]:
        """A context in which errors about a network are kept; below a folder also where the call does not fit it."""
        with self.session.kept(source):
            try:
                yield
            except UsageError as error:
                if not self.several:
                    raise
                raise CallError(str(error)) from None

    def add(self, source: str, answer: Answer) -> None:
        """What is said of a network. Raises `UsageError`."""
        if self.several:
            self.said.append((source, answer))
        else:
            write(answer, self.output)

    def write(self) -> None:
        """Writes what is left. Raises `UsageError`."""
        if self.said:
            kind = type(self.said[0][1])  # all are in one format
            write(kind.together(self.said), self.output)
