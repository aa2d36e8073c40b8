"""A Markdown table of a report."""

from render import VIEW
from rfcli.render.markdown import render
from rfcli.render.view import Style


def test_rows() -> None:
    text = "".join(render([VIEW], Style(columns=("layer", "size"))))
    assert text == "| layer   |   size |\n|---------|--------|\n| a       |      3 |\n| b       |      7 |\n"
