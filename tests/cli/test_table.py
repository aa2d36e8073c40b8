"""`rf table`: tables between marks in Markdown files."""

from pathlib import Path

import pytest
from cli.conftest import RF

BEGIN, END = "<!-- rf table: net.yaml --columns layer,size -->", "<!-- end of rf table -->"


def test_written_once_and_then_kept(rf: RF) -> None:
    Path("README.md").write_text(f"# Net\n\n{BEGIN}\nold\n{END}\n\nmore\n")
    assert rf("table", "README.md", "--check")[::2] == (1, "README.md: is stale\n1 table, 1 file stale\n")
    assert "old" in Path("README.md").read_text()
    assert rf("table")[::2] == (1, "README.md: was stale, and is written anew\n1 table, 1 file changed\n")
    text = Path("README.md").read_text()
    assert text.startswith(f"# Net\n\n{BEGIN}\n\n|") and text.endswith(f"\n\n{END}\n\nmore\n")
    assert "| b       |      4 |" in text
    assert rf("table", "README.md") == (0, "", "1 table, 0 files changed\n")


def test_line_ends_networks_below_and_bundled_ones(rf: RF) -> None:
    Path("docs").mkdir()
    path = Path("docs/a.md")
    path.write_bytes(f"{BEGIN.replace('net.yaml', '../net.yaml vgg_16 --outputs')}\r\n{END}\r\n".encode())
    assert rf("table", "docs")[0] == 1
    assert b"vgg_16" in path.read_bytes() and path.read_bytes().replace(b"\r\n", b"").count(b"\n") == 0
    assert rf("table", "docs")[0] == 0


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (BEGIN, "a.md:1:1: the table has no end"),
        (f"{BEGIN}\n{BEGIN}\n{END}", "a.md:2:1: a table begins inside another"),
        (f"{BEGIN.replace('net', 'nte')}\n{END}", "a.md:1:1: there is no file 'nte.yaml' beside this one"),
        (
            f"{BEGIN.replace('columns', 'colums')}\n{END}",
            "a.md:1:1: 'net.yaml --colums layer,size': there is no option --colums: did you mean --columns?",
        ),
        (f"{BEGIN.replace('--columns', '-o')}\n{END}", "a.md:1:1: a table takes no --output"),
        (f"<!-- rf table: torch:model.py:Net -->\n{END}", "a.md:1:1: there is no file 'torch:model.py:Net'"),
        (f"<!-- rf table: 'net.yaml -->\n{END}", "a.md:1:1: the words of the mark: No closing quotation"),
        (f"<!-- rf table: bad.yaml -->\n{END}", "a.md:1:1: the table cannot be made"),
    ],
)
def test_what_is_wrong(rf: RF, text: str, said: str) -> None:
    Path("a.md").write_text(text)
    status, out, err = rf("table", "a.md")
    assert (status, out) == (1, "")
    assert said in err
    assert Path("a.md").read_text() == text


def test_marks_in_code_are_none(rf: RF) -> None:
    Path("a.md").write_text(f"```markdown\n{BEGIN}\n{END}\n```\n")
    assert rf("table", "a.md") == (0, "", "0 tables, 0 files changed\n")
    assert rf("table", "no.md")[::2] == (
        2,
        "no.md: cannot be read: No such file or directory\n0 tables, 0 files changed\n",
    )
