"""Which foreign format a file has, told by its content, and the importer that reads it."""

from __future__ import annotations

import os
import re
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Node, Problems

FORMATS = {
    "onnx": "ONNX models",
    "darknet": "Darknet .cfg files",
    "yolo": "Ultralytics YOLO models in YAML",
    "keras": "Keras models, as JSON or .keras archives",
    "other": "files that are known, and not read",
}
"""Foreign format -> what it is; the module `rfcli.exchange.NAME_in` reads it."""

ENDINGS = {".onnx": "onnx", ".keras": "keras", ".cfg": "darknet", ".h5": "other", ".pt": "other", ".pth": "other",
           ".tflite": "other", ".pb": "other"}  # fmt: skip
"""What a file is by its name, where its content does not tell."""

NAMELESS = frozenset(["", "main_graph", "torch_jit", "torch-jit-export", "graph", "model"])
"""Names that exporters give to any network; the file's says more."""

_KERAS = re.compile(
    rb'\s*\{\s*"(?:module|class_name|config|backend|keras_version|registered_name|build_config|compile_config)"\s*:'
)
_DARKNET = re.compile(rb"(?:[ \t\r]*(?:[#;][^\n]*)?\n)*[ \t]*\[(?:net|network)\]")
_YOLO = re.compile(
    rb"""^["']?backbone["']?[ \t]*:[ \t]*(?:#[^\n]*)?(?:\r?\n[ \t]*(?:#[^\n]*)?)*(?:(?:-[ \t]+)?\[|-[ \t]+-)""",
    re.MULTILINE,
)
"""A list of lists: other tools' configurations have a mapping there."""
_FORMAT = re.compile(rb"""^["']?format["']?[ \t]*:""", re.MULTILINE)


def kind_of(head: bytes, name: str = "") -> str | None:
    """The format of a file that begins with `head`, a key of `FORMATS`; None for a description, and what may be one."""
    if head[:1] == b"\x08":
        return "onnx"
    if head[:4] == b"PK\x03\x04":
        return "keras"  # Its entries tell: PyTorch's files are archives, too.
    if head[:4] == b"\x89HDF" or head[4:8] == b"TFL3" or head[:2] == b"\x80\x02":
        return "other"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _KERAS.match(text) and b'"class_name"' in text:
        return "keras"
    if _DARKNET.match(text):
        return "darknet"
    if _FORMAT.search(text):
        return None
    if _YOLO.search(text):
        return "yolo"
    dot = name.rfind(".")
    return ENDINGS.get(name[dot:]) if dot >= 0 else None


def read(
    kind: str, stream: BinaryIO, shown: str, limits: Limits, problems: Problems, settings: dict[str, Any]
) -> Node | None:
    """The description of a foreign model, or None with its problems added. `stream` can be rewound. Of the call's
    settings those are taken out that the importer names in `SETTINGS`. Raises `CallError` where a package is missing
    or a setting does not fit."""
    from rfcli.description.nodes import File
    from rfcli.diagnostics import Span
    from rfcli.exchange._draft import ForeignError

    module = import_module(f"rfcli.exchange.{kind}_in")
    taken = {name: settings.pop(name) for name in getattr(module, "SETTINGS", ()) if name in settings}
    try:
        draft = module.read(stream, File(shown), limits, problems, **taken)
        if draft is None or problems:
            return None
        if draft.name is None or draft.name in NAMELESS:
            draft.name = os.path.splitext(os.path.basename(shown))[0].strip("<> ")
        found: Node = draft.node()
        return found
    except ForeignError as error:
        problems.add(error.at or Span(shown), "RF012", error.message, error.help)
    except RecursionError:
        problems.add(Span(shown), "RF012", "the model is nested too deep")
    return None
