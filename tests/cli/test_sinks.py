"""Where rows go."""

from pathlib import Path

import pytest
from sweeping.asked import NET, asked

from rfcli.cli.sinks import PAGE, sink
from rfcli.render.view import Style
from rfcli.sweeping import asking
from rfcli.sweeping.chunks import in_turn


def test_tables_come_page_by_page(capsys: pytest.CaptureFixture[str]) -> None:
    sweep = asked({"k": range(1, 3 * PAGE)}, settings={"n": 1})
    to = sink(sweep, "table", None, False, Style())
    for chunk in in_turn(sweep, 0):
        to.add(chunk)
        if to.done >= PAGE:
            break
    assert capsys.readouterr().out.count("network") == 1
    to.finish()


def test_wide_rows_have_a_column_for_each_axis_of_any_network() -> None:
    one = {**NET, "input": {"size": [64]}}
    other = {**NET, "input": {"dims": "$k", "channels": 3}, "parameters": {"k": 1, "n": 1, "f": 2},
             "layers": [{"type": "conv", "kernel": 3, "filters": 2}]}  # fmt: skip
    networks = [asking.network_of(net, None, None) for net in (one, other)]
    sweep = asking.sweep_of(networks, asking.grid_of({"k": [1, 2, 3]}), where="problems == ''")
    to = sink(sweep, "csv", None, True, Style())
    assert to.names[:7] == ("network", "k", "layer", "size_w", "stride_w", "padding_w", "output_size_w")
    rows = [row for chunk in in_turn(sweep, 0) for row in to.written(chunk)]
    assert all(set(row) == set(to.names) for row in rows)
    assert [row["size_w"] for row in rows] == [1, 3, 5, 3, 3, 3]
    assert rows[-1]["notes"].endswith("along d and h it has no columns: the first settings have axes w")


def test_a_file_that_is_gone_on_with(tmp_path: Path) -> None:
    sweep = asked({"k": range(1, 50)}, where="size > 9")
    for resumed in range(3):
        to = sink(sweep, "csv", str(tmp_path / "a.csv"), False, Style())
        to.open({"grid": "k"}, True)
        for chunk in in_turn(sweep, to.done):
            to.add(chunk)
            if not resumed:
                break
        else:
            to.finish()
        to.close()
    assert (to.done, to.rows, to.wrong) == (49, 11, 33)
    lines = (tmp_path / "a.csv").read_text().splitlines()
    assert len(lines) == 12
    assert [line.split(",")[1] for line in lines[1:3]] == ["6", "7"]
