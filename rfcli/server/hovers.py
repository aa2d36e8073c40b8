"""What is told of the place that is pointed at: all numbers of a layer, how its field comes about, the manuals of types
and keys."""

from __future__ import annotations

from rfcli.description import format as keys
from rfcli.description.expected import EXPECTATION, RANGE
from rfcli.diagnostics import CODES, CallError, printable
from rfcli.engine.report import NoAnswer
from rfcli.geometry.field import Field
from rfcli.layers._parameters import REQUIRED, shown
from rfcli.layers._registry import LAYERS
from rfcli.render.columns import cell
from rfcli.server.tree import item_of
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from rfcli.description.shapes import Key
    from rfcli.engine.report import LayerReport
    from rfcli.server.reading import Read
    from rfcli.server.texts import Range
    from rfcli.server.tree import Token

MOST_COPIES = 12
"""Layers that an item stands for that are told one by one."""


class Hover(Value):
    """A text in Markdown, and what it is about, where that is one word."""

    text: str
    range: Range | None = None


def hover(read: Read, line: int, column: int) -> Hover | None:
    """What is told of a place; None where nothing is."""
    if not read.own:
        return None
    if read.foreign:
        return _of_line(read, line)
    token = read.tree.at(line, column)
    if token is None:
        return None
    item = item_of(token)
    parts = list(_of_word(read, token))
    if token.path == ("extends",) and not token.key:
        item = token.node
    if item is not None:
        layers = list(map(read.layer, read.of_items.get(id(item), [])))
        parts[:0] = list(_of_layers(read, layers)) if layers else _unknown(read)
    if not parts:
        return None
    return Hover("\n\n---\n\n".join(parts), read.tree.span(token) if token.key or not token.parents else None)


def _of_line(read: Read, line: int) -> Hover | None:
    """The numbers of the layers of a line of a foreign model."""
    before = [(node.span.line, numbers) for node, numbers in read.items if node.span.line <= line]
    if not before:
        return None
    nearest = max(at for at, _ in before)
    found = [read.layer(number) for at, numbers in before if at == nearest for number in numbers]
    return Hover("\n\n---\n\n".join(_of_layers(read, found)))


def _unknown(read: Read) -> list[str]:
    """What stands in place of numbers where the text has problems."""
    if read.problems:
        first = read.problems[0]
        return [f"No numbers: {printable(first.message)} (line {first.span.line})"]
    return []


def _of_layers(read: Read, layers: Sequence[LayerReport]) -> Iterator[str]:
    """The numbers of what an item stands for: all of one layer, a row for each of several."""
    if len(layers) == 1:
        yield numbers(layers[0])
        last = derivation(read, layers[0])
        if last:
            yield f"`{last}`"
        return
    head = ("layer", "size", "stride", "padding", "output", "channels")
    rows = [
        (
            f"`{layer.name}`",
            *(_field(layer, name) for name in ("size", "stride", "padding")),
            cell(layer.output_size, True),
            cell(layer.channels, True),
        )
        for layer in layers[:MOST_COPIES]
    ]
    more = len(layers) - len(rows)
    yield _table(head, rows) + (f"\n\nand {more} more" if more > 0 else "")
    last = derivation(read, layers[-1])
    if last:
        yield f"`{layers[-1].name}`: `{last}`"


def _field(layer: LayerReport, name: str) -> str:
    field = layer.receptive_field
    return "" if field is None else cell(getattr(field, name), True)


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)


def numbers(layer: LayerReport) -> str:
    """All numbers of a layer, in Markdown."""
    field = layer.receptive_field
    rows: list[tuple[str, object]] = []
    if field is not None:
        rows += [(name, getattr(field, name)) for name in ("size", "stride", "padding", "center")]
        rows += [("lookback", field.lookback), ("lookahead", field.lookahead)]
        rows += [("aligned", field.aligned), ("uniform", field.uniform)]
        rows += [("extent", field.extent)] if field.extent is not None else []
        rows += [("sees the whole map through", list(field.through))] if field.globally else []
    rows += [("output size", layer.output_size), ("channels", layer.channels)]
    cost, upto = layer.cost, layer.cumulative
    rows += [("parameters", _counted(cost.params)), ("macs", _counted(cost.macs)), ("flops", _counted(cost.flops))]
    rows += [("parameters so far", _counted(upto.params)), ("flops so far", _counted(upto.flops))]
    told = [(name, cell(value, True)) for name, value in rows]
    head = f"**{printable(layer.name)}** ({layer.type})\n\n"
    notes = "".join(f"\n\n_{printable(note)}_" for note in (field.notes if field is not None else ()))
    return head + _table(("", ""), [(name, value) for name, value in told if value]) + notes


def _counted(number: object) -> object:
    return f"{number:,}" if isinstance(number, int) else number


def derivation(read: Read, layer: LayerReport) -> str:
    """The last line of how a field comes about; "" where that has no answer."""
    from rfcli.api.answers import explained

    if read.rows is None or read.report is None:
        return ""
    try:
        axis = explained(read.report, layer.name)[0]
    except (NoAnswer, CallError):
        return ""
    if not axis.steps:
        return ""
    last = axis.steps[-1]
    before = axis.steps[-2].field if len(axis.steps) > 1 else Field()
    size, stride = before.size, before.stride
    product = f"({last.extent} - 1) x {stride}" if last.adds == (last.extent - 1) * stride else str(last.adds)
    path = "" if axis.numbers.size == last.field.size else f"; {axis.numbers.size} with the other paths"
    if size is None or last.field.size is None or last.field.size != size + last.adds:
        return f"size {last.field.size}, at {last.layer}{path}"
    return f"size {last.field.size} = {size} + {product}, at {last.layer}{path}"


def _of_word(read: Read, token: Token) -> Iterator[str]:
    """The manual of the type or key that is pointed at."""
    value, key = token.node.value, token.path[-1] if token.path else None
    if not token.key and key == "type" and type(value) is str:
        found = manual(value)
        if found:
            yield found
    elif (not token.key and key in ("select", "ignore")) or (type(value) is str and value in CODES):
        if type(value) is str and value in CODES:
            yield f"**{value}** {CODES[value]}"
    elif token.key and type(key) is str:
        known = known_keys(token)
        if key in known and known[key].doc:
            yield f"**{key}**: {known[key].doc}\n\nfor example `{key}: {shown(known[key].example)}`"


def known_keys(token: Token) -> Mapping[str, Key]:
    """The keys of the mapping that a key belongs to."""
    path = token.path[:-1]
    parent = token.parents[-1] if token.parents else None
    if not path:
        return keys.DOCUMENT.keys
    if parent is not None and item_of(token) is parent:
        kind = parent.value.get("type")
        return (
            keys.BLOCK_USE if "block" in parent.value else keys.ITEMS.get(str(kind.value) if kind else "", keys.COMMON)
        )
    return keys_below(path)


def keys_below(path: tuple[str | int, ...]) -> Mapping[str, Key]:
    """The keys of a mapping that is no item, by where it stands."""
    if path[-1:] == ("input",) or path[:1] == ("inputs",):
        return keys.INPUT.keys
    if path[:1] == ("expect",):
        return RANGE if len(path) > 2 else EXPECTATION.keys
    if path[:1] == ("check",):
        return keys.CHECK.keys
    if path[:1] == ("accuracy",):
        return keys.ACCURACY.keys
    if path[:1] == ("defaults",):
        return keys.DEFAULTS.get(str(path[1]), {}) if len(path) == 2 else {}
    if path[:1] == ("blocks",) and len(path) == 2:
        return keys.BLOCK.keys
    return keys.REPETITION.keys if path[-1:] == ("repeat",) else {}


def manual(kind: str) -> str:
    """The manual of a layer type or scope, in Markdown; "" where there is none."""
    if kind in keys.SCOPES:
        rows = [(f"`{name}`", "", key.doc) for name, key in keys.SCOPES[kind].items()]
        return f"**{kind}**: a scope.\n\n" + _table(("key", "default", "meaning"), rows)
    cls = LAYERS.get(kind)
    if cls is None:
        return ""
    text = f"**{kind}**: " + " ".join((cls.__doc__ or "").split())
    rows = [(f"`{name}`", default_of(one.default), one.doc) for name, one in cls.parameters.items()]
    return text + ("\n\n" + _table(("parameter", "default", "meaning"), rows) if rows else "")


def default_of(default: object) -> str:
    """A parameter's default, for people."""
    return "required" if default is REQUIRED else "" if default is None else f"`{shown(default)}`"
