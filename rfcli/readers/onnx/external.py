"""External data of ONNX models, as PyTorch's exporter writes it: what lies in the model's own folder counts as if it
were in the model. Short tensors are taken, kernels are looked through for zeros; everything else stays unread."""

from __future__ import annotations

import os
from contextlib import ExitStack
from typing import Any, BinaryIO

from rfcli.readers.onnx import kernels
from rfcli.readers.onnx.wire import ZEROS
from rfcli.readers.protobuf import SHORT

EXTERNAL = 1
MOST_FILES = 64
"""Files that are opened for one model."""


def brought_in(model: Any, stream: BinaryIO) -> None:
    """Gives tensors of a model what is wanted of their external data, where the model is a file."""
    outside = [one for one in model.graph.initializer if one.data_location == EXTERNAL]
    name = getattr(stream, "name", None)
    if not outside or not isinstance(name, str) or not os.path.isfile(name):
        return
    with ExitStack() as opened:
        beside = _Beside(os.path.dirname(os.path.realpath(name)), opened)
        for tensor in outside:
            beside.bring(tensor)


class _Beside:
    """The files of a model's folder, and the bytes of them that may still be looked through."""

    def __init__(self, folder: str, opened: ExitStack) -> None:
        self.folder, self.opened, self.left = folder, opened, ZEROS
        self.files: dict[str, BinaryIO | None] = {}

    def bring(self, tensor: Any) -> None:
        """What is wanted of one tensor; without its file it stays as it is."""
        told = {one.key: one.value for one in tensor.external_data}
        file = self._file(told.get("location", ""))
        try:
            start, size = int(told.get("offset") or 0), int(told.get("length") or 0)
            if file is None or start < 0 or not 0 < size <= self.left or file.seek(0, 2) < start + size:
                return
            file.seek(start)
            if size <= SHORT:
                tensor.raw_data = file.read(size)
                self.left -= size
            else:
                self._look_through(tensor, file, size)
        except (OSError, ValueError):  # numbers that are none, files that cannot be read
            return
        tensor.data_location = 0

    def _look_through(self, tensor: Any, file: BinaryIO, size: int) -> None:
        """Notes the taps of a kernel that has zeros."""
        shape = tuple(int(n) for n in tensor.dims)
        kept, read = kernels.looked_through(file, shape, tensor.data_type, size)
        self.left -= read
        if kept is not None:
            tensor.metadata_props.add(key=kernels.KEY, value=kernels.written(kept, shape[2:]))

    def _file(self, location: str) -> BinaryIO | None:
        """A file inside the model's folder; None where there is none, or where it lies elsewhere."""
        if location not in self.files:
            path = os.path.realpath(os.path.join(self.folder, location)) if "\0" not in location else ""
            inside = path.startswith(os.path.join(self.folder, "")) and os.path.isfile(path)
            wanted = inside and bool(location) and len(self.files) < MOST_FILES
            try:
                self.files[location] = self.opened.enter_context(open(path, "rb")) if wanted else None  # noqa: SIM115
            except OSError:
                self.files[location] = None
        return self.files[location]
