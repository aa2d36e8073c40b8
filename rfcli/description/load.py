"""Text to `Architecture`: reading, `extends`, structure, parameters, expansion. Problems are collected, not raised."""

from __future__ import annotations

import os

from rfcli import resources
from rfcli.description import source
from rfcli.description.architecture import NOWHERE, Architecture, Input, Reference
from rfcli.description.expand import NOTHING, Expander, Located, Stop, Values
from rfcli.description.expressions import ANY_NAME
from rfcli.description.format import DEFAULTS, DOCUMENT, INPUT, ITEMS, check_document
from rfcli.description.names import network_name
from rfcli.description.nodes import LOST, Node, Problems, Reported, lost
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
    """The architecture that a document describes, or None where nothing can be said of it.

    Where problems are added, it is one to look for more of them: of what is wrong it says that it is not known.
    `path` is the file's place on disk, beside which `extends` looks; `label` its name for people. Raises
    `UnknownParameter` for a setting that fits no parameter.
    """
    unread = bool(problems)
    if not check_document(root, problems) or unread:
        return None
    keys, limits = _extended(root, path, reader, problems), reader.limits
    if keys is None:
        return None
    environment = _parameters(keys, settings, problems)
    axes, found, sized = _inputs(keys, environment, problems)
    blocks, defaults = _table(keys, "blocks"), _defaults(keys, problems)
    expander = Expander(axes, environment, blocks, defaults, limits, problems)
    first = 0 if len(found) == 1 else NOTHING
    if not found:
        expander.blurred.add("")
        first = NOWHERE
    for one, node in found:
        expander.add_input(one.name, node)
    try:
        expander.expand(keys["layers"], first)
    except Stop:
        return None
    outputs = _outputs(keys, environment, problems)
    about = _about(keys, environment, problems)
    name = about.pop("name", None) or network_name(resources.stem(label))
    return Architecture(
        name=name,
        source=label,
        axes=axes or 2,
        inputs=tuple(one for one, _ in found),
        entries=tuple(expander.entries),
        scopes={path: out for path, out in expander.scopes.items() if f"{path}/" not in expander.blurred}
        if expander.blurred
        else expander.scopes,
        paths=tuple(expander.taken),
        outputs=outputs,
        about=about,
        nodes={key: keys[key] for key in ("expect", "check") if key in keys},
        span=root.span,
        limits=limits,
        remarks=tuple(root.file.remarks),
        blurred=frozenset(expander.blurred),
        unsized=not sized,
    )


def _table(keys: dict[str, Node], key: str) -> dict[str, Node] | None:
    """The mapping under a key, None where it is wrong."""
    if key not in keys:
        return {}
    return None if keys[key].value is LOST else keys[key].value


def _defaults(keys: dict[str, Node], problems: Problems) -> dict[str, Node] | None:
    """The defaults by layer type, lost for the type that an unknown one may be meant for; None where that is any."""
    table = _table(keys, "defaults")
    unknown = [name for name, node in (table or {}).items() if node.value is LOST and name not in ITEMS]
    if table is None or not unknown:
        return table
    found = dict(table)
    for name in unknown:
        meant = problems.meant(name, DEFAULTS)
        if not meant:
            return None
        found[meant] = lost(table[name])
    return found


def _extended(root: Node, path: str | None, reader: Reader, problems: Problems) -> dict[str, Node] | None:
    """The document's keys over those of the descriptions that it extends."""
    if "extends" not in root.value:
        return _with_misspelt(root, problems)
    chain = [root]
    seen = {os.path.realpath(path)} if path is not None else set()
    folder = os.path.dirname(os.path.realpath(path)) if path is not None else None
    here = folder
    while "extends" in chain[-1].value:
        node = chain[-1].value["extends"]
        if node.value is LOST:
            return None
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
        root.file.remarks += found.file.remarks
        here = os.path.dirname(os.path.realpath(parent))
        if folder is None or not _inside(parent, folder):
            folder = here
    keys: dict[str, Node] = {}
    for document in reversed(chain):
        keys.pop("expect", None)
        for key, node in _with_misspelt(document, problems).items():
            if key in ("input", "inputs"):
                keys.pop("inputs" if key == "input" else "input", None)
            if key in MERGED and key in keys and LOST in (keys[key].value, node.value):
                keys[key] = lost(node)
            elif key in MERGED and key in keys:
                keys[key] = Node({**keys[key].value, **node.value}, node.file, node.line, node.column)
            else:
                keys[key] = node
    if "layers" not in keys:
        problems.add(chain[-1], "RF102", "a description needs the key 'layers' (or 'extends')")
        return None
    return keys


def _with_misspelt(document: Node, problems: Problems) -> dict[str, Node]:
    """The keys of a document; those are lost that are not there, but may be meant by an unknown one."""
    keys: dict[str, Node] = dict(document.value)
    if not problems:
        return keys
    for name, node in document.value.items():
        if name not in DOCUMENT.keys and (node.keys is not None or not node.line):  # a mapping, as far as can be told
            meant = problems.meant(name, DOCUMENT.keys)
            for key in [meant] if meant else ["parameters", "blocks", "defaults", "input"]:
                if key not in ("input", "inputs"):
                    keys.setdefault(key, lost(node))
                elif "input" not in keys and "inputs" not in keys:
                    keys["input"] = lost(node)
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
        before = len(problems)
        found = reader.file(path, os.path.normpath(label), problems)
        unread = len(problems) > before
    except source.Unreadable as error:
        problems.add(node, "RF210", f"cannot read {shown(node.value)}: {error}")
        return None
    if found is None or not check_document(found, problems) or unread:
        return None
    return found


def _parameters(keys: dict[str, Node], settings: Mapping[str, Any], problems: Problems) -> dict[str, Any]:
    """The document's parameters with their values, settings applied; `LOST` where they are wrong."""
    environment: dict[str, Any] = {}
    declared = _table(keys, "parameters")
    if declared is None:
        return {**settings, ANY_NAME: LOST}
    for name in settings:
        if name not in declared:
            raise UnknownParameter(name, did_you_mean(name, declared))
    for name, node in declared.items():
        found = LOST
        try:
            if name in settings:
                found = settings[name]
            elif node.value is None:
                problems.add(keys["parameters"].value[name], "RF206", f"the parameter '{name}' has no value",
                             f"give it one, or call with --set {name}=...")  # fmt: skip
            else:
                found = Values(node).of(environment)
        except Reported:
            pass
        except Located as located:
            names = Values(node).names if _reads(node) else ()
            later = sorted(one for one in names if one in declared and one not in environment)
            help = f"'{later[0]}' stands later: a parameter may use earlier ones" if later else located.error.help
            problems.add(located.node, "RF207", str(located), help)
        environment[name] = found
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
) -> tuple[int | None, list[tuple[Input, Node]], bool]:
    """Number of axes, None where what says it is wrong; the inputs with their nodes; whether their sizes are right."""
    if "inputs" in keys:
        nodes = list(keys["inputs"].value.items()) if keys["inputs"].value is not LOST else []
    else:
        nodes = [("input", keys.get("input"))]
    read = []
    sure = bool(nodes)
    for name, node in nodes:
        values = {}
        if node is not None and node.value is LOST:
            sure = False
        elif node is not None:
            for key, value in node.value.items():
                values[key] = _checked_input(key, value, environment, problems) if key in INPUT.keys else LOST
            sure = sure and not any(value is LOST for key, value in values.items() if key not in ("name", "channels"))
        read.append((values.get("name") or name, values, node or keys["format"]))
    axes: int | None = None
    for name, values, node in read:
        size, dims = values.get("size"), values.get("dims")
        told = len(size) if type(size) is list else None
        dims = dims if type(dims) is int else None
        if told is not None and dims is not None and told != dims:
            problems.add(node, "RF301", f"size has {told} {'entry' if told == 1 else 'entries'}, dims is {dims}")
            sure = False
        told = told or dims
        if told is not None and axes is not None and told != axes:
            problems.add(
                node,
                "RF301",
                f"the input '{name}' has {told} {'axis' if told == 1 else 'axes'}, another one has {axes}",
            )
            sure = False
        axes = axes or told
    if axes is None and sure:
        axes = 2
    found = []
    for name, values, node in read:
        size, channels = values.get("size"), values.get("channels")
        sizes = tuple(size) if type(size) is list and sure else (size if sure else None,) * (axes or 2)
        if any(value is LOST for key, value in values.items() if key not in INPUT.keys):
            channels = None
        found.append((Input(name, sizes, channels if type(channels) is int else None, node.span), node))
    return axes, [one for one in found if one[0].name is not LOST], sure


def _checked_input(key: str, node: Node, environment: dict[str, Any], problems: Problems) -> Any:
    """An input's value, evaluated and checked anew where an expression made it; `LOST` where it is wrong."""
    try:
        plain = Values(node).of(environment)
    except Reported:
        return LOST
    except Located as located:
        problems.add(located.node, "RF207", str(located), located.error.help)
        return LOST
    if plain != node.plain():
        before = len(problems)
        sound = INPUT.keys[key].shape.check(_as_node(plain, node), problems, key)
        problems[before:] = map(_computed, problems[before:])
        if not sound:
            return LOST
    if type(plain) is list:
        return [int(one) if type(one) is float else one for one in plain]
    return int(plain) if type(plain) is float else plain


def _computed(problem: Diagnostic) -> Diagnostic:
    """A wrong value as one that an expression made."""
    code = "RF208" if problem.code == "RF103" else problem.code
    return problem.replaced(code=code, message=problem.message.replace(_DOLLAR, "$"))


_DOLLAR = "\uff04"
"""Stands for a dollar in evaluated text: that is no expression any more, and only checked from here on."""


def _as_node(plain: Any, at: Node) -> Node:
    """Evaluated values as nodes: each at its own place, or at that of the expression it is from."""
    value = plain
    if type(plain) is list:
        inner = at.value if type(at.value) is list and len(at.value) == len(plain) else [at] * len(plain)
        value = [_as_node(item, node) for item, node in zip(plain, inner, strict=True)]
    elif type(plain) is dict:
        value = {key: _as_node(item, at.value[key]) for key, item in plain.items()}
    elif type(plain) is str:
        value = plain.replace("$", _DOLLAR)
    return Node(value, at.file, at.line, at.column, at.keys)


def _outputs(keys: dict[str, Node], environment: dict[str, Any], problems: Problems) -> tuple[Reference, ...] | None:
    if "outputs" not in keys or keys["outputs"].value is LOST:
        return None
    found = []
    for node in keys["outputs"].value:
        try:
            name = Values(node).of(environment)
            if type(name) is str:
                found.append(Reference(name, "", node))
            else:
                problems.add(node, "RF208", f"the name of an output must be a string, is {shown(name)}")
        except Reported:
            pass
        except Located as located:
            problems.add(located.node, "RF207", str(located), located.error.help)
    return tuple(found)


def _about(keys: dict[str, Node], environment: dict[str, Any], problems: Problems) -> dict[str, Any]:
    """What the description says beside its layers, evaluated."""
    told = ("name", "family", "year", "reference", "accuracy", "expect", "check")
    found = {}
    for key in told:
        if key in keys:
            found[key] = plain = _evaluated(keys[key], environment, problems)
            before = len(problems)
            if plain is not LOST:
                DOCUMENT.keys[key].shape.check(_as_node(plain, keys[key]), problems, key)
                problems[before:] = map(_computed, problems[before:])
    return found


def _evaluated(node: Node, environment: dict[str, Any], problems: Problems) -> Any:
    """A value with all expressions evaluated; `LOST` where they are wrong."""
    if type(node.value) is dict:
        return {key: _evaluated(value, environment, problems) for key, value in node.value.items()}
    if type(node.value) is list:
        return [_evaluated(value, environment, problems) for value in node.value]
    try:
        return Values(node).of(environment)
    except Reported:
        return LOST
    except Located as located:
        problems.add(located.node, "RF207", str(located), located.error.help)
        return LOST
