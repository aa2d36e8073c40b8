"""`rf diff`: networks, revisions, formats, conditions, and what cannot be."""

import csv
import io
import json
import os
from pathlib import Path

import pytest
from cli.conftest import BAD, NET, RF
from revisions.commits import commit, entered, git, started

WIDER = NET.replace("kernel: 3", "kernel: 5").replace("size: 4", "size: 6")
"""a sees 5 and has 5*5*3*8 + 8 = 608 parameters, b sees 6."""


@pytest.fixture
def repository(rf: RF, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository where net.yaml had a kernel of 3, and has one of 5."""
    folder = entered(tmp_path / "repository", monkeypatch)
    commit(folder, {"net.yaml": NET, "ci.yaml": "on: push\n"})
    commit(folder, {"net.yaml": WIDER})
    return folder


def sizes(text: str) -> dict[str, tuple[str, str]]:
    """The sizes before and after by layer, of a CSV."""
    return {row["layer"]: (row["size_before"], row["size_after"]) for row in csv.DictReader(io.StringIO(text))}


BOTH = {"a": ("3", "5"), "b": ("4", "6")}


def test_two_files(rf: RF) -> None:
    Path("new.yaml").write_text(WIDER)
    status, out, err = rf("diff", "net.yaml", "new.yaml")
    assert (status, err) == (0, "")
    assert out.startswith("net.yaml -> new.yaml\n\nwhat")
    assert out.endswith("layers: 1 changed, 1 affected\n")
    assert "kernel 3 -> 5" in out
    status, out, err = rf("diff", "net.yaml", "new.yaml", "-f", "csv")
    assert (status, sizes(out), err) == (0, BOTH, "")


def test_the_same_files(rf: RF) -> None:
    assert rf("diff", "net.yaml", "net.yaml") == (0, "net.yaml -> net.yaml: no change\n", "")


@pytest.mark.parametrize(
    ("words", "title"),
    [
        (["HEAD~1", "net.yaml"], "net.yaml: HEAD~1 -> working tree"),
        (["HEAD~1", "HEAD", "net.yaml"], "net.yaml: HEAD~1 -> HEAD"),
        (["HEAD~1..HEAD", "net.yaml"], "net.yaml: HEAD~1 -> HEAD"),
        (["HEAD~1..", "./net.yaml"], "./net.yaml: HEAD~1 -> HEAD"),
        (["HEAD~1...HEAD", "net.yaml"], "net.yaml: HEAD~1...HEAD"),
        (["HEAD~1:net.yaml", "net.yaml"], "HEAD~1:net.yaml -> net.yaml"),
        (["HEAD~1:./net.yaml", "HEAD:net.yaml"], "HEAD~1:./net.yaml -> HEAD:net.yaml"),
        (["HEAD~1"], "net.yaml: HEAD~1 -> working tree"),
        (["HEAD~1", "."], "net.yaml: HEAD~1 -> working tree"),
        (["HEAD~1..HEAD"], "net.yaml: HEAD~1 -> HEAD"),
        (["HEAD~1", "HEAD", "."], "net.yaml: HEAD~1 -> HEAD"),
    ],
)
def test_revisions(words: list[str], title: str, rf: RF, repository: Path) -> None:
    status, out, _ = rf("diff", *words, "-f", "csv")
    assert (status, sizes(out)) == (0, BOTH)
    assert rf("diff", *words)[1].splitlines()[0] == title
    assert git(repository, "status", "--porcelain") == ""


def test_the_last_commit_and_what_is_not_committed(rf: RF, repository: Path) -> None:
    assert rf("diff", "net.yaml") == (0, "net.yaml: HEAD -> working tree: no change\n", "")
    Path("net.yaml").write_text(NET)
    status, out, _ = rf("diff", "net.yaml", "-f", "csv")
    assert (status, sizes(out)) == (0, {"a": ("5", "3"), "b": ("6", "4")})
    assert rf("diff", ".")[1].splitlines()[0] == "net.yaml: HEAD -> working tree"


def test_from_a_subfolder_and_from_outside(rf: RF, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit(repository, {"sub/a net.yaml": NET})
    commit(repository, {"sub/a net.yaml": WIDER})
    monkeypatch.chdir(repository / "sub")
    assert sizes(rf("diff", "HEAD~1", "a net.yaml", "-f", "csv")[1]) == BOTH
    assert sizes(rf("diff", "HEAD~3", "../net.yaml", "-f", "csv")[1]) == BOTH
    assert sizes(rf("diff", "HEAD~1:sub/a net.yaml", "a net.yaml", "-f", "csv")[1]) == BOTH
    status, _, err = rf("diff", "HEAD~1:a net.yaml", "a net.yaml")
    assert status == 2 and "from here it is HEAD~1:./a net.yaml" in err
    monkeypatch.chdir(repository.parent)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(repository.parent.parent))
    assert sizes(rf("diff", "HEAD~1", "repository/sub/a net.yaml", "-f", "csv")[1]) == BOTH


def test_what_extends_a_changed_file_is_found(rf: RF, repository: Path) -> None:
    """A folder's networks that differ: one that is written as before, and extends what is not; new, gone, renamed."""
    child = "format: 1\nextends: net.yaml\noutputs: [b]\n"
    commit(repository, {"net.yaml": NET, "child.yaml": child, "gone.yaml": NET, "old.yaml": child + "# a comment\n"})
    commit(repository, {"net.yaml": WIDER, "gone.yaml": None, "old.yaml": None, "new.yaml": child + "# a comment\n"})
    for words in (["HEAD~1"], ["HEAD~1", "HEAD"], ["HEAD~1...HEAD", "."]):
        status, out, err = rf("diff", *words, "-f", "json")
        assert (status, err) == (0, "4 of 4 networks differ\n")
        found = json.loads(out)["differences"]
        sources = [
            tuple(one[side] and one[side]["source"].rpartition("./")[2] for side in ("before", "after"))
            for one in found
        ]
        assert sources == [
            ("child.yaml", "child.yaml"), ("gone.yaml", None), ("net.yaml", "net.yaml"), ("old.yaml", "new.yaml"),
        ]  # fmt: skip
    Path("untracked.yaml").write_text(NET)
    assert "5 of 5 networks differ" in rf("diff", "HEAD~1", "-f", "json")[2]
    os.unlink("untracked.yaml")
    assert rf("diff", "HEAD") == (0, "no change\n", "0 of 3 networks differ\n")


def test_new_gone_and_neither(rf: RF, repository: Path) -> None:
    commit(repository, {"more.yaml": NET})
    status, out, err = rf("diff", "HEAD~1", "more.yaml", "-f", "csv")
    assert (status, sizes(out)) == (0, {"a": ("", "3"), "b": ("", "4")})
    assert err == "more.yaml: HEAD~1 -> working tree: it is new on the right, so all of it is added\n"
    os.unlink("net.yaml")
    status, out, err = rf("diff", "HEAD", "net.yaml", "-f", "csv")
    assert (status, sizes(out)) == (0, {"a": ("5", ""), "b": ("6", "")})
    assert "it is no more" in err
    status, out, err = rf("diff", "HEAD", "nowhere.yaml")
    assert (status, out) == (2, "")
    assert err == "nowhere.yaml:1:1: RF001 cannot be read: there is no such file, neither at HEAD nor today\n"


def test_what_other_tools_make_and_bundled_networks(rf: RF) -> None:
    cfg = "[net]\nheight=32\nwidth=32\nchannels=3\n[convolutional]\nfilters=8\nsize=5\nstride=1\npad=1\n"
    Path("net.cfg").write_text(cfg)
    status, out, _ = rf("diff", "net.yaml", "net.cfg", "-f", "json")
    assert status == 0 and json.loads(out)["differences"][0]["after"]["source"] == "net.cfg"
    status, out, _ = rf("diff", "resnet18", "resnet34", "-f", "json")
    assert (status, json.loads(out)["differences"][0]["counts"]["added"]) == (0, 56)


def test_conditions(rf: RF) -> None:
    Path("new.yaml").write_text(WIDER)
    assert rf("diff", "net.yaml", "new.yaml", "-f", "csv", "--fail-if", "size < before")[0] == 0
    status, out, err = rf("diff", "new.yaml", "net.yaml", "-f", "csv", "--fail-if", "size < before")
    assert (status, err) == (1, "new.yaml -> net.yaml: 'size < before' holds at b: size 4, size_before 6\n")
    assert sizes(out) == {"a": ("5", "3"), "b": ("6", "4")}
    words = ["net.yaml", "new.yaml", "-q", "--fail-if", "size < before", "--fail-if", "params > 2 * before"]
    assert rf("diff", *words)[0] == 1
    assert rf("diff", "net.yaml", "new.yaml", "--layer", "a", "--fail-if", "size == 5")[2].startswith(
        "net.yaml -> new.yaml: 'size == 5' holds at a: size 5\n"
    )
    status, out, err = rf("diff", "net.yaml", "new.yaml", "--fail-if", "siz < before")
    assert (status, out) == (2, "")
    assert err == "rf diff: --fail-if 'siz < before': there is no number 'siz' (did you mean 'size'?)\n"
    assert rf("diff", "net.yaml", "new.yaml", "--fail-if", "size")[0] == 2
    status, _, err = rf("diff", "net.yaml", "new.yaml", "--input-size", "none", "--fail-if", "macs > before")
    assert (status, err) == (0, "net.yaml -> new.yaml: it is not known whether 'macs > before' holds\n")


def test_options(rf: RF) -> None:
    Path("new.yaml").write_text(WIDER)
    status, out, _ = rf("diff", "net.yaml", "new.yaml", "--all", "-f", "markdown", "-o", "out.md")
    assert (status, out) == (0, "")
    assert Path("out.md").read_text().startswith("### `net.yaml -> new.yaml`\n")
    status, _, err = rf("diff", "net.yaml", "new.yaml", "--layer", "z")
    assert (status, err) == (2, "rf: new.yaml: --layer: there is no layer 'z' (known here: a, b)\n")
    status, out, _ = rf("diff", "net.yaml", "new.yaml", "--input-size", "64", "-f", "json")
    assert json.loads(out)["differences"][0]["before"]["input"]["size"] == [64, 64]


def test_wrong_descriptions(rf: RF, repository: Path) -> None:
    Path("bad.yaml").write_text(BAD)
    status, out, err = rf("diff", "net.yaml", "bad.yaml")
    assert (status, out) == (1, "") and err.startswith("bad.yaml:1:9: RF105 ")
    commit(repository, {"net.yaml": BAD})
    status, out, err = rf("diff", "HEAD~1", "net.yaml", "-f", "json")
    assert (status, json.loads(out)["differences"]) == (1, [])
    assert err.startswith("net.yaml:1:9: RF105 ")
    Path("net.yaml").write_text(NET)
    assert rf("diff", "net.yaml")[2].startswith("HEAD:./net.yaml:1:9: RF105 ")


def test_other_files_are_passed_over(rf: RF, repository: Path) -> None:
    Path("ci.yaml").write_text("on: pull_request\n")
    assert rf("diff", "HEAD", "net.yaml", "ci.yaml", "--skip-others")[0] == 0
    assert rf("diff", "HEAD", "net.yaml", "ci.yaml")[0] == 1
    assert rf("diff", "HEAD")[:2] == (0, "no change\n")
    Path("rf.toml").write_text('exclude = ["net.yaml"]\n')
    Path("net.yaml").write_text(NET)
    assert rf("diff", "HEAD")[:2] == (0, "no change\n")
    assert "no change" not in rf("diff", "HEAD", "net.yaml")[1]
    assert rf("diff", "HEAD", "net.yaml", "--force-exclude")[1] == "no change\n"


def test_settings_hold(rf: RF, repository: Path) -> None:
    Path("rf.toml").write_text('format = "csv"\n')
    assert sizes(rf("diff", "HEAD~1", "net.yaml")[1]) == BOTH


WRONG = [
    (["net.yaml", "HEAD"], "the revision stands first: rf diff HEAD net.yaml"),
    (["net.yaml", "ci.yaml", "net.yaml"], "takes two networks, or a revision before files: here are 3 words"),
    (["resnet18"], "takes two networks, or a revision before files: here is one word"),
    (["HEAD", "resnet18"], "'resnet18' is in no repository"),
    (["HEAD", "-"], "standard input is in no repository"),
    (["HEADD", "net.yaml"], "it is no file and no bundled network, and git knows no revision 'HEADD' here"),
    (["resnet19", "net.yaml"], "did you mean 'resnet18'?"),
    (["HEAD~1..HEADD"], "git knows no revision 'HEADD' here"),
    (["HEAD~9", "HEAD", "net.yaml"], "git knows no revision 'HEAD~9' here"),
    (["HEAD~1:nowhere.yaml", "net.yaml"], "there is no such file at HEAD~1"),
    (["net.yaml", "nowhere.yaml"], "nowhere.yaml:1:1: RF001 cannot be read: No such file or directory"),
    (["net.yaml", "sub"], "'sub' is a folder"),
    (["a\0", "net.yaml"], "NUL"),
]


@pytest.mark.parametrize(("words", "said"), WRONG)
def test_wrong_calls(words: list[str], said: str, rf: RF, repository: Path) -> None:
    (repository / "sub").mkdir()
    status, out, err = rf("diff", *words)
    assert (status, out) == (2, "")
    assert said in err


def test_without_a_repository_and_without_git(rf: RF, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    status, _, err = rf("diff", "HEAD~1", "net.yaml")
    assert (
        status == 2 and "it is no file and no bundled network; if it is a revision: it is in no git repository" in err
    )
    assert "'net.yaml' has no revisions: it is in no git repository" in rf("diff", "net.yaml")[2]
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "git is not installed" in rf("diff", "HEAD~1", "net.yaml")[2]
    assert rf("diff", "net.yaml", "net.yaml")[0] == 0


def test_a_shallow_clone(rf: RF, repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository.parent, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    monkeypatch.chdir(repository.parent / "shallow")
    status, _, err = rf("diff", "HEAD~1", "net.yaml")
    assert status == 2 and "git fetch --unshallow, or fetch-depth: 0 of actions/checkout" in err
    assert rf("diff", "net.yaml")[0] == 0


def test_before_the_first_commit(rf: RF, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started(tmp_path / "empty")
    monkeypatch.chdir(tmp_path / "empty")
    Path("net.yaml").write_text(NET)
    status, _, err = rf("diff", "net.yaml")
    assert status == 2 and "there is no commit yet" in err
