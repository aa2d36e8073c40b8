"""Architectures, reports and errors are values: they are pickled, copied, and used in threads and other processes."""

from __future__ import annotations

import copy
import json
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from typing import Any

import pytest

import rfcli

TRIPS = {"pickle": lambda one: pickle.loads(pickle.dumps(one)), "deepcopy": copy.deepcopy, "copy": copy.copy}
NETWORKS = ("alexnet_v2", "unet_small", "wavenet", "mobilenet_v3_large", "inception_resnet_v2_same")
KERAS = {
    "class_name": "Sequential",
    "config": {"layers": [{"class_name": "Conv2D", "config": {"name": "c", "filters": 4, "kernel_size": 3}}]},
}


def shown(report: rfcli.Report) -> str:
    return json.dumps(report.as_json(), sort_keys=True)


@pytest.mark.parametrize("trip", TRIPS)
@pytest.mark.parametrize("network", [*NETWORKS, KERAS], ids=str)
def test_architectures_and_reports(trip: str, network: Any) -> None:
    architecture = rfcli.load(network)
    again = TRIPS[trip](architecture)
    report = rfcli.compute(architecture)
    assert shown(rfcli.compute(again)) == shown(report)
    assert [one.code for one in rfcli.check(again).diagnostics] == [
        one.code for one in rfcli.check(architecture).diagnostics
    ]
    assert shown(TRIPS[trip](report)) == shown(report)


@pytest.mark.parametrize("trip", TRIPS)
def test_what_a_report_was_computed_with(trip: str) -> None:
    first = rfcli.compute("mobilenet_v2").layers[0].name
    report = rfcli.compute("mobilenet_v2", input_size=(96, None), mode="train", origin=first)
    again = TRIPS[trip](report)
    assert (shown(again), again.origin) == (shown(report), first)


@pytest.mark.parametrize("trip", TRIPS)
def test_answers(trip: str) -> None:
    report = rfcli.compute("alexnet_v2")
    for answer in (
        rfcli.paths(report, "conv5"),
        rfcli.explained(report, "conv5"),
        rfcli.erf(report, "conv2"),
        rfcli.erf_map(report, "conv1"),
        rfcli.tiles(report, "conv2", (224, 224)),
        rfcli.compare([report, "vgg_16", "resnet50"]),
        rfcli.check("alexnet_v2"),
        rfcli.located(report, "conv2").at((3, 4)),
    ):
        assert TRIPS[trip](answer) == answer
    locator = rfcli.located(report, "conv2")
    locator.covering((9, 9))
    assert TRIPS[trip](locator).covering((9, 9)) == locator.covering((9, 9))


@pytest.mark.parametrize("trip", TRIPS)
def test_errors(trip: str) -> None:
    with pytest.raises(rfcli.DescriptionError) as error:
        rfcli.loads("format: 1\nlayers: [{type: cov}, {type: conv, kernel: 0}]\n")
    again = TRIPS[trip](error.value)
    assert (again.diagnostics, str(again)) == (error.value.diagnostics, str(error.value))
    for call in (lambda: rfcli.compute("resnet_50"), lambda: rfcli.compute("vgg_16").layer("zz")):
        with pytest.raises((OSError, KeyError)) as other:
            call()
        assert str(TRIPS[trip](other.value)) == str(other.value)


def computed(network: Any) -> rfcli.Report:
    return rfcli.compute(network)


@pytest.mark.parametrize("start", ["fork", "spawn"])
def test_other_processes(start: str) -> None:
    architectures = [rfcli.load(name) for name in NETWORKS[:3]]
    with ProcessPoolExecutor(2, multiprocessing.get_context(start)) as pool:
        found = list(pool.map(computed, architectures, timeout=120))
        wrong = pool.submit(computed, {"format": 1, "layers": [{"type": "conv", "kernel": 0}]})
        with pytest.raises(rfcli.DescriptionError, match="kernel"):
            wrong.result(timeout=120)
    assert [shown(one) for one in found] == [shown(rfcli.compute(name)) for name in NETWORKS[:3]]


def test_threads() -> None:
    """Many threads ask about one report and one architecture at once."""
    architecture = rfcli.load("inception_v4")
    report = rfcli.compute(architecture)
    expected = shown(rfcli.compute("inception_v4"))
    names = [layer.name for layer in report.layers[:40]]
    with ThreadPoolExecutor(8) as pool:
        assert set(pool.map(lambda _: shown(rfcli.compute(architecture)), range(8))) == {expected}
        regions = list(pool.map(lambda name: rfcli.located(report, name).at((0, 0)), names))
        shows = list(pool.map(lambda _: shown(report), range(8)))
    assert regions == [rfcli.located(report, name).at((0, 0)) for name in names]
    assert set(shows) == {expected}


def test_forks_after_threads() -> None:
    report = rfcli.compute("vgg_16")
    context = multiprocessing.get_context("fork")
    with ThreadPoolExecutor(2) as threads, ProcessPoolExecutor(1, context) as pool:
        threads.submit(shown, report).result()
        assert pool.submit(shown, report).result(timeout=120) == shown(report)
