"""The table of sections: each has a row in the tests of its family, and so has every option that it reads."""

import pytest

from readers.darknet import test_layout, test_merges, test_pointwise, test_whole_map, test_windows
from readers.darknet.cfg_files import report_of, section_of, text
from rfcli.geometry.unknown import Unknown
from rfcli.readers.darknet import file
from rfcli.readers.darknet.sections import parameters, section

ROWS = [
    section_of(row)
    for family in (test_layout, test_merges, test_pointwise, test_whole_map, test_windows)
    for row in family.ROWS
]


def test_every_section_has_a_row():
    assert {type for type, _ in ROWS} == set(section)


@pytest.mark.parametrize("draws", list(dict.fromkeys(section.values())), ids=lambda draws: draws.__name__)
def test_every_option_stands_in_a_row(draws):
    stated = {key for type, given in ROWS if section[type] is draws for key in given}
    assert {one.key for one in parameters(draws)} == stated


def test_families_fill_the_table():
    assert {draws.__module__ for draws in section.values()} == {family.__name__ for family in file.FAMILIES}


def test_keys_are_those_of_sections():
    assert {key for _, given in ROWS for key in given} | {"height", "width", "channels", "inputs"} == file.KEYS


def test_options_that_do_not_count_are_not_read():
    """A wrong dilation of a kernel of one sample says nothing."""
    (conv,) = report_of(text((8, 8), 4, [("convolutional", {"dilation": "x", "activation": "linear"})])).layers
    assert not isinstance(conv.output_size[0], Unknown)
