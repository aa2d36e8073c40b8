"""Packages that only some commands need: imported where they are used, with a word on how to install them."""

from __future__ import annotations

from rfcli.diagnostics import CallError
from rfcli.resources import checkout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DISTRIBUTION = "receptive-field-cli"
"""What `pip install` takes. PyPI's `rfcli` is another project, and its `receptivefield` keeps `receptive-field` from
being registered."""


def install(extra: str) -> str:
    """The command that installs an extra: from PyPI, or from the clone that is running."""
    root = checkout()
    return f'pip install "{DISTRIBUTION}[{extra}]"' if root is None else f'pip install -e "{root}[{extra}]"'


def needed(package: str, what: str, *, extra: str = "") -> Any:
    """The module `package`, for `what`, the beginning of a sentence such as "reading an ONNX model". Raises `CallError`
    that says how to install it; `extra` is the name of the extra where it is not the package's."""
    import warnings
    from importlib import import_module

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what packages warn of in one another at import
            return import_module(package)
    except ImportError:
        raise CallError(f"{what} needs {package}: {install(extra or package)}") from None


def torch() -> Any:
    """The torch module. Raises `CallError` that says how to install it."""
    return needed("torch", "this")
