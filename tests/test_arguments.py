"""Arguments of the public functions: what they take, whatever type it has, and what they refuse, by name."""

from __future__ import annotations

import io
from typing import Any

import pytest

import rfcli
from rfcli import arguments

NET = {
    "format": 1,
    "input": {"size": [32, 24], "channels": 3},
    "layers": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1, "filters": 8},
        {"name": "b", "type": "max_pool", "kernel": 2, "stride": 2},
    ],
}


class Count:
    """An integer that is no int, as numpy's are."""

    def __init__(self, n: int) -> None:
        self.n = n

    def __index__(self) -> int:
        return self.n


def test_integers_of_any_type() -> None:
    assert arguments.integer(Count(3), "n") == 3
    assert arguments.size((Count(4), None)) == (4, None)
    report = rfcli.compute(NET, input_size=(Count(16), Count(8)))
    assert report.layer("b").output_size == (8, 4)
    assert rfcli.compute(NET, input_size=Count(16)).layer("b").output_size == (8, 8)  # type: ignore[arg-type]
    locator = rfcli.located(report, "b")
    assert locator.at((Count(1), Count(0))) == locator.at((1, 0))  # type: ignore[arg-type]
    assert locator.covering((Count(1), Count(0))) == locator.covering((1, 0))  # type: ignore[arg-type]
    assert rfcli.tiles(report, "b", [Count(8), Count(8)]) == rfcli.tiles(report, "b", [8, 8])  # type: ignore[list-item]
    assert not rfcli.check(NET, object_size=Count(3), displacement=Count(1)).diagnostics  # type: ignore[arg-type]


WRONG: list[tuple[Any, type[Exception], str]] = [
    (lambda: rfcli.compute(NET, input_size="224x224"), TypeError, "input_size takes an integer, None, or a sequence .* write \\(224, 224\\)"),
    (lambda: rfcli.compute(NET, input_size=2.5), TypeError, "input_size takes an integer"),
    (lambda: rfcli.compute(NET, input_size=True), TypeError, "input_size takes an integer"),
    (lambda: rfcli.compute(NET, input_size=(8, "8")), TypeError, "input_size takes an integer"),
    (lambda: rfcli.compute(NET, input_size=(8, 8, 8)), rfcli.CallError, "has 3 entries, the network has 2 axes"),
    (lambda: rfcli.compute(NET, input_size={"image": 8}), rfcli.CallError, "no input 'image'"),
    (lambda: rfcli.compute(NET, input_size={"input": "8"}), TypeError, "input_size of 'input' takes"),
    (lambda: rfcli.compute(NET, input_size=0), rfcli.CallError, "at least 1"),
    (lambda: rfcli.compute(NET, mode=3), rfcli.CallError, "mode must be one of eval, train, is 3"),
    (lambda: rfcli.compute(NET, origin=3), rfcli.CallError, "origin, the name of a layer or input, is a string, not 3"),
    (lambda: rfcli.compute(3), TypeError, "a network takes a path, the name of a bundled network, a mapping"),
    (lambda: rfcli.compute([1]), TypeError, "a network takes"),
    (lambda: rfcli.compute(None), TypeError, "a network takes"),
    (lambda: rfcli.compute(rfcli.load(NET), settings={"a": 1}), rfcli.CallError, "settings are for a network"),
    (lambda: rfcli.load(NET, settings=[1]), TypeError, "settings takes a mapping"),
    (lambda: rfcli.load(NET, settings={"n": 1}), rfcli.CallError, "no parameter"),
    (lambda: rfcli.loads(3), TypeError, "loads takes a string, bytes"),
    (lambda: rfcli.loads("format: 1", 3), TypeError, "name takes a string"),
    (lambda: rfcli.load({**NET, "layers": {1: 2}}), TypeError, "<mapping>.layers: the keys of a description are strings"),
    (lambda: rfcli.load({**NET, "layers": [{"type": "conv", "kernel": {3}}]}), TypeError, "<mapping>.layers\\[0\\].kernel: a description holds"),
    (lambda: rfcli.located(NET, "c"), rfcli.CallError, "there is no layer 'c'"),
    (lambda: rfcli.located(NET, 3), rfcli.CallError, "the name of a layer is a string"),
    (lambda: rfcli.located(NET, "b").at((1,)), rfcli.CallError, "at takes a sequence of 2 integers"),
    (lambda: rfcli.located(NET, "b").at("11"), TypeError, "at takes a sequence of 2 integers"),
    (lambda: rfcli.located(NET, "b").at((1.5, 0)), TypeError, "at takes a sequence of 2 integers"),
    (lambda: rfcli.located(NET, "b").covering(3), TypeError, "covering takes a sequence of 2 integers"),
    (lambda: rfcli.tiles(NET, "b", 8), TypeError, "longest takes a sequence of 2 integers"),
    (lambda: rfcli.tiles(NET, "b", (8, 8, 8)), rfcli.CallError, "longest takes a sequence of 2 integers, one for each axis, not 3"),
    (lambda: rfcli.check(NET, select="RF501"), TypeError, "select takes a sequence of strings.*write \\['RF501'\\]"),
    (lambda: rfcli.check(NET, ignore=[3]), TypeError, "ignore takes a sequence of strings"),
    (lambda: rfcli.check(NET, select=["RF999"]), rfcli.CallError, "no rule is called 'RF999'"),
    (lambda: rfcli.check(NET, layers="b"), TypeError, "layers takes a sequence of strings"),
    (lambda: rfcli.check(NET, layers=["z"], expected={"size": 3}), rfcli.CallError, "there is no layer 'z'"),
    (lambda: rfcli.check(NET, object_size="9"), TypeError, "object_size takes an integer"),
    (lambda: rfcli.check(NET, object_size=-1), rfcli.CallError, "object_size takes an integer of at least 1"),
    (lambda: rfcli.check(NET, expected={"zz": 3}), rfcli.CallError, "no key 'zz'"),
    (lambda: rfcli.check(NET, expected={"size": "3"}), rfcli.CallError, "size must be a number"),
    (lambda: rfcli.check(NET, expected={"size": {"minimum": 3}}), rfcli.CallError, "size has no key 'minimum'"),
    (lambda: rfcli.check(NET, expected={"aligned": 3}), rfcli.CallError, "aligned must be true or false"),
    (lambda: rfcli.compare("vgg_16"), TypeError, "compare takes a sequence of reports or networks"),
    (lambda: rfcli.compare([3]), TypeError, "a network takes"),
    (lambda: rfcli.exported(NET, "caffe"), rfcli.CallError, "there is no target 'caffe'"),
    (lambda: rfcli.compute(NET, input_size={16, 17}), TypeError, "input_size takes an integer, None, or a sequence"),
    (lambda: rfcli.load(NET, settings={1: 1}), TypeError, "the name of a setting takes a string, not 1"),
    (lambda: rfcli.load(NET, limits={"layers": 3}), TypeError, "limits takes rfcli.Limits"),
    (lambda: rfcli.load(NET, limits=rfcli.Limits(layers="3")), TypeError, "limits.layers takes an integer"),
    (lambda: rfcli.load(NET, limits=rfcli.Limits(layers=-3)), rfcli.CallError, "limits.layers takes an integer of at least 1"),
    (lambda: rfcli.loads(io.StringIO("format: 1")), TypeError, "loads takes a binary file.*open it with 'rb'"),
    (lambda: rfcli.located(NET, "b").regions(2), rfcli.CallError, "axis takes the number of an axis, 0 to 1, not 2"),
    (lambda: rfcli.located(NET, "b").runs(-1), rfcli.CallError, "axis takes the number of an axis"),
    (lambda: rfcli.located(NET, "b").output_size("h"), TypeError, "axis takes the number of an axis"),
    (lambda: rfcli.located(NET, "b").region(0, "1"), TypeError, "o takes an integer"),
    (lambda: rfcli.located(NET, "b").samples(0, 1.5), TypeError, "o takes an integer"),
    (lambda: rfcli.located(NET, "b").seeing([1]), rfcli.CallError, "seeing takes a sequence of 2 integers"),
    (lambda: rfcli.located(NET, "b").points("11"), TypeError, "points takes a sequence of 2 integers"),
    (lambda: rfcli.tiles(NET, "b", (8, 8), fixed="false"), TypeError, "fixed takes True or False"),
    (lambda: rfcli.tiles(NET, "b", (8, 8), whole_frames=1), TypeError, "whole_frames takes True or False"),
    (lambda: rfcli.tiles(NET, "b", (8, 8), image=(10**40, 8)), rfcli.CallError, "tiles, more than 1000000: take larger ones"),
    (lambda: rfcli.described(NET, flat="no"), TypeError, "flat takes True or False"),
    (lambda: rfcli.exported(NET, ["torch"]), rfcli.CallError, "there is no target"),
    (lambda: rfcli.check(NET, expected=False), rfcli.CallError, "expected must be a mapping"),
    (lambda: rfcli.compute(NET).number("c"), rfcli.CallError, "there is no layer 'c'"),
    (lambda: rfcli.compute("resnet_50"), OSError, "resnet_50: cannot be read: .*did you mean 'resnet50'"),
    (lambda: rfcli.compute("no/such.yaml"), OSError, "no/such.yaml: cannot be read: No such file"),
    (lambda: rfcli.compute(NET).layer("c"), KeyError, "there is no layer 'c'"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "said"), WRONG, ids=[said[:40] for _, _, said in WRONG])
def test_what_is_refused_names_the_argument(call: Any, kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said):
        call()


def test_arrays_and_scalars_of_numpy_stand_for_lists_and_integers() -> None:
    import numpy

    described = {
        "format": 1,
        "input": {"size": numpy.array([9, 12])},
        "layers": [{"type": "conv", "kernel": numpy.int8(3)}],
    }
    report = rfcli.compute(described, input_size=numpy.array(16))
    assert report.layers[0].output_size == (14, 14)
    assert rfcli.compute(described).layers[0].output_size == (7, 10)
    assert all(type(end) is int for end in rfcli.located(report, "conv_1").region(numpy.int64(0), numpy.int64(3)) or ())
    assert rfcli.check(described, expected={"size": numpy.array([3, 3])}).diagnostics == ()
