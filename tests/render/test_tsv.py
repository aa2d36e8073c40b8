"""Tab-separated values of a report."""

from render import STYLE, VIEW
from rfcli.render import csv_, tsv


def test_the_same_as_csv_with_tabs() -> None:
    assert "".join(tsv.render([VIEW], STYLE)) == "".join(csv_.render([VIEW], STYLE)).replace(",", "\t")
