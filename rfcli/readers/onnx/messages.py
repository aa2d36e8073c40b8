"""The messages of ONNX. One module of onnx has them, which is light: the package around it brings NumPy and a library
of its own, which take longer to import than most models to read."""

from __future__ import annotations

import os
import sys

from rfcli.extras import needed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

NAME = "onnx.onnx_ml_pb2"


def messages(what: str = "this") -> Any:
    """A module with the classes of messages, as `ModelProto`, for `what`, the beginning of a sentence. Raises
    `CallError` where onnx is missing."""
    if "onnx" not in sys.modules and NAME not in sys.modules:
        _alone()
    if NAME not in sys.modules:
        needed("onnx", what)
    return sys.modules.get(NAME) or needed(NAME, what, extra="onnx")


def _alone() -> None:
    """Imports the module without its package, which finds it there when it is imported itself."""
    import warnings
    from importlib.util import find_spec, module_from_spec, spec_from_file_location

    package = find_spec("onnx")
    for folder in (package and package.submodule_search_locations) or ():
        path = os.path.join(folder, "onnx_ml_pb2.py")
        spec = spec_from_file_location(NAME, path) if os.path.isfile(path) else None
        if spec is None or spec.loader is None:
            continue
        module = module_from_spec(spec)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what packages warn of in one another at import
            spec.loader.exec_module(module)
        sys.modules.setdefault(NAME, module)
