"""Networks, and what is written of them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import onnx

import rfcli

LIGHT = sorted((Path(onnx.__file__).parent / "backend/test/data/light").glob("*.onnx"))


WIDTH = 100


def report_of(network: Any) -> dict[str, Any]:
    """The whole JSON of a network, apart from where it is from."""
    found = rfcli.compute(network).as_json()
    del found["source"]
    return found  # type: ignore[no-any-return]


def read(text: str) -> rfcli.Architecture:
    return rfcli.loads(text, "again.yaml")


def same_either_way(network: rfcli.Architecture) -> str:
    """Holds the written forms of a network against it; returns the folded one."""
    folded, flat = (rfcli.described(network, flat=flat) for flat in (False, True))
    assert folded != flat, "what fell back"
    expected, found = report_of(network), report_of(read(folded))
    for part in expected.keys() - {"scopes"}:
        assert found[part] == expected[part]
    assert rfcli.described(read(folded), flat=True) == rfcli.described(read(flat), flat=True) == flat
    return folded


def described(layers: list[dict[str, Any]], **more: Any) -> rfcli.Architecture:
    import json

    return rfcli.loads(
        json.dumps({"format": 1, "input": {"size": 32, "channels": 3}, **more, "layers": layers}), "net.json"
    )


def darknet_53() -> str:
    """YOLOv3's backbone: Redmon & Farhadi (2018), table 1."""
    conv = "[convolutional]\nbatch_normalize=1\nfilters={}\nsize={}\nstride={}\npad=1\nactivation=leaky\n"
    text = "[net]\nheight=256\nwidth=256\nchannels=3\n" + conv.format(32, 3, 1)
    for width, times in ((64, 1), (128, 2), (256, 8), (512, 8), (1024, 4)):
        text += conv.format(width, 3, 2)
        text += (
            conv.format(width // 2, 1, 1) + conv.format(width, 3, 1) + "[shortcut]\nfrom=-3\nactivation=linear\n"
        ) * times
    return text


def run(*words: str, folder: Path, text: bytes | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "rfcli", *words], cwd=folder, capture_output=True, input=text)
    assert b"Traceback" not in done.stderr and b"bug" not in done.stderr
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())
