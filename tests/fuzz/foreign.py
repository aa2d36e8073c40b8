"""Makes broken models of other tools of good ones: ONNX, Keras JSON, archives and HDF5, YOLO, Darknet, Caffe, nnU-Net's plans, MONAI's
bundles, TensorFlow."""

from __future__ import annotations

import io
import json
import pickle
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import onnx
import yaml
from readers.caffe import caffe_files
from readers.caffe.caffe_files import INPUT
from readers.darknet.cfg_files import CONV, conv, text
from readers.keras.keras_files import stored
from readers.nnunet import plans
from readers.torch import archives

import rfcli
from fuzz import mutations, operations, tensorflow
from fuzz.operations import INTEGERS, KINDS, TEXTS, integers, shape, value
from rfcli.readers.caffe.network import NAMES
from rfcli.readers.darknet.sections import section
from rfcli.readers.keras.binding import layer_class
from rfcli.readers.monai.networks import network
from rfcli.readers.nnunet.architectures import KEYS
from rfcli.readers.onnx.calls import OPERATIONS
from rfcli.readers.torch import program  # noqa: F401 - it fills the table
from rfcli.readers.torch.calls import operation as aten
from rfcli.readers.torch.constants.library import known as constant
from rfcli.readers.yolo.modules import module

Bytes = Callable[[bytes, Random], bytes]

_CHANGES: list[Bytes] = [
    mutations._flip, mutations._delete, mutations._cut, mutations._insert, mutations._copy, mutations._lines,
    mutations._lines,
]  # fmt: skip


def bytes_changed(data: bytes, random: Random) -> bytes:
    """Changed in a few places, whatever stands there."""
    for _ in range(random.choice((1, 1, 2, 4))):
        data = random.choice(_CHANGES)(data, random)
    return data


@cache
def exported(target: str) -> tuple[bytes, ...]:
    """Small networks as another tool has them."""
    found = []
    for data in mutations.SMALL:
        try:
            network = rfcli.loads(data, "net.yaml")
            made = rfcli.exported(network, target)
        except (rfcli.DescriptionError, rfcli.CallError):
            continue
        found.append(made.encode() if isinstance(made, str) else made)
    assert len(found) > 5
    return tuple(found)


def one_operation(random: Random, reader: str) -> bytes:
    """A model of one operation of a reader, which may be wrong by itself."""
    kinds = [one for one in KINDS if one[0] == reader]
    return operations.called(random, KINDS.index(random.choice(kinds)))[0]


# --- ONNX


def onnx_mutated(random: Random) -> bytes:
    data = random.choice(exported("onnx")) if random.random() < 0.6 else one_operation(random, "onnx")
    model = onnx.ModelProto.FromString(data)
    for _ in range(random.choice((0, 1, 1, 2, 3, 6))):
        _change_graph(random, model)
    data = bytes(model.SerializeToString())
    return bytes_changed(data, random) if random.random() < 0.25 else data


def _change_graph(random: Random, model: Any) -> None:
    graph = model.graph
    node = random.choice(list(graph.node)) if graph.node else graph.node.add()
    names = [one.name for one in (*graph.input, *graph.initializer)] + [
        name for one in graph.node for name in one.output
    ]
    what = random.randrange(14)
    if what == 0:
        node.op_type = random.choice(sorted(OPERATIONS)).rpartition(".")[2]
    elif what == 1 and node.input:
        del node.input[random.randrange(len(node.input))]
    elif what == 2:
        node.input.insert(random.randrange(len(node.input) + 1), random.choice([*names, "", "nowhere"]))
    elif what == 3 and node.input:
        node.input[random.randrange(len(node.input))] = random.choice([*names, ""])
    elif what == 4 and node.attribute:
        _change_attribute(random, random.choice(list(node.attribute)))
    elif what == 5 and node.attribute:
        del node.attribute[random.randrange(len(node.attribute))]
    elif what == 6:
        graph.node.append(node)
    elif what == 7:
        nodes = [onnx.NodeProto.FromString(one.SerializeToString()) for one in graph.node]
        random.shuffle(nodes)
        del graph.node[:]
        graph.node.extend(nodes)
    elif what == 8 and graph.initializer:
        tensor = random.choice(list(graph.initializer))
        del tensor.dims[:]
        tensor.dims.extend(random.choice(INTEGERS) for _ in range(random.choice((0, 1, 2, 4, 4, 7, 100))))
    elif what == 9 and graph.input:
        one = random.choice(list(graph.input))
        one.CopyFrom(onnx.helper.make_tensor_value_info(one.name, 1, shape(random)))
    elif what == 10:
        node.output.append(random.choice([*names, "", "new"]))
    elif what == 11 and model.opset_import:
        model.opset_import[0].version = random.choice((0, 7, 9, 11, 13, 18, 22, 99, -1))
    elif what == 12 and names:
        graph.value_info.append(onnx.helper.make_tensor_value_info(random.choice(names), 1, shape(random)))
    elif what == 13 and graph.output:
        graph.output[0].name = random.choice([*names, "nowhere"])


def _change_attribute(random: Random, one: Any) -> None:
    what = random.randrange(4)
    if what == 0:
        one.type = random.choice((0, 1, 2, 3, 4, 5, 6, 7, 8, 11))
    elif what == 1:
        del one.ints[:]
        one.ints.extend(integers(random))
    elif what == 2:
        one.i, one.f = random.choice(INTEGERS), random.choice(operations.FLOATS)
    else:
        one.s = random.choice(TEXTS).encode()


# --- Keras, YOLO: trees


def tree_changed(random: Random, tree: Any, words: list[str]) -> Any:
    """A tree of lists and mappings, changed at one place; `words` stand where there was a text."""
    places: list[tuple[Any, Any]] = []
    todo = [tree]
    while todo:
        one = todo.pop()
        inside = one.items() if isinstance(one, dict) else enumerate(one) if isinstance(one, list) else ()
        for key, below in inside:
            places.append((one, key))
            todo.append(below)
    if not places:
        return tree
    holder, key = random.choice(places)
    what = random.randrange(8)
    if what == 0:
        del holder[key]
    elif what == 1:
        other, place = random.choice(places)
        holder[key] = json.loads(json.dumps(other[place])) if place in other or isinstance(other, list) else None
    elif what == 2 and isinstance(holder, list):
        holder.insert(random.randrange(len(holder) + 1), json.loads(json.dumps(holder[key])))
    elif isinstance(holder[key], str) and random.random() < 0.7:
        holder[key] = random.choice(random.choice((words, list(TEXTS))))
    elif type(holder[key]) is int and random.random() < 0.8:
        holder[key] = random.choice(random.choice((INTEGERS, (-1, 0, 1, 1, 2, 3, 4, 8, 16))))
    else:
        holder[key] = value(random)
    return tree


KERAS_WORDS = [*sorted(layer_class), "Functional", "Sequential", "InputLayer"]


def keras_mutated(random: Random) -> bytes:
    """JSON."""
    pool = exported("keras-json")
    data = random.choice(pool) if random.random() < 0.6 else one_operation(random, random.choice(("layer", "function")))
    tree = json.loads(data)
    for _ in range(random.choice((0, 1, 1, 2, 3, 6))):
        tree = tree_changed(random, tree, KERAS_WORDS)
    data = json.dumps(tree).encode()
    return bytes_changed(data, random) if random.random() < 0.2 else data


@cache
def _first() -> list[str]:
    """Models that Keras 1 and those before it wrote, with the code of functions in some."""
    folder = Path(__file__).parents[1] / "readers" / "keras" / "keras1"
    return [text for path in sorted(folder.glob("*.json")) if '"class_name"' in (text := path.read_text())]


def first_mutated(random: Random) -> bytes:
    """JSON of the first versions of Keras."""
    tree = json.loads(random.choice(_first()))
    for _ in range(random.choice((0, 1, 1, 2, 3, 6))):
        tree = tree_changed(random, tree, KERAS_WORDS)
    data = json.dumps(tree).encode()
    return bytes_changed(data, random) if random.random() < 0.3 else data


def archive_mutated(random: Random) -> bytes:
    """A `.keras` archive."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", random.choice((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED))) as made:
        for name in ("metadata.json", "config.json", "model.weights.h5")[random.choice((0, 0, 0, 2)) :]:
            made.writestr(name, keras_mutated(random) if name == "config.json" else b"weights")
    data = stream.getvalue()
    return bytes_changed(data, random) if random.random() < 0.25 else data


def hdf5_mutated(random: Random) -> bytes:
    """An HDF5 file: what it holds is changed, or what leads there."""
    model = keras_mutated(random) if random.random() < 0.5 else random.choice(exported("keras-json"))
    libver = random.choice(("earliest", "latest"))
    many = {f"layer_names{at}": "x" * at for at in range(random.choice((0, 0, 20)))}
    data = stored(model.decode("utf-8", "replace").replace("\0", " "), libver, **many)
    return numbers_changed(data, random) if random.random() < 0.7 else bytes_changed(data, random)


def numbers_changed(data: bytes, random: Random) -> bytes:
    """Addresses, lengths and versions changed, wherever a block or an attribute begins."""
    made = bytearray(data)
    marks = [b"\x89HDF", b"OHDR", b"OCHK", b"GCOL", b"FRHP", b"FHDB", b"FHIB", b"BTHD", b"BTLF", b"model_config"]
    for _ in range(random.choice((1, 1, 2, 4))):
        at = made.find(random.choice(marks))
        place = min(max(at, 0) + random.randrange(-40, 160), len(made) - 9)
        size = random.choice((1, 2, 4, 8))
        number = random.choice((0, 1, 2, 3, 255, random.randrange(len(made)), (1 << 8 * size) - 1, 1 << 8 * size - 1))
        made[max(place, 0) : max(place, 0) + size] = (number % (1 << 8 * size)).to_bytes(size, "little")
    return bytes(made)


YOLO: tuple[dict[str, Any], ...] = (
    {"nc": 80, "scales": {"n": [0.33, 0.25, 1024], "s": [0.33, 0.5, 1024]},
     "backbone": [[-1, 1, "Conv", [64, 3, 2]], [-1, 1, "Conv", [128, 3, 2]], [-1, 3, "C2f", [128, True]],
                  [-1, 1, "Conv", [256, 3, 2]], [-1, 6, "C2f", [256, True]], [-1, 1, "SPPF", [256, 5]]],
     "head": [[-1, 1, "nn.Upsample", [None, 2, "nearest"]], [[-1, 2], 1, "Concat", [1]], [-1, 3, "C2f", [128]],
              [[8, 5], 1, "Detect", ["nc"]]]},
    {"nc": 10, "depth_multiple": 0.33, "width_multiple": 0.5, "anchors": [[10, 13, 16, 30], [30, 61, 62, 45]],
     "backbone": [[-1, 1, "Conv", [64, 6, 2, 2]], [-1, 1, "Conv", [128, 3, 2]], [-1, 3, "C3", [128]]],
     "head": [[-1, 1, "Conv", [64, 1, 1]], [[-1, 2], 1, "Detect", ["nc", "anchors"]]]},
    {"backbone": [[-1, 1, "HGStem", [32, 48]], [-1, 6, "HGBlock", [48, 128, 3]], [-1, 1, "DWConv", [128, 3, 2, 1, False]],
                  [-1, 1, "AIFI", [1024, 8]], [-1, 1, "RepC3", [256]]], "head": []},
)  # fmt: skip


def yolo_mutated(random: Random) -> bytes:
    tree = (
        yaml.safe_load(one_operation(random, "yolo"))
        if random.random() < 0.5
        else json.loads(json.dumps(random.choice(YOLO)))
    )
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        tree = tree_changed(random, tree, [*sorted(module), "nc", "anchors", "scales"])
    data = yaml.safe_dump(tree, sort_keys=False, default_flow_style=None).encode()
    return bytes_changed(data, random) if random.random() < 0.15 else data


CFG = (
    text((416, 416), 3, [conv(16, 3), ("maxpool", {"size": 2, "stride": 2}), conv(32, 3), ("route", {"layers": [-1, 0]}),
                         ("upsample", {"stride": 2}), ("shortcut", {"from": -3}), conv(255, 1), ("yolo", {})]),
    text((32, 32), 3, [(CONV, {"filters": 8, "size": 3, "groups": 2}), ("reorg", {"stride": 2}), ("avgpool", {}),
                       ("connected", {"output": 10}), ("softmax", {})]),
)  # fmt: skip


def darknet_mutated(random: Random) -> bytes:
    data = random.choice(CFG).encode() if random.random() < 0.5 else one_operation(random, "cfg")
    for _ in range(random.choice((1, 2, 3))):
        lines = data.split(b"\n")
        at = random.randrange(len(lines))
        if lines[at].startswith(b"["):
            lines[at] = f"[{random.choice(sorted(section))}]".encode()
        else:
            key = lines[at].partition(b"=")[0]
            new = random.choice((*INTEGERS, *TEXTS, ",".join(map(str, integers(random)))))
            lines[at] = key + b"=" + str(new).encode()
        data = b"\n".join(lines)
    return bytes_changed(data, random) if random.random() < 0.4 else data


CAFFE = (
    INPUT + caffe_files.conv("a", "data", 8, 3, pad=1, more="group: 1") + caffe_files.pool("p", "a", 3, 2)
    + caffe_files.layer("Slice", "slice_param { slice_point: 3 }", "p", "u v") + caffe_files.layer("Concat", "", "u v")
    + caffe_files.layer("Eltwise", "eltwise_param { operation: SUM }", "concat p") + caffe_files.linear("f", "eltwise", 10),
    INPUT + caffe_files.conv("a", "data", 8, 4, 2, 1)
    + caffe_files.layer("Deconvolution", "convolution_param { num_output: 4 kernel_size: 4 stride: 2 pad: 1 }", "a", "d", "d")
    + caffe_files.layer("Crop", "crop_param { offset: 0 }", "d data", "d") + caffe_files.layer("Interp", "interp_param { zoom_factor: 2 }", "d")
    + caffe_files.layer("Reshape", "reshape_param { shape { dim: 0 dim: -1 } }", "interp") + caffe_files.layer("LRN", "", "d")
    + caffe_files.layer("Permute", "permute_param { order: 0 order: 2 order: 3 order: 1 }", "d")
    + caffe_files.layer("Scale", "scale_param { axis: 1 bias_term: true }", "d") + caffe_files.layer("Softmax", "", "d"),
)  # fmt: skip


def caffe_mutated(random: Random) -> bytes:
    words = list(random.choice(CAFFE).replace("{", " { ").replace("}", " } ").split(" "))
    kinds = (*NAMES.values(), "BatchNorm", "Scale", "Crop", "Interp", "Reshape", "Permute", "Reduction")
    for _ in range(random.choice((1, 1, 2, 3, 5))):
        values = [at for at in range(1, len(words)) if words[at - 1].endswith(":")]
        at, other = random.choice(values), random.choice(values)
        what = random.randrange(8)
        if what == 0:
            at = random.randrange(len(words))
            words[at] = random.choice((*words, *TEXTS))
        elif what == 1:
            del words[at - 1 : at + 1]
        elif what == 2:
            words[at:at] = words[at - 1 : at + 1]
        elif what == 3:
            words[at] = words[other]
        elif words[at].isdigit():
            words[at] = str(random.choice((*INTEGERS, -1, 0, 1, 2, 3, 4, 7)))
        else:
            words[at] = f'"{random.choice((*kinds, "a", "d", "p", "data"))}"'
    data = " ".join(words).encode("utf-8", "replace")
    return bytes_changed(data, random) if random.random() < 0.2 else data


NNUNET = (
    plans.PANCREAS,
    plans.plans(a=plans.later([8, 8], [[3, 3]] * 2, [[1, 1], [2, 2]], [4, 8], "ResidualEncoderUNet")),
    {
        "num_modalities": 1,
        "num_classes": 2,
        "base_num_features": 4,
        "conv_per_stage": 2,
        "plans_per_stage": {
            "0": {
                "patch_size": [8, 8],
                "current_spacing": [1, 2],
                "pool_op_kernel_sizes": [[2, 2]],
                "conv_kernel_sizes": [[3, 3]] * 2,
            }
        },
    },
)


def nnunet_pickle_mutated(random: Random) -> bytes:
    """A pickle of plans, as the first version writes them."""
    tree = {**json.loads(json.dumps(NNUNET[-1])), "normalization_schemes": {0: "CT"}}
    tree["plans_per_stage"]["0"]["patch_size"] = np.array([8, 8])
    data = pickle.dumps(tree, random.choice((3, 4, 5)))
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        data = bytes_changed(data, random)
    return data


def nnunet_mutated(random: Random) -> bytes:
    tree = json.loads(json.dumps(random.choice(NNUNET)))
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        tree = tree_changed(random, tree, [*KEYS, "PlainConvUNet", "ResidualUNet", "2d", "3d_fullres", "torch.nn.ReLU"])
    data = json.dumps(tree).encode()
    return bytes_changed(data, random) if random.random() < 0.2 else data


MONAI = (
    {"first": 4, "network_def": {"_target_": "UNet", "spatial_dims": 2, "in_channels": "@first", "out_channels": 2,
                                 "channels": ["@first", 8], "strides": [2], "num_res_units": 1, "norm": ["group", {"num_groups": 2}]}},
    {"network_def": {"_target_": "DynUNet", "spatial_dims": 2, "in_channels": 1, "out_channels": 2, "kernel_size": [3, 3, 3],
                     "strides": [1, 2, [2, 1]], "upsample_kernel_size": [2, [2, 1]], "filters": [4, 8, 8], "res_block": True}},
    {"network_def": {"_target_": "SegResNet", "init_filters": 8, "blocks_down": [1, 1], "blocks_up": [1], "act": "prelu"}},
    {"network_def": {"_target_": "BasicUNet", "spatial_dims": 2, "features": [4, 4, 8, 8, 8, 4], "upsample": "pixelshuffle"}},
    {"network_def": {"_target_": "AttentionUnet", "spatial_dims": 3, "in_channels": 1, "out_channels": 1, "channels": [4, 8],
                     "strides": [2], "kernel_size": [3, 3, 1]}},
    {"network_def": {"_target_": "DenseNet", "spatial_dims": 1, "in_channels": 1, "out_channels": 2, "block_config": [1, 2]}},
    {"network_def": {"_target_": "VNet", "spatial_dims": 2, "act": ["elu", {"inplace": True}]}},
    {"network_def": {"_target_": "UNETR", "in_channels": 1, "out_channels": 2, "img_size": [32, 32, 32], "hidden_size": 12}},
    {"network_def": {"_target_": "SwinUNETR", "in_channels": 1, "out_channels": 2, "img_size": 64, "depths": [1, 2, 1, 1], "num_heads": [3, 6, 12, 24]}},
)  # fmt: skip


def monai_mutated(random: Random) -> bytes:
    tree = json.loads(json.dumps(random.choice(MONAI)))
    words = [
        *network,
        "@first",
        "@network_def::channels",
        "$len(@x)",
        "%a.json::b",
        "prelu",
        "group",
        "batch",
        "deconv",
    ]
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        tree = tree_changed(random, tree, words)
    data = (json.dumps(tree) if random.random() < 0.5 else yaml.safe_dump(tree, sort_keys=False)).encode()
    return bytes_changed(data, random) if random.random() < 0.2 else data


def lite_mutated(random: Random) -> bytes:
    """A TensorFlow Lite model."""
    return tensorflow.lite_mutated(random, bytes_changed)


def exported_mutated(random: Random) -> bytes:
    """An archive of torch.export.save."""
    version = random.choice(archives.VERSIONS)
    masked = random.choice(("pixels", "blur", "causal", "windows", "picked")) if random.random() < 0.5 else ""
    version = archives.VERSIONS[-1] if masked in ("windows", "picked") else version
    if masked:
        entry, tree, constants = archives.parts_with_constants(masked, version)
    else:
        tree = archives.program(random.choice(("n1", "n3", "np", "npdyn", "ni", "tied")), version)
    graph = tree["graph_module"]["graph"]
    targets = [f"torch.ops.aten.{name}.default" for name in sorted({*aten.keys(), *constant.keys()})]
    words = [
        *targets,
        *graph["tensor_values"],
        "as_int",
        "as_tensor",
        "as_ints",
        "as_none",
        "torch.ops.aten.copy_.default",
    ]
    for _ in range(random.choice((0, 1, 1, 2, 4))):
        what, one = random.randrange(4), random.choice(graph["nodes"])
        if what == 0:
            one["target"] = (
                random.choice(targets) if random.random() < 0.7 else one["target"].replace(".default", "_.default")
            )
        elif what == 1 and one["inputs"]:
            random.choice(one["inputs"])["arg"] = random.choice((
                {"as_int": random.choice(INTEGERS)}, {"as_ints": integers(random)}, {"as_none": True}, {"as_bool": True},
                {"as_tensor": {"name": random.choice(list(graph["tensor_values"]))}}, {"as_string": "same"},
            ))  # fmt: skip
        elif what == 2:
            random.choice(list(graph["tensor_values"].values()))["sizes"] = [{"as_int": n} for n in shape(random)]
        else:
            graph["nodes"].insert(random.randrange(len(graph["nodes"]) + 1), json.loads(json.dumps(one)))
    for _ in range(random.choice((0, 0, 1, 2))):
        tree_changed(random, random.choice((tree, graph)), words)
    if masked:
        for name in random.sample(list(constants), random.choice((0, 1, 1, 2))):
            constants[name] = bytes_changed(constants[name], random) if constants[name] else b"\0"
        data = archives.zipped({**constants, entry: json.dumps(tree).encode()})
    else:
        data = archives.archived(tree)
    return bytes_changed(data, random) if random.random() < 0.15 else data


def graph_mutated(random: Random) -> bytes:
    """A graph or SavedModel of TensorFlow."""
    return tensorflow.graph_mutated(random, bytes_changed)


def told_mutated(random: Random) -> bytes:
    """What Keras says of its model beside a SavedModel, or in it."""
    return tensorflow.told_mutated(random, bytes_changed, keras_mutated)


FORMATS: tuple[tuple[str, Callable[[Random], bytes]], ...] = (
    ("net.yaml", mutations.mutated), ("net.yaml", mutations.mutated), ("net.onnx", onnx_mutated),
    ("net.onnx", onnx_mutated), ("net.json", keras_mutated), ("net.json", first_mutated), ("net.keras", archive_mutated), ("net.h5", hdf5_mutated), ("net.yaml", yolo_mutated),
    ("net.cfg", darknet_mutated), ("net.prototxt", caffe_mutated), ("net.json", nnunet_mutated), ("plans.pkl", nnunet_pickle_mutated), ("net.yaml", monai_mutated), ("net.tflite", lite_mutated),
    ("net.pt2", exported_mutated), ("net.pb", graph_mutated), ("net.pb", told_mutated),
)  # fmt: skip
"""What a file is called, and what makes one; descriptions in JSON go by that ending."""


def mutated(random: Random, reader: str = "") -> tuple[bytes, str]:
    """A broken file of some format, or of those that the functions here make whose names start so, and its name."""
    name, make = random.choice([one for one in FORMATS if one[1].__name__.startswith(reader)])
    data = make(random)[:300_000]
    return data, "net.json" if name == "net.yaml" and data.lstrip()[:1] == b"{" else name
