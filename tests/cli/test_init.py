"""`rf init`: a first description that is right, computes, and is left alone where there is a file."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli.conftest import RF
from cli.test_hooks import Repository

import rfcli
from rfcli.api.judging import validate

TAKEN = "is there already, and stays as it is: --output FILE writes another, --output - prints\n"


def test_it_asks_nothing_and_tells_the_file(rf: RF) -> None:
    assert rf("init", "first") == (0, "first.yaml\n", "")
    text = Path("first.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=architecture.schema.json\n")
    assert rfcli.load("first.yaml").name == "first"
    assert rf("validate", "first.yaml")[0] == rf("check", "first.yaml")[0] == 0
    assert not validate("first.yaml")
    for comment in (
        "rf compute first.yaml",
        "rf graph first.yaml -o first.svg",
        "rf report first.yaml",
        "rf check first.yaml",
    ):
        assert comment in text
    assert max(map(len, text.splitlines())) <= 100


def test_its_numbers() -> None:
    """By hand: 7 + 2 * 2 = 11 behind the pool, two steps of 2 * 4 in each of two units, 2 * 4 + 2 * 8 in the third,
    two of 2 * 8 in the fourth; weights as torch counts them, two for each channel of a normalisation."""
    from rfcli.cli.init import FIRST

    report = rfcli.compute(rfcli.loads(FIRST.replace("{name}", "net"), "net.yaml"))
    assert report.layer("stage2_2").receptive_field.size == (11 + 4 * 8 + 8 + 3 * 16,) * 2
    assert report.layer("stage2_2").receptive_field.stride == (8, 8)
    convolutions = [(7, 3, 32), *[(3, 32, 32)] * 4, (3, 32, 64), *[(3, 64, 64)] * 3, (1, 32, 64)]
    weights = sum(k * k * a * b for k, a, b in convolutions) + 2 * (5 * 32 + 4 * 64) + 64 * 10 + 10
    assert report.total.params == weights


def test_every_comment_is_true(rf: RF) -> None:
    """Its commands run, and other sizes and numbers of axes compute."""
    Path("net.yaml").unlink()
    rf("init")
    said = [
        line.partition("rf ")[2]
        for line in Path("net.yaml").read_text(encoding="utf-8").splitlines()
        if "#" in line and "rf " in line
    ]
    commands = [one.strip() for line in said for one in line.split(", rf ")]
    assert len(commands) == 7 and commands.pop() == "check proves it"
    for command in commands:
        words = command.partition(" > ")[0].split()
        assert rf(*words)[0] == 0, command
    text = Path("net.yaml").read_text(encoding="utf-8")
    for size in ("null", "[16000]", "[64, 64, 64]"):
        other = text.replace("size: [224, 224]", f"size: {size}")
        assert rfcli.compute(rfcli.loads(other, "net.yaml")).layer("stage2_2").receptive_field.size[0] == 99


@pytest.mark.parametrize(
    ("words", "file", "name"),
    [
        ([], "net.yaml", "net"), (["a.b"], "a.b.yaml", "a.b"), (["my.yaml"], "my.yaml", "my"), (["nets/my.yml"], "nets/my.yml", "my"),
        (["-o", "nets/first.rf.yaml"], "nets/first.rf.yaml", "first"), (["mine", "-o", "nets/x.yaml"], "nets/x.yaml", "mine"),
        (["123"], "123.yaml", "123"), (["true"], "true.yaml", "true"), (["1e3"], "1e3.yaml", "1e3"), (["-o", "with a space/x.yaml"], "with a space/x.yaml", "x"),
        (["-o", "two\nlines/x.yaml"], "two\nlines/x.yaml", "x"),
    ],
)  # fmt: skip
def test_names_and_files(rf: RF, words: list[str], file: str, name: str) -> None:
    Path("net.yaml").unlink()
    for folder in ("nets", "with a space", "two\nlines"):
        Path(folder).mkdir()
    assert rf("init", *words)[0] == 0
    assert rfcli.load(file).name == name
    assert rf("check", file)[0] == 0


def test_standard_output(rf: RF) -> None:
    status, out, err = rf("init", "-o", "-")
    assert (status, err) == (0, "")
    assert rfcli.loads(out, "net.yaml").name == "net"
    assert "rf compute net.yaml" in out and not Path("-").exists()


def test_files_are_left_alone(rf: RF) -> None:
    before = Path("net.yaml").read_text(encoding="utf-8")
    assert rf("init") == (2, "", f"rf init: net.yaml {TAKEN}")
    assert rf("init", "-o", "net.yaml")[0] == 2
    Path("link.yaml").symlink_to("nowhere")
    assert rf("init", "link")[0] == 2
    Path(".pre-commit-config.yaml").write_text("repos: []\n", encoding="utf-8")
    assert rf("init", "--pre-commit") == (2, "", f"rf init: .pre-commit-config.yaml {TAKEN}")
    assert Path("net.yaml").read_text(encoding="utf-8") == before
    assert Path(".pre-commit-config.yaml").read_text(encoding="utf-8") == "repos: []\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["a b"], "a name has letters, digits and _ . + -, at most 100 of them; is 'a b'; --output FILE writes into another folder"),
        (["../up"], "a name has letters, digits and _ . + -, at most 100 of them; is '../up'; --output FILE writes into another folder"),
        (["net.json"], "--output: comments need a file that ends in .yaml; is 'net.json'"),
        (["-o", "net.svg"], "--output: comments need a file that ends in .yaml; is 'net.svg'"),
        (["a.yaml", "-o", "b.yaml"], "'a.yaml' is a file, and so is --output b.yaml: give one of them"),
        (["x", "--pre-commit"], "--pre-commit writes .pre-commit-config.yaml for all descriptions: it takes no 'x'"),
        (["-o", "no/such/x.yaml"], "cannot write no/such/x.yaml: there is no folder 'no/such'"),
    ],
)  # fmt: skip
def test_wrong_calls(rf: RF, words: list[str], said: str) -> None:
    assert rf("init", *words) == (2, "", f"rf init: {said}\n")


def test_the_check_of_every_commit(tmp_path: Path, rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    """With pre-commit itself: the first description passes, a wrong one and a broken promise do not."""
    folder = tmp_path / "repository"
    folder.mkdir()
    repository = Repository(folder)
    (folder / ".pre-commit-config.yaml").unlink()
    monkeypatch.chdir(folder)
    assert rf("init", "--pre-commit")[1] == ".pre-commit-config.yaml\n"
    assert rf("init")[0] == 0
    text = (folder / "net.yaml").read_text(encoding="utf-8")
    assert repository.commit(net_yaml=text, package_json='{"name": "x"}')[0] == 0
    status, said = repository.commit(net_yaml=text.replace("size: 99", "size: 98"))
    assert status == 1 and "RF401 'stage2_2': size is expected to be 98, it is 99" in said
    status, said = repository.commit(net_yaml=text.replace("kernel: 7", "kernal: 7"))
    assert status == 1 and "RF101 conv has no key 'kernal'" in said
