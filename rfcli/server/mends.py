"""Edits that mend a problem, where it says how. Each is tried before it is offered: after it, it is gone."""

from __future__ import annotations

from collections import Counter

from rfcli.server.extents import Extents
from rfcli.server.reading import Read
from rfcli.server.texts import Edit, Range
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from rfcli.diagnostics import Diagnostic
    from rfcli.diagnostics import Mend as Said
    from rfcli.server.tree import Token

    Maker = Callable[["_Place", Said], "list[Edit] | None"]

MOST_TITLE = 100
"""Characters of a title."""


class Mend(Value):
    """What a problem is mended by: a title, edits, and the problem."""

    title: str
    edits: tuple[Edit, ...]
    problem: Diagnostic


def mends(read: Read, problem: Diagnostic) -> Iterator[Mend]:
    """The mends of a problem, those after which it is gone."""
    if problem.span.path != read.path or problem.mend is None:
        return
    place = _Place(read, problem)
    for way in _ways(problem.mend):
        edits = _EDITS[way.what](place, way)
        mend = Mend(_title(problem, way, edits), tuple(edits or ()), problem)
        if edits and _mended(read, mend):
            yield mend


def _ways(mend: Said) -> Iterable[Said]:
    """Each of several mends on its own."""
    return (mend.replaced(new=(size,)) for size in mend.new) if mend.what == "input" else (mend,)


def _mended(read: Read, mend: Mend) -> bool:
    """Whether a text is read after its edits, without the problem."""
    after = Read(read.text.edited(list(mend.edits)), read.path, read.settings, read.limits)
    judged = mend.problem.code.startswith("RF5")
    before, left = (one.judged() if judged else one.problems for one in (read, after))
    key = (mend.problem.code, mend.problem.message)
    counted, counts = (Counter((one.code, one.message) for one in some) for some in (before, left))
    broken = sum(code.startswith("RF0") for code, _ in counts.elements())
    return counts[key] < counted[key] and broken <= sum(code.startswith("RF0") for code, _ in counted.elements())


def _title(problem: Diagnostic, mend: Said, edits: list[Edit] | None) -> str:
    if mend.what == "ratio":
        return f"Write {edits[0].text}" if edits else ""
    if mend.what == "input":
        sizes = mend.new[0].split("x")
        return f"Change the input to {mend.new[0] if len(set(sizes)) > 1 else sizes[0]}"
    if mend.what == "added":
        return f"Add {': '.join(mend.new)}"
    if mend.what == "word":
        return f"Change to '{mend.new[0]}'"
    if mend.what == "listed":
        return "Write a list of layers"
    if mend.what == "out":
        return "Leave this layer out"
    if mend.what == "pair" and not mend.new:
        return "Leave this key out"
    said = ": ".join(mend.new) if mend.what in ("pair", "first", "changed") else ", then ".join(mend.new)
    if mend.what in ("head", "wrapped"):
        said = problem.help.removeprefix("write ")
    return f"Write {said}"[:MOST_TITLE]


class _Place:
    """Where a problem stands."""

    def __init__(self, read: Read, problem: Diagnostic) -> None:
        self.read, self.problem, self.text = read, problem, read.text
        self.line, self.column = problem.span.line, problem.span.column
        self.extents = Extents(read.tree)

    def token(self) -> Token | None:
        """The key or value that starts here."""
        found = self.read.tree.at(self.line, self.column)
        return found if found is not None and (found.line, found.column) == (self.line, self.column) else None

    def tokens(self) -> list[Token]:
        """All that start here: a layer, and its first key."""
        return [one for one in self.read.tree.tokens if (one.line, one.column) == (self.line, self.column)]

    def word(self, word: str) -> Range | None:
        """A word that stands here, or in the value that starts here."""
        at = self.text.line(self.line).find(word, self.column - 1)
        if at >= 0 and (at <= self.column or self.read.tree.at(self.line, self.column) is not None):
            return Range(self.line, at + 1, at + 1 + len(word))
        return None

    def around(self) -> Token | None:
        """The layer, or other mapping, that starts here or has the key or value that does."""
        for one in self.tokens():
            if not one.key and type(one.node.value) is dict:
                return one
        found = self.token()
        return self.extents.token(found.parents[-1]) if found is not None and found.parents else None


def _word(place: _Place, mend: Said) -> list[Edit] | None:
    where = place.word(mend.old)
    if where is None:
        found = place.around()
        span = found.node.key_span(mend.old) if found is not None and mend.old in found.node.value else None
        where = None if span is None else place.read.tree.range(span.line, span.column, mend.old)
    return None if where is None else [Edit(where, mend.new[0])]


def _value(place: _Place, mend: Said) -> list[Edit] | None:
    found = next((one for one in place.tokens() if not one.key), None)
    return None if found is None else _put(place, found, mend.new)


def _around(place: _Place, mend: Said) -> list[Edit] | None:
    found = place.around()
    return None if found is None else _put(place, found, mend.new)


def _put(place: _Place, token: Token, new: tuple[str, ...]) -> list[Edit] | None:
    """New text for a value, or for an item of a list one or several."""
    where = place.extents.value(token)
    if where is None or place.extents.commented(where):
        return None
    if len(new) == 1:
        return [Edit(where, new[0])]
    if place.extents.style(token):
        return [Edit(where, ", ".join(new))]
    before = place.text.line(where.line)[: where.column - 1]
    dash = before.rfind("- ")
    if dash < 0:
        return None
    return [Edit(where, f"\n{' ' * dash}- ".join(new))]


def _pair(place: _Place, mend: Said) -> list[Edit] | None:
    token = place.token()
    where = None if token is None else place.extents.pair(token)
    if token is None or where is None:
        return None
    if mend.new:
        quote = '"' if place.extents.sign(where.line, where.column) == '"' else ""
        return [Edit(where, f"{quote}{mend.new[0]}{quote}: {mend.new[1]}")]
    flow = bool(place.extents.style(token))
    before = place.text.line(where.line)[: where.column - 1]
    if not flow and before.strip():  # the first key of an item: the next one takes its place
        parent = token.parents[-1]
        after = [span for key in parent.value if (span := parent.key_span(key)) and span.line > where.until]
        first = min(after, key=lambda span: span.line, default=None)
        return None if first is None else [Edit(Range(where.line, where.column, first.column, first.line), "")]
    gone = place.extents.without(where, flow)
    return None if gone is None else [Edit(gone, "")]


def _out(place: _Place, mend: Said) -> list[Edit] | None:
    token = place.around()
    where = None if token is None else place.extents.value(token)
    if token is None or where is None:
        return None
    gone = place.extents.without(where, bool(place.extents.style(token)))
    return None if gone is None else [Edit(gone, "")]


def _changed(place: _Place, mend: Said) -> list[Edit] | None:
    """Another value for a key of a layer."""
    layer = place.around()
    value = layer.node.value.get(mend.new[0]) if layer is not None else None
    token = None if value is None else place.extents.token(value)
    where = None if token is None else place.extents.value(token)
    return None if where is None or place.extents.commented(where) else [Edit(where, mend.new[1])]


def _ratio(place: _Place, mend: Said) -> list[Edit] | None:
    """The number of units that a ratio of the channels is, which are those where the layer stands."""
    token, layer = place.token(), place.around()
    where = None if token is None else place.extents.pair(token)
    if token is None or layer is None or where is None:
        return None
    ratio = token.node.value
    quote = '"' if place.extents.sign(where.line, where.column) == '"' else ""
    key = f"{quote}units{quote}: "
    read = Read(place.text.edited([Edit(where, f"{key}1")]), place.read.path, place.read.settings, place.read.limits)
    if read.rows is None or type(ratio) is not int or ratio < 1:
        return None
    here = [numbers for node, numbers in read.items if node.span == layer.node.span]
    channels = {read.layer(number).channels for numbers in here for number in numbers}
    count = channels.pop() if len(channels) == 1 else None
    return [Edit(where, f"{key}{count // ratio}")] if isinstance(count, int) and count % ratio == 0 else None


def _added(place: _Place, mend: Said) -> list[Edit] | None:
    """A key with its value, behind the type of a layer."""
    layer = place.around()
    kind = layer.node.value.get("type") if layer is not None else None
    token = None if kind is None else place.extents.token(kind)
    where = None if token is None else place.extents.pair(token)
    if token is None or where is None:
        return None
    key, value = mend.new
    if place.extents.style(token):
        quote = '"' if place.extents.sign(where.line, where.column) == '"' else ""
        return [Edit(Range(where.until, where.end, where.end), f", {quote}{key}{quote}: {value}")]
    end = len(place.text.line(where.until)) + 1
    return [Edit(Range(where.until, end, end), f"\n{' ' * (where.column - 1)}{key}: {value}")]


def _head(place: _Place, mend: Said) -> list[Edit] | None:
    token = place.around()
    if token is None or mend.old not in token.node.value:
        return None
    span = token.node.key_span(mend.old)
    where = place.read.tree.range(span.line, span.column, mend.old)
    if where is None:
        return None
    flow = bool(place.extents.sign(token.line, token.column) == "{" or place.extents.style(token))
    inside = token.node.value[mend.old]
    if type(inside.value) is dict:
        return _unfolded(place, where, place.extents.token(inside), mend, flow)
    if place.extents.sign(span.line, span.column) == '"':
        return [Edit(where, mend.new[0])]
    return [Edit(where, mend.new[0] + (", layers" if flow else f"\n{' ' * (span.column - 1)}layers"))]


def _unfolded(place: _Place, key: Range, inside: Token | None, mend: Said, flow: bool) -> list[Edit] | None:
    """The mapping behind a type, its keys beside the type."""
    where = None if inside is None else place.extents.value(inside)
    if inside is None or where is None:
        return None
    if place.extents.sign(inside.line, inside.column) == "{":
        if not flow:
            return None
        quote = int(place.extents.sign(key.line, key.column - 1) == '"')
        head = f'"{mend.new[0]}, ' if quote else f"{mend.new[0]}, "
        begin = Range(key.line, key.column - quote, inside.column + 1, inside.line)
        return [Edit(begin, head), Edit(Range(where.until, where.end - 1, where.end), "")]
    shift = inside.column - key.column
    if shift <= 0 or inside.line == key.line:
        return None
    edits = [Edit(Range(key.line, key.column, key.end + 1), mend.new[0])]
    for line in range(inside.line, where.until + 1):
        if place.text.line(line)[:shift].strip():
            return None
        edits.append(Edit(Range(line, 1, min(shift, len(place.text.line(line))) + 1), ""))
    return edits


def _first(place: _Place, mend: Said) -> list[Edit] | None:
    root = place.read.tree.root
    if root is None:
        return None
    line, column = root.span.line, root.span.column
    if place.extents.sign(line, column) == "{":
        quote = '"' if place.read.path.endswith(".json") else ""
        return [Edit(Range(line, column + 1, column + 1), f"{quote}{mend.new[0]}{quote}: {mend.new[1]}, ")]
    return [Edit(Range(line, 1, 1), f"{mend.new[0]}: {mend.new[1]}\n")]


def _listed(place: _Place, mend: Said) -> list[Edit] | None:
    """A mapping of layers by name as a list of them."""
    token = next((one for one in place.tokens() if not one.key and type(one.node.value) is dict), None)
    if token is None:
        return None
    edits, flow = [], place.extents.sign(token.line, token.column) == "{"
    for name, node in token.node.value.items():
        span, value = token.node.key_span(name), node.span
        quoted = place.extents.sign(span.line, span.column) == '"'
        opened = place.extents.sign(value.line, value.column) == "{"
        comma = ", " if node.value else ""
        head = f'{{"name": "{name}"{comma}' if quoted else f"{{name: {name}{comma}"
        if opened:
            edits.append(
                Edit(Range(span.line, span.column, value.column + 1, value.line), head if flow else f"- {head}")
            )
        elif flow or type(node.value) is not dict:
            return None
        else:
            edits.append(Edit(Range(span.line, span.column, span.column + len(name) + 1), f"- name: {name}"))
    if flow:
        where = place.extents.value(token)
        if where is None:
            return None
        edits[:0] = [Edit(Range(token.line, token.column, token.column + 1), "[")]
        edits.append(Edit(Range(where.until, where.end - 1, where.end), "]"))
    return edits


def _wrapped(place: _Place, mend: Said) -> list[Edit] | None:
    """A list below a key of its own, as the layers of a block that is a list."""
    token = next((one for one in place.tokens() if not one.key and type(one.node.value) is list), None)
    where = None if token is None else place.extents.value(token)
    if token is None or where is None:
        return None
    if place.extents.sign(token.line, token.column) == "[":
        quote = '"' if place.read.path.endswith(".json") else ""
        begin, end = Range(where.line, where.column, where.column), Range(where.until, where.end, where.end)
        return [Edit(begin, f"{{{quote}{mend.new[0]}{quote}: "), Edit(end, "}")]
    indent = where.column - 1
    above = place.text.line(where.line - 1)
    if place.text.line(where.line)[:indent].strip() or len(above) - len(above.lstrip()) >= indent:
        return None
    return [Edit(Range(where.line, where.column, where.column), f"{mend.new[0]}:\n{' ' * indent}")]


def _input(place: _Place, mend: Said) -> list[Edit] | None:
    """Another size for the only input."""
    root = place.read.tree.root
    given = root.value.get("input") if root is not None and type(root.value) is dict else None
    size = given.value.get("size") if given is not None and type(given.value) is dict else None
    token = None if size is None else place.extents.token(size)
    where = None if token is None else place.extents.value(token)
    if size is None or where is None or place.extents.commented(where):
        return None
    sizes = mend.new[0].split("x")
    if type(size.value) is int and len(set(sizes)) == 1:
        return [Edit(where, sizes[0])]
    numbers = type(size.value) is int or (type(size.value) is list and all(type(n.value) is int for n in size.value))
    return [Edit(where, f"[{', '.join(sizes)}]")] if numbers else None


_EDITS: dict[str, Maker] = {
    "word": _word, "value": _value, "around": _around, "pair": _pair, "out": _out, "head": _head, "first": _first,
    "listed": _listed, "wrapped": _wrapped, "input": _input, "added": _added,
    "changed": _changed,
    "ratio": _ratio,
}  # fmt: skip
"""What makes the edits of each kind of mend."""
