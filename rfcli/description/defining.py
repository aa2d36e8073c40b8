"""The shapes of blocks and of parameters, which people also state as functions and as lists of names."""

from __future__ import annotations

from rfcli.description.nodes import Node, Problems, lost
from rfcli.description.shapes import MappingOf, Record, refused
from rfcli.diagnostics import Mend, Said
from rfcli.layers._parameters import shown


def blocks_of(root: Node) -> dict[str, Node | None]:
    """The blocks of a description by name, each with the parameters that it states."""
    blocks = root.value["blocks"].value
    return {
        name: block.value.get("parameters") if type(block.value) is dict else None
        for name, block in (blocks.items() if type(blocks) is dict else ())
    }


class BlockRecord(Record):
    """A block: its parameters are known within it."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is list:
            from rfcli.description.translating import flow

            begun = flow({what: {"layers": ["..."]}}, node.quoted)[1:-1].replace('["..."]', "[...]")
            refused(node, problems, what, "a mapping", Said(f"write {begun}", Mend("wrapped", ("layers",))))
            node.value = {"layers": Node(node.value, node.file, node.line, node.column)}
        outer, problems.names = problems.names, (*names_in(node), *problems.names)
        try:
            return super().check(node, problems, what)
        finally:
            problems.names = outer


def names_in(node: Node) -> tuple[str, ...]:
    """The parameters that a block, or a description, declares."""
    stated = node.value.get("parameters") if type(node.value) is dict else None
    if stated is None or type(stated.value) is dict:
        return tuple(stated.value) if stated is not None else ()
    from rfcli.description.using import declared

    return tuple(declared(stated) or ())


class Parameters(MappingOf):
    """Parameters and their defaults, which people also give as a list of names."""

    default: int | None = None
    """What an example has where none is said."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) in (list, str):
            from rfcli.description.using import declared_said

            said = declared_said(node, self.default)
            if said is not None:
                return refused(node, problems, what, "a mapping", said)
        return super().check(node, problems, what)


def _made(value: dict[str, Node], like: Node) -> Node:
    """A mapping that does not stand in the text, with its keys where another node starts."""
    keys = dict.fromkeys(value, (like.line, like.column)) if like.line else None
    return Node(value, like.file, like.line, like.column, keys)


class Blocks(MappingOf):
    """Blocks by name, which people also define as functions."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        for name in [name for name in node.value if "(" in name] if type(node.value) is dict else ():
            from rfcli.description.using import defined, defined_said, usable

            found = defined(name)
            if found is not None and found[0] not in node.value:
                problems.add(node.key_span(name), "RF211", f"{shown(name)} cannot be a name", defined_said(name) or "")
                inner = lost(node.value.pop(name))
                place = inner.file, inner.line, inner.column
                names = _made({key: Node(default, *place) for key, default in usable(found[1]).items()}, inner)
                if problems.blocks is not None:
                    problems.blocks[found[0]] = names
                node.value[found[0]] = _made({"parameters": names, "layers": inner}, inner)
                if node.keys is not None:
                    node.keys[found[0]] = node.keys[name]
        return super().check(node, problems, what)
