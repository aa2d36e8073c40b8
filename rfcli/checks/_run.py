"""Holds a network against what it promises and against the design rules."""

from __future__ import annotations

from rfcli.checks import _expectations as expectations
from rfcli.checks._network import Network
from rfcli.checks._registry import EXPECTATIONS, RULES, UnknownRule, named
from rfcli.checks._subject import Bounds, Subject
from rfcli.description.nodes import Node, Problems
from rfcli.engine.support import Effort
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from rfcli.checks._rule import Finding, Rule
    from rfcli.description.architecture import Architecture
    from rfcli.description.nodes import Plain
    from rfcli.diagnostics import Span
    from rfcli.engine.report import Report

    At = Callable[[Plain, Span], Report | None]
    """Computes the network at an input size, for which a place asks."""


class Demands(Value):
    """What a call asks for beside the description: rules by code or beginning of it, bounds for outputs or `layers`."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    bounds: Bounds = Bounds()
    layers: tuple[str, ...] = ()
    expected: dict[str, Plain] = {}  # noqa: RUF012 - values are frozen, nothing changes it
    """Expected values by key, as in an entry of `expect`."""
    usual_select: tuple[str, ...] = ()
    usual_ignore: tuple[str, ...] = ()
    """What a project says of all its descriptions: what one says itself comes before."""


class Tally(Value):
    """How much was looked at: expected numbers and rules, and whether the rules got to the end of it."""

    expectations: int
    rules: int
    finished: bool = True


def check(
    architecture: Architecture,
    demands: Demands,
    report: At,
    problems: Problems,
    pause: Callable[[], None] = lambda: None,
) -> Tally:
    """Adds every miss and finding. `report` computes the network at an input size, `()` for the description's own;
    where it cannot, it adds the problems at a place. `pause` is called before each rule, and may raise what it likes.
    Raises `UnknownRule` for words of `demands`."""
    selected = _selected(architecture, demands, problems)
    rules = [code for code in RULES if code in selected]
    main = report((), architecture.span)
    if main is None:
        return Tally(0, 0)
    networks = _Networks(architecture, report, main)
    misses = Problems()
    kinds = _kinds(selected)
    looked_at = _promised(architecture, networks, kinds, misses)
    if demands.expected:
        kept = {key: value for key, value in demands.expected.items() if expectations.CODES.get(key) in kinds}
        looked_at += _demanded(architecture, demands.replaced(expected=kept), networks.main, misses)
    problems.extend(miss for miss in misses if miss.code not in EXPECTATIONS or miss.code in selected)
    subject = Subject(networks.main, demands.bounds)
    for code in rules:
        pause()
        _add(RULES[code], RULES[code].check(subject), problems)
    return Tally(looked_at, len(rules), subject.effort.left >= 0)


class _Networks:
    """The network at the input sizes of its expectations. `spare` are layers that may still be computed again."""

    def __init__(self, architecture: Architecture, report: At, main: Report) -> None:
        self.architecture, self.report = architecture, report
        self.main = Network(main, Effort())
        self._at_size: dict[str, Network | None] = {repr(()): self.main}
        self.spare = architecture.limits.layers // 2

    def at(self, size: Plain, where: Span) -> Network | None:
        """The network at an input size, `()` for the description's; None where it cannot be. `where` asks for it."""
        key = repr(size)
        if key not in self._at_size:
            self.spare -= len(self.architecture.entries)
            found = None if self.spare < 0 else self.report(tuple(size) if isinstance(size, list) else size, where)
            self._at_size[key] = None if found is None else Network(found, self.main.effort)
        return self._at_size[key]


def _promised(architecture: Architecture, networks: _Networks, selected: set[str], problems: Problems) -> int:
    """Checks the entries of `expect` as far as they are selected; returns how many numbers were looked at."""
    looked_at, limits = 0, architecture.limits
    for one in expectations.entries(architecture.nodes.get("expect"), architecture.about.get("expect", [])):
        one = one.kept(selected)
        network = networks.at(one.expected.get("input_size", ()), one.where)
        if network is not None:
            looked_at += expectations.check(one, network, problems)
        if networks.spare < 0:
            said = f"the input sizes of expect make networks of more than {limits.layers // 2} layers in all"
            problems.add(one.where, "RF009", said, limits.exceeded("layers"))
        elif looked_at > limits.layers:
            said = f"expect speaks of more than {limits.layers} numbers"
            problems.add(one.where, "RF009", said, limits.exceeded("layers"))
        elif networks.main.effort.left < 0:
            said = "expect takes too long to check: ask for less coverage, or for fewer scopes"
            problems.add(one.where, "RF009", said)
        else:
            continue
        break
    return looked_at


def _add(rule: Rule, findings: Iterable[Finding], problems: Problems) -> None:
    """Adds findings as problems; those of one item, which a block or repetition multiplies, become one."""
    at: dict[Span, list[Finding]] = {}
    for finding in findings:
        span = finding.where.span if isinstance(finding.where, Node) else finding.where
        at.setdefault(span, []).append(finding)
    for span, found in at.items():
        more = f" (and {len(found) - 1} more of this item)" if len(found) > 1 else ""
        problems.add(span, rule.code, found[0].message + more, found[0].help or rule.mend)


def _demanded(architecture: Architecture, demands: Demands, network: Network, problems: Problems) -> int:
    """Bounds of the call, placed where the layer stands; those of costs are the network's where no layer is named."""
    looked_at = 0
    report = network.report
    first = len(report.graph.inputs)
    if not demands.layers:
        of_network = {key: value for key, value in demands.expected.items() if key in expectations.COSTS}
        whole = expectations.Expectation(of_network, architecture.span, architecture.span)
        looked_at += expectations.check(whole, network, problems)
        demands = demands.replaced(expected={k: v for k, v in demands.expected.items() if k not in of_network})
        if not demands.expected:
            return looked_at
    for name in demands.layers or report.outputs:
        names = report.graph.names
        for path in names.paths(name) or [name]:
            number = names.number(path)
            if number is None or number < first:
                continue
            where = architecture.entries[number - first].node.span
            wanted = expectations.Expectation({"layer": path, **demands.expected}, where, where)
            looked_at += expectations.check(wanted, network, problems)
    return looked_at


def _kinds(selected: set[str]) -> set[str]:
    """Codes of the expectations to look at: those selected, or all where only what cannot be known is to be told."""
    kinds = selected.intersection(EXPECTATIONS)
    return set(EXPECTATIONS) if kinds == {expectations.UNDECIDED} else kinds


def expected_of_others(demands: Demands) -> set[str]:
    """Codes of expectations that a call and a project ask for, of files that select none themselves."""
    return _applying(demands, set(), set()).intersection(EXPECTATIONS)


def _selected(architecture: Architecture, demands: Demands, problems: Problems) -> set[str]:
    """Codes that apply: the call's selection, else the description's, else the project's, else the default rules. What
    is expected is looked at all the same, unless the selection says of which kind; that one cannot be known is told
    with any kind."""
    stated = architecture.about.get("check", {})
    node = architecture.nodes.get("check")
    of_description: dict[str, set[str]] = {}
    for key in ("select", "ignore"):
        of_description[key] = set()
        for at, word in enumerate(stated.get(key, [])):
            try:
                of_description[key] |= named([word])
            except UnknownRule as error:
                assert node is not None, "what is stated has a place"
                problems.add(node.value[key].value[at], "RF103", str(error), error.help)
    return _applying(demands, of_description["select"], of_description["ignore"])


def _applying(demands: Demands, select: set[str], ignore: set[str]) -> set[str]:
    """Codes that apply to a file that selects and ignores some itself."""
    called = named(demands.select)
    if demands.select:
        chosen = called
    elif select:
        chosen = select
    elif demands.usual_select:
        chosen = named(demands.usual_select)
    else:
        chosen = {code for code, rule in RULES.items() if rule.default}
    chosen = chosen | (set(EXPECTATIONS) if chosen.isdisjoint(EXPECTATIONS) else {expectations.UNDECIDED})
    asked = {code for code, rule in RULES.items() if rule.option and getattr(demands.bounds, rule.option) is not None}
    ignored = named(demands.ignore) | (ignore - called) | (named(demands.usual_ignore) - called - select)
    return (chosen | asked) - ignored
