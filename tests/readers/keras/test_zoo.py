"""Real models of Keras on torch: sizes, channels, parameters and costs equal Keras's and torch's, regions autograd's."""

from __future__ import annotations

import os
import random
from collections.abc import Callable, Iterator
from math import prod
from pathlib import Path
from typing import Any

import pytest
from witnesses.measuring import hull

import rfcli
from readers.keras.rows import assert_shape

pytestmark = pytest.mark.zoo

os.environ["KERAS_BACKEND"] = "torch"


@pytest.fixture(autouse=True)
def one_thread() -> Iterator[None]:
    """Small maps in double precision: threads would only wait for each other, for minutes where others work as well."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def application(name: str, size: int, **given: Any) -> Callable[[], Any]:
    """A model of keras.applications for small images, with few classes."""

    def make() -> Any:
        import keras

        made = getattr(keras.applications, name)
        return made(
            weights=None,
            input_shape=(size, size, 3),
            **({"classes": 10} if "include_top" not in given else {}),
            **given,
        )

    return make


def nasnet() -> Any:
    """Keras refuses to make it on torch, for a defect of what loads its weights; on any other backend it is the same."""
    import keras
    from keras.src.applications import nasnet as module

    real = module.backend

    class Other:
        def __getattr__(self, name: str) -> Any:
            return (lambda: "jax") if name == "backend" else getattr(real, name)

    module.backend = Other()
    try:
        return keras.applications.NASNetMobile(weights=None, input_shape=(64, 64, 3), include_top=False)
    finally:
        module.backend = real


def densenet() -> Any:
    """A small one, whose gradients in double precision are quick."""
    from keras.src.applications.densenet import DenseNet

    return DenseNet([2, 3, 2, 2], weights=None, input_shape=(64, 64, 3), include_top=False)


def efficientnet() -> Any:
    """The same of another family."""
    from keras.src.applications.efficientnet import EfficientNet

    return EfficientNet(0.25, 0.5, 64, weights=None, input_shape=(64, 64, 3), include_top=False, name="small")


def unet(dims: int, first: bool) -> Callable[[], Any]:
    """An encoder and decoder with strided, dilated and transposed convolutions, in 1 to 3 dimensions."""

    def make() -> Any:
        import keras
        from keras import layers

        form = {"data_format": "channels_first" if first else "channels_last"}
        at = 1 if first else -1
        conv, up = getattr(layers, f"Conv{dims}D"), getattr(layers, f"Conv{dims}DTranspose")
        pool, grow = getattr(layers, f"MaxPooling{dims}D"), getattr(layers, f"UpSampling{dims}D")
        space = {1: (48,), 2: (40, 48), 3: (16, 24, 16)}[dims]
        x = keras.Input((1, *space) if first else (*space, 1))
        a = conv(6, 3, padding="same", use_bias=False, **form)(x)
        a = layers.Activation("relu")(layers.BatchNormalization(axis=at)(a))
        b = conv(8, 5, padding="same", dilation_rate=2, activation="relu", **form)(pool(2, **form)(a))
        c = conv(8, 3, strides=2, padding="same", name="bottom", **form)(b)
        d = layers.Add()([b, up(8, 4, strides=2, padding="same", **form)(c)])
        # keras repeats along one axis only on torch where the size is given for all.
        e = d if dims == 1 and first else (grow(2, **({} if dims == 1 else form))(d))
        e = layers.Concatenate(axis=at)([a, e]) if e is not d else up(4, 2, strides=2, **form)(d)
        return keras.Model(x, conv(2, 1, name="logits", activation="softmax" if not first else None, **form)(e))

    return make


def deeplab() -> Any:
    """Dilated convolutions side by side, and what the whole image says; bilinear upsampling."""
    import keras
    from keras import layers

    x = keras.Input((64, 64, 3))
    y = layers.ZeroPadding2D(((0, 1), (0, 1)))(x)
    y = layers.Conv2D(8, 3, strides=2, activation="relu")(y)
    y = layers.SeparableConv2D(8, 3, strides=2, padding="same", activation="relu")(y)
    branches = [layers.SeparableConv2D(4, 3, dilation_rate=rate, padding="same")(y) for rate in (1, 2, 4)]
    image = layers.Conv2D(4, 1)(layers.GlobalAveragePooling2D(keepdims=True)(y))
    image = layers.UpSampling2D(16, interpolation="bilinear")(image)
    y = layers.Conv2D(8, 1, name="mixed")(layers.Concatenate()([*branches, image]))
    y = layers.UpSampling2D(4, interpolation="bilinear")(y)
    return keras.Model(x, layers.Cropping2D(((1, 2), (3, 0)))(layers.Conv2D(2, 3, padding="same")(y)))


def wavenet() -> Any:
    """A 1-D stack of causal dilated convolutions with gates and skips."""
    import keras
    from keras import layers

    x = keras.Input((160, 1))
    y, skips = layers.Conv1D(8, 1)(x), []
    for i in range(6):
        a, b = (layers.Conv1D(8, 2, dilation_rate=2**i, padding="causal", activation=f)(y) for f in ("tanh", "sigmoid"))
        skips.append(layers.Conv1D(8, 1)(layers.Multiply()([a, b])))
        y = layers.Add()([y, skips[-1]])
    return keras.Model(x, layers.Conv1D(4, 1)(layers.ReLU()(layers.Add()(skips))))


def transformer() -> Any:
    """Patches that attend to each other."""
    import keras
    from keras import layers

    x = keras.Input((32, 48, 3))
    y = layers.Reshape((-1, 16))(layers.Conv2D(16, 8, strides=8)(x))
    for _ in range(2):
        z = layers.LayerNormalization()(y)
        y = layers.Add()([y, layers.MultiHeadAttention(2, 8)(z, z)])
        z = layers.Dense(32, activation="gelu")(layers.LayerNormalization()(y))
        y = layers.Add()([y, layers.Dense(16)(z)])
    return keras.Model(x, layers.Dense(10)(layers.GlobalAveragePooling1D()(y)))


def siamese() -> Any:
    """A nested model of nested models, called twice, and a layer called three times."""
    import keras
    from keras import layers

    block = keras.Sequential(
        [layers.Conv2D(6, 3, padding="same"), layers.BatchNormalization(), layers.ReLU()], name="block"
    )
    i = keras.Input((24, 32, 3))
    h = layers.MaxPooling2D(2, name="small")(block(i))
    encoder = keras.Model(i, [h, layers.Conv2D(6, 3, name="more")(h)], name="encoder")
    a, b = keras.Input((24, 32, 3), name="left"), keras.Input((24, 32, 3), name="right")
    shared = layers.Conv2D(6, 3, padding="same", name="shared")
    (p, q), (r, s) = encoder(a), encoder(b)
    y = layers.Add()([shared(shared(p)), shared(r)])
    return keras.Model([a, b], [y, layers.Subtract(name="difference")([q, s])])


def generator() -> Any:
    """Features that become a map."""
    import keras
    from keras import layers

    return keras.Sequential(
        [
            keras.Input((20,)), layers.Dense(4 * 4 * 8, use_bias=False), layers.Reshape((4, 4, 8)),
            layers.BatchNormalization(), layers.LeakyReLU(), layers.Conv2DTranspose(6, 4, strides=2, padding="same"),
            layers.PReLU(shared_axes=[1, 2]), layers.Conv2DTranspose(3, 2, strides=2, activation="tanh"),
        ]
    )  # fmt: skip


def operators() -> Any:
    """Operators and functions on tensors."""
    import keras
    from keras import layers, ops

    x = keras.Input((32, 40, 4))
    y = layers.Conv2D(8, 3, padding="same")(x / 255.0)
    y = y * ops.relu6(y + 3.0) / 6.0
    a, b = ops.split(y, 2, axis=-1)
    y = ops.concatenate([b[:, 1:-1, ::2], a[:, 1:-1, ::2]], axis=-1)
    y = y * ops.mean(y, axis=(1, 2), keepdims=True)
    y = ops.pad(y, ((0, 0), (1, 1), (2, 0), (0, 0)))
    y = ops.transpose(ops.reshape(y, (-1, 32 * 22, 8)), (0, 2, 1))
    y = layers.Dense(5)(ops.transpose(y, (0, 2, 1)))
    return keras.Model(x, layers.Conv2D(3, 3, name="last")(ops.reshape(y, (-1, 32, 22, 5))))


def text() -> Any:
    """Windows over words."""
    import keras
    from keras import layers

    x = keras.Input((60,), dtype="int32")
    y = layers.SpatialDropout1D(0.2)(layers.Embedding(100, 12)(x))
    ends = [layers.GlobalMaxPooling1D()(layers.Conv1D(8, size, activation="relu")(y)) for size in (3, 4, 5)]
    return keras.Model(x, layers.Dense(1)(layers.Concatenate()(ends)))


MODELS: dict[str, Callable[[], Any]] = {
    "VGG16": application("VGG16", 32, include_top=False, pooling="avg"),
    "ResNet50": application("ResNet50", 64),
    "ResNet50V2": application("ResNet50V2", 64),
    "InceptionV3": application("InceptionV3", 80),
    "InceptionResNetV2": application("InceptionResNetV2", 80, include_top=False),
    "Xception": application("Xception", 72),
    "MobileNet": application("MobileNet", 64, alpha=0.5, depth_multiplier=2),
    "MobileNetV2": application("MobileNetV2", 64, alpha=0.35),
    "MobileNetV3Small": application("MobileNetV3Small", 64),
    "MobileNetV3Large": application("MobileNetV3Large", 64, minimalistic=True),
    "DenseNet121": application("DenseNet121", 64),
    "EfficientNetB0": application("EfficientNetB0", 64),
    "EfficientNetV2B0": application("EfficientNetV2B0", 64),
    "ConvNeXtTiny": application("ConvNeXtTiny", 32, include_top=False),
    "NASNetMobile": nasnet,
    "densenet": densenet,
    "efficientnet": efficientnet,
    **{f"unet_{dims}d_{order}": unet(dims, order == "first") for dims in (1, 2, 3) for order in ("last", "first")},
    "deeplab": deeplab,
    "wavenet": wavenet,
    "transformer": transformer,
    "siamese": siamese,
    "generator": generator,
    "operators": operators,
    "text": text,
}
FUSED = {"transformer": 2 * 24 * 24 * 2 * (8 + 8)}
"""Multiply-accumulates of fused attention, which torch does not count: layers x queries x keys x heads x widths."""
MEASURED = ("ResNet50V2", "MobileNetV2", "MobileNetV3Small", "densenet", "efficientnet",
            "unet_1d_last", "unet_2d_last", "unet_2d_first", "unet_3d_last", "deeplab", "wavenet")  # fmt: skip
"""Models whose regions are measured: the others repeat them, or see everything."""


@pytest.mark.parametrize("name", MODELS)
@pytest.mark.filterwarnings("ignore")
def test_model(name: str, tmp_path: Path) -> None:
    import numpy as np
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    model = MODELS[name]()
    architecture = rfcli.from_keras(model)
    report = rfcli.compute(architecture)
    assert [entry.name for entry in architecture.entries if entry.layer.given.get("unknown")] == []

    trained = sum(prod(weight.shape) for weight in model.trainable_weights)
    assert report.total.params == trained
    assert model.count_params() - trained == sum(prod(weight.shape) for weight in model.non_trainable_weights)

    for layer in model.layers:
        outputs = layer.output if isinstance(layer.output, list) else [layer.output]
        if type(layer).__name__ not in ("InputLayer", "Functional", "Sequential", "Split"):
            assert_shape(report.layer(layer.name), outputs[0].shape, name.endswith("_first"))

    given = [np.zeros((1, *one.shape[1:]), one.dtype) for one in model.inputs]
    with torch.no_grad(), FlopCounterMode(display=False) as flops:
        model(given if len(given) > 1 else given[0], training=False)
    assert 2 * (report.total.macs - FUSED.get(name, 0)) == flops.get_total_flops()

    for file in ("net.h5", "net.keras") if name in ("ResNet50", "siamese") else ("net.h5",):
        model.save(tmp_path / file)
        saved = rfcli.compute(rfcli.load(tmp_path / file))
        assert (saved.layers, saved.outputs) == (report.layers, report.outputs)
    if name in MEASURED:
        compare_regions(model, report)


LINEAR = ("ReLU", "LeakyReLU", "PReLU", "ELU", "Activation", "LayerNormalization", "Dropout", "StochasticDepth")


def averaging(model: Any) -> Any:
    """A copy in double precision whose weights are positive and whose activations pass on; maxima are averages; what
    the whole map says is taken as a constant, so that gradients are of local paths."""
    import keras
    import torch

    class Detached(keras.layers.Layer):  # type: ignore[misc]
        def __init__(self, pool: Any, **given: Any) -> None:
            super().__init__(**given)
            self.pool = pool

        def call(self, x: Any) -> Any:
            return self.pool(x).detach()

    def copied(layer: Any) -> Any:
        kind, config = type(layer).__name__, layer.get_config()
        if not isinstance(layer, keras.layers.Layer):
            return type(layer).from_config(config)
        config = {**config, "dtype": "float64"}
        if "activation" in config:
            config["activation"] = "linear"
        if kind in LINEAR:
            return keras.layers.Activation("linear", name=layer.name, dtype="float64")
        if kind.startswith("GlobalAverage"):
            return Detached(type(layer).from_config(config), name=layer.name, dtype="float64")
        if kind.startswith("MaxPooling"):
            return getattr(keras.layers, kind.replace("Max", "Average")).from_config(config)
        if kind == "Multiply":
            return keras.layers.Add(name=layer.name, dtype="float64")
        return type(layer).from_config(config)

    source = keras.Input(batch_shape=model.inputs[0].shape, dtype="float64")
    made = keras.models.clone_model(model, input_tensors=source, clone_function=copied)
    with torch.no_grad():
        for weight in made.weights:
            shape = weight.shape
            ones = weight.name in ("gamma", "moving_variance")
            few = 1.0 / (shape[-2] * prod(shape[:-2]) ** 0.5) if len(shape) > 1 else float(ones)
            weight.assign(np_full(shape, few))
    return made


def np_full(shape: Any, value: float) -> Any:
    import numpy as np

    return np.full(shape, value)


def compare_regions(model: Any, report: Any) -> None:
    """Clipped regions of some outputs of some layers equal what gradients reach."""
    import keras
    import torch

    made = averaging(model)
    kinds = ("Conv", "Depthwise", "Separable", "Add", "Concatenate", "UpSampling", "Cropping")
    # Of one sample nothing is outside: the last layers with a map of several are looked at.
    known = [
        layer for layer in made.layers
        if type(layer).__name__.startswith(kinds) and max(report.layer(layer.name).output_size) > 1
        and None not in report.layer(layer.name).receptive_field.size
    ]  # fmt: skip
    chosen = [known[at] for at in sorted({len(known) // 5, 2 * len(known) // 3, len(known) - 1})]
    first = getattr(made.layers[1], "data_format", "channels_last") == "channels_first"
    network = keras.Model(made.inputs, [layer.output for layer in chosen])
    x = torch.ones([1, *made.inputs[0].shape[1:]], dtype=torch.float64, requires_grad=True)
    outputs = network(x, training=False)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    for layer, output in zip(chosen, outputs, strict=True):
        # As torch orders them: channels before the axes.
        output = output if first else output.movedim(-1, 1)
        locator = rfcli.located(report, layer.name)
        space = output.shape[2:]
        center = tuple(n // 2 for n in space)
        chance = random.Random(layer.name)
        for position in {center, (0,) * len(space), tuple(chance.randrange(n) for n in space)}:
            assert list(locator.at(position).clipped) == measured(x, output, position, first), (layer.name, position)


def measured(x: Any, output: Any, position: tuple[int, ...], first: bool) -> list[tuple[int, int] | None]:
    """The hull of what one output reads."""
    import torch

    if first:
        return hull(x, output, position)
    (gradient,) = torch.autograd.grad(output[(0, slice(None), *position)].sum(), x, retain_graph=True)
    places = gradient[0].abs().sum(-1).nonzero()
    if not len(places):
        return [None] * len(position)
    return [(int(places[:, axis].min()), int(places[:, axis].max())) for axis in range(places.shape[1])]
