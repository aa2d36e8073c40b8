"""`rf graph`: formats, endings, folding, and calls that are wrong."""

import json
from pathlib import Path

import pytest
from cli.conftest import RF

import rfcli


def test_mermaid_is_what_comes_without_a_format(rf: RF) -> None:
    status, out, err = rf("graph", "net.yaml")
    assert (status, err) == (0, "")
    assert out.startswith("flowchart TD\n") and "sees 3, stride 1" in out


@pytest.mark.parametrize(
    ("ending", "begins"), [("svg", "<svg"), ("dot", "digraph"), ("gv", "digraph"), ("mmd", "flowchart"), ("json", "{")]
)
def test_the_ending_says_the_format(rf: RF, ending: str, begins: str) -> None:
    assert rf("graph", "net.yaml", "-o", f"net.{ending}") == (0, "", "")
    assert Path(f"net.{ending}").read_text(encoding="utf-8").startswith(begins)


def test_a_format_goes_before_the_ending(rf: RF) -> None:
    assert rf("graph", "net.yaml", "-f", "json", "-o", "net.txt")[0] == 0
    assert json.loads(Path("net.txt").read_text(encoding="utf-8"))["network"] == "net"


def test_depth_and_origin(rf: RF) -> None:
    _, out, _ = rf("graph", "densenet121", "--depth", "2", "-f", "json")
    assert [node["label"] for node in json.loads(out)["nodes"]][3:6] == ["denseblock1", "transition1", "denseblock2"]
    _, out, _ = rf("graph", "net.yaml", "--from", "a", "-f", "json")
    assert [node["size"] for node in json.loads(out)["nodes"]][1] == [[1, 1], [1, 1]]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--depth", "0"), "rf graph: --depth takes a whole number from 1; is '0'"),
        (("--color", "blue"), "--color takes size, stride, params, macs, auto, always or never; is 'blue'"),
        (("-f", "png"), "--format takes auto, mermaid, dot, svg or json; is 'png'"),
        (("-o", "no/where.svg"), "rf graph: cannot write no/where.svg: there is no folder 'no'"),
        (("--from", "z"), "there is no layer 'z'"),
    ],
)
def test_wrong_calls(rf: RF, words: tuple[str, ...], says: str) -> None:
    status, out, err = rf("graph", "net.yaml", *words)
    assert (status, out) == (2, "") and says in err
    assert not Path("no").exists()


def test_what_mermaid_does_not_draw_is_told(rf: RF) -> None:
    layers = [{"type": "conv", "name": f"l{at}", "kernel": 1 + at % 2, "inputs": ["input"]} for at in range(600)]
    many = {"format": 1, "input": {"size": [64], "channels": 1}, "layers": layers}
    Path("many.json").write_text(json.dumps(many), encoding="utf-8")
    status, _, err = rf("graph", "many.json")
    assert status == 0 and err.startswith("600 arrows, ") and "--depth 1" in err
    assert rf("graph", "many.json", "-q")[2] == ""


def test_colors_of_messages_still_go(rf: RF) -> None:
    assert (
        "\x1b[" in rf("graph", "bad.yaml", "--color", "always")[2] or rf("graph", "nope", "--color", "always")[0] == 1
    )


def test_from_python() -> None:
    assert rfcli.diagram("resnet18").startswith("<svg")
    assert rfcli.diagram(rfcli.compute("resnet18"), "mermaid", depth=1, color="size").count("  style n") == 4
    with pytest.raises(TypeError, match="depth"):
        rfcli.diagram("resnet18", depth="1")  # type: ignore[arg-type]
    with pytest.raises(rfcli.CallError, match="format"):
        rfcli.diagram("resnet18", "png")
