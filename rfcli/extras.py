"""Packages that only some commands need: imported where they are used, with a word on how to install them."""

from __future__ import annotations

from rfcli.diagnostics import CallError, message_of
from rfcli.resources import checkout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

DISTRIBUTION = "receptive-field-cli"
"""What `pip install` takes. PyPI's `rfcli` is another project, and its `receptivefield` keeps `receptive-field` from
being registered."""


def install(extra: str) -> str:
    """The command that installs an extra: from PyPI, from the clone that is running, or from where rf was installed."""
    root = checkout()
    if root is not None:
        return f'pip install -e "{root}[{extra}]"'
    source = installed_from()
    if source.startswith(("git+", "hg+", "svn+", "bzr+")):
        return f'pip install "{DISTRIBUTION}[{extra}] @ {source}"'
    return f'pip install "{source or DISTRIBUTION}[{extra}]"'


def installed_from() -> str:
    """The folder of the clone, "." where that is the working directory, or the address of the repository that rf was
    installed from (PEP 610); "" where it came from an index, or nobody knows."""
    import json
    import os
    from importlib.metadata import PackageNotFoundError, distribution
    from urllib.parse import unquote, urlsplit

    try:
        told = json.loads(distribution(DISTRIBUTION).read_text("direct_url.json") or "{}")
        url, vcs = str(told.get("url", "")), told.get("vcs_info")
        folder = unquote(urlsplit(url).path) if url.startswith("file://") else ""
    except (PackageNotFoundError, OSError, ValueError, AttributeError):
        return ""
    if isinstance(vcs, dict):
        return f"{vcs.get('vcs', 'git')}+{url}"
    if not folder or not os.path.isfile(os.path.join(folder, "pyproject.toml")):
        return ""
    return "." if os.path.realpath(folder) == os.path.realpath(os.curdir) else folder


def needed(package: str, what: str, *, extra: str = "", how: str = "") -> Any:
    """The module `package`, for `what`, the beginning of a sentence such as "reading an ONNX model". Raises `CallError`
    that says how to install it: `how`, or by the `extra`, whose name is the package's when left out. One that is
    installed may fail all the same, beside others that it does not fit."""
    import warnings
    from importlib import import_module

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what packages warn of in one another at import
            return import_module(package)
    except Exception as error:  # whatever a package raises
        if isinstance(error, ModuleNotFoundError) and f"{package}.".startswith(f"{error.name}."):
            raise CallError(f"{what} needs {package}: {how or install(extra or package)}") from None
        kind = "" if isinstance(error, ImportError) else f"{type(error).__name__}: "
        raise CallError(f"{what} needs {package}, which cannot be imported: {kind}{message_of(error)}") from None


def torch() -> Any:
    """The torch module. Raises `CallError` that says how to install it."""
    return needed("torch", "this")
