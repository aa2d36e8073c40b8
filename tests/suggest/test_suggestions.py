"""Suggestions: each computes what it says, and what people reached by hand is found."""

from __future__ import annotations

import json
import math
from typing import Any

import pytest
import yaml

import rfcli
from rfcli.diagnostics import CallError
from suggest import CHAIN, changed, checked

SAMPLED: list[tuple[str, dict[str, int], list[str]]] = [
    ("alexnet_v2", {"at_least": 230}, ["dilate", "pool"]), ("tcn", {"at_least": 5000}, ["parameter", "deepen"]),
    ("patchgan_70", {"at_least": 100}, []), ("bagnet_17", {"at_least": 24}, []), ("vgg_a", {"at_most": 105}, []),
    ("unet_small", {"at_most": 70}, []), ("dilated_context", {"at_least": 80}, ["parameter"]),
    ("mobilenet_v2", {"at_most": 340}, ["cut"]), ("resnet18", {"at_least": 560}, ["parameter", "stride"]),
]  # fmt: skip
"""Some of the bundled networks; all 1,498 suggestions of all of them were recomputed once, which takes ten minutes."""


@pytest.mark.parametrize(("name", "asked", "moves"), SAMPLED, ids=[row[0] for row in SAMPLED])
def test_every_suggestion_computes_what_it_says(name: str, asked: dict[str, int], moves: list[str]) -> None:
    found = rfcli.suggestions(name, moves=moves, top=10, **asked)
    assert found.suggestions and found.nearest is None
    for one in found.suggestions:
        source = name if not found.why else f"{name}.yaml"
        checked(one, source)
        assert min(one.size) >= asked.get("at_least", 0) and max(one.size) <= asked.get("at_most", 10**9)
        assert one.diff and one.edits and len(one.coverage) == len(one.effective_size) == len(one.size)


def test_comments_and_all_else_stay() -> None:
    found = rfcli.suggestions(rfcli.loads(CHAIN, "net.yaml"), at_least=13, moves=["kernel"], top=1)
    (one,) = found.suggestions
    assert [line for line in CHAIN.splitlines() if line not in one.text.splitlines()] == [
        line[1:] for line in one.diff.splitlines() if line.startswith("-")
    ]
    assert one.text.startswith("# A chain of three.\n")


PATCHES = """\
# n strided convolutions, and two that do not stride.
format: 1
input: {size: 256, channels: 6}
parameters: {n: 1}
defaults: {conv: {kernel: 4, padding: 1, filters: 8}}
layers:
  - {name: down, type: conv, repeat: $n, stride: 2}
  - {name: last, type: conv}
  - {name: score, type: conv, filters: 1}
"""
TCN = """\
format: 1
input: {size: [null], channels: 1}
parameters: {levels: 1, stacks: 1, kernel: 8}
defaults: {conv: {kernel: $kernel, padding: causal, filters: 4}}
blocks:
  unit:
    parameters: {dilation: }
    layers:
      - type: residual
        layers: [{name: c_$i, type: conv, repeat: 2, dilation: $dilation}]
        shortcut: [{type: conv, kernel: 1}]
layers:
  - type: sequence
    name: stack
    repeat: $stacks
    layers: [{name: level, repeat: $levels, block: unit, with: {dilation: $(2 ** (i - 1))}}]
"""


def parameter(text: str, asked: int, name: str) -> tuple[int, int]:
    """What a parameter has to be for a field, and that field."""
    found = rfcli.suggestions(rfcli.loads(text, "net.yaml"), at_least=asked, moves=["parameter"], top=50)
    one = next(one for one in found.suggestions if [edit.key for edit in one.edits] == [name])
    checked(one)
    made = one.edits[0].after
    assert isinstance(made, int)
    return made, min(one.size)


@pytest.mark.parametrize(("asked", "n"), [(34, 2), (70, 3), (71, 4), (142, 4), (286, 5)])
def test_patchgan(asked: int, n: int) -> None:
    """Isola et al. (2017), and phillipi/pix2pix#49: 16 for n = 1; each n more doubles it and adds 2."""
    assert parameter(PATCHES, asked, "n") == (n, {2: 34, 3: 70, 4: 142, 5: 286}[n])


def test_keras_tcn() -> None:
    """philipperemy/keras-tcn#207: 1 + 2 * 7 * (1 + 2 + 4 + 8) * 3 = 631."""
    four = TCN.replace("levels: 1", "levels: 4")
    assert parameter(four, 631, "stacks") == (3, 631)
    assert parameter(four, 422, "stacks") == (3, 631)


@pytest.mark.parametrize("length", [30, 100, 365, 1000])
def test_darts(length: int) -> None:
    """unit8's darts chooses ceil(log_b((n - 1)(b - 1)/(k - 1)/2 + 1)) layers, so that all of a series is seen."""
    levels = math.ceil(math.log2((length - 1) / (8 - 1) / 2 + 1))
    assert parameter(TCN, length, "levels") == (levels, 1 + 2 * 7 * (2**levels - 1))


def test_no_more_gaps() -> None:
    """Two convolutions of dilation 2 behind one another read half of the samples (RF503)."""
    text = "format: 1\ninput: {size: 65, channels: 3}\nlayers:\n" + "".join(
        f"  - {{name: {name}, type: conv, kernel: 3, padding: 1, filters: 4}}\n" for name in "ab"
    )
    found = rfcli.suggestions(rfcli.loads(text, "net.yaml"), at_least=9, moves=["dilate"], top=20)
    assert found.suggestions
    for one in found.suggestions:
        assert not rfcli.check(rfcli.loads(one.text, "net.yaml"), select=["RF503", "RF502"]).diagnostics
        assert one.coverage == (1.0, 1.0)


def test_costs_and_what_stays() -> None:
    found = rfcli.suggestions("patchgan_70", at_least=100, max_flops="1.1x", max_params="1.01x", keep=["stride"],
                              moves=["large_depthwise", "deepen", "pool"], top=4)  # fmt: skip
    now = found.now
    assert found.suggestions
    for one in found.suggestions:
        assert one.flops is not None and now.flops is not None and one.flops <= 1.1 * now.flops
        assert one.params is not None and now.params is not None and one.params <= 1.01 * now.params
        assert one.stride == now.stride


def test_nothing_found() -> None:
    found = rfcli.suggestions(rfcli.loads(CHAIN, "net.yaml"), at_least=30, moves=["kernel"], max_params="1.01x")
    assert found.suggestions == () and found.nearest is not None and min(found.nearest.size) >= 30
    found = rfcli.suggestions(rfcli.loads(CHAIN, "net.yaml"), at_least=10**6, moves=["pool"])
    assert found.suggestions == () and found.nearest is not None and min(found.nearest.size) < 10**6


def test_the_nearest_leaves_no_gaps() -> None:
    """A dilation of 65 would come nearer, and read a few samples only."""
    text = CHAIN.replace("stride: 2", "stride: 1, repeat: 3")
    found = rfcli.suggestions(rfcli.loads(text, "net.yaml"), at_least=10**7, moves=["dilate", "kernel"])
    assert found.suggestions == () and found.nearest is not None
    assert not rfcli.check(rfcli.loads(found.nearest.text, "net.yaml"), select=["RF503", "RF502"]).diagnostics


def test_the_nearest_leaves_no_gaps_among_many_that_do() -> None:
    """Twenty dilations of `a` come nearer at no cost, of which each leaves gaps; more layers cost too much."""
    text = """\
format: 1
input: {size: 64, channels: 3}
parameters: {depth: 2}
defaults: {conv: {kernel: 3, padding: same, filters: 8}}
layers:
  - {name: a, type: conv, repeat: 2}
  - {name: b, type: conv, stride: 2}
  - {name: c, type: conv, repeat: $depth}
"""
    found = rfcli.suggestions(rfcli.loads(text, "net.yaml"), at_least=101, max_flops="1.1x", keep=["stride"])
    assert found.suggestions == () and found.nearest is not None
    assert found.nearest.coverage == (1.0, 1.0) and min(found.nearest.size) >= 101


def test_it_is_so_already() -> None:
    found = rfcli.suggestions(rfcli.loads(CHAIN, "net.yaml"), at_least=9)
    assert (found.suggestions, found.nearest, found.why) == ((), None, "it has a field of 9x9 as it is")


def test_what_leads_nowhere_is_not_suggested() -> None:
    """What stands behind the layer that `outputs` names is no part of what the network gives."""
    named = CHAIN + "outputs: [c]\n"
    for text, behind in ((CHAIN, True), (named, False)):
        found = rfcli.suggestions(rfcli.loads(text, "net.yaml"), at_least=21, moves=["large_depthwise"], top=200)
        after = [one for one in found.suggestions if any((e.layer, e.key) == ("c", "after") for e in one.edits)]
        assert bool(after) == behind and found.suggestions
        for one in found.suggestions if not behind else ():
            report = rfcli.compute(rfcli.loads(one.text, "net.yaml"))
            assert [min(report.layer(name).receptive_field.size) >= 21 for name in report.outputs] == [True]


def test_models_of_other_tools() -> None:
    text = rfcli.exported("unet_small", "keras-json")
    found = rfcli.suggestions(rfcli.loads(text, "model.json"), at_least=120, moves=["kernel"], top=3)
    assert found.why == "the changes are those of what `rf import` writes of it"
    for one in found.suggestions:
        checked(one)


def test_settings() -> None:
    network = rfcli.loads(PATCHES, "net.yaml", settings={"n": 3})
    found = rfcli.suggestions(network, at_least=100, settings={"n": 3}, moves=["large_depthwise"], top=1)
    assert (found.now.size, min(found.suggestions[0].size) >= 100) == ((70, 70), True)


@pytest.mark.parametrize(
    ("network", "how", "said"),
    [
        (CHAIN, {"at_least": 20, "layer": "z"}, "there is no layer 'z'"),
        (
            "format: 1\ninput: {size: 9}\nlayers: [{type: global_avg_pool}]\n",
            {"at_least": 20},
            "the field to start from",
        ),
        (CHAIN, {"at_least": 20, "moves": ["train"]}, "moves must be one of"),
        (CHAIN, {}, "say which field"),
    ],
)
def test_wrong_calls(network: str, how: dict[str, Any], said: str) -> None:
    with pytest.raises(CallError, match=said):
        rfcli.suggestions(rfcli.loads(network, "net.yaml"), **how)


def test_a_layer_and_its_copies() -> None:
    found = rfcli.suggestions(rfcli.loads(CHAIN, "net.yaml"), at_least=9, layer="a", moves=["deepen"], top=1)
    (one,) = found.suggestions
    assert (one.layer, one.size, changed(CHAIN, one.text)) == (
        "a_4", (9, 9), ["- {name: a, type: conv, kernel: 3, padding: 1, repeat: 4}   # the first"],
    )  # fmt: skip


def test_json_descriptions() -> None:
    text = json.dumps({"format": 1, "input": {"size": 33, "channels": 2}, "layers": [
        {"name": "a", "type": "conv", "kernel": 3, "padding": 1, "filters": 2}]}, indent=1)  # fmt: skip
    found = rfcli.suggestions(rfcli.loads(text, "net.json"), at_least=9, top=20)
    for one in found.suggestions:
        json.loads(one.text)
        checked(one, "net.json")
    assert {move for one in found.suggestions for move in one.moves} >= {"kernel", "deepen"}


def three(**kinds: str) -> str:
    """Three convolutions of kernel 3, in text, each with more keys."""
    rows = [
        f"  - {{name: {name}, type: conv, kernel: 3, filters: 8{kinds.get(name, ', padding: 1')}}}\n" for name in "abc"
    ]
    return "format: 1\ninput: {size: 96, channels: 3}\nlayers:\n" + "".join(rows)


def test_two_moves_are_balanced() -> None:
    """Between few repetitions with a dilation that leaves gaps, and many: every pair of them, one after the other."""
    found = rfcli.suggestions(rfcli.loads(three(), "net.yaml"), at_least=43, moves=["deepen", "dilate"], top=2)
    for again, wide in (("a", "b"), ("b", "a"), ("b", "c")):
        for repeat in range(2, 9):
            dilation = (43 - 7 - 2 * (repeat - 1)) // 2 + 1
            kinds = {again: f", padding: 1, repeat: {repeat}", wide: f", padding: {dilation}, dilation: {dilation}"}
            network = rfcli.loads(three(**kinds), "net.yaml")
            report = rfcli.compute(network)
            assert report.layers[-1].receptive_field.size == (43, 43)  # type: ignore[union-attr]
            if not rfcli.check(network, select=["RF502", "RF503"]).diagnostics:
                assert found.suggestions[0].flops <= sum(one.cost.flops for one in report.layers)  # type: ignore[operator]


def test_pairs_that_may_be_come_first() -> None:
    """What costs more parameters than is asked does not keep the search from what costs none."""
    found = rfcli.suggestions(
        rfcli.loads(three(), "net.yaml"), at_least=43, max_params="1x", top=1,
        moves=["kernel", "dilate", "deepen", "stride", "pool"],
    )  # fmt: skip
    (one,) = found.suggestions
    assert one.params == found.now.params and min(one.size) >= 43
    assert one.flops is not None and one.flops <= 689_760  # stride 3 and a pool of 3 behind 'a'


def test_even_kernels_are_dilated() -> None:
    """Of a kernel of 4 every other dilation pads alike on both sides: 1 + 3 * 3 = 10 samples, and 3 more on each."""
    text = three(b=", padding: 1, kernel: 4").replace(
        "kernel: 3, filters: 8, padding: 1, kernel: 4", "kernel: 4, filters: 8, padding: 1"
    )
    found = rfcli.suggestions(rfcli.loads(text, "net.yaml"), at_least=14, moves=["dilate"], keep=["output_size"], top=9)
    (edits,) = [one.edits for one in found.suggestions if {edit.layer for edit in one.edits} == {"b"}]
    assert [(edit.key, edit.after) for edit in edits] == [("dilation", 3), ("padding", 4)]


ONE_IS_FREE = """\
format: 1
input: {size: 96, channels: 8}
parameters: {one: 1}
defaults: {conv: {kernel: 3, filters: 8}}
layers:
  - {name: a, type: conv, padding: same, repeat: $one, dilation: $one}
  - {name: b, type: conv, kernel: 3, padding: 1}
"""


@pytest.mark.parametrize("syntax", ["yaml", "json"])
def test_two_keys_of_one_layer_are_added_together(syntax: str) -> None:
    """Twice, and dilated by 3: 1 + 2 + 2 * 2 * 3 = 15 samples, all of them read; alone it takes six of them."""
    text = ONE_IS_FREE if syntax == "yaml" else json.dumps(yaml.safe_load(ONE_IS_FREE))
    found = rfcli.suggestions(rfcli.loads(text, f"net.{syntax}"), at_least=15, moves=["deepen", "dilate"], top=9)
    both = [
        one for one in found.suggestions if [edit.key for edit in one.edits].count("repeat") and len(one.moves) == 2
    ]
    best = both[0]
    assert {edit.key: edit.after for edit in best.edits} == {"repeat": 2, "dilation": 3, "padding": 3}
    assert (best.size, best.coverage) == ((15, 15), (1.0, 1.0))
    assert rfcli.compute(rfcli.loads(best.text, f"net.{syntax}")).layers[-1].receptive_field.size == (15, 15)  # type: ignore[union-attr]
