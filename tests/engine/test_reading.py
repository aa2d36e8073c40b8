"""What layers read along one axis, and the local paths."""

from __future__ import annotations

from engine import conv, report
from rfcli.engine.reading import BROADCAST, LayerReader, Reading, let_go, readings
from rfcli.geometry.field import Reads
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import IDENTITY_READS

SAME = conv(stride=2, padding="same")


def reads_of(layer: dict[str, object], size: int | None) -> object:
    net = report(layer, size=[size]).graph
    made = net.layers[1]
    assert made is not None
    return LayerReader(net, net.axes[0]).reads(1, made)


def test_reads_at_a_given_size() -> None:
    assert reads_of(SAME, 8) == Reads(2, ((0, 2, 1),))
    assert reads_of(SAME, 7) == Reads(2, ((-1, 1, 1),))
    assert reads_of({"type": "global_avg_pool"}, 8) is None


def test_reads_at_each_size_that_is_tried() -> None:
    """Even sizes first: residue 0 of 2."""
    assert reads_of(SAME, None) == (Reads(2, ((0, 2, 1),)), Reads(2, ((-1, 1, 1),)))


def test_reads_that_a_size_decides_are_unknown() -> None:
    found = reads_of({"type": "resize", "size": 4}, None)
    assert isinstance(found, Unknown)
    assert found.reason == "resize to a given size at 'resize_1' depends on the input size, which is not given"


def test_reads_after_a_size_that_nobody_knows() -> None:
    net = report({"type": "custom", "unknown": "Einsum"}, SAME, size=[8])
    assert isinstance(net.sight.axes[0].numbers(2).size, Unknown)


def test_local_paths() -> None:
    net = report(
        conv(name="a", padding=1),
        {"type": "global_avg_pool", "name": "g"},
        {"type": "multiply", "name": "m", "inputs": ["a", "g"]},
        size=[8],
    ).graph
    reading = Reading(net, net.axes[0], 0)
    assert reading.local == [True, True, False, True]
    assert reading.sources == [(), (0,), (), (1,)]
    assert reading.below(3) == [(1, IDENTITY_READS)]
    assert Reading(net, net.axes[0], 2).below(3) == [(2, BROADCAST)]


def test_axes_that_are_alike_share_their_paths() -> None:
    first, second = readings(report(conv(), size=[8, 8]).graph, 0)
    assert first is second


def test_layers_that_pass_a_map_on_as_it_is() -> None:
    """Through norms and activations to the layer whose map it is; a merge of two makes another one, one-sided layers
    and crops as well. Of unknown sizes none is said to be the same."""
    layers = (
        {"name": "a", **conv(padding=1)},
        {"name": "b", "type": "batch_norm"},
        {"name": "c", "type": "relu"},
        {"name": "d", "type": "add", "inputs": ["a", "c"]},
        {"name": "e", "type": "lstm", "units": 4},
        {"name": "f", "type": "relu"},
        {"name": "g", "type": "crop", "cropping": [[0, 1]]},
    )
    known, unknown = (report(*layers, size=[size]).sight.readings[0] for size in (9, None))
    assert known.same == [0, 1, 1, 1, 4, 5, 5, 7]
    assert unknown.same == list(range(8))


def test_what_is_read_for_the_last_time_is_forgotten() -> None:
    found, readers = {0: "a", 1: "b"}, {0: 2, 1: 1, 2: 1}
    let_go(found, readers, [0, 1])
    assert found == {0: "a"}
    let_go(found, readers, [0, 2])  # of 2 nothing was found
    assert found == {}
