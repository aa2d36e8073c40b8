"""A scope with several outputs has what they have in common."""

from __future__ import annotations

from typing import Any

import rfcli
from rfcli.engine.plain import layer as as_data
from rfcli.engine.report import LayerReport
from rfcli.render.view import selected

CONV = {"type": "conv", "kernel": 3, "padding": 1, "filters": 4}


def pyramid(*heads: dict[str, Any]) -> rfcli.Report:
    """Heads side by side in one scope, as a feature pyramid has them."""
    branches = {f"h{n}": [head] if head else [] for n, head in enumerate(heads)}
    return rfcli.compute({
        "format": 1, "name": "net", "input": {"size": [16, 12], "channels": 4},
        "layers": [
            {"name": "stem", **CONV},
            {"name": "fpn", "type": "sequence", "layers": [
                {"name": "blocks", "type": "branches", "merge": "none", "branches": branches}]},
        ],
    })  # fmt: skip


def row(report: rfcli.Report, name: str, depth: int) -> LayerReport:
    (found,) = (one for one in selected(report, [], False, depth)[0].layers if one.name == name)
    return found


def test_numbers_that_differ_are_not_the_last_ones() -> None:
    report = pyramid(CONV, {**CONV, "kernel": 5, "padding": 2}, {**CONV, "stride": 2})
    for name, depth in (("fpn/blocks", 2), ("fpn", 1)):
        found = row(report, name, depth)
        data: dict[str, Any] = as_data(found)
        field = data["receptive_field"]
        assert (data["type"], data["channels"], data["output_size"]) == ("scope", 4, [None, None])
        assert field["size"] == field["stride"] == field["padding"] == [None, None]
        assert field["center"] == [0, 0], "which they have in common"
        assert field["notes"] == [
            "its 3 outputs differ in output_size, size, stride and 4 more: 'fpn/blocks/h0/conv_1', "
            "'fpn/blocks/h1/conv_1', 'fpn/blocks/h2/conv_1'; --layer tells of each"
        ]
        assert data["params"] == 2 * (3 * 3 * 16 + 4) + 5 * 5 * 16 + 4, "what the scope costs is known"


def test_outputs_that_agree_are_the_scopes() -> None:
    found = row(pyramid(CONV, CONV), "fpn/blocks", 2)
    assert found.receptive_field is not None
    assert (found.receptive_field.size, found.receptive_field.notes) == ((5, 5), ())


def test_channels_only() -> None:
    found = row(pyramid(CONV, {**CONV, "filters": 2}), "fpn/blocks", 2)
    assert found.receptive_field is not None
    assert found.receptive_field.size == (5, 5)
    assert found.receptive_field.notes[0].startswith("its 2 outputs differ in channels: ")


def test_what_one_output_sees_the_scope_sees() -> None:
    found = row(pyramid(CONV, {"type": "squeeze_excite", "units": 1}), "fpn/blocks", 2)
    assert found.receptive_field is not None
    assert found.receptive_field.globally
    assert found.receptive_field.through == ("fpn/blocks/h1/squeeze_excite_1",)
    assert found.receptive_field.unbounded == ("both", "both")


def test_a_scope_that_is_asked_for_is_what_its_name_stands_for() -> None:
    report = rfcli.compute({"format": 1, "input": {"size": 9, "channels": 1}, "layers": [
        {"name": "s", "type": "sequence", "layers": [{"name": "a", "type": "conv", "kernel": 1, "filters": 1}, {"name": "b", **CONV}]},
        {"name": "j", "type": "concat", "inputs": ["s/a", "s/b"]}]})  # fmt: skip
    (asked,) = selected(report, ["s"], False, 1)[0].layers
    assert asked.receptive_field is not None and asked.receptive_field.size == (3, 3)
    folded = row(report, "s", 1)
    assert folded.receptive_field is not None and folded.receptive_field.notes[0].startswith(
        "its 2 outputs differ in channels, size"
    )
