"""Archives as `torch.export.save` of three versions of torch wrote them, of small networks of our own: the program alone,
without weights, stack traces and memory layouts (`pt2/torch_VERSION.json`, made once with that torch); of those that
have constants the files of these, too (`pt2/masks_VERSION.json`, in base64, parameters zero)."""

from __future__ import annotations

import base64
import io
import json
import zipfile
from functools import cache
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent / "pt2"
VERSIONS = ("2.6.0", "2.8.0", "2.13.0")


@cache
def _stored(version: str) -> str:
    return (HERE / f"torch_{version}.json").read_text(encoding="utf-8")


def program(name: str, version: str = VERSIONS[-1]) -> Any:
    """The JSON of a program, which may be changed."""
    return json.loads(_stored(version))[name]["program"]


def archived(*programs: Any, entry: str = "net/models/model.json", more: dict[str, bytes] | None = None) -> bytes:
    """An archive of programs: the first as `entry`, others as model_2 ..."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for name, data in ({"net/archive_format": b"pt2"} | (more or {})).items():
            made.writestr(name, data)
        for number, one in enumerate(programs, 1):
            name = entry if number == 1 else f"net/models/model_{number}.json"
            made.writestr(name, one if isinstance(one, bytes) else json.dumps(one))
    return stream.getvalue()


def archive(name: str, version: str = VERSIONS[-1]) -> bytes:
    """The archive of one program, with its entries where that version has them."""
    entry = json.loads(_stored(version))[name]["entry"]
    if "/" in entry:
        return archived(program(name, version), entry=entry)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(entry, json.dumps(program(name, version)))
        made.writestr("version", "8.2")
    return stream.getvalue()


def parts_with_constants(name: str, version: str = VERSIONS[-1]) -> tuple[str, Any, dict[str, bytes]]:
    """The entry of one program, its JSON, and the other entries, of its constants."""
    one = json.loads((HERE / f"masks_{version}.json").read_text(encoding="utf-8"))[name]
    return one["entry"], one["program"], {entry: base64.b64decode(data) for entry, data in one["more"].items()}


def zipped(entries: dict[str, bytes]) -> bytes:
    """An archive of some entries."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        for entry, data in entries.items():
            made.writestr(entry, data)
    return stream.getvalue()


def with_constants(name: str, version: str = VERSIONS[-1], changed: dict[str, bytes] | None = None) -> bytes:
    """The archive of one program and its constants, with entries `changed`."""
    entry, tree, constants = parts_with_constants(name, version)
    return zipped({**constants, entry: json.dumps(tree).encode(), **(changed or {})})
