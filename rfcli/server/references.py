"""Where names are given and used: of layers and scopes, blocks, parameters, files; and giving them other names."""

from __future__ import annotations

import os
import re

from rfcli import resources
from rfcli.description.architecture import Reference
from rfcli.description.names import valid_name, valid_parameter
from rfcli.graph.names import is_glob, outwards
from rfcli.server.texts import Edit, Range
from rfcli.server.tree import item_of
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.description.nodes import Node
    from rfcli.server.reading import Read
    from rfcli.server.tree import Token

_VARIABLE = re.compile(r"\$(?:\(([^()]*(?:\([^()]*\)[^()]*)*)\)|([A-Za-z_]\w*))")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")


class Place(Value):
    """A part of a file, this one or another."""

    path: str
    range: Range


class Occurrence(Value):
    """A name in the text, with what it names: ("layer", id of the item), ("block", name) or ("parameter", block or "",
    name); `given` where it gives the name."""

    range: Range
    kind: tuple[str, object, str]
    given: bool = False


class Refused(Exception):
    """A name that cannot be given; the message is for people."""


def occurrences(read: Read) -> list[Occurrence]:
    """All names of the text of which it is known what they name, in order."""
    found = [*_blocks(read), *_parameters(read), *_layers(read)]
    return sorted(set(found), key=lambda one: (one.range.line, one.range.column, one.range.end))


def at(read: Read, line: int, column: int) -> Occurrence | None:
    """The name at a place, None where there is none."""
    inside = [
        one for one in occurrences(read) if one.range.line == line and one.range.column <= column <= one.range.end
    ]
    return min(inside, key=lambda one: one.range.end - one.range.column) if inside else None


def definition(read: Read, line: int, column: int) -> list[Place]:
    """Where the name at a place is given."""
    token = read.tree.at(line, column)
    if token is not None and token.path == ("extends",) and type(token.node.value) is str:
        path = extended(read.path, token.node.value)
        return [Place(path, Range(1, 1, 1))] if path else []
    here = at(read, line, column)
    if here is not None:
        found = [Place(read.path, one.range) for one in occurrences(read) if one.given and one.kind == here.kind]
        return found or _elsewhere(read, here)
    return _globbed(read, token) if token is not None else []


def references(read: Read, line: int, column: int, given: bool = True) -> list[Range]:
    """Where the thing that is named at a place is named, and where it is given its name."""
    here = at(read, line, column)
    if here is None:
        return []
    return [one.range for one in occurrences(read) if one.kind == here.kind and (given or not one.given)]


def extended(path: str, name: str) -> str | None:
    """The file that `extends` names, None where there is none."""
    found = os.path.join(os.path.dirname(os.path.abspath(path)), name)
    if os.path.isfile(found):
        return found
    return resources.architecture(name)


def renamed(read: Read, line: int, column: int, new: str) -> list[Edit]:
    """The edits that give the thing at a place another name. Raises `Refused` where the network would be another."""
    here = at(read, line, column)
    if here is None:
        raise Refused("there is no layer, block or parameter here that can be renamed")
    wanted = [one for one in occurrences(read) if one.kind == here.kind]
    if not any(one.given for one in wanted):
        raise Refused("its name is not given in this file")
    good = valid_parameter if here.kind[0] == "parameter" else valid_name
    if not good(new):
        raise Refused(f"'{new}' is no name of a {here.kind[0]}")
    edits = [Edit(one.range, new) for one in wanted]
    if read.rows is None:
        raise Refused("the text has problems: mend them first")
    from rfcli.server.reading import Read as Again

    after = Again(read.text.edited(edits), read.path, read.settings, read.limits)
    if after.rows is None:
        raise Refused(f"'{new}' cannot be its name: {after.problems[0].message}")
    if _shape(after) != _shape(read):
        raise Refused(f"'{new}' cannot be its name: other references would mean something else")
    return edits


def _shape(read: Read) -> list[object]:
    """What a network is but for its names."""
    assert read.report is not None, "who asks has looked"
    graph = read.report.graph
    shape: list[object] = [graph.sources, graph.likes, graph.outputs, len(read.problems)]
    fields = [(one.type, one.receptive_field, one.output_size, one.cost) for one in read.report.layers]
    return [*shape, [repr((kind, field and field.replaced(through=()), *rest)) for kind, field, *rest in fields]]


# Layers and scopes


def _layers(read: Read) -> Iterator[Occurrence]:
    """Names that items give, and those by which they are named."""
    if read.architecture is None or read.names is None or read.foreign:
        return
    items = read.architecture.items
    scopes = _scopes(read)
    for token in read.tree.scalars():
        value = token.node.value
        if token.path[-1] == "name" and item_of(token) is token.parents[-1] and "$" not in value:
            where = read.tree.span(token)
            if where is not None:
                yield Occurrence(where, ("layer", id(token.parents[-1]), ""), True)
        elif _names_layers(token.path) and not is_glob(value) and "$" not in value:
            where = read.tree.span(token)
            if where is None:
                continue
            item = item_of(token)
            for scope in scopes.get(id(item), [""]) if item is not None else [""]:
                path = _resolved(read, value, scope)
                if path is not None:
                    yield from _segments(path, value, where, items)
                    break


def _names_layers(path: tuple[str | int, ...]) -> bool:
    """Whether a value is the name of a layer."""
    if path[-1:] == ("like",) or path[:1] == ("outputs",):
        return True
    if path[:1] == ("expect",):
        return path[-1] == "layer"
    return len(path) > 2 and path[-2] == "inputs"


def _scopes(read: Read) -> dict[int, list[str]]:
    """The scopes in which an item stands, with a final slash, by the `id` of the item."""
    found: dict[int, list[str]] = {}
    assert read.architecture is not None, "who asks has looked"
    for path, node in read.architecture.items.items():
        if node is not None:
            scope = path.rpartition("/")[0]
            found.setdefault(id(node), []).append(f"{scope}/" if scope else "")
    return found


def _resolved(read: Read, name: str, scope: str) -> str | None:
    """The full path that a name means from within a scope."""
    assert read.names is not None and read.architecture is not None and read.root is not None
    known = read.architecture.items
    for path in outwards(Reference(name, scope, read.root)):
        if path in known or read.names.number(path) is not None:
            return path
    return None


def _segments(path: str, name: str, where: Range, items: dict[str, Node | None]) -> Iterator[Occurrence]:
    """The parts of a name, each with the item that it names."""
    parts, column = name.split("/"), where.column
    head = path[: len(path) - len(name)]
    for at_, part in enumerate(parts):
        node = items.get(head + "/".join(parts[: at_ + 1]))
        if node is not None:
            own = node.value.get("name") if type(node.value) is dict else None
            given = own.value if own is not None else None
            tail = part.removeprefix(str(given)) if given else part
            if type(given) is str and (tail == "" or re.fullmatch(r"_\d+", tail)) and part.startswith(given):
                yield Occurrence(Range(where.line, column, column + len(given)), ("layer", id(node), ""))
        column += len(part) + 1


def _globbed(read: Read, token: Token) -> list[Place]:
    """Where the layers stand that a glob names."""
    value = token.node.value
    if token.key or read.architecture is None or read.names is None or type(value) is not str:
        return []
    if not _names_layers(token.path):
        return []
    nodes = [read.architecture.items.get(path) for path in read.names.paths(value)]
    spans = dict.fromkeys(node.span for node in nodes if node is not None)
    return [Place(one.path, Range(one.line, one.column, one.column)) for one in spans]


def _elsewhere(read: Read, here: Occurrence) -> list[Place]:
    """Where a thing stands that this text does not name itself: unnamed layers, and what it extends."""
    if here.kind[0] != "layer" or read.architecture is None:
        return []
    node = next((one for one in read.architecture.items.values() if id(one) == here.kind[1]), None)
    if node is None:
        return []
    path = node.file.path if os.path.isfile(node.file.path) else resources.architecture(node.file.path) or read.path
    return [Place(path, Range(node.span.line, node.span.column, node.span.column))]


# Blocks and parameters


def _blocks(read: Read) -> Iterator[Occurrence]:
    """Names of blocks."""
    for token in read.tree.tokens:
        if token.key and len(token.path) == 2 and token.path[0] == "blocks":
            where = read.tree.span(token)
            if where is not None:
                yield Occurrence(where, ("block", str(token.path[1]), ""), True)
        elif not token.key and token.path[-1:] == ("block",) and type(token.node.value) is str:
            where = read.tree.span(token)
            if where is not None:
                yield Occurrence(where, ("block", token.node.value, ""))


def _parameters(read: Read) -> Iterator[Occurrence]:
    """Names of parameters: declared, given in a `with`, and used in expressions."""
    owners: dict[str, set[str]] = {}
    for token in read.tree.tokens:
        owner = _declares(token.path) if token.key else None
        if owner is None:
            continue
        owners.setdefault(owner, set()).add(str(token.path[-1]))
        where = read.tree.span(token)
        if where is not None:
            yield Occurrence(where, ("parameter", owner, str(token.path[-1])), True)
    for token in read.tree.tokens:
        if token.key and token.path[-2:-1] == ("with",) and len(token.parents) > 1:
            block = token.parents[-2].value.get("block")
            name = str(token.path[-1])
            where = read.tree.span(token)
            if block is not None and name in owners.get(str(block.value), ()) and where is not None:
                yield Occurrence(where, ("parameter", str(block.value), name))
        elif not token.key and type(token.node.value) is str and "$" in token.node.value:
            yield from _used(read, token, owners)


def _declares(path: tuple[str | int, ...]) -> str | None:
    """The block whose parameter a key declares, "" for the description's; None where it declares none."""
    if len(path) == 2 and path[0] == "parameters":
        return ""
    if len(path) == 4 and path[0] == "blocks" and path[2] == "parameters":
        return str(path[1])
    return None


def _used(read: Read, token: Token, owners: dict[str, set[str]]) -> Iterator[Occurrence]:
    """The parameters that a text uses in its expressions."""
    where = read.tree.span(token)
    if where is None:
        return
    block = str(token.path[1]) if token.path[0] == "blocks" and len(token.path) > 1 else ""
    for found in _VARIABLE.finditer(token.node.value):
        group = 1 if found[1] is not None else 2
        inside = re.sub(r"'[^']*'|\"[^\"]*\"", lambda one: " " * len(one[0]), found[group])
        for word in _IDENTIFIER.finditer(inside):
            owner = next((one for one in (block, "") if word[0] in owners.get(one, ())), None)
            if owner is not None:
                start = where.column + found.start(group) + word.start()
                yield Occurrence(Range(where.line, start, start + len(word[0])), ("parameter", owner, word[0]))
