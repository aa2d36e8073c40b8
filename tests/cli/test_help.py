"""`rf help`: commands, codes, and the words of descriptions."""

import pytest
from cli.conftest import RF

from rfcli.cli.completion import topics as completed
from rfcli.description.topics import words


@pytest.mark.parametrize(
    ("given", "same"),
    [(["help"], ["--help"]), (["help", "sizes"], ["sizes", "--help"]), (["help", "RF501"], ["rules", "RF501"]),
     (["help", "rf302"], ["rules", "RF302"])],
)  # fmt: skip
def test_commands_and_codes(given: list[str], same: list[str], rf: RF) -> None:
    assert rf(*given) == rf(*same)
    assert rf(*given)[0] == 0


def test_words(rf: RF) -> None:
    status, out, _ = rf("help", "nn.Conv2d")
    assert status == 0 and out.startswith("nn.Conv2d is called conv here.\n\nconv: ")
    assert "  stride        Stride s" in out and "(default 1)" in out and "elsewhere: PyTorch: Conv1d, Conv2d" in out
    assert rf("help", "kernal") == (2, "", "rf help: there is no help about 'kernal'; did you mean 'kernel'?\n")
    assert rf("help", "zzzz")[2].endswith("it takes a command, a layer type, a key, or a code such as RF501\n")


def test_each_topic_is_told_and_completed(rf: RF) -> None:
    assert [word for word in words() if rf("help", word)[0]] == []
    assert {"compute", "conv", "kernel", "RF501"} <= set(completed([], ""))
    assert completed([], "Conv2d") == ["Conv2d"]
