"""`rf rules`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Option, UsageError
from rfcli.cli.output import terminal_width, write

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.checks._rule import Rule

FORMATS = ("text", "json")


def run(code: str, format: str, output: str | None) -> int:
    """Prints the manual of the design rules."""
    from rfcli.checks._registry import RULES, UnknownRule, named

    try:
        codes = named([code]) if code else set(RULES)
    except UnknownRule as error:
        near = error.help.text
        raise UsageError(f"{error}" + (f"; {near}" if near else "")) from None
    rules = [rule for one, rule in RULES.items() if one in codes]
    if not rules:
        raise UsageError(f"{code} is what `rf check` says of expectations; rules are RF5 ...")
    if format == "json":
        import json

        write([json.dumps({"schema_version": 1, "rules": list(map(_data, rules))}, indent=1) + "\n"], output)
    else:
        width = terminal_width(output)
        write(_listed(rules) if not code or len(rules) > 1 else _manual(rules[0], width and min(width, 80)), output)
    return 0


def _listed(rules: list[Rule]) -> Iterator[str]:
    for rule in rules:
        when = "" if rule.default else f" (with {_flag(rule)})" if rule.option else " (when selected)"
        yield f"{rule.code} {rule.title}{when}\n"


def _flag(rule: Rule) -> str:
    return "--" + rule.option.replace("_", "-")


def _manual(rule: Rule, width: int | None) -> Iterator[str]:
    from rfcli.render.grid import wrapped

    yield f"{rule.code} {rule.title}\n\n"
    if rule.option:
        checked = f"with {_flag(rule)}"
    else:
        checked = "by default" if rule.default else f"when selected: --select {rule.code}"
    parts = (("", " ".join((rule.__doc__ or "").split())), ("cost: ", rule.cost), ("mend: ", rule.mend),
             ("checked: ", checked), ("source: ", rule.source))  # fmt: skip
    for head, text in parts:
        yield "".join(line + "\n" for line in wrapped(head + text, width, "  " if head else ""))
        if not head:
            yield "\n"


def _data(rule: Rule) -> dict[str, object]:
    return {
        "code": rule.code,
        "title": rule.title,
        "manual": " ".join((rule.__doc__ or "").split()),
        "cost": rule.cost,
        "mend": rule.mend,
        "source": rule.source,
        "default": rule.default,
        "option": _flag(rule) if rule.option else None,
    }


COMMAND = Command(
    "rules",
    """Show the design rules of 'rf check': all in a line each, or the manual of one.

\b
  rf rules
  rf rules RF504
""",
    run,
    Argument("code", "A rule, RF501, or the beginning of several.", "[CODE]", minimum=0, single=True),
    (Option("format", ("-f", "--format"), "Format of the manual.", "text", FORMATS), options.OUTPUT),
)
