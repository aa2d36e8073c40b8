"""Which foreign format a file has, told by its content, and the reader of it.

A format is a folder of this one: its `__init__.py` says what it `claims` and by which `ENDINGS` its files go, and the
module `file` in it reads them. Both are light; what reads is imported for the files that need it.
"""

from __future__ import annotations

import os
import re
from functools import cache
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from rfcli.description.source import Document, ForeignModel

NAMELESS = frozenset(["", "main_graph", "torch_jit", "torch-jit-export", "graph", "model"])
"""Names that exporters give to any network; the file's says more."""

TEXTS = (".yaml", ".yml")
"""Endings of descriptions, beside which a model is not all that a folder holds."""
_BEGIN = re.compile(rb"""["']?format["']?[ \t]*:|\s*\{\s*"format"\s*:\s*[0-9]""")
"""How a description begins."""
_LINE = rb"""\n["']?format["']?[ \t]*:"""
"""What a description has later. A pattern that begins with the end of a line is looked for in a tenth of the time that
one with ^ takes."""
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]|[\x80\x89]")
"""What the first bytes of a text do not hold."""
_REFUSED = "rfcli.readers.refused"


def reader_of(head: bytes, name: str = "") -> str | None:
    """The module that reads a file that begins with `head`; None for a description, and what may be one."""
    if not _BINARY.search(head[:8]) and (_BEGIN.match(head) or re.search(_LINE, head)):
        return None
    formats, refused = _formats(), import_module(_REFUSED)
    if refused.by_mark(head):
        return _REFUSED
    for one in formats:
        if one.claims(head):
            return f"{one.__name__}.file"
    if refused.by_text(head, name):
        return _REFUSED
    ending = os.path.splitext(name)[1].lower()
    named = (f"{one.__name__}.file" for one in formats if ending in one.ENDINGS)
    return next(named, _REFUSED if refused.by_ending(name) is not None else None)


def endings() -> tuple[str, ...]:
    """The endings of files of all formats."""
    return tuple(ending for one in _formats() for ending in one.ENDINGS)


def beside() -> tuple[str, ...]:
    """Names of files with such endings that lie beside models, and are none."""
    return tuple(name for one in _formats() for name in getattr(one, "BESIDE", ()))


def main_file(folder: str) -> str | None:
    """The file that makes one model of the folder that it lies in; None where there is none, or where others that are
    read lie beside it."""
    for one in _formats():
        name = getattr(one, "MAIN", None)
        if name is not None and os.path.isfile(os.path.join(folder, name)):
            apart = {name, *beside()}
            others = (each for each in os.listdir(folder) if each not in apart and not each.startswith("."))
            ends = (*endings(), *TEXTS)
            return None if any(each.lower().endswith(ends) for each in others) else os.path.join(folder, name)
    return None


def _called(shown: str) -> str:
    """What a network is called that has no name of its own: as its file, or as the folder that is its model."""
    folder, name = os.path.split(shown)
    if folder and any(name == getattr(one, "MAIN", None) for one in _formats()):
        name = os.path.basename(os.path.abspath(folder)) or name
        return name.strip("<> ")
    return os.path.splitext(name)[0].strip("<> ")


def refusal(names: Iterable[str]) -> str:
    """What is said of the first of some files that is known, and not read; empty where there is none."""
    refused = import_module(_REFUSED)
    found = ((name, refused.beside(one, name)) for name in names if (one := refused.by_ending(name)) is not None)
    name, one = next(found, ("", None))
    return f"{os.path.basename(name)}: {one.message}; {one.help}" if one is not None else ""


def folder_refusal(path: str) -> tuple[str, str] | None:
    """What a folder is that is no folder of networks, and what gets further; None for any other."""
    one = import_module(_REFUSED).by_folder(path)
    return (one.message, one.help) if one is not None else None


@cache
def _formats() -> list[ModuleType]:
    """What each format's folder says of itself; what claims archives of any kind stands last."""
    here = os.path.dirname(__file__)
    folders = sorted(one for one in os.listdir(here) if os.path.isfile(os.path.join(here, one, "file.py")))
    found = [import_module(f"rfcli.readers.{folder}") for folder in folders]
    return sorted(found, key=lambda one: getattr(one, "ANY_ARCHIVE", False))


def read(reader: str, model: ForeignModel) -> Document:
    """The description of a foreign model, with those of the call's settings that the reader does not name in
    `SETTINGS`. Raises `CallError` where a package is missing or a setting does not fit."""
    from rfcli.description.architecture import Unsized
    from rfcli.description.source import Document
    from rfcli.diagnostics import Span
    from rfcli.readers.draft import ForeignError
    from rfcli.readers.twice import drafted

    module, problems = import_module(reader), model.problems
    own = getattr(module, "SETTINGS", ())
    taken = {name: model.settings[name] for name in own if name in model.settings}
    taken |= {"sizes": model.sizes} if model.sizes else {}
    left = {name: value for name, value in model.settings.items() if name not in own}
    root, unsized = None, None
    try:
        draft = drafted(module, model, taken)
        if draft is not None and not problems:
            if draft.name is None or draft.name in NAMELESS:
                draft.name = _called(model.shown)
            root = draft.node()
            if draft.unsized is not None:
                settings = dict(model.settings)
                unsized = Unsized(draft.reader or reader, draft.unsized, model.shown, settings, draft.places)
    except ForeignError as error:
        problems.add(error.at or Span(model.shown), "RF012", error.message, error.help)
    except RecursionError:
        problems.add(Span(model.shown), "RF012", "the model is nested too deep")
    return Document(root, left, unsized, getattr(module, "TRAINED", False), True)
