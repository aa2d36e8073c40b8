"""The numbers of a layer, as the JSON has them."""

import rfcli
from rfcli.difference.numbers import NUMBERS, numbers


def test_are_those_of_the_json() -> None:
    report = rfcli.compute("alexnet")
    for layer, data in zip(report.layers, report.as_json()["layers"], strict=True):
        found = numbers(layer)
        assert set(found) == set(NUMBERS)
        assert {name: found[name] for name in ("output_size", "channels", "params", "macs", "flops")} == {
            name: data[name] for name in ("output_size", "channels", "params", "macs", "flops")
        }
        assert all(found[name] == data["receptive_field"][name] for name in ("size", "stride", "aligned", "global"))
    assert numbers(None) == {}
