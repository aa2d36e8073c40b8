"""Programs as `torch.export.save` writes them, in JSON: nodes and graphs with what is read of those of `torch.fx`.

Written after the schema that torch publishes for them, of major version 8 (torch 2.5 to 2.13): keys that are not known
are passed over, arguments that are left out have what the operation's own function has for them.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.torch.nodes import Declared
from rfcli.readers.tracing.arguments import leaves
from rfcli.values import Value

Json = Any
"""What JSON holds."""
MOST_DIMENSIONS = 64
LARGEST = 1 << 63
BOOL = 12
"""The number that stands for truth values among the types of entries."""
KEYWORD = 2
"""The number of arguments that are given by name."""
VIEWS = frozenset([
    "_conj", "_reshape_alias", "alias", "as_strided", "broadcast_to", "chunk", "conj", "contiguous", "detach",
    "diagonal", "expand", "expand_as", "flatten", "imag", "lift_fresh", "moveaxis", "movedim", "narrow", "numpy_T",
    "permute", "positive", "ravel", "real", "reshape", "reshape_as", "resolve_conj", "resolve_neg", "select",
    "slice", "split", "split_with_sizes", "squeeze", "swapaxes", "swapdims", "t", "tensor_split", "to", "transpose",
    "unbind", "unflatten", "unfold", "unsqueeze", "view", "view_as", "view_as_complex", "view_as_real",
])  # fmt: skip
"""Operations of ATen that may return a view of what they take."""
USUAL: dict[str, dict[str, Any]] = {
    "stft.center": {"center": True}, "rot90.default": {"dims": [0, 1]}, "rot90.out": {"dims": [0, 1]},
}  # fmt: skip
"""Overload -> arguments that are not what the function of the operation has where they are left out."""
PLAIN = {
    "as_int", "as_ints", "as_float", "as_floats", "as_string", "as_strings", "as_bool", "as_bools", "as_scalar_type",
    "as_memory_format", "as_layout", "as_device",
}  # fmt: skip
SYMBOLS = {"as_sym_int", "as_sym_ints", "as_sym_float", "as_sym_floats", "as_sym_bool", "as_sym_bools"}


TYPES = {BOOL: "bool", 1: "byte", **dict.fromkeys((2, 3, 4, 5, 28, 34, 35), "int")}
"""What sorts of entries the numbers of types stand for, but for those of numbers with a fraction."""


class Stated(Value):
    """A tensor by its shape, in which None is not known, and the sort of its entries."""

    shape: tuple[int | None, ...]
    dtype: str


class Unread(Value):
    """An argument of a kind that is not known."""

    kind: str


class Node:
    """A node of a graph, with the attributes of those of `torch.fx` that are read."""

    __slots__ = ("all_input_nodes", "args", "declared", "graph", "kwargs", "meta", "name", "op", "target", "users")

    def __init__(
        self, graph: "Graph", op: str, name: str, target: Any, args: tuple[Any, ...] = (),
        kwargs: Mapping[str, Any] | None = None, val: Any = None, stack: Mapping[str, tuple[str, str]] | None = None,
        declared: Declared | None = None,
    ) -> None:  # fmt: skip
        self.graph, self.op, self.name, self.target, self.declared = graph, op, name, target, declared
        self.args, self.kwargs = args, dict(kwargs or {})
        self.meta = {"val": val, "nn_module_stack": stack or {}}
        self.users: dict[Node, None] = {}
        self.all_input_nodes = list(dict.fromkeys(one for one in leaves((args, self.kwargs)) if isinstance(one, Node)))
        for one in self.all_input_nodes:
            one.users[self] = None
        graph.nodes.append(self)


class Graph:
    """A graph, whose last node is what it returns."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []

    def output_node(self) -> Node:
        return self.nodes[-1]


class Module:
    """What owns a graph, and the graphs that this one calls."""

    def __init__(self) -> None:
        self.graph = Graph()
        self.inner: list[Module] = []

    def modules(self) -> Iterator["Module"]:
        todo = [self]
        while todo:
            one = todo.pop()
            yield one
            todo += one.inner


def text(value: Json) -> str:
    """A value that has to be a text. Raises `TypeError`."""
    if type(value) is not str:
        raise TypeError(value)
    return value


def only(value: Json) -> tuple[str, Json]:
    """The one key of a union that is set, and its value; others may be null. Raises `ValueError`."""
    if len(value) == 1:  # as nearly all have it
        ((key, inner),) = value.items()
        if inner is not None:
            return text(key), inner
    ((key, inner),) = [(key, one) for key, one in value.items() if one is not None] or [("as_none", True)]
    return text(key), inner


def number(value: Json) -> int | None:
    """An integer of a size, by its hint where it is a symbol; None where it is not known. Raises `ValueError`."""
    kind, inner = only(value)
    if kind == "as_expr":
        hint = inner.get("hint")
        return None if hint is None else number(hint)
    if type(inner) is not int or not 0 <= inner <= MAX_INTEGER:
        raise ValueError(inner)
    return inner


def stated(meta: Json) -> Stated:
    """A tensor. Raises `ValueError`."""
    sizes = meta["sizes"]
    if len(sizes) > MOST_DIMENSIONS:
        raise ValueError(len(sizes))
    return Stated(tuple([_size(one) for one in sizes]), TYPES.get(meta.get("dtype"), "number"))


def _size(value: Json) -> int | None:
    """The same, in one step where it is written as nearly all are."""
    inner = value.get("as_int") if type(value) is dict and len(value) == 1 else None
    return inner if type(inner) is int and 0 <= inner <= MAX_INTEGER else number(value)


def plain(value: Json) -> Any:
    """A value that is no tensor: numbers, texts, and lists of them. Raises `ValueError`."""
    if type(value) is list:
        if {*map(type, value)} == {int} and -LARGEST <= min(value) <= max(value) <= LARGEST:
            return tuple(value)
        return tuple(map(plain, value))
    if type(value) is int and abs(value) > LARGEST:
        raise ValueError(value)
    return value if isinstance(value, int | float | str) else None


def fraction(value: Json) -> Any:
    """A number that may be infinite, which is written as a text. Raises `ValueError`."""
    if type(value) is list:
        return tuple(map(fraction, value))
    return float(value) if isinstance(value, str) else plain(value)


def stack_of(metadata: Json) -> dict[str, tuple[str, str]]:
    """The modules that a node stands in: key -> path and class."""
    found: dict[str, tuple[str, str]] = {}
    for one in text((metadata or {}).get("nn_module_stack", "")).split(";"):
        key, _, rest = one.partition(",")
        path, _, kind = rest.rpartition(",")
        if key:
            found[key] = path, kind
    return found


def declared(target: str, names: Sequence[str], makes_nothing: bool) -> tuple[Any, Declared | None]:
    """The target of a node by its name, and what is known of its operation where that is an operator."""
    words = target.split(".")
    if words[:2] != ["torch", "ops"] or len(words) < 4 or words[2] == "higher_order":
        return words[-1] if words[2:3] != ["higher_order"] else words[3], None
    space, name, overload = words[2], words[3], ".".join(words[4:])
    usual = USUAL.get(f"{name}.{overload}", {}) if space == "aten" else {}
    writes = space == "aten" and name.endswith("_") and not name.endswith("__")
    views = space != "aten" or name in VIEWS
    every = (*names, *(one for one in usual if one not in names))
    return target, Declared(f"{space}::{name}", every, usual, writes, views, makes_nothing)
