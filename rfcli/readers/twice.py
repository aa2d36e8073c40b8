"""Models that are told in two formats, as a SavedModel is that has Keras's own words beside it: the one is read that
leaves less unknown."""

from __future__ import annotations

import os
from importlib import import_module
from io import BytesIO

from rfcli.description.nodes import File, Problems
from rfcli.readers.draft import Draft, ForeignError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import ModuleType
    from typing import BinaryIO

    from rfcli.description.source import ForeignModel


class Told(Value):
    """The same model in another format: the folder of its reader, its bytes, and what they are called in messages. They
    are `whole` where nothing else is told of the model."""

    format: str
    data: bytes
    shown: str
    whole: bool = False


def drafted(module: ModuleType, model: ForeignModel, settings: Mapping[str, object]) -> Draft | None:
    """The description of a model by the reader of its format, or by another's where that knows every layer, or more of
    them. Raises `ForeignError`."""
    file = File(model.shown)
    told: Told | None = None
    if hasattr(module, "told_otherwise"):
        told = module.told_otherwise(model.stream, file, model.limits, **settings)
        model.stream.seek(0)
    if told is not None and told.whole:
        return _by_other(told, model, model.problems)
    other = None if told is None else _quietly(told, model)
    if other is not None and not other.unknown:
        return other
    try:
        own: Draft | None = module.read(model.stream, file, model.limits, model.problems, **settings)
    except ForeignError:
        if other is None:
            raise
        return other
    return other if other is not None and own is not None and other.unknown < own.unknown else own


def _by_other(told: Told, model: ForeignModel, problems: Problems) -> Draft | None:
    reader = f"rfcli.readers.{told.format}.file"
    draft: Draft | None = import_module(reader).read(BytesIO(told.data), File(told.shown), model.limits, problems)
    if draft is not None:
        draft.reader = reader
    return draft


def _quietly(told: Told, model: ForeignModel) -> Draft | None:
    """What the other reader makes of a model; None where something is wrong with it, which nobody has asked about."""
    problems = Problems()
    try:
        draft = _by_other(told, model, problems)
    except (ForeignError, RecursionError):
        return None
    return None if problems else draft


def path_beside(stream: BinaryIO, name: str) -> str | None:
    """The path of a file that lies beside one that is read; None where there is none, or where it lies elsewhere."""
    own = getattr(stream, "name", None)
    if not isinstance(own, str) or not os.path.isfile(own):
        return None
    folder = os.path.dirname(os.path.realpath(own))
    path = os.path.realpath(os.path.join(folder, name))
    return path if os.path.dirname(path) == folder and os.path.isfile(path) else None
