"""Suggestions: changes of a description that reach a field, each with what it computes."""

from __future__ import annotations

import re
from difflib import unified_diff

import yaml

from rfcli.checks._run import Demands, check
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError
from rfcli.engine.erf import profiles
from rfcli.engine.reading import Reading
from rfcli.engine.report import NoAnswer
from rfcli.engine.support import Effort, Supports, coverage
from rfcli.geometry.unknown import Unknown
from rfcli.pipeline import MOST_FOLDED, Reports, folded, graph_of
from rfcli.suggest.moves._move import moves
from rfcli.suggest.search import Search, ranked
from rfcli.suggest.text import Text
from rfcli.suggest.trial import Bench
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from rfcli.description.architecture import Architecture
    from rfcli.engine.report import Report
    from rfcli.suggest.asked import Asked
    from rfcli.suggest.search import Aim, Found
    from rfcli.suggest.text import Edit
    from rfcli.suggest.trial import Numbers

MOST_LAYERS = 20_000
"""Layers that are computed for suggestions, all changes together."""


MOST_LOOKED_AT = 20
"""Changes that are looked at for gaps where none does what is asked."""
BALANCED, BALANCING = 6, 2_000
"""Pairs of moves that are weighed against each other at the end, and layers that are computed for it."""
GAPS = ("RF502", "RF503")
"""Rules against gaps, of which no suggestion finds more than the network has already."""


class Suggestion(Value):
    """A change of a description, and what the changed one computes. `text` is all of it."""

    change: str
    moves: tuple[str, ...]
    edits: tuple[Edit, ...]
    layer: str
    size: tuple[int, ...]
    stride: tuple[object, ...]
    output_size: tuple[object, ...]
    params: int | None
    flops: int | None
    coverage: tuple[float | None, ...]
    effective_size: tuple[int | None, ...]
    text: str
    diff: str


class Suggestions(Value):
    """What is suggested for a network: `now` is what it computes as it is; `nearest` comes next where nothing does."""

    network: str
    layer: str
    now: Numbers
    suggestions: tuple[Suggestion, ...]
    nearest: Suggestion | None = None
    why: str = ""
    """Why there is nothing to suggest, or what text is changed where it is not the file's."""
    remarks: tuple[str, ...] = ()
    """What to know of the question: a layer that sees the whole map as it is, more samples than the input has."""

    @property
    def notes(self) -> tuple[str, ...]:
        """All that is told beside the suggestions."""
        return (*self.remarks, self.why) if self.why else self.remarks


def suggested(network: Architecture, asked: Asked) -> Suggestions:
    """Changes of a description that reach a field. Raises `CallError` where its field is not known."""
    own = text_of(network)
    tried = [] if own is None else [own]
    if own is None or re.search(r'^[ "{]*extends"?:', own, re.MULTILINE):
        written = folded(graph_of(network))
        tried += [] if written is None else [written]
    found: Suggestions | None = None
    for text in tried:
        found = _in(network, text, asked if text is own else asked.replaced(settings=None))
        if text is not own:
            found = found.replaced(why=found.why or "the changes are those of what `rf import` writes of it")
        if found.suggestions or found.why.startswith("it has"):
            break
    if found is None:
        why = f": it has more than {MOST_FOLDED} layers" if len(network.entries) > MOST_FOLDED else ""
        raise CallError(f"{network.source}: it cannot be written as a description that could be changed{why}")
    return found


def text_of(network: Architecture) -> str | None:
    """The text of a network's own file; None of a foreign model or a mapping, and where it cannot be read again."""
    path = network.span.path
    for node in (*network.nodes.values(), *(entry.node for entry in network.entries[:1])):
        if node.file.path == path and node.file.text:
            return node.file.text if _is_mapping(node.file.text) else None
    return None


def _is_mapping(text: str) -> bool:
    """Whether a text is a description that can be composed with its places."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except yaml.YAMLError:
        return False
    return isinstance(root, yaml.MappingNode) and any(key.value == "format" for key, _ in root.value)


def _in(network: Architecture, text: str, asked: Asked) -> Suggestions:
    """Changes of one text of a network."""
    aim, layer = asked.aim, asked.layer
    label = network.source if text is text_of(network) else f"{network.name}.yaml"
    bench = Bench(network, text, label, asked.settings, asked.input_size, layer, MOST_LAYERS)
    now = bench.start()
    if now is None or layer in {one.name for one in network.inputs}:
        raise CallError(f"{network.source}: the field to start from is not known" + _missing(bench, layer))
    report = bench.report(text)
    here = Suggestions(network.name, now.layer, now, (), remarks=tuple(_remarks(report, now.layer, aim)))
    if aim.reached(now):
        return here.replaced(why=f"it has a field of {'x'.join(map(str, now.size))} as it is")
    laid = Text(text, report.graph.architecture.span.path, report.graph.architecture)
    known = moves()
    grows = aim.grows(now)
    knobs = [
        knob for name, move in known.items() if (name in asked.moves if asked.moves else move.grows == grows)
        for knob in move.knobs(laid)
    ]  # fmt: skip
    search = Search(bench, knobs, aim, now)
    gaps = _gaps(report)
    listed = [_told(bench, one) for one in _without_gaps(search, bench, gaps, asked.top)]
    nearest = None if listed else _nearest(search, bench, gaps)
    return here.replaced(suggestions=tuple(listed), nearest=nearest and _told(bench, nearest))


def _nearest(search: Search, bench: Bench, most: int) -> Found | None:
    """What comes nearest and leaves no more gaps than `most`; the nearest of all where none does of the first,
    and of the first by other moves each."""
    found = search.nearest()
    firsts: dict[object, Found] = {}
    for one in found:
        firsts.setdefault(one.moves, one)
    looked: dict[str, bool] = {}
    for one in [*found[:MOST_LOOKED_AT], *firsts.values()]:
        if one.text not in looked:
            looked[one.text] = _gaps(bench.report(one.text)) <= most
        if looked[one.text]:
            return one
    return found[0] if found else None


def _without_gaps(search: Search, bench: Bench, most: int, top: int) -> list[Found]:
    """The first suggestions of those that leave no more gaps than `most`; what leaves more takes no part in what is
    better than what."""
    known: dict[str, bool] = {}

    def fine(one: Found) -> bool:
        if one.text not in known:
            known[one.text] = _gaps(bench.report(one.text)) <= most
        return known[one.text]

    left, balanced = search.found(), False
    while True:
        found = ranked(left, search.now, search.aim)
        judged = [fine(one) for one in found[:top]]  # each: what leaves gaps is left out below
        if all(judged):
            if balanced:
                return found[:top]
            balanced = True
            bench.left = max(bench.left, 0) + BALANCING
            left = _balanced(search, found, fine)
        left = [one for one in left if known.get(one.text, True)]


def _balanced(search: Search, found: Sequence[Found], fine: Callable[[Found], bool]) -> list[Found]:
    """Changes, with the first of two knobs as well balanced as they can be."""
    pairs = [one for one in found if len(one.knobs) == 2 and not any(knob.choices for knob in one.knobs)]
    firsts: dict[frozenset[int], Found] = {}
    for one in pairs:
        firsts.setdefault(frozenset(map(id, one.knobs)), one)
    chosen = {one.text for one in list(firsts.values())[:BALANCED] if fine(one)}
    made = [search.balanced(one, fine) if one.text in chosen else one for one in found]
    return list({one.text: one for one in made}.values())


def _remarks(report: Report, layer: str, aim: Aim) -> Iterator[str]:
    field = report.layer(layer).receptive_field
    if field.globally:
        also = f" through '{field.through[0]}'" if field.through else ""
        yield f"{layer} also sees the whole map{also} as it is; sizes here are those of its local field"
    inputs = report.graph.architecture.inputs
    sizes = [size for one in inputs for size in one.size]
    if aim.at_least is not None and sizes and all(size is not None and size < aim.at_least for size in sizes):
        yield f"{aim.at_least} is more than the input holds ({'x'.join(map(str, inputs[0].size))})"


def _missing(bench: Bench, layer: str | None) -> str:
    report = bench.report(bench.text)
    graph = report.graph
    if not report.layers:
        return ": the network has no layers (--from-nothing writes a first one)"
    if layer is not None and not graph.names.layers(layer):
        raise graph.names.missing(layer)
    give = "--layer" if layer is None else "another --layer"
    return f" (a global path only, or a number that depends on the input size: give {give} or --input-size)"


def _gaps(report: Report) -> int:
    """Findings of RF502 and RF503: strides and stacks of dilations that leave samples unread."""
    architecture, problems = report.graph.architecture.replaced(about={}, nodes={}), Problems()
    reports = Reports(architecture, problems, report)
    check(architecture, Demands(select=GAPS), reports.at, problems)
    return sum(one.code in GAPS for one in problems)


def _told(bench: Bench, one: Found) -> Suggestion:
    report, numbers = bench.report(one.text), one.numbers
    lines = unified_diff(bench.text.splitlines(), one.text.splitlines(), "now", "then", lineterm="", n=0)
    diff = "\n".join(line for line in lines if not line.startswith(("---", "+++", "@@")))
    return Suggestion(
        one.change.words, one.moves, one.change.edits, numbers.layer, numbers.size, numbers.stride,
        numbers.output_size, numbers.params, numbers.flops, _coverage(report, numbers.layer),
        _effective(report, numbers.layer), one.text, diff,
    )  # fmt: skip


def _coverage(report: Report, layer: str) -> tuple[float | None, ...]:
    """The share of its region that output 0 reads, along each axis; None where it takes long to find."""
    graph, number = report.followed, report.number(layer)

    def along(axis: int) -> float | None:
        found = coverage(Supports(Reading(graph, graph.axes[axis], 0), Effort()), number, [0])
        return None if found is None or isinstance(found, Unknown) else found[0] / found[1]

    return tuple(graph.per_axis(along))


def _effective(report: Report, layer: str) -> tuple[int | None, ...]:
    """The effective size along each axis; None where it cannot be worked out."""
    try:
        return tuple(profile.effective_size for profile in profiles(report, layer))
    except NoAnswer:
        return (None,) * len(report.followed.axes)
