"""`rf import`: what is written computes the same, reads well, and cannot be misread."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import onnx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from oracle import networks
from oracle.against import thorough

import rfcli
from rfcli import resources
from rfcli.cli.declarations import Shared
from rfcli.cli.import_ import _remarks
from rfcli.cli.session import Session
from rfcli.writers.description import repeats as _repeats
from rfcli.writers.description import yaml as _yaml

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


# --- that it computes the same --------------------------------------------------------------------------------------


@given(st.one_of(networks.chains(), networks.graphs(), networks.unsized()))
@thorough(40)
def test_any_network(document: Any) -> None:
    import json

    try:
        network = rfcli.loads(json.dumps(document), "net.json")
        rfcli.compute(network)
    except rfcli.DescriptionError:
        return
    same_either_way(network)


@given(st.data())
@thorough(40)
def test_networks_with_repetition(data: st.DataObject) -> None:
    """Units of random layers, repeated with random widths, by names of all manners: with scopes, counted, both."""
    kinds = [
        {"type": "conv", "kernel": 3, "padding": 1}, {"type": "conv", "kernel": 1, "bias": False}, {"type": "relu"},
        {"type": "batch_norm"}, {"type": "conv", "kernel": [1, 3], "padding": [[0, 0], [1, 1]]}, {"type": "max_pool", "kernel": 3, "stride": 1, "padding": 1},
    ]  # fmt: skip
    units = data.draw(st.lists(st.lists(st.sampled_from(kinds), min_size=1, max_size=5), min_size=1, max_size=3))
    manner = data.draw(
        st.sampled_from(["n{n}", "stage{s}/unit{u}/{k}", "block{s}_{u}_{k}", "b{s}{c}_{k}", "{n}", "s{s}/{n}"])
    )
    layers: list[dict[str, Any]] = []
    number = 0
    for s in range(data.draw(st.integers(1, 4))):
        unit = data.draw(st.sampled_from(units))
        width = data.draw(st.sampled_from([4, 8, 16]))
        for u in range(data.draw(st.integers(1, 5))):
            start = layers[-1]["name"] if layers else "input"
            for k, kind in enumerate(unit):
                name = manner.format(s=s, u=u, k=k, n=number, c="abcdefgh"[u])
                layers.append({"name": name, **kind, **({"filters": width} if kind["type"] == "conv" else {})})
                number += 1
            if layers[-1]["type"] == "relu" and u and data.draw(st.booleans()):
                name = manner.format(s=s, u=u, k="add", n=number, c="abcdefgh"[u])
                layers.append({"name": name, "type": "concat", "inputs": [layers[-1]["name"], start]})
                number += 1
    network = described(layers)
    assert report_of(read(same_either_way(network))) == report_of(network)


def described(layers: list[dict[str, Any]], **more: Any) -> rfcli.Architecture:
    import json

    return rfcli.loads(
        json.dumps({"format": 1, "input": {"size": 32, "channels": 3}, **more, "layers": layers}), "net.json"
    )


@pytest.mark.parametrize("name", resources.architectures())
def test_bundled(name: str) -> None:
    same_either_way(rfcli.load(name))


@pytest.mark.parametrize("name", ["resnet50", "googlenet", "unet", "wavenet", "mobilenet_v2"])
def test_what_was_written_is_written_again(name: str) -> None:
    text = rfcli.described(name)
    assert rfcli.described(read(text)) == text


FOLDED = {
    "bvlc_alexnet": 29,
    "densenet121": 60,
    "inception_v1": 85,
    "inception_v2": 107,
    "resnet50": 54,
    "shufflenet": 53,
    "squeezenet": 47,
    "vgg19": 34,
    "zfnet512": 27,
}
"""Lines of what is written of the models that the onnx package brings along; `--flat` has one for each layer."""


@pytest.mark.parametrize("path", LIGHT, ids=lambda path: path.stem)
def test_onnx(path: Path) -> None:
    network = rfcli.load(str(path))
    text = same_either_way(network)
    assert report_of(network) == report_of(read(text))
    lines = text.splitlines()
    assert len(lines) <= FOLDED[path.stem.removeprefix("light_")]
    assert max(map(len, lines)) <= WIDTH


# --- that it reads well ---------------------------------------------------------------------------------------------


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


def test_darknet_53() -> None:
    network = rfcli.loads(darknet_53(), "darknet53.cfg")
    text = same_either_way(network)
    assert report_of(network) == report_of(read(text))
    lines = text.splitlines()
    assert len(lines) <= 40
    assert "  - {name: conv_5, block: conv, with: {stride: 2, filters: 128}}" in lines
    assert "  - {repeat: 7, block: residual, with: {conv: $(13 + 3 * i), skip: shortcut_$(12 + 3 * i)," in lines
    assert "      - {name: conv_$(conv + 1), block: conv, with: {filters: $(2 * filters)}}" in lines


def test_resnet_50_by_numbers() -> None:
    """Its ONNX file has no names; sixteen units of two kinds, as the paper has them."""
    (path,) = (path for path in LIGHT if "resnet50" in path.stem)
    lines = rfcli.described(str(path)).splitlines()
    assert "  - {block: residual_2, with: {at: 36, filters: 128, stride: 2}}" in lines
    assert "  - {repeat: 5, block: residual, with: {at: $(80 + 10 * i), filters: 256}}" in lines
    assert "      - {name: n$(at + 8), type: add, inputs: [n$(at + 7), n$(at - 1)]}" in lines
    uses = [line for line in lines if line.startswith("  - ") and "block: residual" in line]
    assert sum(int(line.split("repeat: ")[1].split(",")[0]) if "repeat" in line else 1 for line in uses) == 16


def resnet_50(name: Any) -> rfcli.Architecture:
    """ResNet-50 with the names that `name(stage, unit, layer)` gives: He et al. (2016), table 1."""
    layers: list[dict[str, Any]] = [
        {
            "name": name(0, 0, "conv"),
            "type": "conv",
            "kernel": 7,
            "stride": 2,
            "padding": 3,
            "filters": 64,
            "bias": False,
        }
    ]
    layers += [
        {"name": name(0, 0, "relu"), "type": "relu"},
        {"name": name(0, 0, "pool"), "type": "max_pool", "kernel": 3, "stride": 2, "padding": 1},
    ]
    for stage, (units, width) in enumerate(((3, 64), (4, 128), (6, 256), (3, 512)), 1):
        for unit in range(1, units + 1):
            before = shortcut = layers[-1]["name"]
            stride = 2 if unit == 1 and stage > 1 else 1
            if unit == 1:
                shortcut = name(stage, unit, "0_conv")
                layers.append({"name": shortcut, "type": "conv", "kernel": 1, "stride": stride, "filters": 4 * width})
            for k, (kernel, filters) in enumerate(((1, width), (3, width), (1, 4 * width)), 1):
                conv = {
                    "name": name(stage, unit, f"{k}_conv"),
                    "type": "conv",
                    "kernel": kernel,
                    "padding": kernel // 2,
                    "filters": filters,
                }
                conv["stride"] = stride if k == 2 else 1
                layers.append({**conv, **({"inputs": [before]} if k == 1 and unit == 1 else {})})
                layers.append({"name": name(stage, unit, f"{k}_bn"), "type": "batch_norm"})
                layers += [{"name": name(stage, unit, f"{k}_relu"), "type": "relu"}] if k < 3 else []
            layers.append({"name": name(stage, unit, "add"), "type": "add", "inputs": [shortcut, layers[-1]["name"]]})
            layers.append({"name": name(stage, unit, "out"), "type": "relu"})
    return described([*layers, {"name": name(0, 0, "last"), "type": "global_avg_pool"}])


MANNERS = {
    "keras": (1, lambda s, u, k: f"conv{s + 1}_block{u}_{k}" if s else f"conv1_{k}"),
    "letters": (1, lambda s, u, k: f"block{s}{'abcdefgh'[u]}_{k}" if s else f"stem_{k}"),
    "torch": (2, lambda s, u, k: f"layer{s}/layer{s}.{u - 1}/{k.replace('_', '')}/Op" if s else f"{k}/Op"),
    "scopes": (2, lambda s, u, k: f"stage_{s}/unit_{u}/{k}" if s else k),
}
"""Manners of names; with scopes a unit with a projection is a block of its own, without it stands before the unit."""


@pytest.mark.parametrize("manner", MANNERS)
def test_resnet_50_by_names(manner: str) -> None:
    """One block or two for sixteen units, whatever the manner of names."""
    count, name = MANNERS[manner]
    lines = same_either_way(resnet_50(name)).splitlines()
    assert len(lines) <= 59
    blocks = [line for line in lines[lines.index("blocks:") + 1 : lines.index("layers:")] if line[2] != " "]
    assert len(blocks) == count
    assert max(map(len, lines)) <= WIDTH


def test_unnamed_repetition() -> None:
    layers = [{"name": f"conv_{k}", "type": "conv", "kernel": 3, "filters": 8} for k in range(1, 6)]
    assert (
        "  - {name: conv, repeat: 5, type: conv, kernel: 3, filters: 8}"
        in rfcli.described(described(layers)).splitlines()
    )


@pytest.mark.parametrize(
    ("first", "step", "text"),
    [(1, 1, "$i"), (3, 1, "$(i + 2)"), (0, 1, "$(i - 1)"), (2, 2, "$(2 * i)"), (-2, -2, "$(-2 * i)"), (5, 3, "$(2 + 3 * i)"),
     (1, 3, "$(3 * i - 2)"), (9, -2, "$(11 - 2 * i)")],
)  # fmt: skip
def test_counters(first: int, step: int, text: str) -> None:
    assert _repeats.counted(first, step) == text
    expression = text.removeprefix("$").strip("()")
    assert [eval(expression, {"i": i}) for i in (1, 2, 3)] == [first, first + step, first + 2 * step]


def test_flags_that_all_state_are_defaults() -> None:
    layers = [{"name": f"c{k}", "type": "conv", "kernel": k, "bias": False} for k in (1, 3, 5)]
    text = rfcli.described(described([*layers, {"name": "last", "type": "conv", "kernel": 1}]))
    assert "defaults: {conv: {bias: false}}" in text.splitlines()
    assert "  - {name: last, type: conv, kernel: 1, bias: true}" in text.splitlines()


# --- that it cannot be misread --------------------------------------------------------------------------------------

ODD = [
    "null", "Null", "true", "Yes", "no", "on", "off", "y", "n", "~", "1", "1.0", "1e5", "0x1f", "0o7", ".5", ".inf", "-x",
    "2001-01-01", "1_000", "12:30:45", "a: b", "a:", "a #b", "#a", "a$b", "$a", "$(a)", "$$", "'a'", '"a"', "a, b", "[a]",
    "{a}", "a\nb", "a\tb", " a ", "", "é", "日本", "\U0001f600", "a\x7fb", "a\u2028b", "\ufeffa", "a\\b", "*a", "&a", "!a",
    "|", ">", "%a", "@a", "`a", "=", "<<", "?", "-", "---", "...", "a" * 300,
]  # fmt: skip


@pytest.mark.parametrize("text", ODD)
@pytest.mark.parametrize("write", [_yaml.flow, lambda value: "".join(_yaml.entry("", value))], ids=["flow", "entry"])
def test_scalars_are_read_back(text: str, write: Any) -> None:
    """In all places of a document where text of others stands, and as the text of what is an operation's name."""
    document = {"format": 1, "reference": text, "accuracy": {"top1": 0.5, "source": text}, "layers": []}
    escaped = _yaml.escaped(document)
    found = rfcli.loads(write(escaped), "odd.yaml")
    assert found.about["reference"] == text and found.about["accuracy"] == {"top1": 0.5, "source": text}


def onnx_model(names: list[str]) -> bytes:
    """A chain of convolutions and unknown operations, both called by odd names."""
    nodes, at = [], "x"
    for number, name in enumerate(names):
        kind, domain = ("Conv", "") if number % 2 == 0 else (name or "Odd", "org.example")
        nodes.append(
            onnx.helper.make_node(kind, [at, "w"] if kind == "Conv" else [at], [f"t{number}"], name=name, domain=domain)
        )
        at = f"t{number}"
    graph = onnx.helper.make_graph(
        nodes, "net", [onnx.helper.make_tensor_value_info("x", 1, [1, 2, 15, 20])], [onnx.helper.make_tensor_value_info(at, 1, None)],
        [onnx.helper.make_tensor("w", 1, [2, 2, 1, 1], bytes(16), raw=True)],
    )  # fmt: skip
    return bytes(onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", 17)]).SerializeToString())


def test_names_of_models() -> None:
    network = rfcli.loads(onnx_model([name for name in ODD for _ in (0, 1)]), "odd.onnx")
    text = same_either_way(network)
    assert report_of(network) == report_of(read(text))
    assert sum(entry.layer.type == "custom" for entry in read(text).entries) == len(ODD)


@pytest.mark.parametrize("word", ["null", "true", "on", "No", "class", "i", "n", "y", "conv", "X"])
def test_words_that_blocks_and_parameters_are_called_by(word: str) -> None:
    """Words of names, which YAML or expressions could take for something else."""
    layers = [
        {"name": name, "type": kind, **({"kernel": 3, "filters": number + 8} if kind == "conv" else {})}
        for number in range(6)
        for kind in ("conv", "relu", "batch_norm")
        for name in [f"{word}_{number}/{word}{number}_{kind}" if number % 3 else f"{word}{number}_{kind}"]
    ]
    assert "blocks:" in same_either_way(described(layers)).splitlines()


def test_scopes_that_come_apart_and_names_that_shadow() -> None:
    """Names inside of scopes that are taken up again, that are layers as well, or that hide a layer outside."""
    names = [
        "a/x",
        "b/x",
        "a/y",
        "c",
        "c/x",
        "d/d/d",
        "d/d/e",
        "d/e",
        "e",
        "d/f/e",
        "d/f/d",
        "d/f/f",
        "f/g/h/i/j/k/l/m/n/o/p/q/r/s",
    ]
    chance = random.Random(3)
    layers = []
    for number, name in enumerate(names):
        takes = [chance.choice(names[:number] or ["input"])]
        layers.append({"name": name, "type": "conv", "kernel": 1, "filters": number + 1, "inputs": takes})
    same_either_way(described(layers))


def test_deep_scopes() -> None:
    deep = "/".join("s" * 1 for _ in range(100))
    text = same_either_way(described([{"name": f"{deep}/{name}", "type": "relu"} for name in ("a", "b", "c", "d")]))
    assert max(line.count(" ") for line in text.splitlines()) < 100


def run(*words: str, folder: Path, text: bytes | None = None) -> subprocess.CompletedProcess[str]:
    done = subprocess.run([sys.executable, "-m", "rfcli", *words], cwd=folder, capture_output=True, input=text)
    assert b"Traceback" not in done.stderr and b"bug" not in done.stderr
    return subprocess.CompletedProcess(words, done.returncode, done.stdout.decode(), done.stderr.decode())


def test_long_networks_are_written_flat(tmp_path: Path) -> None:
    count = 5_200  # convolutions and activations
    (tmp_path / "long.cfg").write_text(
        "[net]\nheight=8\nwidth=8\nchannels=1\n" + "[convolutional]\nfilters=1\nsize=1\n" * count
    )
    done = run("import", "long.cfg", "-o", "net.yaml", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    assert done.stderr == "long.cfg: 10400 layers, more than 10000, are written flat\n"
    assert (tmp_path / "net.yaml").read_text().count("\n  - {name: ") == 2 * count


def test_time_is_bounded() -> None:
    """Thousands of layers in no order: what repetition there is costs what it may, and no more."""
    chance = random.Random(5)
    kinds = ["conv", "relu", "batch_norm", "dropout", "lrn", "max_pool"]
    layers: list[dict[str, Any]] = []
    for number in range(3000):
        kind = chance.choice(kinds)
        layers.append(
            {"name": f"{kind}_{number}", "type": kind, **({"kernel": 1} if kind in ("conv", "max_pool") else {})}
        )
    network = described(layers)
    started = time.process_time()
    text = rfcli.described(network)
    assert time.process_time() - started < 20
    assert rfcli.described(read(text), flat=True) == rfcli.described(network, flat=True)


def test_limits_that_it_takes_to_read_are_told(capsys: pytest.CaptureFixture[str]) -> None:
    _remarks(Session(Shared()), "a: 1, " * 800_000, 1, None)
    assert capsys.readouterr().err == "<stdout>: to be read with --limit bytes=4800000 --limit nodes=3200000\n"


# --- the command ----------------------------------------------------------------------------------------------------


def test_models_larger_than_texts_on_standard_input(tmp_path: Path) -> None:
    model = onnx.load(str(LIGHT[0]))
    model.graph.initializer.append(onnx.helper.make_tensor("more", 1, [1_200_000], bytes(4_800_000), raw=True))
    data = model.SerializeToString()
    done = run("import", "-", folder=tmp_path, text=data)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == rfcli.described(str(LIGHT[0]))
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
        (["import", "good.cfg", "--set", "width=1"], 2, "rf: good.cfg: there is no parameter 'width'"),
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
