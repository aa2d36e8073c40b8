"""What the words of `rf diff` mean, where a word may be more than one thing."""

from pathlib import Path

import pytest
from cli.conftest import NET, RF
from revisions.commits import commit, entered, git

from rfcli.cli.declarations import Shared, UsageError
from rfcli.cli.session import Session
from rfcli.cli.sides import Pair, pairs
from rfcli.revisions.reading import Place


@pytest.fixture
def repository(rf: RF, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = entered(tmp_path / "repository", monkeypatch)
    commit(folder, {"net.yaml": NET, "nets/a.yaml": NET, "nets/.hidden.yaml": NET, "nets/ci.yaml": "on: push\n"})
    return folder


def asked(*words: str) -> list[Pair]:
    return list(pairs(Session(Shared()), words, False, False))


def test_a_file_comes_before_a_revision_of_its_name(repository: Path) -> None:
    git(repository, "branch", "other")
    Path("other").write_text(NET)
    (one,) = asked("other", "net.yaml")
    assert (one.before, one.after) == ("other", "net.yaml")
    (one,) = asked("refs/heads/other", "net.yaml")
    assert isinstance(one.before, Place) and one.after == "net.yaml"


def test_a_folder_comes_after_a_revision_of_its_name(repository: Path) -> None:
    git(repository, "branch", "nets")
    (one,) = asked("nets", "net.yaml")
    assert isinstance(one.before, Place) and one.before.revision.word == "nets"
    (one,) = asked("nets")
    assert (one.name, one.found) == ("nets/a.yaml", True)


def test_bundled_names_are_networks(repository: Path) -> None:
    git(repository, "branch", "resnet18")
    (one,) = asked("resnet18", "net.yaml")
    assert (one.before, one.after) == ("resnet18", "net.yaml")
    with pytest.raises(UsageError, match="takes two networks"):
        asked("resnet18", "net.yaml", "net.yaml")


def test_below_a_folder(repository: Path) -> None:
    """Hidden files and what is no description are passed over."""
    assert [one.name for one in asked("HEAD")] == ["net.yaml", "nets/a.yaml"]
    assert [one.name for one in asked("HEAD", "nets/", "net.yaml")] == ["nets/a.yaml", "net.yaml"]
    commit(repository, {"nets/a.yaml": NET + "# more\n"})
    assert [one.name for one in asked("HEAD~1", "HEAD")] == ["nets/a.yaml"]
    commit(repository, {"nets/a.yaml": None, "nets/ci.yaml": None})
    assert [(one.name, one.after) for one in asked("HEAD~1", "nets")] == [("nets/a.yaml", None)]


def test_live_code_is_a_side_and_has_no_revisions(repository: Path) -> None:
    (one,) = asked("net.yaml", "torch:model.py:Net")
    assert (one.before, one.after) == ("net.yaml", "torch:model.py:Net")
    (one,) = asked("torch:model.py:Net", "net.yaml")
    assert one.before == "torch:model.py:Net"
    with pytest.raises(UsageError, match="is in no repository"):
        asked("HEAD", "torch:model.py:Net")
