"""Shapes of sums of products, against NumPy's."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from rfcli.readers.onnx.products import product_shape

MATRICES = [((2, 3), (3, 4)), ((5, 1, 2, 3), (4, 3, 6)), ((2, 3), (7, 3, 1))]
SUMS = [("ac, bc -> ab", (2, 3), (4, 3)), ("zc,ca", (2, 3), (3, 4)), ("ab,ab->", (2, 3), (2, 3)), ("aab->b", (2, 2, 5))]


@pytest.mark.parametrize("shapes", MATRICES)
def test_matrices(shapes: Any) -> None:
    wanted = numpy.matmul(*map(numpy.zeros, shapes)).shape
    assert product_shape("MatMul", {}, shapes) == wanted


@pytest.mark.parametrize(("equation", "shapes"), [(equation, shapes) for equation, *shapes in SUMS])
def test_equations(equation: str, shapes: Any) -> None:
    wanted = numpy.einsum(equation, *map(numpy.zeros, shapes)).shape
    assert product_shape("Einsum", {"equation": equation}, shapes) == wanted


@pytest.mark.parametrize(
    ("operation", "equation", "shapes"),
    [
        ("MatMul", None, [(2, 3), (2, 3)]),
        ("MatMul", None, [(3,), (3, 2)]),
        ("MatMul", None, [(2, 3)]),
        ("Einsum", None, [(2, 3)]),
        ("Einsum", "ab->ac", [(2, 3)]),
        ("Einsum", "ab,bc->ac", [(2, 3), (4, 3)]),
        ("Einsum", "...a->a", [(2, 3)]),
    ],
)
def test_what_has_no_shape(operation: str, equation: object, shapes: Any) -> None:
    assert product_shape(operation, {"equation": equation}, shapes) is None
