"""The bundled schemas and architectures, in an installed package or in a checkout."""

from __future__ import annotations

import os

SUFFIXES = (".rf.yaml", ".yaml", ".yml", ".json")
"""Endings of description files, longest first."""

_PACKAGE = os.path.dirname(os.path.abspath(__file__))


def checkout() -> str | None:
    """The checkout that the package runs from, "." where that is the working directory; None where it is installed."""
    root = os.path.dirname(_PACKAGE)
    if os.path.isdir(os.path.join(_PACKAGE, "schemas")) or not os.path.isfile(os.path.join(root, "pyproject.toml")):
        return None
    return "." if os.path.realpath(root) == os.path.realpath(os.curdir) else root


def folder(kind: str) -> str:
    """The folder of bundled files of a `kind`, "schemas" or "architectures"."""
    inside = os.path.join(_PACKAGE, kind)
    return inside if os.path.isdir(inside) else os.path.join(os.path.dirname(_PACKAGE), kind)


def architectures() -> dict[str, str]:
    """Bundled network name -> path of its description, sorted by name."""
    found = {}
    root = folder("architectures")
    for entry in sorted(os.listdir(root)):
        name = stem(entry)
        if name != entry:
            found[name] = os.path.join(root, entry)
    return found


def architecture(name: str) -> str | None:
    """Path of the bundled network called `name`, without listing the folder; None when there is none."""
    if "/" in name or os.sep in name or name != stem(name):
        return None
    root = folder("architectures")
    for suffix in SUFFIXES:
        path = os.path.join(root, name + suffix)
        if os.path.isfile(path):
            return path
    return None


def schema(name: str) -> str:
    """Path of the published JSON Schema called `name`: "architecture", "result" or "difference"."""
    return os.path.join(folder("schemas"), f"{name}.schema.json")


def stem(filename: str) -> str:
    """A file's name without folder and description ending: `nets/unet.rf.yaml` is `unet`."""
    base = os.path.basename(filename)
    for suffix in SUFFIXES:
        if base.endswith(suffix) and base != suffix:
            return base[: -len(suffix)]
    return base
