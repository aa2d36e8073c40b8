"""Exported torch modules, run: sizes, channels and parameters are rf's, regions are autograd's. `pytest -m torch`.

Whole networks run on torch's meta device, which works out shapes and nothing else: at their own input size, in no time.
"""

from __future__ import annotations

import json
import subprocess
import sysconfig
import warnings
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from oracle.networks import chains, graphs, unsized
from witnesses.measuring import hull, prepared
from writers.exporting import CASES, described, refusals
from writers.torch.test_layers import REFUSED_BY_TORCH, SHARING

import rfcli
from rfcli.engine.locate import Locator
from rfcli.resources import architectures
from rfcli.writers.torch.layers import RESERVED, source

pytestmark = pytest.mark.torch


def torch() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy may be missing, which nothing here needs
        import torch as found

    return found


def module(text: str) -> Any:
    """The network's class, from its source alone."""
    scope: dict[str, Any] = {"__name__": "exported"}
    exec(compile(text, "exported.py", "exec"), scope)
    return [one for one in scope.values() if isinstance(one, type) and one.__module__ == "exported"][-1]


def ran(report: rfcli.Report, device: str = "meta", text: str = "") -> dict[str, tuple[int, ...]]:
    """Runs a network's export; what its submodules made, and its outputs, as (channels, *sizes) by label."""
    written, paths = source(report.graph)
    with torch().device(device), torch().no_grad():
        made = module(text or written)().eval()
        found: dict[str, tuple[int, ...]] = {}
        for label, path in paths.items():
            made.get_submodule(path).register_forward_hook(
                lambda _m, _i, out, label=label: found.__setitem__(label, tuple(out.shape))
            )
        inputs = [torch().zeros(2, one.channels, *one.size) for one in report.graph.architecture.inputs]
        outputs = made(*inputs)
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    found.update(zip(report.outputs, (tuple(one.shape) for one in outputs), strict=True))
    trained = sum(one.numel() for one in made.parameters() if one.requires_grad)
    if isinstance(report.total.params, int):
        assert trained == report.total.params
    rank = len(report.graph.axes)
    return {label: shape[1:] if len(shape) > 2 else (shape[1], *(1,) * rank) for label, shape in found.items()}


def agrees(report: rfcli.Report, found: dict[str, tuple[int, ...]]) -> None:
    layers = {one.name: one for one in report.layers}
    assert {label: shape for label, shape in found.items() if label in layers} == {
        label: (layers[label].channels, *layers[label].output_size) for label in found if label in layers
    }


EXPORTED = [name for name in architectures() if name not in SHARING]


@pytest.mark.parametrize("name", EXPORTED)
def test_bundled(name: str) -> None:
    report = rfcli.compute(name)
    found = ran(report)
    agrees(report, found)
    assert len(found) > 0.75 * len(report.layers), "merges are expressions, the rest are modules"


@pytest.mark.parametrize("name", ["resnet_v1_50", "mobilenet_v1", "inception_v3", "unet_small"])
def test_bundled_of_unknown_size(name: str) -> None:
    """One source for all input sizes: 'same' is worked out as it runs."""
    text, _ = source(rfcli.compute(name, input_size=None).graph)
    for size in ((96, 128), (160, 224)) if name == "unet_small" else ((97, 131), (160, 161)):
        report = rfcli.compute(name, input_size=size)
        agrees(report, {**ran(report, text=text)})


@pytest.mark.parametrize("case", [case for case in CASES if case not in REFUSED_BY_TORCH])
def test_every_layer(case: str) -> None:
    report = rfcli.compute(described(CASES[case]))
    agrees(report, ran(report, "cpu"))


@pytest.mark.parametrize("strategy", [chains(), graphs()], ids=["chains", "graphs"])
def test_random(strategy: Any) -> None:
    _random(strategy, ())


def test_random_of_unknown_size() -> None:
    _random(unsized(), 37)


def _random(strategy: Any, size: Any) -> None:
    outcomes = {"run": 0, "refused": 0}

    @settings(max_examples=25, suppress_health_check=list(HealthCheck), phases=[Phase.generate])
    @given(strategy)
    def holds(document: Any) -> None:
        network = rfcli.loads(json.dumps(document), "net.json")
        if refusals(network, "torch"):
            event("refused")
            outcomes["refused"] += 1
            return
        outcomes["run"] += 1
        text, _ = source(rfcli.compute(network).graph)
        report = rfcli.compute(network, input_size=size)
        agrees(report, ran(report, "cpu", text))

    holds()
    assert outcomes["run"] > 8, outcomes


REGIONS = {
    "patchgan_70": (96, 96), "unet_small": (48, 48), "resnet18": (65, 49), "wavenet": (200,),
}  # fmt: skip


@pytest.mark.parametrize("name", REGIONS)
def test_regions(name: str) -> None:
    """First, central and last output of each of the last layers with a local path, against autograd."""
    report = rfcli.compute(name, input_size=REGIONS[name])
    text, paths = source(report.graph)
    made = prepared(module(text)())
    for child in made.modules():
        if type(child).__name__.startswith(("ConstantPad", "ZeroPad")):
            child.value = 0.0
        if type(child).__name__ in ("ReLU", "ReLU6", "LeakyReLU", "Tanh", "Sigmoid"):
            child.forward = lambda x: x
    local = [
        one
        for one in report.layers
        if one.name in paths and None not in one.receptive_field.size and one.type != "softmax"
    ]  # whose outputs sum to 1, whatever they read
    chosen = local[:: max(len(local) // 4, 1)] + local[-1:]
    maps: dict[str, Any] = {}
    for one in chosen:
        made.get_submodule(paths[one.name]).register_forward_hook(
            lambda _m, _i, out, label=one.name: maps.__setitem__(label, out)
        )
    sizes = report.graph.architecture.inputs[0]
    x = torch().ones((1, sizes.channels, *sizes.size), dtype=torch().float64, requires_grad=True)
    made(x)
    for one in chosen:
        locator = Locator(report, one.name)
        for place in ((0,) * len(one.output_size), tuple(n // 2 for n in one.output_size),
                      tuple(n - 1 for n in one.output_size)):  # fmt: skip
            assert tuple(hull(x, maps[one.name], place)) == locator.at(place).clipped, (one.name, place)


def test_sources_are_formatted_and_clean(tmp_path: Path) -> None:
    """By ruff, with the rules of this project and the formatter's own line length."""
    for name in EXPORTED:
        (tmp_path / f"{name}.py").write_text(str(rfcli.exported(name, "torch")), encoding="utf-8")
    for case, layer in CASES.items():
        if not refusals(described(layer), "torch"):
            (tmp_path / f"{case.replace('-', '_')}.py").write_text(
                str(rfcli.exported(described(layer))), encoding="utf-8"
            )
    ruff = str(Path(sysconfig.get_path("scripts")) / "ruff")
    checked = [ruff, "check", "--isolated", "--select", "B,C4,E,F,I,PIE,RUF,SIM,UP,W", str(tmp_path)]
    for line in (checked, [ruff, "format", "--isolated", "--check", str(tmp_path)]):
        done = subprocess.run(line, capture_output=True, text=True, timeout=600)
        assert done.returncode == 0, done.stdout[-3000:]


def test_reserved_names_are_those_of_torch() -> None:
    own = {name for name in dir(torch().nn.Module()) if not name.startswith("_")}
    assert own <= RESERVED
