"""Nodes of a traced graph: which operation each is, the shapes that it makes, and what it takes."""

import operator
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.arguments import leaves
from rfcli.values import Value

Shape = tuple[int, ...]
Node = Any
"""A node of `torch.fx`: torch may be missing, and then its types are; or of `stored`, with what is read of those."""
Graph = Any
"""A graph of such nodes."""
Argument = Any
"""What an operation takes or makes: a map, a constant, scores, plain values, and lists of all these."""
ALIASES = {
    "_softmax": "softmax", "_log_softmax": "log_softmax", "concat": "cat", "concatenate": "cat",
    "swapaxes": "transpose", "swapdims": "transpose", "_prelu_kernel": "prelu", "moveaxis": "movedim",
    "_adaptive_avg_pool2d": "adaptive_avg_pool2d", "_adaptive_avg_pool3d": "adaptive_avg_pool3d",
    "native_dropout": "dropout", "special_expit": "sigmoid", "_safe_softmax": "softmax", "mm": "matmul",
    "bmm": "matmul", "mv": "matmul", "native_channel_shuffle": "channel_shuffle", "split_copy": "split",
    "permute_copy": "permute",
    "_scaled_dot_product_flash_attention_for_cpu": "scaled_dot_product_attention",
    "_scaled_dot_product_efficient_attention": "scaled_dot_product_attention",
    "_scaled_dot_product_flash_attention": "scaled_dot_product_attention",
}  # fmt: skip
"""Operations by the name of one that does the same: layers are called after that."""
COPIES = {
    "alias", "clone", "contiguous", "detach", "lift", "lift_fresh", "lift_fresh_copy", "to", "_to_copy", "type_as",
    "view_as_real_copy", "resolve_conj", "resolve_neg", "_conj_physical",
}  # fmt: skip
"""Operations that change nothing but where and how numbers are kept: no layers."""
SHAPED = {
    "new_zeros", "new_ones", "new_full", "new_empty", "zeros_like", "ones_like", "full_like", "empty_like", "rand_like",
    "randn_like", "size", "sym_size", "numel", "sym_numel", "zero",
}  # fmt: skip
"""Operations that take of a tensor its shape only."""
INLINED = {"wrap_with_set_grad_enabled", "wrap_with_autocast", "tag_activation_checkpoint", "wrap"}
"""Operators of `torch.export` that do no more than call a graph."""
ROWS, PLAIN = (tuple, list), frozenset((int, float, bool, str))
SAME_OBJECT = {"dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout"}
"""Operations that may return what they take, without their schema saying so."""


class Declared(Value):
    """What is declared of an operation: its full name, the names of its arguments, what those are that are left out;
    whether it writes what it takes, may make views of it, and makes nothing at all."""

    name: str
    arguments: tuple[str, ...]
    usual: Mapping[str, Any]
    is_mutable: bool
    makes_views: bool
    makes_nothing: bool


def operation_of(node: Node) -> str:
    """The name of an operation: that of ATen without overload and underscores, else with its namespace."""
    declared = declared_of(node)
    if declared is None:
        name = str(getattr(node.target, "__name__", None) or node.target)
        return name if name in INLINED or node.target is operator.getitem else f"{name}()"
    return _called(declared.name, declared.is_mutable)


@cache
def _called(full: str, is_mutable: bool) -> str:
    """What an operation of this full name is called."""
    space, _, name = full.partition("::")
    if space != "aten":
        return f"{space}.{name}"
    plain = name.rstrip("_") if is_mutable else name
    return ALIASES.get(plain, plain)


def declared_of(node: Node) -> Declared | None:
    """What a file, or else ATen, declares of an operation; None for what is no operator."""
    found: Declared | None = getattr(node, "declared", None)
    return found or (_declared(node.target) if hasattr(node.target, "_schema") else None)


@cache
def _declared(target: Any) -> Declared:
    """ATen's declaration of an operator."""
    schema = target._schema
    return Declared(
        str(schema.name),
        tuple(one.name for one in schema.arguments),
        {one.name: one.default_value for one in schema.arguments if one.has_default_value()},
        bool(schema.is_mutable),
        any(one.alias_info is not None for one in schema.returns),
        not schema.returns,
    )


# Operations in place


def is_settled(graph: Graph) -> bool:
    """Whether no operation in place changes what is used later under another name."""
    order = {node: number for number, node in enumerate(graph.nodes)}
    return all(_is_settled(node, order) for node in graph.nodes if _is_in_place(node))


def _is_settled(node: Node, order: Mapping[Node, int]) -> bool:
    changed: Argument = node.args[0] if node.args else None
    if not hasattr(changed, "users") or changed.op != "call_function":
        return False
    others = [user for user in changed.users if user is not node]
    if any(order[user] > order[node] or _returns_alias(user) for user in others):
        return False
    return _is_in_place(changed) or not _returns_alias(changed)


def _is_in_place(node: Node) -> bool:
    declared = declared_of(node)
    return declared is not None and declared.is_mutable


def _returns_alias(node: Node) -> bool:
    """Whether a node may make a view of what it takes."""
    declared = declared_of(node)
    return declared is None or declared.makes_views or operation_of(node) in SAME_OBJECT


def live(results: Argument) -> set[Node]:
    """Nodes that some results depend on. Operations in place are settled: what they change is theirs, and of what is
    copied over nothing is left."""
    waiting: list[Node] = [one for one in leaves(results) if hasattr(one, "all_input_nodes")]
    found = set(waiting)
    while waiting:
        node = waiting.pop()
        source = node.args[1] if operation_of(node) == "copy" and len(node.args) > 1 else None
        over = hasattr(source, "all_input_nodes") and shapes_of(source) == shapes_of(node)
        read = node.args[1:2] if over else node.all_input_nodes
        fresh = [one for one in read if one not in found]
        found.update(fresh)
        waiting += fresh
    return found


# Shapes


def is_several(node: Node) -> bool:
    """Whether a node makes a list of values."""
    return isinstance(node.meta.get("val"), tuple | list)


def makes_nothing(node: Node) -> bool:
    """Whether a node only asserts something."""
    declared = declared_of(node)
    return declared is not None and declared.makes_nothing


def shapes_of(node: Node) -> tuple[Shape, ...]:
    """Shapes of a node's outputs; numbers have none. Raises `ForeignError`."""
    made = node.meta.get("val")
    tensors = [one for one in (made if is_several(node) else (made,)) if hasattr(one, "shape")]
    try:
        return tuple([tuple(map(int, tensor.shape)) for tensor in tensors])
    except Exception as error:  # torch's, for a symbol that has no number
        raise ForeignError(f"the sizes of '{node.name}' depend on data") from error


# Arguments


def resolved(value: Argument, values: Mapping[Node, Argument]) -> Argument:
    """Arguments with values in place of nodes."""
    if isinstance(value, ROWS):
        return tuple([resolved(one, values) for one in value])
    if isinstance(value, dict):
        return {key: resolved(one, values) for key, one in value.items()}
    if value is None or type(value) in PLAIN:
        return value
    return values.get(value) if hasattr(value, "all_input_nodes") else value


def by_name(node: Node, args: Sequence[Argument], kwargs: dict[str, Argument]) -> dict[str, Argument]:
    """Arguments by the names of the operation's declaration, defaults included."""
    declared = declared_of(node)
    if declared is None:
        return {**{str(number): one for number, one in enumerate(args)}, **kwargs}
    known = dict(declared.usual) | dict(zip(declared.arguments, args, strict=False)) | kwargs
    return {name: known[name] for name in declared.arguments if name in known}


def element(values: Argument, at: Argument) -> Argument:
    """An element of a tuple; of what is none, the value itself."""
    if isinstance(values, tuple):
        return values[at] if isinstance(at, int) and -len(values) <= at < len(values) else None
    return values
