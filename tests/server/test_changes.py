"""What has changed in a text, place by place."""

from __future__ import annotations

from random import Random

import pytest

from rfcli.server.changes import MOST_PLACES, Change, Changes, changed


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        ("a b c", "a b c", None),
        ("a b c", "a x c", Change(1, 2, 2)),
        ("a b c", "a c", Change(1, 2, 1)),
        ("a b b c", "a b b b c", Change(3, 3, 4)),
        ("a", "b a", Change(0, 0, 1)),
        ("a b", "", Change(0, 2, 0)),
    ],
)
def test_changed_lines(before: str, after: str, found: Change | None) -> None:
    assert changed(before.split(), after.split()) == found


@pytest.mark.parametrize(
    ("texts", "places"),
    [
        (["abcdef", "abXdef"], [(2, 3, 2, 3)]),
        (["abcdef", "abXdef", "abcdef"], []),
        (["abcdef", "aXcdef", "aXcdYf"], [(1, 2, 1, 2), (4, 5, 4, 5)]),
        (["abcdef", "abcdYf", "aXcdYf"], [(1, 2, 1, 2), (4, 5, 4, 5)]),
        (["abcdef", "aXXbcdef", "aXXbcdf"], [(1, 1, 1, 3), (4, 5, 6, 6)]),
        (["abcdef", "abcXf", "af"], [(1, 5, 1, 1)]),
        (["abcdef", "aXcdYf", "aXcdef"], [(1, 2, 1, 2)]),
        (["abcdef", "Xabcdef", "XabcdefY", "abcdefY"], [(6, 6, 6, 7)]),
    ],
)
def test_places(texts: list[str], places: list[tuple[int, int, int, int]]) -> None:
    found = Changes(list(texts[0]))
    for text in texts[1:]:
        found.to(list(text))
    assert [(one.first, one.was, one.start, one.now) for one in found.places] == places


def test_any_edits_lead_from_the_first_text_to_the_last() -> None:
    random = Random(18)
    for _ in range(300):
        first = [random.choice("ab") for _ in range(random.randrange(40))]
        found, text = Changes(first), first
        for _ in range(random.randrange(20)):
            at = random.randrange(len(text) + 1)
            text = [*text[:at], *random.choices("abc", k=random.randrange(3)), *text[at + random.randrange(3) :]]
            found.to(text)
        assert len(found.places) <= MOST_PLACES
        lines = first
        for before, change, after in found.steps():
            assert before == lines and changed(before, after) is not None
            kept = before[: change.first], before[change.was :]
            assert kept == (after[: change.first], after[change.now :])
            lines = after
        assert lines == text
