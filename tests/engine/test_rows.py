"""Rows for data frames, and the table of a notebook."""

import html.parser

import rfcli
from rfcli.engine import rows

NET = {"format": 1, "name": "net", "input": {"size": 16, "channels": 1, "spacing": 0.5, "unit": "mm"}, "layers": [
    {"name": "a", "type": "conv", "kernel": 3, "padding": 1, "filters": 2},
    {"name": "b", "type": "max_pool", "kernel": 2},
    {"name": "g", "type": "global_avg_pool"}]}  # fmt: skip


def test_rows() -> None:
    a, b, g = rfcli.compute(NET).rows()
    assert list(a) == [
        "layer", "type", "inputs", "output_size", "size", "stride", "padding", "center", "lookback", "lookahead", "extent",
        "aligned", "uniform", "global", "through", "channels", "params", "macs", "flops", "cumulative_params",
        "cumulative_macs", "cumulative_flops", "notes",
    ]  # fmt: skip
    assert list(a) == list(b) == list(g)
    assert (a["layer"], a["output_size"], a["size"], a["extent"], a["params"], a["global"]) == (
        "a",
        16,
        3,
        1.5,
        20,
        False,
    )
    assert (b["size"], b["stride"], b["center"]) == (4, 2, 0.5)
    assert (g["size"], g["stride"], g["global"], g["through"]) == (None, None, True, "g")


def test_axes_that_differ() -> None:
    net = {**NET, "layers": [*NET["layers"][:2], {"name": "c", "type": "conv", "kernel": [3, 1]}]}  # type: ignore[index]
    found = rfcli.compute(net).rows()
    assert [(row["size_h"], row["size_w"]) for row in found] == [(3, 3), (4, 4), (8, 4)]
    assert [row["stride"] for row in found] == [1, 2, 2]
    assert "size" not in found[0] and list(found[0])[3:5] == ["output_size_h", "output_size_w"]


def test_no_layers_and_unreached_ones() -> None:
    assert rfcli.compute({**NET, "layers": []}).rows() == []
    two = {"format": 1, "inputs": {"x": {"size": 4}, "y": {"size": 4}}, "layers": [
        {"name": "a", "type": "conv", "kernel": 3, "inputs": ["y"]}, {"name": "b", "type": "conv", "kernel": 3, "inputs": ["x"]}]}  # fmt: skip
    a, b = rfcli.compute(two).rows()
    assert (a["size"], a["aligned"], b["size"]) == (None, None, 3)


class Cells(html.parser.HTMLParser):
    """The cells of a table, row by row."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.caption, self.inside = "", ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.inside = tag
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data: str) -> None:
        if self.inside in ("td", "th"):
            self.rows[-1][-1] += data.strip()
        elif self.inside == "caption":
            self.caption += data


def test_the_table_of_a_notebook() -> None:
    net = {**NET, "name": "net", "reference": "<script>alert(1)</script>"}
    found = Cells(rfcli.compute(net)._repr_html_())
    assert found.caption.strip() == "net: receptive fields from input, in samples"
    assert found.rows == [
        ["layer", "type", "output_size", "size", "stride", "padding", "center"],
        ["a", "conv", "16", "3", "1", "1", "0"],
        ["b", "max_pool", "8", "4", "2", "1", "0.5"],
        ["g", "global_avg_pool", "1", "", "", "", ""],
    ]


def test_a_long_network_is_cut_in_the_middle() -> None:
    report = rfcli.compute("resnet152")
    found = Cells(rows.html(report))
    assert len(found.rows) == 1 + rows.MOST_SHOWN + 1
    assert found.rows[31] == [f"… {len(report.layers) - rows.MOST_SHOWN} more layers"]
    assert (found.rows[1][0], found.rows[-1][0]) == (report.layers[0].name, report.layers[-1].name)
