"""Input sizes that a network takes: what `rf sizes` prints."""

from __future__ import annotations

from rfcli.geometry.axes import listed
from rfcli.graph.misfits import spans
from rfcli.render import records
from rfcli.render.columns import Column
from rfcli.render.grid import cut

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.engine.sizing import Taken
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style

LONGEST = 16
"""Characters of residues in a table."""
OPTIONAL = ("residues", "period", "smallest")
"""Columns that a table on a narrow terminal does without, in that order: the notes say the same."""


def render(name: str, axes: Sequence[Taken], format: str, style: Style) -> Answer:
    """The sizes along each axis."""
    data = {"network": name, "axes": [record(axis) for axis in axes]}
    columns = [_AXIS, *([_INPUTS] if any(axis.others for axis in axes) else []), *_SIZES]
    columns.append(_SHORT if format == "table" else _RESIDUES)
    if not all(axis.near is None for axis in axes):
        columns += _NEAR
    return records.render(format, axes, columns, data, style, notes(axes), OPTIONAL)


def record(axis: Taken) -> dict[str, object]:
    """The sizes along an axis as JSON has them; `inputs`, `also` and `notes` where there are any."""
    found: dict[str, object] = {
        "axis": axis.axis,
        "smallest": axis.smallest,
        "period": axis.period,
        "residues": None if axis.residues is None else list(axis.residues),
    }
    if axis.also:
        found["also"] = list(axis.also)
    near = axis.near
    found["near"] = None if near is None else {name: getattr(near, name) for name in near._fields}
    if axis.others:
        found["inputs"] = list(axis.inputs)
    if axis.notes:
        found["notes"] = list(axis.notes)
    return found


def notes(axes: Sequence[Taken]) -> list[str]:
    """The sizes of each axis as a sentence, once for those that are alike, and what else there is to know."""
    said: dict[str, list[str]] = {}
    for axis in axes:
        where = axis.axis + (f" of {' and '.join(axis.inputs)}" if axis.others else "")
        said.setdefault(sentence(axis), []).append(where)
    found = [f"{listed(where)}: {text}" for text, where in said.items()]
    return [*found, *dict.fromkeys(note for axis in axes for note in axis.notes if axis.residues is not None)]


def sentence(axis: Taken) -> str:
    """The sizes along an axis, for people."""
    if axis.residues is None:
        return f"not known: {axis.notes[-1]}"
    if axis.period is None:
        return f"only {cut(spans(axis.residues), 200)}" if axis.residues else "no size fits"
    also = f", and {cut(spans(axis.also), 200)} beside" if axis.also else ""
    return f"{_which(axis.period, axis.residues)} from {axis.smallest} on{also}"


def _which(period: int, residues: tuple[int, ...]) -> str:
    if period == 1:
        return "every size"
    if residues == (0,):
        return f"multiples of {period}"
    if len(residues) == 1:
        return f"{residues[0]} more than a multiple of {period}"
    return f"sizes whose remainder by {period} is one of {cut(spans(residues), 200)}"


def _residues(axis: Taken) -> str | None:
    return None if axis.residues is None else spans(axis.residues)


def _fits(axis: Taken) -> str | None:
    return None if axis.near is None else "yes" if axis.near.fits else "no"


_AXIS = Column("axis", "axis", lambda axis: axis.axis, text=True)
_INPUTS = Column("inputs", "inputs that are resized", lambda axis: list(axis.inputs), text=True)
_SIZES = (
    Column("smallest", "smallest size that fits", lambda axis: axis.smallest, "samples"),
    Column("period", "samples after which what fits repeats", lambda axis: axis.period, "samples"),
)
_RESIDUES = Column("residues", "remainders by the period that fit", _residues, text=True)
_SHORT = Column("residues", _RESIDUES.meaning, lambda axis: cut(_residues(axis) or "", LONGEST), text=True)
_NEAR = (
    Column("near", "size that is asked about", lambda axis: axis.near and axis.near.size, "samples"),
    Column("fits", "whether it fits", _fits, text=True),
    Column("below", "the next smaller size that fits", lambda axis: axis.near and axis.near.below, "samples"),
    Column("above", "the next larger size that fits", lambda axis: axis.near and axis.near.above, "samples"),
)
