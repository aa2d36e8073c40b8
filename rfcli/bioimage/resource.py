"""What a model's `rdf.yaml` says of its tensors, in formats 0.4 and 0.5: sizes, how outputs follow from inputs, halos.

Both are read alike. An output's size along an axis is that of an input times `factor`, plus `offset`: 0.4 states the
factor as `scale` and half of the offset, 0.5 the distances of samples (`scale`) and the offset.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from rfcli.description.nodes import Node
from rfcli.geometry.units import exactly
from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.draft import ForeignError
from rfcli.readers.stated import Stated
from rfcli.values import Value

SPACE = "tzyx"
"""Letters of axes along which a network reads neighbours."""
IDS = {"space": "x", "time": "time"}
"""What format 0.5 calls an axis that has no name."""


class Axis(Value):
    """An axis of space or time of a tensor. An input's size is `least` and multiples of `step` more; an output's
    follows from the axis `of` a tensor, or is `least` where it follows from none."""

    name: str
    place: int
    """Which of the tensor's axes it is."""
    least: int = 0
    step: int = 0
    of: tuple[str, str] | None = None
    factor: Fraction = Fraction(1)
    offset: Fraction = Fraction(0)
    distance: Fraction = Fraction(1)
    halo: int = 0
    at: Node | None = None
    """Where the size stands."""
    halo_at: Node | None = None
    """Where the halo stands; None where there is none."""


class Tensor(Value):
    """An input or output, and its axes of space and time."""

    name: str
    axes: tuple[Axis, ...]
    rank: int
    node: Node


class Resource(Value):
    """A model of bioimage.io: the format's version, its tensors, and the weights by their kind."""

    version: tuple[int, int]
    inputs: tuple[Tensor, ...]
    outputs: tuple[Tensor, ...]
    weights: dict[str, Node]
    node: Node
    weights_at: Node


def resource_of(root: Node) -> Resource:
    """What a file says. Raises `ForeignError` for what is no model, or of another format."""
    stated = Stated(root, "the file")
    if stated.text("type", "model") != "model":
        raise ForeignError(f"it describes a {stated.text('type')}, not a model", at=stated.get("type"))
    version = str(stated.get("format_version").value)
    numbers = next((one for one in ((0, 4), (0, 5)) if version.startswith(f"{one[0]}.{one[1]}")), None)
    if numbers is None:
        raise ForeignError(f"the format {shown(version)} is not read", "0.4 and 0.5 are", stated.get("format_version"))
    read = _later if numbers == (0, 5) else _earlier
    inputs = _tensors(stated, "inputs", read)
    outputs = _tensors(stated, "outputs", read)
    if numbers == (0, 5):
        outputs = tuple([_scaled(one, inputs) for one in outputs])
    weights = dict(stated.parts("weights"))
    return Resource(numbers, inputs, outputs, weights, root, stated.get("weights"))


def _tensors(stated: Stated, key: str, read: Callable[[Stated, str], Tensor]) -> tuple[Tensor, ...]:
    rows = stated.get(key).value
    if type(rows) is not list or not rows:
        raise stated.wrong(key, "must be a list of tensors")
    return tuple([read(Stated(one, f"{key[:-1]} {at}"), key) for at, one in enumerate(rows, 1)])


# Format 0.4: a word of letters, and lists with an entry for each


def _earlier(stated: Stated, key: str) -> Tensor:
    name, letters = stated.text("name"), stated.text("axes")
    shape, halo = stated.get("shape"), stated.node.value.get("halo")
    halos = stated.integers("halo", minimum=0) if "halo" in stated else [0] * len(letters)
    if len(halos) != len(letters):
        raise stated.wrong("halo", f"must have {len(letters)} entries, one for each of {letters}")
    found = []
    for place, letter in enumerate(letters):
        if letter in SPACE:
            sizes = _size_04(stated, shape, place, len(letters))
            found.append(Axis(letter, place, halo=halos[place], at=shape, halo_at=halo).replaced(**sizes))
    return Tensor(name, tuple(found), len(letters), stated.node)


def _size_04(stated: Stated, shape: Node, place: int, rank: int) -> dict[str, object]:
    """The size along one axis: stated, from a least one on, or following from a tensor."""
    if type(shape.value) is list:
        return {"least": stated.integers("shape", rank)[place]}
    held = stated.mapping("shape")
    if "reference_tensor" not in held:
        return {"least": held.integers("min", rank)[place], "step": held.integers("step", rank, 0)[place]}
    scale, offset = _numbers(held, "scale", rank)[place], _numbers(held, "offset", rank)[place]
    if scale is None or offset is None:
        raise held.wrong("scale", "must be a number along an axis of space")
    return {"of": (held.text("reference_tensor"), ""), "factor": scale, "offset": 2 * offset}


def _numbers(stated: Stated, key: str, count: int) -> list[Fraction | None]:
    values = stated.get(key).plain()
    fine = isinstance(values, list) and len(values) == count
    if not fine or not all(one is None or (type(one) in (int, float) and abs(one) < MAX_INTEGER) for one in values):
        raise stated.wrong(key, f"must have {count} numbers")
    return [None if one is None else exactly(one) for one in values]


# Format 0.5: a list of axes, each a mapping


def _later(stated: Stated, key: str) -> Tensor:
    name = stated.text("id", key[:-1])
    rows = stated.get("axes").value
    if type(rows) is not list:
        raise stated.wrong("axes", "must be a list of axes")
    found = []
    for place, row in enumerate(rows):
        axis = Stated(row, f"axis {place + 1} of '{name}'")
        kind = axis.text("type")
        if kind not in IDS:
            continue
        distance = axis.get("scale").value if "scale" in axis else 1
        if type(distance) not in (int, float) or not 0 < distance < MAX_INTEGER:
            raise axis.wrong("scale", "must be a number above 0")
        halo, halo_at = axis.integer("halo", 0, 0), axis.node.value.get("halo")
        made = Axis(axis.text("id", IDS[kind]), place, distance=exactly(distance), halo=halo, at=row, halo_at=halo_at)
        found.append(made.replaced(**_size_05(axis)))
    return Tensor(name, tuple(found), len(rows), stated.node)


def _size_05(axis: Stated) -> dict[str, object]:
    size = axis.get("size")
    if type(size.value) is int:
        return {"least": axis.integer("size")}
    held = axis.mapping("size")
    if "tensor_id" in held:
        offset = Fraction(held.integer("offset", 0, -MAX_INTEGER))
        return {"of": (held.text("tensor_id"), held.text("axis_id")), "offset": offset}
    return {"least": held.integer("min"), "step": held.integer("step", 0, 0)}


def _scaled(tensor: Tensor, inputs: tuple[Tensor, ...]) -> Tensor:
    """An output with the factor that the distances of its samples and of those of the inputs tell."""
    distances = {(one.name, axis.name): axis.distance for one in inputs for axis in one.axes}
    axes = []
    for axis in tensor.axes:
        distance = distances.get(axis.of) if axis.of else None
        axes.append(axis if distance is None else axis.replaced(factor=distance / axis.distance))
    return tensor.replaced(axes=tuple(axes))
