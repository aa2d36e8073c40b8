"""What each operation of ATen is as layers: one table, a function for each kind of operation."""

from __future__ import annotations

import operator
from math import prod

from rfcli import extras
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.attention import Mask, attended, multiplied
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Atom,
    Constant,
    Layout,
    Map,
    axis_of,
    channels,
    is_channels,
    joined,
    size_of,
)
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any

    from rfcli.readers.tracing.attention import Reach
    from rfcli.readers.tracing.maps import Dim
    from rfcli.readers.tracing.tracer import Tracer

    Shape = tuple[int, ...]

ACTIVATIONS = {
    "relu": "relu", "relu6": "relu6", "leaky_relu": "leaky_relu", "rrelu": "rrelu", "elu": "elu", "selu": "selu",
    "celu": "celu", "gelu": "gelu", "silu": "silu", "mish": "mish", "sigmoid": "sigmoid", "log_sigmoid": "log_sigmoid",
    "hardsigmoid": "hard_sigmoid", "hardswish": "hard_swish", "tanh": "tanh", "softplus": "softplus",
    "exp": "exponential", "threshold": "threshold", "dropout": "dropout", "feature_dropout": "dropout",
    "alpha_dropout": "dropout", "feature_alpha_dropout": "dropout",
}  # fmt: skip
POINTWISE = {
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "bitwise_not", "ceil", "clip", "cos", "cosh", "deg2rad",
    "erf", "erfc", "exp2", "expm1", "fill", "floor", "frac", "hardshrink", "isfinite", "isinf", "isnan", "log", "log10",
    "log1p", "log2", "logical_not", "logit", "nan_to_num", "neg", "pow", "rad2deg", "reciprocal", "round", "rsqrt",
    "sgn", "sign", "sin", "sinc", "sinh", "softshrink", "sqrt", "square", "tan", "trunc", "bernoulli", "positive",
}  # fmt: skip
"""Operations on each entry by itself, without a layer type of their own."""
COPIES = {
    "alias", "clone", "contiguous", "detach", "lift", "lift_fresh", "lift_fresh_copy", "to", "_to_copy", "type_as",
    "view_as_real_copy", "resolve_conj", "resolve_neg", "_conj_physical",
}  # fmt: skip
"""Operations that change nothing but where and how numbers are kept: no layers."""
BINARY = {
    "add": "add", "sub": "add", "rsub": "add", "subtract": "add", "mul": "multiply", "multiply": "multiply",
    "div": "multiply", "divide": "multiply", "true_divide": "multiply", "floor_divide": "multiply", "pow": "multiply",
    "fmod": "add", "remainder": "add", "maximum": "max", "minimum": "max", "fmax": "max", "fmin": "max", "max": "max",
    "min": "max", "where": "add", "masked_fill": "add", "lerp": "add", "addcmul": "add", "addcdiv": "add",
    "atan2": "add", "hypot": "add", "eq": "add", "ne": "add", "gt": "add", "ge": "add", "lt": "add", "le": "add",
    "logical_and": "multiply", "logical_or": "max", "logical_xor": "add", "bitwise_and": "multiply",
    "bitwise_or": "max", "bitwise_xor": "add", "xlogy": "multiply", "logaddexp": "add", "clamp": "max",
    "clamp_min": "max", "clamp_max": "max", "copy": "add",
}  # fmt: skip
"""Operations on entries at the same place of several tensors: the merge that reads the same."""
REDUCTIONS = {
    "mean": "avg", "sum": "avg", "nansum": "avg", "prod": "avg", "amax": "max", "amin": "max", "max": "max",
    "min": "max", "std": "avg", "var": "avg", "norm": "avg", "linalg_vector_norm": "avg", "logsumexp": "avg",
    "argmax": "max", "argmin": "max", "any": "max", "all": "max", "median": "avg", "std_mean": "avg", "var_mean": "avg",
}  # fmt: skip
RESHAPES = {
    "view", "reshape", "_unsafe_view", "flatten", "unflatten", "squeeze", "unsqueeze", "view_copy", "_reshape_copy",
    "ravel", "squeeze_copy", "unsqueeze_copy", "view_as", "reshape_as",
}  # fmt: skip
"""Operations that keep the row-major order of entries."""
SHAPED = {
    "new_zeros", "new_ones", "new_full", "new_empty", "zeros_like", "ones_like", "full_like", "empty_like", "rand_like",
    "randn_like", "size", "sym_size", "numel", "sym_numel",
}  # fmt: skip
"""Operations that take of a tensor its shape only."""
INLINED = {"wrap_with_set_grad_enabled", "wrap_with_autocast", "tag_activation_checkpoint", "wrap"}
"""Operators of `torch.export` that do no more than call a graph."""
SAME_OBJECT = {"dropout", "feature_dropout", "alpha_dropout", "feature_alpha_dropout"}
"""Operations that may return what they take, without their schema saying so."""
PAD_MODES = {"constant": "zeros", "reflect": "reflect", "replicate": "replicate", "circular": "circular"}


def operation_of(node: Any) -> str:
    """The name of an operation: that of ATen without overload and underscores, else with its namespace."""
    schema = getattr(node.target, "_schema", None)
    if schema is None:
        name = str(getattr(node.target, "__name__", None) or node.target)
        return name if name in INLINED or node.target is operator.getitem else f"{name}()"
    space, _, name = str(schema.name).partition("::")
    if space != "aten":
        return f"{space}.{name}"
    plain = name.rstrip("_") if schema.is_mutable else name
    return ALIASES.get(plain, plain)


ALIASES = {
    "_softmax": "softmax", "_log_softmax": "log_softmax", "concat": "cat", "concatenate": "cat",
    "swapaxes": "transpose", "swapdims": "transpose", "_prelu_kernel": "prelu",
    "_adaptive_avg_pool2d": "adaptive_avg_pool2d",
    "_adaptive_avg_pool3d": "adaptive_avg_pool3d", "native_dropout": "dropout", "moveaxis": "movedim",
    "special_expit": "sigmoid", "_safe_softmax": "softmax", "mm": "matmul", "bmm": "matmul", "mv": "matmul",
    "native_channel_shuffle": "channel_shuffle", "split_copy": "split", "permute_copy": "permute",
    "_scaled_dot_product_flash_attention_for_cpu": "scaled_dot_product_attention",
    "_scaled_dot_product_efficient_attention": "scaled_dot_product_attention",
    "_scaled_dot_product_flash_attention": "scaled_dot_product_attention",
}  # fmt: skip


def is_settled(graph: Any) -> bool:
    """Whether no operation in place changes what is used later under another name."""
    order = {node: number for number, node in enumerate(graph.nodes)}
    for node in graph.nodes:
        schema = getattr(node.target, "_schema", None) if node.op == "call_function" else None
        if schema is None or not schema.is_mutable:
            continue
        changed: Any = node.args[0] if node.args else None
        if not hasattr(changed, "users") or changed.op != "call_function":
            return False
        if any(order[user] > order[node] for user in changed.users):
            return False
        if (_returns_alias(changed) and not _is_in_place(changed)) or any(
            _returns_alias(user) for user in changed.users if user is not node
        ):
            return False
    return True


def _is_in_place(node: Any) -> bool:
    schema = getattr(node.target, "_schema", None)
    return schema is not None and bool(schema.is_mutable)


def _returns_alias(node: Any) -> bool:
    """Whether a node may make a view of what it takes."""
    schema = getattr(node.target, "_schema", None)
    if schema is None:
        return True
    return operation_of(node) in SAME_OBJECT or any(one.alias_info is not None for one in schema.returns)


class Call(Value):
    """One operation: its arguments by name, and the shapes that it makes."""

    node: Any
    name: str
    operation: str
    given: dict[str, Any]
    shapes: tuple[Shape, ...]

    def get(self, *names: str, default: Any = None) -> Any:
        """The first of some arguments that is given."""
        return next((self.given[name] for name in names if self.given.get(name) is not None), default)

    def map(self, *names: str) -> Map:
        """An argument that depends on the inputs, by default the first one."""
        value = self.get(*names) if names else next(iter(self.given.values()), None)
        if not isinstance(value, Map):
            raise Layout("its input is a constant")
        return value

    def constant(self, *names: str) -> Constant | None:
        """A weight, or None where there is none. Raises `Layout` where it is computed from data."""
        value = self.get(*names)
        if isinstance(value, Map):
            raise Layout("its weights are computed from data")
        return value if isinstance(value, Constant) else None

    @property
    def shape(self) -> Shape:
        return self.shapes[0] if self.shapes else ()


class Scores(Value):
    """Attention on its way from queries and keys to values: what is added to its scores, and weights in it."""

    queries: Map
    keys: Map
    terms: tuple[tuple[Any, Shape], ...]
    params: int


class Program:
    """A traced program: `inputs` are the shapes of the tensors that it takes; `run` makes layers of it."""

    def __init__(self, exported: Any) -> None:
        self.exported, self.graph = exported, exported.graph
        self.inputs: dict[str, Shape] = {}
        self.sources: dict[Any, str] = {}
        self.weights: dict[str, tuple[str, int]] = {}
        signature = exported.graph_signature
        stored = {
            **dict(signature.inputs_to_parameters),
            **dict(signature.inputs_to_buffers),
            **dict(getattr(signature, "inputs_to_lifted_tensor_constants", {})),
        }
        parameters = set(signature.inputs_to_parameters.values())
        names: dict[int, str] = {}
        for node in self.graph.nodes:
            if node.op != "placeholder":
                continue
            if node.name in stored or node.target in stored:
                path = stored.get(node.name) or stored[node.target]
                tensor = exported.state_dict.get(path, exported.constants.get(path))
                # Tied parameters are one object under several names.
                known = names.setdefault(id(tensor), path) if tensor is not None else path
                count = prod(_shape(node)) if path in parameters else 0
                self.weights[node.name] = (known, count)
                self.sources[node] = path
            elif _has_shape(node):
                self.inputs[str(node.name)] = _shape(node)
        self.tainted = self._depending()

    def _depending(self) -> set[Any]:
        """Nodes that depend on the inputs."""
        found: set[Any] = set()
        for node in self.graph.nodes:
            if node.op == "placeholder":
                if node.name in self.inputs:
                    found.add(node)
            elif any(one in found for one in node.all_input_nodes) and operation_of(node) not in SHAPED:
                found.add(node)
        return found

    def run(self, tracer: Tracer) -> None:
        """All nodes, in the graph's order."""
        if not self.inputs:
            raise ForeignError("the model has no inputs")
        self.tracer = tracer
        values: dict[Any, Any] = {}
        for node in self.graph.nodes:
            if node.op == "placeholder":
                if node.name in self.inputs:
                    values[node] = tracer.input(node.name, self.inputs[node.name])
                elif node.name in self.weights:
                    values[node] = Constant(_shape(node), None, (self.weights[node.name],))
                else:
                    values[node] = None
        results = self._run(
            self.graph, self.exported.graph_module, values, Names(self.exported.graph_module, self.tainted)
        )
        layers = []
        for one in _flat(results):
            if isinstance(one, Map):
                if any(atom.roll for atom in one.atoms):
                    one = tracer.unknown("roll", "aten.roll", [one], one.shape)
                layers.append(tracer.output(one))
        if not layers:
            raise ForeignError("no output depends on an input")
        tracer.draft.outputs(layers)

    def _run(self, graph: Any, owner: Any, values: dict[Any, Any], names: Names) -> Any:
        """What a graph returns."""
        for node in graph.nodes:
            if node.op == "get_attr":
                values[node] = self._attribute(owner, node)
            elif node.op == "call_function":
                values[node] = self._node(node, values, names)
            elif node.op == "output":
                return _resolved(node.args[0], values)
        return None

    def _attribute(self, owner: Any, node: Any) -> Any:
        found = owner
        for part in str(node.target).split("."):
            found = getattr(found, part, None)
        if hasattr(found, "graph"):
            return found
        shape = tuple(int(n) for n in getattr(found, "shape", ()))
        return Constant(shape, None, ((str(node.target), 0),))

    def _node(self, node: Any, values: dict[Any, Any], names: Names) -> Any:
        operation = operation_of(node)
        arguments = _resolved(node.args, values), _resolved(node.kwargs, values)
        if node.target is operator.getitem:
            return _item(*arguments[0])
        if operation in INLINED:
            return self._inlined(node, arguments[0], names)
        maps = [one for one in _flat(arguments) if isinstance(one, Map)]
        scores = [one for one in _flat(arguments) if isinstance(one, Scores)]
        shapes = tuple(_shapes(node))
        if not (maps or scores) or operation in SHAPED:
            return self._constant(arguments, shapes, isinstance(node.meta.get("val"), tuple | list))
        if operation in COPIES and not scores:
            return maps[0]
        call = Call(node, names.of(node, operation), operation, _named(node, *arguments), shapes)
        made: Any
        try:
            with self.tracer.attempt():
                made = self._made(call, maps, scores)
        except Layout as why:
            stated = scores[0].params if scores else 0
            made = self._unknown(call, maps or [scores[0].queries], str(why), stated)
        if isinstance(made, Scores):
            return made
        if isinstance(made, Map):
            sized = self.tracer.sized(made, call.shape)
            if not isinstance(node.meta.get("val"), tuple | list):
                return sized
            return (sized,) * max(len(shapes), 1)
        return tuple(
            self.tracer.sized(one, shape) if isinstance(one, Map) else one
            for one, shape in zip(made, shapes, strict=False)
        )

    def _made(self, call: Call, maps: Sequence[Map], scores: Sequence[Scores]) -> Any:
        if scores:
            return self._scored(call, scores[0])
        if call.operation == "matmul" and len(maps) == 2 and self._leads_to_attention(call.node):
            first, second = maps
            keys = second.replaced(dims=(*second.dims[:-2], second.dims[-1], second.dims[-2]))
            return Scores(first, keys, (), 0)
        if call.operation in OPERATIONS:
            return OPERATIONS[call.operation](self, call)
        return self._unknown(call, maps, "")

    def _constant(self, arguments: Any, shapes: Sequence[Shape], several: bool) -> Any:
        """What an operation makes of constants: shapes, and whose weights are in it."""
        weights = tuple(
            dict.fromkeys(weight for one in _flat(arguments) if isinstance(one, Constant) for weight in one.weights)
        )
        made = tuple(Constant(shape, None, weights) for shape in shapes)
        return made if several else made[0] if made else None

    def _unknown(self, call: Call, maps: Sequence[Map], why: str, params: int = 0) -> Any:
        """An operation that is not known, with so many parameters beside its own; each of its outputs is one."""
        operation = call.operation if "." in call.operation else f"aten.{call.operation}"
        told = f"{operation}: {why}" if why else operation
        params += sum(self.tracer.trained(one) for one in _flat(call.given) if isinstance(one, Constant))
        found = []
        for number, shape in enumerate(call.shapes or ((),)):
            name = call.name if number == 0 else f"{call.name}/{number + 1}"
            found.append(self.tracer.unknown(name, told, maps, shape, params if number == 0 else 0))
        return found[0] if len(found) == 1 else tuple(found)

    def _inlined(self, node: Any, arguments: Sequence[Any], names: Names) -> Any:
        at = next((number for number, one in enumerate(arguments) if hasattr(one, "graph")), None)
        if at is None:
            raise ForeignError(f"'{node.name}' calls what is no graph")
        body = arguments[at]
        places = [one for one in body.graph.nodes if one.op == "placeholder"]
        return self._run(body.graph, body, dict(zip(places, arguments[at + 1 :], strict=False)), names)

    # Attention that is written out

    def _leads_to_attention(self, node: Any) -> bool:
        """Whether a product is scaled, biased, made shares by a softmax, and multiplied with values, with no other
        use in between."""
        last, softened, added = node, False, False
        size = _shape(node)[-2:]
        while len(last.users) == 1:
            (user,) = last.users
            operation = operation_of(user)
            others = [one for one in user.all_input_nodes if one is not last]
            if operation == "matmul" and softened and user.args[0] is last and user.args[1] is not last:
                return True
            if any(one in self.tainted for one in others) or not _has_shape(user) or _shape(user)[-2:] != size:
                return False
            if operation == "softmax":
                if softened or len(user.args) < 2 or user.args[1] not in (-1, len(_shape(user)) - 1):
                    return False
                softened = True
            elif operation == "add" and not softened:
                added = True
            elif not (
                operation in RESHAPES or operation in COPIES or operation in SAME_OBJECT or operation == "expand"
            ) and (operation not in ("mul", "div") or added or softened):
                return False
            last = user
        return False

    def _scored(self, call: Call, scores: Scores) -> Map | Scores:
        if call.operation == "matmul":
            mask = Terms(self, scores.terms) if scores.terms else None
            return attended(
                self.tracer, call.name, scores.queries, scores.keys, call.map("other", "mat2"), scores.params, mask
            )
        constants = [one for one in _flat(call.given) if isinstance(one, Constant)]
        params = scores.params + sum(self.tracer.trained(one) for one in constants)
        terms = scores.terms
        if call.operation == "add":
            trained = any(count for one in constants for _, count in one.weights)
            others = [one for one in call.node.all_input_nodes if one is not call.node.args[0]]
            if not trained and others:
                terms = (*terms, (others[0], call.shape))
        return scores.replaced(terms=terms, params=params)

    def number(self, node: Any) -> Any:
        """The numbers of a node that depends on no input and on no parameter. Raises `Layout`."""
        needed, waiting = set(), [node]
        while waiting:
            one = waiting.pop()
            if one not in needed and one not in self.tainted:
                needed.add(one)
                waiting += one.all_input_nodes
        numbers: dict[Any, Any] = {}
        for one in self.graph.nodes:
            if one in needed:
                numbers[one] = self._number(one, numbers)
        return numbers[node]

    def _number(self, node: Any, numbers: dict[Any, Any]) -> Any:
        torch = extras.torch()

        if node.op == "placeholder":
            path = self.sources.get(node)
            found = None if path is None else self.exported.constants.get(path, self.exported.state_dict.get(path))
            if path is None or self.weights[node.name][1] or found is None or found.is_meta:
                raise Layout("a mask whose numbers are not at hand")
            return found.detach().cpu()
        if node.op == "get_attr":
            return operator.attrgetter(str(node.target))(self.exported.graph_module).detach().cpu()
        if prod(_shape(node) if _has_shape(node) else ()) > MOST:
            raise Layout("a mask that is too large")

        def known(value: Any) -> Any:
            if isinstance(value, tuple | list):
                return type(value)(known(one) for one in value)
            if not hasattr(value, "all_input_nodes"):
                return value
            # Of what depends on the inputs only the shape is asked for.
            return (
                torch.zeros(_shape(value), dtype=value.meta["val"].dtype) if value in self.tainted else numbers[value]
            )

        named = {key: known(value) for key, value in node.kwargs.items()}
        if "device" in named:
            named["device"] = torch.device("cpu")
        try:
            return node.target(*[known(one) for one in node.args], **named)
        except Exception as error:  # whatever torch raises
            raise Layout("a mask whose numbers cannot be worked out") from error


class Names:
    """Names of layers: a call of a module without modules in it has the module's path, where it is one operation, or
    the last one of a module of PyTorch's own; all others have the operation's name in the scope of the module."""

    def __init__(self, owner: Any, tainted: set[Any]) -> None:
        self.inner: set[str] = set()
        self.calls: dict[str, list[Any]] = {}
        graphs = [one.graph for one in owner.modules() if hasattr(one, "graph")]
        for node in (one for graph in graphs for one in graph.nodes):
            stack = list((node.meta.get("nn_module_stack") or {}).keys())
            ours = node in tainted if node.graph is owner.graph else node.op == "call_function"
            layer = ours and node.target is not operator.getitem and operation_of(node) not in COPIES
            if stack and layer:
                self.inner.update(stack[:-1])
                self.calls.setdefault(stack[-1], []).append(node)

    def of(self, node: Any, operation: str) -> str:
        stack = node.meta.get("nn_module_stack") or {}
        word = operation.rstrip("()").lstrip("_")
        if not stack:
            return word
        key, (path, kind) = list(stack.items())[-1]
        scope = _scope(str(path))
        kind = kind if isinstance(kind, str) else getattr(kind, "__module__", "")
        made = self.calls.get(key, [])
        whole = key not in self.inner and made[-1:] == [node] and (len(made) == 1 or kind.startswith("torch.nn."))
        return (scope or word) if whole else f"{scope}/{word}" if scope else word


def _scope(path: str) -> str:
    """`layer1/0/conv1` for `layer1.0.conv1`; calls after the first are numbered by the description itself."""
    for noise in ("L['self'].", 'L["self"].', "L['self']", 'L["self"]'):
        path = path.removeprefix(noise)
    return path.partition("@")[0].replace(".", "/")


class Terms(Mask):
    """Terms of attention scores that are constants: nodes, and the shape of the scores that each is added to."""

    def __init__(self, program: Program, terms: Sequence[tuple[Any, Shape]]) -> None:
        self.program, self.terms = program, terms

    def keeps_apart(self, rows: Sequence[Dim], columns: Dim, reach: Reach) -> bool:
        torch = extras.torch()

        leading = [atom for dim in rows[:-1] for atom in joined(dim)]
        row, column = list(joined(rows[-1])), list(joined(columns))
        atoms = [*leading, *row, *column]
        sizes = [atom.size for atom in atoms]
        if None in sizes or prod(size for size in sizes if size is not None) > MOST:
            raise Layout("a mask that is too large")
        total = torch.zeros(())
        for node, shape in self.terms:
            term = self.program.number(node)
            if term.dtype == torch.bool:
                term = torch.where(term, 0.0, -torch.inf)
            total = total + term.float().expand(shape).reshape(sizes)
        apart = torch.zeros((), dtype=torch.bool)
        for axis, roll in reach.shift.items():
            n = prod(atom.size for atom in (*leading, *row) if atom.role == axis and atom.size is not None)
            places = []
            for inner in (range(len(leading), len(leading) + len(row)), range(len(leading) + len(row), len(atoms))):
                place = torch.zeros((), dtype=torch.int64)
                for at in (*range(len(leading)), *inner):
                    if atoms[at].role == axis:
                        along = [-1 if one == at else 1 for one in range(len(atoms))]
                        place = place + (torch.arange(atoms[at].size) * atoms[at].step).view(along)
                places.append(place + roll >= n)
            apart = apart | (places[0] != places[1])
        return bool(((total <= MASKED) == apart).all())


MASKED = -100
"""Scores that a softmax makes nothing of: exp(-100) is below the precision of single numbers."""
MOST = 1 << 26
"""Entries of a mask that are looked at."""


def _shape(node: Any) -> Shape:
    return _known(node, node.meta["val"])


def _known(node: Any, tensor: Any) -> Shape:
    """Sizes as numbers. Raises `ForeignError`."""
    try:
        return tuple(int(n) for n in tensor.shape)
    except Exception as error:  # torch's, for a symbol that has no number
        raise ForeignError(f"the sizes of '{node.name}' depend on data") from error


def _has_shape(node: Any) -> bool:
    return hasattr(node.meta.get("val"), "shape")


def _shapes(node: Any) -> Iterator[Shape]:
    """Shapes of a node's outputs; numbers have none."""
    value = node.meta.get("val")
    for one in value if isinstance(value, tuple | list) else (value,):
        if hasattr(one, "shape"):
            yield _known(node, one)


def _flat(value: Any) -> Iterator[Any]:
    """The leaves of lists, tuples and dicts."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, tuple | list):
        for one in value:
            yield from _flat(one)
    else:
        yield value


def _resolved(value: Any, values: dict[Any, Any]) -> Any:
    """Arguments with values in place of nodes."""
    if isinstance(value, tuple | list):
        return tuple(_resolved(one, values) for one in value)
    if isinstance(value, dict):
        return {key: _resolved(one, values) for key, one in value.items()}
    if isinstance(value, slice):
        return value
    return values.get(value) if hasattr(value, "all_input_nodes") else value


def _named(node: Any, args: Sequence[Any], kwargs: dict[str, Any]) -> dict[str, Any]:
    """Arguments by the names of the operation's schema, defaults included."""
    schema = getattr(node.target, "_schema", None)
    if schema is None:
        return {**{str(number): one for number, one in enumerate(args)}, **kwargs}
    found: dict[str, Any] = {}
    for number, one in enumerate(schema.arguments):
        if number < len(args):
            found[one.name] = args[number]
        elif one.name in kwargs:
            found[one.name] = kwargs[one.name]
        elif one.has_default_value():
            found[one.name] = one.default_value
    return found


def _item(value: Any, at: Any) -> Any:
    """An element of a tuple; of what is none, the value itself."""
    if isinstance(value, tuple):
        return value[at] if isinstance(at, int) and -len(value) <= at < len(value) else None
    return value


def _axis(number: int, rank: int) -> int:
    if not -rank <= number < max(rank, 1):
        raise Layout(f"it names axis {number} of {rank}")
    return number % rank


def _row(value: Any, rank: int, default: Any = None) -> list[int]:
    """One number for each axis."""
    given = value if isinstance(value, tuple | list) else (value,)
    if not given or given[0] is None:
        given = (default,) if not isinstance(default, list) else default
    row = list(given) * rank if len(given) == 1 else list(given)
    if len(row) != rank:
        raise Layout(f"it has {len(row)} numbers for {rank} axes")
    return [int(one) for one in row]


# What moves nothing


def _activation(program: Program, call: Call) -> Map:
    return program.tracer.passed(call.name, call.map(), type=ACTIVATIONS.get(call.operation, "identity"))


def _clamp(program: Program, call: Call) -> Map:
    low, high = call.get("min", "min_val"), call.get("max", "max_val")
    if isinstance(low, Map) or isinstance(high, Map):
        return _binary(program, call)
    type = "relu6" if (low, high) == (0, 6) else "relu" if low == 0 and high is None else "hard_tanh"
    return program.tracer.passed(call.name, call.map(), type=type)


def _prelu(program: Program, call: Call) -> Map:
    slope = call.constant("weight")
    return _binary(program, call) if slope is None else program.tracer.prelu(call.name, call.map(), slope)


def _binary(program: Program, call: Call) -> Map:
    operands = [one for one in call.given.values() if isinstance(one, Map | Constant)]
    return program.tracer.combined(call.name, BINARY.get(call.operation, "add"), operands)


def _extremum(program: Program, call: Call) -> Map:
    """`max` and `min`: of two tensors, or over dimensions."""
    return _binary(program, call) if isinstance(call.get("other"), Map | Constant) else _reduce(program, call)


def _reduce(program: Program, call: Call) -> Map:
    x, dims = call.map(), call.get("dim")
    rank = len(x.dims)
    given = dims if isinstance(dims, tuple | list) else () if dims is None else (dims,)
    named = sorted({_axis(int(one), rank) for one in given}) or list(range(rank))
    return program.tracer.pooled(call.name, x, named, bool(call.get("keepdim", default=False)),
                                 REDUCTIONS[call.operation])  # fmt: skip


def _softmax(program: Program, call: Call) -> Map:
    x = call.map()
    if not x.dims:
        raise Layout("a tensor without dimensions")
    over = [x.dims[_axis(call.get("dim", default=-1), len(x.dims))]]
    return program.tracer.softmaxed(call.name, x, over, call.operation)


def _glu(program: Program, call: Call) -> Map:
    x = call.map()
    at = _axis(call.get("dim", default=-1), len(x.dims))
    if not is_channels(x.dims[at]) or x.channels is None:
        raise Layout("halves of an axis are multiplied")
    return program.tracer.passed(
        call.name, x, _with(x, at, channels(call.shape[at])), "custom", filters=x.channels // 2, params=0, macs=0
    )


def _with(x: Map, at: int, dim: Dim) -> list[Dim]:
    """The dimensions of a map, one of them another."""
    return [dim if number == at else one for number, one in enumerate(x.dims)]


# Windows


def _conv(program: Program, call: Call) -> Map:
    weight, bias = call.constant("weight"), call.constant("bias")
    if weight is None or len(weight.shape) < 3:
        raise Layout("its weights are computed from data")
    x, kernel = call.map(), list(weight.shape[2:])
    rank = len(kernel)
    if len(x.dims) != rank + 2:
        raise Layout("its input has no batch")
    turned = "transpose" in call.operation or bool(call.get("transposed"))
    spatial: dict[str, Any] = {
        "kernel": kernel,
        "stride": _row(call.get("stride"), rank, 1),
        "dilation": _row(call.get("dilation"), rank, 1),
    }
    spatial["padding"] = _sides(call.get("padding", default=0), kernel, spatial["dilation"])
    groups = int(call.get("groups", default=1))
    given = {"groups": groups, "bias": bias is not None, **program.tracer.shared(weight, bias)}
    if not turned:
        return program.tracer.window(call.name, "conv", x, weight.shape[0], spatial, **given)
    spatial["output_padding"] = _row(call.get("output_padding"), rank, 0)
    return program.tracer.window(call.name, "conv_transpose", x, weight.shape[1] * groups, spatial, **given)


def _sides(padding: Any, kernel: Sequence[int], dilation: Sequence[int]) -> list[list[int]]:
    """Padding before and after each axis; the odd one of "same" is after."""
    if isinstance(padding, str):
        wide = [d * (k - 1) if padding == "same" else 0 for k, d in zip(kernel, dilation, strict=True)]
        return [[total // 2, total - total // 2] for total in wide]
    return [[one, one] for one in _row(padding, len(kernel), 0)]


def _pool(program: Program, call: Call) -> Map:
    x = call.map()
    rank = int(call.operation.partition("pool")[2][:1])
    kernel = _row(call.get("kernel_size"), rank)
    dilation = _row(call.get("dilation"), rank, 1)
    spatial: dict[str, Any] = {
        "kernel": kernel,
        "stride": _row(call.get("stride"), rank, kernel),
        "dilation": dilation,
        "padding": _sides(call.get("padding", default=0), kernel, dilation),
    }
    if len(x.dims) != rank + 2:
        raise Layout("its input has no batch")
    over = [dim for dim, k in zip(x.dims[2:], kernel, strict=True) if k > 1]
    if all(is_channels(dim) for dim in over) and any(dim for dim in over):
        return _pooled_channels(program, call, x, spatial)
    type = "max_pool" if call.operation.startswith("max") else "avg_pool"
    return program.tracer.window(call.name, type, x, None, spatial, ceil_mode=bool(call.get("ceil_mode")))


def _pooled_channels(program: Program, call: Call, x: Map, spatial: dict[str, list[Any]]) -> Map:
    """A pool along channels, as local response normalisation has."""
    dims = list(x.dims)
    for at in range(2, len(dims)):
        if spatial["kernel"][at - 2] > 1:
            dims[at] = channels(call.shape[at])
        elif spatial["stride"][at - 2] > 1 or spatial["padding"][at - 2] != [0, 0]:
            raise Layout("channels and axes are pooled together")
    count = size_of(tuple(atom for dim in dims for atom in dim if atom.role == CHANNELS))
    return program.tracer.passed(call.name, x, dims, "custom", filters=count, params=0, macs=0)


def _adaptive_pool(program: Program, call: Call) -> Map:
    x, tracer = call.map(), program.tracer
    rank = int(call.operation.partition("pool")[2][:1])
    kind = "max" if call.operation.startswith("adaptive_max") else "avg"
    if len(x.dims) != rank + 2:
        raise Layout("its input has no batch")
    wanted = list(call.shape[2:])
    if all(one == 1 for one in wanted):
        return tracer.pooled(call.name, x, range(2, len(x.dims)), True, kind)
    x = tracer.canonical(call.name, x)
    axes = tracer.window_axes(x)
    target = [1] * tracer.axes
    for axis, one in zip(axes, wanted, strict=True):
        target[axis] = one
    layer = tracer.draft.add(call.name, f"adaptive_{kind}_pool", [x.layer], output_size=target)
    return Map(layer, (x.dims[0], x.dims[1], *((Atom(axis, None),) for axis in axes)), x.local)


# Normalisation


def _norm(program: Program, call: Call) -> Map:
    x = call.map()
    scale, bias = call.constant("weight"), call.constant("bias")
    given: dict[str, Any] = {"scale": scale is not None, "bias": bias is not None, **program.tracer.shared(scale, bias)}
    type = NORMS[call.operation]
    # Without statistics of their own, norms of batches work with those of the map, and those of instances with none.
    if type == "batch_norm" and (call.get("training") or call.get("running_mean") is None):
        type = "instance_norm"
    elif type == "instance_norm" and call.get("use_input_stats") is False:
        type = "batch_norm"
    if type == "group_norm":
        given["groups"] = call.get("num_groups", "group", default=1)
    if len(x.dims) < 2 or not is_channels(x.dims[1]):
        x = program.tracer.canonical(call.name, x)
    return program.tracer.passed(call.name, x, type=type, **given)


NORMS = {
    "batch_norm": "batch_norm", "native_batch_norm": "batch_norm", "cudnn_batch_norm": "batch_norm",
    "_native_batch_norm_legit": "batch_norm", "_native_batch_norm_legit_no_training": "batch_norm",
    "_batch_norm_no_update": "batch_norm", "instance_norm": "instance_norm", "group_norm": "group_norm",
    "native_group_norm": "group_norm",
}  # fmt: skip


def _layer_norm(program: Program, call: Call) -> Map:
    x = call.map()
    over = x.dims[len(x.dims) - len(call.get("normalized_shape", default=(1,))) :]
    return program.tracer.layer_normed(call.name, x, over, call.constant("weight"), call.constant("bias"))


# Products


def _linear(program: Program, call: Call) -> Map:
    x, weight, bias = call.map(), call.constant("weight"), call.constant("bias")
    if weight is None or len(weight.shape) != 2:
        raise Layout("its weights are computed from data")
    stated = program.tracer.shared(weight, bias)
    return program.tracer.projected(call.name, x, len(x.dims) - 1, weight.shape[0], bias is not None, stated)


def _addmm(program: Program, call: Call) -> Map:
    bias, weight = call.get("self"), call.constant("mat2")
    if not isinstance(bias, Constant) or weight is None or len(weight.shape) != 2:
        raise Layout("it multiplies maps")
    x = call.map("mat1")
    stated = program.tracer.shared(weight, bias)
    return program.tracer.projected(call.name, x, len(x.dims) - 1, weight.shape[1], True, stated)


def _matmul(program: Program, call: Call) -> Map:
    first, second = call.get("self"), call.get("other", "mat2", "vec")
    return multiplied(program.tracer, call.name, first, second)


def _attention(program: Program, call: Call) -> Map:
    if call.get("is_causal"):
        raise Layout("only what lies before is attended to")
    mask = call.get("attn_mask", "attn_bias")
    if isinstance(mask, Map):
        raise Layout("its mask is computed from data")
    params, terms = 0, None
    if isinstance(mask, Constant):
        params = program.tracer.trained(mask)
        if not any(count for _, count in mask.weights):
            names = [one.name for one in call.node.target._schema.arguments]
            at = next(names.index(name) for name in ("attn_mask", "attn_bias") if name in names)
            term = call.node.args[at] if at < len(call.node.args) else call.node.kwargs[names[at]]
            query, key = call.map("query"), call.map("key")
            scores = tuple(n or 0 for n in (*query.shape[:-1], key.shape[-2]))
            terms = Terms(program, ((term, scores),))
    maps = call.map("query"), call.map("key"), call.map("value")
    return attended(program.tracer, call.name, *maps, params, terms)


# Layout


def _reshape(program: Program, call: Call) -> Map:
    return program.tracer.reshape(call.name, call.map(), call.shape)


def _permute(program: Program, call: Call) -> Map:
    x = call.map()
    rank = len(x.dims)
    order = list(range(rank))
    if call.operation == "permute":
        order = [_axis(one, rank) for one in call.get("dims", default=())]
    elif call.operation == "movedim":
        whence, whither = ([_axis(one, rank) for one in (value if isinstance(value, tuple | list) else (value,))]
                           for value in (call.get("source"), call.get("destination")))  # fmt: skip
        rest = iter(at for at in range(rank) if at not in whence)
        order = [whence[whither.index(at)] if at in whither else next(rest) for at in range(rank)]
    elif call.operation in ("t", "numpy_T"):
        order = order[::-1]
    else:
        one, other = (_axis(call.get(f"dim{n}", f"axis{n}", default=0), rank) for n in (0, 1))
        order[one], order[other] = other, one
    if sorted(order) != list(range(rank)):
        raise Layout(f"its order is {order[:6]}")
    return program.tracer.passed(call.name, x, [x.dims[at] for at in order])


def _expand(program: Program, call: Call) -> Map:
    x = call.map()
    if call.operation == "repeat":
        target = list(call.shape)
        own = (1,) * (len(target) - len(x.dims)) + tuple(n or 0 for n in x.shape)
        if any(n not in (1, want) for n, want in zip(own, target, strict=True)):
            raise Layout("it repeats more than one entry")
    return program.tracer.expanded(call.name, x, list(call.shape))


def _repeat_interleave(program: Program, call: Call) -> Map:
    x, tracer, times = call.map(), program.tracer, call.get("repeats")
    if type(times) is not int or call.get("dim") is None:
        raise Layout("it repeats as often as data says")
    at = _axis(call.get("dim"), len(x.dims))
    axis = axis_of(x.dims[at])
    if axis is None:
        if not is_channels(x.dims[at]) or x.channels is None:
            raise Layout("part of an axis is repeated")
        return tracer.passed(call.name, x, _with(x, at, channels(call.shape[at])), "custom",
                             filters=x.channels * times, params=0, macs=0)  # fmt: skip
    scale = [times if one == axis else 1 for one in range(tracer.axes)]
    layer = tracer.draft.add(call.name, "upsample", [x.layer], scale=scale, coordinates="asymmetric")
    return Map(layer, tuple(_with(x, at, (Atom(axis, call.shape[at]),))), x.local)


def _cat(program: Program, call: Call) -> Map:
    tensors = call.get("tensors", default=())
    # Tensors of shape (0,) may stand in any row (a legacy of torch.cat).
    operands = [one for one in tensors if not (isinstance(one, Constant) and one.shape == (0,))]
    if not all(isinstance(one, Map | Constant) for one in operands):
        raise Layout("it joins what are no tensors")
    return program.tracer.joined(call.name, operands, _axis(call.get("dim", default=0), len(call.shape)))


def _stack(program: Program, call: Call) -> Map:
    tensors = call.get("tensors", default=())
    at = _axis(call.get("dim", default=0), len(call.shape))
    operands: list[Map | Constant] = []
    for one in tensors:
        if isinstance(one, Map):
            operands.append(one.replaced(dims=(*one.dims[:at], (), *one.dims[at:])))
        elif isinstance(one, Constant):
            operands.append(one.replaced(shape=(*one.shape[:at], 1, *one.shape[at:])))
    return program.tracer.joined(call.name, operands, at)


def _split(program: Program, call: Call) -> list[Map]:
    x = call.map()
    at = _axis(call.get("dim", default=0), len(x.dims))
    return program.tracer.divided(call.name, x, at, [shape[at] for shape in call.shapes])


def _unbind(program: Program, call: Call) -> list[Map]:
    x = call.map()
    at = _axis(call.get("dim", default=0), len(x.dims))
    parts = program.tracer.divided(call.name, x, at, [1] * len(call.shapes))
    return [one.replaced(dims=(*one.dims[:at], *one.dims[at + 1 :])) for one in parts]


def _select(program: Program, call: Call) -> Map:
    x = call.map()
    return program.tracer.one_of(call.name, x, _axis(call.get("dim", default=0), len(x.dims)), call.get("index"))


def _slice(program: Program, call: Call) -> Map:
    x = call.map()
    at = _axis(call.get("dim", default=0), len(x.dims))
    n = x.shape[at]
    if n is None:
        raise Layout("a dimension of unknown size is cut")
    start, length = call.get("start", default=0), call.get("length")
    if isinstance(start, Map) or isinstance(call.get("end"), Map):
        raise Layout("it cuts by data")
    end = start + length if length is not None else call.get("end", default=n)
    first, stop, step = slice(start, end, call.get("step", default=1)).indices(n)
    if stop <= first:
        raise Layout("nothing is left")
    if (first, stop, step) == (0, n, 1):
        return x
    return program.tracer.cropped(call.name, x, at, first, stop, step)


def _index(program: Program, call: Call) -> Map:
    x = call.map()
    if call.operation == "index_select":
        index, at = call.get("index"), _axis(call.get("dim", default=0), len(x.dims))
    else:
        given = [(at, one) for at, one in enumerate(call.get("indices", default=())) if one is not None]
        if len(given) != 1:
            raise Layout("it picks by several tables")
        ((at, index),) = given
    if not isinstance(index, Constant):
        raise Layout("it picks by data")
    return program.tracer.picked(call.name, x, at, index.replaced(shape=index.shape or (1,)))


def _flip(program: Program, call: Call) -> Map:
    x = call.map()
    for one in call.get("dims", default=()):
        if not is_channels(x.dims[_axis(one, len(x.dims))]):
            raise Layout("an axis is turned round")
    return program.tracer.passed(call.name, x)


def _roll(program: Program, call: Call) -> Map:
    """No layer: whatever comes behind it works at places that are rolled."""
    x, shifts = call.map(), call.get("shifts", default=())
    shifts, named = ((value if isinstance(value, tuple | list) else (value,)) for value in
                     (shifts, call.get("dims", default=())))  # fmt: skip
    if len(shifts) != len(named):
        raise Layout("it is rolled as if it were flat")
    dims = list(x.dims)
    for shift, one in zip(shifts, named, strict=True):
        at = _axis(one, len(dims))
        dim = joined(dims[at])
        if all(atom.role == CHANNELS for atom in dim):
            continue
        if len(dim) != 1 or not isinstance(dim[0].role, int) or dim[0].step != 1 or dim[0].size is None:
            raise Layout("part of an axis is rolled")
        roll = (dim[0].roll - shift) % dim[0].size
        dims[at] = (Atom(dim[0].role, dim[0].size, 1, None, roll),)
    return x.replaced(dims=tuple(dims))


def _pad(program: Program, call: Call) -> Map:
    x = call.map()
    pads, mode = list(call.get("pad", "padding", default=())), call.get("mode", default="constant")
    if call.operation.startswith("reflection"):
        mode = "reflect"
    elif call.operation.startswith("replication"):
        mode = "replicate"
    elif call.operation == "_pad_circular":
        mode = "circular"
    if len(pads) % 2 or len(pads) > 2 * len(x.dims) or mode not in PAD_MODES:
        raise Layout(f"it pads by {pads[:6]}, {mode}")
    sides = [(0, 0)] * len(x.dims)
    for number in range(len(pads) // 2):
        sides[len(x.dims) - 1 - number] = (pads[2 * number], pads[2 * number + 1])
    return program.tracer.padded(call.name, x, sides, PAD_MODES[mode])


def _rearrange(program: Program, call: Call) -> Map:
    up = call.operation == "pixel_shuffle"
    scale = call.get("upscale_factor", "downscale_factor", default=1)
    return program.tracer.rearranged(call.name, call.map(), scale, up)


def _channel_shuffle(program: Program, call: Call) -> Map:
    return program.tracer.passed(call.name, call.map(), type="channel_shuffle", groups=call.get("groups", default=1))


def _resize(program: Program, call: Call) -> Map:
    tracer = program.tracer
    x = tracer.canonical(call.name, call.map())
    axes = tracer.window_axes(x)
    kind = call.operation.removeprefix("_").removeprefix("upsample_")
    if kind.endswith("_aa"):
        raise Layout("interpolation against aliasing")
    aligned = bool(call.get("align_corners"))
    told: dict[str, Any] = {"mode": "nearest", "coordinates": "half_pixel" if "exact" in kind else "asymmetric"}
    if not kind.startswith("nearest"):
        told["mode"] = "cubic" if "cubic" in kind else "linear"
        told["coordinates"] = "align_corners" if aligned else "half_pixel"
    scales = call.get("scale_factors")
    if scales is None:
        scales = [call.given[name] for name in ("scales_d", "scales_h", "scales_w", "scales") if name in call.given]
    # Corners are aligned by the sizes, whatever the scale; without one the ratio of the sizes is meant.
    if aligned or len(scales) != len(axes) or any(one is None for one in scales):
        told["size"] = [1] * tracer.axes
        for axis, n in zip(axes, call.shape[2:], strict=True):
            told["size"][axis] = n
    else:
        told["scale"] = [1] * tracer.axes
        for axis, one in zip(axes, scales, strict=True):
            told["scale"][axis] = int(one) if one == int(one) else float(one)
    layer = tracer.draft.add(call.name, "resize", [x.layer], **told)
    return Map(layer, (x.dims[0], x.dims[1], *((Atom(axis, None),) for axis in axes)), x.local)


def _each(stem: str, *ranks: int) -> list[str]:
    return [f"{stem}{rank}d" for rank in ranks or (1, 2, 3)]


OPERATIONS: dict[str, Callable[[Program, Call], Map | Sequence[Map]]] = {
    **dict.fromkeys([*ACTIVATIONS, *POINTWISE], _activation),
    **dict.fromkeys(BINARY, _binary),
    **dict.fromkeys(REDUCTIONS, _reduce),
    **dict.fromkeys(("max", "min"), _extremum),
    **dict.fromkeys(("clamp", "clamp_min", "clamp_max", "clip", "hardtanh"), _clamp),
    **dict.fromkeys(RESHAPES, _reshape),
    **dict.fromkeys(NORMS, _norm),
    **dict.fromkeys((*_each("conv"), *_each("conv_transpose"), "convolution"), _conv),
    **dict.fromkeys((*_each("max_pool"), *_each("avg_pool")), _pool),
    **dict.fromkeys((f"{name}_with_indices" for name in _each("max_pool")), _pool),
    **dict.fromkeys((*_each("adaptive_avg_pool"), *_each("adaptive_max_pool")), _adaptive_pool),
    **dict.fromkeys(("softmax", "log_softmax"), _softmax),
    **dict.fromkeys(("layer_norm", "native_layer_norm", "rms_norm", "_fused_rms_norm"), _layer_norm),
    **dict.fromkeys(("permute", "movedim", "t", "numpy_T", "transpose"), _permute),
    **dict.fromkeys(("expand", "expand_as", "broadcast_to", "repeat", "expand_copy"), _expand),
    **dict.fromkeys(("split", "split_with_sizes", "chunk", "tensor_split", "split_with_sizes_copy"), _split),
    **dict.fromkeys(("slice", "narrow", "slice_copy", "narrow_copy"), _slice),
    **dict.fromkeys(("select", "select_copy"), _select),
    **dict.fromkeys(("index", "index_select"), _index),
    **dict.fromkeys(("pad", "constant_pad_nd", "_pad_circular"), _pad),
    **dict.fromkeys((*_each("reflection_pad"), *_each("replication_pad")), _pad),
    **dict.fromkeys(("pixel_shuffle", "pixel_unshuffle"), _rearrange),
    **dict.fromkeys(_each("upsample_nearest"), _resize),
    **dict.fromkeys(_each("_upsample_nearest_exact"), _resize),
    **dict.fromkeys(("upsample_linear1d", "upsample_bilinear2d", "upsample_trilinear3d", "upsample_bicubic2d",
                     "_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa"), _resize),
    "prelu": _prelu,
    "glu": _glu,
    "linear": _linear,
    "addmm": _addmm,
    "matmul": _matmul,
    "scaled_dot_product_attention": _attention,
    "repeat_interleave": _repeat_interleave,
    "cat": _cat,
    "stack": _stack,
    "unbind": _unbind,
    "flip": _flip,
    "roll": _roll,
    "channel_shuffle": _channel_shuffle,
}  # fmt: skip
"""Operation -> what it is as layers; each raises `Layout` where it is none."""

__all__ = ["BATCH", "OPERATIONS", "Program", "is_settled"]
