"""Files that are known, and not read: they hold weights, or programs, or an architecture in words of their own. Each is
named for what it is, with what gets further."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers.archive import BEGINNING, Archive
from rfcli.readers.draft import ForeignError
from rfcli.readers.nearby import SAVED_MODEL, above, stating
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO, NoReturn

MOST_NAMED = 4
"""Models in an archive that are named."""
MOST_AT_ONCE = 1 << 20
"""Bytes of an archive's list of entries."""
HEAD = 1 << 16
"""The first bytes of a file, which tell what it is."""

TO_ONNX = "export the model to ONNX"
TO_KERAS = "save the model with model.save('net.keras'), or its architecture alone with model.to_json()"
LIVE = "name the code that makes the network: rf compute torch:model.py:Net --example 1x3x224x224"
ORIGIN = "give rf the model that it was converted from"


class Refusal(Value):
    """What is wrong with a kind of file, and what to do instead."""

    message: str
    help: str

    def error(self) -> ForeignError:
        """The error that says so."""
        return ForeignError(self.message, self.help)


PICKLE = Refusal("a PyTorch file is not read: opening it would run its code", f"{LIVE}; or {TO_ONNX}")
SCRIPT = Refusal(
    "a TorchScript file is not read: opening it would run its code",
    "torch.onnx.export(torch.jit.load(FILE), example, 'net.onnx', dynamo=False) makes an ONNX model of it",
)
SAVED = "torch.export.save(program, 'net.pt2')"
EXPORTED = Refusal("an archive of torch.export without a program in it", f"save the program again: {SAVED}")
EXECUTORCH = Refusal(
    "a program of ExecuTorch is compiled, and not read", f"give rf the program that it was made of: {SAVED}"
)
WEIGHTS = Refusal("the file has a model's weights alone, not its layers", f"{LIVE}; or {TO_ONNX}")
DARKNET = Refusal("weights of Darknet have no layers", "give rf the .cfg that stands beside them")
CAFFE = Refusal("weights of Caffe are not read", "give rf the network's text: rf compute deploy.prototxt")
CHECKPOINT = Refusal(
    "a checkpoint of TensorFlow has a model's weights alone, not its layers",
    "tf.saved_model.save(model, 'FOLDER') saves the model, and rf compute FOLDER reads it",
)
FINGERPRINT = Refusal(
    "the file tells SavedModels of TensorFlow apart, and has no layers",
    "name the SavedModel's folder: its graph is read",
)
LOG = Refusal(
    "a log of training, for TensorBoard, is not read", "give rf the model: its SavedModel's folder, or its .keras file"
)
KERAS = Refusal("the file has a model's weights alone, not its layers", TO_KERAS)
KERAS_METADATA = Refusal(
    "the file tells when Keras saved a model, not its layers", "give rf the .keras file that it is of"
)
FLAX = Refusal(
    "the file has a model's weights alone, not its layers",
    "jax2tf.convert and tf.saved_model.save make a SavedModel of its code, which rf reads",
)
LANGUAGE = Refusal(
    "a language model's weights have no layers that rf reads",
    "rf compute transformers:config.json makes the model that it was converted from",
)
SERVED = Refusal("an archive of TorchServe is not opened", "unzip it, and give rf the model that is in it")
MXNET_WEIGHTS = Refusal("weights of MXNet are not read", TO_ONNX)
RUNTIME = Refusal("a model that was converted for a runtime is not read", ORIGIN)
TENSORFLOW = Refusal(
    "a graph of TensorFlow as text is not read",
    "save it as bytes: tf.io.write_graph(graph, FOLDER, 'net.pb', as_text=False)",
)
CODE = Refusal("Python code is not run for the name of its file", f"{LIVE}; keras:model.py:build for Keras")
CORE_ML = Refusal("a Core ML model is not read", ORIGIN)
ENGINE = Refusal("a compiled engine is not read", ORIGIN)
ARRAYS = Refusal(
    "the file has arrays, not a network's layers", "write a description of the network: rf show alexnet is one"
)
OPENVINO = Refusal("a model of OpenVINO is not read", ORIGIN)
NCNN = Refusal("a model of ncnn is not read", ORIGIN)
TENSORFLOW_JS = Refusal("a graph of TensorFlow.js is not read", ORIGIN)
MXNET = Refusal("a symbol of MXNet is not read", TO_ONNX)
MONAI = Refusal(
    "the file changes a bundle of MONAI, and makes no network", "give rf the bundle's train.json or inference.json"
)
TRANSFORMERS = Refusal(
    "a configuration of Transformers has no layers",
    f"rf compute transformers:config.json makes its model; or {TO_ONNX}",
)
BIOIMAGE = Refusal(
    "a model of bioimage.io is not read",
    "give rf the ONNX file among its weights; rf check holds the model against them",
)

PACKED = Refusal("a compressed file is not opened", "give rf the file that is in it")
_UNPACKED = (
    (0, b"\x1f\x8b\x08", "gunzip -k", (".gz", ".tgz")),
    (0, b"BZh", "bunzip2 -k", (".bz2",)),
    (0, b"\xfd7zXZ\0", "unxz -k", (".xz",)),
    (0, b"\x28\xb5\x2f\xfd", "unzstd", (".zst",)),
    (0, b"7z\xbc\xaf\x27\x1c", "7z x", ()),
    (257, b"ustar", "tar xf", ()),
)
"""What stands where in files that hold others, what opens them, and endings that this takes away."""
_MODELS = re.compile(
    r"(?<!keras_metadata)(?<!fingerprint)(?<!\.weights)\.(?:onnx|keras|h5|hdf5|tflite|pb|pt2|prototxt|cfg|ya?ml)\Z"
    r"|\A(?!config|metadata|serialized_)[^/]*\.json\Z",
    re.IGNORECASE,
)
"""Names in an archive of a model that someone has put there: Keras and torch write others."""
_TEXTUAL = (".yaml", ".yml", ".json", ".cfg")
"""Endings of those that may be something else, where there are others."""
_MARKS = (
    *((at, mark, PACKED) for at, mark, _, _ in _UNPACKED),
    (4, b"ET12", EXECUTORCH),
    (0, b"\x80\x02", PICKLE),
    (4, b'\0\0\0\0{"', WEIGHTS),
    (0, b"\x93NUMPY", ARRAYS),
)
"""What stands where in a file that is no text; safetensors begin with the length of the JSON that follows."""
_TEXTS = (
    (OPENVINO, rb"\A\s*(?:<\?xml[^>]*>\s*)?<net\b"),
    (NCNN, rb"\A7767517\s"),
    (TENSORFLOW_JS, rb"\A\s*\{", rb'"format"[ \t]*:[ \t]*"graph-model"'),
    (MXNET, rb'\A\s*\{\s*"nodes"\s*:\s*\[', rb'"op"[ \t]*:'),
    (MONAI, rb"""(?:^|[{,])[ \t]*["']?network_def["']?[ \t]*:"""),
    (TRANSFORMERS, rb"\A\s*\{", rb'"(?:model_type|transformers_version)"[ \t]*:'),
    (KERAS_METADATA, rb'\A\s*\{\s*"keras_version"[ \t]*:', rb'"date_saved"[ \t]*:'),
    (CHECKPOINT, rb"^model_checkpoint_path[ \t]*:"),
    (BIOIMAGE, rb"^format_version[ \t]*:", rb"^type[ \t]*:[ \t]*model\b"),
)
"""What all stands in a text. It is asked for where a name was given: what is found in a folder may be anything."""
_DESCRIPTION = re.compile(rb"""["']?\bformat["']?[ \t]*:[ \t]*[0-9]""")
"""What stands in no other text."""
_ENDINGS = {
    **dict.fromkeys((".pt", ".pth", ".ckpt", ".pkl"), PICKLE), ".safetensors": WEIGHTS, ".pte": EXECUTORCH,
    ".pbtxt": TENSORFLOW, **dict.fromkeys((".py", ".ipynb"), CODE),
    ".mlmodel": CORE_ML, **dict.fromkeys((".engine", ".trt", ".plan"), ENGINE),
    **dict.fromkeys((".npy", ".npz", ".mat"), ARRAYS), ".weights": DARKNET, ".caffemodel": CAFFE,
    ".pdparams": WEIGHTS, ".msgpack": FLAX, ".gguf": LANGUAGE, ".mar": SERVED, ".params": MXNET_WEIGHTS,
    **dict.fromkeys((".mnn", ".rknn", ".pdmodel"), RUNTIME),
}  # fmt: skip
_NAMES = (
    (re.compile(r"\bckpt[^/\\]*\.(?:index|meta)\Z|\.data-\d{5}-of-\d{5}\Z|\bvariables\.index\Z"), CHECKPOINT),
    (re.compile(r"\bevents\.out\.tfevents\.[^/\\]*\Z"), LOG),
    (re.compile(r"\bfingerprint\.pb\Z"), FINGERPRINT),
    (re.compile(r"(?:\bvariables|\.weights)\.h5\Z"), KERAS),
)
"""Names of files that have no ending of their own."""
_FOLDERS = ("variables", "assets", "assets.extra")
"""Folders in that of a SavedModel."""
_BESIDE = ((".xml", OPENVINO), (".param", NCNN))
"""Endings of the files of layers of runtimes whose weights are called the same, and end in .bin."""


def by_mark(head: bytes) -> Refusal | None:
    """What a file is by bytes that stand at no such place in any model."""
    if _is_saved(head):
        return PICKLE
    if _entry(head):
        return PACKED
    return next((refusal for at, mark, refusal in _MARKS if head[at:].startswith(mark)), None)


def by_text(head: bytes, name: str) -> Refusal | None:
    """What a text of some name is."""
    if name and by_ending(name) is None and not _DESCRIPTION.search(head):
        for refusal, *patterns in _TEXTS:
            if all(re.search(pattern, head, re.MULTILINE) for pattern in patterns):
                return refusal
    return None


def by_ending(name: str) -> Refusal | None:
    """What a file is by its name alone."""
    for pattern, refusal in _NAMES:
        if pattern.search(name):
            return refusal
    stem, ending = os.path.splitext(name)
    if ending == ".bin":
        return next((refusal for other, refusal in _BESIDE if os.path.isfile(stem + other)), None)
    return _ENDINGS.get(ending.lower())


def by_folder(path: str) -> Refusal | None:
    """What a folder is that holds a part of a model, or one that is not read; None for any other."""
    name = os.path.basename(os.path.abspath(path))
    if name.endswith((".mlpackage", ".mlmodelc")):
        return CORE_ML.replaced(message="it is a Core ML model")
    whole = above(path)
    if name not in _FOLDERS or not os.path.isfile(os.path.join(whole, SAVED_MODEL)):
        return None
    message = f"it is a part of the SavedModel '{whole}'"
    return CHECKPOINT.replaced(message=message, help=f"rf compute {quoted(whole)} reads it")


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> NoReturn:
    """Raises `ForeignError` that says what to do instead."""
    head = stream.read(HEAD)
    refusal = by_mark(head) or by_text(head, file.path) or by_ending(file.path)
    if refusal is None:
        raise ForeignError(
            "not a model that is read", "rf reads descriptions, ONNX, Keras, TensorFlow Lite, YOLO, Darknet, Caffe"
        )
    if refusal is PACKED and head.startswith(BEGINNING):
        archive = Archive(
            stream, "rf", MOST_AT_ONCE, "unzip it, and give rf what is in it", "unzip -t tells what is in it"
        )
        refused_archive(archive.names, file.path)
    raise _told(refusal, head, file.path).error()


_WITHOUT_LAYERS = (WEIGHTS, CHECKPOINT, CAFFE, KERAS, KERAS_METADATA)
_NETWORK = re.compile(rb"^class[ \t]+([A-Za-z_]\w{0,99})[ \t]*\(([^()\n]{0,200})", re.MULTILINE)
_BASE = re.compile(rb"Module\b|\bModel\b|Sequential\b")
_GLOBAL = re.compile(rb"c([A-Za-z_][\w.]{0,200})\n([A-Za-z_]\w{0,100})\n")
"""A class or function that a pickle names."""
_PARTS = ("collections", "torch", "torch._utils", "torch._tensor", "torch.nn.parameter", "torch.storage", "builtins",
          "__builtin__", "copy_reg", "copyreg", "_codecs", "argparse", "pathlib", "numpy")  # fmt: skip
"""What tensors are made of, and what stands beside a network."""


def _told(refusal: Refusal, head: bytes, path: str) -> Refusal:
    """A refusal with the command for this very file, where its text tells which."""
    if refusal is CODE and path.endswith(".py"):
        scheme = (
            "keras"
            if re.search(rb"^[ \t]*(?:import|from)[ \t]+(?:keras|tensorflow)\b", head, re.MULTILINE)
            else "torch"
        )
        found = [name.decode() for name, bases in _NETWORK.findall(head) if _BASE.search(bases)]
        example = "" if scheme == "keras" else " --example 1x3x224x224"
        source = f"{scheme}:{path}:{found[-1] if found else 'NAME'}"
        command = f"rf compute {quoted(source)}{example}"
        others = f" (it has {', '.join(found[-8:])})" if len(found) > 1 else ""
        return refusal.replaced(help=f"{command} runs it, because that names it{others}")
    if refusal is TRANSFORMERS:
        return refusal.replaced(
            help=f"rf compute {quoted(f'transformers:{path}')} makes its model, with random weights"
        )
    if refusal is DARKNET:
        return refusal.replaced(help=f"rf compute {quoted(os.path.splitext(path)[0] + '.cfg')} reads its network")
    if refusal is PACKED:
        return _unpacked(head, path)
    refusal = _pickled(head) if refusal is PICKLE else refusal
    return beside(refusal, path) if refusal in _WITHOUT_LAYERS else refusal


def beside(refusal: Refusal, path: str) -> Refusal:
    """The refusal of a file of weights with the command that reads its layers, where they lie nearby."""
    found = stating(path)
    return refusal.replaced(help=f"rf compute {quoted(found)} reads its layers") if found else refusal


def quoted(word: str) -> str:
    """A word as it is typed at a shell."""
    return word if re.fullmatch(r"[\w./:\-]+", word, re.ASCII) else "'" + word.replace("'", "'\\''") + "'"


def _unpacked(head: bytes, path: str) -> Refusal:
    """What is said of a file that holds others: the command that opens it, and what to do then."""
    shown = quoted(path)
    tool, ends = next((tool, ends) for at, mark, tool, ends in _UNPACKED if head[at:].startswith(mark))
    stem, ending = os.path.splitext(path)
    if ending.lower() == ".tgz" or stem.lower().endswith(".tar"):
        return PACKED.replaced(help=f"tar xf {shown}, and give rf the file that is in it")
    if ending.lower() in ends:
        return PACKED.replaced(help=f"{tool} {shown} && rf compute {quoted(stem)}")
    return PACKED.replaced(help=f"{tool} {shown}, and give rf the file that is in it")


def _entry(head: bytes) -> str:
    """The name of the first file in an archive, where that is a model; "" where it is none."""
    if not head.startswith(BEGINNING):
        return ""
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")].decode("utf-8", "replace")
    return "".join(c if c.isprintable() else "?" for c in name) if _MODELS.search(name) else ""


def _is_saved(head: bytes) -> bool:
    """Whether an archive begins as those of torch.save do, with the pickle of a whole object."""
    if not head.startswith(BEGINNING) or not head[30:286].partition(b"data.pkl")[1]:
        return False
    name = head[30 : 30 + int.from_bytes(head[26:28], "little")]
    first = _GLOBAL.search(head)
    return name.endswith(b"/data.pkl") and not (first and first[1].startswith(b"__torch__"))


def _pickled(head: bytes) -> Refusal:
    """What a file of torch.save has, by the classes that it names: a network, or tensors alone."""
    found = [(module.decode(), name.decode()) for module, name in _GLOBAL.findall(head)]
    classes = [one for one in found if one[0].partition(".")[0] not in ("numpy", *_PARTS[:1]) and one[0] not in _PARTS]
    own = [one for one in classes if not one[0].startswith("torch.")]
    if own:
        module, name = own[0]
        source = quoted(f"torch:{module}:{name}")
        help = (
            f"rf compute {source} --example 1x3x224x224 runs its code; arguments stand in parentheses, {name}(depth=3)"
        )
        return PICKLE.replaced(message=f"{PICKLE.message}: it has a {name} of {module}", help=help)
    if found and not classes:
        return WEIGHTS
    return PICKLE


def refused_archive(names: Sequence[str], path: str = "") -> NoReturn:
    """Raises `ForeignError` for a ZIP archive with these entries, which is no Keras model."""
    within = {name.partition("/")[2] or name for name in names}
    held = _held(names)
    if "MAR-INF/MANIFEST.json" in names:
        raise SERVED.error()
    if within & {"archive_format", "serialized_exported_program.json", "models/model.json"}:
        raise EXPORTED.error()
    if "data.pkl" in within:
        raise (SCRIPT if "constants.pkl" in within else PICKLE).error()
    if any(name.endswith(".npy") for name in names):
        raise ARRAYS.error()
    if held:
        raise _opened(held, path).error()
    raise ForeignError("a ZIP archive without a 'config.json', so no Keras model", "Keras saves .keras files")


def _held(names: Sequence[str]) -> list[str]:
    """The models in an archive, of SavedModels their folders."""
    found = [name for name in names if _MODELS.search(name)]
    sure = [name for name in found if not name.lower().endswith(_TEXTUAL)]
    folders = (os.path.split(name) for name in sure or found)
    return list(dict.fromkeys(
        folder if folder and name == SAVED_MODEL else os.path.join(folder, name) for folder, name in folders
    ))  # fmt: skip


def _opened(held: Sequence[str], path: str) -> Refusal:
    """What is said of an archive with these models: the command that opens it, and reads them."""
    shown = ["".join(c if c.isprintable() else "?" for c in name[:80]) for name in held[:MOST_NAMED]]
    more = f" and {len(held) - MOST_NAMED} more" if len(held) > MOST_NAMED else ""
    count = f"{len(held)} models, " if len(held) > 1 else ""
    message = f"a ZIP archive is not opened: it has {count}{', '.join(repr(name) for name in shown)}{more}"
    stem, ending = os.path.splitext(path)
    if not ending:
        return PACKED.replaced(message=message, help="unzip it, and give rf what is in it")
    command = f"unzip {quoted(path)} && rf compute {' '.join(map(quoted, shown))}"
    if more:
        command = f"unzip {quoted(path)} -d {quoted(stem)} && rf compute {quoted(stem)}"
    return PACKED.replaced(message=message, help=command)
