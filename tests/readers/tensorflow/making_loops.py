"""Makes recurrent networks, and what TensorFlow says of them: `python making_loops.py FOLDER [NAME...]`.

It needs tensorflow-cpu 2.15 or 2.21, which the tests do not: Keras 2 and 3 write their loops differently, and the tests
have both (`k2`, `k3`). Of each network there are a SavedModel, a frozen graph, whose loops are Enter, Merge, Switch,
NextIteration and Exit, and a TensorFlow Lite model where it can be converted. Numbers of weights are taken out
afterwards. What an output reads is seen by changing the input step by step.
"""

import json
import os
import sys
import tempfile
import zlib
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np
import tensorflow as tf
from serving import only_served
from tensorflow import keras
from tensorflow.core.protobuf import saved_model_pb2
from tensorflow.lite.python import schema_py_generated as schema
from tensorflow.lite.tools import flatbuffer_utils
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

layers = keras.layers
OLD = tf.__version__.startswith("2.15")
TAG = "k2" if OLD else "k3"
CHANCE = np.random.default_rng(5)


def chained(*chain, shape=(24, 6), name="signal"):
    x = given = keras.Input(shape, name=name)
    for one in chain:
        x = one(x)
    return keras.Model(given, x)


def state():
    given = keras.Input((24, 6), name="signal")
    steps, h, c = layers.LSTM(5, return_sequences=True, return_state=True, name="rec")(given)
    return keras.Model(
        given, [layers.Conv1D(4, 3, name="c2")(steps), layers.Dense(3, name="d")(layers.Add(name="hc")([h, c]))]
    )


def coded():
    """An encoder hands its states to a decoder."""
    given = keras.Input((24, 6), name="signal")
    other = keras.Input((9, 3), name="other")
    _, *states = layers.LSTM(5, return_state=True, name="encoder")(given)
    steps = layers.LSTM(5, return_sequences=True, name="decoder")(other, initial_state=states)
    return keras.Model([given, other], layers.Dense(4, name="out")(steps))


def coded_gru():
    given = keras.Input((24, 6), name="signal")
    x = layers.Conv1D(4, 3, name="c1")(given)
    _, h = layers.GRU(5, return_state=True, name="encoder")(x)
    steps = layers.GRU(5, return_sequences=True, name="decoder")(x, initial_state=[h])
    return keras.Model(given, layers.Dense(4, name="out")(steps))


def both_states():
    given = keras.Input((24, 6), name="signal")
    steps, *states = layers.Bidirectional(layers.LSTM(5, return_sequences=True, return_state=True), name="both")(given)
    return keras.Model(given, [layers.Dense(4, name="out")(steps), layers.Concatenate(name="ends")(states)])


def rows(cell, both=False, turned=False):
    """A map whose rows, or columns, are a sequence."""
    x = given = keras.Input((12, 16, 1), name="image")
    x = layers.Conv2D(3, 3, padding="same", activation="relu", name="c1")(x)
    x = layers.MaxPooling2D((1, 2), name="p1")(x)
    x = layers.Permute((2, 1, 3), name="turn")(x) if turned else x
    x = layers.Reshape((8, 36) if turned else (12, 24), name="rows")(x)
    inner = cell(4, return_sequences=True, name="rec")
    x = layers.Bidirectional(inner, name="both")(x) if both else inner(x)
    return keras.Model(given, layers.Dense(5, name="out")(x))


L, G, S = layers.LSTM, layers.GRU, layers.SimpleRNN
SEQ = {"return_sequences": True, "name": "rec"}
MODELS = {
    "lstm": lambda: chained(layers.Conv1D(8, 3, padding="causal", name="c1"), L(7, **SEQ), layers.Dense(2, name="out")),
    "last": lambda: chained(L(7, name="rec"), layers.Dense(2, name="out")),
    "gru": lambda: chained(G(5, **SEQ), layers.Conv1D(4, 3, name="c2")),
    "simple": lambda: chained(S(7, **SEQ), layers.Conv1D(4, 3, name="c2")),
    "back": lambda: chained(L(5, go_backwards=True, use_bias=False, name="rec"), layers.Dense(3, name="out")),
    "bi": lambda: chained(layers.Bidirectional(L(5, return_sequences=True), name="bi"), layers.Dense(3, name="out")),
    "bi_gru": lambda: chained(layers.Bidirectional(G(5, return_sequences=True), merge_mode="sum", name="bi")),
    "bi_last": lambda: chained(layers.Bidirectional(L(5), name="bi"), layers.Dense(3, name="out")),
    "gru_before": lambda: chained(G(5, reset_after=False, **SEQ), layers.Conv1D(4, 3, name="c2")),
    "gru_before_each": lambda: chained(G(5, reset_after=False, implementation=1, **SEQ), layers.Conv1D(4, 3, name="c2")),
    "lstm_each": lambda: chained(L(5, implementation=1, **SEQ), layers.Conv1D(4, 3, name="c2")),
    "gru_each": lambda: chained(G(5, implementation=1, **SEQ), layers.Conv1D(4, 3, name="c2")),
    "hard": lambda: chained(L(5, recurrent_activation="hard_sigmoid", activation="relu", **SEQ)),
    "unrolled": lambda: chained(L(3, unroll=True, **SEQ), layers.Conv1D(4, 3, name="c2"), shape=(6, 2)),
    "stacked": lambda: chained(layers.RNN([layers.LSTMCell(4), layers.GRUCell(3)], return_sequences=True, name="rec")),
    "state": state, "coded": coded, "coded_gru": coded_gru, "both_states": both_states,
    "rows": lambda: rows(L), "rows_gru": lambda: rows(G), "rows_both": lambda: rows(L, True),
    "columns": lambda: rows(L, True, True),
}  # fmt: skip


def weighed(model):
    """Weights that are positive and small: everything is let through."""
    model.set_weights([(CHANCE.uniform(0.05, 0.15, one.shape)).astype("float32") for one in model.get_weights()])
    return model


def stripped(nodes):
    for node in nodes:
        node.ClearField("experimental_debug_info")
        for key in [one for one in node.attr if one.startswith("_")]:
            del node.attr[key]
        if node.op == "Const":
            tensor = node.attr["value"].tensor
            if tensor.dtype == tf.float32.as_datatype_enum and len(tensor.tensor_content) > 16:
                tensor.tensor_content = b""


def stripped_saved(saved):
    """What the signature that serves needs."""
    (meta,) = saved.meta_graphs
    for field in ("saver_def", "collection_def"):
        meta.ClearField(field)
    meta.meta_info_def.ClearField("stripped_op_list")
    variables = [one for one in meta.object_graph_def.nodes if one.HasField("variable")]
    meta.object_graph_def.Clear()
    meta.object_graph_def.nodes.extend(variables)
    for key in [one for one in meta.signature_def if one != "serving_default"]:
        del meta.signature_def[key]
    stripped(only_served(meta))
    del meta.graph_def.library.gradient[:]
    for one in meta.graph_def.library.function:
        one.ClearField("arg_attr")
        one.ClearField("resource_arg_unique_id")
        one.ClearField("attr")
    return saved


def stripped_lite(data):
    model = flatbuffer_utils.convert_bytearray_to_object(bytearray(data))
    floats = {t.buffer for g in model.subgraphs for t in g.tensors if t.type == schema.TensorType.FLOAT32}
    for number, buffer in enumerate(model.buffers):
        if number in floats and buffer.data is not None and len(buffer.data) > 16:
            buffer.data = np.zeros(1, "uint8")
    model.metadata = None
    return bytes(flatbuffer_utils.convert_object_to_bytearray(model))


def told_of(model):
    """Parameters, and of each output its shape and what some of its places read of each input: its first and last step
    (or row); with None for what has no steps."""
    shapes = [(1, *one.shape[1:]) for one in model.inputs]
    call = tf.function(lambda *x: model(list(x) if len(x) > 1 else x[0], training=False))

    def run(given):
        made = call(*map(tf.constant, given))
        return [np.array(one, "float64") for one in (made if isinstance(made, list | tuple) else [made])]

    base = [np.zeros(shape, "float32") for shape in shapes]
    usual = run(base)
    outputs = [{"shape": list(one.shape), "reads": []} for one in usual]
    for number, shape in enumerate(shapes):
        for axis in range(1, len(shape) - 1):
            hulls = [{} for _ in usual]
            for place in range(shape[axis]):
                given = [one.copy() for one in base]
                at = (slice(None),) * axis + (place,)
                given[number][at] = np.linspace(2, 5, given[number][at].size).reshape(given[number][at].shape)
                for at, made in enumerate(run(given)):
                    moved = made != usual[at]
                    lines = moved[0].any(-1) if moved.ndim == 3 else np.array([moved.any()])
                    for o in {0, len(lines) // 2, len(lines) - 1}:
                        if lines[o]:
                            low, high = hulls[at].get(o, (place, place))
                            hulls[at][o] = (min(low, place), max(high, place))
            for at, hull in enumerate(hulls):
                outputs[at]["reads"] += [[number, axis - 1, o, *hull[o]] for o in sorted(hull)]
    return {"params": sum(int(np.prod(one.shape)) for one in model.trainable_weights), "outputs": outputs}


def made(folder, name):
    keras.backend.clear_session()
    model = weighed(MODELS[name]())
    told = told_of(model)
    with tempfile.TemporaryDirectory() as place:
        if OLD:
            model.save(place, save_format="tf")
        else:
            model.export(place, verbose=False)
        saved = saved_model_pb2.SavedModel.FromString((Path(place) / "saved_model.pb").read_bytes())
    (folder / f"{name}.{TAG}.pb.z").write_bytes(zlib.compress(stripped_saved(saved).SerializeToString(), 9))
    specs = [tf.TensorSpec((1, *one.shape[1:]), tf.float32) for one in model.inputs]
    call = tf.function(lambda *x: model(list(x) if len(x) > 1 else x[0], training=False))
    concrete = call.get_concrete_function(*specs)
    graph = convert_variables_to_constants_v2(concrete).graph.as_graph_def()
    stripped([*graph.node, *(one for each in graph.library.function for one in each.node_def)])
    (folder / f"{name}.{TAG}.frozen.pb.z").write_bytes(zlib.compress(graph.SerializeToString(), 9))
    try:
        data = tf.lite.TFLiteConverter.from_concrete_functions([concrete], model).convert()
        (folder / f"{name}.{TAG}.tflite.z").write_bytes(zlib.compress(stripped_lite(data), 9))
    except Exception as error:
        print("NOT CONVERTED", name, str(error)[:60].replace("\n", " "))
    sizes = [(folder / f"{name}.{TAG}.{one}.z").stat().st_size for one in ("pb", "frozen.pb")]
    print(name, told["params"], [one["shape"] for one in told["outputs"]], sizes, flush=True)
    return told


tf1 = tf.compat.v1
FIRST = {
    "first_lstm": lambda c, d, x: d.dynamic_rnn(c.BasicLSTMCell(7), x, dtype=tf.float32)[0],
    "first_gru": lambda c, d, x: d.dynamic_rnn(c.GRUCell(5), x, dtype=tf.float32)[0],
    "first_state": lambda c, d, x: d.dynamic_rnn(c.LSTMCell(5), x, dtype=tf.float32)[1].h,
    "first_stacked": lambda c, d, x: d.dynamic_rnn(
        c.MultiRNNCell([c.LSTMCell(5), c.LSTMCell(4)]), x, dtype=tf.float32
    )[0],
    "first_both": lambda c, d, x: tf.concat(
        d.bidirectional_dynamic_rnn(c.LSTMCell(5), c.LSTMCell(5), x, dtype=tf.float32)[0], -1
    ),
}  # fmt: skip
"""Networks of the first TensorFlow, whose lists are arrays, by cells, functions and an input."""


def made_first(folder, name):
    with tf.Graph().as_default() as graph, tf1.Session() as session:
        tf1.disable_control_flow_v2()
        x = tf1.placeholder(tf.float32, (1, 24, 6), "signal")
        out = tf.identity(FIRST[name](tf1.nn.rnn_cell, tf1.nn, x), "out")
        session.run(tf1.global_variables_initializer())
        run = lambda given: np.array(session.run(out, {x: given}), "float64")  # noqa: E731
        base, hull = np.zeros((1, 24, 6), "float32"), {}
        usual = run(base)
        for place in range(24):
            given = base.copy()
            given[0, place] = np.linspace(2, 5, 6)
            moved = run(given) != usual
            lines = moved[0].any(-1) if moved.ndim == 3 else np.array([moved.any()])
            for o in {0, len(lines) // 2, len(lines) - 1}:
                if lines[o]:
                    low, high = hull.get(o, (place, place))
                    hull[o] = (min(low, place), max(high, place))
        params = sum(int(np.prod(one.shape)) for one in tf1.trainable_variables())
        made = tf1.graph_util.convert_variables_to_constants(session, graph.as_graph_def(), ["out"])
    stripped(made.node)
    (folder / f"{name}.tf1.frozen.pb.z").write_bytes(zlib.compress(made.SerializeToString(), 9))
    reads = [[0, 0, o, *hull[o]] for o in sorted(hull)]
    return {"params": params, "outputs": [{"shape": list(usual.shape), "reads": reads}]}


if __name__ == "__main__":
    target, *names = sys.argv[1:]
    here = Path(target)
    here.mkdir(exist_ok=True)
    path = here / f"witness.{TAG}.json"
    found = json.loads(path.read_text()) if path.exists() else {}
    for each in names or [*MODELS, *(FIRST if OLD else ())]:
        found[each] = made_first(here, each) if each in FIRST else made(here, each)
        lines = (f"{json.dumps(key)}: {json.dumps(one)}" for key, one in found.items())
        path.write_text("{\n" + ",\n".join(lines) + "\n}\n")
