"""Which graph paths are followed on."""

from __future__ import annotations

import rfcli
from rfcli.graph.following import followed

CONVS = "[{name: a, type: conv, kernel: 1, filters: 4}, {name: b, type: conv, kernel: 9, padding: 4, filters: 4, inputs: [input]}"


def test_the_networks_own_where_no_layer_takes_a_part() -> None:
    graph = rfcli.compute("unet_small").graph
    assert followed(graph) is graph


def test_one_with_hidden_layers_where_some_channels_are_taken() -> None:
    layers = f"{CONVS}, {{name: c, type: concat, inputs: [a, b]}}, {{name: s, type: channel_slice, start: 0, end: 4}}]"
    graph = rfcli.compute(rfcli.loads(f"format: 1\ninput: {{size: 32, channels: 3}}\nlayers: {layers}")).graph
    found = followed(graph)
    assert found is not graph
    assert found.labels[: len(graph.labels)] == graph.labels
    assert rfcli.compute(graph.architecture).layer("s").receptive_field.size == (1, 1)
