"""Maps that wait, put in place: what they are as layers."""

from __future__ import annotations

import pytest

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import Atom, Layout, Map
from rfcli.readers.tracing.settling import settled, unrolled
from rfcli.readers.tracing.tracer import Tracer


def told(tracer: Tracer) -> list[dict[str, object]]:
    document = tracer.draft.node().plain()
    assert isinstance(document, dict)
    return [{key: value for key, value in one.items() if key not in ("name", "inputs")} for one in document["layers"]]


def network() -> tuple[Tracer, Map]:
    tracer = Tracer(Draft(File("net"), "net"), 1, {})
    return tracer, tracer.input("x", (1, 2, 9))


@pytest.mark.parametrize(
    ("roll", "pad", "crop"), [(2, [0, 2], [2, 0]), (7, [2, 0], [0, 2]), (4, [0, 4], [4, 0]), (5, [4, 0], [0, 4])]
)
def test_rolls(roll: int, pad: list[int], crop: list[int]) -> None:
    """Entry o is sample o + roll, around the border: the shorter way."""
    tracer, x = network()
    made = unrolled(tracer, "r", x.with_dim(2, (Atom(0, 9, 1, None, roll),)))
    assert (made.shape, made.dims[2][0].roll) == ((1, 2, 9), 0)
    assert told(tracer) == [
        {"type": "pad", "padding": [pad], "padding_mode": "circular"},
        {"type": "crop", "cropping": [crop]},
    ]


def test_what_lies_in_place_is_the_same() -> None:
    tracer, x = network()
    for value in (x, [x, 3], {"a": (x, None)}, "text"):
        assert settled(tracer, "s", value) is value


def test_maps_behind_one_another() -> None:
    """Each stands among zeros; a part of one sample, too."""
    tracer, x = network()
    parts = [tracer.cropped(f"p{at}", x, 2, *cut, 1) for at, cut in enumerate([(0, 3), (8, 9), (1, 3)])]
    made = settled(tracer, "j", [Joined(tuple(one for one in parts if isinstance(one, Map)), 2)])[0]
    assert made.shape == (1, 2, 6)
    assert [one for one in told(tracer) if one["type"] != "crop"] == [
        {"type": "pad", "padding": [[0, 3]]},
        {"type": "pad", "padding": [[3, 2]]},
        {"type": "pad", "padding": [[4, 0]]},
        {"type": "add"},
    ]


def test_no_axis() -> None:
    tracer, x = network()
    with pytest.raises(Layout, match="brought together"):
        settled(tracer, "j", Joined((x, x), 0))
