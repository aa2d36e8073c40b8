"""A derivation as people write it: what `rf explain` prints."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from itertools import groupby

from rfcli.engine.plain import number
from rfcli.geometry.axes import alike, listed
from rfcli.render import records, whole
from rfcli.render.answer import Text
from rfcli.render.columns import Column

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfcli.engine.derivation import Derivation, Step
    from rfcli.engine.report import ReceptiveField
    from rfcli.geometry.field import Field
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style

TERMS = 12
"""Terms of a sum that are written out."""

_COLUMNS = (
    Column("layer", "layer", lambda row: row[1].layer, text=True),
    Column("type", "layer type", lambda row: row[1].type, text=True),
    Column("k", "extent of its taps, d(k-1)+1", lambda row: row[1].extent, "samples"),
    Column("d", "its dilation", lambda row: row[1].dilation, "samples"),
    Column("s", "its stride", lambda row: row[1].stride),
    Column("p", "its padding", lambda row: row[1].padding, "samples"),
    Column("adds", "what it adds to the size", lambda row: row[1].adds, "samples"),
    Column("share", "its share of the size", lambda row: row[2]),
    Column("size", "size up to here", lambda row: row[1].field.size, "samples"),
    Column("stride", "effective stride", lambda row: row[1].field.stride),
    Column("padding", "effective padding", lambda row: _padding(row[1].field), "samples"),
)
_AXIS = Column("axis", "axis", lambda row: row[0], text=True)


def render(
    name: str,
    layer: str,
    letters: Sequence[str],
    axes: Sequence[Derivation],
    fields: Mapping[str, ReceptiveField | None],
    format: str,
    style: Style,
) -> Answer:
    """The derivations of all axes; people see those that agree once. `fields` are those of the layer and of the steps:
    they may also see the whole map."""
    own = fields[layer]
    if format == "json":
        data = {
            "network": name,
            "layer": layer,
            "global": own is not None and own.globally,
            "through": [] if own is None else list(own.through),
            "axes": [{"axis": letter, **_data(axis)} for letter, axis in zip(letters, axes, strict=True)],
        }
        return records.document(data)
    if not records.for_people(format):
        rows = [
            (letter, step, _share(step, axis))
            for letter, axis in zip(letters, axes, strict=True)
            for step in axis.steps
        ]
        return records.render(format, rows, (_AXIS, *_columns(axes)), {}, style)
    distinct = alike(zip(letters, axes, strict=True))
    texts = []
    for along, axis in distinct:
        where = "" if len(distinct) == 1 else f" along {listed(along)}"
        texts.append(f"{name}, '{layer}'{where}\n\n" + "".join(_steps(layer, axis, fields, format, style)))
    return Text("\n".join(texts), format == "markdown")


def _steps(
    layer: str, axis: Derivation, fields: Mapping[str, ReceptiveField | None], format: str, style: Style
) -> Answer:
    """The steps along an axis, for people."""
    own = fields[layer]
    rows = [("", step, _share(step, axis)) for step in axis.steps]
    said = [*whole.notes([(layer, own)]), *_said(axis)]
    return records.render(format, rows, _marked(fields, axis, own), {}, style, said, ("type", "share", "padding"))


def _marked(fields: Mapping[str, ReceptiveField | None], axis: Derivation, own: ReceptiveField | None) -> list[Column]:
    """The columns, with a mark behind the sizes of layers that also see the whole map; the last is the layer's own."""

    def size(row: tuple[str, Step, str]) -> str:
        step = row[1]
        return whole.marked(str(step.field.size), own if step is axis.steps[-1] else fields[step.layer])

    return [column.replaced(value=size) if column.name == "size" else column for column in _columns([axis])]


def _columns(axes: Sequence[Derivation]) -> list[Column]:
    """The columns: dilations where there are some."""
    dilated = any(step.dilation != 1 for axis in axes for step in axis.steps)
    return [column for column in _COLUMNS if dilated or column.name != "d"]


def _share(step: Step, axis: Derivation) -> str:
    size = axis.path_field.size or 1
    return f"{100 * step.adds / size:.1f} %"


def _padding(field: Field) -> int | None:
    return None if field.phases[0] is None else -field.phases[0][0]


def _said(axis: Derivation) -> list[str]:
    """The closed forms, and what the path leaves out."""
    path = axis.path_field
    said = []
    if any(step.dilation != 1 for step in axis.steps):
        said.append("k is what the taps span: d(kernel - 1) + 1")
    if path.uniform and all(isinstance(step.stride, int) for step in axis.steps):
        before = [1, *(step.field.stride for step in axis.steps)]
        pairs = list(zip(axis.steps, before, strict=False))
        size = _sum([f"{step.extent - 1} x {stride}" for step, stride in pairs if step.extent > 1])
        padding = _sum([f"{step.padding} x {stride}" for step, stride in pairs if step.padding])
        product = " x ".join(str(step.stride) for step in axis.steps if step.stride != 1)
        said.append(f"size r = 1 + sum of (k - 1) x stride before = 1 + {size or 0} = {path.size}")
        said.append(f"stride S = product of s = {_equals(product or '1', path.stride)}")
        said.append(f"padding P = sum of p x stride before = {_equals(padding or '0', _padding(path))}")
    elif len(path.phases) > 1:
        largest = "size is the largest, padding that" if len(set(path.phase_sizes)) > 1 else "padding is that"
        said.append(f"the field repeats every {len(path.phases)} outputs: {largest} of output 0; {_sizes(path)}")
    if axis.idle:
        layers = "1 layer" if axis.idle == 1 else f"{axis.idle} layers"
        said.append(f"pointwise layers and merges add nothing: {layers} of the path")
    numbers = axis.numbers
    back, ahead, stride = numbers.lookback, numbers.lookahead, numbers.stride
    if isinstance(back, int) and isinstance(ahead, int) and isinstance(stride, int | Fraction):
        said.append(f"output o stands at sample {_place(stride)}: it looks back {back} samples and ahead {ahead}")
    if not axis.alone:
        this = "this is the path of the largest size; together" if axis.surely else "this is one path of many; together"
        padding = f", padding {numbers.padding}" if isinstance(numbers.padding, int) else ""
        said.append(f"{this} all paths see {numbers.size} samples{padding}")
    return said


def _sizes(field: Field) -> str:
    """The sizes of a period, equal neighbours together: in turn 4 see 92, 4 see 100."""
    runs = [(len(list(same)), size) for size, same in groupby(field.phase_sizes)]
    if len(runs) == 1:
        return f"all see {runs[0][1]}"
    sizes = [f"{count} {'sees' if count == 1 else 'see'} {size}" for count, size in runs[:TERMS]]
    return f"in turn {', '.join(sizes)}" + (", ..." if len(runs) > TERMS else "")


def _equals(terms: str, value: object) -> str:
    """What terms come to, unless they say so themselves."""
    return terms if terms == str(value) else f"{terms} = {value}"


def _place(stride: int | Fraction) -> str:
    """Where output o stands, floor(o*S)."""
    if stride == 1:
        return "o"
    return f"{stride}o" if isinstance(stride, int) else f"floor({stride} o)"


def _sum(terms: list[str]) -> str:
    """A sum, equal neighbours together."""
    parts = []
    for term, same in groupby(terms):
        count = len(list(same))
        parts.append(term if count == 1 else f"{count} x {term}")
    if len(parts) > TERMS:
        parts = [*parts[: TERMS - 2], "...", parts[-1]]
    return " + ".join(parts)


def _data(axis: Derivation) -> dict[str, object]:
    numbers = axis.numbers
    return {
        "size": number(numbers.size),
        "stride": number(numbers.stride),
        "padding": number(numbers.padding),
        "lookback": number(numbers.lookback),
        "lookahead": number(numbers.lookahead),
        "steps": [
            {
                "layer": step.layer,
                "type": step.type,
                "extent": step.extent,
                "dilation": step.dilation,
                "stride": number(step.stride),
                "padding": step.padding,
                "adds": step.adds,
                "size": step.field.size,
                "effective_stride": number(step.field.stride),
                "effective_padding": _padding(step.field),
            }
            for step in axis.steps
        ],
        "notes": _said(axis),
    }
