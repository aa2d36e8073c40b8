"""Makes graphs as the first TensorFlow made them, and what its runtime says of them: `python making_first.py FOLDER`.

It needs tensorflow-cpu 2.15, which the tests do not. The networks are small ones of the kinds that TF-Slim has: scopes,
batch norms that `cond` chooses by `is_training` (Switch and Merge), atrous convolutions in SpaceToBatchND, variables
frozen to constants. Numbers of weights are taken out afterwards. What an output reads is seen by running the graph.
"""

import json
import os
import sys
import zlib
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = ""
import numpy as np
import tensorflow as tf

tf1 = tf.compat.v1
tf1.disable_eager_execution()
tf1.disable_control_flow_v2()
OUT = sys.argv[1]
os.makedirs(OUT, exist_ok=True)
R = np.random.default_rng(3)


def value(name, shape):
    """Weights whose sums stay below 6, where relu6 is flat; statistics that move nothing away from 0."""
    if name in ("moving_mean", "beta"):
        return np.zeros(shape, "float32")
    if len(shape) < 2:
        return np.ones(shape, "float32")
    return (R.uniform(0.5, 1.5, shape) / np.prod(shape[:-1] if shape[-1] > 1 else shape[:2])).astype("float32")


def var(name, shape, trainable=True):
    return tf1.get_variable(name, initializer=value(name, shape), trainable=trainable, use_resource=False)


def bn(x, training, switch):
    with tf1.variable_scope("BatchNorm"):
        c = int(x.shape[-1])
        g, b = var("gamma", [c]), var("beta", [c])
        m, v = var("moving_mean", [c], False), var("moving_variance", [c], False)
        if switch is None:
            return tf1.nn.fused_batch_norm(x, g, b, m, v, is_training=False)[0]
        return tf1.cond(
            switch,
            lambda: tf1.nn.fused_batch_norm(x, g, b, is_training=True)[0],
            lambda: tf1.nn.fused_batch_norm(x, g, b, m, v, is_training=False)[0],
        )


class Net:
    def __init__(s, switch=None, relu=tf1.nn.relu6):
        s.switch, s.relu = switch, relu

    def conv(s, x, f, k, st=1, rate=1, name="Conv", pad="SAME", act=True, norm=True):
        with tf1.variable_scope(name):
            w = var("weights", [k, k, int(x.shape[-1]), f])
            if rate > 1:
                y = tf1.nn.convolution(
                    x, w, padding=pad, dilation_rate=[rate, rate], name="convolution"
                )  # SpaceToBatchND in old files, dilations now
            else:
                y = tf1.nn.conv2d(x, w, [1, st, st, 1], pad, name="Conv2D")
            y = bn(y, False, s.switch) if norm else tf1.nn.bias_add(y, var("biases", [f]))
            return s.relu(y, name="Relu") if act else y

    def dw(s, x, k, st=1, rate=1, name="depthwise", act=True, s2b=True):
        with tf1.variable_scope(name):
            w = var("depthwise_weights", [k, k, int(x.shape[-1]), 1])
            if rate > 1 and s2b:
                y = tf1.nn.with_space_to_batch(
                    x,
                    [rate, rate],
                    "SAME",
                    lambda a, *_: tf1.nn.depthwise_conv2d_native(a, w, [1, 1, 1, 1], "VALID"),
                    filter_shape=[k, k],
                )
            else:
                y = tf1.nn.depthwise_conv2d(x, w, [1, st, st, 1], "SAME", rate=[rate, rate])
            y = bn(y, False, s.switch)
            return s.relu(y) if act else y


def s2bconv(x, w, rate):
    return tf1.nn.with_space_to_batch(
        x,
        [rate, rate],
        "SAME",
        lambda a, *_: tf1.nn.conv2d(a, w, [1, 1, 1, 1], "VALID"),
        filter_shape=[int(n) for n in w.shape[:2]],
    )


def mobilenet_v1(x, sw):
    n = Net(sw)
    with tf1.variable_scope("MobilenetV1"):
        x = n.conv(x, 8, 3, 2, name="Conv2d_0")
        for i, (f, st) in enumerate([(16, 1), (32, 2), (32, 1), (64, 2)], 1):
            x = n.dw(x, 3, st, name=f"Conv2d_{i}_depthwise")
            x = n.conv(x, f, 1, name=f"Conv2d_{i}_pointwise")
    return head(x, 10, "MobilenetV1/Logits")


def head(x, k, name):
    with tf1.variable_scope(name):
        p = tf1.reduce_mean(x, [1, 2], keepdims=True, name="AvgPool")
        p = tf1.nn.dropout(p, keep_prob=1.0)
        with tf1.variable_scope("Conv2d_1c_1x1"):
            y = tf1.nn.bias_add(
                tf1.nn.conv2d(p, var("weights", [1, 1, int(p.shape[-1]), k]), [1, 1, 1, 1], "SAME"), var("biases", [k])
            )
        y = tf1.squeeze(y, [1, 2], name="SpatialSqueeze")
    return tf1.nn.softmax(tf1.reshape(y, [-1, k]), name="Predictions/Reshape_1")


def mobilenet_v2(x, sw, rate=0):
    n = Net(sw)
    with tf1.variable_scope("MobilenetV2"):
        x = n.conv(x, 8, 3, 2)
        for i, (e, f, st) in enumerate([(1, 8, 1), (6, 12, 2), (6, 12, 1), (6, 16, 2), (6, 16, 1)]):
            r = 1
            if rate and i >= 3:
                st, r = 1, rate
            with tf1.variable_scope(f"expanded_conv_{i}" if i else "expanded_conv"):
                y = x
                if e > 1:
                    y = n.conv(y, int(x.shape[-1]) * e, 1, name="expand")
                y = n.dw(y, 3, st, r)
                y = n.conv(y, f, 1, name="project", act=False)
                x = tf1.add(x, y, name="add") if st == 1 and int(x.shape[-1]) == f else tf1.identity(y, "output")
    return x


def m2(x, sw):
    return head(mobilenet_v2(x, sw), 10, "MobilenetV2/Logits")


def inception(x, sw):
    n = Net(sw, tf1.nn.relu)
    with tf1.variable_scope("InceptionV3"):
        x = n.conv(x, 8, 3, 2, name="Conv2d_1a_3x3", pad="VALID")
        x = n.conv(x, 8, 3, name="Conv2d_2b_3x3")
        x = tf1.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "VALID", name="MaxPool_3a")
        for i in range(2):
            with tf1.variable_scope(f"Mixed_5{'bc'[i]}"):
                a = n.conv(x, 8, 1, name="Branch_0/Conv2d_0a_1x1")
                b = n.conv(n.conv(x, 6, 1, name="Branch_1/Conv2d_0a_1x1"), 8, 5, name="Branch_1/Conv2d_0b_5x5")
                with tf1.variable_scope("Branch_2"):
                    w = var("w17", [1, 7, int(x.shape[-1]), 8])
                    c = tf1.nn.relu(bn(tf1.nn.conv2d(x, w, [1, 1, 1, 1], "SAME"), False, sw))
                d = n.conv(tf1.nn.avg_pool(x, [1, 3, 3, 1], [1, 1, 1, 1], "SAME"), 4, 1, name="Branch_3/Conv2d_0b_1x1")
                x = tf1.concat([a, b, c, d], 3, name="concat")
    return head(x, 10, "InceptionV3/Logits")


def resnet(x, sw, rate=0):
    n = Net(sw, tf1.nn.relu)
    with tf1.variable_scope("resnet_v1"):
        x = tf1.pad(x, [[0, 0], [3, 3], [3, 3], [0, 0]])
        x = n.conv(x, 8, 7, 2, name="conv1", pad="VALID")
        x = tf1.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME", name="pool1")
        for i, (f, st) in enumerate([(16, 1), (16, 2), (24, 1)]):
            with tf1.variable_scope(f"block{i + 1}/unit_1/bottleneck_v1"):
                sc = n.conv(x, f, 1, st, name="shortcut", act=False) if (st > 1 or int(x.shape[-1]) != f) else x
                y = n.conv(x, f // 2, 1, name="conv1")
                if st > 1:
                    y = tf1.pad(y, [[0, 0], [1, 1], [1, 1], [0, 0]])
                    y = n.conv(y, f // 2, 3, st, name="conv2", pad="VALID")
                elif rate and i == 2:
                    with tf1.variable_scope("conv2"):
                        y = tf1.nn.relu(bn(s2bconv(y, var("weights", [3, 3, f // 2, f // 2]), rate), False, sw))
                else:
                    y = n.conv(y, f // 2, 3, name="conv2")
                y = n.conv(y, f, 1, name="conv3", act=False)
                x = tf1.nn.relu(sc + y)
    return x


def r50(x, sw):
    return head(resnet(x, sw), 10, "resnet_v1/logits")


def deeplab(x, sw):
    n = Net(sw, tf1.nn.relu)
    size = [int(s) for s in x.shape[1:3]]
    f = resnet(x, sw, rate=2)
    br = [n.conv(f, 8, 1, name="aspp0")]
    for i, r in enumerate([2, 3], 1):
        y = n.dw(f, 3, rate=r, name=f"aspp{i}_depthwise")
        br.append(n.conv(y, 8, 1, name=f"aspp{i}_pointwise"))
    hw = [int(s) for s in f.shape[1:3]]
    im = tf1.nn.avg_pool(f, [1, *hw, 1], [1, *hw, 1], "VALID")
    im = n.conv(im, 8, 1, name="image_pooling")
    im = tf1.image.resize_bilinear(im, hw, align_corners=True)
    im = tf1.reshape(im, [-1, *hw, 8])
    y = n.conv(tf1.concat([*br, im], 3), 8, 1, name="concat_projection")
    y = n.conv(y, 4, 1, name="logits/semantic", act=False, norm=False)
    y = tf1.image.resize_bilinear(y, size, align_corners=True)
    return tf1.argmax(y, 3, name="SemanticPredictions")


def deeplab_m2(x, sw):
    n = Net(sw)
    f = mobilenet_v2(x, sw, rate=2)
    y = n.conv(f, 4, 1, name="logits/semantic", act=False, norm=False)
    return tf1.image.resize_bilinear(y, [int(s) for s in x.shape[1:3]], align_corners=True, name="ResizeBilinear_1")


def vgg(x, sw):
    n = Net(None, tf1.nn.relu)
    for i, f in enumerate([8, 12, 16], 1):
        x = n.conv(x, f, 3, name=f"vgg/conv{i}_1", norm=False)
        x = n.conv(x, f, 3, name=f"vgg/conv{i}_2", norm=False)
        x = tf1.nn.max_pool(x, [1, 2, 2, 1], [1, 2, 2, 1], "VALID", name=f"pool{i}")
    with tf1.variable_scope("fc6"):
        hw = [int(s) for s in x.shape[1:3]]
        x = tf1.nn.relu(
            tf1.nn.bias_add(tf1.nn.conv2d(x, var("weights", [*hw, 16, 32]), [1, 1, 1, 1], "VALID"), var("biases", [32]))
        )
    return tf1.squeeze(x, [1, 2])


def lenet(x, sw):
    n = Net(None, tf1.nn.relu)
    x = n.conv(x, 8, 5, name="conv1", norm=False)
    x = tf1.nn.lrn(x, 4, bias=1.0, alpha=0.001 / 9, beta=0.75)
    x = tf1.nn.max_pool(x, [1, 3, 3, 1], [1, 2, 2, 1], "SAME")
    d = int(np.prod(x.shape[1:]))
    flat = tf1.reshape(x, [-1, d])
    return tf1.nn.softmax(tf1.matmul(flat, var("fc/w", [d, 10])) + var("fc/b", [10]))


def unet(x, sw):
    n = Net(sw, tf1.nn.relu)
    a = n.conv(x, 8, 3, name="down1")
    b = n.conv(tf1.nn.max_pool(a, [1, 2, 2, 1], [1, 2, 2, 1], "SAME"), 12, 3, name="down2")
    with tf1.variable_scope("up"):
        s = tf1.shape(b)
        u = tf1.nn.conv2d_transpose(
            b, var("weights", [2, 2, 8, 12]), tf1.stack([s[0], s[1] * 2, s[2] * 2, 8]), [1, 2, 2, 1], "SAME"
        )
    y = tf1.concat([a, tf1.nn.bias_add(u, var("up/biases", [8]))], 3)
    return n.conv(y, 2, 1, name="out", norm=False, act=False)


def keras_like(x, sw):  # prelu, pixel shuffle, nearest, mean subtraction, mirror padding
    n = Net(sw, tf1.nn.relu)
    x = tf1.subtract(tf1.multiply(x, 2 / 255.0), 0.0, name="Preprocessor/sub")
    x = tf1.pad(x, [[0, 0], [4, 4], [4, 4], [0, 0]], "REFLECT")
    y = n.conv(x, 8, 9, name="c1", pad="VALID")
    z = n.conv(y, 16, 3, 2, name="c2")
    z = z + n.conv(z, 16, 3, name="r1", act=False)
    z = tf1.image.resize_nearest_neighbor(z, [int(s) for s in y.shape[1:3]])
    z = n.conv(z, 12, 3, name="c3")
    with_ = tf1.depth_to_space(z, 2)
    return tf1.tanh(with_) * 150.0 + 127.5


NETS = {
    "mobilenet_v1": (mobilenet_v1, 48, "const"),
    "mobilenet_v2": (m2, 48, "placeholder"),
    "inception": (inception, 47, None),
    "resnet": (r50, 49, "default"),
    "deeplab": (deeplab, 65, None),
    "deeplab_m2": (deeplab_m2, 65, "default"),
    "vgg": (vgg, 32, None),
    "lenet": (lenet, 28, None),
    "unet": (unet, 32, "const"),
    "style": (keras_like, 32, None),
}
for name, (f, hw, kind) in NETS.items():
    if len(sys.argv) > 2 and name not in sys.argv[2:]:
        continue
    g = tf1.Graph()
    with g.as_default():
        x = tf1.placeholder(tf.float32, [None if kind != "const" else 1, hw, hw, 3], name="input")
        sw = {
            "const": lambda: tf1.constant(False, name="is_training"),
            "placeholder": lambda: tf1.placeholder(tf.bool, [], name="is_training"),
            "default": lambda: tf1.placeholder_with_default(tf1.constant(False), [], name="phase_train"),
            None: lambda: None,
        }[kind]()
        y = f(x, sw)
        with tf1.Session(graph=g) as s:
            s.run(tf1.global_variables_initializer())
            params = sum(int(np.prod(v.shape)) for v in tf1.trainable_variables())
            gd = tf1.graph_util.convert_variables_to_constants(s, g.as_graph_def(), [y.op.name])
        data = gd.SerializeToString()
        ops = sorted({n.op for n in gd.node})
    # the word of TensorFlow
    g2 = tf1.Graph()
    with g2.as_default():
        tf1.import_graph_def(gd, name="")
        with tf1.Session(graph=g2) as s:
            xt = g2.get_tensor_by_name("input:0")
            feed0 = np.zeros((1, hw, hw, 3), "float32")
            extra = {g2.get_tensor_by_name("is_training:0"): False} if kind == "placeholder" else {}
            cand = [
                o
                for o in g2.get_operations()
                if o.type
                in (
                    "Conv2D",
                    "DepthwiseConv2dNative",
                    "Relu",
                    "Relu6",
                    "ConcatV2",
                    "MaxPool",
                    "BiasAdd",
                    "ResizeBilinear",
                    "Add",
                    "AddV2",
                    "Conv2DBackpropInput",
                    "DepthToSpace",
                    "BatchToSpaceND",
                )
                and "/cond" not in o.name
            ]
            sizes = {}
            macs = 0
            cand = [o for o in cand if o.outputs[0].shape.rank == 4]
            shp = s.run({o.name: tf1.shape(o.outputs[0]) for o in cand}, {xt: feed0, **extra})
            for o in cand:
                sizes[o.name] = [o.type, *[int(n) for n in shp[o.name]]]
            spatial = [o for o in cand if sizes[o.name][1] == 1 and min(sizes[o.name][2:4]) > 1]
            pick = [
                spatial[i]
                for i in sorted({len(spatial) // 5, len(spatial) // 2, 3 * len(spatial) // 4, len(spatial) - 1})
            ]
            base = s.run([o.outputs[0] for o in pick], {xt: feed0, **extra})
            reads = {o.name: [] for o in pick}
            for axis in (0, 1):
                hit = [{} for _ in pick]
                for i in range(hw):
                    inp = feed0.copy()
                    inp[(slice(None),) * (axis + 1) + (i,)] = 1.0 if name != "style" else 300.0
                    got = s.run([o.outputs[0] for o in pick], {xt: inp, **extra})
                    for k, (a, b) in enumerate(zip(base, got, strict=True)):
                        diff = np.abs(a - b) > 0
                        along = diff.any(axis=tuple(d for d in range(4) if d != axis + 1))
                        for o_ in np.nonzero(along)[0]:
                            lo, hi = hit[k].get(int(o_), (i, i))
                            hit[k][int(o_)] = (min(lo, i), max(hi, i))
                for k, o in enumerate(pick):
                    n = sizes[o.name][axis + 2]
                    for o_ in sorted({0, n // 2, n - 1}):
                        reads[o.name].append([0, axis, o_, *hit[k].get(o_, (None, None))])
    ops2 = g2.get_operations()
    macs = 0
    with tf1.Session(graph=g2) as s:
        feed = {xt: feed0, **extra}

        def size(o, s=s, feed=feed):
            return [int(n) for n in s.run(tf1.shape(o.outputs[0]), feed)]

        with g2.as_default():
            for o in ops2:
                if o.type not in ("Conv2D", "DepthwiseConv2dNative", "Conv2DBackpropInput", "MatMul"):
                    continue
                k = o.inputs[1].shape.as_list()
                out = size(o)
                if out[0] > 1:  # space is in the batch, where some more is computed
                    out = [*size(o.outputs[0].consumers()[0])[:-1], out[-1]]
                if o.type == "Conv2DBackpropInput":
                    macs += int(
                        np.prod([int(n) for n in s.run(tf1.shape(o.inputs[2]), {xt: feed0, **extra})][:-1])
                    ) * int(np.prod(k))
                elif o.type == "MatMul":
                    macs += int(np.prod(out)) * k[0]
                else:
                    macs += int(np.prod(out)) * int(np.prod(k[:2] if o.type[0] == "D" else k[:-1]))
    for node in gd.node:
        if node.op == "Const":
            t = node.attr["value"].tensor
            if t.dtype == 1 and len(t.tensor_content) > 16:
                t.tensor_content = b""
    Path(f"{OUT}/{name}.pb.z").write_bytes(zlib.compress(gd.SerializeToString(), 9))
    told = {"params": params, "macs": macs, "sizes": sizes, "reads": reads}
    Path(f"{OUT}/{name}.json").write_text(json.dumps(told))
    print(name, len(data), params, ops, flush=True)
