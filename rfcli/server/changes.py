"""What has changed in a text since it was right, place by place, as somebody types."""

from __future__ import annotations

from rfcli.values import Value

MOST_PLACES = 12
"""Places that are told apart; of more, all from the first to the last is one."""


class Change(Value):
    """Lines, from 0, in which a text differs from the one before: where they begin, where they ended and now end."""

    first: int
    was: int
    now: int


class Place(Value):
    """A change of one place among several: the lines, from 0, in the text before, and where they stand now."""

    first: int
    was: int
    start: int
    now: int


def changed(before: list[str], after: list[str]) -> Change | None:
    """The lines in which two texts differ; None where they are the same."""
    most = min(len(before), len(after))
    first = next((at for at in range(most) if before[at] != after[at]), most)
    if first == len(before) == len(after):
        return None
    left = most - first
    same = next((at for at in range(left) if before[-1 - at] != after[-1 - at]), left)
    return Change(first, len(before) - same, len(after) - same)


class Changes:
    """The places in which a text that is typed differs from one that was right."""

    def __init__(self, before: list[str]) -> None:
        self.before, self.now = before, before
        self.places: list[Place] = []

    def to(self, lines: list[str]) -> None:
        """Takes in the next text."""
        change = changed(self.now, lines)
        self.now = lines
        if change is None:
            return
        self._take(change)
        found = [self._trimmed(place) for place in self.places]
        self.places = [place for place in found if place is not None]
        if len(self.places) > MOST_PLACES:
            first, last = self.places[0], self.places[-1]
            self.places = [Place(first.first, last.was, first.start, last.now)]

    def _take(self, change: Change) -> None:
        """Joins a change of the text as it was a moment ago with the places that it touches."""
        by = change.now - change.was
        before = [place for place in self.places if place.now < change.first]
        after = [place for place in self.places if place.start > change.was]
        inside = self.places[len(before) : len(self.places) - len(after)]
        start = min([change.first, *(place.start for place in inside)])
        end = max([change.was, *(place.now for place in inside)])
        ahead = before[-1].was - before[-1].now if before else 0
        behind = inside[-1].was - inside[-1].now if inside else ahead
        moved = [place.replaced(start=place.start + by, now=place.now + by) for place in after]
        self.places = [*before, Place(start + ahead, end + behind, start, end + by), *moved]

    def _trimmed(self, place: Place) -> Place | None:
        """A place without the lines at its ends that are as they were; None where all are."""
        change = changed(self.before[place.first : place.was], self.now[place.start : place.now])
        if change is None:
            return None
        first, start = place.first, place.start
        return Place(first + change.first, first + change.was, start + change.first, start + change.now)

    def steps(self) -> list[tuple[list[str], Change, list[str]]]:
        """The changes one by one, the last in the text first: the lines before each, what it changes, those after."""
        found, lines = [], self.before
        for place in reversed(self.places):
            new = self.now[place.start : place.now]
            after = self.now if len(self.places) == 1 else [*lines[: place.first], *new, *lines[place.was :]]
            found.append((lines, Change(place.first, place.was, place.first + len(new)), after))
            lines = after
        return found
