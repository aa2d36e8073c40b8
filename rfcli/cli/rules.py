"""`rf rules`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Argument, Command, Option, UsageError
from rfcli.cli.output import terminal_width, write
from rfcli.diagnostics import CODES, did_you_mean

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.checks._rule import Rule

FORMATS = ("text", "json")


def run(code: str, format: str, output: str | None) -> int:
    """Prints the manual of the design rules and of all other codes."""
    codes = _codes(code)
    if format == "json":
        import json

        write([json.dumps({"schema_version": 1, "rules": list(map(_data, codes))}, indent=1) + "\n"], output)
    else:
        width = terminal_width(output)
        listed = not code or len(codes) > 1
        write(_listed(codes, width) if listed else _manual(codes[0], width and min(width, 80)), output)
    return 0


def _codes(word: str) -> list[str]:
    """The codes that a word names: the design rules where there is none, or where it is ALL. Raises `UsageError`."""
    from rfcli.checks._registry import ALL, RULES

    if word in ("", ALL):
        return list(RULES)
    found = [code for code in CODES if word.startswith("RF") and code.startswith(word)]
    if not found:
        known = (ALL, *(RULES if word.startswith("RF5") else CODES))
        near = did_you_mean(word, known, "'rf rules RF' lists all")
        raise UsageError(f"no rule is called '{word}'; {near}")
    return found


def _rule(code: str) -> Rule | None:
    """The design rule of a code, if it is one's."""
    from rfcli.checks._registry import RULES

    return RULES.get(code)


def _listed(codes: list[str], width: int | None) -> Iterator[str]:
    from rfcli.render.grid import wrapped

    for code in codes:
        rule = _rule(code)
        when = "" if rule is None or rule.default else f" (with {_flag(rule)})" if rule.option else " (when selected)"
        yield "".join(line + "\n" for line in wrapped(f"{code} {CODES[code]}{when}", width, " " * 6))


def _flag(rule: Rule) -> str:
    return "--" + rule.option.replace("_", "-")


def _manual(code: str, width: int | None) -> Iterator[str]:
    from rfcli.checks._manuals import MANUALS
    from rfcli.render.grid import wrapped

    yield f"{code} {CODES[code]}\n\n"
    rule, example = _rule(code), ""
    if rule is None:
        manual = MANUALS[code]
        parts = [("", manual.text), ("mend: ", manual.mend)]
        example = manual.example
    else:
        if rule.option:
            checked = f"with {_flag(rule)}"
        else:
            checked = "by default" if rule.default else f"when selected: --select {code}"
        parts = [("", " ".join((rule.__doc__ or "").split())), ("cost: ", rule.cost), ("mend: ", rule.mend),
                 ("checked: ", checked), ("source: ", rule.source)]  # fmt: skip
    for head, text in parts:
        yield "".join(line + "\n" for line in wrapped(head + text, width, "  " if head else ""))
        if not head:
            yield "\n"
    if example:
        yield "for example:\n\n" + "".join(f"  {line}\n" for line in example.splitlines())


def _data(code: str) -> dict[str, object]:
    rule = _rule(code)
    if rule is None:
        from rfcli.checks._manuals import MANUALS

        manual = MANUALS[code]
        about = {"manual": manual.text, "cost": "", "mend": manual.mend, "source": ""}
        return {"code": code, "title": CODES[code], **about, "default": True, "option": None}
    return {
        "code": code,
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
    """Show the design rules of 'rf check', or the manual of one, or of any other code that rf prints.

\b
  rf rules           the design rules, a line each
  rf rules RF504     the manual of one
  rf rules RF302     the manual of any other problem
  rf rules RF        all codes, a line each; RF3 for those of the geometry
""",
    run,
    Argument("code", "A code, RF501, or the beginning of several.", "[CODE]", minimum=0, single=True),
    (Option("format", ("-f", "--format"), "Format of the manual.", "text", FORMATS), options.OUTPUT),
)
