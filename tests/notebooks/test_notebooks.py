"""A notebook is executed, and its pictures compared as files with those that are drawn here."""

import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import matplotlib as mpl
import pytest

import rfcli

HERE = Path(__file__).parent
NET = {
    "format": 1,
    "name": "small",
    "input": {"size": 64, "channels": 3},
    "defaults": {"conv": {"kernel": 3, "padding": "same", "filters": 8}},
    "layers": [
        {"name": "stem", "type": "conv", "stride": 2},
        {"name": "unit", "type": "residual", "repeat": 3, "layers": [{"type": "conv", "dilation": "$i"}]},
    ],
}
"""The notebook's network."""


@pytest.fixture(scope="module")
def executed(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Mapping[str, Any]]]:
    """The folder that the notebook was executed in, and the outputs of its cells."""
    folder = tmp_path_factory.mktemp("notebook")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what Jupyter's parts warn of in one another
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.read(HERE / "pictures.ipynb", as_version=4)
        client = NotebookClient(notebook, timeout=300, resources={"metadata": {"path": str(folder)}})
        client.execute()
    return folder, [output for cell in notebook.cells if cell.cell_type == "code" for output in cell.outputs]


def shown(outputs: list[Mapping[str, Any]], kind: str) -> list[str]:
    return [output["data"][kind] for output in outputs if kind in output.get("data", {})]


def test_a_report_shows_itself(executed: tuple[Path, list[Mapping[str, Any]]]) -> None:
    (table,) = shown(executed[1], "text/html")
    assert "<caption>small: receptive fields from input, in samples</caption>" in table
    assert "<td>unit_3/conv_1</td>" in table


def test_rows(executed: tuple[Path, list[Mapping[str, Any]]]) -> None:
    """Dilations of 1, 2 and 3 at a stride of 2: 3 + 4, + 8, + 12."""
    said = shown(executed[1], "text/plain")
    assert any("('unit_1/add', 7, 2)" in text and "('unit_3/add', 27, 2)" in text for text in said)


def test_pictures_are_shown(executed: tuple[Path, list[Mapping[str, Any]]]) -> None:
    pictures = shown(executed[1], "image/svg+xml")
    assert len(pictures) == 2
    assert all(picture.lstrip().startswith("<?xml") for picture in pictures)


def test_pictures_are_the_same_here(executed: tuple[Path, list[Mapping[str, Any]]], tmp_path: Path) -> None:
    mpl.use("agg")
    from matplotlib import pyplot as plt

    report = rfcli.compute(NET)
    with mpl.rc_context():
        mpl.rcdefaults()
        mpl.rcParams["svg.hashsalt"] = "rf"
        figure: Any = rfcli.plot.growth(report).figure
        figure.savefig(tmp_path / "growth.svg", metadata={"Date": None})
        with plt.style.context("dark_background"):
            figure, (left, right) = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
            rfcli.plot.region(report, "unit_3", ax=left)
            rfcli.plot.paths(report, ax=right)
            figure.savefig(tmp_path / "two.svg", metadata={"Date": None})
    plt.close("all")
    for name in ("growth.svg", "two.svg"):
        assert (tmp_path / name).read_text() == (executed[0] / name).read_text(), name
