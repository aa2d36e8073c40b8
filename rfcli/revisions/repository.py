"""A git repository that is asked what its files were: by git itself, and without touching files or index."""

from __future__ import annotations

import os

from rfcli.description.source import Unreadable
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

LINK, FILE = "120000", "100"
"""Modes of links, and what those of files begin with."""
POINTER = b"version https://git-lfs.github.com/spec/"
"""What a file begins with that Git LFS keeps elsewhere."""


class Revision(Value):
    """A commit: the word that names it, and its hash."""

    word: str
    commit: str


class Repository(Value):
    """A repository by the folder at its top."""

    top: str

    def revision(self, word: str) -> Revision | None:
        """The commit that a word names; None where there is none."""
        done = _git(self.top, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{word}^{{commit}}")
        commit = done.stdout.decode().strip()
        return Revision(word, commit) if done.status == 0 and commit else None

    def merge_base(self, one: Revision, other: Revision) -> Revision | None:
        """Where two commits went apart; None where they have nothing in common."""
        done = _git(self.top, "merge-base", one.commit, other.commit)
        commit = done.stdout.decode().strip()
        return Revision(f"{one.word}...{other.word}", commit) if done.status == 0 and commit else None

    @property
    def shallow(self) -> bool:
        """Whether the clone has only the newest commits."""
        return _git(self.top, "rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def inside(self, path: str) -> str:
        """A path as git calls it: from the top, with slashes."""
        return os.path.relpath(_real(path), self.top).replace(os.sep, "/")

    def entry(self, revision: Revision, inside: str) -> tuple[str, str] | None:
        """The mode and the hash of a file at a revision; None where there is none."""
        done = _git(self.top, "--literal-pathspecs", "ls-tree", "-z", revision.commit, "--", inside)
        for line in done.stdout.split(b"\0"):
            head, _, name = line.partition(b"\t")
            if os.fsdecode(name) == inside:
                mode, _, hash = head.decode().split(" ")
                return mode, hash
        return None

    def files(self, revision: Revision, inside: str) -> list[str]:
        """The files below a folder at a revision, from the top; none where there is no such folder."""
        below = [] if inside == "." else ["--", f"{inside}/"]
        done = _git(self.top, "--literal-pathspecs", "ls-tree", "-r", "-z", "--name-only", revision.commit, *below)
        return [os.fsdecode(name) for name in done.stdout.split(b"\0") if name]

    def changed(self, before: Revision, after: Revision | None) -> tuple[set[str], dict[str, str]]:
        """The files that differ between two commits, or a commit and the files of today (those that git does not know
        are not among them), from the top; and what those that were renamed were called. Raises `Unreadable`."""
        to = [] if after is None else [after.commit]
        done = _git(self.top, "diff", "--no-ext-diff", "--name-status", "-M", "-z", before.commit, *to, "--")
        if done.status:
            raise Unreadable(f"git cannot tell what has changed: {done.said}")
        words = [os.fsdecode(word) for word in done.stdout.split(b"\0")]
        files: set[str] = set()
        renamed: dict[str, str] = {}
        at = 0
        while at + 1 < len(words):
            if words[at][:1] in ("R", "C"):
                if words[at][:1] == "R":
                    renamed[words[at + 2]] = words[at + 1]
                files |= {words[at + 1], words[at + 2]}
                at += 3
            else:
                files.add(words[at + 1])
                at += 2
        return files, renamed

    def write(self, revision: Revision, inside: str, hash: str, stream: BinaryIO) -> None:
        """Writes a file as it was, as git would check it out. Raises `Unreadable`."""
        done = _git(self.top, "cat-file", "--filters", f"--path={inside}", hash, to=stream)
        if done.status:
            raise Unreadable(f"git cannot give it: {done.said}")


def repository(folder: str) -> Repository:
    """The repository that a folder lies in, or the nearest one above it that exists. Raises `Unreadable`."""
    folder = _real(folder)
    while not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    done = _git(folder, "rev-parse", "--show-toplevel")
    if done.status == 0:
        return Repository(_real(os.fsdecode(done.stdout).rstrip("\r\n")))
    if "not a git repository" in done.said:
        raise Unreadable("it is in no git repository")
    raise Unreadable(f"git says: {done.said}")


class _Done(Value):
    """What became of a call of git."""

    status: int
    stdout: bytes
    said: str
    """The last line that it said of what is wrong."""


def _git(folder: str, *words: str, to: BinaryIO | None = None) -> _Done:
    """Calls git in a folder. Raises `Unreadable` where it is not installed."""
    import subprocess

    environment = {**os.environ, "GIT_OPTIONAL_LOCKS": "0", "GIT_TERMINAL_PROMPT": "0", "LC_ALL": "C"}
    try:
        done = subprocess.run(
            ["git", "-C", folder, *words], env=environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE if to is None else to, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        raise Unreadable("git is not installed, and revisions are read by it") from None
    except OSError as error:
        raise Unreadable(f"git cannot be run: {error.strerror or error}") from None
    except ValueError:
        raise Unreadable("the name holds a NUL character") from None
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    said = next(
        (line for line in lines if line.startswith("fatal: ")), lines[-1] if lines else f"exit status {done.returncode}"
    )
    return _Done(done.returncode, done.stdout or b"", said.removeprefix("fatal: ")[:300])


def _real(path: str) -> str:
    """A path without links in its folders; a link at its end stays one."""
    path = os.path.abspath(path)
    return os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path)).rstrip(os.sep) or os.sep
