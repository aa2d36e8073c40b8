"""Figures that others published, from the bundled descriptions' own `expect`, and from the table of Araujo et al. (2019)."""

import csv
from functools import cache
from pathlib import Path

import pytest

import rfcli
from rfcli import resources
from rfcli.engine.comparison import summary
from rfcli.engine.report import LayerReport, Report
from rfcli.geometry.unknown import Unknown

BUNDLED = resources.architectures()
HERE = Path(__file__).parent
ROWS = list(csv.DictReader((HERE / "published" / "araujo_2019.csv").read_text(encoding="utf-8").splitlines()))
GFLOPS_DIGITS = 0.0005
"""The table's figures are rounded to three places."""


@cache
def report(network: str, resolution: str) -> Report:
    return rfcli.compute(network.replace("-", "_"), input_size=int(resolution) if resolution else None)


def end_point(row: dict[str, str]) -> LayerReport:
    name = row["end_point"].removeprefix(row["network"] + "/")
    return report(row["network"], row["input_resolution"]).layer(name)


def published(name: str) -> pytest.MarkDecorator:
    rows = [row for row in ROWS if row[name]] if name == "gflops" else ROWS
    ids = ["-".join((row["network"], row["input_resolution"] or "none", row["end_point"])) for row in rows]
    return pytest.mark.parametrize("row", rows, ids=ids)


@published("receptive_field")
def test_table_of_receptive_fields(row: dict[str, str]) -> None:
    field = end_point(row).receptive_field
    assert field is not None
    assert field.size == (int(row["receptive_field"]),) * 2
    assert field.stride == (int(row["effective_stride"]),) * 2
    if row["effective_padding"]:
        assert field.padding == (int(row["effective_padding"]),) * 2
    else:
        assert all(isinstance(value, Unknown) for value in field.padding)
        assert field.notes


@published("gflops")
def test_table_of_operations(row: dict[str, str]) -> None:
    """Within 1 %: the table counts additions of a residual and leaves out a batch normalisation's, where it is folded."""
    whole = report(row["network"], row["input_resolution"])
    flops = summary(whole, end_point(row)).cost_to_layer.flops
    assert isinstance(flops, int)
    assert abs(flops / 1e9 - float(row["gflops"])) <= max(0.01 * float(row["gflops"]), GFLOPS_DIGITS)


def test_the_table_is_whole() -> None:
    assert len(ROWS) == 374
    assert len({row["network"] for row in ROWS}) == 19


@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_networks_keep_what_they_promise(name: str) -> None:
    architecture = rfcli.load(name)
    assert rfcli.check(architecture).diagnostics == ()
    expectations = architecture.about["expect"]
    assert expectations
    assert all("source" in expected or "reason" in expected for expected in expectations)


def test_every_bundled_network_is_documented() -> None:
    text = (Path(resources.folder("architectures")) / "README.md").read_text(encoding="utf-8")
    assert BUNDLED
    assert not [name for name in BUNDLED if f"`{name}`" not in text]
