"""Problems, a line each."""

from render import OUTCOMES
from rfcli.render.problems_concise import render


def test_no_helps() -> None:
    lines = "".join(render(OUTCOMES, 9)).splitlines()
    assert lines[:2] == [
        "a,b.yaml:3:5: RF305 a map of 0 % is empty",
        "a,b.yaml:4:1: RF201 there is no layer '\\x1b'",
    ]
