"""What is read behind global layers: all that a whole map reads, also by other global layers before it."""

from __future__ import annotations

from typing import Any

import pytest

import rfcli
from engine import conv, report
from rfcli.engine.behind import Behind, Ways, hulls_behind
from rfcli.engine.locate import Locator
from rfcli.engine.support import Effort
from rfcli.geometry.unknown import Unknown

SQUEEZE: dict[str, Any] = {"type": "squeeze_excite", "units": 2}
GAP: dict[str, Any] = {"type": "global_avg_pool"}
CROP: dict[str, Any] = {"type": "crop", "cropping": 1}


def located(layers: list[dict[str, Any]], mode: str = "eval", size: int = 5, layer: str = "it") -> Locator:
    document = {"format": 1, "input": {"size": [size], "channels": 4}, "layers": layers}
    report = rfcli.compute(rfcli.loads(str(document)), mode=mode)
    return rfcli.located(report, layer)


@pytest.mark.parametrize(
    ("layers", "mode", "region"),
    [
        pytest.param([CROP, GAP], "eval", (1, 3), id="what is left of the map"),
        pytest.param([conv(1, stride=2), GAP], "eval", (0, 4), id="samples 0, 2 and 4"),
        pytest.param([SQUEEZE, CROP, GAP], "eval", (0, 4), id="squeeze-excite reads all before"),
        pytest.param([{"type": "instance_norm"}, CROP, GAP], "eval", (0, 4), id="instance norm"),
        pytest.param([{"type": "group_norm", "groups": 2}, CROP, GAP], "eval", (0, 4), id="group norm"),
        pytest.param([{"type": "layer_norm", "axes": "all"}, CROP, GAP], "eval", (0, 4), id="layer norm of all"),
        pytest.param([{"type": "layer_norm"}, CROP, GAP], "eval", (1, 3), id="layer norm of channels"),
        pytest.param([{"type": "batch_norm"}, CROP, GAP], "eval", (1, 3), id="batch norm, evaluated"),
        pytest.param([{"type": "batch_norm"}, CROP, GAP], "train", (0, 4), id="batch norm, trained"),
        pytest.param([CROP, SQUEEZE, GAP], "eval", (1, 3), id="squeeze-excite of what is left"),
        pytest.param([SQUEEZE, CROP, {"type": "attention"}, {"type": "relu"}], "eval", (0, 4), id="attention"),
        pytest.param([SQUEEZE, CROP, {"type": "flatten"}, {"type": "linear", "units": 2}], "eval", (0, 4), id="linear"),
    ],
)
def test_all_that_is_read(layers: list[dict[str, Any]], mode: str, region: tuple[int, int]) -> None:
    locator = located([*layers, {"type": "relu", "name": "it"}], mode)
    outputs = locator.output_size(0)
    assert locator.regions(0) == [region] * outputs
    assert locator.at([0]).clipped == (region,)
    assert locator.at([0]).region == ((0, 4),)
    seen = (0, outputs - 1)
    for sample in range(5):
        covered = region[0] <= sample <= region[1]
        assert locator.covering([sample]) == ((seen if covered else None),)
    assert locator.readers([0]) == (((seen,) if region[0] == 0 else ()),)


def test_a_gate_beside_the_local_path() -> None:
    """The crop behind a gate keeps its local region; what pools it sees the gate's map as well."""
    gate = [
        {"name": "pool", **GAP, "inputs": ["input"]},
        {"name": "gated", "type": "multiply", "inputs": ["input", "pool"]},
        {"name": "cut", **CROP},
        {"name": "it", **GAP},
    ]
    assert located(gate, layer="cut").regions(0) == [(1, 1), (2, 2), (3, 3)]
    assert located(gate).regions(0) == [(0, 4)]
    assert located(gate).runs(0) == [((0, 4),)]


def test_outputs_that_read_padding_only() -> None:
    """A pooled map of one sample, padded: the outputs in the padding read nothing, repeated samples read it again."""
    padded = located([GAP, {"type": "pad", "padding": [[1, 2]], "name": "it"}])
    assert padded.regions(0) == [None, (0, 4), None, None]
    assert padded.covering([3]) == ((1, 1),)
    assert padded.readers([3]) == (((1, 1),),)
    repeated = located([GAP, {"type": "pad", "padding": [[1, 2]], "padding_mode": "replicate", "name": "it"}])
    assert repeated.regions(0) == [(0, 4)] * 4


LSTM: dict[str, Any] = {"type": "lstm", "units": 2}


@pytest.mark.parametrize(
    ("layers", "regions"),
    [
        pytest.param([LSTM, {"type": "crop", "cropping": [[2, 0]]}], [(0, 4)], id="all the past of what is left"),
        pytest.param([LSTM, {"type": "crop", "cropping": [[0, 2]]}], [(0, 2)], id="and nothing ahead"),
        pytest.param([{**LSTM, "reverse": True}, {"type": "crop", "cropping": [[2, 0]]}], [(2, 4)], id="reverse"),
        pytest.param([{**LSTM, "bidirectional": True}, {"type": "crop", "cropping": [[2, 0]]}], [(0, 4)], id="both"),
        pytest.param(
            [{"type": "attention", "causal": True}, {"type": "crop", "cropping": [[0, 2]]}], [(0, 2)], id="causal"
        ),
    ],
)
def test_one_sided_layers(layers: list[dict[str, Any]], regions: list[tuple[int, int]]) -> None:
    assert located([*layers, {**GAP, "name": "it"}]).regions(0) == regions


def test_the_past_of_a_pooled_map() -> None:
    """A padded map of one sample, an LSTM over it: from that sample on each position has seen it."""
    pad = {"type": "pad", "padding": [[1, 2]]}
    assert located([GAP, pad, {**LSTM, "name": "it"}]).regions(0) == [None, (0, 4), (0, 4), (0, 4)]


def test_an_unknown_size() -> None:
    unknown = report(SQUEEZE, CROP, {**GAP, "name": "it"})
    with pytest.raises(rfcli.CallError, match="not known"):
        rfcli.located(unknown, "it").regions(0)


@pytest.mark.parametrize("mode", ["eval", "train"])
def test_all_layers_at_once(mode: str) -> None:
    """The hulls that are folded from the origin on are those of each output looked at by itself."""
    layers = [
        conv(3, name="a"), {"name": "n", "type": "batch_norm"}, {"name": "s", **SQUEEZE}, {"name": "c", **CROP},
        conv(3, name="ring", padding=1, padding_mode="circular"), {"name": "t", "type": "attention"}, {"name": "r", "type": "relu"},
        {"name": "cut", "type": "crop", "cropping": [[2, 0]]}, {"name": "p", **GAP}, {"name": "last", "type": "upsample", "scale": 3},
        {"name": "beside", "type": "identity", "inputs": ["c"]}, {"name": "pooled", **GAP},
    ]  # fmt: skip
    locator = located(layers, mode, 14, "last")
    reading, sight = locator.readings[0], locator.report.sight
    ways = Ways(reading, sight.reached, sight.training)
    found = dict(hulls_behind(ways, Effort()))
    assert found.keys() == set(range(len(layers) + 1))
    for number, hulls in found.items():
        assert not isinstance(hulls, Unknown)
        behind = Behind(reading, sight.reached, number, sight.training, Effort())
        single = [behind.of(o) for o in range(len(hulls.first))]
        assert [one.hull for one in single if not isinstance(one, Unknown)] == hulls.regions


def test_what_takes_too_long_for_all() -> None:
    locator = located([conv(3), {"name": "it", **GAP}])
    sight = locator.report.sight
    found = dict(hulls_behind(Ways(locator.readings[0], sight.reached, False), Effort(10)))
    assert isinstance(found[1], Unknown) and found[2] == found[1]
