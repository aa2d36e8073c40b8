"""The settings of a project, as commands take them."""

from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from cli.conftest import NET, RF

MISALIGNED = "format: 1\nlayers:\n  - {type: conv_transpose, kernel: 3, stride: 2}\n"
"""Meets RF504: a stride that does not divide its kernel."""


def settle(text: str, path: str = "rf.toml") -> None:
    Path(path).parent.mkdir(parents=True, exist_ok=True)
    Path(path).write_text(text)


def test_the_format_where_none_is_given(rf: RF) -> None:
    settle('[tool.rf]\nformat = "csv"\ndiagnostics = "concise"\n', "pyproject.toml")
    csv = rf("compute", "net.yaml")
    assert csv[1].startswith("layer,type")
    assert rf("compute", "net.yaml", "-f", "csv", "--isolated") == csv
    for words in (["-f", "table"], ["-ftable"], ["--isolated"]):
        assert rf("compute", "net.yaml", *words)[1].startswith("layer  ")
    assert rf("explain", "net.yaml", "--layer", "b")[1].count(",") > 3
    assert (
        rf("validate", "bad.yaml")[1].startswith("bad.yaml:1:9: RF105") and "help" not in rf("validate", "bad.yaml")[1]
    )
    assert "help" in rf("validate", "bad.yaml", "--diagnostics", "text")[1] + rf("validate", "bad.yaml")[2] + "help"


def test_a_format_that_a_command_has_not(rf: RF) -> None:
    settle('format = "ndjson"')
    assert rf("compute", "net.yaml")[1].startswith('{"')
    assert rf("explain", "net.yaml", "--layer", "b") == rf("explain", "net.yaml", "--layer", "b", "--isolated")
    assert rf("graph", "net.yaml") == rf("graph", "net.yaml", "--isolated")


@pytest.mark.parametrize(
    ("settings", "words", "codes"),
    [
        ("", [], "RF504"),
        ('ignore = ["RF504"]', [], ""),
        ('ignore = ["RF504"]', ["--select", "RF504"], "RF504"),
        ('ignore = ["RF504"]', ["--isolated"], "RF504"),
        ('select = ["RF501"]', [], ""),
        ('select = ["RF501"]', ["--select", "RF504"], "RF504"),
        ('select = ["RF504"]', ["--ignore", "RF5"], ""),
        ('per-file-ignores = {"net.*" = ["RF504"]}', [], ""),
        ('per-file-ignores = {"*.json" = ["RF504"]}', [], "RF504"),
        ("object-size = 40", [], "RF504 RF507"),
        ("object-size = 40", ["--object-size", "2"], "RF504"),
        ('object-size = 40\nignore = ["RF507"]', [], "RF504"),
        ("displacement = 40", [], "RF504 RF508"),
    ],
)
@pytest.mark.parametrize("through", ["file", "stdin"])
def test_rules(
    rf: RF, settings: str, words: list[str], codes: str, through: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(settings, "sub/rf.toml")
    Path("sub/net.yaml").write_text(MISALIGNED)
    name = ["sub/net.yaml"]
    if through == "stdin":
        name = ["-", "--stdin-name", "sub/net.yaml"]
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(MISALIGNED.encode())))
    status, out, _ = rf("check", *name, *words, "--diagnostics", "concise")
    assert sorted({word for word in out.split() if word.startswith("RF")}) == codes.split()
    assert status == bool(codes)


@pytest.mark.parametrize(
    ("own", "codes"),
    [("", ""), ("check: {select: [RF504]}\n", "RF504"), ("check: {select: [RF501]}\n", "")],
)
def test_what_a_description_says_itself_comes_before(rf: RF, own: str, codes: str) -> None:
    settle('ignore = ["RF504"]')
    Path("net.yaml").write_text(MISALIGNED + own)
    assert [word for word in rf("check", "net.yaml")[1].split() if word.startswith("RF")] == codes.split()


def test_what_is_excluded(rf: RF) -> None:
    settle('exclude = ["drafts"]')
    for name in ("nets/a.yaml", "nets/drafts/b.yaml"):
        settle(NET, name)
    assert rf("check", "nets")[2].startswith("1 description passed") and "1 file excluded" in rf("check", "nets")[2]
    assert "excluded" not in rf("check", "nets", "--isolated")[2]
    assert rf("compute", "nets", "-f", "csv", "--columns", "network,layer")[1].count("\n") == 3
    named = ["validate", "nets/a.yaml", "nets/drafts/b.yaml"]
    assert rf(*named)[2] == "2 descriptions are valid\n"
    assert rf(*named, "--force-exclude")[2] == "1 description is valid, 1 file excluded\n"
    status, _, err = rf("check", "nets/drafts", "-v")
    assert status == 0
    assert "nets/drafts/b.yaml: excluded by 'drafts' of rf.toml\n" in err
    assert "nets/drafts: the settings exclude all that is below it\n" in err


def test_limits(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    settle("[limits]\nlayers = 1\n")
    assert "RF009" in rf("validate", "net.yaml")[1]
    assert rf("validate", "net.yaml", "--isolated")[0] == 0
    assert rf("validate", "net.yaml", "--limit", "layers=2")[0] == 0
    monkeypatch.setenv("RF_LIMITS", "layers=2")
    assert rf("validate", "net.yaml")[0] == 0
    settle("", "sub/rf.toml")
    settle(NET, "sub/net.yaml")
    monkeypatch.delenv("RF_LIMITS")
    assert [rf("validate", "net.yaml", "sub/net.yaml")[1].count(one) for one in ("net.yaml:", "sub/")] == [1, 0]


def test_wrong_settings_end_the_call(rf: RF) -> None:
    settle("selekt = []\nformat = 3\n", "sub/rf.toml")
    settle(NET, "sub/net.yaml")
    said = "sub/rf.toml:1:1: there is no setting 'selekt'\n  help: did you mean 'select'?\nsub/rf.toml:2:1: format must"
    for words in (
        ["check", "sub"],
        ["compute", "net.yaml", "sub/net.yaml"],
        ["validate", "sub/net.yaml"],
        ["config", "sub"],
    ):
        status, out, err = rf(*words)
        assert (status, out) == (2, "")
        assert err.startswith(said)


def test_a_given_file(rf: RF) -> None:
    settle('ignore = ["RF504"]')
    settle('format = "json"', "other.toml")
    Path("net.yaml").write_text(MISALIGNED)
    assert rf("check", "net.yaml", "--config", "other.toml")[0] == 1
    assert rf("compute", "net.yaml", "--config", "other.toml")[1].startswith("{")
    assert rf("compute", "net.yaml", "--config", "no.toml")[2] == (
        "rf compute: --config: no.toml: cannot be read: No such file or directory\n"
    )
    status, _, err = rf("compute", "net.yaml", "--config", "other.toml", "--isolated")
    assert (status, err) == (
        2, "rf compute: --config names a file of settings, and --isolated wants none: give one of them\n"
    )  # fmt: skip
