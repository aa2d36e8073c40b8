"""Subgraphs that are steps of recurrent layers: whole networks are in `test_recurrent.py`."""

from __future__ import annotations

import io

import pytest

from readers.tensorflow.lite.written import Lite, tensor
from rfcli.description.limits import Limits
from rfcli.readers.tensorflow.lite.loops import loop_in
from rfcli.readers.tensorflow.lite.model import Model, Subgraph
from rfcli.readers.tensorflow.saved.loops import Loop


def step(**changed: object) -> tuple[Loop, list[int], bool] | None:
    """A SimpleRNN of three features that makes four: tensors 0 to 3 are the number of the step, what was made, the state
    and the steps."""
    lite = Lite()
    one, zeros, rest, all_ = lite.numbers(1), lite.numbers(0, 0, 0), lite.numbers(-1, -1), lite.numbers(-1, -1, -1)
    laid = lite.numbers(0, 0)
    tensors = [
        tensor("t", ()), tensor("made", (5, 1, 4)), tensor("h", (1, 4)), tensor("x", (5, 1, 3)),
        tensor("one", (1,), one, 2), tensor("k", (4, 3), lite.weights()), tensor("r", (4, 4), lite.weights()),
        tensor("zeros", (3,), zeros, 2), tensor("rest", (2,), rest, 2), tensor("all", (3,), all_, 2),
        tensor("laid", (2,), laid, 2),
        *[tensor(f"n{at}", shape) for at, shape in enumerate(((), (1, 3), (1, 4), (1, 4), (1, 4), (1, 4), (1,), (3,),
                                                               (5, 1, 4), (1,), (3,), (5, 1, 4), (1, 1, 4), (5, 1, 4), (2,), (1, 3),
                                                               (1, 3), (5, 1, 4)))],
    ]  # fmt: skip
    rows = {
        "next": ("ADD", [0, 4], [11]), "read": ("GATHER", [3, 0], [12]), "xk": ("FULLY_CONNECTED", [12, 5, -1], [13]),
        "hr": ("FULLY_CONNECTED", [2, 6, -1], [14]), "sum": ("ADD", [13, 14], [15]), "act": ("TANH", [15], [16]),
        "at": ("RESHAPE", [0, 4], [17]), "size": ("CONCATENATION", [17, 8], [18]), "before": ("SLICE", [1, 7, 18], [19]),
        "at1": ("RESHAPE", [11, 4], [20]), "start": ("CONCATENATION", [20, 10], [21]),
        "behind": ("SLICE", [1, 21, 9], [22]), "value": ("RESHAPE", [16, 4], [23]),
        "put": ("CONCATENATION", [19, 23, 22], [24]),
    } | changed  # fmt: skip
    operators = [lite.operator(kind, inputs, outputs, {}) for kind, inputs, outputs in rows.values()]  # type: ignore[misc, attr-defined]
    lite.subgraph(tensors, [0, 1, 2, 3], [11, 28 if "cast" in changed else 24, 16, 3], operators)
    return loop_in(Subgraph(Model(io.BytesIO(lite.data()), Limits()), 0))


def test_a_step_is_known() -> None:
    found = step()
    assert found is not None
    loop, tensors, columns = found
    assert (loop.reads, loop.writes, loop.states, loop.last, columns) == (3, 1, (2,), False, False)
    assert sorted(tensors[at] for at in loop.matrices) == [5, 6] and not loop.others


def test_masks_of_dropout_are_passed_over() -> None:
    """Keras's cells with dropout multiply each step by ones of its shape, and hand the list on through a cast."""
    plain, masked = step(), step(
        shape=("SHAPE", [12], [25]), ones=("FILL", [25, 4], [26]), drop=("MUL", [12, 26], [27]),
        xk=("FULLY_CONNECTED", [27, 5, -1], [13]), cast=("CAST", [24], [28]),
    )  # fmt: skip
    assert plain is not None and masked is not None
    one, other = plain[0], masked[0]
    assert (one.reads, one.writes, one.states, len(one.matrices)) == (other.reads, other.writes, other.states, 2)


@pytest.mark.parametrize(
    "changed",
    [
        {"before": ("SLICE", [2, 7, 18], [19])},  # parts of another list
        {"at1": ("RESHAPE", [0, 4], [20])},  # what lies behind begins too early
        {"behind": ("SLICE", [1, 21, 7], [22])},  # nothing lies behind
        {"size": ("CONCATENATION", [17, 10], [18])},
        {"read": ("GATHER", [3, 4], [12])},  # the same step each time
        {"act": ("MEAN", [15, 4], [16])},
        {"hr": ("FULLY_CONNECTED", [12, 6, -1], [14])},  # no state is read
        {"hr": ("BATCH_MATMUL", [2, 6], [14])},  # weights lie in two ways
        {"next": ("SUB", [0, 4], [11])},
    ],
)
def test_others_are_not(changed: dict[str, object]) -> None:
    assert step(**changed) is None
