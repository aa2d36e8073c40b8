"""What a module is called with, as a call writes it."""

from __future__ import annotations

import pytest

from rfcli.diagnostics import CallError
from rfcli.live.examples import Examples, Shape, examples

READ = [
    (["1x3x224x224"], Examples((Shape((1, 3, 224, 224)),))),
    (["1X3×8"], Examples((Shape((1, 3, 8)),))),
    (["(1, 3, 8, 8)"], Examples((Shape((1, 3, 8, 8)),))),
    (["[1,128]:int64"], Examples((Shape((1, 128), "int64"),))),
    (["7"], Examples((Shape((7,)),))),
    (["x=1x3", "y=1x4:torch.long"], Examples((), {"x": Shape((1, 3)), "y": Shape((1, 4), "long")})),
    (["1x3", "1x3", "flip=False", "scale=0.5", "mask=None"], Examples((Shape((1, 3)), Shape((1, 3))), {"flip": False, "scale": 0.5, "mask": None})),
    (["b.x=1x3", "b.more.y=True", "z=1x4"], Examples((), {"b": {"x": Shape((1, 3)), "more": {"y": True}}, "z": Shape((1, 4))})),
]  # fmt: skip


@pytest.mark.parametrize(("texts", "found"), READ)
def test_examples(texts: list[str], found: Examples) -> None:
    assert examples(texts) == found


def test_none_is_none() -> None:
    assert examples([]) is None


def test_it_is_written_as_it_is_read() -> None:
    found = examples(["1x3x8x8", "ids=1x4:int64", "b.x.y=1x3", "flip=False"])
    assert str(found) == "1x3x8x8, ids=1x4:int64, b.x.y=1x3, flip=False"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("banana", "example: takes 1x3x224x224, NAME=SHAPE"),
        ("", "takes 1x3x224x224"),
        ("1x-3", "takes"),
        ("1x3x", "takes"),
        ("1x٣", "takes"),
        ("a b=1x3", "takes"),
        ("=1x3", "takes"),
        ("x=1=2", "takes"),
        ("x.=1x2", "takes"),
        (".x=1x2", "takes"),
        ("False", "takes"),
        ("1x3:", "'' is no type of numbers"),
        ("1x3:flaot", "did you mean 'float'?"),
        ("1x0", "has no entries"),
        ("99999x99999x99999", "has more than"),
        ("9" * 30, "takes"),
        ("1" * 500, "..."),
    ],
)
def test_what_is_wrong_is_told(text: str, said: str) -> None:
    with pytest.raises(CallError) as error:
        examples([text])
    assert said in str(error.value) and len(str(error.value)) < 300


def test_a_name_is_given_once() -> None:
    for first, second in (("x", "x"), ("x", "x.y"), ("x.y", "x"), ("x.y", "x.y"), ("x.y", "x.y.z")):
        with pytest.raises(CallError, match=f"{second} is given twice"):
            examples([f"{first}=1x3", f"{second}=1x4"])
