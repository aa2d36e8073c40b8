"""What one call keeps: outcomes, mistakes, the exit status."""

import pytest

from rfcli.cli.declarations import Shared, UsageError
from rfcli.cli.session import Mistake, Session
from rfcli.diagnostics import CallError, DescriptionError, Diagnostic, Span

WRONG = Diagnostic(Span("a.yaml", 3, 5), "RF305", "no output is left")
ELSEWHERE = Diagnostic(Span("base.yaml", 1, 1), "RF105", "format must be 1")


def test_errors_of_a_network_are_kept() -> None:
    session = Session(Shared())
    with session.kept("a.yaml"):
        raise DescriptionError([WRONG, ELSEWHERE])
    (outcome,) = session.outcomes
    assert (outcome.source, session.wrong, session.problems, session.status) == ("a.yaml", 1, 2, 1)
    assert [one.message for one in outcome.diagnostics] == [
        "no output is left", "format must be 1 (extended by 'a.yaml')",
    ]  # fmt: skip
    with session.kept("b.yaml"):
        raise CallError("b.yaml: no")
    assert (session.mistakes, session.status) == ([Mistake("b.yaml", "no")], 2)


@pytest.mark.parametrize("error", [UsageError("x"), KeyError("x"), KeyboardInterrupt()])
def test_other_errors_are_not(error: BaseException) -> None:
    session = Session(Shared())
    with pytest.raises(type(error)), session.kept("a.yaml"):
        raise error
    assert (session.outcomes, session.mistakes) == ([], [])


def test_what_goes_beside_a_result(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session(Shared())
    session.fine("b.yaml")
    session.failed("a.yaml", (WRONG,))
    session.mistakes.append(Mistake("", "no layer \x1b[31m"))
    assert session.ended() == 2
    assert capsys.readouterr() == ("", "rf: no layer \\x1b[31m\na.yaml:3:5: RF305 no output is left\n")


def test_what_is_the_result(capsys: pytest.CaptureFixture[str]) -> None:
    session = Session(Shared(diagnostics="concise"))
    session.failed("a.yaml", (WRONG,))
    session.passed_over = 1
    assert session.judged(None, "1 is wrong") == 1
    assert capsys.readouterr() == ("a.yaml:3:5: RF305 no output is left\n", "1 is wrong, 1 other file passed over\n")


@pytest.mark.parametrize(
    ("environment", "limit", "bytes"), [("", (), 4 << 20), ("bytes=9", (), 9), ("bytes=9,nodes=3", ("bytes=8",), 8)]
)
def test_limits_of_the_environment_and_the_call(
    environment: str, limit: tuple[str, ...], bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RF_LIMITS", environment)
    assert Session(Shared(limit=limit)).limits.bytes == bytes


def test_limits_that_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RF_LIMITS", "bites=9")
    with pytest.raises(UsageError, match="bites"):
        Session(Shared())
