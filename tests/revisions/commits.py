"""Git repositories of a few files, made for a test."""

import os
import subprocess
from pathlib import Path

import pytest

ENVIRONMENT = {
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    "GIT_AUTHOR_NAME": "someone",
    "GIT_AUTHOR_EMAIL": "someone@example.org",
    "GIT_COMMITTER_NAME": "someone",
    "GIT_COMMITTER_EMAIL": "someone@example.org",
}


def git(folder: Path, *words: str) -> str:
    """What git says in a folder."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
    done = subprocess.run(
        ["git", "-C", str(folder), *words], env={**kept, **ENVIRONMENT}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def started(folder: Path) -> None:
    """Makes a folder an empty repository."""
    folder.mkdir(parents=True, exist_ok=True)
    git(folder, "init", "-q", "-b", "main")


def entered(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Makes a folder an empty repository, and the current folder; nothing around it says which repository is meant."""
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    started(folder)
    monkeypatch.chdir(folder)
    return folder


def commit(folder: Path, files: dict[str, str | bytes | None]) -> str:
    """Writes files, takes away those that are None, and commits all; returns the hash."""
    for name, contents in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if contents is None:
            path.unlink()
        elif isinstance(contents, bytes):
            path.write_bytes(contents)
        else:
            path.write_text(contents, encoding="utf-8")
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "--allow-empty", "-m", "a change")
    return git(folder, "rev-parse", "HEAD")
