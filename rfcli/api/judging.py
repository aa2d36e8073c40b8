"""Whether a network is right: in itself, against its expectations, and against the rules of design."""

from __future__ import annotations

from rfcli import arguments, pipeline
from rfcli.api.networks import network_of
from rfcli.description.nodes import Problems
from rfcli.diagnostics import CallError, Diagnostic, in_order
from rfcli.engine.run import strides_clash
from rfcli.graph.compile import compiled
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from rfcli.api.networks import InputSizes, Network


def check(
    network: Network,
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    input_size: InputSizes = (),
    object_size: int | None = None,
    displacement: int | None = None,
    layers: Sequence[str] = (),
    expected: Mapping[str, object] | None = None,
    usual: Mapping[str, Sequence[str]] | None = None,
) -> Checked:
    """Holds a network against its `expect` and the design rules, and says what is wrong.

    `select` and `ignore` name rules by code, by the beginning of codes, or ALL. What they say comes before what the
    description says itself, and that before `usual`: {"select": [...], "ignore": [...]} of a project. `object_size` and
    `displacement`, in input samples, are what the outputs must see. `expected` has bounds, as an entry of `expect`, for
    `layers` or the outputs. Raises `CallError` for words that name no rule or layer.
    """
    from rfcli.checks import _run
    from rfcli.checks._registry import named_rules
    from rfcli.checks._subject import Bounds

    problems = Problems()
    network = pipeline.resized(network_of(network), input_size)
    reports = pipeline.Reports(network, problems)
    bounds = [
        None if value is None else arguments.integer(value, what, 1)
        for what, value in (("object_size", object_size), ("displacement", displacement))
    ]
    layers = arguments.texts(layers, "layers")
    selected, ignored = (named_rules(arguments.texts(words, what), what)
                         for words, what in ((select, "select"), (ignore, "ignore")))  # fmt: skip
    project = [named_rules(arguments.texts(words, "usual"), "usual") for words in _usual(usual)]
    demands = _run.Demands(selected, ignored, Bounds(*bounds), layers, _expected(expected), *project)
    tally = _run.check(network, demands, reports.at, problems)
    main = reports.at((), network.span)
    for name in layers:
        if main is not None and not main.graph.names.layers(name):
            raise main.graph.names.missing(name)
    return Checked(in_order(problems), tally.expectations, tally.rules, tally.finished)


def _usual(rules: Mapping[str, Sequence[str]] | None) -> tuple[Sequence[str], Sequence[str]]:
    """The rules that a project selects and ignores. Raises `TypeError`, and `CallError` for other keys."""
    rules = {} if rules is None else rules
    if not arguments.is_mapping(rules):
        raise arguments.refused("usual", "a mapping of select and ignore", rules)
    for key in rules:
        if key not in ("select", "ignore"):
            raise CallError(f"usual takes select and ignore, not {key!r}", "usual")
    return rules.get("select", ()), rules.get("ignore", ())


def _expected(bounds: Mapping[str, object] | None) -> dict[str, object]:
    """Bounds of a call as an entry of `expect` has them. Raises `TypeError`, and `CallError` for what is none."""
    if bounds is None:
        return {}
    from rfcli.description.expected import EXPECTATION
    from rfcli.description.mapping import node_of

    node, problems = node_of(bounds, "expected"), Problems()
    EXPECTATION.check(node, problems, "expected")
    if problems:
        first = problems[0]
        where = first.span.path.removeprefix("expected").lstrip(".")
        raise CallError(f"{first.message}" + (f" ({first.help})" if first.help else f" (at {where})" if where else ""))
    found: dict[str, object] = node.plain()
    return found


class Checked(Value):
    """What a check found, and how much it looked at: expected numbers and design rules.

    `finished` is false where looking at all samples one by one would take too long, so that rules may miss something.
    """

    diagnostics: tuple[Diagnostic, ...]
    expectations: int
    rules: int
    finished: bool = True


def validate(network: Network, input_size: InputSizes = ()) -> list[Diagnostic]:
    """What is wrong with a network beyond its text: names, sizes, channels, strides; at another input size where one is
    given. Empty for a good one."""
    problems = Problems()
    graph = compiled(pipeline.resized(network_of(network), input_size), problems)
    if graph is not None:
        strides_clash(graph, problems)
    return list(in_order(problems))
