"""Text to `Architecture`: reading, `extends`, structure, parameters, expansion. Problems are collected, not raised."""

from __future__ import annotations

import os
import re

from rfcli import resources
from rfcli.description import source
from rfcli.description.architecture import Architecture, Input, Reference
from rfcli.description.expand import Expander, Located, Stop, Values
from rfcli.description.nodes import Node, Problems
from rfcli.description.shapes import DOCUMENT, INPUT, check_document, valid_name
from rfcli.diagnostics import Diagnostic, Near, did_you_mean
from rfcli.layers._parameters import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from rfcli.description.source import Reader

MERGED = ("parameters", "blocks", "defaults")
"""Keys that `extends` merges by key; `expect` is not inherited, other keys replace."""


class UnknownParameter(Exception):
    """A setting for a parameter that the description does not have; the message is for people."""

    def __init__(self, name: str, help: str) -> None:
        super().__init__(f"there is no parameter '{name}'" + (f" ({help.rstrip('?')}?)" if help else ""))
        self.name = name


def architecture(
    root: Node,
    label: str,
    path: str | None,
    settings: Mapping[str, Any],
    reader: Reader,
    problems: Problems,
) -> Architecture | None:
    """The architecture that a document describes, or None with its problems added.

    `path` is the file's place on disk, beside which `extends` looks; `label` its name for people. Raises
    `UnknownParameter` for a setting that fits no parameter.
    """
    check_document(root, problems)
    if problems:
        return None
    keys, limits = _extended(root, path, reader, problems), reader.limits
    if keys is None:
        return None
    environment = _parameters(keys, settings, problems)
    inputs = _inputs(keys, environment, problems)
    if problems or inputs is None:
        return None
    axes, found = inputs
    blocks = keys["blocks"].value if "blocks" in keys else {}
    defaults = keys["defaults"].value if "defaults" in keys else {}
    expander = Expander(axes, environment, blocks, defaults, limits, problems)
    for one, node in found:
        expander.add_input(one.name, node)
    try:
        expander.expand(keys["layers"].value)
    except Stop:
        return None
    except Located as located:
        problems.add(located.node, "RF207", str(located), located.error.help)
    if problems:
        return None
    outputs = _outputs(keys, environment, problems)
    about = _about(keys, environment, problems)
    if problems:
        return None
    name = about.pop("name", None) or _name_of(label)
    return Architecture(
        name=name,
        source=label,
        axes=axes,
        inputs=tuple(one for one, _ in found),
        entries=tuple(expander.entries),
        scopes=expander.scopes,
        paths=tuple(expander.taken),
        outputs=outputs,
        about=about,
        nodes={key: keys[key] for key in ("expect", "check") if key in keys},
        span=root.span,
        limits=limits,
    )


def _name_of(label: str) -> str:
    """A network's name from its file's, with what names may not hold replaced."""
    name = re.sub(r"[^A-Za-z0-9_.+: -]", "_", resources.stem(label).strip("<> "))
    return name if valid_name(name) else f"_{name}".rstrip()


def _extended(root: Node, path: str | None, reader: Reader, problems: Problems) -> dict[str, Node] | None:
    """The document's keys over those of the descriptions that it extends."""
    if "extends" not in root.value:
        return dict(root.value)
    chain = [root]
    seen = {os.path.realpath(path)} if path is not None else set()
    folder = os.path.dirname(os.path.realpath(path)) if path is not None else None
    here = folder
    while "extends" in chain[-1].value:
        node = chain[-1].value["extends"]
        if len(chain) > reader.limits.extends:
            problems.add(node, "RF009", f"more than {reader.limits.extends} descriptions extend one another",
                         reader.limits.exceeded("extends"))  # fmt: skip
            return None
        parent = _parent(node, here, folder, problems)
        if parent is None:
            return None
        if os.path.realpath(parent) in seen:
            problems.add(node, "RF210", f"extends goes in a circle: {shown(node.value)} extends this description")
            return None
        seen.add(os.path.realpath(parent))
        found = _read_parent(node, parent, reader, problems)
        if found is None:
            return None
        chain.append(found)
        here = os.path.dirname(os.path.realpath(parent))
        if folder is None or not _inside(parent, folder):
            folder = here
    keys: dict[str, Node] = {}
    for document in reversed(chain):
        keys.pop("expect", None)
        for key, node in document.value.items():
            if key in ("input", "inputs"):
                keys.pop("inputs" if key == "input" else "input", None)
            if key in MERGED and key in keys:
                keys[key] = Node({**keys[key].value, **node.value}, node.file, node.line, node.column)
            else:
                keys[key] = node
    if "layers" not in keys:
        problems.add(chain[-1], "RF102", "a description needs the key 'layers' (or 'extends')")
        return None
    return keys


def _parent(node: Node, here: str | None, folder: str | None, problems: Problems) -> str | None:
    """The file that `extends` names: a bundled description, or one inside the first description's folder."""
    name = node.value
    if "/" not in name and "." not in name:
        bundled = resources.architecture(name)
        if bundled is None:
            problems.add(node, "RF210", f"there is no bundled network {shown(name)}",
                         Near(name, resources.architectures()))  # fmt: skip
        return bundled
    if here is None or folder is None:
        problems.add(node, "RF210", "a description from standard input can only extend a bundled network",
                     "write the description to a file")  # fmt: skip
        return None
    if "\0" in name or os.path.isabs(name) or not _inside(os.path.join(here, name), folder):
        problems.add(node, "RF210", f"{shown(name)} lies outside the description's folder",
                     "extends takes files beside the description or below, and bundled names")  # fmt: skip
        return None
    return os.path.join(here, name)


def _inside(path: str, folder: str) -> bool:
    real = os.path.realpath(path)
    return real == folder or real.startswith(folder.rstrip(os.sep) + os.sep)


def _read_parent(node: Node, path: str, reader: Reader, problems: Problems) -> Node | None:
    beside = os.path.join(os.path.dirname(node.file.path), node.value)
    label = beside if "/" in node.value or "." in node.value else path
    try:
        found = reader.file(path, os.path.normpath(label), problems)
    except source.Unreadable as error:
        problems.add(node, "RF210", f"cannot read {shown(node.value)}: {error}")
        return None
    if found is not None:
        check_document(found, problems)
    if problems:
        return None
    return found


def _parameters(keys: dict[str, Node], settings: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """The document's parameters with their values, settings applied."""
    environment: dict[str, Any] = {}
    declared = keys["parameters"].value if "parameters" in keys else {}
    for name in settings:
        if name not in declared:
            raise UnknownParameter(name, did_you_mean(name, declared))
    missing: set[str] = set()
    for name, node in declared.items():
        try:
            if name not in settings and not missing.isdisjoint(Values(node).names):
                missing.add(name)
            elif name in settings:
                environment[name] = settings[name]
            elif node.value is None:
                missing.add(name)
                problems.add(keys["parameters"].value[name], "RF206", f"the parameter '{name}' has no value",
                             f"give it one, or call with --set {name}=...")  # fmt: skip
            else:
                environment[name] = Values(node).of(environment)
        except Located as located:
            missing.add(name)
            names = Values(node).names if _reads(node) else ()
            later = sorted(one for one in names if one in declared and one not in environment)
            help = f"'{later[0]}' stands later: a parameter may use earlier ones" if later else located.error.help
            problems.add(located.node, "RF207", str(located), help)
    return environment


def _reads(node: Node) -> bool:
    """Whether a value's expressions can be read at all."""
    try:
        Values(node)
    except Located:
        return False
    return True


def _inputs(
    keys: dict[str, Node], environment: dict[str, Any], problems: Problems
) -> tuple[int, list[tuple[Input, Node]]] | None:
    """Number of axes, and the inputs with their nodes."""
    if "inputs" in keys:
        nodes = list(keys["inputs"].value.items())
    else:
        node = keys.get("input")
        nodes = [("input", node)]
    read = []
    for name, node in nodes:
        values = {}
        for key, value in node.value.items() if node is not None else ():
            values[key] = _checked_input(key, value, environment, problems)
        read.append((values.get("name") or name, values, node or keys["format"]))
    if problems:
        return None
    axes: int | None = None
    for name, values, node in read:
        size, dims = values.get("size"), values.get("dims")
        told = len(size) if type(size) is list else None
        if told is not None and dims is not None and told != dims:
            problems.add(node, "RF301", f"size has {told} {'entry' if told == 1 else 'entries'}, dims is {dims}")
        told = told or dims
        if told is not None and axes is not None and told != axes:
            problems.add(
                node,
                "RF301",
                f"the input '{name}' has {told} {'axis' if told == 1 else 'axes'}, another one has {axes}",
            )
        axes = axes or told
    axes = axes or 2
    found = []
    for name, values, node in read:
        size = values.get("size")
        sizes = tuple(size) if type(size) is list else (size,) * axes
        found.append((Input(name, sizes, values.get("channels"), node.span), node))
    return None if problems else (axes, found)


def _checked_input(key: str, node: Node, environment: dict[str, Any], problems: Problems) -> Any:
    """An input's value, evaluated and checked anew where an expression made it."""
    try:
        values = Values(node)
        plain = values.of(environment)
    except Located as located:
        problems.add(located.node, "RF207", str(located), located.error.help)
        return None
    if plain != node.plain():
        before = len(problems)
        INPUT.keys[key].shape.check(_as_node(plain, node), problems, key)
        problems[before:] = map(_computed, problems[before:])
    if type(plain) is list:
        return [int(one) if type(one) is float else one for one in plain]
    return int(plain) if type(plain) is float else plain


def _computed(problem: Diagnostic) -> Diagnostic:
    """A wrong value as one that an expression made."""
    return problem.replaced(code="RF208") if problem.code == "RF103" else problem


def _as_node(plain: Any, at: Node) -> Node:
    """Evaluated values as nodes: each at its own place, or at that of the expression it is from."""
    value = plain
    if type(plain) is list:
        inner = at.value if type(at.value) is list and len(at.value) == len(plain) else [at] * len(plain)
        value = [_as_node(item, node) for item, node in zip(plain, inner, strict=True)]
    elif type(plain) is dict:
        value = {key: _as_node(item, at.value[key]) for key, item in plain.items()}
    elif type(plain) is str:
        value = plain.replace("$", "\uff04")  # what was evaluated is no expression, and only checked from here on
    return Node(value, at.file, at.line, at.column, at.keys)


def _outputs(keys: dict[str, Node], environment: dict[str, Any], problems: Problems) -> tuple[Reference, ...] | None:
    if "outputs" not in keys:
        return None
    found = []
    for node in keys["outputs"].value:
        try:
            name = Values(node).of(environment)
            if type(name) is not str:
                problems.add(node, "RF208", f"the name of an output must be a string, is {shown(name)}")
            found.append(Reference(str(name), "", node))
        except Located as located:
            problems.add(located.node, "RF207", str(located), located.error.help)
    return tuple(found)


def _about(keys: dict[str, Node], environment: dict[str, Any], problems: Problems) -> dict[str, Any]:
    """What the description says beside its layers, evaluated."""
    told = ("name", "family", "year", "reference", "accuracy", "expect", "check")
    found = {}
    for key in told:
        if key in keys:
            before = len(problems)
            found[key] = plain = _evaluated(keys[key], environment, problems)
            if len(problems) == before:
                DOCUMENT.keys[key].shape.check(_as_node(plain, keys[key]), problems, key)
                problems[before:] = map(_computed, problems[before:])
    return found


def _evaluated(node: Node, environment: dict[str, Any], problems: Problems) -> Any:
    if type(node.value) is dict:
        return {key: _evaluated(value, environment, problems) for key, value in node.value.items()}
    if type(node.value) is list:
        return [_evaluated(value, environment, problems) for value in node.value]
    try:
        return Values(node).of(environment)
    except Located as located:
        problems.add(located.node, "RF207", str(located), located.error.help)
        return None
