"""Attention, as one operation, or written out: products of queries and keys, which a softmax makes shares of."""

from collections.abc import Set

from rfcli.readers.torch.calls import Call, operation
from rfcli.readers.torch.layout import RESHAPES
from rfcli.readers.torch.masks import Added, Terms
from rfcli.readers.torch.nodes import COPIES, SAME_OBJECT, Argument, Node, operation_of, shapes_of
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.attention import Causal, Mask, attended, sought
from rfcli.readers.tracing.maps import Constant, Layout, Map, transposed
from rfcli.values import Value

KEEPING = {*RESHAPES, *COPIES, *SAME_OBJECT, "expand"}
"""Operations that leave scores as they are."""
MASKING = {"add": 0, "masked_fill": 0, "sub": 0, "where": 1}
"""Operations that may mask scores -> the first argument that they may be."""


@operation("scaled_dot_product_attention")
def attention(call: Call, query: Argument, *, key: Argument, value: Argument, is_causal: bool = False) -> Map:
    word = "attn_bias" if call.arguments.get("attn_mask") is None else "attn_mask"
    mask = call.arguments.get(word)
    if isinstance(mask, Map):
        raise Layout("its mask is computed from data")
    plain = mask is None or any(count for _, count in mask.weights)
    if isinstance(query, Constant) and isinstance(key, Map) and isinstance(value, Map) and plain and not is_causal:
        return sought(call.tracer, call.name, query, key, value)
    three = mapped(query), mapped(key), mapped(value)
    left: Mask | None = Causal() if is_causal else None
    if not plain:
        shape = tuple(n or 0 for n in (*three[0].shape[:-1], three[1].shape[-2]))
        left = Added(call.numbers, call.raw(word), shape)
    return attended(call.tracer, call.name, *three, call.tracer.trained(mask), left)


class Scores(Value):
    """Attention on its way from queries and keys to values: what is done to its scores, and weights in it."""

    queries: Map
    keys: Map
    terms: tuple[Node, ...]
    params: int


def scores_of(call: Call, queries: Map, keys: Map) -> Scores:
    """The product of queries and transposed keys, to which `baddbmm` adds."""
    added = [one for one in call.operands if isinstance(one, Constant)]
    params = sum(call.tracer.trained(one) for one in added)
    masks = added and not any(count for one in added for _, count in one.weights)
    return Scores(queries, transposed(keys), (call.node,) if masks else (), params)


def is_sum_with_product(arguments: dict[str, Argument], operation: str) -> bool:
    """Whether an operation adds a constant to the product of two maps."""
    plain = arguments.get("beta", 1) == arguments.get("alpha", 1) == 1
    return operation == "baddbmm" and plain and isinstance(next(iter(arguments.values())), Constant)


def leads_to_attention(node: Node, tainted: Set[Node], live: Set[Node]) -> bool:
    """Whether a product is scaled, biased, made shares by a softmax, and multiplied with values, with no other use in
    between; `tainted` is what depends on the inputs, `live` what results depend on."""
    last, softened, added = node, False, False
    size = [shape[-2:] for shape in shapes_of(node)]
    while len(users := [one for one in last.users if one in live]) == 1:
        (user,) = users
        operation = operation_of(user)
        if operation == "matmul" and softened and user.args[0] is last and user.args[1] is not last:
            return True
        alone = not any(one in tainted and one is not last for one in user.all_input_nodes)
        if not alone or [shape[-2:] for shape in shapes_of(user)] != size:
            return False
        if operation == "softmax":
            if softened or len(user.args) < 2 or user.args[1] not in (-1, len(shapes_of(user)[0]) - 1):
                return False
            softened = True
        elif operation in MASKING and not softened and last in user.args[MASKING[operation] :]:
            added = True
        elif operation not in KEEPING and (operation not in ("mul", "div") or added or softened):
            return False
        last = user
    return False


def with_scores(call: Call, scores: Scores) -> Map | Scores:
    """An operation on scores: what is added to them, or in the end their product with values. Raises `Layout`."""
    if call.operation == "matmul":
        mask = Terms(call.numbers, scores.terms) if scores.terms else None
        values = mapped(call.arguments.get("other", call.arguments.get("mat2")))
        return attended(call.tracer, call.name, scores.queries, scores.keys, values, scores.params, mask)
    constants = [one for one in call.operands if isinstance(one, Constant)]
    params = scores.params + sum(call.tracer.trained(one) for one in constants)
    others = [one for one in call.node.all_input_nodes if one not in call.numbers.tainted]
    if call.operation not in MASKING or any(count for one in constants for _, count in one.weights):
        return scores.replaced(params=params)
    return scores.replaced(params=params, terms=(*scores.terms, call.node)) if others else scores
