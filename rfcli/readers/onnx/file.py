"""ONNX models: the graph only; weights, external ones too, are looked through for masks only. Needs the extra `onnx`.

Operations are those of the ONNX operator specification, opsets 7 and newer; a module for each family of
them says what they are as layers.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain
from typing import Any, BinaryIO

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.ordering import ordered
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.onnx import external
from rfcli.readers.onnx.messages import messages
from rfcli.readers.onnx.steps import Step, names_of, steps
from rfcli.readers.onnx.wire import damaged, without_weights
from rfcli.readers.refused import by_ending

MOST = 64 << 20
"""Bytes of a model without its weights."""
OLDEST = 7
"""Opset from which on broadcasting is as it is today."""
TRAINED = True
"""A model has its weights, which fit maps of their sizes only."""


def read(
    stream: BinaryIO, file: File, limits: Limits, problems: Problems, *, sizes: Mapping[str, Mapping[int, int]] = {}
) -> Draft | None:
    """The description of an ONNX model, of which sizes of inputs may be given. Raises `ForeignError`, and `CallError`
    where onnx is missing."""
    size = stream.seek(0, 2)
    if size > limits.model_bytes:
        raise ForeignError(f"larger than {limits.model_bytes} bytes", limits.exceeded("model_bytes"))
    try:
        model = _model(without_weights(stream, MOST), file.path)
    except ForeignError:
        refusal = by_ending(file.path)
        if refusal is not None:
            raise refusal.error() from None
        raise
    external.brought_in(model, stream)
    count = operations(model)
    if count > limits.layers:
        raise ForeignError(f"more than {limits.layers} operations", limits.exceeded("layers"))
    nodes = _read(model.graph)
    opsets = {one.domain: one.version for one in model.opset_import}
    opset = opsets.get("", opsets.get("ai.onnx", 0))
    if 0 < opset < OLDEST:
        raise ForeignError(f"opset {opset} is older than {OLDEST}", "convert the model with onnx.version_converter")
    if model.functions:
        from rfcli.readers.onnx.inference import inlined

        model = inlined(model, count) or model
        nodes = steps(model.graph.node)
    for one in model.graph.input:
        for at, n in sizes.get(one.name, {}).items():
            one.type.tensor_type.shape.dim[at].dim_value = n
    from rfcli.readers.onnx.program import described

    draft = described(model, nodes, file, opset)
    alone = _of_one_image(model, draft) if draft.unknown else None
    if alone is not None:
        # What models work out of a number of images that is not known is no news: a field is that of one image.
        other = described(alone, steps(alone.graph.node), File(file.path), opset)
        if other.unknown < draft.unknown:
            draft, model = other, alone
    if draft.unclear:
        draft.unsized = bytes(model.SerializeToString())
    return draft


def _of_one_image(model: Any, draft: Draft) -> Any | None:
    """The model for one image, where it takes any number of them."""
    along = dict(draft.places.values())
    alone = type(model)()
    alone.CopyFrom(model)
    found = False
    for one in alone.graph.input:
        dims = one.type.tensor_type.shape.dim
        if one.name in along and len(dims) > 2 and 0 not in along[one.name] and not dims[0].dim_value:
            dims[0].dim_value = 1
            found = True
    return alone if found else None


def _model(data: bytes, path: str) -> Any:
    """The model as the file has it. Raises `ForeignError`, and `CallError` where onnx is missing."""
    model_class = messages(f"{path}: reading an ONNX model").ModelProto
    from google.protobuf.message import DecodeError

    try:
        model = model_class.FromString(data)
    except DecodeError:
        raise damaged() from None
    if not model.graph.node and not model.graph.output:
        raise ForeignError("not an ONNX model: it has no graph")
    return model


def _read(graph: Any) -> list[Step]:
    """The nodes of a graph. Raises `ForeignError` where a name in it is not UTF-8."""
    nodes = steps(graph.node)
    if {*map(type, chain(_names(graph), names_of(nodes)))} - {str}:
        raise ForeignError("a damaged ONNX model: a name in it is not UTF-8")
    return nodes


def operations(model: Any) -> int:
    """Nodes of a model with its functions in place of the nodes that call them. Raises `ForeignError` where a function
    calls itself."""
    functions = list(model.functions)
    if not functions:
        return len(model.graph.node)
    numbers = {(one.domain, one.name): number for number, one in enumerate(functions)}

    def called(node: Any) -> int | None:
        return numbers.get((node.domain, node.op_type))

    needs = [{number for node in one.node if (number := called(node)) is not None} for one in functions]
    order = ordered(needs)
    if len(order) < len(functions):
        stuck = next(one for number, one in enumerate(functions) if number not in order)
        raise ForeignError(f"the function '{stuck.name[:60]}' calls itself")
    counts: dict[int | None, int] = {None: 1}
    for number in order:
        counts[number] = sum(counts[called(node)] for node in functions[number].node)
    return sum(counts[called(node)] for node in model.graph.node)


def _names(graph: Any) -> Iterator[Any]:
    """All names in a graph but those in its nodes."""
    yield graph.name
    for one in chain(graph.input, graph.output, graph.value_info, graph.initializer):
        yield one.name
