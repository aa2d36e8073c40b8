"""Parquet: the types of columns. What pyarrow writes is tested in the group `cluster`."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from rfcli.diagnostics import CallError
from rfcli.sweeping import parquet
from sweeping.asked import asked

NAMES = ("network", "k", "n", "f", "set_size", "layer", "size_h", "stride_h", "params", "problems", "notes")


def kinds(**grid: Any) -> dict[str, str]:
    net = {"format": 1, "parameters": dict.fromkeys(grid), "layers": []}
    sweep = asked(grid, net)
    return parquet.types(sweep.asked, tuple(sweep.asked.columns.settings.values()))


def test_columns_of_settings_have_the_type_of_their_values() -> None:
    assert kinds(k=[1, 2], n=range(3), f=[0.5, 2], b=[True, False], t=["x", "y"], m=[1, "x"], u=[[1, 2], [3]], o=[1, None]) == {
        "k": "int64", "n": "int64", "f": "float64", "b": "bool", "t": "string", "m": "string", "u": "string", "o": "int64",
    }  # fmt: skip
    assert kinds(size=[1]) == {"set_size": "int64"}


def test_other_columns() -> None:
    found = parquet.types(asked({"k": [1]}).asked, NAMES)
    assert {name: found[name] for name in ("network", "size_h", "stride_h", "params", "problems")} == {
        "network": "string", "size_h": "int64", "stride_h": "float64", "params": "int64", "problems": "string",
    }  # fmt: skip


ROWS = [
    ({"params": 1 << 70, "notes": ""}, {"params": None, "notes": f"no number of its column's type: params {1 << 70}"}),
    ({"params": 12, "notes": "x"}, {"params": 12, "notes": "x"}),
    ({"params": None, "notes": ""}, {"params": None, "notes": ""}),
    ({"size_h": 2.5, "notes": "x"}, {"size_h": None, "notes": "x; no number of its column's type: size_h 2.5"}),
    ({"stride_h": 2, "notes": ""}, {"stride_h": 2.0, "notes": ""}),
    (
        {"stride_h": 1 << 60, "notes": ""},
        {"stride_h": None, "notes": f"no number of its column's type: stride_h {1 << 60}"},
    ),
    ({"layer": [1, 2], "notes": ""}, {"layer": "[1, 2]", "notes": ""}),
]


@pytest.mark.parametrize(("row", "written"), ROWS)
def test_what_no_column_holds_is_not_known_and_told(row: dict[str, Any], written: dict[str, Any]) -> None:
    found = parquet.types(asked({"k": [1]}).asked, NAMES)
    assert parquet._row(dict(row), {name: found[name] for name in row}) == written


@pytest.mark.skipif(importlib.util.find_spec("pyarrow") is not None, reason="pyarrow is here")
def test_without_pyarrow() -> None:
    with pytest.raises(CallError, match=r"writing parquet needs pyarrow: pip install .*\[parquet\]"):
        parquet.arrow()


@pytest.mark.cluster
def test_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from pyarrow import parquet as read

    monkeypatch.setattr(parquet, "ROWS", 3)
    found = parquet.types(asked({"k": [1]}).asked, NAMES)
    rows = [
        {name: {"string": f"{name} {at}", "int64": at, "float64": at / 2}[kind] for name, kind in found.items()}
        for at in range(10)
    ]
    (tmp_path / "part").write_text("".join(json.dumps(row) + "\n" for row in rows))
    parquet.converted(str(tmp_path / "part"), str(tmp_path / "a.parquet"), found)
    assert [one.name for one in tmp_path.iterdir()] == ["a.parquet"]
    whole = read.ParquetFile(tmp_path / "a.parquet")
    assert whole.num_row_groups == 4
    assert whole.read().to_pylist() == rows
