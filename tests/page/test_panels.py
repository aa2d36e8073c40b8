"""What stands below the graph."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from rfcli.page import panels
from rfcli.render.columns import COLUMNS, cell


def computed(*layers: dict[str, Any], **more: Any) -> rfcli.Report:
    document = {"format": 1, "name": "net", "input": {"size": 16, "channels": 2}, "layers": list(layers), **more}
    return rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))


def conv(name: str, kernel: int = 3, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "conv", "kernel": kernel, "filters": 2, "padding": "same", **more}


def test_the_table_has_the_texts_of_compute() -> None:
    report = rfcli.compute("unet_small")
    columns: Any = panels.table(report)["columns"]
    assert {"type", "size", "stride", "phase_sizes", "params"} <= {one["key"] for one in columns}
    assert "extent" not in {one["key"] for one in columns}, "where no spacing is stated"
    for column in columns:
        texts = [column["texts"][row] for row in column["rows"]]
        assert len(texts) == len(report.layers)
        full = [cell(COLUMNS[column["key"]].value(layer), True) for layer in report.layers]
        assert all(
            text == one or (text[-1] == "…" and one.startswith(text[:-1]))
            for text, one in zip(texts, full, strict=True)
        )


def test_boxes_of_scopes() -> None:
    found: Any = panels.outline(rfcli.compute("resnet18"))
    labels = [one["label"] for one in found["items"]]
    assert found["label"] == "resnet18" and "layer1" in labels

    def numbers(box: Any) -> list[int]:
        return [
            n
            for one in box["items"]
            for n in (numbers(one) if "items" in one else [n for copy in one["copies"] for n in copy])
        ]

    assert sorted(numbers(found)) == list(range(len(rfcli.compute("resnet18").layers) + 1)), "every layer once"


def test_paths_are_counted_exactly() -> None:
    """Two residuals of kernel 3: of 1, 3 and 5 samples one, two and one."""
    block = {"type": "residual", "layers": [conv("c")], "repeat": 2, "name": "r"}
    found: Any = panels.paths(computed(block), "r_2")
    assert found["axes"][0] == {"step": 2, "apart": 2, "offsets": [1, 3, 5], "counts": ["1", "2", "1"]}


def test_many_sizes_share_bars(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(panels, "MOST_BINS", 2)
    block = {"type": "residual", "layers": [conv("c")], "repeat": 3, "name": "r"}
    found: Any = panels.paths(computed(block), "r_3")
    assert found["axes"][0] == {"step": 4, "apart": 2, "offsets": [1, 5], "counts": ["4", "4"]}


def test_the_effective_field() -> None:
    found: Any = panels.erf(computed(conv("a"), conv("b")), "b")
    axis = found["axes"][0]
    assert axis["weights"] == [0.333, 0.667, 1.0, 0.667, 0.333]
    assert (axis["first"], axis["step"], axis["size"], axis["effective_size"]) == (6, 1, 5, 5)
    assert "untrained" in found["says"]


def test_where_there_is_none_the_reason_stands() -> None:
    report = rfcli.compute({"format": 1, "layers": [conv("a"), {"name": "g", "type": "global_avg_pool"}]})
    assert "unknown" in panels.erf(report, "g")
    empty = panels.paths(report, None)
    assert empty == {"unknown": "the network has no layers"} == panels.erf(report, None)


def test_what_check_says() -> None:
    found: Any = panels.checks(
        computed(conv("a", 2), conv("b", 1, inputs=["input"]), {"name": "s", "type": "add", "inputs": ["a", "b"]})
    )
    first = next(one for one in found if one["code"] == "RF501")
    assert first["severity"] == "warning" and first["layers"] == [3]
    wrong: Any = panels.checks(computed(conv("a"), expect=[{"layer": "a", "size": 4}]))
    assert [(one["code"], one["severity"]) for one in wrong] == [("RF401", "error")]
    assert panels.checks(computed(conv("a"), check={"ignore": ["RF5"]})) == []


def test_the_steps_are_told() -> None:
    said: list[str] = []
    panels.panels(computed(conv("a")), None, said.append)
    assert said == ["net: table", "net: outline", "net: paths", "net: erf", "net: checks"]
