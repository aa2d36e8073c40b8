"""Makes SavedModels with Keras's own words beside them, and what Keras says of them: `python making_keras.py`.

It needs tensorflow-cpu 2.15, the last that writes `keras_metadata.pb`, which the tests do not. Of Keras's words the
model's own are kept, of the SavedModel what serves; numbers of weights are taken out.
"""

import json
import os
import tempfile
import zlib
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from keras import layers, models
from keras.protobuf import saved_metadata_pb2
from serving import only_served
from tensorflow import keras
from tensorflow.core.protobuf import saved_model_pb2

HERE = Path(__file__).parent / "saved" / "keras"


def cnn():
    x = given = keras.Input((32, 32, 3), name="image")
    x = layers.Conv2D(8, 3, 2, padding="same", name="stem")(x)
    x = layers.ReLU(name="act")(layers.BatchNormalization(name="bn")(x))
    y = layers.DepthwiseConv2D(3, padding="same", name="dw")(x)
    x = layers.GlobalAveragePooling2D(name="pool")(layers.Add(name="sum")([x, y]))
    return keras.Model(given, layers.Dense(4, name="out")(x), name="little")


def sequential():
    """Of an input that it does not state: it was called."""
    made = models.Sequential(
        [layers.Conv2D(6, 5, activation="relu"), layers.MaxPooling2D(), layers.Conv2D(9, 3, strides=2)], name="chain"
    )
    made(np.zeros((1, 28, 20, 2), "float32"))
    return made


def decoder():
    """A pyramid whose maps are enlarged in two ways, and a scope that is a model of its own."""
    x = inner = keras.Input((None, None, 12))
    x = layers.SeparableConv2D(12, 3, padding="same", name="first")(x)
    block = keras.Model(inner, layers.Add(name="sum")([x, inner]), name="block")
    given = keras.Input((64, 48, 3), name="image")
    a = layers.Conv2D(12, 3, 2, padding="same", name="a")(given)
    b = layers.Conv2D(12, 3, 2, padding="same", name="b")(block(a))
    c = layers.Conv2D(12, 3, 2, padding="same", name="c")(b)
    x = layers.Add(name="bc")([b, layers.UpSampling2D(2, interpolation="bilinear", name="up")(c)])
    x = layers.Concatenate(name="ab")([a, layers.Conv2DTranspose(4, 3, 2, padding="same", name="back")(x)])
    return keras.Model(given, [layers.Conv2D(2, 1, name="classes")(x), c], name="decoder")


def recurrent():
    x = given = keras.Input((24, 6), name="signal")
    x = layers.Bidirectional(layers.LSTM(5, return_sequences=True), name="both")(x)
    x = layers.GRU(7, return_sequences=True, reset_after=False, name="gates")(x)
    return keras.Model(given, layers.Conv1D(3, 3, padding="causal", name="out")(x), name="recurrent")


def code():
    """A layer of which Keras has the code alone, and the graph all."""
    x = given = keras.Input((16, 16, 3), name="image")
    x = layers.Conv2D(4, 3, name="one")(x)
    x = layers.Lambda(lambda z: tf.nn.max_pool2d(z, 2, 2, "VALID"), name="code")(x)
    return keras.Model(given, layers.Conv2D(4, 3, name="two")(x), name="code")


class Written(keras.Model):
    def __init__(self):
        super().__init__()
        self.one = layers.Conv2D(4, 3)

    def call(self, x):
        return tf.nn.relu(self.one(x))


def written():
    """A class of the model's authors, which states no layers."""
    made = Written()
    made(np.zeros((1, 16, 16, 3), "float32"))
    return made


MODELS = {"cnn": cnn, "sequential": sequential, "decoder": decoder, "recurrent": recurrent, "code": code,
          "written": written, "signature": cnn}  # fmt: skip


def stripped(saved):
    """A SavedModel of which the signature that serves is left, and what it calls."""
    (meta,) = saved.meta_graphs
    for field in ("saver_def", "collection_def"):
        meta.ClearField(field)
    meta.meta_info_def.ClearField("stripped_op_list")
    del meta.object_graph_def.nodes[1:]  # the model's own is the first
    for node in only_served(meta):
        node.ClearField("experimental_debug_info")
        for key in [one for one in node.attr if one.startswith("_")]:
            del node.attr[key]
    del meta.graph_def.library.gradient[:]
    for one in meta.graph_def.library.function:
        one.ClearField("arg_attr")
        one.ClearField("resource_arg_unique_id")
    return saved


def shape_of(layer):
    made = layer.output[0] if isinstance(layer.output, list) else layer.output
    return list(made.shape)


def leaves(model, prefix=""):
    for one in model.layers:
        if isinstance(one, keras.Model):
            yield from leaves(one, f"{prefix}{one.name}/")
        elif not isinstance(one, layers.InputLayer):
            yield prefix + one.name, one


def made_all():
    HERE.mkdir(exist_ok=True)
    told = {}
    for name, make in MODELS.items():
        keras.backend.clear_session()
        model = make()
        more = {}
        if name == "signature":
            turned = tf.function(lambda image, one=model: one(image) + one(tf.image.flip_left_right(image)))
            more = {"signatures": turned.get_concrete_function(tf.TensorSpec((None, 32, 32, 3), tf.float32, "image"))}
        with tempfile.TemporaryDirectory() as place:
            model.save(place, save_format="tf", **more)
            saved = saved_model_pb2.SavedModel.FromString((Path(place) / "saved_model.pb").read_bytes())
            words = saved_metadata_pb2.SavedMetadata.FromString((Path(place) / "keras_metadata.pb").read_bytes())
        del words.nodes[1:]
        (HERE / f"{name}.pb.z").write_bytes(zlib.compress(stripped(saved).SerializeToString(), 9))
        (HERE / f"{name}.keras.z").write_bytes(zlib.compress(words.SerializeToString(), 9))
        told[name] = {"params": sum(int(np.prod(one.shape)) for one in model.trainable_weights)}
        if name != "written":
            told[name]["layers"] = {
                key: [type(one).__name__, shape_of(one), sum(int(np.prod(w.shape)) for w in one.trainable_weights)]
                for key, one in leaves(model)
            }
        print(name, *((HERE / f"{name}.{one}.z").stat().st_size for one in ("pb", "keras")), told[name]["params"])
    lines = (f"{json.dumps(key)}: {json.dumps(one)}" for key, one in told.items())
    (HERE / "witness.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    made_all()
