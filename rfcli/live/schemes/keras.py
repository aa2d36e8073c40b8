"""`keras:keras.applications:ResNet50`, `keras:model.py:build(depth=3)`: a model of Keras, read from what it states."""

from __future__ import annotations

import json
import os
import sys

from rfcli.diagnostics import CallError, did_you_mean
from rfcli.live.calling import network
from rfcli.live.examples import Examples, Shape
from rfcli.live.loading import loaded
from rfcli.live.named import code
from rfcli.live.running import told
from rfcli.live.sharing import marked

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.live.named import Named
    from rfcli.pipeline import InputSizes, Loading

BACKENDS = ("tensorflow", "jax", "torch")
NEEDS = ()
"""What a source imports says itself which Keras it is."""
parsed = code


def architecture(named: Named, example: object, part: str | None, loading: Loading) -> Architecture:
    """The architecture of the model that a source names; an example gives the sizes that the model leaves open. Raises
    `CallError` and `DescriptionError`."""
    _choose_backend()
    shape = _shape(named, example)
    with loaded(named) as module:
        model = network(named, module, "a Keras model", _is_model)
        if part is not None:
            model = _part(named, model, part)
        if shape is not None and not getattr(model, "built", True):
            with told(named, f"it cannot be built for {'x'.join(map(str, shape))}"):
                model.build(shape)  # type: ignore[attr-defined]
        text = _stated(named, model)
    architecture = loading.text(text, named.source)
    return architecture if shape is None else _sized(named, architecture, shape)


def _choose_backend() -> None:
    """A backend that is installed, where nobody has chosen one."""
    from importlib.util import find_spec

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if "KERAS_BACKEND" in os.environ or "keras" in sys.modules:
        return
    chosen = _chosen()
    if chosen and (chosen not in BACKENDS or find_spec(chosen) is not None):
        return
    found = next((one for one in BACKENDS if find_spec(one) is not None), None)
    if found is not None:
        os.environ["KERAS_BACKEND"] = found


def _chosen() -> str:
    """The backend that the user's file says, "" where there is none; Keras writes that file itself, too."""
    home = os.environ.get("KERAS_HOME", os.path.join(os.path.expanduser("~"), ".keras"))
    try:
        with open(os.path.join(home, "keras.json"), encoding="utf-8") as stream:
            return str(json.load(stream).get("backend", ""))
    except (OSError, ValueError, AttributeError, RecursionError):
        return ""


def _is_model(value: object) -> bool:
    """Whether a value is a model of Keras, of whichever version, or a class of them."""
    kinds = value.__mro__ if isinstance(value, type) else type(value).__mro__
    return any(one.__name__ == "Model" and "keras" in one.__module__ for one in kinds)


def _shape(named: Named, example: object) -> tuple[int, ...] | None:
    """The shape of the one input that is given. Raises `CallError`."""
    if example is None:
        return None
    if isinstance(example, Examples):
        given = [*example.positional, *example.named.values()]
        if len(given) == 1 and isinstance(given[0], Shape):
            return given[0].shape
    elif isinstance(example, list | tuple) and all(type(n) is int and n > 0 for n in example):
        return tuple(example)
    raise named.error("a Keras model takes one shape, as 1x224x224x3: it states its inputs itself", "example")


def _part(named: Named, model: object, part: str) -> object:
    """A model within a model. Raises `CallError`."""
    layers = {one.name: one for one in getattr(model, "layers", ())}
    nested = [name for name, one in layers.items() if _is_model(one)]
    if part not in layers:
        near = did_you_mean(part, list(layers)) if layers else "it has no layers"
        raise named.error(f"the model has no layer '{part}' ({near})", "module")
    if part not in nested:
        more = f"; {', '.join(nested)} are" if nested else ""
        raise named.error(f"the layer '{part}' is no model{more}; --layer tells of one layer", "module")
    return layers[part]


def _stated(named: Named, model: object) -> str:
    """The JSON in which a model states its layers. Raises `CallError`."""
    text: object = None
    try:
        with told(named, "it does not state its layers"):
            text = model.to_json()  # type: ignore[attr-defined]
    except CallError as error:
        if not isinstance(error.__cause__, NotImplementedError):
            raise
    if not isinstance(text, str):
        kind = type(model).__name__
        raise named.error(f"{kind} does not state its layers: a Sequential or Functional model does")
    return marked(model, text)


def _sized(named: Named, architecture: Architecture, shape: tuple[int, ...]) -> Architecture:
    """The architecture at the sizes of an example. Raises `CallError`."""
    from rfcli.pipeline import resized

    if len(shape) != architecture.axes + 2:
        takes = "x".join(["1", *["224"] * architecture.axes, "3"])
        raise named.error(f"takes as many sizes as {takes}, is {'x'.join(map(str, shape))}", "example")
    one = architecture.inputs[0]
    first = one.channels is not None and shape[1] == one.channels != shape[-1]
    size: InputSizes = shape[2:] if first else shape[1:-1]
    return resized(architecture, size)
