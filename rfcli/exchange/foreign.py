"""Which foreign format a file has, told by its content, and the importer that reads it."""

from __future__ import annotations

import os
import re
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Node, Problems

FORMATS = {
    "onnx": "ONNX models",
    "darknet": "Darknet .cfg files",
    "other": "files that are known, and not read",
}
"""Foreign format -> what it is; the module `rfcli.exchange.NAME_in` reads it."""

ENDINGS = {".onnx": "onnx", ".keras": "other", ".cfg": "darknet", ".h5": "other", ".pt": "other", ".pth": "other",
           ".tflite": "other", ".pb": "other"}  # fmt: skip
"""What a file is by its name, where its content does not tell."""

NAMELESS = frozenset(["", "main_graph", "torch_jit", "torch-jit-export", "graph", "model"])
"""Names that exporters give to any network; the file's says more."""

_KERAS = re.compile(
    rb'\s*\{\s*"(?:module|class_name|config|backend|keras_version|registered_name|build_config|compile_config)"\s*:'
)
_DARKNET = re.compile(rb"(?:[ \t\r]*(?:[#;][^\n]*)?\n)*[ \t]*\[(?:net|network)\]")
_YOLO = re.compile(rb"^backbone[ \t]*:", re.MULTILINE)
_FORMAT = re.compile(rb"""^["']?format["']?[ \t]*:""", re.MULTILINE)


def kind_of(head: bytes, name: str = "") -> str | None:
    """The format of a file that begins with `head`, a key of `FORMATS`; None for a description, and what may be one."""
    if head[:1] == b"\x08":
        return "onnx"
    if head[:4] in (b"PK\x03\x04", b"\x89HDF") or head[4:8] == b"TFL3" or head[:2] == b"\x80\x02":
        return "other"
    text = head.removeprefix(b"\xef\xbb\xbf")
    if _KERAS.match(text):
        return "other"
    if _DARKNET.match(text):
        return "darknet"
    if _FORMAT.search(text):
        return None
    if _YOLO.search(text):
        return "other"
    dot = name.rfind(".")
    return ENDINGS.get(name[dot:]) if dot >= 0 else None


def read(kind: str, stream: BinaryIO, shown: str, limits: Limits, problems: Problems) -> Node | None:
    """The description of a foreign model, or None with its problems added. `stream` can be rewound. Raises `CallError`
    where a package is missing."""
    from rfcli.description.nodes import File
    from rfcli.diagnostics import Span
    from rfcli.exchange._draft import ForeignError

    module = import_module(f"rfcli.exchange.{kind}_in")
    try:
        draft = module.read(stream, File(shown), limits, problems)
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
