"""The search for changes that reach a field: the knobs of all moves are turned, one or two at a time, as little as it
takes; more of them where no two do."""

from __future__ import annotations

from rfcli.suggest.text import patched
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rfcli.suggest.moves._move import Knob
    from rfcli.suggest.text import Change
    from rfcli.suggest.trial import Bench, Numbers

MAX_PAIRS = 400
"""Pairs of knobs that are turned together, those of the best alone first."""

MOST_WASTED = 10_000
"""Layers of wrong networks that are read to find three and more knobs that do together."""
CHOICE = 4
"""Changes that another knob is turned beside once three or more have been found to do."""


class Bound(Value):
    """How much something may cost: so many times what it costs now, or so much."""

    times: float | None = None
    most: int | None = None

    def holds(self, value: int | None, now: int | None) -> bool:
        """Whether a cost is within it; what is not known is not."""
        if self.times is not None:
            return value is not None and now is not None and value <= now * self.times
        return self.most is None or (value is not None and value <= self.most)

    def over(self, value: int | None, now: int | None) -> float:
        """By what share a cost exceeds it."""
        most = self.most if self.times is None else (now or 0) * self.times
        return 0.0 if most is None or self.holds(value, now) else (value or 0) / (most or 1)


class Aim(Value):
    """What is asked for: bounds of the field and of what it costs, and what is to stay as it is."""

    at_least: int | None = None
    at_most: int | None = None
    flops: Bound = Bound()
    params: Bound = Bound()
    keep: tuple[str, ...] = ()

    def grows(self, now: Numbers) -> bool:
        """Whether fields have to become larger."""
        return self.at_least is not None and now.least < self.at_least

    def reached(self, now: Numbers) -> bool:
        """Whether a field is within the bounds."""
        return (self.at_least is None or now.least >= self.at_least) and (
            self.at_most is None or now.most <= self.at_most
        )

    def allows(self, found: Numbers, now: Numbers) -> bool:
        """Whether the costs are within bounds, and what is to stay stays."""
        if not self.flops.holds(found.flops, now.flops) or not self.params.holds(found.params, now.params):
            return False
        return all(getattr(found, key) == getattr(now, key) for key in self.keep)


class Found(Value):
    """A change, its text, and what that computes."""

    change: Change
    text: str
    numbers: Numbers
    moves: tuple[str, ...]
    parts: tuple[str, ...] = ()
    """Of two changes the texts of each alone."""
    turn: tuple[object, int] = (None, 0)
    """The knob that was turned last, and what beside it; how far."""
    knobs: tuple[Knob, ...] = ()
    """All knobs that were turned."""
    amounts: tuple[int, ...] = ()
    """How far each of them was turned."""

    def weights(self, now: Numbers, aim: Aim) -> tuple[int, ...]:
        """What is better where it is less: operations, parameters, samples beyond the aim, and what changes else."""
        found = self.numbers
        beyond = found.least - (aim.at_least or 0) if aim.grows(now) else (aim.at_most or 0) - found.most
        changed = (found.stride != now.stride, found.output_size != now.output_size)
        return (found.flops or 0, found.params or 0, beyond, *map(int, changed), len(self.change.edits))


class Search:
    """Turns knobs until the aim is reached."""

    def __init__(self, bench: Bench, knobs: Sequence[Knob], aim: Aim, now: Numbers) -> None:
        self.bench, self.knobs, self.aim, self.now = bench, knobs, aim, now
        self.grows = aim.grows(now)
        self.tried: dict[str, Found] = {}

    def found(self) -> list[Found]:
        """All changes that were tried and reach the aim as they should, each with the least amounts."""
        singles = [(knob, *self._least(knob, None)) for knob in self.knobs]
        self._pairs([(knob, amount, gain) for knob, amount, gain in singles if gain])
        self._more(self.bench.wasted + MOST_WASTED)
        good: dict[object, Found] = {}
        for one in sorted(filter(self.reaches, self.tried.values()), key=lambda found: found.turn[1]):
            good.setdefault(one.turn[0], one)
        return list(good.values())

    def reaches(self, one: Found) -> bool:
        """Whether a change does what is asked, and no part of it does alone."""
        if not self.aim.reached(one.numbers) or not self.aim.allows(one.numbers, self.now):
            return False
        alone = (self.tried.get(part) for part in one.parts)
        return not any(part is not None and self._passed(part.numbers) for part in alone)

    def nearest(self) -> list[Found]:
        """What does not do, those first that come nearest: what reaches the field at too high a cost, else the field
        that is nearest."""

        def key(one: Found) -> tuple[float, ...]:
            aim, now, found = self.aim, self.now, one.numbers
            over = aim.flops.over(found.flops, now.flops) + aim.params.over(found.params, now.params)
            changed = sum(getattr(found, word) != getattr(now, word) for word in aim.keep)
            return (self._missed(found), changed, over, found.flops or 0, len(one.change.edits))

        return sorted(self.tried.values(), key=key)

    def _missed(self, numbers: Numbers) -> int:
        low = 0 if self.aim.at_least is None else max(self.aim.at_least - numbers.least, 0)
        return low + (0 if self.aim.at_most is None else max(numbers.most - self.aim.at_most, 0))

    def _passed(self, numbers: Numbers) -> bool:
        """Whether a knob is turned far enough."""
        if self.grows:
            return self.aim.at_least is not None and numbers.least >= self.aim.at_least
        return self.aim.at_most is not None and numbers.most <= self.aim.at_most

    def _try(
        self,
        change: Change | None,
        knobs: tuple[Knob, ...],
        turn: tuple[object, int],
        beside: Found | None = None,
        parts: tuple[str, ...] = (),
    ) -> Numbers | None:
        if change is None or self.bench.left < 0:
            return None
        text = self._text(change)
        numbers = self.bench.numbers(text)
        if numbers is not None and text not in self.tried:
            moves = tuple([knob.move for knob in knobs])
            amounts = (*(beside.amounts if beside is not None else ()), turn[1])
            self.tried[text] = Found(change, text, numbers, moves, parts, turn, knobs, amounts)
        return numbers

    def _text(self, change: Change) -> str:
        return patched(self.bench.text, change.patches)

    def _least(self, knob: Knob, beside: Found | None) -> tuple[int | None, int]:
        """The least amount of a knob that reaches the field, None where none does; what its first step gains."""
        start = self.now if beside is None else beside.numbers

        def at(amount: int) -> Numbers | None:
            change = knob.turned(amount)
            if beside is None or change is None:
                return self._try(change, (knob,), (_family(knob, amount), amount))
            parts = (beside.text, self._text(change))
            turn = ((_family(knob, amount), beside.text), amount)
            return self._try(beside.change.joined(change), (*beside.knobs, knob), turn, beside, parts)

        first = at(1)
        if first is None:
            return None, 0
        if knob.choices:
            for amount in range(2, knob.most + 1):
                at(amount)
        gain = first.least - start.least if self.grows else start.most - first.most
        if gain <= 0 and knob.most == 1:
            return None, 0
        if self._passed(first):
            return 1, gain
        if gain <= 0 and knob.move not in ("cut", "narrow"):
            return None, 0
        return self._between(knob, at, first) if knob.most > 1 else None, max(gain, 1)

    def _between(self, knob: Knob, at: Callable[[int], Numbers | None], first: Numbers) -> int | None:
        """The least amount from 2 on that reaches the field: about as many as the first two steps let expect, twice as
        many where each gains more than the one before; then by bisection."""
        low, high = 1, self._expected(knob, at, first)
        while True:
            found = at(high)
            if self.bench.left < 0:
                return None
            if found is not None and self._passed(found):
                break
            if found is None:  # too far: something else no longer fits
                if high - low < 2:
                    return None
                high = (low + high) // 2
            elif high >= knob.most:
                return None
            else:
                low, high = high, min(knob.most, 2 * high)
        while high - low > 1:
            middle = high - 1 if high - low < 4 else (low + high) // 2
            found = at(middle)
            if self.bench.left < 0:
                return None
            low, high = (low, middle) if found is not None and self._passed(found) else (middle, high)
        return high

    def _expected(self, knob: Knob, at: Callable[[int], Numbers | None], first: Numbers) -> int:
        """About how far a knob has to be turned."""
        second = at(2)
        if second is None or self._passed(second):
            return 2
        short = self._missed(second)
        gain = self._missed(first) - short
        before = self._missed(self.now) - self._missed(first)
        if gain <= 0 or 4 * gain > 5 * before:
            return min(knob.most, 4)
        return min(knob.most, 2 + -(-short // gain))

    def _pairs(self, singles: Sequence[tuple[Knob, int | None, int]]) -> None:
        """Turns two knobs at a time: one by less than it takes alone, the other as little as is left. Those pairs come
        first of which either may be turned by what is asked; all of these are turned once before any is again."""
        dear = {id(knob): not self._allowed(knob) for knob, *_ in singles}
        pairs = [
            (dear[id(a)] + dear[id(b)], a, needed, b) for a, needed, _ in singles for b, *_ in singles if a is not b
        ]
        pairs.sort(key=lambda pair: pair[0])
        turns = [
            (costly, at, one, amount, other)
            for costly, one, needed, other in pairs[:MAX_PAIRS]
            for at, amount in enumerate(_some(needed, one.most))
        ]
        for *_, one, amount, other in sorted(turns, key=lambda turn: turn[:2]):
            if self.bench.left < 0:
                return
            change = one.turned(amount)
            text = None if change is None else self._text(change)
            beside = self.tried.get(text or "")
            if beside is None and self._try(change, (one,), (_family(one, amount), amount)) is not None:
                beside = self.tried.get(text or "")
            if beside is not None and not self._passed(beside.numbers):
                self._least(other, beside)

    def balanced(self, one: Found, fine: Callable[[Found], bool]) -> Found:
        """Of the two knobs of a change the first turned less, and the other one more, as far as that is better and
        `fine`: between the few turns of a pair that are tried, there may be one that does for less."""
        best, low, high = one, 0, one.amounts[0]
        while high - low > 1:
            middle = (low + high) // 2
            found = self._other(one.knobs[0], middle, one.knobs[1])
            if found is not None and self.reaches(found) and self._betters(found, best) and fine(found):
                best, high = found, middle
            else:
                low = middle
        return best

    def _other(self, one: Knob, amount: int, other: Knob) -> Found | None:
        """The least turn of another knob that reaches the field beside one that is turned so far."""
        change = one.turned(amount)
        if change is None or self._try(change, (one,), (_family(one, amount), amount)) is None:
            return None
        beside = self.tried[self._text(change)]
        needed, _ = (None, 0) if self._passed(beside.numbers) else self._least(other, beside)
        more = None if needed is None else other.turned(needed)
        joined = None if more is None else beside.change.joined(more)
        return None if joined is None else self.tried.get(self._text(joined))

    def _betters(self, one: Found, other: Found) -> bool:
        return ranked([other, one], self.now, self.aim)[0] is one

    def _allowed(self, knob: Knob) -> bool:
        """Whether a knob that is turned a little costs no more than is asked, and keeps what is to stay."""
        change = knob.turned(1)
        one = None if change is None else self.tried.get(self._text(change))
        return one is not None and self.aim.allows(one.numbers, self.now)

    def _more(self, most: int) -> None:
        """Where no two knobs do, turns one more beside what comes nearest, and one more, until `most` layers are
        wasted; and once some do, beside a few others, so that there is a choice."""
        knobs = [knob for knob in self.knobs if self._fits(knob)]
        left, done = CHOICE, set[str]()
        while self.bench.left >= 0 and self.bench.wasted < most:
            if any(map(self.reaches, self.tried.values())):
                left -= 1 if done else CHOICE
            open = [one for one in self.tried.values() if one.text not in done and not self._passed(one.numbers)]
            if left <= 0 or not open:
                return
            nearest = min(open, key=self._distance)
            done.add(nearest.text)
            for knob in knobs:
                if not any(knob is one for one in nearest.knobs) and self.bench.wasted < most:
                    self._least(knob, nearest)

    def _fits(self, knob: Knob) -> bool:
        """Whether a network fits together in which a knob alone is turned a little."""
        change = knob.turned(1)
        return change is not None and self._text(change) not in self.bench.wrong

    def _distance(self, one: Found) -> tuple[int, ...]:
        """How far a change is from what is asked: one that costs too much is furthest."""
        dear = not self.aim.allows(one.numbers, self.now)
        return (dear, self._missed(one.numbers), len(one.knobs), one.numbers.flops or 0)


def _family(knob: Knob, amount: int) -> object:
    """What turns of a knob have in common of which only the least one is listed."""
    return (id(knob), amount) if knob.choices else id(knob)


def _some(needed: int | None, most: int) -> Iterator[int]:
    """Amounts of a knob that is turned together with another one."""
    last = most if needed is None else needed - 1
    yield from dict.fromkeys(amount for amount in (last // 2, 1, last, 2) if 1 <= amount <= last)


def ranked(found: Sequence[Found], now: Numbers, aim: Aim) -> list[Found]:
    """The undominated first, those that change the stride or the size of the output after those that do not; then the
    cheaper ones."""
    weights = {id(one): one.weights(now, aim) for one in found}

    def order(one: Found) -> tuple[int, ...]:
        flops, params, beyond, stride, output, edits = weights[id(one)]
        return (stride + output, flops, params, beyond, edits)

    left = sorted(found, key=order)
    front = [one for one in left if not any(_better(weights[id(other)], weights[id(one)]) for other in left)]
    chosen = set(map(id, front))
    return [*front, *(one for one in left if id(one) not in chosen)]


def _better(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether one is nowhere worse, and somewhere better."""
    return one != other and all(a <= b for a, b in zip(one, other, strict=True))
