"""What functions are called with."""

from __future__ import annotations

import pytest

from readers.tracing.drawing import mapped
from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.tensorflow.calls import Call, Extent, integer, integers
from rfcli.readers.tracing.channels_last import NativeTracer
from rfcli.readers.tracing.maps import Constant, Layout


def called(function, inputs, **attributes):
    tracer = NativeTracer(Draft(File("net")), 2, {})
    return Call(tracer, "Operation", "a", tuple(inputs), attributes, 1).made(function)


def taking(call, x: Map, sizes: Integers, other: Traced = None, *, axis: int, mode: str = "a"):  # noqa: F821
    return [x, sizes, other, axis, mode]


X = mapped("b h4 w6 c8")


def test_inputs_and_attributes_are_bound_by_their_annotations() -> None:
    assert called(taking, [X, Constant((2,), [1, 2], ())], axis=3) == [X, [1, 2], None, 3, "a"]


@pytest.mark.parametrize(
    ("inputs", "attributes", "why"),
    [
        ([X], {"axis": 1}, "it has no sizes"),
        ([X, X], {"axis": 1}, "its sizes is computed from data"),
        ([Constant((), [1], ()), Constant((), [1], ())], {"axis": 1}, "its input is a constant"),
        ([X, Constant((), [1.5], ())], {"axis": 1}, "its sizes depends on a size that is not known"),
        ([X, Constant((), [float("inf")], ())], {"axis": 1}, "its sizes is not finite"),
        ([X, Constant((), [1], ())], {}, "it has no axis"),
        ([X, Constant((), [1], ())], {"axis": "h"}, "its axis is no int"),
        ([X, Constant((), [1], ())], {"axis": True}, "its axis is no int"),
        ([X, Constant((), [1], ())], {"axis": 1 << 40}, "its axis is no int"),
        ([X, Constant((), [1], ())], {"axis": 1, "mode": 3}, "its mode is no str"),
    ],
)
def test_what_does_not_fit(inputs, attributes, why) -> None:
    with pytest.raises(Layout, match=why):
        called(taking, inputs, **attributes)


def test_numbers() -> None:
    assert integers(None, "sizes") is None and integer(Constant((), [True], ()), "axis") == 1
    for values in ([Extent((), "x")], [None], [1 << 70]):
        with pytest.raises(Layout):
            integers(Constant((1,), values, ()), "sizes")
    with pytest.raises(Layout, match="its axis is no number"):
        integer(Constant((2,), [1, 2], ()), "axis")
