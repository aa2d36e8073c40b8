"""Keras models as JSON, made by hand: what `to_json` of Keras 2 and 3 writes, as far as it tells what is read."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import rfcli


def new(kind: str, name: str, config: dict[str, Any], *calls: Any, module: str = "keras.layers") -> dict[str, Any]:
    """A layer of Keras 3. A call is a list of positional arguments, which strings and tuples in it are tensors of."""
    nodes = [
        call if isinstance(call, dict) else {"args": [tensors(one) for one in call], "kwargs": {}} for call in calls
    ]
    return {"module": module, "class_name": kind, "config": {"name": name, **config}, "registered_name": None,
            "name": name, "inbound_nodes": nodes}  # fmt: skip


def tensors(tree: Any) -> Any:
    """Names, and tuples (name, call, tensor), as tensors of Keras 3."""
    if isinstance(tree, str):
        tree = (tree, 0, 0)
    if isinstance(tree, tuple):
        name, call, output, *shape = tree
        config = {"shape": list(shape[0]) if shape else None, "dtype": "float32", "keras_history": [name, call, output]}
        return {"class_name": "__keras_tensor__", "config": config}
    if isinstance(tree, list):
        return [tensors(one) for one in tree]
    return tree


def old(kind: str, name: str, config: dict[str, Any], *calls: Any) -> dict[str, Any]:
    """A layer of Keras 2; a call is the list that is saved."""
    return {"class_name": kind, "config": {"name": name, **config}, "name": name, "inbound_nodes": list(calls)}


def source(shape: Any, name: str = "x", generation: int = 3) -> dict[str, Any]:
    key = "batch_shape" if generation == 3 else "batch_input_shape"
    return {
        "class_name": "InputLayer",
        "config": {"name": name, key: [None, *shape]},
        "name": name,
        "inbound_nodes": [],
    }


def functional(layers: list[Any], outputs: Any, inputs: Any = (("x", 0, 0),), name: str = "net") -> dict[str, Any]:
    """A Functional model."""
    ends = {"input_layers": [list(one) for one in inputs], "output_layers": [list(one) for one in outputs]}
    return {"class_name": "Functional", "config": {"name": name, "layers": layers, **ends}, "keras_version": "3.0.0"}


def chain(*layers: Any, name: str = "net") -> dict[str, Any]:
    """A Sequential model of (class, config) pairs, whose layers are called a, b, c ..., or of layers."""
    made = [
        one if isinstance(one, dict) else
        {"class_name": one[0], "config": {"name": chr(ord("a") + at), **one[1]}} for at, one in enumerate(layers)
    ]  # fmt: skip
    return {"class_name": "Sequential", "config": {"name": name, "layers": made}, "keras_version": "2.15.0"}


def single(shape: Any, kind: str, config: dict[str, Any], **beside: Any) -> dict[str, Any]:
    """A model of one layer, `a`."""
    return chain(source(shape), {"class_name": kind, "config": {"name": "a", **config}, **beside})


def loaded(model: Any, name: str = "m.json") -> rfcli.Architecture:
    return rfcli.loads(model if isinstance(model, str | bytes) else json.dumps(model), name)


def computed(model: Any, **given: Any) -> rfcli.Report:
    return rfcli.compute(loaded(model), **given)


def archive(model: Any, names: tuple[str, ...] = ("metadata.json", "config.json", "model.weights.h5"),
            how: int = zipfile.ZIP_DEFLATED) -> bytes:  # fmt: skip
    """A `.keras` archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", how) as made:
        for name in names:
            text = model if isinstance(model, str | bytes) else json.dumps(model)
            made.writestr(name, text if name == "config.json" else b"weights")
    return stream.getvalue()


def stored(model: Any, libver: Any = "earliest", userblock: int = 0, **more: Any) -> bytes:
    """An HDF5 file as Keras writes it; `more` are further attributes of its root."""
    import h5py

    stream = io.BytesIO()
    with h5py.File(stream, "w", libver=libver, userblock_size=userblock) as made:
        made.attrs["keras_version"], made.attrs["backend"] = "3.15.1", "torch"
        for name, value in more.items():
            made.attrs[name] = value
        if model is not None:
            made.attrs["model_config"] = (model if isinstance(model, str) else json.dumps(model)).encode()
        made.create_group("model_weights/a").create_dataset("kernel", data=[0.0] * 100)
    return stream.getvalue()


SAME = {"padding": "same"}
CONV = {"filters": 4, "kernel_size": [3, 3]}
GOOD = single((9, 9, 3), "Conv2D", CONV)
