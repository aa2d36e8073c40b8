"""Blocks of a description as people call and define them: `unit(64, s=2)`, `unit: [64, 2]`, `type: unit`,
`parameters: [out, stride=1]`, `def unit(out, stride=1):`; what each is here, as a finished line."""

from __future__ import annotations

import re

from rfcli.description.expressed import formula, written
from rfcli.description.mending import LONGEST, whole
from rfcli.description.names import valid_parameter
from rfcli.description.nodes import LOST, Node, Problems, lost
from rfcli.description.translating import flow
from rfcli.diagnostics import Mend, Said
from rfcli.layers._parameters import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from rfcli.description.nodes import Plain

    Declared = dict[str, Plain]
    """Parameters of a block, with their defaults; None is none."""
    Use = dict[str, Plain]

ABOUT = ("name", "repeat", "chain", "when", "inputs")
"""Keys that the use of a block has beside its own."""
ARGUMENTS = ("with", "args", "arguments", "kwargs", "params", "parameters", "values", "config", "options")
"""What people call the values of a block's parameters."""
BLOCKS = ("block", "module", "unit", "function", "call", "use", "ref")
"""What people write for the type of a block's use, or its key."""
_CALL = re.compile(r"\s*(?:self\.|def +|class +)?([A-Za-z_]\w*)\s*\((.*)\)\s*:?\s*", re.DOTALL)
EXAMPLE = 64
"""The value of a parameter in an example."""


def declared(node: Node | None) -> Declared | None:
    """The parameters that a mapping declares, or a list of names, or a text; None where that cannot be told."""
    value = node.value if node is not None else {}
    if type(value) is dict:
        return {key: None if (default := whole(one)) is LOST else default for key, one in value.items()}
    if type(value) is str:
        return signature(value)
    if type(value) is not list:
        return None
    found: Declared = {}
    for one in value:
        inside = declared(one) if type(one.value) in (dict, str) else None
        if inside is None:
            return None
        found |= inside
    return found


def signature(text: str) -> Declared | None:
    """The parameters in a text as Python has them: `out, stride=1`."""
    found: Declared = {}
    for part in re.split(r",(?![^(\[]*[)\]])", text.strip().removesuffix(",")):
        name, given, default = (piece.strip() for piece in re.sub(r":[^=]*", "", part).partition("="))
        if not re.fullmatch(r"[A-Za-z_]\w*", name):
            return None if part.strip() else found
        if name != "self":
            found[name] = (literal(default) if default else None) if given else None
    return found


def literal(text: str, names: Collection[str] = ()) -> Plain:
    """The value of a text of Python: a literal, or an expression where its names are known."""
    import ast

    from rfcli.description.synonyms import as_lists

    try:
        return as_lists(ast.literal_eval(text))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        found = formula(text)
        return written(found[0]) if found is not None and found[1] and set(found[1]) <= set(names) else text


def usable(names: Declared) -> Declared:
    """Parameters with names that they may have: `in` and `i` get an underscore."""
    return {name if valid_parameter(name) else f"{name}_": default for name, default in names.items()}


def parameters_of(name: str, problems: Problems) -> Declared | None:
    """The parameters of a block of the description; None where there is no such block, or they cannot be told."""
    return declared(problems.blocks[name]) if problems.blocks is not None and name in problems.blocks else None


def is_block(name: Plain, problems: Problems) -> bool:
    """Whether a block of the description has this name."""
    return type(name) is str and problems.blocks is not None and name in problems.blocks


def called(text: Plain, problems: Problems) -> Use | None:
    """The use of a block that a call is, or its name alone."""
    if is_block(text, problems):
        return {"block": text}
    found = _CALL.fullmatch(text) if type(text) is str and len(text) <= LONGEST else None
    if found is None or not is_block(found[1], problems):
        return None
    import ast

    try:
        call = ast.parse(f"f({found[2]})", mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return None
    if not isinstance(call, ast.Call):
        return None
    values = [literal(ast.unparse(one), problems.names) for one in call.args]
    named = {one.arg: literal(ast.unparse(one.value), problems.names) for one in call.keywords if one.arg}
    given = placed(found[1], values, problems)
    return None if given is None else _use(found[1], {**given, **named})


def placed(name: str, values: list[Plain], problems: Problems) -> Use | None:
    """Values by their places as values of a block's parameters; None where there are more than those."""
    names = parameters_of(name, problems)
    if not values:
        return {}
    return None if names is None or len(values) > len(names) else dict(zip(names, values, strict=False))


def given(name: str, value: Plain, problems: Problems) -> Use | None:
    """What stands for the values of a block's parameters: a mapping, a list, one value, or nothing."""
    if isinstance(value, dict):
        return value
    return placed(name, value if isinstance(value, list) else [] if value is None else [value], problems)


def _use(name: str, values: Use) -> Use:
    return {"block": name, "with": values} if values else {"block": name}


def use_of(node: Node, problems: Problems) -> Use | None:
    """The use of a block that an item is in other words; None where it is none."""
    if problems.blocks is None:
        return None
    value = whole(node)
    if not isinstance(value, dict):
        return called(value, problems)
    value = _joined(value)
    use, rest = _headed(value, problems)
    if use is None:
        return None
    values: Use = dict(use.get("with", {}))
    for key, one in rest.items():
        if key in ARGUMENTS and (inside := given(use["block"], one, problems)) is not None:
            values |= inside
        elif key not in ABOUT:
            values[key] = one
    if any(isinstance(one, dict) for one in values.values()):
        return None
    return {**_use(use["block"], values), **{key: rest[key] for key in ABOUT if key in rest}}


def _headed(value: Use, problems: Problems) -> tuple[Use | None, Use]:
    """The use that one key of an item tells, and the other keys."""
    for key, one in value.items():
        rest = {other: value[other] for other in value if other != key}
        stated = "type" in value or "block" in value
        if not stated and is_block(key, problems):
            values = given(key, one, problems)
            return (None, rest) if values is None else (_use(key, values), rest)
        if key == "type" or key in BLOCKS:
            inside = next(iter(one)) if isinstance(one, dict) and len(one) == 1 else None
            if inside is not None and is_block(inside, problems):
                values = given(inside, one[inside], problems)
                return (None, rest) if values is None else (_use(inside, values), rest)
            if key == "type" and one in BLOCKS and is_block(value.get("name"), problems):
                return {"block": value["name"]}, {other: rest[other] for other in rest if other != "name"}
            found = called(one, problems)
            if found is not None:
                return found, rest
        elif one is None and (found := called(key, problems)) is not None:
            return found, rest
    if len(value) == 1:
        (name, one), *_ = value.items()
        found = called(one, problems) if isinstance(one, str) and "(" in one else None
        return (None, {}) if found is None else (found, {"name": name})
    return None, {}


def _joined(value: Use) -> Use:
    """A mapping with the call together that YAML has torn at its commas: {block: unit(64, 2)}."""
    found: Use = {}
    last = None
    for key, one in value.items():
        if last is not None and one is None and found[last].count("(") > found[last].count(")"):
            found[last] += f", {key}"
        else:
            found[key] = one
            last = key if isinstance(one, str) else None
    return found


def use_said(node: Node, problems: Problems, what: str = "around") -> Said | None:
    """What to write for an item that is the use of a block in other words; an example, where values are missing."""
    use = use_of(node, problems)
    if use is None:
        return _too_many(node.value, problems)
    names = parameters_of(use["block"], problems) or {}
    values = use.get("with", {})
    missing = {name: EXAMPLE for name, default in names.items() if default is None and name not in values}
    head = _use(use["block"], {**missing, **values} if missing else values)
    text = flow({**head, **{key: one for key, one in use.items() if key in ABOUT}}, node.quoted)
    if len(text) > LONGEST:
        return None
    return Said(f"for example {text}") if missing else Said(f"write {text}", Mend(what, (text,)))


def _too_many(text: Plain, problems: Problems) -> Said | None:
    """What is said of a call with more values than its block has parameters, or such as cannot be read."""
    found = _CALL.fullmatch(text) if type(text) is str and len(text) <= LONGEST else None
    names = parameters_of(found[1], problems) if found is not None else None
    if found is None or names is None:
        return None
    takes = f"takes {', '.join(names)}" if names else "has no parameters"
    return Said(f"block '{found[1]}' {takes}: {flow(_use(found[1], dict.fromkeys(names, EXAMPLE)))}, say")


def check_use(node: Node, problems: Problems) -> None:
    """Tells of a use of a block whose values stand elsewhere than below `with`, or in another way, by one problem."""
    value, name = node.value, node.value["block"]
    strange = [key for key in value if key not in ("block", "with", *ABOUT)]
    values = value.get("with")
    if is_block(name.value, problems) and not strange:
        inside = whole(values) if values is not None and type(values.value) is not dict else None
        named = given(name.value, inside, problems) if inside is not None and inside is not LOST else None
        if named and values is not None:
            text = flow(named, node.quoted)
            said = f"with must be a mapping, is {shown(inside)}"
            problems.add(values, "RF103", said, Said(f"write {text}", Mend("value", (text,))))
            value["with"] = lost(values)
        return
    arguments = strange[0] if len(strange) == 1 and strange[0] in ARGUMENTS and values is None else None
    if arguments is not None and is_block(name.value, problems):
        named = given(name.value, whole(value[arguments]), problems)
        if named:
            text = flow(named, node.quoted)
            shown_key = '"with"' if node.quoted else "with"
            help = Said(f"write {shown_key}: {text}", Mend("pair", ("with", text)))
            said = f"the use of a block has no key {shown(arguments)}"
            problems.add(node.key_span(arguments), "RF101", said, help)
            value["with"] = lost(value.pop(arguments))
        return
    if type(name.value) is str and "(" not in name.value and not _are_parameters(name.value, strange, problems):
        return
    found = use_said(node, problems)
    if found is None:
        return
    if strange and is_block(name.value, problems):
        said = f"the use of a block has no key {shown(strange[0])}"
        told = Said(f"parameters of a block stand below with: {found.text}", found.mend)
        problems.add(node.key_span(strange[0]), "RF101", said, told)
    else:
        problems.add(
            node if type(name.value) is dict else name, "RF204", f"there is no block {shown(whole(name))}", found
        )
        value["block"] = lost(name)
    value["with"] = lost(node)
    for key in strange:
        del value[key]


def _are_parameters(name: str, keys: Iterable[str], problems: Problems) -> bool:
    names = parameters_of(name, problems)
    return names is not None and bool(names) and all(key in names or key in ARGUMENTS for key in keys)


def declared_said(node: Node, default: Plain = None) -> Said | None:
    """What to write for parameters that are a list of names, or a text; `default` stands where none is said."""
    found = declared(node)
    if not found:
        return None
    found = {name: default if one is None else one for name, one in usable(found).items()}
    text = flow(found, node.quoted)
    return Said(f"write {text}", Mend("value", (text,))) if default is None else Said(f"for example {text}")


def defined(name: str) -> tuple[str, Declared] | None:
    """The block that a text defines as Python does, `def unit(out, stride=1)`: its name and parameters."""
    found = _CALL.fullmatch(name[:LONGEST])
    names = signature(found[2]) if found is not None else None
    return None if found is None or names is None else (found[1], names)


def defined_said(name: str, inside: str = "") -> Said | None:
    """What to write for such a text; `inside` the key that it belongs below, where that is not around it."""
    found = defined(name)
    if found is None:
        return None
    declared = f"parameters: {flow(usable(found[1]))}, " if found[1] else ""
    text = f"{found[0]}: {{{declared}layers: [...]}}"
    return Said(f"write {inside}: {{{text}}}" if inside else f"write {text}")
