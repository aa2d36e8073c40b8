"""SavedModels with Keras's own words beside them: which reading is taken, and what Keras 2.15 says of the layers."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

import rfcli
from readers.tensorflow.saved import written as w
from readers.tensorflow.witness import HERE

FOLDER = HERE / "saved" / "keras"
WITNESS = json.loads((FOLDER / "witness.json").read_text())
KERAS = ("cnn", "sequential", "decoder", "recurrent")
GRAPH = ("written", "signature")
TYPES = {"conv": "Conv", "depthwise_conv": "DepthwiseConv2D", "batch_norm": "BatchNormalization", "add": "Add",
         "concat": "Concatenate", "conv_transpose": "Conv2DTranspose", "upsample": "UpSampling2D", "relu": "ReLU",
         "global_avg_pool": "GlobalAveragePooling2D", "linear": "Dense", "lstm": "Bidirectional", "gru": "GRU",
         "max_pool": "MaxPooling2D", "separable_conv": "SeparableConv2D"}  # fmt: skip


def data_of(name: str, kind: str) -> bytes:
    return zlib.decompress((FOLDER / f"{name}.{kind}.z").read_bytes())


@pytest.fixture
def model(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """The folder of a SavedModel."""
    folder = tmp_path / request.param
    folder.mkdir()
    (folder / "saved_model.pb").write_bytes(data_of(request.param, "pb"))
    (folder / "keras_metadata.pb").write_bytes(data_of(request.param, "keras"))
    return str(folder)


@pytest.mark.parametrize("model", KERAS, indirect=True)
def test_layers_are_kerass(model: str) -> None:
    """Names, types, sizes and parameters; what the graph says of the outputs is the same."""
    name = Path(model).name
    report = rfcli.compute(model)
    told = WITNESS[name]["layers"]
    assert [layer.name for layer in report.layers] == list(told)
    for layer in report.layers:
        kind, (_, *sizes, channels), params = told[layer.name]
        assert kind.startswith(TYPES[layer.type])
        assert layer.cost.params == params and layer.channels == channels
        assert all(have == n for have, n in zip(layer.output_size, sizes, strict=False) if n is not None)
    assert report.total.params == WITNESS[name]["params"]
    assert Path(report.source).name == "saved_model.pb"
    graph = rfcli.compute(rfcli.load(model, settings={"signature": "serving_default"}))
    if name == "recurrent":  # its gates are no loop that is known
        return
    assert (graph.total.params, graph.total.macs) == (report.total.params, report.total.macs)
    ends = [sorted(map(one.layer, one.outputs), key=lambda end: end.output_size) for one in (report, graph)]
    for mine, theirs in zip(*ends, strict=True):
        assert (mine.output_size, mine.channels) == (theirs.output_size, theirs.channels)
        for key in ("size", "stride", "padding", "center", "uniform", "phase_sizes", "globally"):
            assert getattr(mine.receptive_field, key) == getattr(theirs.receptive_field, key)


@pytest.mark.parametrize("model", GRAPH, indirect=True)
def test_the_graph_is_read_where_keras_does_not_say_all(model: str) -> None:
    """A class of the authors states no layers; what serves is another function."""
    network = rfcli.load(model)
    assert not any(entry.layer.given.get("unknown") for entry in network.entries if Path(model).name != "signature")
    assert any("/" in entry.name for entry in network.entries)
    assert rfcli.compute(network).total.params == WITNESS[Path(model).name]["params"] or "signature" in model


@pytest.mark.parametrize("model", ["code"], indirect=True)
def test_the_code_of_a_lambda_says_what_the_graph_says(model: str) -> None:
    report = rfcli.compute(model)
    assert [(layer.name, layer.type) for layer in report.layers] == [
        ("one", "conv"), ("code", "max_pool"), ("two", "conv"),
    ]  # fmt: skip
    graph = rfcli.compute(rfcli.load(model, settings={"signature": "serving_default"}))
    assert (graph.total.params, graph.total.macs) == (report.total.params, report.total.macs)
    mine, theirs = (one.layer(one.outputs[0]) for one in (report, graph))
    assert (mine.output_size, mine.receptive_field) == (theirs.output_size, theirs.receptive_field)
    assert report.total.params == WITNESS["code"]["params"]


@pytest.mark.parametrize("model", KERAS[:1], indirect=True)
def test_keras_may_say_it_otherwise(model: str, tmp_path: Path) -> None:
    """Its file may be named itself, and stands in the model until TensorFlow 2.4; damaged, far away or linked from
    elsewhere it is none; another name of the model changes nothing."""
    beside, saved = Path(model) / "keras_metadata.pb", Path(model) / "saved_model.pb"
    names = list(WITNESS["cnn"]["layers"])

    def read(path: Path = saved) -> list[str]:
        return [entry.name for entry in rfcli.load(str(path)).entries]

    assert read(beside) == read() == read(Path(model)) == names
    words = beside.read_bytes()
    for other in (b"", words[:400], b"\xff" * 50, words[30:]):
        beside.write_bytes(other)
        assert "little/stem/Conv2D" in read()
    (tmp_path / "elsewhere").write_bytes(words)
    beside.unlink()
    beside.symlink_to(tmp_path / "elsewhere")
    assert "little/stem/Conv2D" in read()
    beside.unlink()
    assert "little/stem/Conv2D" in read()
    assert rfcli.loads(saved.read_bytes(), "net.pb").name == "net"


def test_until_tensorflow_2_4_it_stands_among_the_objects() -> None:
    """As TensorFlow 2.0 to 2.4 wrote it: the text of the model is that of its object."""
    from rfcli.readers.tensorflow.saved import wire

    told = wire.text(wire.parsed(wire.messages(wire.parsed(data_of("cnn", "keras")), 1)[0]), 5)
    saved = wire.parsed(data_of("cnn", "pb"))
    meta = wire.parsed(wire.messages(saved, 2)[0])
    objects = w.message({1: [{4: {1: "_tf_keras_network", 3: told}}]})
    data = w.message({1: 1, 2: w.message({**meta, 7: [objects]})})
    assert [entry.name for entry in rfcli.loads(data, "net.pb").entries] == list(WITNESS["cnn"]["layers"])
    plain = w.message({1: 1, 2: w.message({**meta, 7: [w.message({1: [{4: {1: "_tf_keras_network"}}]})]})})
    assert len(rfcli.loads(plain, "net.pb").entries) > len(WITNESS["cnn"]["layers"])


def test_what_is_wrong_with_keras_s_file_is_said() -> None:
    with pytest.raises(rfcli.DescriptionError, match="does not state its layers"):
        rfcli.loads(data_of("written", "keras"), "keras_metadata.pb")
