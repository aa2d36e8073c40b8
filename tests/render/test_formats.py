"""The formats, by name."""

from importlib import import_module

import pytest

from rfcli.render import formats, records


@pytest.mark.parametrize("path", [*formats.FORMATS.values(), *formats.DIAGNOSTICS.values()])
def test_each_is_a_module_that_renders(path: str) -> None:
    assert callable(import_module(path).render)


def test_records_have_a_way_for_each() -> None:
    assert records.FORMATS == formats.RECORDS == (*formats.TABULAR[:1], "json", *formats.TABULAR[1:])
