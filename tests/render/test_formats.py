"""The formats, by name."""

from importlib import import_module

import pytest

from rfcli.render import formats, records
from rfcli.render.answer import Documents, Rows, Text
from rfcli.render.view import Style


@pytest.mark.parametrize("path", [*formats.FORMATS.values(), *formats.DIAGNOSTICS.values()])
def test_each_is_a_module_that_renders(path: str) -> None:
    assert callable(import_module(path).render)


def test_records_have_a_way_for_each() -> None:
    kinds = {format: type(records.render(format, [], (), {}, Style())) for format in formats.RECORDS}
    assert kinds == {"table": Text, "json": Documents, "csv": Rows, "tsv": Rows, "markdown": Text}
    assert {format for format, kind in kinds.items() if kind is not Documents} == {*formats.TABULAR}
