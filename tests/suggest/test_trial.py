"""What a changed text computes: as the whole report says."""

from __future__ import annotations

import pytest
import yaml

import rfcli
from rfcli.engine.comparison import main_map
from rfcli.suggest.suggestions import text_of
from rfcli.suggest.trial import PHASES, Bench
from suggest import CHAIN, bench


@pytest.mark.parametrize("name", ["alexnet", "tcn", "unet_small", "resnet18", "vgg_16", "highres3dnet", "siamfc"])
def test_numbers_are_those_of_the_report(name: str) -> None:
    report = rfcli.compute(name)
    text = text_of(rfcli.load(name))
    assert text is not None
    found = Bench(rfcli.load(name), text, name, None, (), None, 10_000).start()
    layer = main_map(report)
    assert found is not None and layer is not None
    assert (found.layer, found.size, found.stride) == (
        layer.name, layer.receptive_field.size, layer.receptive_field.stride,
    )  # fmt: skip
    assert (found.output_size, found.params, found.flops) == (
        layer.output_size,
        report.total.params,
        report.total.flops,
    )


def test_wrong_texts_have_no_numbers() -> None:
    one = bench()
    assert one.numbers(CHAIN) is not None
    assert one.numbers(CHAIN.replace("conv", "conf")) is None
    assert one.numbers(CHAIN.replace("size: 33", "size: 2").replace("padding: 1", "padding: 0")) is None


def test_another_layer_is_not_weighed() -> None:
    """The last map becomes one sample: what was the last one is now another layer."""
    one = bench()
    assert one.start() is not None
    assert one.numbers(CHAIN.replace("kernel: 5, padding: [2, 2]", "kernel: 33, padding: 0")) is None
    assert one.numbers(CHAIN + "  - {name: d, type: relu}\n") is not None


def test_a_layer_that_is_repeated() -> None:
    found = bench(layer="a").numbers(CHAIN.replace("padding: 1}", "padding: 1, repeat: 3}"))
    assert found is not None and (found.layer, found.size) == ("a_3", (7, 7))
    assert bench(layer="z").start() is None


STRIDED = """\
format: 1
input: {size: null, channels: 3}
layers:
  - {type: conv, kernel: 3, padding: same, filters: 8, stride: 2, repeat: 3}
"""


@pytest.mark.parametrize(("repeat", "weighed"), [(8, True), (9, False)])
def test_strides_that_nobody_asks_for_are_not_weighed(repeat: int, weighed: bool) -> None:
    """Of an unknown size a layer padded as its size wants is looked at for each remainder: 2 ** repeat of them."""
    one = Bench(rfcli.loads(STRIDED), STRIDED, "net", None, (), None, 20_000)
    assert one.start() is not None
    before = one.left
    found = one.numbers(STRIDED.replace("repeat: 3", f"repeat: {repeat}"))
    assert (found is not None) == weighed and before - one.left > 2**repeat * repeat // 10


def test_a_network_of_such_strides_is_weighed() -> None:
    """It is looked at as often as it takes, and changes of it up to four times as often."""
    text = STRIDED.replace("repeat: 3", "repeat: 9")
    one = Bench(rfcli.loads(text), text, "net", None, (), None, 20_000)
    assert one.start() is not None
    found = one.numbers(text.replace("repeat: 9", "repeat: 11"))
    assert found is not None and found.stride == (2048, 2048)
    assert one.numbers(text.replace("repeat: 9", "repeat: 12")) is None


def test_phases_are_part_of_what_a_trial_costs() -> None:
    """A transposed convolution of stride 1000 has 1000 phases along each axis, and so has what reads it."""
    spent = []
    for stride in (1, 1000):
        up = f"  - {{type: conv_transpose, kernel: 3, stride: {stride}, filters: 8}}\n"
        text = STRIDED + up + "  - {type: relu}\n" * 3
        one = Bench(rfcli.load(yaml.safe_load(text)), text, "net.yaml", None, (), None, 10_000)
        assert one.start() is not None
        spent.append(10_000 - one.left)
    assert spent[1] - spent[0] > 1000 // PHASES
