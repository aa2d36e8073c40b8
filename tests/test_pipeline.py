"""From texts to architectures, from architectures to graphs and reports."""

import io
from pathlib import Path
from typing import Any

import pytest

from rfcli import pipeline
from rfcli.description.architecture import Architecture
from rfcli.description.limits import Limits
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError, DescriptionError, Span

TWO = "format: 1\ninputs: {a: {size: [9, 9]}, b: {size: [9, 9]}}\nlayers: [{type: add, inputs: [a, b]}]\n"
ONE = "format: 1\nparameters: {k: 3}\ninput: {size: 9}\nlayers: [{name: c, type: conv, kernel: $(k)}]\n"
UNEVEN = "format: 1\nlayers: [{name: p, type: max_pool, kernel: 2, stride: 2}, {type: add, inputs: [p, input]}]\n"


def read(text: str, **settings: Any) -> Architecture:
    return pipeline.Loading(settings=settings).text(text, "net.yaml")


def sizes(network: Architecture) -> dict[str, tuple[int | None, ...]]:
    return {one.name: one.size for one in network.inputs}


def test_texts_bytes_streams_and_files(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(ONE, encoding="utf-8")
    data = ONE.encode()
    found = [pipeline.Loading().text(text, "net.yaml") for text in (ONE, data, io.BytesIO(data))]
    found.append(pipeline.Loading().file(str(tmp_path / "net.yaml")))
    assert [one.name for one in found] == ["net"] * 4


def test_settings_are_the_descriptions_parameters() -> None:
    assert pipeline.computed(read(ONE, k=5), ()).layer("c").receptive_field.size == (5, 5)  # type: ignore[union-attr]
    with pytest.raises(CallError, match=r"net\.yaml: .*'depth'"):
        read(ONE, depth=5)


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(DescriptionError) as error:
        read("format: 2\nlayers: [{type: relo}]\n")
    assert [one.code for one in error.value.diagnostics] == ["RF105", "RF104"]


def test_limits_hold() -> None:
    with pytest.raises(DescriptionError, match="RF009"):
        pipeline.Loading(Limits(bytes=9)).text(ONE, "net.yaml")


@pytest.mark.parametrize(
    ("size", "found"),
    [
        ((), {"a": (9, 9), "b": (9, 9)}),
        (5, {"a": (5, 5), "b": (5, 5)}),
        ((5, None), {"a": (5, None), "b": (5, None)}),
        (None, {"a": (None, None), "b": (None, None)}),
        ({"b": [3, 4]}, {"a": (9, 9), "b": (3, 4)}),
    ],
)
def test_other_sizes(size: Any, found: dict[str, tuple[int | None, ...]]) -> None:
    assert sizes(pipeline.resized(read(TWO), size)) == found


@pytest.mark.parametrize(
    ("size", "said"),
    [
        ({"c": 3}, "net.yaml: input_size: there is no input 'c' (there is a, b)"),
        ((1, 2, 3), "net.yaml: the input size 1x2x3 has 3 entries, the network has 2 axes"),
        ((5,), "net.yaml: the input size 5 has 1 entry, the network has 2 axes"),
        (0, "input_size: an input size must be at least 1, is 0"),
    ],
)
def test_sizes_that_do_not_fit(size: Any, said: str) -> None:
    with pytest.raises(CallError) as error:
        pipeline.resized(read(TWO), size)
    assert str(error.value) == said


@pytest.mark.parametrize("strides", [False, True])
def test_graphs(strides: bool) -> None:
    assert list(pipeline.graph_of(read(ONE), strides).labels) == ["input", "c"]
    with pytest.raises(DescriptionError, match="RF303"):
        pipeline.graph_of(read(UNEVEN), strides)


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ({"mode": "test"}, "mode must be one of eval, train, is 'test'"),
        ({"origin": "d"}, "net.yaml: origin: there is no layer 'd' (known here: input, c)"),
    ],
)
def test_reports_that_cannot_be(how: dict[str, str], said: str) -> None:
    with pytest.raises(CallError) as error:
        pipeline.computed(read(ONE), (), **how)
    assert str(error.value) == said


def test_reports_by_size_are_computed_once() -> None:
    problems = Problems()
    reports = pipeline.Reports(read(ONE), problems)
    where = Span("net.yaml", 7, 2)
    assert reports.at(11, where) is reports.at(11, where) is not None
    assert reports.at((1, 2, 3), where) is reports.at((1, 2, 3), where) is None
    assert [(one.span, one.code, one.message) for one in problems] == [
        (where, "RF301", "the input size 1x2x3 has 3 entries, the network has 2 axes")
    ]
    assert reports.at(2, where) is None
    assert [one.code for one in problems] == ["RF301", "RF305"]


def test_what_is_repeated_is_written_once() -> None:
    block = "{type: residual, layers: [{type: conv, kernel: 3, padding: 1}, {type: relu}]}"
    network = read(f"format: 1\ninput: {{size: 9, channels: 4}}\nlayers: [{', '.join([block] * 9)}]\n")
    text = pipeline.folded(pipeline.graph_of(network))
    assert text is not None
    assert text.count("type: conv") < 9
    assert len(read(text).entries) == len(network.entries)
