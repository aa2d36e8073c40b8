"""Networks side by side: which map is compared, what it costs, and the fit, against figures worked out by hand."""

import json
import math
import subprocess
import sys

import pytest

import rfcli
from rfcli.engine.comparison import main_map

PLAIN = {
    "layers": [
        {"name": "a", "type": "conv", "kernel": 3, "filters": 4, "bias": False},
        {"name": "b", "type": "conv", "kernel": 5, "stride": 2, "filters": 4, "bias": False},
        {"name": "side", "type": "conv", "kernel": 3, "filters": 100, "inputs": ["a"]},
        {"name": "fc", "type": "conv", "kernel": 3, "filters": 2, "inputs": ["b"]},
        {"name": "pool", "type": "global_avg_pool"},
    ],
    "outputs": ["pool", "side"],
}


def network(document: dict[str, object], size: int | None = 11, **more: object) -> rfcli.Architecture:
    return rfcli.loads(
        json.dumps({"format": 1, "input": {"size": size, "channels": 1}, **document, **more}), "net.json"
    )


def test_the_main_map_is_the_last_larger_than_one_sample() -> None:
    # 11 -> 9 -> 3 -> fc leaves 1; `side` leaves 7
    chain = PLAIN["layers"]
    without_side = [layer for layer in chain if layer["name"] != "side"]  # type: ignore[index]
    assert main_map(rfcli.compute(network({"layers": without_side}))).name == "b"  # type: ignore[union-attr]
    assert main_map(rfcli.compute(network(PLAIN))).name == "side"  # type: ignore[union-attr]


def test_without_a_size_every_map_counts() -> None:
    assert main_map(rfcli.compute(network({"layers": PLAIN["layers"][:2]}, None))).name == "b"  # type: ignore[union-attr, index]


def test_where_all_maps_are_one_sample_the_last_local_one_counts() -> None:
    document = {"layers": [{"name": "a", "type": "conv", "kernel": 11}, {"type": "global_avg_pool"}]}
    assert main_map(rfcli.compute(network(document))).name == "a"  # type: ignore[union-attr]


def test_a_network_without_local_fields() -> None:
    (found,), fit = rfcli.compare([rfcli.compute(network({"layers": [{"type": "global_avg_pool"}]}))])
    assert found.layer is None
    assert found.size == ()
    assert found.size_per_gflop == ()
    assert fit is None


def test_operations_of_what_a_layer_needs() -> None:
    report = rfcli.compute(network(PLAIN))
    (found,), _ = rfcli.compare([report], "b")
    # 9*9 outputs of 9 taps in 4 channels, 3*3 of 25 taps of 4 channels in 4 channels; twice for flops
    assert found.cost_to_layer.flops == 2 * (9 * 9 * 9 * 4 + 3 * 3 * 25 * 4 * 4)
    assert found.cost_to_layer.params == 9 * 4 + 25 * 4 * 4
    assert found.size == (7, 7)
    assert found.size_per_gflop == (7e9 / found.cost_to_layer.flops,) * 2
    assert found.cost == report.total


def test_upstream_of_a_merge_counts_shared_layers_once() -> None:
    graph = rfcli.compute(
        network(
            {
                "layers": [
                    {"name": "a", "type": "relu"},
                    {"name": "r", "type": "residual", "layers": [{"type": "relu"}]},
                    {"name": "z", "type": "relu"},
                ]
            }
        )
    ).graph
    labels = [graph.labels[number] for number in graph.upstream(graph.names.number("r"))]
    assert sorted(labels) == ["a", "input", "r/add", "r/relu_1"]


def exact_fit(sizes: list[int], intercept: float, slope: float) -> list[rfcli.Report]:
    reports = []
    for number, size in enumerate(sizes):
        document = {"name": f"net{number}", "layers": [{"type": "conv", "kernel": size}]}
        accuracy = {"top1": intercept + slope * math.log(size), "source": "made up"}
        described = {"format": 1, "input": {"size": 1000}, "accuracy": accuracy, **document}
        reports.append(rfcli.compute(rfcli.loads(json.dumps(described), f"{number}.json")))
    return reports


def test_fit_of_points_on_a_line() -> None:
    _, fit = rfcli.compare(exact_fit([10, 100, 400, 900], 0.4, 0.05))
    assert fit is not None
    assert fit.intercept == pytest.approx(0.4, abs=1e-12)
    assert fit.slope == pytest.approx(0.05, abs=1e-12)
    assert fit.r_squared == pytest.approx(1, abs=1e-12)
    assert fit.networks == ("net0", "net1", "net2", "net3")


@pytest.mark.parametrize("sizes", [[], [10], [10, 20], [30, 30, 30]])
def test_no_fit_without_a_line(sizes: list[int]) -> None:
    assert rfcli.compare(exact_fit(sizes, 0.4, 0.05))[1] is None


def test_a_network_given_twice_counts_once_in_the_fit() -> None:
    reports = exact_fit([10, 20], 0.4, 0.05)
    assert rfcli.compare([*reports, reports[0]])[1] is None


def test_compare_as_data() -> None:
    line = [sys.executable, "-m", "rfcli", "compare", "vgg_16", "resnet_v1_50", "-f", "json"]
    done = subprocess.run(line, capture_output=True, text=True, timeout=600, check=True)
    vgg, resnet = json.loads(done.stdout)["networks"]
    assert (vgg["layer"], vgg["size"], vgg["stride"], vgg["padding"]) == ("pool5", [212, 212], [32, 32], [90, 90])
    assert (resnet["params"], resnet["aligned"], resnet["accuracy"]["top1"]) == (25557032, True, 0.752)
