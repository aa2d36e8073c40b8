"""Annotations of GitHub's workflows: %, line ends, and in properties : and , are escaped."""

from render import OUTCOMES
from rfcli.render.problems_github import render


def test_commands() -> None:
    assert "".join(render(OUTCOMES, 9)).splitlines() == [
        "::error file=a%2Cb.yaml,line=3,col=5,title=RF305::a map of 0 %25 is empty%0Ahelp: pad it",
        "::error file=a%2Cb.yaml,line=4,col=1,title=RF201::there is no layer '\\x1b'",
    ]
