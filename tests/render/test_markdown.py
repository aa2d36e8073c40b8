"""A Markdown table of a report."""

from render import VIEW
from rfcli.render.grid import Grid, markdown
from rfcli.render.markdown import render
from rfcli.render.view import Style


def test_rows() -> None:
    text = "".join(render([VIEW], Style(columns=("layer", "size"))))
    assert (
        text
        == "| layer   |   size |\n|---------|--------|\n| a       |      3 |\n| b       |      7 |\n\ninput 20, 1 channel: 8 parameters, 54 macs, 126 flops\n"
    )


def test_what_markdown_would_read_is_text() -> None:
    *_, note = markdown(Grid(["a"], [["1"]]), ["* a<b> [c] `d`"])
    assert note == "\n- \\* a\\<b> \\[c\\] \\`d\\`\n"
