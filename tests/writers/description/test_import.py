"""The command `rf import`."""

from __future__ import annotations

from pathlib import Path

import onnx
import pytest

import rfcli
from rfcli.cli.declarations import Shared
from rfcli.cli.import_ import _remarks
from rfcli.cli.session import Session
from writers.description.describing import LIGHT, darknet_53, run


def test_long_networks_are_written_flat(tmp_path: Path) -> None:
    count = 5_200  # convolutions and activations
    (tmp_path / "long.cfg").write_text(
        "[net]\nheight=8\nwidth=8\nchannels=1\n" + "[convolutional]\nfilters=1\nsize=1\n" * count
    )
    done = run("import", "long.cfg", "-o", "net.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "long.cfg: 10400 layers, more than 10000, are written flat\n"
    assert (tmp_path / "net.yaml").read_text().count("\n  - {name: ") == 2 * count


def test_limits_that_it_takes_to_read_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    _remarks(Session(Shared()), "a: 1, " * 800_000, 1, None)
    assert capsys.readouterr().err == "<stdout>: to be read with --limit bytes=4800000 --limit nodes=3200000\n"


def test_models_larger_than_texts_on_standard_input(tmp_path: Path) -> None:
    model = onnx.load(str(LIGHT[0]))
    model.graph.initializer.append(onnx.helper.make_tensor("more", 1, [1_200_000], bytes(4_800_000), raw=True))
    data = model.SerializeToString()
    done = run("import", "-", folder=tmp_path, text=data)
    assert (done.returncode, done.stderr) == (0, "")
    # What was added has no reader: it counts as unused.
    assert done.stdout.replace("unused_params: 1200000\n", "") == rfcli.described(str(LIGHT[0]))
    assert run("import", "-", "--limit", "model_bytes=4500000", folder=tmp_path, text=data).returncode == 1


def test_side_files_hold_models_to_promises(tmp_path: Path) -> None:
    (tmp_path / "net.cfg").write_text(darknet_53())
    (tmp_path / "net.rf.yaml").write_text(
        "format: 1\nextends: net.cfg\ncheck: {select: [RF506]}\nexpect:\n"
        "  - {layer: shortcut_74, size: 725, stride: 32, channels: 1024}\n  - {layer: shortcut_4, size: 10}\n"
    )
    done = run("check", "--skip-others", ".", "-q", folder=tmp_path)
    assert done.returncode == 1
    assert done.stdout.splitlines()[0].startswith(
        "./net.rf.yaml:6:5: RF401 'shortcut_4': size is expected to be 10, it is 9"
    )
    assert len([line for line in done.stdout.splitlines() if " RF" in line]) == 1


@pytest.mark.parametrize(
    ("words", "status", "told"),
    [
        (["import", "wrong.cfg"], 1, "wrong.cfg:1:1: RF012"),
        (["import", "wrong.cfg", "-o", "kept.yaml"], 1, "wrong.cfg:1:1: RF012"),
        (["import", "."], 2, "rf import: . is a directory"),
        (["import", "nowhere.onnx"], 2, "nowhere.onnx:1:1: RF001"),
        (["import", "good.cfg", "--name", "$(1)"], 2, "rf import: --name: '$(1)' holds characters"),
        (["import", "good.cfg", "-o", "no/such/folder.yaml"], 2, "rf import: cannot write"),
        (["import", "good.cfg", "--set", "width=1"], 2, "rf: good.cfg: --set: there is no parameter 'width'"),
    ],
)
def test_mistakes(words: list[str], status: int, told: str, tmp_path: Path) -> None:
    (tmp_path / "good.cfg").write_text("[net]\nheight=8\nwidth=8\nchannels=1\n[convolutional]\n")
    (tmp_path / "wrong.cfg").write_text("[net]\nheight=8\nwidth=8\n[conv]\n")
    (tmp_path / "kept.yaml").write_text("kept")
    done = run(*words, folder=tmp_path)
    assert (done.returncode, done.stdout) == (status, "")
    assert done.stderr.startswith(told)
    assert (tmp_path / "kept.yaml").read_text() == "kept"
