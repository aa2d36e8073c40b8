"""`rf report`: the file, where it is written, what does not fit."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from cli.conftest import NET, RF

import rfcli
from rfcli.cli import report
from rfcli.cli.report import Steps, named


def test_a_page_is_written(rf: RF, tmp_path: Path) -> None:
    assert rf("report", "net.yaml") == (0, "net.html\n", "")
    assert (tmp_path / "net.html").read_text(encoding="utf-8") == rfcli.report(rfcli.compute("net.yaml"))
    assert rf("report", "net.yaml", "-o", "other.html") == (0, "other.html\n", "")
    status, out, err = rf("report", "net.yaml", "-o", "-")
    assert (status, err) == (0, "") and out == (tmp_path / "net.html").read_text(encoding="utf-8")
    assert not [one for one in os.listdir() if one.endswith(".tmp")]


def test_several_networks(rf: RF, tmp_path: Path) -> None:
    assert rf("report", "net.yaml", "alexnet") == (0, "report.html\n", "")
    text = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "<title>net, alexnet: receptive fields</title>" in text


def test_options(rf: RF, tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    words = ("--layer", "a", "--input-size", "9x11", "--image", "a.png", "--from", "input", "-o", "-")
    status, out, _ = rf("report", "net.yaml", *words)
    assert status == 0
    assert '"layer":"a"' in out and '"size":[[9,11],' in out and '"image":"data:image/png;base64,iVBORw0KGgo="' in out
    status, out, _ = rf("report", "net.yaml", "--spacing", "0.5mm", "-o", "-")
    assert status == 0 and '"unit":"mm","spacing":[0.5,0.5]' in out
    assert "data-watch>" not in out.partition("<body>")[0]


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (["net.yaml", "--layer", "c"], 2, "rf: net.yaml: --layer: there is no layer 'c'"),
        (["net.yaml", "alexnet", "--layer", "nothing"], 2, "rf: --layer: there is no layer 'nothing', the same in all 2 networks"),
        (["net.yaml", "--image", "net.yaml"], 2, "rf: --image: net.yaml is no image that browsers show: give a png, jpeg, gif or webp"),
        (["net.yaml", "--image", "none.png"], 2, "rf: --image: none.png cannot be read: No such file or directory"),
        (["net.yaml", "-o", "no/x.html"], 2, "rf report: cannot write no/x.html: there is no folder 'no'"),
        (["net.yaml", "-o", "."], 2, "rf report: cannot write .: "),
        (["bad.yaml"], 1, "bad.yaml:1:9: RF105 format must be 1, is 2"),
        (["nothing.yaml"], 2, "nothing.yaml:1:1: RF001 cannot be read"),
        (["net.yaml", "--from", "c"], 2, "rf: net.yaml: --from: there is no"),
        (["net.yaml", "--input-size", "1"], 1, "net.yaml:4:5: RF305"),
        (["-", "--watch"], 2, "rf report: --watch looks at files: standard input is read once"),
        (["net.yaml", "--watch", "-o", "-"], 2, "rf report: --watch writes a file anew: give one with -o, not standard output"),
    ],
)  # fmt: skip
def test_what_does_not_fit(rf: RF, words: list[str], status: int, said: str, tmp_path: Path) -> None:
    found, out, err = rf("report", *words)
    assert (found, out) == (status, "")
    assert said in err
    assert not [*tmp_path.glob("*.html")]


def test_the_right_ones_of_several_are_written(rf: RF, tmp_path: Path) -> None:
    status, out, err = rf("report", "net.yaml", "bad.yaml")
    assert (status, out) == (1, "net.html\n") and "RF105" in err


def test_names_of_files() -> None:
    assert named(["net"]) == "net.html"
    assert named(["../a b/ü<c>"]) == "a_b_ü_c.html"
    assert named(["///"]) == "network.html"
    assert named(["a", "b"]) == "report.html"


def test_what_takes_long_is_told_on_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    steps = Steps(quiet=False)
    steps.step("net: regions")
    assert capsys.readouterr().err == ""
    monkeypatch.setattr(report, "SILENT", -1.0)
    steps.step("net: \x1b[31mtable")
    steps.done()
    assert capsys.readouterr().err == "\r\x1b[Knet: \\x1b[31mtable\r\x1b[K"
    quiet = Steps(quiet=True)
    quiet.step("net: table")
    quiet.done()
    assert capsys.readouterr().err == ""


def wait(until: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not until():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_watching(tmp_path: Path) -> None:
    """What the description extends counts as well; a broken one is told, the page stays; an interrupt ends it."""
    base, net, page, said = (tmp_path / name for name in ("base.yaml", "net.yaml", "net.html", "said"))
    base.write_text(NET)
    net.write_text("format: 1\nextends: base.yaml\nlayers: [{name: c, type: relu}]\n")
    words = [sys.executable, "-m", "rfcli", "report", "net.yaml", "--watch"]
    home = {**os.environ, "PYTHONPATH": str(Path(rfcli.__file__).parents[1])}
    with (
        said.open("w") as stream,
        subprocess.Popen(
            words, cwd=tmp_path, stdout=stream, stderr=subprocess.STDOUT, env=home, start_new_session=True,
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler) and None,
        ) as process,
    ):  # fmt: skip
        try:
            wait(lambda: "watching; Ctrl-C ends it" in said.read_text())
            first = page.read_text()
            assert "data-watch" in first and "[[-2,0]" not in first
            base.write_text(NET.replace("size: 32", "size: 48"))
            wait(lambda: page.read_text() != first)
            second = page.read_text()
            net.write_text("format: 2\n")
            wait(lambda: "RF105" in said.read_text())
            assert page.read_text() == second
            process.send_signal(signal.SIGINT)
            assert process.wait(60) == 130
        finally:
            process.kill()
    assert said.read_text().count("net.html\n") == 2
