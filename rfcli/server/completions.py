"""What may be typed at a place: types, keys with their defaults, values, names with their fields, blocks and their
parameters, networks that are extended."""

from __future__ import annotations

import os

from rfcli import resources
from rfcli.checks._registry import ALL, EXPECTATIONS, RULES
from rfcli.description import format as keys
from rfcli.description.shapes import Key, Text
from rfcli.description.synonyms import plain
from rfcli.description.vocabulary import KEYS, TYPES
from rfcli.diagnostics import CODES
from rfcli.layers._parameters import REQUIRED, shown
from rfcli.layers._registry import LAYERS
from rfcli.server.context import context
from rfcli.server.hints import said
from rfcli.server.hovers import keys_below
from rfcli.server.hovers import manual as manual_of
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rfcli.description.nodes import Node
    from rfcli.server.context import Context
    from rfcli.server.reading import Read

NAMES = ("inputs", "like", "outputs", "layer")
"""Keys whose values are names of layers."""

SHORTEST = 2
"""Characters of another tool's word after which it is known."""

MOST_NAMES = 1000
"""Names that are offered."""


class Completion(Value):
    """A word that may stand there: `kind` is type, key, value, name, block, network or code; `detail` stands beside it,
    `manual` is Markdown, `insert` what is written, `typed` what is typed for it where that is another tool's word."""

    word: str
    kind: str
    detail: str = ""
    manual: str = ""
    insert: str = ""
    typed: str = ""


def completions(read: Read, earlier: Read | None, line: int, column: int) -> tuple[int, list[Completion]]:
    """The column where the word at a place starts, and what may stand for it. `earlier` is the last text with numbers,
    which names are taken from while this one has none: their fields are then said to be those of before."""
    here = context(read.text, line, column)
    quoted = read.path.endswith(".json")
    found: dict[str, Completion] = {}
    for one in _offered(here, read, earlier, quoted):
        found.setdefault(one.word, one)
    if len(here.word) >= SHORTEST and not any(one.word.startswith(here.word) for one in found.values()):
        for one in _of_others(here, list(found.values())):
            found[f"{one.word} {one.typed}"] = one
    return here.column, [one for one in found.values() if one.word not in here.siblings or one.kind != "key"]


def _offered(here: Context, read: Read, earlier: Read | None, quoted: bool) -> Iterator[Completion]:
    where, key = here.path, here.key
    if key == "-" and where:
        key = where[-1]
    elif key is None and len(where) >= 2 and where[-1] == "-" and where[-2] in NAMES:
        key = where[-2]
    if key in NAMES:
        yield from _names(read, earlier)
    elif key == "type":
        for name in keys.ITEMS:
            summary = (LAYERS[name].__doc__ or "").split(".")[0].strip() if name in LAYERS else "a scope"
            yield Completion(name, "type", " ".join(summary.split()), manual_of(name))
    elif key == "block":
        for name, node in _blocks(read, earlier).items():
            yield Completion(name, "block", ", ".join(_parameters(node)) or "no parameters")
    elif key == "extends":
        yield from _networks(read)
    elif key in ("select", "ignore") and where[:1] == ("check",):
        yield Completion(ALL, "code", "all rules")
        yield from (Completion(code, "code", CODES[code]) for code in (*RULES, *EXPECTATIONS))
    elif key is not None:
        known = _keys(here).get(key)
        if known is not None:
            yield from (Completion(shown(value).strip("'"), "value") for value in _choices(known.shape.schema()))
        yield from _variables(here, read, earlier)
    else:
        yield from _keys_here(here, read, earlier, quoted)


def _of_others(here: Context, ours: list[Completion]) -> Iterator[Completion]:
    """Our words for those of another tool that begin as what is typed: `Conv2d` is conv, `out_ch` is filters."""
    head, dot, begun = here.word.rpartition(".")
    begun = plain(begun)
    for one in ours:
        row = {"type": TYPES, "key": KEYS}.get(one.kind, {}).get(one.word, ())
        words = [word for column in row for word in column.split() if plain(word).startswith(begun)]
        if words and begun:
            detail = f"{words[0]} elsewhere" + (f"; {one.detail}" if one.detail else "")
            yield one.replaced(detail=detail, typed=f"{head}{dot}{words[0]}")


def _is_item(path: tuple[str, ...]) -> bool:
    """Whether a place is in a mapping that is an item."""
    return len(path) >= 2 and path[-1] == "-" and (path[-2] in ("layers", "shortcut", "-") or "branches" in path[-3:-1])


def _keys(here: Context) -> Mapping[str, Key]:
    """The keys of the mapping that is typed in."""
    path = here.path
    if not path:
        return keys.DOCUMENT.keys
    if _is_item(path):
        if "block" in here.siblings:
            return keys.BLOCK_USE
        kind = here.siblings.get("type", "")
        if kind in keys.ITEMS:
            return keys.ITEMS[kind]
        return {"type": Key(Text(), "The layer type."), **keys.BLOCK_USE}
    if path[0] == "inputs" and len(path) == 1:
        return {}
    return keys_below(path)


def _keys_here(here: Context, read: Read, earlier: Read | None, quoted: bool) -> Iterator[Completion]:
    """The keys that may be typed, with their defaults."""
    path = here.path
    if path == ("defaults",):
        for name in keys.DEFAULTS:
            yield _key(name, "", manual_of(name), quoted)
        return
    if path[-1:] == ("with",):
        for node in _blocks(read, earlier).values():
            for name, usual in _parameters(node).items():
                yield _key(name, usual, "A parameter of the block.", quoted)
        return
    declared = LAYERS[here.siblings["type"]].parameters if here.siblings.get("type") in LAYERS else {}
    if len(path) == 2 and path[0] == "defaults" and path[1] in LAYERS:
        declared = LAYERS[path[1]].parameters
    for name, known in _keys(here).items():
        detail = "required" if known.required else ""
        if name in declared:
            default = declared[name].default
            detail = "required" if default is REQUIRED else "" if default is None else f"default {shown(default)}"
        yield _key(name, detail, known.doc + f"\n\nfor example `{name}: {shown(known.example)}`", quoted)


def _key(name: str, detail: str, doc: str, quoted: bool) -> Completion:
    return Completion(name, "key", detail, doc, f'{name}": ' if quoted else f"{name}: ")


def _choices(schema: object) -> Iterator[object]:
    """The words and flags that a JSON Schema lets choose."""
    if isinstance(schema, dict):
        if "const" in schema:
            yield schema["const"]
        if schema.get("type") == "boolean":
            yield from (True, False)
        found = schema.get("enum")
        yield from found if isinstance(found, list) else ()
        for key in ("anyOf", "oneOf"):
            for one in schema.get(key, ()):
                yield from _choices(one)


def _variables(here: Context, read: Read, earlier: Read | None) -> Iterator[Completion]:
    """The parameters that an expression may use."""
    if not here.word.startswith("$"):
        return
    for one in (read, earlier):
        root = one.tree.root if one is not None else None
        table = root.value.get("parameters") if root is not None and type(root.value) is dict else None
        if table is not None and type(table.value) is dict:
            for name, node in table.value.items():
                yield Completion(f"${name}", "value", shown(node.plain()), "A parameter of the description.")
    if here.path[:1] == ("blocks",) and len(here.path) > 1:
        node = _blocks(read, earlier).get(here.path[1])
        for name, default in _parameters(node).items():
            yield Completion(f"${name}", "value", default, "A parameter of the block.")


def _blocks(read: Read, earlier: Read | None) -> dict[str, Node]:
    """The blocks of a text by name, those of what it extends too where that is known."""
    found: dict[str, Node] = {}
    for one in (earlier, read):
        if one is None:
            continue
        if one.architecture is not None and "blocks" in one.architecture.nodes:
            table = one.architecture.nodes["blocks"].value
            found |= table if type(table) is dict else {}
        root = one.tree.root
        own = root.value.get("blocks") if root is not None and type(root.value) is dict else None
        if own is not None and type(own.value) is dict:
            found |= own.value
    return found


def _parameters(block: Node | None) -> dict[str, str]:
    """The parameters of a block, with their defaults as text."""
    if block is None or type(block.value) is not dict:
        return {}
    table = block.value.get("parameters")
    if table is None or type(table.value) is not dict:
        return {}
    return {
        name: "required" if node.value is None else f"default {shown(node.plain())}"
        for name, node in table.value.items()
    }


def _names(read: Read, earlier: Read | None) -> Iterator[Completion]:
    """Names of layers, scopes and inputs, with their fields."""
    known = read if read.rows is not None else earlier
    if known is None or known.rows is None or known.names is None:
        yield from (Completion(name, "name") for name in _written(read))
        return
    architecture = known.rows.graph.architecture
    first, axes = len(architecture.inputs), architecture.axes
    aside = "" if known is read else " (before this edit)"
    for path in architecture.paths[:MOST_NAMES]:
        number = known.names.number(path)
        if number is None:
            continue
        if number < first:
            yield Completion(path, "name", "an input")
            continue
        detail = said([known.layer(number)], axes) + aside
        yield Completion(path, "name", detail)
        own = path.rpartition("/")[2]
        if own != path:
            yield Completion(own, "name", f"{detail} in {path.rpartition('/')[0]}")
    if known is not read:
        yield from (Completion(name, "name") for name in _written(read))


def _written(read: Read) -> Iterator[str]:
    """Names that items of the text are given."""
    for token in read.tree.scalars():
        if token.path[-1:] == ("name",) and len(token.path) > 1 and "$" not in token.node.value:
            yield token.node.value


def _networks(read: Read) -> Iterator[Completion]:
    """What a description may start from: the bundled networks, and files beside it."""
    yield from (Completion(name, "network", "bundled") for name in resources.architectures())
    folder = os.path.dirname(os.path.abspath(read.path))
    try:
        beside = sorted(os.listdir(folder))
    except OSError:
        return
    for name in beside:
        if name.endswith((".yaml", ".yml", ".json")) and name != os.path.basename(read.path):
            yield Completion(name, "network", "a file beside this one")
