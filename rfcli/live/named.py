"""What a source names, as `torch:model.py:Net(depth=50)`: read without running anything. Arguments are literals."""

from __future__ import annotations

import ast
import re
import warnings

from rfcli.diagnostics import CallError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

LONGEST = 10_000
"""Characters of a source."""
PYTHON = re.compile(r"(.+?\.py)(?=:|$)", re.DOTALL)
"""A file of Python."""
_NAME = r"[^\W\d]\w*"
_DOTTED = re.compile(rf"{_NAME}(?:\.{_NAME})*")
_LITERALS = "numbers, strings, True, False, None, and lists, tuples and dicts of them"


NOTHING: Mapping[str, object] = {}


class Named(Value):
    """A source in parts: `where` is a file or a module, `what` a dotted name in it, "" where none is given; None for
    `positional` where there are no parentheses."""

    source: str
    scheme: str
    where: str
    what: str
    positional: tuple[object, ...] | None = None
    keywords: Mapping[str, object] = NOTHING

    @property
    def place(self) -> str:
        """The source without arguments."""
        return ":".join(one for one in (self.scheme, self.where, self.what) if one)

    @property
    def is_file(self) -> bool:
        """Whether `where` is a file of Python."""
        return self.where.endswith(".py")

    def error(self, why: str, argument: str = "") -> CallError:
        """An error that says of which source it speaks."""
        return CallError(f"{self.source}: {argument}: {why}" if argument else f"{self.source}: {why}", argument)


def code(source: str) -> Named:
    """A source such as `torch:model.py:Net(depth=50)` or `keras:package.module:build`. Raises `CallError`."""
    scheme, rest = _parts(source)
    whole = Named(source, scheme, rest, "")
    example = f"{scheme}:model.py:Net" if scheme == "torch" else f"{scheme}:model.py:build"
    takes = f"it takes a file and what is in it, {example}, or a module, {scheme}:package.module:factory"
    found = PYTHON.match(rest) or _DOTTED.match(rest)
    if found is None:
        raise whole.error(takes)
    where, rest = found[0], rest[found.end() :]
    if not rest:
        return Named(source, scheme, where, "")
    if rest[0] != ":" or rest == ":":
        raise whole.error(takes)
    what, arguments = _cut(rest[1:])
    if _DOTTED.fullmatch(what) is None:
        raise whole.error(f"'{_shown(what)}' is no name of Python: {takes}")
    return _called(Named(source, scheme, where, what), arguments)


def entry(source: str, pattern: str, takes: str) -> Named:
    """A source such as `timm:resnet50(in_chans=1)`, whose name has a pattern. Raises `CallError`."""
    scheme, rest = _parts(source)
    name, arguments = _cut(rest)
    if re.fullmatch(pattern, name) is None:
        raise Named(source, scheme, rest, "").error(takes)
    return _called(Named(source, scheme, name, ""), arguments)


def _parts(source: str) -> tuple[str, str]:
    scheme, _, rest = source.partition(":")
    if len(source) > LONGEST:
        raise CallError(f"{_shown(source)}: a source has at most {LONGEST} characters")
    if "\0" in source:
        raise CallError(f"{source}: a source holds no NUL character")
    return scheme, rest


def _shown(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:57]}..."


def _cut(text: str) -> tuple[str, str]:
    """A name, and the arguments after it with their parentheses."""
    name, parenthesis, rest = text.partition("(")
    return name.strip(), parenthesis + rest.rstrip()


def _called(named: Named, arguments: str) -> Named:
    """A source with its arguments. Raises `CallError`."""
    if not arguments:
        return named
    call = _call(named, arguments)
    positional = tuple([_literal(named, one, "") for one in call.args])
    keywords: dict[str, object] = {}
    for keyword in call.keywords:
        if keyword.arg is None:
            raise named.error("write out each argument, without **")
        if keyword.arg in keywords:
            raise named.error(f"the argument {keyword.arg} is given twice")
        keywords[keyword.arg] = _literal(named, keyword.value, f"{keyword.arg}=")
    return named.replaced(positional=positional, keywords=keywords)


def _call(named: Named, arguments: str) -> ast.Call:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of strange escapes
            found = ast.parse(f"f{arguments}", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        found = None
    if isinstance(found, ast.Call) and isinstance(found.func, ast.Name):
        return found
    raise named.error(
        f"'{_shown(arguments)}' are no arguments: write (depth=50, weights=None), and quote it in a shell"
    )


def _literal(named: Named, node: ast.expr, before: str) -> object:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
        written = _shown(before + _unparsed(node))
        raise named.error(f"the argument {written} is no literal: {_LITERALS}") from None


def _unparsed(node: ast.expr) -> str:
    try:
        return ast.unparse(node)
    except RecursionError:
        return "..."
