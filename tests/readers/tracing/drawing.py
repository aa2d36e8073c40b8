"""Maps and layers as texts.

A map is its dimensions: `b c8 h4 w6`, with `?` for an unknown size, `1` for a dimension of one entry, `c2.h3` for two
parts in one dimension, `h2/3` for entries that lie 3 apart, `h4~1` for a rolled axis, `h4!` for channels that stand for
positions, `1+h4.w6+0` for a map with an entry before it and none behind (`1+h4.w6+0*` where they have seen it), and
`global` behind all where only global paths lead to it. A layer is a call: `y = conv(x, kernel=3)`.
"""

from __future__ import annotations

import re

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.tracing.maps import BATCH, CHANNELS, Atom, Beside, Map, size_of
from rfcli.readers.tracing.tracer import Tracer

ROLES = {"b": BATCH, "c": CHANNELS, "h": 0, "w": 1, "d": 2}
LETTERS = {role: letter for letter, role in ROLES.items()}
ATOM = re.compile(r"([bchwd])(\d+|\?)?(?:/(\d+))?(?:~(\d+))?(!)?")
BESIDE = re.compile(r"(\d+)\+(.+)\+(\d+)(\*)?")


def mapped(text: str, layer: str = "x") -> Map:
    """The map of a text. The batch has an unknown size where none is given."""
    words = text.split()
    local = words[-1] != "global"
    return Map(layer, tuple(_dimension(word) for word in (words if local else words[:-1])), local)


def _dimension(word: str) -> tuple[Atom, ...]:
    atoms = []
    if around := BESIDE.fullmatch(word):
        before, dim, after = int(around[1]), _dimension(around[2]), int(around[3])
        return (Atom(Beside(before, dim, after, around[4] is not None), before + (size_of(dim) or 0) + after),)
    for part in word.split(".") if word != "1" else ():
        found = ATOM.fullmatch(part)
        assert found, part
        letter, size, step, roll, key = found.groups()
        n = int(size) if size not in (None, "?") else None
        atom = Atom(ROLES[letter], n, int(step or 1), None, int(roll or 0))
        atoms.append(Atom(CHANNELS, n, key=atom) if key else atom)
    return tuple(atoms)


def layout(x: Map) -> str:
    """The text of a map."""
    words = [".".join(_text(atom) for atom in dim) or "1" for dim in x.dims]
    return " ".join(words if x.local else [*words, "global"])


def _text(atom: Atom) -> str:
    if isinstance(atom.role, Beside):
        inside = ".".join(_text(one) for one in atom.role.dim)
        return f"{atom.role.before}+{inside}+{atom.role.after}{'*' if atom.role.seen else ''}"
    if atom.key is not None:
        return f"{_text(atom.key)}!"
    size = atom.size if atom.size is not None else "" if atom.role == BATCH else "?"
    step = f"/{atom.step}" if atom.step != 1 else ""
    return f"{LETTERS[atom.role]}{size}{step}{f'~{atom.roll}' if atom.roll else ''}"


def tracer(axes: int = 2) -> Tracer:
    """A tracer of a network that has the inputs x, y and z."""
    made = Tracer(Draft(File("net.onnx")), axes, {})
    for name in ("x", "y", "z"):
        made.draft.input(name, [4, 6, 5][:axes], 8)
    return made


def layers(made: Tracer) -> list[str]:
    """The texts of all layers that were added."""
    found = []
    for item in made.draft.node().value["layers"].plain():
        name, type, inputs = item.pop("name"), item.pop("type"), item.pop("inputs")
        found.append(f"{name} = {type}({', '.join([*inputs, *(f'{key}={value}' for key, value in item.items())])})")
    return found
