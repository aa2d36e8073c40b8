"""Effective receptive fields measured on random networks, beside the analytic ones: `pytest -m torch`.

Statistic: the standard deviation of the mean profile, in input samples, with the error of the mean from the spread of
the networks' own (jackknife over 10 groups); analytic and sampled agree within 3.5 such errors, for a fixed seed.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

import rfcli
from rfcli.api.answers import sampled_erf

pytestmark = pytest.mark.torch

CONV = {"type": "conv", "kernel": 3, "padding": 1, "filters": 8}
STACKS = {
    "plain": [{**CONV, "repeat": 8}],
    "strided": [CONV, {**CONV, "stride": 2}, CONV, {**CONV, "stride": 2}, CONV],
    "dilated": [{**CONV, "dilation": d, "padding": d} for d in (1, 2, 4, 2, 1)],
    "displaced": [
        {**CONV, "name": "left"},
        {**CONV, "name": "right", "inputs": ["input"]},
        {"type": "cost_volume", "inputs": ["left", "right"], "max_displacement": 6, "kernel": 3},
        CONV,
    ],
    "residual": [{"type": "residual", "repeat": 4, "layers": [CONV, {"type": "relu"}, CONV]}],
}
GROUPS, EACH, SEED = 10, 60, 7


def described(layers: list[dict[str, object]], size: int = 96) -> rfcli.Report:
    document = {"format": 1, "input": {"size": [size], "channels": 8}, "layers": layers}
    return rfcli.compute(rfcli.loads(json.dumps(document), "net.json"))


@pytest.mark.parametrize("name", STACKS)
def test_analytic_and_sampled_agree(name: str) -> None:
    report = described(STACKS[name])
    layer = report.outputs[0]
    analytic = rfcli.erf(report, layer)[0]
    deviations = []
    for group in range(GROUPS):
        (found,), _ = sampled_erf(report, layer, EACH, "none", "normal", SEED + group)
        assert len(found.values) == len(analytic.values)
        deviations.append(found.std)
    mean = math.fsum(deviations) / GROUPS
    error = math.sqrt(math.fsum((one - mean) ** 2 for one in deviations) / (GROUPS - 1) / GROUPS)
    assert error < 0.1 * analytic.std
    assert abs(mean - analytic.std) < 3.5 * error


def test_relu_departs_from_the_gaussian() -> None:
    """Luo et al. (2016), section 3.1: with ReLU the profile is less regular than a normal distribution."""
    report = described([{**CONV, "name": "c1"}, *({"type": "relu"} if i % 2 == 0 else CONV for i in range(19))])
    layer = report.outputs[0]
    (linear,), _ = sampled_erf(report, layer, 60, "none", "normal", SEED)
    (rectified,), _ = sampled_erf(report, layer, 60, "relu", "normal", SEED)
    assert rectified.gaussian_distance > linear.gaussian_distance


def test_confidence_shrinks_with_the_networks() -> None:
    report = described(STACKS["plain"])
    layer = report.outputs[0]
    few, many = (sampled_erf(report, layer, n, "tanh", "uniform", SEED)[1][0] for n in (8, 128))
    assert math.fsum(many) < 0.5 * math.fsum(few)


def rf(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "rfcli", "erf", *words], capture_output=True, text=True, timeout=600)


def test_the_command_is_the_same_for_a_seed() -> None:
    words = ("unet_small", "--layer", "enc2", "--sample", "3", "--nonlinearity", "relu", "--seed", "5", "-f", "json")
    first, second = rf(*words), rf(*words)
    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    axis = json.loads(first.stdout)["axes"][0]
    assert len(axis["confidence"]) == axis["size"] == 14


def test_weights_of_a_state_dict(tmp_path: Path) -> None:
    import torch

    report = described([{**CONV, "name": "a"}, {**CONV, "name": "b"}], 32)
    # All weight on the first tap: the gradient comes from one sample, two to the left.
    weight = torch.zeros(8, 8, 3)
    weight[:, :, 0] = 1.0
    torch.save({"a.weight": weight, "b.weight": weight}, tmp_path / "state.pt")
    (found,), _ = sampled_erf(report, "b", 1, "none", "normal", 0, str(tmp_path / "state.pt"))
    assert found.values == (1.0, 0.0, 0.0, 0.0, 0.0)
    with pytest.raises(rfcli.CallError, match="has no weight for 'stem'"):
        sampled_erf(described([{**CONV, "name": "stem"}]), "stem", 1, "none", "normal", 0, str(tmp_path / "state.pt"))
    for data in (b"not a state dict", b"\x80\x02}"):  # of what ends early torch says nothing
        (tmp_path / "broken.pt").write_bytes(data)
        with pytest.raises(rfcli.CallError, match=r"no state dict that can be read: \w"):
            sampled_erf(report, "b", 1, "none", "normal", 0, str(tmp_path / "broken.pt"))


UNMEASURED = [
    ({"input": {"size": [None], "channels": 1}}, "sampling needs the input size: give --input-size"),
    (
        {"inputs": {"a": {"size": [8], "channels": 1}, "b": {"size": [8], "channels": 1}}},
        "networks of one input are sampled, this one has 2 (a, b): without a sample the energy is computed, of the "
        "input that --from, or origin, names",
    ),
]


@pytest.mark.parametrize(("inputs", "why"), UNMEASURED)
def test_what_cannot_be_sampled(inputs: dict[str, object], why: str) -> None:
    first = next(iter(inputs.get("inputs", {"input": None})))  # type: ignore[call-overload]
    layers = [{"name": "it", "type": "conv", "kernel": 3, "inputs": [first]}]
    report = rfcli.compute(rfcli.loads(json.dumps({"format": 1, **inputs, "layers": layers}), "net.json"))
    with pytest.raises(rfcli.CallError) as error:
        sampled_erf(report, "it", 1, "none", "normal", 0)
    assert str(error.value) == f"net.json: {why}"
