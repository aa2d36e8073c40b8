"""Networks as they are at a revision: what they extend is read at that revision, too."""

from __future__ import annotations

import os
from tempfile import TemporaryDirectory

from rfcli.description import source
from rfcli.description.source import Unreadable
from rfcli.pipeline import Loading, foreign_beside, foreign_endings
from rfcli.revisions.repository import FILE, LINK, POINTER, Repository, Revision, repository
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfcli.description.architecture import Architecture
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Problems

MOST_LINKS = 20
"""Links that lead to one another."""


class Place(Value):
    """A file at a revision: its path from the top of the repository, and how the call names it."""

    repository: Repository
    revision: Revision
    inside: str
    shown: str

    @property
    def source(self) -> str:
        """What it is called in messages, and what `git show` takes."""
        return f"{self.revision.word}:{self.shown}"


class Copied(source.Reader):
    """Reads files below a folder, each of which is first written there as it was at a revision."""

    def __init__(self, like: source.Reader, place: Place, folder: str) -> None:
        super().__init__(like.limits, like.budget, like.foreign)
        self.place, self.folder = place, os.path.realpath(folder)
        self.inside: set[str] = set()
        """Files that were asked for, from the top of the repository."""

    def file(
        self,
        path: str,
        shown: str,
        problems: Problems,
        settings: source.Settings | None = None,
        special: bool = False,
    ) -> source.Document:
        """The document in a file. Raises `Unreadable`."""
        inside = os.path.relpath(os.path.normpath(path), self.folder)
        if not inside.startswith(os.pardir) and not os.path.isabs(inside):
            self.inside.add(inside.replace(os.sep, "/"))
            self._write(inside.replace(os.sep, "/"))
            self._write_beside(inside.replace(os.sep, "/"))
        return super().file(path, shown, problems, settings, special)

    def _write(self, inside: str) -> None:
        """Writes a file, and what it links to. Raises `Unreadable`."""
        place = self.place
        for _ in range(MOST_LINKS):
            target = os.path.join(self.folder, inside)
            if os.path.lexists(target):
                return
            found = place.repository.entry(place.revision, inside)
            if found is None:
                raise Unreadable(_missing(place, inside))
            mode, hash = found
            if mode != LINK and not mode.startswith(FILE):
                raise Unreadable(f"at {place.revision.word} it is a folder, or a repository of its own")
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "wb") as stream:
                place.repository.write(place.revision, inside, hash, stream)
            if mode != LINK:
                self._look_at_pointer(target)
                return
            with open(target, "rb") as stream:
                leads = os.fsdecode(stream.read(4096))
            os.unlink(target)
            to = os.path.normpath(os.path.join(os.path.dirname(inside), leads))
            if os.path.isabs(leads) or to.startswith(os.pardir):
                raise Unreadable("it is a link that leads out of the repository")
            os.symlink(leads, target)
            inside = to.replace(os.sep, "/")
        raise Unreadable("links lead to one another in a circle")

    def _write_beside(self, inside: str) -> None:
        """Writes what lies beside a model and is told of it, where it was there."""
        folder, ending = os.path.split(inside)[0], os.path.splitext(inside)[1].lower()
        for name in foreign_beside() if ending in foreign_endings() else ():
            place = f"{folder}/{name}" if folder else name
            try:
                self._write(place)
                self.inside.add(place)
            except Unreadable:
                continue

    def _look_at_pointer(self, target: str) -> None:
        """Raises `Unreadable` where a file only says what Git LFS has elsewhere."""
        with open(target, "rb") as stream:
            if stream.read(len(POINTER)) == POINTER:
                raise Unreadable(
                    "Git LFS has its contents, and they are not here", help="git lfs fetch --all gets them"
                )


def _missing(place: Place, inside: str) -> str:
    """What is said of a file that was not there."""
    what = "there is no such file" if inside == place.inside else f"there is no file '{inside}'"
    return f"{what} at {place.revision.word}"


def architecture(place: Place, loading: Loading) -> tuple[Architecture, set[str]]:
    """The architecture in a file at a revision, and the files of the repository that were read. Raises `Unreadable`,
    and what loading raises."""
    with TemporaryDirectory(prefix="rf-") as folder:
        reader = Copied(loading.reader, place, folder)
        loading.reader = reader
        path = os.path.join(reader.folder, place.inside)
        try:
            document = reader.file(path, place.source, loading.problems, loading.settings)
            return loading.architecture(document, place.source, path), reader.inside
        except Unreadable as error:
            raise Unreadable(error.why, place.source, error.help) from None


def beginning(place: Place, most: int) -> bytes:
    """The first bytes of a file at a revision; none where there is no such file. Raises `Unreadable`."""
    from tempfile import TemporaryFile

    found = place.repository.entry(place.revision, place.inside)
    if found is None or not found[0].startswith(FILE):
        return b""
    with TemporaryFile() as stream:
        place.repository.write(place.revision, place.inside, found[1], stream)
        stream.seek(0)
        return stream.read(most)


def place_of(path: str, revision: str) -> Place:
    """Where a file lies at a revision of the repository that it is in. Raises `Unreadable`."""
    found = repository(os.path.dirname(os.path.abspath(path)))
    named = found.revision(revision)
    if named is None:
        raise Unreadable(*unknown(found, revision))
    return Place(found, named, found.inside(path), relative(path))


def unknown(found: Repository, word: str) -> tuple[str, str, str]:
    """What is said of a revision that there is not, and what may help."""
    help = ""
    if found.shallow:
        help = "this clone has only the newest commits: git fetch --unshallow, or fetch-depth: 0 of actions/checkout"
    return f"git knows no revision '{word}' here", "", help


def relative(path: str) -> str:
    """A path as git takes it after a revision and a colon: from the current folder."""
    shown = path.replace(os.sep, "/")
    return shown if shown.startswith(("./", "../", "/")) else f"./{shown}"


def at_revision(
    path: str, revision: str, settings: Mapping[str, object] | None = None, limits: Limits | None = None
) -> Architecture:
    """The architecture in a file as it was at a revision. Raises `OSError`, and what `load` raises."""
    loading = Loading(limits, None, settings)
    try:
        return architecture(place_of(path, revision), loading)[0]
    except Unreadable as error:
        raise Unreadable(error.why, error.name or f"{revision}:{relative(path)}", error.help) from None
