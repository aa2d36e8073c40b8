"""Calls of Keras layers: as files state them, with references for tensors, and as the families get them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from rfcli.description.nodes import Node
from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.arguments import leaves
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import Layout, Map, Size
from rfcli.values import Value
from rfcli.words.keras import STATISTICS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from rfcli.readers.keras.maps import KerasTracer
    from rfcli.readers.keras.program import Program

    Argument = Any
else:
    Argument = object
    """What a file states as an argument: any value."""

MAX_RANK = 8
"""Dimensions of tensors that are looked at."""


class Constant(Value):
    """What does not depend on an input: its value where it is small and known."""

    value: Argument


Traced = Map | Constant
Found = Traced | Joined
"""What a tensor is: maps may be joined along positions."""


class Reference:
    """A tensor: which output of which call of a layer, and the shape that the file states of it. `own` is true where
    calls are counted from 0 anyhow, as among the calls of Keras 3."""

    def __init__(
        self, name: str, index: int, tensor: int, node: Node, shape: list[Size] | None = None, own: bool = False
    ) -> None:
        self.name, self.index, self.tensor, self.node, self.shape, self.own = name, index, tensor, node, shape, own


def is_reference(node: Node) -> bool:
    """Whether a list is [layer, call, tensor], with arguments behind in Keras 2."""
    parts = node.value if type(node.value) is list else []
    return len(parts) in (3, 4) and [type(part.value) for part in parts[:3]] == [str, int, int]


def referred(node: Node, at: Node | None = None, shape: list[Size] | None = None, own: bool = False) -> Reference:
    """The tensor that a list [layer, call, tensor] is, which stands alone or in a larger entry."""
    name, index, tensor = (part.value for part in node.value[:3])
    return Reference(name, index, tensor, at or node, shape, own)


def _each(tree: Argument, of: Callable[[Argument], Argument]) -> Argument:
    """A list or mapping of what `of` makes of each entry; anything else as it is."""
    if type(tree) is list:
        return [of(one) for one in tree]
    return {key: of(one) for key, one in tree.items()} if type(tree) is dict else tree


class Arguments(Value):
    """What a call is given, by position and by name; tensors are references, as long as they have no value."""

    args: list[Argument]
    kwargs: dict[str, Argument]

    @property
    def references(self) -> list[Reference]:
        """All tensors that the call reads."""
        return [one for one in leaves((self.args, self.kwargs)) if isinstance(one, Reference)]

    def substituted(self, value: Callable[[Reference], Found]) -> Arguments:
        """With the values of tensors; what does not depend on an input stands for itself."""

        def one_of(tree: Argument) -> Argument:
            return value(tree) if isinstance(tree, Reference) else _each(tree, one_of)

        return Arguments(one_of(self.args), one_of(self.kwargs))


def arguments(node: Node, names: Collection[str]) -> Arguments:
    """Those of a call in the file: Keras 3 states them as such; in Keras 2 a call is a list, or a mapping, of
    tensors, each with the other arguments behind it, or only this where there is one. Raises `ForeignError`."""
    stated = node.value
    if type(stated) is dict and stated and "args" not in stated and all(map(_is_old, stated.values())):
        beside: dict[str, Argument] = {}
        return Arguments([_old(node, names, beside)], beside)
    if type(stated) is dict:
        args, kwargs = stated.get("args"), stated.get("kwargs")
        if args is None or type(args.value) is not list:
            raise ForeignError("a call must have args, a list", at=node)
        named = {} if kwargs is None or type(kwargs.value) is not dict else kwargs.value
        return Arguments(_each(args.value, _new), _each(named, _new))
    if type(stated) is not list:
        raise ForeignError(f"a call must be a list or a mapping, is {shown(stated)}", at=node)
    named = {}
    if _is_old(node):
        return Arguments([_old(node, names, named)], named)
    tensors = [_old(one, names, named) for one in stated]
    return Arguments(tensors if len(tensors) == 1 else [tensors] if tensors else [], named)


def _is_old(node: Node) -> bool:
    """Whether a list is a tensor or constant of Keras 2: ["_CONSTANT_VALUE", -1, value, arguments] is one, too."""
    parts = node.value if type(node.value) is list else []
    constant = [part.value for part in parts[:2]] == ["_CONSTANT_VALUE", -1] and len(parts) == 4
    return constant or is_reference(node)


def _old(node: Node, names: Collection[str], named: dict[str, Argument]) -> Argument:
    stated = node.value
    if _is_old(node):
        if len(stated) == 4 and type(stated[3].value) is dict:
            named |= {key: _argument(one, names) for key, one in stated[3].value.items()}
        return stated[2].plain() if stated[0].value == "_CONSTANT_VALUE" else referred(node)
    if type(stated) in (list, dict):
        return _each(stated, lambda one: _old(one, names, named))
    raise ForeignError(f"a tensor must be a list [layer, call, tensor], is {shown(stated)}", at=node)


def _argument(node: Node, names: Collection[str]) -> Argument:
    """An argument by name in Keras 2, in which lists that begin with a layer's name are tensors."""
    if is_reference(node) and len(node.value) == 3 and node.value[0].value in names:
        return referred(node)
    return _each(node.value, lambda one: _argument(one, names))


def _new(node: Node) -> Argument:
    """An argument in Keras 3, in which tensors, slices and arrays are mappings with a class_name."""
    stated = node.value
    if type(stated) is not dict or "class_name" not in stated:
        return _each(stated, _new)
    entry = Config(node)
    kind, config = entry.text("class_name"), entry.inside("config")
    inside: dict[str, Node] = {} if config is None else config.node.value
    if kind == "__tuple__" and "items" in stated and type(stated["items"].value) is list:
        return _each(stated["items"].value, _new)
    if kind == "__ellipsis__":
        return Ellipsis
    if kind == "__slice__" and config is not None:
        return {key: _new(inside[key]) if key in inside else None for key in ("start", "stop", "step")}
    if kind in ("__numpy__", "__tensor__"):
        return Constant(inside["value"].plain() if "value" in inside else None)
    if kind == "__keras_tensor__":
        if "keras_history" not in inside or not is_reference(inside["keras_history"]):
            raise ForeignError("a tensor must have a keras_history [layer, call, tensor]", at=node)
        return referred(inside["keras_history"], node, shape_of(inside.get("shape")), True)
    return _each(stated, _new)


def shape_of(node: Node | None) -> list[Size] | None:
    """A shape, batch first, with None for sizes that are not known; None where there is none."""
    listed = None if node is None else _untupled(node).value
    if type(listed) is not list or not 1 <= len(listed) <= MAX_RANK:
        return None
    sizes = [one.value for one in listed]
    known = all(size is None or (type(size) is int and 0 < size <= MAX_INTEGER) for size in sizes)
    return sizes if known else None


def _untupled(node: Node) -> Node:
    """The list that a tuple of Keras 3 is; anything else as it is."""
    return node.value["items"] if type(node.value) is dict and "items" in node.value else node


class Config:
    """A layer's configuration, read with checks; all methods raise `ForeignError` at the value that is wrong."""

    __slots__ = ("node",)

    def __init__(self, node: Node) -> None:
        self.node = node

    def stated(self, key: str) -> Node | None:
        """A value as it stands, None where there is none."""
        return self.node.value.get(key) if type(self.node.value) is dict else None

    def find(self, key: str) -> Node | None:
        """A value, None where there is none or it is null; tuples are lists."""
        found = self.stated(key)
        if found is None or found.value is None:
            return None
        return _untupled(found) if type(found.value) is dict and "class_name" in found.value else found

    def needed(self, key: str) -> Node:
        """A value that has to be there."""
        found = self.find(key)
        if found is None:
            raise ForeignError(f"{key} is missing", at=self.node)
        return found

    def plain(self, key: str, default: Argument = None) -> Argument:
        """A value without positions."""
        found = self.find(key)
        return default if found is None else found.plain()

    def text(self, key: str) -> str | None:
        """A text; None where there is none, or anything else."""
        found = self.stated(key)
        return found.value if found is not None and type(found.value) is str else None

    def inside(self, key: str) -> Config | None:
        """A mapping; None likewise."""
        found = self.stated(key)
        return Config(found) if found is not None and type(found.value) is dict else None

    def integer(self, key: str, default: int | None = None, least: int = 1) -> int:
        if default is not None and self.find(key) is None:
            return default
        return _integer(self.needed(key), key, least)

    def integers(self, key: str, count: int, default: int | None = None, least: int = 1) -> list[int]:
        """One integer for each of `count` axes; one for all stands for as many."""
        found = self.find(key)
        if found is None or type(found.value) is not list:
            return [self.integer(key, default, least)] * count
        if len(found.value) != count:
            raise ForeignError(f"{key} must have {count} entries, has {len(found.value)}", at=found)
        return self.listed(key, least)

    def listed(self, key: str, least: int = 1) -> list[int]:
        """A list of integers, of any length."""
        found = self.find(key)
        if found is None or type(found.value) is not list:
            raise ForeignError(f"{key} must be a list", at=found or self.node)
        return [_integer(one, key, least) for one in found.value]

    def number(self, key: str) -> float | None:
        """A number; None where there is none, or anything else."""
        found = self.find(key)
        return float(found.value) if found is not None and type(found.value) in (int, float) else None

    def sides(self, key: str, count: int) -> list[list[int]]:
        """[before, after] for each of `count` axes, from an integer, one per axis, or pairs; of one axis, a pair."""
        found = self.needed(key)
        if type(found.value) is not list:
            return [[_integer(found, key, 0)] * 2] * count
        entries = [_untupled(one) for one in found.value]
        if count == 1 and len(entries) == 2 and not any(type(one.value) is list for one in entries):
            return [self.listed(key, 0)]
        if len(entries) != count:
            raise ForeignError(f"{key} must have {count} entries, has {len(entries)}", at=found)
        made = []
        for node, one in zip(found.value, entries, strict=True):
            pair = one.value if type(one.value) is list else [node, node]
            if len(pair) != 2:
                raise ForeignError(f"{key} must have pairs [before, after], here are {len(pair)} entries", at=node)
            made.append([_integer(side, key, 0) for side in pair])
        return made

    def axes(self, key: str, rank: int, default: int, least: int = 0) -> list[int]:
        """Dimensions, counted from the end where negative."""
        found = self.find(key)
        if found is None:
            return [default % rank] if rank else []
        listed = found.value if type(found.value) is list else [found]
        named = {_integer(one, key, -rank) for one in listed}
        if any(one >= rank for one in named):
            raise ForeignError(f"{key} names dimension {max(named)} of {rank}", at=found)
        if len(named) < least:
            raise ForeignError(f"{key} names no dimension", at=found)
        return sorted({one % rank for one in named})

    def flag(self, key: str, default: bool) -> bool:
        found = self.find(key)
        if found is not None and type(found.value) is not bool:
            raise ForeignError(f"{key} must be true or false, is {_shown(found)}", at=found)
        return default if found is None else found.value

    def word(self, key: str, default: str, *words: str) -> str:
        """A word in lower case, one of `words` where any are given."""
        found = self.find(key)
        if found is None:
            return default
        if type(found.value) is not str or (words and found.value.lower() not in words):
            which = f"one of {', '.join(words)}" if words else "a word"
            raise ForeignError(f"{key} must be {which}; is {_shown(found)}", at=found)
        return found.value.lower()

    def shape(self, key: str, batch: bool = True) -> list[Size] | None:
        """A shape, batch first; None where there is none. One that is wrong is told."""
        found = self.find(key)
        made = shape_of(found)
        if made is not None and not batch:
            return [None, *made]
        if found is not None and made is None and (batch or type(found.value) not in (list, dict)):
            raise ForeignError(f"{key} must be a list of sizes, is {_shown(found)}", at=found)
        return made


def _integer(node: Node, key: str, least: int) -> int:
    value = node.value
    if type(value) is float and value.is_integer():
        value = int(value)
    if type(value) is not int:
        raise ForeignError(f"{key} must be an integer, is {_shown(node)}", at=node)
    if not least <= value <= MAX_INTEGER:
        bound = f"at least {least}" if value < least else f"at most {MAX_INTEGER}"
        raise ForeignError(f"{key} must be {bound}, is {value}", at=node)
    return value


def _shown(node: Node) -> str:
    return f"a list of {len(node.value)}" if type(node.value) is list else shown(node.value)


class Call(Value):
    """A layer called: the name that its layer shall have, its class or the name of its function, and what it is called
    with. `key` tells layers apart, `stated` has the outputs that are read, with the shapes that the file states."""

    program: Program
    name: str
    kind: str
    config: Config
    args: tuple[Argument, ...]
    kwargs: dict[str, Argument]
    key: str
    stated: dict[int, list[Size] | None]

    @property
    def tracer(self) -> KerasTracer:
        return self.program.tracer

    @property
    def tensors(self) -> list[Found]:
        """All tensors that it is called with, those that are joined as one."""
        return [one for one in leaves((self.args, self.kwargs)) if isinstance(one, Map | Constant | Joined)]

    @property
    def values(self) -> list[Traced]:
        """All tensors that it is called with."""
        return [one for one in leaves((self.args, self.kwargs)) if isinstance(one, Map | Constant)]

    def given(self, names: Sequence[str]) -> list[Found]:
        """The tensors that inputs of these names take: in their order, or by name where they are named."""
        first = self.args[0] if self.args else self.kwargs.get("inputs")
        if isinstance(first, dict) and {*names} <= {*first}:
            return [first[name] for name in names]
        return self.tensors

    @property
    def maps(self) -> list[Map]:
        """Those that depend on an input."""
        return [one for one in self.values if isinstance(one, Map)]

    @property
    def x(self) -> Map:
        """The first of them. Raises `Layout`."""
        return self.map(0)

    def map(self, at: int) -> Map:
        maps = self.maps
        if at >= len(maps):
            raise Layout("its input does not depend on the model's")
        return maps[at]

    def get(self, name: str, at: int | None = None, default: Argument = None) -> Argument:
        """An argument of a function, wherever it stands: by name, in the configuration, or by position."""
        if name in self.kwargs:
            return self.kwargs[name]
        by_position = self.args[at] if at is not None and at < len(self.args) else default
        return self.config.plain(name, by_position)

    @property
    def first(self) -> bool:
        """Whether channels come before the axes."""
        return self.config.word("data_format", "channels_last", "channels_first", "channels_last") == "channels_first"

    @property
    def rank(self) -> int:
        """The axes of a class with 1D, 2D or 3D in its name."""
        return next(rank for rank in (1, 2, 3) if f"{rank}D" in self.kind)

    @property
    def statistic(self) -> str:
        """What a class of pools makes of a window."""
        return next(STATISTICS.read(word) for word in STATISTICS if word in self.kind)

    def slid(
        self, type: str, x: Map, per_axis: Mapping[str, Sequence[Argument]], count: Size = None, **given: Argument
    ) -> Map:  # fmt: skip
        """A layer over the axes that the class has in its name; see `KerasTracer.slid`."""
        return self.tracer.slid(self.name, type, x, self.rank, self.first, per_axis, count, **given)

    def shared(self) -> Parameters:
        """The parameters of a layer whose weights were counted in an earlier call."""
        if self.key in self.tracer.counted:
            return {"params": 0}
        self.tracer.counted[self.key] = None
        return {}

    def weights(self, count: int | None) -> int | None:
        """So many parameters, or none in a later call."""
        return self.shared().get("params", count)


def few(count: int) -> int:
    """A number of parameters that a description can state. Raises `Layout`."""
    if count > MAX_INTEGER:
        raise Layout(f"{count} parameters")
    return count
