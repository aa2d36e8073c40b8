"""Models of Keras 1, 2 and 3: the JSON of `model.to_json()`, `config.json` in a `.keras` archive, and the attribute
`model_config` of an HDF5 file."""

from __future__ import annotations

from collections.abc import Mapping

from rfcli.description import json_
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.description.source import decode, read_bytes, too_large
from rfcli.readers.archive import Archive
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.keras.first import is_first
from rfcli.readers.keras.hdf5 import SIGNATURE
from rfcli.readers.keras.program import drafted
from rfcli.readers.refused import KERAS, beside, refused_archive

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

ENTRY = "config.json"
ATTRIBUTE = "model_config"
HDF5 = (".h5", ".hdf5")
MOST_AT_ONCE = 1 << 20
"""Bytes that are read at once of an archive: more than the list of entries of any that Keras writes."""
TRAINED = True
"""A model has its weights, which fit maps of their sizes only; its JSON is that of such a model."""
ID_DIGITS = 20
"""Digits of integers: objects that are shared are told by their address in memory."""


def read(
    stream: BinaryIO, file: File, limits: Limits, problems: Problems, *, sizes: Mapping[str, Mapping[int, int]] = {}
) -> Draft | None:
    """The description of a Keras model, for inputs of these sizes, or None with its problems added. Raises
    `ForeignError`."""
    head = stream.read(8)
    archived, stored = head[:4] == b"PK\x03\x04", head == SIGNATURE or (file.path.endswith(HDF5) and head[:1] != b"{")
    if (archived or stored) and stream.seek(0, 2) > limits.model_bytes:
        raise ForeignError(f"larger than {limits.model_bytes} bytes", limits.exceeded("model_bytes"))
    stream.seek(0)
    if archived:
        data, path = entry_of(stream, limits, file.path), f"{file.path}/{ENTRY}"
    elif stored:
        data, path = attribute_of(stream, limits, file.path), f"{file.path}/{ATTRIBUTE}"
    else:
        data, path = read_bytes(stream, limits.bytes + 1), file.path
    if len(data) > limits.bytes:
        too_large(path, limits, problems)
        return None
    text = decode(data, path, problems)
    if text is None:
        return None
    if text.lstrip(" \t\r\n").startswith('"'):
        text, path = _unwrapped(text), f"{path}/text"
    if not text.lstrip(" \t\r\n").startswith("{"):
        raise ForeignError("not a Keras model: neither an archive nor JSON", "save it with model.save('net.keras')")
    wide = limits.replaced(digits=max(limits.digits, ID_DIGITS))
    root = json_.read(File(path, text), wide, problems, own=False)
    draft = None if root is None else drafted(_model(root), file, limits, problems, sizes)
    if draft is not None and draft.unclear:
        draft.unsized = data
    return draft


def _unwrapped(text: str) -> str:
    """The JSON that a text in JSON is, which `json.dump(model.to_json(), file)` writes. Raises `ForeignError`."""
    import json

    try:
        return str(json.loads(text))
    except ValueError as error:
        raise ForeignError("not a Keras model: a text that does not end", "write model.to_json() as it is") from error


def _model(root: Node) -> Node:
    """The model in what TensorFlow.js writes: under `modelTopology`, and `model_config` there where Keras wrote it; one
    of Keras 1 as Keras 2 would say it."""
    for key in ("modelTopology", "model_config"):
        if type(root.value) is dict and type(root.value.get(key, root).value) is dict:
            root = root.value.get(key, root)
    if not is_first(root):
        return root
    from rfcli.readers.keras.first.models import as_second

    return as_second(root)


def attribute_of(stream: BinaryIO, limits: Limits, path: str = "") -> bytes:
    """The bytes of `model_config` in an HDF5 file, one more than allowed at most. Raises `ForeignError`."""
    from rfcli.readers.keras.hdf5.root import Root

    root = Root(stream)
    found = root.text(ATTRIBUTE, limits.bytes)
    if found is not None:
        return found
    weights = any(name.startswith("layer_names") for name in root.names)
    unclear = f"an HDF5 file without the attribute '{ATTRIBUTE}': a model's weights alone, or no model of Keras"
    raise beside(KERAS if weights else KERAS.replaced(message=unclear), path).error()


def entry_of(stream: BinaryIO, limits: Limits, path: str = "") -> bytes:
    """The bytes of `config.json` in a `.keras` archive, one more than allowed at most. Raises `ForeignError`."""
    archive = Archive(
        stream, "Keras", MOST_AT_ONCE, "Keras writes three", "save the model again: model.save('net.keras')"
    )
    if ENTRY not in archive.names:
        refused_archive(archive.names, path)
    return archive.entry(ENTRY, limits.bytes + 1)
