"""What `rf diff` is asked to hold against each other: two networks, or files at a revision and as they are today."""

from __future__ import annotations

import os

from rfcli.cli.declarations import UsageError
from rfcli.cli.networks import DESCRIPTION_ENDINGS, endings, excluded, expanded, is_other, live
from rfcli.revisions.reading import Place, beginning, relative, unknown
from rfcli.revisions.repository import Repository, Revision, repository
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rfcli.cli.session import Session

    Side = str | Place | None
    """A network as the call names it, a file at a revision, or nothing: it is new, or no more."""

TODAY = "working tree"


class Pair(Value):
    """Two sides and what they are called; one that was `found` below a folder is of interest where it differs."""

    title: str
    name: str
    before: Side
    after: Side
    found: bool = False
    files: frozenset[str] | None = None
    """Where it is of a revision: the files of the repository that differ, from its top; None where it surely does."""


class Revisions(Value):
    """The revisions that a call names; None is for the files of today. `word` is how they are called."""

    before: str
    after: str | None = None
    apart: bool = False
    """Whether it is asked what is new since they went apart."""

    @property
    def arrow(self) -> str:
        return f"{self.before}...{self.after}" if self.apart else f"{self.before} -> {self.after or TODAY}"


def pairs(session: Session, words: Sequence[str], skip_others: bool, force_exclude: bool) -> Iterator[Pair]:
    """What the words of a call mean. Raises `UsageError` and `Unreadable`."""
    first, *rest = words
    if _is_network(first, words):
        if not rest and not live(first) and first != "-" and (os.path.exists(first) or not _bundled(first)):
            yield from _since(session, Revisions("HEAD"), [first], skip_others, force_exclude)
            return
        if len(rest) != 1:
            raise UsageError(
                f"takes two networks, or a revision before files: here {_are(len(words))} with '{first[:200]}' first; "
                "rf diff old.yaml new.yaml, or rf diff HEAD~1 net.yaml"
            )
        yield Pair(f"{first} -> {rest[0]}", rest[0], _side(first), _side(rest[0], behind=first))
        return
    if ":" in first and len(rest) == 1:
        place = _place(first)
        if place is not None:
            yield Pair(f"{first} -> {rest[0]}", rest[0], place, _side(rest[0]))
            return
    revisions, rest = _revisions(first, rest)
    yield from _since(session, revisions, rest or ["."], skip_others, force_exclude)


def _are(count: int) -> str:
    return "is one word" if count == 1 else f"are {count} words"


def _bundled(word: str) -> bool:
    from rfcli.description.source import locate

    return locate(word)[1] is not None


def _is_network(word: str, words: Sequence[str]) -> bool:
    """Whether a word is a network and no revision: a file, a bundled name, live code, standard input. A folder is one
    where it is the only word, or git knows no revision of its name."""
    if word == "-" or live(word) or _bundled(word):
        return True
    if not os.path.lexists(word):
        return False
    return not os.path.isdir(word) or len(words) == 1 or not _known(word)


def _known(word: str) -> bool:
    from rfcli.description.source import Unreadable

    try:
        return repository(".").revision(word) is not None
    except Unreadable:
        return False


def _side(word: str, behind: str = "") -> Side:
    """One of two networks. Raises `UsageError` for what is none."""
    if os.path.isdir(word):
        raise UsageError(f"'{word}' is a folder: name two networks, or a revision before it, rf diff HEAD~1 {word}")
    if os.path.lexists(word) or _is_network(word, ()):
        return word
    place = _place(word) if ":" in word else None
    if place is not None:
        return place
    if behind and not word.endswith(endings()) and _known(word):
        raise UsageError(f"the revision stands first: rf diff {word} {behind}")
    return word


def _place(word: str) -> Place | None:
    """The file that REVISION:PATH names: from the top of the repository, or with ./ from here; None where the revision
    is none. Raises `Unreadable`."""
    revision, _, path = word.partition(":")
    found = repository(".")
    named = found.revision(revision)
    if named is None:
        return None
    here = path.startswith(("./", "../"))
    inside = found.inside(path) if here else os.path.normpath(path)
    if not here and found.entry(named, inside) is None and found.entry(named, found.inside(path)) is not None:
        raise UsageError(f"'{word}' is looked for at the top of the repository; from here it is {revision}:./{path}")
    return Place(found, named, inside, path)


def _revisions(first: str, rest: Sequence[str]) -> tuple[Revisions, list[str]]:
    """The revisions at the beginning of a call, and its other words."""
    for dots in ("...", ".."):
        before, found, after = first.partition(dots)
        if found and not before.startswith(".") and not after.startswith("/"):
            return Revisions(before or "HEAD", after or "HEAD", dots == "..."), list(rest)
    if rest and not os.path.lexists(rest[0]) and not rest[0].endswith(endings()) and not _bundled(rest[0]):
        from rfcli.description.source import Unreadable

        try:
            if repository(_folder(rest[-1])).revision(rest[0]) is not None:
                return Revisions(first, rest[0]), list(rest[1:])
        except Unreadable:
            pass  # which is told of the first word
    return Revisions(first), list(rest)


def _folder(path: str) -> str:
    return path if os.path.isdir(path) else os.path.dirname(os.path.abspath(path))


class Asked(Value):
    """Two revisions of a repository, and what differs between them."""

    repository: Repository
    before: Revision
    after: Revision | None
    changed: frozenset[str]
    renamed: dict[str, str]

    def of(self, path: str, title: str, found: bool = False) -> Pair | None:
        """A file on both sides, None where it is on neither."""
        inside = self.repository.inside(path)
        before = self._at(self.before, inside, relative(path))
        was = self.renamed.get(inside)
        if before is None and was is not None:
            shown = relative(os.path.relpath(os.path.join(self.repository.top, was)))
            before = Place(self.repository, self.before, was, shown)
            title = f"{before.source} -> {path}"
        after: Side = path if os.path.lexists(path) else None
        if self.after is not None:
            after = self._at(self.after, inside, relative(path))
        if before is None and after is None:
            return None
        sure = before is None or after is None or was is not None
        return Pair(title, path, before, after, found, None if sure else self.changed)

    def _at(self, revision: Revision, inside: str, shown: str) -> Place | None:
        found = self.repository.entry(revision, inside)
        return None if found is None else Place(self.repository, revision, inside, shown)


def _since(
    session: Session, revisions: Revisions, paths: Sequence[str], skip_others: bool, force_exclude: bool
) -> Iterator[Pair]:
    """Files at a revision and at another one, or today."""
    known: dict[str, Asked] = {}
    for path in paths:
        if _bundled(path) or live(path) or path == "-":
            what = "standard input" if path == "-" else f"'{path}'"
            raise UsageError(f"{what} is in no repository, and a revision is of files: rf diff HEAD~1 net.yaml")
        asked = _asked(revisions, path, known)
        if os.path.isdir(path) or (not os.path.lexists(path) and _was_folder(asked, path)):
            yield from _below(session, asked, revisions, path)
            continue
        if force_exclude and excluded(session, path):
            continue
        if skip_others and os.path.lexists(path) and is_other(session, path, False):
            continue
        pair = asked.of(path, f"{path}: {revisions.arrow}")
        if pair is None:
            at = f"at {revisions.before}"
            there = f"neither {at} nor {f'at {revisions.after}' if revisions.after else 'today'}"
            session.unread(path, f"there is no such file, {there}")
        else:
            yield pair


def _asked(revisions: Revisions, path: str, known: dict[str, Asked]) -> Asked:
    """The revisions in the repository of a file. Raises `Unreadable`."""
    from rfcli.description.source import Unreadable
    from rfcli.description.unfound import near_network

    try:
        found = repository(_folder(path))
    except Unreadable as error:
        near = near_network(revisions.before)
        if revisions.before.endswith(endings()) and ":" not in revisions.before:
            raise Unreadable("No such file or directory", revisions.before, near) from None
        said = f"it is no file and no bundled network; if it is a revision: {error.why}"
        told = f"'{path}' has no revisions: {error.why}" if revisions.before == "HEAD" else said
        raise Unreadable(told, path if revisions.before == "HEAD" else revisions.before, near) from None
    if found.top not in known:
        named = []
        for word in (revisions.before, revisions.after):
            one = None if word is None else found.revision(word)
            if one is None and word is not None:
                raise _no_revision(found, word)
            named.append(one)
        before, after = named
        assert before is not None, "it has a name"
        if revisions.apart and after is not None:
            base = found.merge_base(before, after)
            if base is None:
                help = unknown(found, revisions.before)[2]
                raise Unreadable(f"{revisions.before} and {revisions.after} have no commit in common here", help=help)
            before = base.replaced(word=base.commit[:10])
        changed, renamed = found.changed(before, after)
        known[found.top] = Asked(found, before, after, frozenset(changed), renamed)
    return known[found.top]


def _no_revision(found: Repository, word: str) -> Exception:
    from rfcli.description.source import Unreadable
    from rfcli.description.unfound import near_network

    why, _, help = unknown(found, word)
    if word == "HEAD":
        return Unreadable("there is no commit yet", "HEAD")
    near = near_network(word)
    near = near if near.startswith("did") else "'git branch -a' and 'git tag' list those with names"
    return Unreadable(f"it is no file and no bundled network, and {why}", word, help or near)


def _was_folder(asked: Asked, path: str) -> bool:
    return not path.endswith(endings()) and bool(asked.repository.files(asked.before, asked.repository.inside(path)))


def _below(session: Session, asked: Asked, revisions: Revisions, folder: str) -> Iterator[Pair]:
    """The descriptions and models below a folder that are there on one of both sides."""
    if asked.after is None:
        here = (name for name, _ in expanded(session, [folder])) if os.path.isdir(folder) else ()
        names = [os.path.normpath(name) for name in here if not is_other(session, name, True)]
    else:
        names = list(_stored(session, asked, folder, asked.after))
    there = set(names)
    gone = [name for name in _stored(session, asked, folder, asked.before) if name not in there]
    old = {asked.renamed[inside] for name in names if (inside := asked.repository.inside(name)) in asked.renamed}
    for name in sorted([*names, *(one for one in gone if asked.repository.inside(one) not in old)]):
        pair = asked.of(name, f"{name}: {revisions.arrow}", found=True)
        if pair is not None:
            yield pair


def _stored(session: Session, asked: Asked, folder: str, revision: Revision) -> Iterator[str]:
    """The files below a folder that are networks at a revision, and differ between both or may read one that does."""
    from rfcli.pipeline import foreign_beside

    inside, ends, passed = asked.repository.inside(folder), endings(), foreign_beside()
    texts = any(path.endswith(DESCRIPTION_ENDINGS) for path in asked.changed)
    for path in asked.repository.files(revision, inside):
        below = os.path.relpath(path, inside)
        name = os.path.normpath(os.path.join(folder, below))
        parts = below.split("/")
        if not path.lower().endswith(ends) or parts[-1] in passed or any(part.startswith(".") for part in parts):
            continue
        if path not in asked.changed and not (texts and path.endswith(DESCRIPTION_ENDINGS)):
            continue
        if not excluded(session, name) and _is_network_at(
            session, Place(asked.repository, revision, path, name), asked
        ):
            yield name


def _is_network_at(session: Session, place: Place, asked: Asked) -> bool:
    """Whether a file is a network at a revision; where it does not differ, one that may read another file."""
    from rfcli.description.source import describes
    from rfcli.pipeline import foreign

    data = beginning(place, session.limits.bytes)
    if place.inside not in asked.changed and b"extends" not in data:
        return False
    return describes(data, place.shown, foreign)
