"""The workflow of the reference, as it stands: its steps are run by bash in a pull request of a scratch repository."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from revisions.commits import ENVIRONMENT, commit, git, started

from rfcli import resources

MANUAL = (Path(resources.folder("schemas")) / "README.md").read_text(encoding="utf-8")
NET = """\
format: 1
input: {size: 32, channels: 3}
layers: [{name: a, type: conv, kernel: 3, filters: 4}, {name: b, type: conv, kernel: 3, filters: 4}]
expect: [{layer: b, size: 5}]
"""
SMALLER = NET.replace("kernel: 3", "kernel: 1", 1)
"""b sees 3, fewer than it did, and than is expected."""
WIDER = NET.replace("kernel: 3", "kernel: 5", 1).replace("size: 5", "size: 7")
GH = '#!/bin/sh\necho "$@" > "$COMMENTS"\nwhile [ "$1" != --body-file ]; do shift; done\ncat "$2" >> "$COMMENTS"\n'


def workflow() -> dict[str, object]:
    (text,) = re.findall(r"^```yaml\n(# \.github/workflows/.*?)^```$", MANUAL, re.DOTALL | re.MULTILINE)
    found: dict[str, object] = yaml.safe_load(text)
    return found


def steps() -> dict[str, dict[str, object]]:
    (job,) = workflow()["jobs"].values()  # type: ignore[attr-defined]
    return {step.get("name") or step["uses"]: step for step in job["steps"]}


class PullRequest:
    """A clone in which a branch is checked out that began at origin/main, as GitHub's runner has it."""

    def __init__(self, folder: Path, after: str) -> None:
        origin, self.folder = folder / "origin", folder / "clone"
        started(origin)
        commit(origin, {"net.yaml": NET, "ci.yaml": "on: push\n"})
        git(origin, "checkout", "-q", "-b", "branch")
        commit(origin, {"net.yaml": after})
        git(origin, "checkout", "-q", "main")
        commit(origin, {"later.yaml": NET})
        git(folder, "clone", "-q", "-b", "branch", f"file://{origin}", str(self.folder))
        programs = folder / "programs"
        programs.mkdir()
        for name, text in (
            ("rf", f'#!/bin/sh\nexec {sys.executable} -m rfcli "$@"\n'), ("pip", "#!/bin/sh\n"), ("gh", GH),
        ):  # fmt: skip
            (programs / name).write_text(text)
            (programs / name).chmod(0o755)
        self.summary, self.comments = folder / "summary", folder / "comments"
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "RF_"))}
        self.environment = {
            **kept, **ENVIRONMENT, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "GITHUB_BASE_REF": "main",
            "GITHUB_STEP_SUMMARY": str(self.summary), "COMMENTS": str(self.comments), "NUMBER": "12",
            "PYTHONPATH": str(Path(resources.__file__).parent.parent),
        }  # fmt: skip

    def run(self) -> dict[str, tuple[int, str, str]]:
        """What becomes of each step that runs something: status, output, errors. GitHub's bash ends at an error."""
        found = {}
        for name, step in steps().items():
            if "run" in step:
                words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", str(step["run"])]
                done = subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, text=True)
                found[name] = done.returncode, done.stdout, done.stderr
        return found


def test_is_a_workflow() -> None:
    found = workflow()
    assert found[True] == ["pull_request"], "PyYAML reads `on` as YAML 1.1 does"
    assert steps()["actions/checkout@v4"]["with"] == {"fetch-depth": 0}


def test_a_branch_that_sees_more(tmp_path: Path) -> None:
    pull = PullRequest(tmp_path, WIDER)
    assert [said[0] for said in pull.run().values()] == [0, 0, 0, 0, 0]
    summary = pull.summary.read_text()
    assert summary.startswith("### `net.yaml: origin/main...HEAD`\n\n| what")
    assert re.search(r"\| size +\| b +\| +5 \| +7 \| +\+2 \|", summary)
    assert "kernel 3 -> 5" in summary and "later" not in summary
    assert pull.comments.read_text() == f"pr comment 12 --edit-last --create-if-none --body-file changes.md\n{summary}"
    assert git(pull.folder, "status", "--porcelain") == "?? changes.md"


def test_a_branch_that_sees_less(tmp_path: Path) -> None:
    pull = PullRequest(tmp_path, SMALLER)
    found = pull.run()
    assert [said[0] for said in found.values()] == [0, 0, 0, 1, 1]
    _, out, _ = found["problems at their lines"]
    assert out.startswith(
        "::error file=net.yaml,line=4,col=10,title=RF401::'b': size is expected to be 5, it is 3%0Ahelp: "
    )
    assert "'size < before' holds at b: size 3, size_before 5" in found["no network sees less than before"][2]


@pytest.mark.parametrize("line", ["::error file=a%2Cb.yaml,line=1,col=9,title=RF105::"])
def test_names_of_files_are_escaped(line: str, tmp_path: Path) -> None:
    (tmp_path / "a,b.yaml").write_text("format: 2\nlayers: []\n")
    words = [sys.executable, "-m", "rfcli", "check", "a,b.yaml", "--diagnostics", "github"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True,
                          env={**os.environ, "PYTHONPATH": str(Path(resources.__file__).parent.parent)})  # fmt: skip
    assert done.stdout.startswith(line)
