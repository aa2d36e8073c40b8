"""Models drawn up with a tracer, anew where their inputs turn out to have other roles."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.tracing.maps import Roles
from rfcli.readers.tracing.tracer import Tracer, drafted


def read(shape: Sequence[int | None], order: Sequence[int]) -> Draft:
    """A model that turns its input and convolves it."""

    def run(tracer: Tracer) -> None:
        x = tracer.input("in", shape)
        turned = tracer.passed("turned", x, [x.dims[at] for at in order])
        tracer.outputs([tracer.window("conv", "conv", turned, 8, {"kernel": [3] * (len(shape) - 2)})])

    return drafted({"in": shape}, lambda: Draft(File("net.onnx")), run)


@pytest.mark.parametrize(
    ("shape", "order", "given"),
    [
        ([1, 3, 32, 40], (0, 1, 2, 3), {"name": "in", "size": [32, 40], "channels": 3}),
        ([1, 32, 40, 3], (0, 3, 1, 2), {"name": "in", "size": [32, 40], "channels": 3}),
        ([1, 100, 8], (0, 2, 1), {"name": "in", "size": [100], "channels": 8}),
        ([None, 3, 8, 9, 10], (0, 1, 2, 3, 4), {"name": "in", "size": [8, 9, 10], "channels": 3}),
    ],
)
def test_inputs(shape: list[int | None], order: tuple[int, ...], given: dict[str, object]) -> None:
    assert read(shape, order).node().value["input"].plain() == given


def test_an_input_of_too_many_axes() -> None:
    with pytest.raises(ForeignError, match="an input has 4 axes beside batch and channels: rf knows 1 to 3"):
        read([1, 3, 8, 8, 8, 8], range(6))


def test_inputs_without_an_order() -> None:
    def run(tracer: Tracer) -> None:
        turn = tracer.roles.get(("in", 1), 1)
        raise Roles({("in", 1): 0 if turn == 1 else 1})

    with pytest.raises(ForeignError, match="the inputs have no consistent order of dimensions"):
        drafted({"in": [1, 3]}, lambda: Draft(File("net.onnx")), run)


def test_families_do_not_hide_one_another() -> None:
    """An operation stands in the core, or in one family."""
    families = [cls for cls in Tracer.__mro__ if cls not in (Tracer, object)]
    names = [name for cls in families for name in vars(cls) if not name.startswith("__")]
    assert sorted(set(names)) == sorted(names)
