"""Fewer layers at the end."""

from suggest import knobs, turned

import rfcli


def test_cut() -> None:
    (knob,) = knobs("cut")
    assert knob.most == 2
    made = turned("cut", 0, 2)
    assert made is not None and made[0] == "without the last 2 items, from 'b' on"
    assert [entry.name for entry in rfcli.loads(made[1], "net.yaml").entries] == ["a"]
    made = turned("cut", 0, 1)
    assert made is not None and made[0] == "without 'c'"


PARTS = """\
format: 1
input: {size: 64, channels: 3}
defaults: {conv: {kernel: 3, filters: 4}}
layers:
  - name: features
    type: sequence
    layers:
      - {name: a, type: conv}
      - {name: b, type: conv}   # the second
      - type: sequence
        layers: [{name: c, type: conv}, {name: d, type: conv}]
  - {name: often, type: sequence, repeat: 2, layers: [{name: e, type: conv}, {name: f, type: conv}]}
  - name: head
    type: sequence
    layers: [{name: g, type: conv}, {name: h, type: conv}]
"""


def test_cut_inside_sequences() -> None:
    """One layer after the other from the end on; what is repeated stays whole, what is empty goes with its layers."""
    (knob,) = knobs("cut", PARTS)
    assert knob.most == 6
    left = []
    for amount in range(1, 7):
        made = turned("cut", 0, amount, PARTS)
        assert made is not None
        left.append([entry.name for entry in rfcli.loads(made[1], "net.yaml").entries])
    often = [f"often_{n}/{name}" for n in (1, 2) for name in "ef"]
    first = [f"features/{name}" for name in "abcd"]
    assert left == [
        [*first, *often, "head/g"], [*first, *often], first, first[:3], first[:2], first[:1],
    ]  # fmt: skip
    assert made is not None
    assert made[0] == "without the last 6 items, from 'features/b' on" and "head" not in made[1]


def test_a_network_whose_features_are_one_sequence() -> None:
    """All behind unit 13 goes at once; what is left is the beginning of the network."""
    network = rfcli.load("mobilenet_v2")
    found = rfcli.suggestions(network, at_most=340, moves=["cut"], top=1)
    (one,) = found.suggestions
    whole = rfcli.compute(network)
    kept = rfcli.compute(rfcli.loads(one.text, "mobilenet_v2.yaml")).layers
    assert [layer.receptive_field for layer in kept] == [layer.receptive_field for layer in whole.layers[: len(kept)]]
    assert one.size == whole.layer("features/13").receptive_field.size == (267, 267)
