"""Layers of items: what is wrong with the values of their parameters is told once, where it stands."""

import pytest
from description.refusals import problems

import rfcli

HEAD = "format: 1\nparameters: {n: 8, word: wide}\ninput: {size: [8, 8], channels: 3}\nlayers:\n"


@pytest.mark.parametrize(
    ("item", "place", "code", "message"),
    [
        ("{type: conv}", (5, 5), "RF209", "conv needs 'kernel'"),
        ("{type: conv, kernel: [3, 3, 3]}", (5, 26), "RF301", "kernel has 3 entries for 2 axes"),
        ("{type: conv, kernel: $(n - 8)}", (5, 26), "RF208", "kernel must be at least 1, is 0"),
        ("{type: conv, kernel: 3, filters: $word}", (5, 38), "RF208", "filters must be an integer, is 'wide'"),
        ("{type: conv, kernel: 3, filters: x$n}", (5, 38), "RF208", "filters must be an integer, is the text 'x$n'"),
        (
            "{type: upsample, scale: 2, size: 9}",
            (5, 5),
            "RF308",
            "upsample takes one of scale, size and like, here are",
        ),
    ],
)
def test_what_is_wrong(item: str, place: tuple[int, int], code: str, message: str) -> None:
    (found,) = problems(f"{HEAD}  - {item}\n")
    assert ((found.span.line, found.span.column), found.code) == (place, code)
    assert message in found.message


def test_all_mixed_texts_of_a_layer_are_told() -> None:
    found = problems(f"{HEAD}  - {{type: conv, kernel: 3, filters: x$n, groups: y$n}}\n")
    assert [(one.code, one.span.column) for one in found] == [("RF208", 38), ("RF208", 51)]


def test_a_layer_that_cannot_be_built_hides_no_other() -> None:
    found = problems(f"{HEAD}  - {{type: conv}}\n  - {{type: max_pool}}\n")
    assert [one.code for one in found] == ["RF209", "RF209"]


def test_values_that_are_right() -> None:
    (entry,) = rfcli.loads(f"{HEAD}  - {{type: conv, kernel: $(n - 5), filters: $n}}\n").entries
    assert (entry.layer.given["kernel"], entry.layer.given["filters"]) == (3, 8)
