"""The numbers of constants that are too many to be worked out one by one, or that few operations make: what masks are
made of."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from io import BytesIO
from math import prod
from time import process_time
from typing import Any

from rfcli.readers.onnx.calls import Traced
from rfcli.readers.onnx.constants import Extent
from rfcli.readers.onnx.inference import confined
from rfcli.readers.onnx.kernels import UNMASKED
from rfcli.readers.onnx.magnitudes import Magnitudes
from rfcli.readers.onnx.stored import RAW
from rfcli.readers.onnx.working import FEW, Working, as_ours
from rfcli.readers.tracing.maps import Constant, Map

MOST = 2000
"""Nodes that are run for one constant."""
PLACES = 16
"""Digits of the time that one has taken."""
LAID = frozenset(["Identity", "Reshape", "Squeeze", "Transpose", "Unsqueeze"])
"""Operations whose entries are those of their first input, in the same order but for a transposition."""
SHAPED = frozenset(["Shape", "Size"])
"""Operations on sizes alone."""
SECONDS = 1.0
"""Time of a processor for all that are run."""


class Evaluator:
    """Constants of a graph by their names; `values` are those that are known so far."""

    def __init__(self, graph: Any, opset: int, makers: Mapping[str, Any], values: Mapping[str, Traced]) -> None:
        self.opset, self.makers, self.values = opset, makers, values
        self.stored = {one.name: one for one in graph.initializer if one.data_location != 1}
        self.hollow = {
            one.name for one in graph.initializer if any(pair.key == UNMASKED for pair in one.metadata_props)
        }
        """Tensors whose numbers were left out."""
        self.known: dict[str, Any] = {}
        self.left = SECONDS
        self.working = Working(makers, {one.name: one for one in graph.initializer}, values)
        self.magnitudes = Magnitudes(makers, self.working, values)

    def __call__(self, name: str) -> Any | None:
        """The numbers as an array, of NumPy where they are too many for one of ours; None where they are not at
        hand."""
        if name not in self.known:
            found: Any = self.working(name)
            if found is None:
                found = self._at_hand(name)
                found = _few(self._run(name) if found is None else found)
            self.known[name] = found
        return self.known[name]

    def is_small(self, name: str, most: float) -> bool:
        """Whether a constant that is made of others has no number of that magnitude, as is seen without working it
        out."""
        return self.magnitudes.is_made(name) and self.magnitudes.of(name) < most

    def _at_hand(self, name: str) -> Any | None:
        """What is stored, or laid out anew."""
        laid: list[Any] = []
        while name not in self.stored and name in self.makers and self.makers[name].op_type in LAID:
            laid.append(self.makers[name])
            name = laid[-1].input[0]
        found = self._stored(name)
        for node in reversed(laid):
            found = None if found is None else _laid_out(found, node, self.values.get(node.output[0]))
        return found

    def _stored(self, name: str) -> Any | None:
        if name in self.stored:
            return _array(self.stored[name])
        node, held = self.makers.get(name), self.values.get(name)
        if node is None:
            return None
        if node.op_type == "Constant":
            tensor = next((one.t for one in node.attribute if one.name == "value"), None)
            return None if tensor is None else _array(tensor)
        given = [self.values.get(one) for one in node.input]
        sized = node.op_type in SHAPED and isinstance(given[0], Map)
        sized |= any(type(n) is Extent for one in given if isinstance(one, Constant) for n in one.values or ())
        if not sized or not isinstance(held, Constant) or not all(type(one) is int for one in held.values or [None]):
            return None
        import numpy

        return numpy.asarray(held.values, numpy.int64).reshape(held.shape)

    def _run(self, name: str) -> Any | None:
        """By running the nodes that make it, in a process of its own."""
        needed: dict[str, Any] = {}
        nodes: list[Any] = []
        waiting, seen = [name], set[str]()
        while waiting:
            one = waiting.pop()
            if one in seen or not one:
                continue
            seen.add(one)
            found = self._at_hand(one) if one != name else None
            node = self.makers.get(one)
            if found is not None:
                needed[one] = found
            elif node is None or len(nodes) >= MOST or not isinstance(self.values.get(one), Constant):
                return None
            else:
                nodes.append(node)
                waiting += node.input
        order = {id(node): number for number, node in enumerate(self.makers.values())}
        nodes = sorted({id(node): node for node in nodes}.values(), key=lambda node: order[id(node)])
        if self.left <= 0:
            return None
        import numpy
        import onnx.reference  # noqa: F401  Once, not in every process.

        data = confined(partial(_evaluated, [node.message for node in nodes], needed, name, self.opset), self.left)
        self.left -= float(data[:PLACES]) if data else self.left
        try:
            found = numpy.load(BytesIO(data[PLACES:]), allow_pickle=False) if data else None
        except (ValueError, OSError, EOFError):
            return None
        return found if found is not None and found.dtype.kind in "biuf" else None


def _few(found: Any | None) -> Any | None:
    """An array of NumPy as one of ours, where its entries are few."""
    return found if found is None or found.size > FEW else as_ours(found)


def _laid_out(found: Any, node: Any, made: Traced) -> Any | None:
    """An array whose entries a node lays out anew, as it is known to make it; None where that is not known."""
    if node.op_type == "Transpose":
        perm = next((list(one.ints) for one in node.attribute if one.name == "perm"), None)
        order = list(range(found.ndim))
        return found.transpose(perm) if perm is None or sorted(perm) == order else None
    if not isinstance(made, Constant) or made.vague or prod(made.shape) != found.size:
        return None
    return found.reshape(made.shape)


def _array(tensor: Any) -> Any | None:
    import numpy

    shape = tuple(tensor.dims)
    if any(one.key == UNMASKED for one in tensor.metadata_props):
        return numpy.broadcast_to(numpy.float32(0), shape)
    try:
        if tensor.data_type in RAW and tensor.HasField("raw_data"):
            return numpy.frombuffer(tensor.raw_data, f"<{RAW[tensor.data_type]}").reshape(shape)
        from onnx import numpy_helper

        return numpy_helper.to_array(tensor)
    except (ValueError, TypeError, KeyError, RuntimeError):  # values that were left out, or do not fit
        return None


def _evaluated(nodes: list[Any], needed: Mapping[str, Any], name: str, opset: int) -> bytes:
    import numpy
    from onnx import helper, numpy_helper
    from onnx.reference import ReferenceEvaluator

    held = [numpy_helper.from_array(numpy.asarray(array), one) for one, array in needed.items()]
    graph = helper.make_graph(nodes, "constant", [], [helper.make_empty_tensor_value_info(name)], held)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    try:
        (made,) = ReferenceEvaluator(model).run(None, {})
    except MemoryError:
        raise
    except Exception:  # whatever onnx finds wrong with a constant
        made = numpy.empty(0, dtype="V1")
    written = BytesIO()
    numpy.save(written, numpy.asarray(made), allow_pickle=False)
    return f"{process_time():{PLACES}.6f}".encode() + written.getvalue()
