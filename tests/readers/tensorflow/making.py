"""Makes the models that the tests read, and what TensorFlow itself says of them: `python making.py [rows|models]`.

It needs tensorflow-cpu 2.21, which the tests do not. Files are written by TensorFlow's own converter and savers; numbers
of weights are taken out of them afterwards. What an output reads is seen by running TensorFlow, or the interpreter of
TensorFlow Lite: an input that is 0 everywhere is changed along one row, column or plane, and weights are positive, so
every output that reads it is changed, too.
"""

import base64
import json
import os
import sys
import tempfile
import zlib
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np
import tensorflow as tf
from keras import layers
from serving import only_served
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

HERE = Path(__file__).parent
CHANCE = np.random.default_rng(5)
KEPT = 256
"""Bytes of a buffer that are kept."""


def w(*shape):
    """Weights."""
    return tf.constant(CHANCE.uniform(0.5, 1.5, shape).astype("float32"))


# --- What is taken out


def stripped(data):
    """A TensorFlow Lite model without the numbers of its weights."""
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(data))
    keep = set()
    for graph in model.subgraphs:
        for tensor in graph.tensors:
            if tensor.type in (schema.TensorType.INT32, schema.TensorType.INT64) and (
                tensor.quantization is None or tensor.quantization.scale is None
            ):
                keep.add(tensor.buffer)
            if tensor.quantization is not None and tensor.quantization.scale is not None:
                tensor.quantization.scale = np.array([1.0], "float32")
                tensor.quantization.zeroPoint = np.array([0])
                tensor.quantization.min = tensor.quantization.max = None
    for number, buffer in enumerate(model.buffers):
        if (buffer.data is not None and len(buffer.data) > KEPT) or (
            buffer.data is not None and len(buffer.data) > 16 and number not in keep
        ):
            buffer.data = np.zeros(1, "uint8")
    model.metadata = None
    for number in {one.buffer for graph in model.subgraphs for one in graph.tensors} ^ set(range(len(model.buffers))):
        model.buffers[number].data = None
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def stripped_graph(graph):
    """A GraphDef without the numbers of its weights."""
    for node in [*graph.node, *(one for each in graph.library.function for one in each.node_def)]:
        node.ClearField("experimental_debug_info")
        for key in [one for one in node.attr if one.startswith("_")]:
            del node.attr[key]
        if node.op == "Const":
            tensor = node.attr["value"].tensor
            floats = tensor.dtype in (tf.float32.as_datatype_enum, tf.float16.as_datatype_enum)
            if len(tensor.tensor_content) > (16 if floats else KEPT):
                tensor.tensor_content = b""
    return graph


def stripped_saved(saved):
    """A SavedModel of which the signature that serves is left, and what it needs."""
    for meta in saved.meta_graphs:
        stripped_graph(meta.graph_def)
        variables = [one for one in meta.object_graph_def.nodes if one.HasField("variable")]
        meta.object_graph_def.Clear()
        meta.object_graph_def.nodes.extend(variables)
        for field in ("saver_def", "collection_def"):
            meta.ClearField(field)
        meta.meta_info_def.ClearField("stripped_op_list")
        for key in [one for one in meta.signature_def if one != "serving_default"]:
            del meta.signature_def[key]
        only_served(meta, lambda node: [node.attr["f"].func.name if "f" in node.attr else node.op])
    return saved


def packed(data):
    return base64.b64encode(zlib.compress(data, 9)).decode()


# --- What is seen


def seen(run, shapes, first=False):
    """Of each output: its shape, and per axis of each input, for its first, middle and last place along each axis of
    its own, the first and last place of the input that changes it."""
    base = [np.zeros(shape, "float32") for shape in shapes]
    usual = [np.array(one, "float64") for one in run(base)]
    found = []
    for made in usual:
        found.append({"shape": list(made.shape), "reads": []})
    for number, shape in enumerate(shapes):
        for axis in range(2, len(shape)) if first else range(1, len(shape) - 1):
            hulls = [{} for _ in usual]
            for place in range(shape[axis]):
                given = [one.copy() for one in base]
                at = (slice(None),) * axis + (place,)
                given[number][at] = np.linspace(0.6, 1.4, given[number][at].size).reshape(given[number][at].shape)
                for number_of, made in enumerate(run(given)):
                    if made.ndim != len(shape):
                        continue
                    moved = ~np.isclose(
                        np.array(made, "float64"), usual[number_of], rtol=1e-4, atol=1e-33, equal_nan=True
                    )
                    rows = moved.any(axis=tuple(one for one in range(moved.ndim) if one != axis))
                    for o in {0, len(rows) // 2, len(rows) - 1}:
                        if rows[o]:
                            low, high = hulls[number_of].get(o, (place, place))
                            hulls[number_of][o] = (min(low, place), max(high, place))
            for at, hull in enumerate(hulls):
                if usual[at].ndim == len(shape):
                    for o in sorted({0, usual[at].shape[axis] // 2, usual[at].shape[axis] - 1}):
                        found[at]["reads"].append([number, axis - (2 if first else 1), o, *hull.get(o, (None, None))])
    return found


# --- Rows: one operation or a few


def pairs(*rows):
    return tf.constant(rows, tf.int32)


X = (1, 9, 10, 4)
S = (1, 12, 4)
V = (1, 5, 6, 7, 2)
ROWS = {}


def row(name, *shapes, lite=True, graph=True):
    def register(function):
        ROWS[name] = (function, shapes or (X,), lite, graph)
        return function

    return register


def simple(name, function, *shapes, **more):
    row(name, *shapes, **more)(function)


n = tf.nn
simple("Conv2D same", lambda x: n.conv2d(x, w(3, 3, 4, 5), 2, "SAME"))
simple("Conv2D valid", lambda x: n.bias_add(n.conv2d(x, w(3, 2, 4, 5), [1, 2, 1, 1], "VALID"), w(5)))
simple("Conv2D dilated", lambda x: n.relu(n.conv2d(x, w(3, 3, 4, 5), 1, "SAME", dilations=2)))
simple("Conv2D explicit", lambda x: n.conv2d(x, w(3, 3, 4, 5), 1, [[0, 0], [1, 2], [0, 1], [0, 0]]), lite=False)
simple("Conv2D groups", lambda x: n.conv2d(x, w(3, 3, 2, 6), 1, "SAME"))
simple("DepthwiseConv2dNative", lambda x: n.depthwise_conv2d(x, w(3, 3, 4, 2), [1, 2, 2, 1], "SAME"))
simple(
    "DepthwiseConv2dNative dilated",
    lambda x: n.depthwise_conv2d(x, w(3, 3, 4, 1), [1, 1, 1, 1], "VALID", dilations=[2, 2]),
)
simple("Conv3D", lambda x: n.conv3d(x, w(3, 2, 3, 2, 4), [1, 1, 2, 1, 1], "SAME"), V)
simple("Conv3D valid", lambda x: n.bias_add(n.conv3d(x, w(3, 2, 3, 2, 4), [1, 1, 1, 1, 1], "VALID"), w(4)), V)
simple("Conv2DBackpropInput same", lambda x: n.conv2d_transpose(x, w(3, 3, 5, 4), [1, 18, 20, 5], 2, "SAME"))
simple("Conv2DBackpropInput odd", lambda x: n.conv2d_transpose(x, w(3, 3, 5, 4), [1, 17, 19, 5], 2, "SAME"))
simple(
    "Conv2DBackpropInput valid", lambda x: n.conv2d_transpose(x, w(4, 2, 5, 4), [1, 20, 30, 5], [1, 2, 3, 1], "VALID")
)
simple("Conv3DBackpropInputV2", lambda x: n.conv3d_transpose(x, w(2, 2, 2, 3, 2), [1, 10, 12, 14, 3], 2, "SAME"), V)
simple("MaxPool", lambda x: n.max_pool2d(x, 3, 2, "SAME"))
simple("AvgPool", lambda x: n.avg_pool2d(x, [2, 3], [2, 1], "VALID"))
simple("AvgPool3D", lambda x: n.avg_pool3d(x, 2, 2, "VALID"), V, lite=False)
simple("MaxPool3D", lambda x: n.max_pool3d(x, 3, 1, "SAME"), V, lite=False)
simple("MaxPoolWithArgmax", lambda x: n.max_pool_with_argmax(x, 2, 2, "VALID")[0], lite=False)
simple("Dilation2D", lambda x: n.dilation2d(x, w(3, 3, 4), [1, 1, 1, 1], "SAME", "NHWC", [1, 1, 1, 1]), lite=False)
simple("conv1d causal", lambda x: n.conv1d(tf.pad(x, [[0, 0], [4, 0], [0, 0]]), w(3, 4, 5), 1, "VALID", dilations=2), S)
simple("conv1d strided", lambda x: n.bias_add(n.conv1d(x, w(5, 4, 6), 2, "SAME"), w(6)), S)
simple("conv1d transposed", lambda x: n.conv1d_transpose(x, w(4, 3, 4), [1, 24, 3], 2, "SAME"), S)
simple("pool1d", lambda x: n.max_pool1d(x, 3, 2, "VALID"), S)


@row("SpaceToBatchND")
def space_to_batch(x):
    inside = tf.space_to_batch(x, [2, 2], [[2, 3], [2, 2]])
    return tf.batch_to_space(
        n.relu(n.bias_add(n.conv2d(inside, w(3, 3, 4, 5), 1, "VALID"), w(5))), [2, 2], [[0, 1], [0, 0]]
    )


@row("SpaceToBatchND signal", S)
def signal_to_batch(x):
    inside = tf.space_to_batch(x, [4], [[8, 0]])
    return tf.batch_to_space(n.conv1d(inside, w(3, 4, 5), 1, "VALID"), [4], [[0, 0]])


simple("Concatenation", lambda x: tf.concat([n.relu(x), n.conv2d(x, w(3, 3, 4, 4), 1, "SAME")], -1))
simple("ConcatV2 with a constant", lambda x: tf.concat([x, w(1, 9, 10, 2)], 3))
simple("Pack", lambda x: tf.reshape(tf.stack([x, n.relu(x)], 3), [1, 9, 10, 8]))


def in_steps(states=False, kept=slice(None), backwards=False):
    """Places of a signal worked on one by one, each by itself or with the state of the one before, and packed again."""

    def made(x):
        kernel, carried = w(4, 4), 0.1 * w(4, 4)
        places, found, state = tf.unstack(x, axis=1)[kept], [], None
        for place in places[::-1] if backwards else places:
            state = n.relu(place @ kernel if state is None else place @ kernel + (state @ carried if states else 0.0))
            found.append(state)
        return n.conv1d(tf.stack(found[::-1] if backwards else found, axis=1), w(3, 4, 5), 1, "SAME")

    return made


simple("Pack places", in_steps(), S)
simple("Pack every third place", in_steps(kept=slice(1, None, 3)), S)
simple("Pack states", in_steps(True), S)
simple("Pack states backwards", in_steps(True, backwards=True), S)


@row("Pack rows")
def in_rows(x):
    kernel = w(3, 4, 5)
    rows = [n.relu(n.conv1d(one, kernel, 1, "SAME")) for one in tf.unstack(x, axis=1)]
    return n.conv2d(tf.stack(rows, axis=1), w(3, 3, 5, 2), 1, "SAME")


simple("AddV2", lambda x: x + n.conv2d(x, w(3, 3, 4, 4), 1, "SAME"))
simple("AddV2 with weights", lambda x: x + w(4))
simple("Sub", lambda x: n.max_pool2d(x, 3, 1, "SAME") - x)
simple(
    "Mul with a gate",
    lambda x: (x + 1.0) * n.sigmoid(n.conv2d(tf.reduce_mean(x, [1, 2], keepdims=True), w(1, 1, 4, 4), 1, "SAME")),
)
simple("Mul with a map of one channel", lambda x: (x + 1.0) * n.sigmoid(n.conv2d(x, w(5, 5, 4, 1), 1, "SAME")))
simple("Mul with weights", lambda x: x * w(1, 1, 1, 4))
simple("Maximum", lambda x: tf.maximum(x, n.avg_pool2d(x, 3, 1, "SAME")))
simple("Minimum", lambda x: tf.minimum(x + 1.0, n.avg_pool2d(x, 5, 1, "SAME")))
simple("RealDiv", lambda x: (x + 1.0) / (1.0 + n.avg_pool2d(x, 3, 1, "SAME")))
simple("AddN", lambda x: tf.add_n([x, n.relu(x), n.avg_pool2d(x, 3, 1, "SAME")]))
simple("SquaredDifference", lambda x: tf.math.squared_difference(x + 1.0, n.avg_pool2d(x, 3, 1, "SAME")))
simple("FloorDiv", lambda x: tf.math.floordiv(x * 100.0 + 1.0, 1.0 + n.avg_pool2d(x, 3, 1, "SAME")))
simple("SelectV2", lambda x: tf.where(n.avg_pool2d(x, 3, 1, "SAME") > 0.01, x + 1.0, x))
simple("two inputs", lambda x, y: x + n.avg_pool2d(y, 3, 1, "SAME"), X, X)

ACTIVATIONS = {
    "Relu": n.relu, "Relu6": n.relu6, "LeakyRelu": n.leaky_relu, "Elu": n.elu, "Selu": n.selu, "Sigmoid": n.sigmoid,
    "Tanh": n.tanh, "Softplus": n.softplus, "Softsign": n.softsign, "Exp": tf.exp, "HardSwish": lambda x: x * n.relu6(x + 3.0) / 6.0,
    "Gelu": n.gelu, "Abs": tf.abs, "Neg": tf.negative, "Sqrt": tf.sqrt, "Square": tf.square, "Sin": tf.sin, "Erf": tf.math.erf,
    "Log": lambda x: tf.math.log(x + 1.0), "Rsqrt": lambda x: tf.math.rsqrt(x + 1.0), "Cos": tf.cos, "Floor": tf.floor,
    "Ceil": tf.math.ceil, "Round": tf.round, "Sign": tf.sign, "Log1p": tf.math.log1p, "Expm1": tf.math.expm1,
}  # fmt: skip
for key, function in ACTIVATIONS.items():
    simple(key, function, lite=key not in ("Erf", "Log1p", "Expm1", "Softsign", "Selu"))
simple("Cast", lambda x: tf.cast(tf.cast(x, tf.float16), tf.float32))
simple("ClipByValue", lambda x: tf.clip_by_value(x, -1.0, 2.0))
simple("Prelu", lambda x: n.relu(x) - w(4) * n.relu(-x))
simple("Softmax", lambda x: n.softmax(x))
simple("LogSoftmax", lambda x: n.log_softmax(x))
simple("L2Normalize", lambda x: n.l2_normalize(x + 1.0, -1))
simple("LRN", lambda x: n.local_response_normalization(x + 1.0, 2))
simple(
    "FusedBatchNormV3",
    lambda x: tf.compat.v1.nn.fused_batch_norm(
        n.max_pool2d(x, 2, 1, "SAME"), w(4), w(4), w(4), w(4), is_training=False
    )[0],
)
simple(
    "FusedBatchNormV3 while training",
    lambda x: tf.compat.v1.nn.fused_batch_norm(n.max_pool2d(x, 2, 1, "SAME"), w(4), w(4), is_training=True)[0],
)

simple("Reshape", lambda x: tf.reshape(x, [1, 9, 5, 8]))
simple("Reshape to features", lambda x: tf.matmul(tf.reshape(x, [-1, 360]), w(360, 3)))
simple(
    "Transpose of channels that come first",
    lambda x: tf.transpose(n.conv2d(tf.transpose(x, [0, 2, 3, 1]), w(3, 1, 4, 5), 1, "SAME"), [0, 3, 1, 2]),
    (1, 4, 9, 10),
)
simple("Squeeze", lambda x: tf.expand_dims(tf.squeeze(n.avg_pool2d(x, [9, 1], 1, "VALID"), [1]), 1))
simple("ExpandDims", lambda x: tf.squeeze(n.conv2d(tf.expand_dims(x, 1), w(1, 3, 4, 5), 1, "SAME"), [1]), S)
simple("DepthToSpace", lambda x: tf.nn.depth_to_space(x, 2))
simple("SpaceToDepth", lambda x: tf.nn.space_to_depth(x, 2), (1, 8, 10, 3))
simple("BroadcastTo", lambda x: x + tf.broadcast_to(tf.reduce_mean(x, [1, 2], keepdims=True), [1, 9, 10, 4]))
simple("Tile", lambda x: tf.tile(x, [1, 1, 1, 3]))
simple("Shape", lambda x: tf.image.resize(x, tf.shape(x)[1:3] * 2, "nearest"), lite=False)
simple(
    "pixel shuffle",
    lambda x: tf.reshape(tf.transpose(tf.reshape(x, [1, 9, 10, 2, 2, 1]), [0, 1, 3, 2, 4, 5]), [1, 18, 20, 1]),
)
simple(
    "patches",
    lambda x: tf.matmul(
        tf.reshape(tf.transpose(tf.reshape(x, [1, 4, 2, 5, 2, 3]), [0, 1, 3, 2, 4, 5]), [1, 20, 12]), w(12, 6)
    ),
    (1, 8, 10, 3),
)

simple("StridedSlice", lambda x: x[:, 2:-1, ::2, :])
simple("StridedSlice of channels", lambda x: x[..., 1:3])
simple("StridedSlice of one", lambda x: x[:, :, 3])
simple("StridedSlice with a new axis", lambda x: tf.squeeze(x[:, tf.newaxis, 1:], [1]))
simple("Slice", lambda x: tf.slice(x, [0, 1, 2, 0], [1, 5, -1, 3]))
simple("Split", lambda x: [n.relu(one) for one in tf.split(x, 2, 3)])
simple("SplitV", lambda x: [n.relu(one) for one in tf.split(x, [1, 3], 3)])
simple("Unpack", lambda x: [n.relu(one) for one in tf.unstack(x, axis=2)][:2])
simple("GatherV2", lambda x: tf.gather(x, [3, 0, 1], axis=3))
simple("Pad", lambda x: tf.pad(x, [[0, 0], [1, 2], [3, 0], [0, 0]]))
simple("PadV2", lambda x: tf.pad(x, [[0, 0], [1, 2], [3, 0], [0, 0]], constant_values=2.0))
simple("Pad of channels", lambda x: tf.pad(x, [[0, 0], [0, 0], [0, 0], [1, 2]]))
simple(
    "MirrorPad", lambda x: n.conv2d(tf.pad(x, [[0, 0], [2, 2], [1, 1], [0, 0]], "REFLECT"), w(5, 3, 4, 2), 1, "VALID")
)
simple(
    "MirrorPad symmetric",
    lambda x: n.conv2d(tf.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "SYMMETRIC"), w(3, 3, 4, 2), 1, "VALID"),
)
simple("ReverseV2", lambda x: tf.reverse(x, [3]))
simple("ReverseV2 of an axis", lambda x: tf.reverse(x, [1]))

simple("ResizeBilinear", lambda x: tf.compat.v1.image.resize_bilinear(x, [18, 15]))
simple("ResizeBilinear half pixels", lambda x: tf.image.resize(x, [18, 25], "bilinear"))
simple("ResizeBilinear corners", lambda x: tf.compat.v1.image.resize_bilinear(x, [17, 28], align_corners=True))
simple("ResizeNearestNeighbor", lambda x: tf.compat.v1.image.resize_nearest_neighbor(x, [18, 5]))
simple("ResizeNearestNeighbor half pixels", lambda x: tf.image.resize(x, [27, 15], "nearest"))
simple(
    "ResizeNearestNeighbor corners",
    lambda x: tf.compat.v1.image.resize_nearest_neighbor(x, [17, 19], align_corners=True),
)
simple("ResizeBicubic", lambda x: tf.image.resize(x, [18, 20], "bicubic"), lite=False)

simple("Mean", lambda x: tf.reduce_mean(x, [1, 2], keepdims=True))
simple("Mean of all axes", lambda x: tf.reduce_mean(x, [1, 2]))
simple("Mean of one axis", lambda x: tf.reduce_mean(x, 1, keepdims=True))
simple("Mean of channels", lambda x: tf.reduce_mean(x, -1, keepdims=True))
for key, function in {
    "Sum": tf.reduce_sum,
    "Prod": tf.reduce_prod,
    "Max": tf.reduce_max,
    "Min": lambda x, *more, **given: -tf.reduce_min(-x, *more, **given),
}.items():
    simple(key, lambda x, function=function: function(x + 1.0, [1, 2], keepdims=True))
simple("ArgMax", lambda x: tf.cast(tf.argmax(x, 3), tf.float32))
simple("TopKV2", lambda x: tf.math.top_k(x, 2)[0])
simple("Cumsum", lambda x: tf.cumsum(x, 1), S)
simple("Cumsum reverse", lambda x: tf.cumsum(x, 1, reverse=True), S)

simple("FullyConnected", lambda x: n.bias_add(tf.matmul(x, w(7, 5)), w(5)), (1, 7))
simple("FullyConnected of positions", lambda x: tf.tensordot(x, w(4, 6), 1))
simple("BatchMatMulV2", lambda x: tf.matmul(n.softmax(tf.matmul(x, tf.matmul(x, w(1, 4, 4)), transpose_b=True)), x), S)
simple("Einsum", lambda x: tf.einsum("btc,cd->btd", x, w(4, 6)), S)
simple("EmbeddingLookup", lambda x: tf.gather(w(7, 6), tf.cast(x, tf.int32)), (1, 9))


# --- Models


def converted(model, **options):
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    for key, value in options.items():
        setattr(converter, key, value)
    return converter.convert()


def weighed(model):
    """The model with weights that let everything through: kernels that sum to 1, biases that are next to nothing."""
    made = []
    for one in model.weights:
        name, shape = one.path.rpartition("/")[2], tuple(one.shape)
        if name in ("gamma", "moving_variance", "variance"):
            made.append(np.ones(shape, "float32"))
        elif name in ("beta", "bias", "moving_mean", "mean"):
            made.append(CHANCE.uniform(1e-36, 2e-36, shape).astype("float32"))
        elif name == "count":
            made.append(np.zeros(shape, one.dtype))
        else:
            inner = max(int(np.prod(shape[:-1])), 1)
            if "depthwise" in name or (len(shape) == 4 and shape[2] > 1 == shape[3]):
                inner = int(np.prod(shape[:2]))
            made.append((CHANCE.uniform(0.8, 1.2, shape) / inner).astype("float32"))
    model.set_weights(made)
    return model


def application(name, size, **more):
    return weighed(getattr(keras.applications, name)(weights=None, input_shape=(size, size, 3), **more))


def unet():
    x = given = keras.Input((64, 48, 1))
    skips = []
    for filters in (8, 16, 32):
        for _ in range(2):
            x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
        skips.append(x)
        x = layers.MaxPooling2D()(x)
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    for filters in (32, 16, 8):
        x = layers.Conv2DTranspose(filters, 2 if filters > 8 else 3, 2, padding="same")(x)
        x = layers.Concatenate()([x, skips.pop()])
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    return weighed(keras.Model(given, layers.Conv2D(2, 1, activation="softmax")(x), name="unet"))


def deeplab():
    """Atrous convolutions, pooled context, bilinear up-sampling."""
    x = given = keras.Input((65, 65, 3))
    x = layers.Conv2D(16, 3, 2, padding="same", activation="relu")(x)
    x = skip = layers.SeparableConv2D(24, 3, padding="same", activation="relu")(x)
    x = layers.Conv2D(32, 3, 2, padding="same", activation="relu")(x)
    branches = [layers.Conv2D(16, 1)(x)] + [
        layers.Conv2D(16, 3, padding="same", dilation_rate=rate)(x) for rate in (2, 4)
    ]
    pooled = layers.GlobalAveragePooling2D(keepdims=True)(x)
    pooled = layers.UpSampling2D(17, interpolation="bilinear")(layers.Conv2D(16, 1)(pooled))
    x = layers.Concatenate()([*branches, pooled])
    x = layers.Resizing(33, 33, interpolation="bilinear")(layers.Conv2D(24, 1)(x))
    x = layers.Concatenate()([x, skip])
    return weighed(keras.Model(given, layers.Conv2D(5, 3, padding="same")(x), name="deeplab"))


def tcn():
    x = given = keras.Input((96, 3))
    for rate in (1, 2, 4, 8):
        y = layers.Conv1D(16, 3, padding="causal", dilation_rate=rate, activation="relu")(x)
        y = layers.Conv1D(16, 3, padding="causal", dilation_rate=rate, activation="relu")(y)
        x = layers.Add()([layers.Conv1D(16, 1)(x) if x is given else x, y])
    return weighed(keras.Model(given, layers.Conv1D(4, 1)(x), name="tcn"))


def volume():
    x = given = keras.Input((16, 20, 12, 2))
    x = skip = layers.Conv3D(8, 3, padding="same", activation="relu")(x)
    x = layers.Conv3D(16, 3, 2, padding="same", activation="relu")(x)
    x = layers.Conv3DTranspose(8, 2, 2, padding="same")(x)
    x = layers.Concatenate()([x, skip])
    return weighed(keras.Model(given, layers.Conv3D(3, 1)(x), name="volume"))


def vit():
    """A vision transformer of two blocks."""
    x = given = keras.Input((32, 32, 3))
    x = layers.Conv2D(24, 8, 8)(x)
    x = layers.Reshape((16, 24))(x)
    for _ in range(2):
        y = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.MultiHeadAttention(3, 8)(y, y)])
        y = layers.LayerNormalization()(x)
        x = layers.Add()([x, layers.Dense(24)(layers.Dense(48, activation="gelu")(y))])
    return weighed(keras.Model(given, layers.Dense(10)(layers.GlobalAveragePooling1D()(x)), name="vit"))


def pyramid():
    """A feature pyramid over a backbone, whose maps are enlarged in both ways."""
    inner = keras.applications.MobileNetV2(weights=None, input_shape=(64, 96, 3), include_top=False, alpha=0.35)
    names = [f"block_{at}_expand_relu" for at in (1, 3, 6, 13)]
    *skips, x = (layers.Conv2D(24, 1)(inner.get_layer(name).output) for name in names)
    for interpolation in ("bilinear", "nearest", "bilinear"):
        x = layers.Add()([layers.UpSampling2D(2, interpolation=interpolation)(x), skips.pop()])
        x = layers.Activation("swish")(layers.BatchNormalization()(layers.Conv2D(24, 3, padding="same")(x)))
    x = layers.Conv2DTranspose(8, 3, 2, padding="same")(x)
    return weighed(keras.Model(inner.input, layers.Conv2D(5, 1, activation="softmax")(x), name="pyramid"))


def quantised():
    model = application("MobileNet", 64, alpha=0.25, include_top=False)
    samples = lambda: ([CHANCE.uniform(0, 1, (1, 64, 64, 3)).astype("float32")] for _ in range(4))  # noqa: E731
    return converted(
        model, optimizations=[tf.lite.Optimize.DEFAULT], representative_dataset=samples,
        target_spec=tf.lite.TargetSpec(supported_ops=[tf.lite.OpsSet.TFLITE_BUILTINS_INT8]),
        inference_input_type=tf.int8, inference_output_type=tf.int8,
    )  # fmt: skip


def of_integers(name):
    """Weights of 8 bits and maps of 16, between an input and an output of floating point."""
    samples = lambda: ([CHANCE.uniform(0, 1, (1, 64, 64, 3)).astype("float32")] for _ in range(2))  # noqa: E731
    kind = tf.lite.OpsSet.EXPERIMENTAL_TFLITE_BUILTINS_ACTIVATIONS_INT16_WEIGHTS_INT8
    return converted(
        application(name, 64), optimizations=[tf.lite.Optimize.DEFAULT], representative_dataset=samples,
        target_spec=tf.lite.TargetSpec(supported_ops=[kind]),
    )  # fmt: skip


def of_small_weights(name):
    """Weights of 8 bits alone: maps keep floating point."""
    return converted(application(name, 64), optimizations=[tf.lite.Optimize.DEFAULT])


def halved():
    return converted(
        application("MobileNetV2", 64, alpha=0.35, include_top=False), optimizations=[tf.lite.Optimize.DEFAULT],
        target_spec=tf.lite.TargetSpec(supported_types=[tf.float16]),
    )  # fmt: skip


MODELS = {
    "mobilenet": lambda: application("MobileNet", 128),
    "mobilenet_v2": lambda: application("MobileNetV2", 128),
    "mobilenet_v3_small": lambda: application("MobileNetV3Small", 128, include_preprocessing=False),
    "efficientnet_b0": lambda: application("EfficientNetB0", 96),
    "densenet121": lambda: application("DenseNet121", 96),
    "resnet50": lambda: application("ResNet50", 96),
    "inception_v3": lambda: application("InceptionV3", 139),
    "nasnet_mobile": lambda: application("NASNetMobile", 96),
    "xception": lambda: application("Xception", 96, include_top=False),
    "vgg16": lambda: application("VGG16", 64, include_top=False),
    "efficientnet_v2_b0": lambda: application("EfficientNetV2B0", 64, include_top=False, include_preprocessing=False),
    "unet": unet, "pyramid": pyramid, "deeplab": deeplab, "tcn": tcn, "volume": volume, "vit": vit,
}  # fmt: skip
LITE = {
    "mobilenet_int8": quantised, "mobilenet_v2_float16": halved,
    "resnet50_int16": lambda: of_integers("ResNet50"), "densenet121_dynamic": lambda: of_small_weights("DenseNet121"),
}  # fmt: skip
WEIGHTED = {"CONV_2D": 1, "DEPTHWISE_CONV_2D": 1, "FULLY_CONNECTED": 1, "TRANSPOSE_CONV": 1, "CONV_3D": 1,
            "CONV_3D_TRANSPOSE": 1}  # fmt: skip


def of_lite(data, regions, attends=False):
    """What the interpreter says of a model: parameters and products of its convolutions and matrices, sizes of all that
    is made, and what some of it reads."""
    told = tf.lite.Interpreter(model_content=data, experimental_preserve_all_tensors=regions,
        experimental_op_resolver_type=tf.lite.experimental.OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES)  # fmt: skip
    told.allocate_tensors()
    told.invoke()  # sizes that are worked out are known from then on
    tensors = {one["index"]: one for one in told.get_tensor_details()}
    held, macs, sizes = {}, 0, {}
    ops = told._get_ops_details()
    constants = (
        {*tensors} - {at for op in ops for at in op["outputs"]} - {one["index"] for one in told.get_input_details()}
    )
    for op in told._get_ops_details():
        made = tensors[op["outputs"][0]]
        out, kind = tuple(map(int, made["shape"])), op["op_name"]
        if "CONV_2D" in kind and out[0] > 1:  # space is in the batch, where some more is computed
            back = next(one["outputs"][0] for one in ops[op["index"] :] if one["op_name"] == "BATCH_TO_SPACE_ND")
            out = (*tuple(map(int, tensors[back]["shape"][:-1])), out[-1])
        if not attends or kind == "CONV_2D":
            sizes[made["name"].partition(";")[0]] = [kind, *out]
        if kind in ("ADD", "MUL", "SUB", "DIV"):
            held |= {at: n for at in op["inputs"] if at in constants and (n := int(np.prod(tensors[at]["shape"]))) > 1}
        if kind == "BATCH_MATMUL":
            held |= {at: int(np.prod(tensors[at]["shape"])) for at in op["inputs"] if at in constants}
            first, second = (int(np.prod(tensors[at]["shape"])) for at in op["inputs"][:2])
            batch = int(np.prod(out[:-2]))  # (m k) (k n) / (m n) = k^2, per matrix
            macs += round(np.sqrt(first * second * int(np.prod(out)) / batch**3)) * batch
        if kind in WEIGHTED:
            kernel = tensors[op["inputs"][1]]["shape"]
            taken = [
                at
                for at in op["inputs"][1:]
                if at >= 0 and (kind not in ("TRANSPOSE_CONV", "CONV_3D_TRANSPOSE") or at != op["inputs"][2])
            ]
            held |= {at: int(np.prod(tensors[at]["shape"])) for at in taken}
            each = int(np.prod(kernel))
            if kind == "DEPTHWISE_CONV_2D":
                macs += int(np.prod(out)) * each // int(kernel[-1])
            elif "TRANSPOSE" in kind:
                macs += int(np.prod(tensors[op["inputs"][2]]["shape"][:-1])) * each
            elif kind == "FULLY_CONNECTED":
                macs += int(np.prod(out)) * int(kernel[-1])
            else:
                macs += int(np.prod(out[:-1])) * each
    found = {"params": sum(held.values()), "macs": macs, "sizes": sizes}
    if regions:
        given = told.get_input_details()[0]
        rank = len(given["shape"])
        chosen = [
            op["outputs"][0]
            for op in told._get_ops_details()
            if len(tensors[op["outputs"][0]]["shape"]) == rank
            and op["op_name"] not in ("LOGISTIC", "SOFTMAX")
            and tensors[op["outputs"][0]]["shape"][0] == 1
        ]
        chosen = [at for at in chosen if int(np.prod(tensors[at]["shape"][1:-1])) > 1]
        last = len(chosen) - 1
        chosen = sorted({chosen[at] for at in (last // 8, last // 4, last // 2, last)})

        def run(inputs):
            told.set_tensor(given["index"], inputs[0])
            told.invoke()
            return [np.array(told.get_tensor(at)) for at in chosen]

        seen_all = seen(run, [tuple(map(int, given["shape"]))])
        found["reads"] = {
            tensors[at]["name"].partition(";")[0]: one["reads"] for at, one in zip(chosen, seen_all, strict=True)
        }
    return found


def interpreted(data):
    """Runs a model in the interpreter."""
    told = tf.lite.Interpreter(model_content=data)
    told.allocate_tensors()
    inputs = sorted(told.get_input_details(), key=lambda one: one["name"])
    outputs = sorted(told.get_output_details(), key=lambda one: one["name"])

    def run(given):
        for one, value in zip(inputs, given, strict=True):
            told.set_tensor(one["index"], value)
        told.invoke()
        return [np.array(told.get_tensor(one["index"])) for one in outputs]

    return run


def made_rows(only=""):
    path = HERE / "rows.json"
    found = json.loads(path.read_text()) if path.exists() else {}
    for name, (function, shapes, lite, graph) in ROWS.items():
        if only and only not in name:
            continue
        global CHANCE
        CHANCE = np.random.default_rng(5)
        concrete = tf.function(function).get_concrete_function(*(tf.TensorSpec(shape, tf.float32) for shape in shapes))

        def run(given, concrete=concrete):
            made = concrete(*map(tf.constant, given))
            return [np.array(one) for one in (made if isinstance(made, list | tuple) else [made])]

        first = name.endswith("first")
        entry = {"inputs": [list(one) for one in shapes], "first": first, "outputs": seen(run, shapes, first)}
        if lite:
            try:
                data = tf.lite.TFLiteConverter.from_concrete_functions([concrete]).convert()
                entry["tflite"] = packed(stripped(data))
                theirs = seen(interpreted(data), shapes, first)
                if theirs != entry["outputs"]:
                    print("DIFFERS", name)
                    entry["tflite outputs"] = theirs
            except Exception as error:
                print("NOT CONVERTED", name, str(error)[:100])
        if graph:
            frozen = convert_variables_to_constants_v2(concrete).graph.as_graph_def()
            entry["graph"] = packed(stripped_graph(frozen).SerializeToString())
        found[name] = entry
        print(name, len(entry.get("tflite", "")), len(entry.get("graph", "")), flush=True)
    found = {name: found[name] for name in ROWS if name in found}
    path.write_text("{\n" + ",\n".join(f"{json.dumps(key)}: {json.dumps(one)}" for key, one in found.items()) + "\n}\n")


def made_models(only=""):
    folder = HERE / "lite"
    folder.mkdir(exist_ok=True)
    path = folder / "witness.json"
    found = json.loads(path.read_text()) if path.exists() else {}
    for name, make in (MODELS | LITE).items():
        if only and name != only:
            continue
        keras.utils.clear_session()
        made = make()
        data = made if isinstance(made, bytes) else converted(made)
        (folder / f"{name}.tflite.z").write_bytes(zlib.compress(stripped(data), 9))
        told = of_lite(data, not isinstance(made, bytes) and name != "vit", name == "vit")
        found = json.loads(path.read_text()) if path.exists() else {}
        found[name] = told
        size = (folder / f"{name}.tflite.z").stat().st_size
        print(name, len(data), size, told["params"], told["macs"], flush=True)
        lines = (f"{json.dumps(key)}: {json.dumps(one)}" for key, one in found.items())
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


# --- SavedModels and graphs


def of_graph(concrete, regions, attends):
    """What TensorFlow says of a function: sizes of all that is made, products, and what some of it reads."""
    frozen = convert_variables_to_constants_v2(concrete)
    macs, sizes, chosen = 0, {}, []
    ops = frozen.graph.get_operations()
    for op in ops:
        if not op.outputs or op.outputs[0].shape.rank is None or op.type in ("Const", "Placeholder", "NoOp"):
            continue
        out = op.outputs[0].shape.as_list()
        if None in out:
            continue
        if op.type in ("Conv2D", "Conv3D", "DepthwiseConv2dNative"):
            kernel = op.inputs[1].shape.as_list()
            real = out
            if out[0] > 1:  # space is in the batch, where some more is computed
                back = next(one for one in ops[ops.index(op) :] if one.type == "BatchToSpaceND")
                real = [*back.outputs[0].shape.as_list()[:-1], out[-1]]
            each = int(np.prod(kernel[:-1]))
            macs += int(np.prod(real)) * (int(np.prod(kernel[:-2])) if op.type[0] == "D" else each)
        elif op.type in ("Conv2DBackpropInput", "Conv3DBackpropInputV2"):
            macs += int(np.prod(op.inputs[2].shape.as_list()[:-1])) * int(np.prod(op.inputs[1].shape.as_list()))
        elif op.type == "MatMul" and op.inputs[1].op.type in ("Identity", "Const"):
            macs += int(np.prod(out)) * int(op.inputs[1].shape.as_list()[0])
        name = op.name.removeprefix("StatefulPartitionedCall/")
        if op.type in (
            "Conv2D",
            "Conv3D",
            "DepthwiseConv2dNative",
            "MaxPool",
            "AvgPool",
            "Conv2DBackpropInput",
            "ConcatV2",
            "AddV2",
            "Relu",
        ):
            sizes[name] = [op.type, *out]
            if (
                out[0] == 1
                and int(np.prod(out[1:-1])) > 1
                and len(out) == frozen.inputs[0].shape.rank
                and "activation" not in name
            ):
                chosen.append((name, op.outputs[0]))
    found = {"macs": None if attends else macs, "sizes": sizes}
    if regions:
        last = len(chosen) - 1
        chosen = [chosen[at] for at in sorted({last // 8, last // 4, last // 2, last})]
        run = frozen.prune([frozen.inputs[0]], [tensor for _, tensor in chosen])
        shape = tuple(frozen.inputs[0].shape.as_list())
        told = seen(lambda given: [np.array(one) for one in run(tf.constant(given[0]))], [shape])
        found["reads"] = {name: one["reads"] for (name, _), one in zip(chosen, told, strict=True)}
    return found, frozen


def made_saved(only=""):
    folder = HERE / "saved"
    folder.mkdir(exist_ok=True)
    path = folder / "witness.json"
    for name, make in MODELS.items():
        if only and name not in only.split(","):
            continue
        keras.utils.clear_session()
        model = make()
        shape = (1, *model.inputs[0].shape[1:])
        with tempfile.TemporaryDirectory() as place:
            model.export(
                place, input_signature=[tf.TensorSpec((None, *shape[1:]), tf.float32, name="image")], verbose=False
            )
            saved = saved_model_pb2.SavedModel.FromString((Path(place) / "saved_model.pb").read_bytes())
        stripped_saved(saved)
        (folder / f"{name}.pb.z").write_bytes(zlib.compress(saved.SerializeToString(), 9))
        concrete = tf.function(lambda x, model=model: model(x, training=False)).get_concrete_function(
            tf.TensorSpec(shape, tf.float32)
        )
        told, frozen = of_graph(concrete, name not in ("vit", "nasnet_mobile"), name == "vit")
        told["params"] = sum(int(np.prod(one.shape)) for one in model.trainable_weights)
        if name in FROZEN:
            graph = stripped_graph(frozen.graph.as_graph_def())
            (folder / f"{name}.frozen.pb.z").write_bytes(zlib.compress(graph.SerializeToString(), 9))
        found = json.loads(path.read_text()) if path.exists() else {}
        found[name] = told
        print(name, (folder / f"{name}.pb.z").stat().st_size, told["params"], told["macs"], flush=True)
        lines = (f"{json.dumps(key)}: {json.dumps(one)}" for key, one in found.items())
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n")


FROZEN = ("unet", "mobilenet", "resnet50", "tcn")

if __name__ == "__main__":
    what = {"rows": made_rows, "models": made_models, "saved": made_saved}
    what[sys.argv[1]](*sys.argv[2:])
