"""What a description promises (`expect`), held against what its network computes to."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

from rfcli.checks._network import Network
from rfcli.description.nodes import Node, Problems
from rfcli.diagnostics import Near, Span, counted
from rfcli.engine.costs import Cost, summed
from rfcli.engine.paths import deciding
from rfcli.engine.support import Supports, coverage
from rfcli.geometry.field import MAX_PERIOD, Field
from rfcli.geometry.unknown import Unknown
from rfcli.graph.names import is_glob
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from rfcli.description.nodes import Plain
    from rfcli.engine.report import LayerReport, ReceptiveField, Report

CODES = {
    **dict.fromkeys(("size", "stride", "padding", "center", "lookback", "lookahead"), "RF401"),
    **dict.fromkeys(("output_size", "channels"), "RF402"),
    **dict.fromkeys(("params", "macs", "flops"), "RF403"),
    **dict.fromkeys(("cumulative_params", "cumulative_macs", "cumulative_flops"), "RF403"),
    **dict.fromkeys(("aligned", "uniform", "global"), "RF404"),
    **dict.fromkeys(("paths", "coverage"), "RF405"),
}
"""What can be expected -> the code of a miss."""
COSTS = ("params", "macs", "flops")
UNBOUNDED = {"lookback": "before", "lookahead": "after"}
"""What is expected of how far a layer sees -> the side on which that may be without bounds."""
UNDECIDED = "RF406"


class Expectation(Value):
    """One entry: what is expected, by key; where it stands, and where its keys stand."""

    expected: dict[str, Plain]
    where: Span
    layer: Node | Span

    @staticmethod
    def of(node: Node, expected: dict[str, Plain]) -> Expectation:
        """An entry of a description's `expect`."""
        return Expectation(expected, node.span, node.value.get("layer", node))

    def kept(self, codes: Collection[str]) -> Expectation:
        """The same without what misses of other codes would be about."""
        if all(CODES[key] in codes for key in self.expected if key in CODES):
            return self
        kept = {key: value for key, value in self.expected.items() if key not in CODES or CODES[key] in codes}
        return self.replaced(expected=kept)


READABLE_BITS = 128
"""Numbers of paths with more bits are written as a power of two."""

MAX_EXPLAINED = 100
"""Misses of a network that are explained by a path."""


def check(expectation: Expectation, network: Network, problems: Problems) -> int:
    """Adds every miss of one entry; returns how many numbers were looked at."""
    rest = {key: value for key, value in expectation.expected.items() if key in CODES}
    looked_at = 0
    if "layer" not in expectation.expected:
        whole = _Whole(network.report)
        for key in COSTS:
            if key in rest:
                _compare(expectation, whole, key, rest.pop(key), problems)
                looked_at += 1
    for target in _targets(network, expectation, problems) if rest or "layer" in expectation.expected else []:
        for key, value in rest.items():
            _compare(expectation, target, key, value, problems)
            looked_at += 1
    return looked_at


def _targets(network: Network, expectation: Expectation, problems: Problems) -> list[_Target]:
    """The layers that an entry speaks of; the outputs where it names none."""
    name = expectation.expected.get("layer")
    if name is None:
        return [_Target(network, output, None) for output in network.report.outputs]
    names = network.report.graph.names
    paths = names.paths(name) if is_glob(name) else [name]
    found = [_Target(network, path, path) for path in paths if _exists(network.report, path)]
    if not found and any(one.name == name for one in network.report.graph.architecture.inputs):
        problems.add(expectation.layer, "RF201", f"'{name}' is an input, and nothing is expected of inputs")
    elif not found:
        near = names.repeated(name) or Near(name, network.report.graph.architecture.paths)
        problems.add(expectation.layer, "RF201", f"there is no layer '{name}'", near)
    return found


def _exists(report: Report, path: str) -> bool:
    number = report.graph.names.number(path)
    return number is not None and number >= len(report.graph.inputs)


class _Whole:
    """The network as a whole, for its costs."""

    def __init__(self, report: Report) -> None:
        self.label, self.cost = f"network '{report.name}'", report.total

    def value(self, key: str) -> object:
        return getattr(self.cost, key)

    def explained(self, key: str, axis: int) -> str:
        return ""


class _Target:
    """A layer or scope of which something is expected."""

    def __init__(self, network: Network, name: str, scope: str | None) -> None:
        report = network.report
        number = report.graph.names.number(name)
        assert number is not None, "named by the report itself"
        self.network, self.report, self.number = network, report, number
        self.layer: LayerReport = report.layer(name)
        self.label = f"'{name}'"
        self.inside = f"{scope}/" if scope is not None and scope != self.layer.name else ""

    def value(self, key: str) -> object:
        """The number that is expected, per axis where it has axes."""
        if key in COSTS:
            return getattr(self.cost, key)
        if key.startswith("cumulative_"):
            return getattr(self.layer.cumulative, key.removeprefix("cumulative_"))
        if key == "paths":
            return self.paths
        if key == "coverage":
            return self.coverage
        if key in ("output_size", "channels"):
            return getattr(self.layer, key)
        field = self.layer.receptive_field
        if field is None:
            return Unknown("the input does not reach it")
        if key in UNBOUNDED:
            return self._bounded(field, key)
        return getattr(field, {"global": "globally"}.get(key, key))

    def _bounded(self, field: ReceptiveField, key: str) -> tuple[object, ...]:
        """How far a layer sees on one side; unknown where that is without bounds."""
        names = ", ".join(f"'{name}'" for name in field.through[:3]) + (", ..." if len(field.through) > 3 else "")
        side = UNBOUNDED[key]
        everything = Unknown(f"it sees everything {side} its region, through {names}")
        return tuple(
            everything if sees in (side, "both") and value is not None else value
            for value, sees in zip(getattr(field, key), field.unbounded, strict=True)
        )

    @property
    def cost(self) -> Cost:
        """The layer's cost, or that of all layers inside a scope."""
        if not self.inside:
            return self.layer.cost
        self.network.effort.spend(0, len(self.report.layers) // 10)
        return summed(one.cost for one in self.report.layers if one.name.startswith(self.inside))

    @property
    def paths(self) -> tuple[int, ...]:
        return tuple(counts[self.number] for counts in self.network.paths)

    @property
    def coverage(self) -> tuple[object, ...]:
        """The read share of the region, of the output of lowest coverage."""
        return tuple(self._coverage(axis) for axis in range(self.report.graph.architecture.axes))

    def _coverage(self, axis: int) -> object:
        field = self.layer.receptive_field
        phases = None if field is None else field.phase_sizes[axis]
        if not isinstance(phases, tuple):
            return phases if isinstance(phases, Unknown) else Unknown("no local path leads to it")
        torn = self.report.sight.axes[axis].torn
        supports = Supports(self.network.readings[axis] if torn is None else torn.reading, self.network.effort)
        ways = () if torn is None else torn.ways.get(self.number, ())
        outputs, shares = range(min(len(phases), MAX_PERIOD)), []
        for number in dict.fromkeys(one for way in ways for one in way.all) or (self.number,):
            found = coverage(supports, number, outputs)
            if isinstance(found, Unknown):
                return found
            shares += [Fraction(*found)] if found is not None else []
        return min(shares, default=None)

    def explained(self, key: str, axis: int) -> str:
        """The path that decides a number of the field along an axis, by the layers that contribute to it."""
        if CODES[key] != "RF401" or self.network.explained >= MAX_EXPLAINED:
            return ""
        self.network.explained += 1
        path = deciding(self.report.sight, axis, self.number)
        graph, local = path.reading.graph, path.local
        self.network.effort.spend(0, len(path.numbers) // 4)
        names = []
        for before, number in pairwise(path.numbers):
            a, b = local[before], local[number]
            layer = graph.layers[number]
            if (
                isinstance(a, Field)
                and isinstance(b, Field)
                and layer is not None
                and not layer.merge
                and _changed(key, a, b)
            ):
                names.append(graph.labels[number])
        if not names:
            return ""
        shown = names if len(names) <= 6 else [*names[:3], f"({len(names) - 5} more)", *names[-2:]]
        return f"it comes along the path of {' > '.join(shown)}"


def _changed(key: str, before: Field, after: Field) -> bool:
    """Whether a layer contributes to a number of the field."""
    if key == "size":
        return before.size != after.size
    return before.stride != after.stride if key == "stride" else before.phases != after.phases


def _compare(
    expectation: Expectation, target: _Target | _Whole, key: str, expected: object, problems: Problems
) -> None:
    found = target.value(key)
    where = expectation.where
    axes = found if isinstance(found, tuple) else (found,)
    wanted = list(expected) if isinstance(expected, list) else [expected] * len(axes)
    if len(wanted) != len(axes):
        expected_for = counted(len(wanted), "axis", "axes")
        problems.add(where, "RF301", f"{target.label}: {key} is expected for {expected_for}, it has {len(axes)}")
        return
    misses = [not fits(one, value) for one, value in zip(wanted, axes, strict=True)]
    if not any(misses):
        return
    unknown = next(
        (value for value, miss in zip(axes, misses, strict=True) if miss and isinstance(value, Unknown)), None
    )
    why = "; ".join(str(expectation.expected[one]) for one in ("reason", "source") if expectation.expected.get(one))
    said = f"{target.label}: {key} is expected to be {_wanted(wanted)}" + (f" ({why})" if why else "")
    if unknown is not None:
        sized = "give input_size, here or in the description, or " if "input size" in unknown.reason else ""
        help = f"{sized}expect null"
        problems.add(where, UNDECIDED, f"{said}, it is unknown: {unknown.reason}", help)
    elif None in axes and CODES[key] == "RF401":
        help = "expect it of the last layer before that (on the command line: --layer NAME), or expect null"
        problems.add(where, CODES[key], f"{said}, it is {_text(axes)}: only a global path leads there", help)
    else:
        problems.add(where, CODES[key], f"{said}, it is {_text(axes)}", target.explained(key, misses.index(True)))


def fits(expected: Plain, found: object) -> bool:
    """Whether a value is as expected: exact, within min and max, or unknown where null is expected."""
    if isinstance(expected, dict):
        if found is None or isinstance(found, Unknown):
            return False
        least, most = expected.get("min"), expected.get("max")
        return (least is None or found >= least) and (most is None or found <= most)
    if expected is None:
        return found is None or isinstance(found, Unknown)
    if isinstance(found, bool) or isinstance(expected, bool):
        return found is expected
    return found == expected or (
        isinstance(found, Fraction) and isinstance(expected, float) and float(found) == expected
    )


def _wanted(wanted: list[Plain]) -> str:
    shown = [_bound(one) for one in wanted]
    return shown[0] if len(set(shown)) == 1 else "x".join(shown)


def _bound(expected: Plain) -> str:
    if isinstance(expected, dict):
        least, most = (
            int(one) if type(one) is float and one.is_integer() else one
            for one in (expected.get("min"), expected.get("max"))
        )
        if least is not None and most is not None:
            return f"{least} to {most}"
        return f"at least {least}" if least is not None else f"at most {most}"
    return _shown(expected)


def _text(values: tuple[object, ...]) -> str:
    shown = list(map(_shown, values))
    return shown[0] if len(set(shown)) == 1 else "x".join(shown)


def _shown(value: object) -> str:
    if value is None or isinstance(value, bool):
        return "null" if value is None else str(value).lower()
    if type(value) is int and value.bit_length() > READABLE_BITS:
        return f"about 2 ** {value.bit_length() - 1}"
    if isinstance(value, Fraction) and value.denominator in (2, 4, 8, 16):
        return str(float(value))
    return str(value)


def entries(nodes: Node | None, plain: list[dict[str, Plain]]) -> Iterator[Expectation]:
    """The entries of a description's `expect`, evaluated, with their places."""
    for node, expected in zip(nodes.value if nodes is not None else [], plain, strict=True):
        yield Expectation.of(node, expected)
