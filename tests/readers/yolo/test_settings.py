"""What holds for a whole file: scales, multiples, settings of a call."""

import subprocess
import sys
from pathlib import Path

import pytest

import rfcli
from readers.yolo.rows import LEVELS, report_of, written
from rfcli.diagnostics import CallError

SCALES = "\n  n: [0.33, 0.25, 1024]\n  m: [0.67, 0.75, 96]"
SCALED = written(["[-1, 1, Conv, [128, 3, 2]]", "[-1, 6, C2f, [128, True]]"], scales=SCALES)


@pytest.mark.parametrize(
    ("name", "settings", "channels", "units", "remarks"),
    [
        ("yolov8n.yaml", {}, 32, 2, 0),
        ("some/yolov8m-seg.yaml", {}, 72, 4, 0),
        ("yoloe-11m.yml", {}, 72, 4, 0),
        ("yolov8.yaml", {}, 32, 2, 1),
        ("mine.yaml", {}, 32, 2, 1),
        ("yolov8.yaml", {"scale": "m"}, 72, 4, 0),
        ("yolov8n.yaml", {"scale": "m"}, 72, 4, 0),
    ],
)
def test_scales(name, settings, channels, units, remarks):
    architecture = rfcli.loads(SCALED, name, settings=settings)
    report = rfcli.compute(architecture)
    assert report.layer("c2f_1").channels == channels
    assert len([layer for layer in report.layers if layer.name.endswith("/add")]) == units
    assert len(architecture.remarks) == remarks
    assert all("n is taken, the first of n, m (--set scale=...)" in one for one in architecture.remarks)


def test_multiples():
    text = written(["[-1, 3, C3, [128]]", "[-1, 1, C3, [64]]"], depth_multiple=0.67, width_multiple=0.3)
    report = report_of(text)
    assert report.layer("c3_0").channels == 40  # 38.4, to a multiple of 8
    assert [layer.name for layer in report.layers if layer.name.endswith("/add")] == [
        "c3_0/m/0/add",
        "c3_0/m/1/add",
        "c3_1/m/0/add",
    ]


def test_settings():
    text = written(LEVELS, ["[[0, 1], 1, Detect, [nc]]"])
    assert report_of(text, nc=20).layer("detect_2/0/cls").channels == 20
    assert report_of(text, channels=1).layer("conv_0/conv").cost.params == 64 * 9


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"scale": "q"}, "there is no scale 'q'; there are n, m"),
        ({"scale": 3}, "there is no scale 3"),
        ({"nc": "many"}, "--set nc: it must be an integer, is 'many'"),
        ({"nc": 0}, "--set nc: it must be from 1"),
        ({"width": 2}, "there is no parameter 'width'"),
    ],
)
def test_settings_that_do_not_fit(settings, message):
    with pytest.raises(CallError, match=r"net\.yaml") as raised:
        report_of(SCALED, **settings)
    assert message in str(raised.value)


def test_the_command_tells_what_it_took(tmp_path: Path):
    (tmp_path / "mine.yaml").write_text(SCALED.replace("head: []", "head:\n  - [-1, 1, Odd, []]"))
    call = [
        sys.executable,
        "-m",
        "rfcli",
        "compute",
        "mine.yaml",
        "--outputs",
        "-f",
        "csv",
        "--columns",
        "layer,channels",
    ]
    done = subprocess.run(call, capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "layer,channels\nodd_2,\n")
    assert done.stderr.splitlines() == [
        "mine.yaml: no scale in the file's name: n is taken, the first of n, m (--set scale=...)",
        "mine.yaml: 1 operation is not known: Odd (1)",
    ]
    done = subprocess.run([*call, "--set", "scale=m", "-q"], capture_output=True, text=True, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
