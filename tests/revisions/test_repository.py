"""What git says of revisions and files."""

import io
import os
from pathlib import Path

import pytest
from revisions.commits import commit, git, started

from rfcli.description.source import Unreadable
from rfcli.revisions.repository import repository


def test_revisions_and_files(tmp_path: Path) -> None:
    started(tmp_path)
    first = commit(tmp_path, {"a.yaml": "one\n", "sub/b c.yaml": "two\n", "gone.yaml": "three, of some length\n" * 9})
    second = commit(tmp_path, {"a.yaml": "other\n", "gone.yaml": None, "new.yaml": "three, of some length\n" * 9})
    found = repository(str(tmp_path / "sub"))
    assert found.top == os.path.realpath(tmp_path)
    for word, hash in (("HEAD~1", first), ("HEAD", second), ("main", second), (first[:8], first)):
        named = found.revision(word)
        assert named is not None and named.commit == hash
    for word in ("HEAD~7", "nowhere", "--help", "-x", "", "a.yaml", "HEAD:a.yaml"):
        assert found.revision(word) is None
    before, after = found.revision("HEAD~1"), found.revision("HEAD")
    assert before is not None and after is not None
    assert found.entry(before, "a.yaml") != found.entry(after, "a.yaml")
    assert found.entry(before, "sub/b c.yaml") == found.entry(after, "sub/b c.yaml")
    assert found.entry(after, "gone.yaml") is None and found.entry(after, "*.yaml") is None
    assert found.files(before, ".") == ["a.yaml", "gone.yaml", "sub/b c.yaml"]
    assert found.files(before, "sub") == ["sub/b c.yaml"] and found.files(before, "nowhere") == []
    assert found.changed(before, after) == ({"a.yaml", "gone.yaml", "new.yaml"}, {"new.yaml": "gone.yaml"})
    assert found.changed(before, None) == found.changed(before, after)
    assert found.changed(after, None) == (set(), {})
    entry, stream = found.entry(before, "a.yaml"), io.BytesIO()
    assert entry is not None and entry[0] == "100644"
    assert found.inside(str(tmp_path / "sub" / "b c.yaml")) == "sub/b c.yaml"
    with open(tmp_path / "copy", "wb") as file:
        found.write(before, "a.yaml", entry[1], file)
    assert (tmp_path / "copy").read_bytes() == b"one\n"
    assert not found.shallow and not stream.getvalue()


def test_where_branches_went_apart(tmp_path: Path) -> None:
    started(tmp_path)
    base = commit(tmp_path, {"a": "1"})
    git(tmp_path, "checkout", "-q", "-b", "side")
    commit(tmp_path, {"b": "1"})
    git(tmp_path, "checkout", "-q", "main")
    commit(tmp_path, {"c": "1"})
    found = repository(str(tmp_path))
    one, other = found.revision("main"), found.revision("side")
    assert one is not None and other is not None
    apart = found.merge_base(one, other)
    assert apart is not None and apart.commit == base
    git(tmp_path, "checkout", "-q", "--orphan", "alone")
    commit(tmp_path, {"d": "1"})
    alone = found.revision("alone")
    assert alone is not None and found.merge_base(one, alone) is None


def test_no_repository_and_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(Unreadable, match="it is in no git repository"):
        repository(str(tmp_path / "no" / "such" / "folder"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unreadable, match="git is not installed"):
        repository(str(tmp_path))
