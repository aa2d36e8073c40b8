"""Problems for people."""

from render import OUTCOMES
from rfcli.render.problems_text import render


def test_problems_and_helps() -> None:
    text = "".join(render(OUTCOMES, 9))
    assert "a,b.yaml:3:5: RF305 a map of 0 % is empty\n  help: pad it\n" in text
    assert "a,b.yaml:4:1: RF201 there is no layer '\\x1b'\n" in text
    assert "good.yaml" not in text


def test_at_most_so_many() -> None:
    text = "".join(render(OUTCOMES, 1))
    assert "RF305" in text
    assert "RF201" not in text
