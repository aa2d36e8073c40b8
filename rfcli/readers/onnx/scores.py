"""Attention that is written out: queries times keys, terms that are added to these scores, a softmax, values."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import import_module
from math import prod
from operator import eq
from typing import Any

from rfcli.readers.onnx.calls import MEND, Call
from rfcli.readers.onnx.evaluation import Evaluator
from rfcli.readers.onnx.kernels import NEAR
from rfcli.readers.onnx.layout import reshaped_to
from rfcli.readers.onnx.rolls import Users
from rfcli.readers.onnx.working import are_alike, as_numpy, is_bool
from rfcli.readers.tracing import arrays
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.arrays import Array, each, filled
from rfcli.readers.tracing.attention import WINDOWS, Left, Mask, attended
from rfcli.readers.tracing.maps import (
    BATCH,
    Constant,
    Dim,
    Layout,
    Map,
    joined,
    reshaped,
    size_of,
    transposed,
    with_ones,
)
from rfcli.readers.tracing.masks import diagonals, parted
from rfcli.readers.tracing.reach import Reach
from rfcli.values import Value

MASKED = -80.0
"""Terms that leave nothing of a score."""
IN_DOUBT = "a mask that leaves a little"
MOST = 1 << 24
"""Entries of a mask that are looked at."""
KEEPING = frozenset(["Reshape", "Unsqueeze", "Identity", "Cast", "Dropout"])
"""Operations that leave scores as they are."""


class Term(Value):
    """What is added to scores: its name, whether it is taken away or chosen where a condition is met, the dimensions
    that the scores have there, but for the last two, the other choice, and what holds its weights."""

    name: str
    kind: str
    lead: tuple[Dim, ...]
    other: str = ""
    held: Constant | None = None


class Scores(Value):
    """Attention on its way from queries and keys to values."""

    queries: Map
    keys: Map
    lead: tuple[Dim, ...]
    terms: tuple[Term, ...]
    constants: tuple[Constant, ...]

    @property
    def held(self) -> list[Constant]:
        """What may hold weights."""
        return [*self.constants, *(one.held for one in self.terms if one.held is not None)]

    @property
    def shape(self) -> tuple[int | None, ...]:
        return tuple(size_of(dim) for dim in (*self.lead, self.queries.dims[-2], self.keys.dims[-2]))


def scores_of(first: Map, second: Map) -> Scores:
    """The product of queries and of keys, which lie the other way round."""
    if len(first.dims) != len(second.dims) or len(first.dims) < 3:
        raise Layout("it multiplies maps of different ranks")
    return Scores(first, transposed(second), first.dims[:-2], (), ())


def leads_to_attention(node: Any, users: Users, tainted: set[str], ends: set[str], axis: int) -> bool:
    """Whether a product is scaled, changed by constants, made shares by a softmax over dimension `axis`, and multiplied
    with values, with no other use in between, and something is added to it."""
    name, added, softened = node.output[0], False, False
    while len(users.get(name, ())) == 1 and name not in ends:
        (user,) = users[name]
        operation, others = user.op_type, [one for one in user.input if one not in (name, "")]
        if operation == "MatMul" and softened:
            return user.input[0] == name and len(others) == 1 and added
        if any(one in tainted for one in others) or user.domain not in ("", "ai.onnx"):
            return False
        if operation == "Softmax":
            given = next((one.i for one in user.attribute if one.name == "axis"), -1)
            if softened or given not in (-1, axis):
                return False
            softened = True
        elif operation in ("Add", "Where") or (operation == "Sub" and user.input[0] == name):
            added |= not softened
            if softened:
                return False
        elif operation not in KEEPING:
            scales = operation == "Mul" or (operation == "Div" and user.input[0] == name)
            if not scales or added or softened:
                return False
        if operation in ("Reshape", "Unsqueeze"):
            axis = -1
        name = user.output[0]
    return False


def with_scores(call: Call, names: Sequence[str], numbers: Evaluator) -> Map | Scores:
    """An operation on scores, or in the end their product with values. Raises `Layout`."""
    at = next(number for number, one in enumerate(call.inputs) if isinstance(one, Scores))
    scores = call.inputs[at]
    assert isinstance(scores, Scores), "it was looked for"
    operation = call.operation
    if operation == "MatMul":
        return _summed(call, scores, mapped(call.inputs[1]), numbers)
    others = [one for number, one in enumerate(call.inputs) if number != at and isinstance(one, Constant)]
    if operation in ("Mul", "Div"):
        wide = [one for one in others if prod(one.shape) > 1]
        return scores.replaced(constants=(*scores.constants, *wide))
    if operation in ("Add", "Sub"):
        term = Term(names[1 - at], operation, scores.lead, held=others[0] if others else None)
        return scores.replaced(terms=(*scores.terms, term))
    if operation == "Where":
        kind = "Where" if at == 2 else "Unless"
        return scores.replaced(terms=(*scores.terms, Term(names[0], kind, scores.lead, names[3 - at])))
    if operation == "Unsqueeze":
        where = _axes(call, len(scores.lead) + 2)
        if any(one >= len(scores.lead) + len(where) for one in where):
            raise Layout("scores are laid out anew")
        return scores.replaced(lead=with_ones(scores.lead, where))
    if operation == "Reshape":
        target = reshaped_to(scores.shape, call.inputs[1])
        if target[-2:] != list(scores.shape[-2:]):
            raise Layout("scores are laid out anew")
        return scores.replaced(lead=reshaped(scores.lead, target[:-2]))
    return scores


def _axes(call: Call, rank: int) -> list[int]:
    given = call.attributes.get("axes")
    if given is None and isinstance(call.inputs[1], Constant):
        given = call.inputs[1].values
    if not given:
        raise Layout("scores are laid out anew")
    return [int(one) % (rank + len(given)) for one in given]


def _summed(call: Call, scores: Scores, values: Map, numbers: Evaluator) -> Map:
    """The product of shares with values, by what the terms of the scores leave."""
    terms = Terms(scores, numbers)
    params = call.tracer.trained(*scores.constants, *terms.biases())
    rolled = any(atom.roll for one in (scores.queries, scores.keys) for atom in one.atoms)
    three = scores.queries, scores.keys, values
    mask = terms if rolled or bool(terms.apart().any()) else None
    return attended(call.tracer, call.name, *three, params, mask)


class Terms(Mask):
    """Terms of attention scores that are constants. `library` works with their numbers."""

    def __init__(self, scores: Scores, numbers: Evaluator) -> None:
        self.scores = scores
        self.known = {one.name: _numbers(one, numbers) for one in scores.terms}
        self.others = {one.other: numbers(one.other) for one in scores.terms if one.other}
        self.judged: dict[tuple[str, str], Any] = {}
        self.library: Any = arrays
        if any(not isinstance(one, Array | None) for one in (*self.known.values(), *self.others.values())):
            self.library = import_module("numpy")
            self.known, self.others = (
                {name: as_numpy(one) for name, one in each.items()} for each in (self.known, self.others)
            )
        self.lead = [atom for dim in scores.lead for atom in joined(dim) if atom.role != BATCH]
        self.row, self.column = joined(scores.queries.dims[-2]), joined(scores.keys.dims[-2])

    def biases(self) -> list[Constant]:
        """The terms that are no masks."""
        found = []
        for term in self.scores.terms:
            if term.held is None:
                continue
            masks = None if self.known[term.name] is None else self._masks(term)
            if masks is None or not masks.any():
                found.append(term.held)
        return found

    def apart(self) -> Any:
        """Which scores are masked, per atom of the leading dimensions, rows and columns. Raises `Layout`, also where a
        term that could tell is not known."""
        sizes = [size_of((atom,)) for atom in (*self.lead, *self.row, *self.column)]
        if None in sizes:
            raise Layout(f"it masks positions of unknown number: {MEND}")
        shape = [n or 1 for n in sizes]
        if prod(shape) > MOST:
            raise Layout("a mask that is too large")
        apart: Any = None
        for term in self.scores.terms:
            found = self._masked(term)
            if found is None:
                if term.held is None or not term.held.weights or term.held.external:
                    raise Layout("the numbers of its mask are not in the model: store them inside it")
                continue  # Made of weights: no mask is.
            spread = self._spread(found, term.lead)
            if found.any():
                apart = spread.reshape(shape) if apart is None else apart | spread.reshape(shape)
        return self.library.broadcast_to(self.library.zeros(()) != 0 if apart is None else apart, shape)

    def _masked(self, term: Term) -> Any | None:
        numbers = self.known[term.name]
        if numbers is None:
            return None
        if term.kind in ("Add", "Sub"):
            return self._masks(term)
        chosen = self.others[term.other]
        if chosen is None or chosen.size != 1:
            return None
        if not bool(masked(chosen).all()):
            return numbers != numbers
        return numbers != 0 if term.kind == "Where" else numbers == 0

    def _masks(self, term: Term) -> Any:
        """Which numbers of a term mask. Raises `Layout` where that is in doubt."""
        key = (term.name, term.kind)
        if key not in self.judged:
            self.judged[key] = masked(self.known[term.name], term.kind == "Sub")
        return self.judged[key]

    def _spread(self, found: Any, lead: Sequence[Dim]) -> Any:
        """A term's entries for all of its scores, images of a batch left out. Raises `Layout`."""
        wanted = [prod(atom.size or 1 for atom in dim if atom.role != BATCH) for dim in lead]
        own = [1] * (len(lead) + 2 - len(found.shape)) + list(found.shape)
        if len(own) != len(lead) + 2 or any(a not in (1, b) for a, b in zip(own, wanted, strict=False)):
            raise Layout("a mask for each image of a batch")
        return self.library.broadcast_to(found.reshape(own), [*wanted, *(n or 1 for n in self.scores.shape[-2:])])

    def left(self, rows: Sequence[Dim], columns: Dim, reach: Reach) -> Left:
        apart = self.apart()
        if reach.rolled:
            if not are_alike(apart, parted(self.lead, self.row, self.column, reach, self.library)):
                raise Layout("windows are rolled around the border without a mask of it")
            return WINDOWS
        if not apart.any():
            return WINDOWS
        n, m = (size_of(dim) or 1 for dim in (self.row, self.column))
        matrices = apart.reshape([-1, n, m])
        found = diagonals(matrices, self.library) if reach.whole and self.row == self.column else None
        if found is None:
            raise Layout("what its mask leaves is not known")
        return found


def _numbers(term: Term, numbers: Evaluator) -> Any:
    """What is added to scores; zeros stand for what is too small to mask any."""
    if term.kind in ("Add", "Sub") and term.held is not None and numbers.is_small(term.name, -NEAR):
        return filled(term.held.shape, 0.0)
    return numbers(term.name)


def masked(numbers: Any, turned: bool = False) -> Any:
    """Which entries leave nothing of a score, or which do `turned` round. Raises `Layout` where that is in doubt."""
    if is_bool(numbers):
        return numbers == turned
    if isinstance(numbers, Array):
        return _masked_entries(numbers, turned)
    found = numbers >= -MASKED if turned else numbers <= MASKED
    near = numbers > -NEAR if turned else numbers < NEAR
    if (near != found).any() or (numbers != numbers).any():  # NaN
        raise Layout(IN_DOUBT)
    return found


def _masked_entries(array: Array, turned: bool) -> Array:
    """The same of an array of ours: where none is masked, as of a bias, the least of its numbers tells; masks have few
    numbers, each of which is looked at once."""
    entries = array.once()
    least = -max(entries, default=0) if turned else min(entries, default=0)
    if least >= NEAR and all(map(eq, entries, entries)):  # NaN is none of them
        return filled(array.shape, False)
    numbers = {*entries}
    apart = {one for one in numbers if (-one if turned else one) <= MASKED}
    if not all((-one if turned else one) >= NEAR for one in numbers - apart):
        raise Layout(IN_DOUBT)
    return each(apart.__contains__, array) if apart else filled(array.shape, False)
