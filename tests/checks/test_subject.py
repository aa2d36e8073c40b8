"""What rules look at: a network and analyses of it."""

from __future__ import annotations

import json

import pytest

import rfcli
from rfcli.checks._network import Network
from rfcli.checks._subject import Bounds, Subject
from rfcli.engine.support import Effort

NET = {
    "format": 1,
    "input": {"size": [8, 9], "channels": 3},
    "layers": [
        {"type": "conv", "name": "a", "kernel": 3, "filters": 4},
        {"type": "conv", "name": "b", "kernel": 3, "padding": 1, "filters": 4},
        {"type": "add", "name": "sum", "inputs": ["a", "b"]},
    ],
}


@pytest.fixture
def subject() -> Subject:
    report = rfcli.compute(rfcli.loads(json.dumps(NET), "net.json"))
    return Subject(Network(report, Effort()), Bounds())


def test_layers(subject: Subject) -> None:
    assert list(subject.numbers) == [1, 2, 3]
    assert [subject.label(number) for number in subject.outputs] == ["sum"]
    assert subject.layer(1).type == "conv"
    assert subject.layer_report(3).name == "sum"
    assert subject.node(2).value["name"].value == "b"
    assert subject.consumers == [[1], [2, 3], [3], []]


def test_axes(subject: Subject) -> None:
    assert subject.distinct() == [[0], [1]]
    assert [subject.input_size(axis) for axis in subject.axes] == [8, 9]
    assert subject.where([1]) == " along w"
    assert subject.where([0, 1]) == ""


def test_paths_and_the_narrowest_of_them(subject: Subject) -> None:
    """Of 3 samples by a alone, of 5 by a and b."""
    assert [counts[3] for counts in subject.network.paths] == [2, 2]
    narrowest = subject.narrowest(0)[3]
    assert narrowest is not None
    assert narrowest.size == 3


def test_outputs_that_read_the_input(subject: Subject) -> None:
    assert {subject.label(number): outputs.count for number, outputs in subject.alive(0)} == {"a": 6, "b": 6, "sum": 6}
