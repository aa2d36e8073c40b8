"""Networks side by side: what `rf list` and `rf compare` write."""

import json

import rfcli
from rfcli.engine.comparison import Fit, Summary
from rfcli.render.summaries import compared, listed
from rfcli.render.view import Style

LOCAL = "format: 1\nname: local\nfamily: VGG\naccuracy: {top1: 0.5}\ninput: {size: 9, channels: 1}\nlayers: [{name: c, type: conv, kernel: 3, filters: 1}]\n"
GLOBAL = "format: 1\nname: global\ninput: {size: 9, channels: 1}\nlayers: [{name: g, type: global_avg_pool}]\n"


def summaries() -> tuple[list[Summary], Fit | None]:
    return rfcli.compare([rfcli.compute(rfcli.loads(text, "net.yaml")) for text in (LOCAL, GLOBAL)])


def test_a_network_without_a_local_field_says_so() -> None:
    text = "".join(compared(*summaries(), "table", Style()))
    assert text.endswith("\n- global: no layer has a local field\n")
    (_, network) = json.loads("".join(compared(*summaries(), "json", Style())))["networks"]
    assert (network["layer"], network["size"], network["notes"]) == (None, [], ["no layer has a local field"])


def test_figures() -> None:
    """49 outputs of 9 taps: 441 multiplications and additions and 49 biases, for a field of 3."""
    (network, _) = json.loads("".join(compared(*summaries(), "json", Style())))["networks"]
    assert (network["params"], network["macs"], network["flops"]) == (10, 441, 931)
    assert (network["size"], network["size_per_gflop"]) == ([3, 3], [3e9 / 931] * 2)


def test_what_descriptions_say_of_themselves() -> None:
    found, _ = summaries()
    rows = "".join(listed(found, "csv", Style())).splitlines()
    assert rows[0] == "name,family,year,input,field,stride,params,gflops,top1"
    assert rows[1].startswith("local,VGG,,9,3,1,10,")
    assert rows[1].endswith(",0.5")
