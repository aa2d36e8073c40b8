"""The places of all nodes, boxes and lines of an outline, in pixels.

Each box is laid out by itself, inner ones first: its things stand in rows, lines into it from outside begin at its
title, lines out of it end at its lower border. Where a line passes rows, it bends round them at the right in a box
whose rows hold one thing each, and has a place of its own in each row in others.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from rfcli.render.diagram import placing, words
from rfcli.render.diagram.outline import Node
from rfcli.render.diagram.sizes import node_size, pixels, title_width
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from rfcli.render.diagram.outline import Box, Outline

BAR = 20
"""Height of a box's title."""
PAD, GAP, BETWEEN, LANE, THIN = 12, 26, 18, 9, 6
"""Space inside a box, between rows, between neighbours, between lines at the side, and for a line in a row."""
SOFT = 0.05
"""How much things count that are on no longest path, when it is settled what stands straight."""
PASSED = 30
"""Rows that a line passes by places of its own; longer ones go by the side."""


NOWHERE: Mapping[int, float] = MappingProxyType({})


class Line(Value):
    """A line as a path of SVG, relative to the box that holds it; `arrow` where it ends at something."""

    path: str
    arrow: bool


class Placed(Value):
    """A node or box with its size, and the things in it with their places in it. `starts` and `ends` are, for the node
    where a line into it or out of it comes from, how far from the center it crosses the border."""

    item: Node | Box
    width: float
    height: float
    inside: tuple[tuple[float, float, Placed], ...] = ()
    lines: tuple[Line, ...] = ()
    starts: Mapping[int, float] = NOWHERE
    ends: Mapping[int, float] = NOWHERE


class Wires:
    """Which lines lead within each box, into it and out of it, by the numbers of its things."""

    def __init__(self, outline: Outline) -> None:
        self.within: dict[int, dict[tuple[int, int, int], None]] = {}
        self.into: dict[int, dict[tuple[int, int], None]] = {}
        self.out: dict[int, dict[tuple[int, int], None]] = {}
        paths: dict[int, list[tuple[int, int]]] = {}
        _paths(outline.root, [], paths)
        for source, target in outline.edges:
            one, two = paths[source], paths[target]
            depth = 0
            while one[depth] == two[depth]:
                depth += 1
            self.within.setdefault(one[depth][0], {})[one[depth][1], two[depth][1], source] = None
            for box, at in one[depth + 1 :]:
                self.out.setdefault(box, {})[at, source] = None
            for box, at in two[depth + 1 :]:
                self.into.setdefault(box, {})[at, source] = None


def _paths(box: Box, path: list[tuple[int, int]], found: dict[int, list[tuple[int, int]]]) -> None:
    """For each node the boxes around it, outermost first, each with the number of the thing in it."""
    for at, item in enumerate(box.items):
        here = [*path, (box.id, at)]
        if isinstance(item, Node):
            found[item.id] = here
        else:
            _paths(item, here, found)


def laid_out(outline: Outline) -> Placed:
    """The whole picture."""
    return _box(outline, outline.root, Wires(outline))


def _placed(outline: Outline, item: Node | Box, wires: Wires) -> Placed:
    if isinstance(item, Node):
        return Placed(item, *node_size(words.title(item), words.lines(outline, item)))
    return _box(outline, item, wires)


def _box(outline: Outline, box: Box, wires: Wires) -> Placed:
    inside = [_placed(outline, item, wires) for item in box.items]
    return Stack(
        box,
        inside,
        list(wires.within.get(box.id, ())),
        list(wires.into.get(box.id, ())),
        list(wires.out.get(box.id, ())),
    ).placed()


class Stack:
    """A box in the making. Its elements are numbered: lines into it, the things in it, lines out of it, and then
    places of lines in rows that they pass."""

    def __init__(
        self,
        box: Box,
        inside: list[Placed],
        within: list[tuple[int, int, int]],
        into: list[tuple[int, int]],
        out: list[tuple[int, int]],
    ) -> None:
        self.box, self.inside = box, inside
        self.entering = list(dict.fromkeys(source for _, source in into))
        self.leaving = list(dict.fromkeys(source for _, source in out))
        first, last = len(self.entering), len(self.entering) + len(inside)
        entry = {source: at for at, source in enumerate(self.entering)}
        exit = {source: at for at, source in enumerate(self.leaving, last)}
        self.first, self.last = first, last
        self.edges = [(entry[source], first + at, source) for at, source in into]
        self.edges += [(first + one, first + two, source) for one, two, source in within]
        self.edges += [(first + at, exit[source], source) for at, source in out]
        self.widths = [float(THIN)] * first + [one.width for one in inside]
        self.widths += [float(THIN)] * len(self.leaving)
        self.rows = self._rows()
        self.straight: list[tuple[int, int, int]] = []
        self.aside: list[tuple[int, int, int]] = []
        self.chain = max(map(self.rows[first:last].count, set(self.rows[first:last])), default=0) < 2
        self._split()

    def _rows(self) -> list[int]:
        count = self.last + len(self.leaving)
        forward = [(one, two) for one, two, _ in self.edges if one < two]
        read = {two for _, two in forward}
        if self.entering:
            forward += [(0, at) for at in range(self.first, self.last) if at not in read]
        return placing.rows(count, forward, range(self.last, count))

    def _split(self) -> None:
        """Parts lines into those from row to row and those at the side; what passes rows gets places in them."""
        for one, two, source in self.edges:
            passed = self.rows[two] - self.rows[one] - 1
            if passed < 0 or (passed and (self.chain or passed > PASSED)):
                self.aside.append((one, two, source))
                continue
            before = one
            for row in range(self.rows[one] + 1, self.rows[two]):
                self.rows.append(row)
                self.widths.append(float(THIN))
                self.straight.append((before, len(self.rows) - 1, source))
                before = len(self.rows) - 1
            self.straight.append((before, two, source))

    def _starts(self, at: int, source: int) -> float:
        """How far from its center a line leaves an element."""
        return self.inside[at - self.first].ends.get(source, 0.0) if self.first <= at < self.last else 0.0

    def _ends(self, at: int, source: int) -> float:
        """How far from its center a line reaches an element."""
        return self.inside[at - self.first].starts.get(source, 0.0) if self.first <= at < self.last else 0.0

    def _height(self, at: int) -> float:
        return self.inside[at - self.first].height if self.first <= at < self.last else 0.0

    def placed(self) -> Placed:
        """The box with everything in its place."""
        pairs = [(one, two) for one, two, _ in self.straight]
        order = placing.ordered(self.rows, pairs)
        held = [(one, two, self._starts(one, by), self._ends(two, by)) for one, two, by in self.straight]
        weights = [
            1.0 if one else SOFT for one in placing.critical(self.rows, [(one, two) for one, two, _ in self.edges])
        ]
        middle = placing.centers(order, self.widths, weights, held, BETWEEN)
        pad = PAD if self.box.id else 0
        left = min((middle[at] - self.widths[at] / 2 for at in range(len(middle))), default=0.0) - pad
        middle = [at - left for at in middle]
        right = max((middle[at] + self.widths[at] / 2 for at in range(len(middle))), default=0.0)
        lanes = self._lanes()
        width = right + (LANE * (max(lanes.values()) + 1.5) if lanes else 0) + pad
        wanted = title_width(words.title(self.box)) + 2 * PAD if self.box.id else 0
        if width < wanted:
            middle, right, width = [at + (wanted - width) / 2 for at in middle], right + (wanted - width) / 2, wanted
        tops, bottoms, height = self._heights(order)
        lines = [self._line(one, two, by, middle, tops, bottoms) for one, two, by in self.straight]
        for one, two, by in self.aside:
            lane = right + LANE * (lanes[one, by] + 1)
            lines.append(self._side(one, two, by, lane, middle, tops, bottoms))
        inside = [
            (middle[at] - self.widths[at] / 2, tops[self.rows[at]], placed)
            for at, placed in enumerate(self.inside, self.first)
        ]
        starts = {source: middle[at] - width / 2 for at, source in enumerate(self.entering)}
        ends = {source: middle[at] - width / 2 for at, source in enumerate(self.leaving, self.last)}
        return Placed(self.box, width, height, tuple(inside), tuple(lines), starts, ends)

    def _heights(self, order: Sequence[Sequence[int]]) -> tuple[list[float], list[float], float]:
        """Top and bottom of each row, and the height of the box."""
        tops, bottoms = [], []
        at = float(BAR if self.box.id else 0)
        for number, row in enumerate(order):
            if number == 0 and not self.entering:
                at += PAD if self.box.id else 0
            tops.append(at)
            at += max(map(self._height, row), default=0.0)
            bottoms.append(at)
            at += GAP
        at -= GAP
        return tops, bottoms, at if self.leaving else at + (PAD if self.box.id else 0)

    def _lanes(self) -> dict[tuple[int, int], int]:
        """For each line at the side its distance from the rows; lines from one place share theirs."""
        spans: dict[tuple[int, int], tuple[int, int]] = {}
        for one, two, by in self.aside:
            low, high = sorted((self.rows[one], self.rows[two]))
            before = spans.get((one, by), (low, high))
            spans[one, by] = min(low, before[0]), max(high, before[1])
        taken: list[list[tuple[int, int]]] = []
        found = {}
        for key, (low, high) in sorted(spans.items(), key=lambda item: item[1][1] - item[1][0]):
            lane = 0
            while lane < len(taken) and any(low < end and start < high for start, end in taken[lane]):
                lane += 1
            if lane == len(taken):
                taken.append([])
            taken[lane].append((low, high))
            found[key] = lane
        return found

    def _line(self, one: int, two: int, by: int, middle: list[float], tops: list[float], bottoms: list[float]) -> Line:
        """A line from a row to the next, straight down through the rest of its row first."""
        x, to = middle[one] + self._starts(one, by), middle[two] + self._ends(two, by)
        y, below = tops[self.rows[one]] + self._height(one), bottoms[self.rows[one]]
        end = tops[self.rows[two]]
        passes = self.first <= two < self.last
        path = f"M{pixels(x)} {pixels(y)}"
        if abs(x - to) < 0.6:
            path += f"V{pixels(end)}"
        else:
            half = pixels((below + end) / 2)
            path += f"V{pixels(below)}C{pixels(x)} {half} {pixels(to)} {half} {pixels(to)} {pixels(end)}"
        return Line(path, passes)

    def _side(
        self, one: int, two: int, by: int, lane: float, middle: list[float], tops: list[float], bottoms: list[float]
    ) -> Line:
        """A line at the side, past some rows."""
        inner = self.first <= two < self.last
        if self.chain and self.first <= one < self.last:
            x = middle[one] + self.widths[one] / 2
            y = tops[self.rows[one]] + _from_top(self.inside[one - self.first], 0.75)
            path = f"M{pixels(x)} {pixels(y)}"
        else:
            x = middle[one] + self._starts(one, by)
            y = bottoms[self.rows[one]] + GAP * 0.3
            path = f"M{pixels(x)} {pixels(tops[self.rows[one]] + self._height(one))}V{pixels(y)}"
        path += f"H{pixels(lane - 5)}"
        if self.chain and inner:
            x = middle[two] + self.widths[two] / 2
            end = tops[self.rows[two]] + _from_top(self.inside[two - self.first], 0.3)
            rest = f"H{pixels(x)}"
        else:
            x = middle[two] + self._ends(two, by)
            end = tops[self.rows[two]] - GAP * 0.3
            rest = f"H{pixels(x)}V{pixels(tops[self.rows[two]])}"
        down = 5 if end > y else -5
        path += f"Q{pixels(lane)} {pixels(y)} {pixels(lane)} {pixels(y + down)}V{pixels(end - down)}"
        path += f"Q{pixels(lane)} {pixels(end)} {pixels(lane - 5)} {pixels(end)}{rest}"
        return Line(path, inner)


def _from_top(placed: Placed, part: float) -> float:
    """Where a line at the side meets something: a box at its title, or near its lower border."""
    if isinstance(placed.item, Node):
        return placed.height * part
    return BAR / 2 if part < 0.5 else placed.height - BAR / 2
