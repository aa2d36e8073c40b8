"""What onnx works out, in a process of its own: limits of time and memory, and what becomes of its end."""

from __future__ import annotations

import os
import time
from itertools import pairwise

import numpy
import pytest
from onnx import ModelProto, helper, numpy_helper

import rfcli
from readers.onnx.graphs import of
from rfcli.readers.onnx import inference
from rfcli.readers.onnx.inference import confined, inferred, inlined
from rfcli.readers.onnx.program import REMARK


def raising() -> bytes:
    raise ValueError("what onnx says")


def endless() -> bytes:
    while True:
        pass


def greedy() -> bytes:
    kept = b"x" * (inference.MEMORY + (64 << 20))
    return kept[:1]


TASKS = [
    # a task, and what is had of it: nothing where it raises, None where its process ends
    (lambda: b"made", b"made"),
    (lambda: b"m" * 300_000, b"m" * 300_000),
    (raising, b""),
    (os.abort, None),
    (endless, None),
    (greedy, None),
]


@pytest.mark.parametrize(("task", "had"), TASKS)
def test_tasks_end_within_limits(task: object, had: bytes | None, capfd: pytest.CaptureFixture[str]) -> None:
    started = time.monotonic()
    assert confined(task, 0.2) == had  # type: ignore[arg-type]
    assert time.monotonic() - started < 20
    assert capfd.readouterr() == ("", "")


def test_more_than_is_taken_is_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inference, "MOST", 10)
    assert confined(lambda: b"m" * 100_000, 1) is None


def doubling(nodes: int) -> bytes:
    """Constants put behind one another, as many times as many as before each time."""
    listed = [helper.make_node("Concat", [f"c{at}"] * 2, [f"c{at + 1}"], axis=0) for at in range(nodes)]
    listed.append(helper.make_node("Mystery", ["x", f"c{nodes}"], ["y"], name="odd"))
    number = numpy_helper.from_array(numpy.array([4]), "c0")
    return of(listed, {"x": [1, 4, 8, 8]}, ["y"], initializer=[number])


def aborting() -> bytes:
    """onnx looks for a length that it did not make."""
    nodes = [
        helper.make_node("Split", ["x", ""], ["o", "p", "q"], num_outputs=1),
        helper.make_node("Relu", ["o"], ["y"]),
    ]
    return of(nodes, {"x": [1, 4, 8, 8]}, ["y"], opset=21)


@pytest.mark.parametrize("data", [doubling(40), aborting()], ids=["doubling", "aborting"])
def test_a_model_that_ends_onnx_is_read(data: bytes) -> None:
    """What is not known then is told."""
    architecture = rfcli.loads(data, "m.onnx")
    assert architecture.remarks == (REMARK,)
    assert any(entry.layer.given.get("unknown") for entry in architecture.entries)


def functions(count: int, calls: int) -> bytes:
    """Each calls the one before so many times."""
    made, domain = [], "org.example"
    for number in range(count):
        called = f"F{number - 1}" if number else "Relu"
        names = ["a", *(f"t{at}" for at in range(calls - 1)), "b"]
        body = [
            helper.make_node(called, [one], [other], domain=domain if number else "") for one, other in pairwise(names)
        ]
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(domain, 1)]
        made.append(helper.make_function(domain, f"F{number}", ["a"], ["b"], body, opsets))
    node = helper.make_node(f"F{count - 1}", ["x"], ["y"], domain=domain)
    return of([node], {"x": [1, 2, 8, 8]}, ["y"], functions=tuple(made))


def test_functions_are_inlined() -> None:
    layers = [one.layer.type for one in rfcli.loads(functions(3, 2), "m.onnx").entries]
    assert layers == ["relu"] * 8


def test_functions_that_double_are_counted_first() -> None:
    with pytest.raises(rfcli.DescriptionError, match="more than 100000 operations"):
        rfcli.loads(functions(60, 2), "m.onnx")


def test_a_function_that_calls_itself_is_refused() -> None:
    model = ModelProto.FromString(functions(3, 1))
    model.functions[0].node[0].op_type, model.functions[0].node[0].domain = "F2", "org.example"
    with pytest.raises(rfcli.DescriptionError, match="the function 'F0' calls itself"):
        rfcli.loads(model.SerializeToString(), "m.onnx")


def test_models_that_onnx_does_not_take_are_as_they_were() -> None:
    model = ModelProto.FromString(aborting())
    assert inferred(model) is None
    wrong = ModelProto.FromString(of([helper.make_node("Add", ["x"], ["y"])], {"x": [1]}, ["y"]))
    assert inferred(wrong) == wrong
    assert inlined(wrong, 1) == wrong
