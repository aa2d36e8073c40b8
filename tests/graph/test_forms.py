"""Sizes of maps as functions of the input's: layers of any kind, against their own output sizes, size by size."""

from __future__ import annotations

from typing import Any

import pytest

from graph import architecture, conv, graph
from rfcli.description.nodes import Problems
from rfcli.graph.compile import laid_out
from rfcli.graph.forms import Forms, Merging, Never, Pin, smallest
from rfcli.graph.sizes import TooFar, sizes_given


def forms(*layers: dict[str, Any], **pins: int) -> Forms:
    net = graph(*layers)
    return Forms(0, net, net.order, [0], (None,), {net.labels.index(name): size for name, size in pins.items()})


LAYERS: list[list[dict[str, Any]]] = [
    [conv(3)], [conv(4, stride=3, padding=1)], [conv(3, stride=2, padding="same")], [conv(2, dilation=5)],
    [conv(5, padding="causal")], [conv(3, padding=[[0, 4]], stride=4)],
    [{"type": "max_pool", "kernel": 3, "stride": 2, "ceil_mode": True}],
    [{"type": "max_pool", "kernel": 3, "stride": 4, "ceil_mode": True, "padding": 1}],
    [{"type": "subsample", "stride": 3}], [{"type": "pad", "padding": [[2, -1]]}],
    [{"type": "crop", "cropping": [[2, 1]]}], [{"type": "upsample", "scale": 3}],
    [{"type": "resize", "scale": 1.5}], [{"type": "resize", "scale": 0.75}],
    [conv(3, type="conv_transpose", stride=2, padding=1)], [conv(1, type="conv_transpose", padding=2, stride=3)],
    [{"type": "resize", "size": 7}], [{"type": "adaptive_avg_pool", "output_size": 5}], [{"type": "global_avg_pool"}],
    [conv(3, stride=2), conv(3, stride=2), {"type": "upsample", "scale": 4}, conv(5)],
    [conv(3, stride=3, name="a"), {"type": "resize", "like": "input"}, conv(2, stride=2)],
    [{"type": "resize", "size": 9}, conv(3, stride=2), conv(3)],
    [{"type": "pixel_shuffle", "scale": 1}, {"type": "window_attention", "window": 4}],
]  # fmt: skip


@pytest.mark.parametrize("layers", LAYERS, ids=str)
def test_sizes_are_those_of_the_layers(layers: list[dict[str, Any]]) -> None:
    net = graph(*layers)
    found = forms(*layers)
    assert not [step for step in found.steps if not isinstance(step, int)], "there are no conditions"
    for n in range(1, 60):
        failed, values = found.at(n)
        known = sizes_given(net, 0, [n])
        assert (failed is None) == (known is not None), n
        if known is not None:
            last = found.forms[-1]
            assert (values[last[0]] + last[1]) // last[2] == known.known[-1], n


def test_what_rounds_down_composes() -> None:
    """wav2vec 2.0: 400 samples make a frame, 320 more another; all its layers are one form."""
    found = forms(conv(10, stride=5), conv(3, stride=2, repeat=4), conv(2, stride=2, repeat=2))
    assert found.forms[-1] == (0, -80, 320)
    assert (found.least, len(found.bases), found.modulus()) == ([400], 1, 1)


def test_paths_of_one_size_are_no_condition() -> None:
    """A kernel of 3 padded by 1 and one of 1 halve alike; so do those of all residuals of a network."""
    unit = {"type": "residual", "layers": [conv(3, stride=2, padding=1), conv(3, padding=1)],
            "shortcut": [conv(1, stride=2)], "repeat": 50}  # fmt: skip
    assert len(forms(unit).steps) == 1


@pytest.mark.parametrize(
    ("layers", "condition", "modulus"),
    [
        ([conv(name="a", padding=1), {"type": "max_pool", "kernel": 4}, {"type": "upsample", "scale": 4, "name": "u"},
          {"type": "concat", "inputs": ["a", "u"]}], Merging(((1, 0, 1), (0, 0, 1)), (False, False)), 4),
        ([{"type": "resize", "size": 3}, {"type": "linear", "units": 1}], Never(), 1),
    ],
)  # fmt: skip
def test_conditions(layers: list[dict[str, Any]], condition: object, modulus: int) -> None:
    wired = [layer for layer in layers if layer["type"] != "linear"]
    if isinstance(condition, Never):
        net = graph(*wired)
        found = Forms(0, net, net.order, [0], (None,), {1: 4})
        assert [step for step in found.steps if not isinstance(step, int)] == [Pin(found.forms[1], 4)]
        assert found.at(20)[0] == Pin(found.forms[1], 4)
    else:
        found = forms(*layers)
        said = [step for step in found.steps if isinstance(step, Merging)]
        assert [{*one.forms} for one in said] == [{(0, 0, 1), (1, 0, 1)}]
        assert found.at(8)[0] is None and found.at(9)[0] == said[0]
        assert found.modulus() == modulus


def test_what_weights_are_made_for() -> None:
    found = forms(conv(3, name="a", stride=2), a=4)
    assert [n for n in range(1, 20) if found.at(n)[0] is None] == [9, 10]


def test_strides_beyond_any_input() -> None:
    net = graph(conv(3, stride=1 << 30, repeat=3))
    assert Forms(0, net, net.order, [0], (None,), {}).modulus() == 1
    more = architecture(conv(3, stride=1 << 30, repeat=4))
    laid = laid_out(more, Problems())
    assert laid is not None
    with pytest.raises(TooFar):
        Forms(0, laid[1], laid[3], [0], (None,), {})


@pytest.mark.parametrize("least", [1, 2, 3, 64, 65, 1000])
def test_bisection(least: int) -> None:
    assert smallest(lambda n: n >= least) == least
    assert smallest(lambda n: False) is None
