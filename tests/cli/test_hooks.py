"""The pre-commit hooks, for real: a scratch repository with pre-commit installed, good and bad commits."""

import io
import os
import re
import subprocess
import sysconfig
from pathlib import Path

import pytest
import yaml

from rfcli.cli.entry import run
from rfcli.description.source import is_description
from rfcli.pipeline import foreign
from rfcli.readers.kinds import endings

ROOT = Path(__file__).parents[2]
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
GOOD = "format: 1\ninput: {size: 32}\nlayers: [{name: a, type: conv, kernel: 3}]\nexpect: [{layer: a, size: 3}]\n"
DARKNET = "[net]\nheight=32\nwidth=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=1\npad=1\n"
OTHER = "on: [push]\njobs: {build: {steps: [{run: make}]}}\n"


class Repository:
    """A scratch repository whose commits run this project's hooks, as they are published, with the rf under test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        scripts = sysconfig.get_path("scripts")
        self.environment = {
            **{key: value for key, value in os.environ.items() if not key.startswith(("GIT_", "PRE_COMMIT"))},
            "PATH": scripts + os.pathsep + os.environ["PATH"],
            "PRE_COMMIT_HOME": str(folder.parent / "pre-commit"),
            "HOME": str(folder.parent),
        }
        self.git("init", "-q")
        for key, value in (
            ("user.name", "someone"),
            ("user.email", "someone@example.org"),
            ("commit.gpgsign", "false"),
        ):
            self.git("config", key, value)
        hooks = [{**hook, "language": "system"} for hook in HOOKS]
        config = {"repos": [{"repo": "local", "hooks": hooks}]}
        self.write(".pre-commit-config.yaml", yaml.safe_dump(config))
        done = self.call("pre-commit", "install")
        assert done.returncode == 0, done.stderr

    def call(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(words, cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=600)

    def git(self, *words: str) -> None:
        done = self.call("git", *words)
        assert done.returncode == 0, done.stderr

    def write(self, name: str, text: str) -> None:
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def commit(self, **files: str) -> tuple[int, str]:
        for name, text in files.items():
            self.write(
                name.replace("__", "/").replace("_yaml", ".yaml").replace("_json", ".json").replace("_cfg", ".cfg"),
                text,
            )
        self.git("add", "-A")
        done = self.call("git", "commit", "-q", "-m", "a change")
        return done.returncode, done.stdout + done.stderr


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    (tmp_path / "repository").mkdir()
    return Repository(tmp_path / "repository")


def test_good_and_bad_commits(repository: Repository) -> None:
    assert repository.commit(net_yaml=GOOD, ci_yaml=OTHER, package_json='{"name": "x", "version": "1"}')[0] == 0
    status, said = repository.commit(net_yaml=GOOD.replace("size: 3}", "size: 5}"))
    assert status == 1
    assert "net.yaml:4:10: RF401 'a': size is expected to be 5, it is 3" in said
    status, said = repository.commit(net_yaml=GOOD.replace("kernel", "kernal"))
    assert status == 1
    assert "RF101 conv has no key 'kernal'" in said
    assert repository.commit(net_yaml=GOOD.replace("size: 3}", "stride: 1}"))[0] == 0


def test_files_that_are_meant_to_be_descriptions_are_never_passed_over(repository: Repository) -> None:
    status, said = repository.commit(architectures__net_yaml=OTHER)
    assert status == 1
    assert "architectures/net.yaml:1:1: RF105" in said


def test_models_of_other_tools_and_what_a_side_file_promises_of_them(repository: Repository) -> None:
    """A Darknet file by itself, and with the promises of a description that extends it; other .cfg files are none."""
    side = "format: 1\nextends: net.cfg\nexpect: [{layer: conv_0, size: 3}]\n"
    assert repository.commit(net_cfg=DARKNET, side_yaml=side, setup_cfg="[metadata]\nname = x\n")[0] == 0
    status, said = repository.commit(net_cfg=DARKNET.replace("size=3", "size=5"))
    assert status == 0, "the side file is not part of this commit"
    status, said = repository.commit(side_yaml=side + "# held against the network once more\n")
    assert status == 1
    assert "side.yaml:3:10: RF401 'conv_0': size is expected to be 3, it is 5" in said
    status, said = repository.commit(net_cfg=DARKNET.replace("size=3", "size=three"), side_yaml=side)
    assert status == 1
    assert "net.cfg:7:6: RF012 size must be an integer" in said


def test_hooks_have_what_pre_commit_asks_for() -> None:
    assert [hook["id"] for hook in HOOKS] == ["rf-check", "rf-table", "rf-validate"]
    for hook in HOOKS:
        assert hook["language"] == "python"
        assert hook["description"].endswith(".")
        for name in ("net.yaml", "net.yml", "net.json", "net.onnx", "net.keras", "net.cfg"):
            assert re.search(hook["files"], name)
        assert not re.search(hook["files"], "net.py")


@pytest.mark.parametrize(
    ("name", "text", "meant"),
    [
        ("net.yaml", GOOD, True),
        ("net.yaml", "# a comment\nname: x\nformat: 1  # of rf\nlayers: []\n", True),
        ("net.yaml", '"format": 1\nlayers: []\n', True),
        ("net.yaml", "{format: 1, layers: []}", True),
        ("net.json", '{"name": "x", "format": 1, "layers": []}', True),
        ("net.json", '{\n  "format": 1,\n  "layers": []\n}', True),
        ("net.yaml", "format: 1\nlayers: [{type: con", True),
        ("net.yaml", "\ufeffformat: 1\nlayers: []\n", True),
        ("net.yaml", "format: 1\ninput: {size: 3}\nlayres: []\n", True),
        ("net.json", '{\n "layers": [{"type":"rel"}],\n "format": 1\n}', True),
        ("net.json", '{\n "layers": [{"type":"rel"}],\n "format": 1,\n', True),
        ("architectures/sub/net.yaml", OTHER, True),
        ("net.yaml", "format: 1\nfoo: bar\n", False),
        ("net.json", '{"a": {\n  "format": 1,\n  "layers": []}}', False),
        ("net.yaml", "version: 2\ndata: |\n  format: 1,\n  layers:\n", False),
        ("net.json", '{"config": {"layers": []}, "x": 1}', False),
        ("net.yaml", "backbone: resnet50\nhead: {type: fcn}\n", False),
        ("net.yaml", OTHER, False),
        ("net.yaml", "format: 10\n", False),
        ("net.yaml", "a:\n  format: 1\n", False),
        ("net.yaml", "formats: 1\n", False),
        ("net.json", '{"name": "x"}', False),
        ("net.json", "", False),
        ("net.rf.yaml", OTHER, True),
        ("net.rf.json", "", True),
        ("architectures/net.yaml", OTHER, True),
        ("my_architectures/net.yaml", OTHER, False),
    ],
)
def test_what_is_meant_to_be_a_description(
    name: str, text: str, meant: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True, parents=True)
    path.write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert is_description(name, 1 << 20, foreign) is meant


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    assert is_description(str(tmp_path / "nowhere.yaml"), 100)


def test_large_files_are_told_apart_at_once(tmp_path: Path) -> None:
    path = tmp_path / "data.json"
    path.write_bytes(b"[" + b"\n" * 2_000_000 + b" " * 2_000_000 + b"]")
    assert not is_description(str(path), 4 << 20)


def test_what_was_passed_over_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(GOOD)
    Path("other.yaml").write_text(OTHER)
    assert run(["validate", "--skip-others", "net.yaml", "other.yaml"]) == 0
    assert capsys.readouterr().err == "1 description is valid, 1 other file passed over\n"
    assert run(["check", "--skip-others", "-v", "other.yaml"]) == 0
    assert "other.yaml: no description, passed over\n" in capsys.readouterr().err
    assert run(["validate", "other.yaml"]) == 1


@pytest.mark.parametrize("command", ["validate", "check"])
@pytest.mark.parametrize(("text", "name", "passed_over"), [
    (OTHER, "other.yaml", True),
    (OTHER, "net.rf.yaml", False),
    (GOOD, "net.yaml", False),
    ('{"name": "a", "version": "1.0.0"}', "package.json", True),
    ("", "empty.yaml", True),
])  # fmt: skip
def test_standard_input_is_looked_into_as_files_are(
    command: str, text: str, name: str, passed_over: bool,
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path,
) -> None:  # fmt: skip
    """What an editor hands over is a file of its name."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
    assert run([command, "-", "--stdin-name", name, "--skip-others"]) == (0 if passed_over or text == GOOD else 1)
    out, err = capsys.readouterr()
    assert ("1 other file passed over" in err) == passed_over
    assert (f"{name}:1:1: RF105" in out) == (text == OTHER and not passed_over)


def test_the_settings_of_the_project_hold(repository: Repository) -> None:
    settings = '[tool.rf]\nexclude = ["drafts"]\n[tool.rf.per-file-ignores]\n"loose/*" = ["RF4"]\n'
    repository.write("pyproject.toml", settings)
    wrong = GOOD.replace("size: 3}", "size: 5}")
    assert repository.commit(drafts__net_yaml="format: 1\nlayers: [{type: none}]\n", loose__net_yaml=wrong)[0] == 0
    status, said = repository.commit(strict__net_yaml=wrong)
    assert status == 1
    assert "strict/net.yaml:4:10: RF401" in said
    repository.write("pyproject.toml", settings.replace("exclude", "exclde"))
    status, said = repository.commit(strict__net_yaml=GOOD)
    assert status == 1
    assert "pyproject.toml:2:1: there is no setting 'exclde'" in said


def test_hooks_look_at_the_files_of_all_formats() -> None:
    """But for HDF5: most such files in a repository hold weights or data, and what is named is not passed over."""
    found = {ending for ending in endings() if ending not in (".h5", ".hdf5")}
    assert all(re.search(hook["files"], f"nets/net{ending}") for hook in HOOKS for ending in found)
    assert all(re.search(hook["files"], f"net{ending}") for hook in HOOKS for ending in (".yaml", ".yml", ".json"))


def test_a_table_that_is_stale_stops_a_commit(repository: Repository) -> None:
    readme = "# A net\n\n<!-- rf table: net.yaml --columns layer,size -->\n<!-- end of rf table -->\n"
    repository.write("README.md", readme)
    status, said = repository.commit(net_yaml=GOOD)
    assert status == 1 and "README.md: was stale, and is written anew" in said
    assert repository.commit()[0] == 0
    status, said = repository.commit(net_yaml=GOOD.replace("size: 3}", "size: 5}").replace("kernel: 3", "kernel: 5"))
    assert status == 1 and "README.md: was stale" in said
    assert "| a       |      5 |" in (repository.folder / "README.md").read_text()
