"""The design rules: each has descriptions that it finds fault with, with what it says, and good ones.

`rules/RFnnn_bad*.yaml` stands beside what `rf check` prints (`pytest --rewrite` writes it anew); `RFnnn_good*.yaml` passes.
A first line `# rf check OPTIONS` gives the options.
"""

from pathlib import Path

import pytest

from rfcli.checks._registry import RULES
from rfcli.cli.entry import run
from rfcli.diagnostics import CODES

FOLDER = Path(__file__).parent / "rules"
BAD, GOOD = sorted(FOLDER.glob("*_bad*.yaml")), sorted(FOLDER.glob("*_good*.yaml"))


def checked(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str]:
    monkeypatch.chdir(path.parent)
    first = path.read_text(encoding="utf-8").splitlines()[0]
    options = first.removeprefix("# rf check").split() if first.startswith("# rf check --") else []
    status = run(["check", path.name, *options])
    return status, capsys.readouterr().out


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.stem)
def test_bad(
    path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> None:
    status, said = checked(path, capsys, monkeypatch)
    assert status == 1
    code = path.stem.split("_")[0]
    assert {line.split(": ")[1].split()[0] for line in said.splitlines() if line.startswith(path.name)} == {code}
    expected = path.with_suffix(".expected")
    if request.config.getoption("rewrite"):
        expected.write_text(said, encoding="utf-8")
    assert said == expected.read_text(encoding="utf-8")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.stem)
def test_good(path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(path, capsys, monkeypatch) == (0, "")


@pytest.mark.parametrize("code", RULES)
def test_every_rule_has_both(code: str) -> None:
    assert [path for path in BAD if path.stem.startswith(code)]
    assert [path for path in GOOD if path.stem.startswith(code)]


def test_codes_are_those_of_the_rules() -> None:
    assert {code for code in CODES if code.startswith("RF5")} == set(RULES)


@pytest.mark.parametrize("code", RULES)
def test_every_rule_tells_cost_mend_and_source(code: str) -> None:
    rule = RULES[code]
    assert rule.__doc__
    assert rule.cost.endswith(".")
    assert rule.mend
    assert rule.source
