"""Entries of `expect`: what may stand there."""

import pytest
from description.refusals import problems

import rfcli

HEAD = "format: 1\ninput: {size: [64, 64], channels: 3}\nlayers: [{name: a, type: conv, kernel: 3}]\n"


@pytest.mark.parametrize(
    "entry",
    ["{size: 3}", "{layer: a, size: {min: 3}}", "{size: [3, {max: 5}]}", "{size: null}", "{aligned: true, source: here}",
     "{size: $(1 + 2)}", "{flops: {min: 1, max: 4000000000}}", "{input_size: 32, center: -0.5}"],
)  # fmt: skip
def test_what_may_stand_there(entry: str) -> None:
    assert rfcli.loads(f"{HEAD}expect: [{entry}]\n").about["expect"]


@pytest.mark.parametrize(
    ("entry", "place", "said"),
    [
        ("{size: {}}", (4, 17), "must have min or max"),
        ("{size: []}", (4, 17), "must have one entry for each of 1 to 3 axes"),
        ("{size: [[3]]}", (4, 18), "must hold numbers, not lists"),
        ("{size: large}", (4, 17), "must be a number, null, {min:, max:} or a list"),
        ("{size: {least: 3}}", (4, 18), "has no key 'least'"),
        ("{aligned: 1}", (4, 20), "must be true or false"),
        ("{sise: 3}", (4, 11), "has no key 'sise'"),
    ],
)
def test_what_may_not(entry: str, place: tuple[int, int], said: str) -> None:
    (found,) = problems(f"{HEAD}expect: [{entry}]\n")
    assert (found.span.line, found.span.column) == place
    assert said in found.message
