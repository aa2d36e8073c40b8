"""The difference of two networks, as values: layer by layer, at the outputs, and in all."""

from __future__ import annotations

from functools import cached_property

from rfcli.difference.numbers import ADDED, AFFECTED, CHANGED, CHANGES, NUMBERS, OWN, REMOVED, RENAMED, SAME, numbers
from rfcli.difference.pairs import paired, parameters
from rfcli.engine import plain
from rfcli.engine.comparison import main_map
from rfcli.geometry.unknown import Unknown
from rfcli.layers._parameters import shown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.engine.report import LayerReport, Report
    from rfcli.graph.graph import Graph
    from rfcli.layers._layer import Layer


class Cause(Value):
    """What is written differently of a layer: a key, and its values; None where it had, or has, none."""

    key: str
    before: object
    after: object

    def __str__(self) -> str:
        return f"{self.key} {said(self.before)} -> {said(self.after)}"


class LayerDifference(Value):
    """What becomes of a layer: one of `CHANGES`, why, and which of `NUMBERS` differ."""

    change: str
    before: LayerReport | None
    after: LayerReport | None
    causes: tuple[Cause, ...]
    differs: tuple[str, ...]

    @property
    def name(self) -> str:
        """Its name now, or the one that it had."""
        return _standing(self).name


class OutputDifference(Value):
    """A layer at which the networks are held against each other: an output with a field of its own, or the main map."""

    before: LayerReport | None
    after: LayerReport | None

    @property
    def name(self) -> str:
        """Its name now, or the one that it had."""
        return _standing(self).name


def _standing(one: LayerDifference | OutputDifference) -> LayerReport:
    """A layer as it is now, or as it was."""
    found = one.after or one.before
    assert found is not None, "there is a layer on one side"
    return found


class Difference(Value):
    """What a change does: of a network that is new `before` is None, of one that is no more `after`."""

    before: Report | None
    after: Report | None
    layers: tuple[LayerDifference, ...]
    """All layers in the order of the network as it is now, removed ones where they were."""
    outputs: tuple[OutputDifference, ...]

    def __repr__(self) -> str:
        said = ", ".join(f"{count} {change}" for change, count in self.counts.items() if count)
        return f"<Difference of {self.before!r} and {self.after!r}: {said}>"

    @property
    def counts(self) -> dict[str, int]:
        """How many layers there are of each change."""
        found = dict.fromkeys(CHANGES, 0)
        for one in self.layers:
            found[one.change] += 1
        return found

    @property
    def changed(self) -> bool:
        """Whether anything differs: a layer, an input, what the outputs are, or a total."""
        if self.before is None or self.after is None:
            return True
        if any(one.change != SAME for one in self.layers):
            return True
        return _rest(self.before) != _rest(self.after)

    def holds(self, condition: str) -> bool | None:
        """Whether a condition holds at one of the outputs, along one of the axes: `size < before`, `params > 1.1 *
        before`, `removed > 0`. None where a number that decides it is not known. Raises `CallError`."""
        from rfcli.difference.condition import Condition

        found = Condition(condition).holds(self)
        return None if found is None else found.holds

    def as_json(self) -> dict[str, object]:
        """The difference as the JSON output has it."""
        return {
            "before": None if self.before is None else _network(self.before),
            "after": None if self.after is None else _network(self.after),
            "changed": self.changed,
            "counts": self.counts,
            "outputs": [
                {"layer": one.name, "before": _layer(one.before), "after": _layer(one.after)} for one in self.outputs
            ],
            "layers": [_as_json(one) for one in self.layers],
        }

    def rows(self) -> list[dict[str, object]]:
        """A row for each layer, as plain dicts with the same keys: `pandas.DataFrame(difference.rows())`."""
        return [row(one) for one in self.layers]


def row(one: LayerDifference) -> dict[str, object]:
    """A layer as a plain dict: its numbers as `size_before` and `size_after`, one where the axes agree."""
    sides = {"before": numbers(one.before), "after": numbers(one.after)}
    found: dict[str, object] = {
        "layer": one.name,
        "change": one.change,
        "layer_before": None if one.before is None else one.before.name,
        "type": _standing(one).type,
        "why": why(one),
    }
    for name in NUMBERS:
        for side, values in sides.items():
            value = values.get(name)
            alike = isinstance(value, list) and value and all(each == value[0] for each in value)
            found[f"{name}_{side}"] = value[0] if isinstance(value, list) and alike else value
    return found


def difference(before: Report | None, after: Report | None, layer: str | None = None) -> Difference:
    """What is different in a network; `layer`, one of it before or after, takes the place of the outputs. Raises
    `CallError` for a layer that neither has."""
    if before is None or after is None:
        return _alone(before, after, layer)
    partners = paired(before.graph, after.graph)
    layers = tuple(_layers(before, after, partners))
    return Difference(before, after, layers, tuple(_outputs(before, after, partners, layer)))


def _alone(before: Report | None, after: Report | None, layer: str | None) -> Difference:
    """A network that is new, or no more."""
    report = after or before
    if report is None:
        raise ValueError("one of the networks is needed")
    ends = _ends(report) if layer is None else [report.layer(layer).replaced(name=layer)]
    if after is not None:
        layers = [LayerDifference(ADDED, None, one, (), ()) for one in report.layers]
        return Difference(None, after, tuple(layers), tuple(OutputDifference(None, one) for one in ends))
    layers = [LayerDifference(REMOVED, one, None, (), ()) for one in report.layers]
    return Difference(before, None, tuple(layers), tuple(OutputDifference(one, None) for one in ends))


def _layers(before: Report, after: Report, partners: dict[int, int]) -> Iterator[LayerDifference]:
    """All layers in order: a removed one follows the layer that it followed."""
    now = {one: other for other, one in partners.items()}
    gone: dict[int, list[LayerReport]] = {}
    at = -1
    for one in before.layers:
        if one.number in now:
            at = now[one.number]
        else:
            gone.setdefault(at, []).append(one)
    sides = _Followed(before, after, partners)
    yield from (LayerDifference(REMOVED, one, None, (), ()) for one in gone.pop(-1, []))
    for other in after.layers:
        was = partners.get(other.number)
        if was is None:
            yield LayerDifference(ADDED, None, other, (), ())
        else:
            yield sides.kept(before.layers[was - len(before.graph.inputs)], other)
        yield from (LayerDifference(REMOVED, one, None, (), ()) for one in gone.pop(other.number, []))


class _Followed:
    """Networks whose layers are partners, for what a layer reads in both."""

    def __init__(self, before: Report, after: Report, partners: dict[int, int]) -> None:
        self.before, self.after, self.partners = before.graph, after.graph, partners
        self.kept_before = set(partners.values())

    def kept(self, one: LayerReport, other: LayerReport) -> LayerDifference:
        """The difference of partners."""
        causes = tuple(self.causes(one.number, other.number))
        numbers_before, numbers_after = numbers(one), numbers(other)
        differs = tuple(name for name in NUMBERS if numbers_before.get(name) != numbers_after.get(name))
        change = RENAMED if one.name != other.name else CHANGED if causes else AFFECTED if differs else SAME
        return LayerDifference(change, one, other, causes, differs)

    def causes(self, one: int, other: int) -> Iterator[Cause]:
        """What is written differently of a layer."""
        was, now = self.before.layers[one], self.after.layers[other]
        assert was is not None and now is not None, "inputs are no rows"
        yield from _written(was, now)
        read, reads = self.before.sources[one], self.after.sources[other]
        if len(read) != len(reads) or not all(map(self._is_still, read, reads)):
            yield Cause("inputs", [self.before.labels[at] for at in read], [self.after.labels[at] for at in reads])
        likes = self.before.named_like(one), self.after.named_like(other)
        if likes[0] != (None if likes[1] is None else self.partners.get(likes[1], -1)):
            named = [None if at is None else graph.labels[at] for at, graph in
                     zip(likes, (self.before, self.after), strict=True)]  # fmt: skip
            yield Cause("like", *named)

    def _is_still(self, one: int, other: int) -> bool:
        """Whether what a layer reads is what it read, past layers in between that are new or no more."""
        partner = self.partners.get(other)
        if partner == one:
            return True
        was = {one} if one in self.kept_before else self._past_before[one]
        return not was.isdisjoint({partner} if partner is not None else self._past_after[other])

    @cached_property
    def _past_before(self) -> dict[int, frozenset[int]]:
        """Of each layer that is no more, the nearest that are kept before it."""
        return _nearest(self.before, {at: at for at in self.kept_before})

    @cached_property
    def _past_after(self) -> dict[int, frozenset[int]]:
        """Of each layer that is new, the nearest that are kept before it, as their partners."""
        return _nearest(self.after, self.partners)


def _nearest(graph: Graph, kept: dict[int, int]) -> dict[int, frozenset[int]]:
    """For each layer that is not `kept` the nearest of those that it depends on, by what they are kept as."""
    found: dict[int, frozenset[int]] = {}
    for at in [*graph.inputs, *graph.order]:
        if at not in kept:
            found[at] = frozenset().union(
                *(frozenset((kept[source],)) if source in kept else found[source] for source in graph.sources[at])
            )
    return found


def _written(one: Layer, other: Layer) -> Iterator[Cause]:
    """What is different in a layer's own type and parameters."""
    if one.type != other.type:
        yield Cause("type", one.type, other.type)
    if one is other:
        return
    values = parameters(one), parameters(other)
    for name in {**values[0], **values[1]}:
        if values[0].get(name) != values[1].get(name):
            if name not in one.given and name not in other.given:
                continue  # it follows from others: the stride of a pool from its kernel
            cause = Cause(name, _as_given(one, name), _as_given(other, name))
            if one.type == other.type or not (cause.before is None or cause.after is None):
                yield cause


def _as_given(layer: Layer, name: str) -> object:
    """A parameter as a description has it; None where the type has none of that name."""
    if name not in layer.parameters:
        return None
    value = layer.given.get(name, layer.parameters[name].default)
    if value is None and (parsed := parameters(layer).get(name)) is not None:
        alike = isinstance(parsed, tuple) and parsed and all(one == parsed[0] for one in parsed)
        return parsed[0] if alike and isinstance(parsed, tuple) else parsed
    return value


def said(value: object) -> str:
    """A value as it is written, or a list of names."""
    if isinstance(value, list) and value and all(isinstance(one, str) for one in value):
        return ", ".join(value) if len(value) < 4 else f"{value[0]} and {len(value) - 1} more"
    if isinstance(value, str):
        return value if len(value) <= 60 else value[:57] + "..."
    return "none" if value is None else shown(value)


SHOWN_AS_NUMBERS = ("size", "stride", *OWN)
"""What tables have a column for."""


def why(one: LayerDifference) -> str:
    """Why a layer is another one: what is written differently, and what differs that tables have no column for."""
    found = [str(cause) for cause in one.causes]
    if one.change == RENAMED and one.before is not None:
        found.insert(0, f"was {one.before.name}")
    before, after = numbers(one.before), numbers(one.after)
    flags = [name for name in one.differs if name in ("aligned", "uniform", "global")]
    found += [f"{name} {_flag(before.get(name))} -> {_flag(after.get(name))}" for name in flags]
    if not found and one.differs and not set(one.differs) & set(SHOWN_AS_NUMBERS):
        found = [f"{name} {_listed(before.get(name))} -> {_listed(after.get(name))}" for name in one.differs[:1]]
    return ", ".join(found)


def _flag(value: object) -> str:
    return "unknown" if value is None else str(value).lower()


def _listed(value: object) -> str:
    if isinstance(value, list):
        parts = [_listed(one) for one in value]
        return parts[0] if len(set(parts)) == 1 else "x".join(parts)
    if isinstance(value, float):
        return f"{value:.6g}"
    return "unknown" if value is None else str(value)


def _outputs(before: Report, after: Report, partners: dict[int, int], layer: str | None) -> Iterator[OutputDifference]:
    """The layers at which networks are held against each other."""
    if layer is not None:
        yield _at(before, after, partners, layer)
        return
    ones = {one.number: one for one in _ends(before)}
    alone = []
    for other in _ends(after):
        one = ones.pop(partners.get(other.number, -1), None)
        if one is None:
            alone.append(other)
        else:
            yield OutputDifference(one, other)
    if len(alone) == len(ones):
        yield from (OutputDifference(one, other) for one, other in zip(ones.values(), alone, strict=True))
        return
    yield from (OutputDifference(None, other) for other in alone)
    yield from (OutputDifference(one, None) for one in ones.values())


def _at(before: Report, after: Report, partners: dict[int, int], name: str) -> OutputDifference:
    """A layer that is named, on both sides. Raises `CallError` where neither has it."""
    one, other = _named(before, name), _named(after, name)
    if one is None and other is None:
        after.layer(name)  # says what there is
    if other is None and one is not None:
        now = {was: at for at, was in partners.items()}.get(one.number)
        other = None if now is None else after.layers[now - len(after.graph.inputs)]
    elif one is None and other is not None and other.number in partners:
        one = before.layers[partners[other.number] - len(before.graph.inputs)]
    return OutputDifference(one, other)


def _named(report: Report, name: str) -> LayerReport | None:
    try:
        return report.layer(name).replaced(name=name)
    except KeyError:
        return None


def _ends(report: Report) -> list[LayerReport]:
    """The outputs that have a local field along every axis and a map; where there is none, the main map."""
    names = set(report.outputs)
    found = [
        layer
        for layer in report.layers
        if layer.name in names
        and layer.receptive_field is not None
        and None not in layer.receptive_field.size
        and any(n != 1 for n in layer.output_size)
    ]
    main = main_map(report)
    return found or ([] if main is None else [main])


def _network(report: Report) -> dict[str, object]:
    """A network as a whole."""
    tail = plain.tail(report)
    return {
        **plain.head(report),
        "layers": len(report.layers),
        **{name: tail[name] for name in ("outputs", "totals", "unused_params") if name in tail},
    }


def _rest(report: Report) -> dict[str, object]:
    """What there is of a network beside its layers, its name and its file."""
    return {key: value for key, value in _network(report).items() if key not in ("name", "source")}


def _layer(layer: LayerReport | None) -> dict[str, object] | None:
    return None if layer is None else plain.layer(layer)


def _as_json(one: LayerDifference) -> dict[str, object]:
    return {
        "name": one.name,
        "change": one.change,
        "causes": [
            {"key": cause.key, "before": _json(cause.before), "after": _json(cause.after)} for cause in one.causes
        ],
        "differs": list(one.differs),
        "before": _layer(one.before),
        "after": _layer(one.after),
    }


def _json(value: object) -> object:
    """A parameter as JSON has it."""
    if value is None or isinstance(value, str | int | float | Unknown):
        return plain.number(value)
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    return said(value)
