"""The published JSON Schema and the format's reference, made from the tables that the reader uses.

`python -m rfcli.description.published` writes both into `schemas/`; a test fails when they are stale.
"""

from __future__ import annotations

import json
import os
import sys

from rfcli.description import format, vocabulary
from rfcli.description.expected import EXPECTATION, RANGE
from rfcli.description.limits import LIMIT_DOCS, MOST, Limits
from rfcli.description.shapes import record_schema
from rfcli.diagnostics import CODES
from rfcli.layers._layer import Paired
from rfcli.layers._parameters import REQUIRED, per_axis_schema, shown
from rfcli.layers._registry import LAYERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from rfcli.description.shapes import Key, Record, Schema
    from rfcli.layers._layer import Layer

END = "<!-- end of the generated part -->"
_BOUND = [{"type": "number"}, {"type": "null"}, {"$ref": "#/$defs/expression"}, {"$ref": "#/$defs/range"}]


def architecture_schema() -> Schema:
    """The JSON Schema (draft 2020-12) of descriptions."""
    document = format.DOCUMENT.definition()
    document["anyOf"] = [{"required": ["layers"]}, {"required": ["extends"]}]
    document["not"] = {"required": ["input", "inputs"]}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:rfcli:schema:architecture:1",
        "title": "Architecture of a convolutional network, format 1",
        "description": "A description that `rf` reads; schemas/README.md is its reference.",
        **document,
        "$defs": {
            "expression": {
                "description": "$name or $(expression) of parameters.",
                "type": "string",
                "pattern": "\\$",
            },
            "value": {
                "description": "A parameter's value: a scalar, or lists of scalars.",
                "anyOf": [
                    {"type": ["string", "number", "boolean", "null"]},
                    {"type": "array", "items": {"$ref": "#/$defs/value"}},
                ],
            },
            "range": {**record_schema(RANGE), "minProperties": 1},
            "bound": per_axis_schema(_BOUND),
            **{record.reference: record.definition() for record in _records()},
            "defaults": _defaults(),
            "item": _item(),
            "block use": record_schema(format.BLOCK_USE),
            **{name: _typed(name, format.ITEMS[name], [name]) for name in format.SCOPES},
            **{types[0]: _typed(types[0], format.ITEMS[types[0]], types) for types in _families()},
        },
    }


def _records() -> tuple[Record, ...]:
    inputs = (format.INPUT, format.NAMED_INPUT)
    return (*inputs, EXPECTATION, format.BLOCK, format.BRANCH, format.REPETITION, format.CHECK, format.ACCURACY)


def _families() -> Iterator[list[str]]:
    """Layer types that share a class, and so a definition."""
    seen = set()
    for cls in LAYERS.values():
        if cls not in seen:
            seen.add(cls)
            yield list(cls.types)


def _typed(name: str, keys: Mapping[str, Key], types: list[str]) -> Schema:
    found = record_schema(keys)
    doc = _doc(LAYERS[name]) if name in LAYERS else _SCOPE_DOCS[name]
    found["properties"]["type"] = {"description": doc, "enum": types, "examples": types[:1]}
    return {"description": doc, **found}


def _doc(cls: type[Layer]) -> str:
    return " ".join((cls.__doc__ or "").split())


_SCOPE_DOCS = {
    "sequence": "Layers, one after the other.",
    "residual": "A body and a shortcut, merged.",
    "branches": "Parallel branches, merged.",
}


def _item() -> Schema:
    """An item: the schema of its type, or of a block's use."""
    cases: list[Schema] = [{"if": {"required": ["block"]}, "then": {"$ref": "#/$defs/block use"}}]
    for types in [*([name] for name in format.SCOPES), *_families()]:
        of_type = {"properties": {"type": {"enum": types}}, "required": ["type"]}
        cases.append({"if": of_type, "then": {"$ref": f"#/$defs/{types[0]}"}})
    return {
        "description": "A layer, a scope, or the use of a block.",
        "type": "object",
        "properties": {
            "type": {"description": "The layer type.", "enum": list(format.ITEMS), "examples": ["conv"]},
            "block": {"description": "The block whose layers stand here.", "type": "string", "examples": ["unit"]},
        },
        "anyOf": [{"required": ["type"]}, {"required": ["block"]}],
        "allOf": cases,
    }


def _defaults() -> Schema:
    return {
        "type": "object",
        "properties": {
            name: {
                "description": f"Parameters of every {name} that does not give them itself.",
                **record_schema(keys),
                "examples": [{key: one.example for key, one in keys.items() if one.example is not None}],
            }
            for name, keys in format.DEFAULTS.items()
        },
        "additionalProperties": False,
    }


def layer_types() -> str:
    """The reference of the layer types, in Markdown."""
    lines = []
    for types in _families():
        cls = LAYERS[types[0]]
        lines += ["### " + ", ".join(f"`{name}`" for name in types), "", *_wrapped(_doc(cls)), ""]
        if cls.merge:
            lines += ["Takes `inputs: [name, ...]`, two or more layers.", ""]
        if issubclass(cls, Paired):
            lines += [f"Takes `inputs: [{', '.join(cls.names)}]`, two layers or inputs.", ""]
        if cls.parameters:
            lines += ["| parameter | default | meaning |", "|---|---|---|"]
            for name, one in cls.parameters.items():
                default = (
                    "required" if one.default is REQUIRED else "" if one.default is None else f"`{shown(one.default)}`"
                )
                lines.append(f"| `{name}` | {default} | {one.doc} |")
            lines.append("")
        lines += ["```yaml", f"- {_example(types[0], cls)}", "```", ""]
    return "\n".join(lines)


def _wrapped(text: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 120, break_on_hyphens=False)


def _example(name: str, cls: type[Layer]) -> str:
    """A layer of the type: the required parameters, or the first one."""
    given = {key: one for key, one in cls.parameters.items() if one.default is REQUIRED}
    if not given and cls.parameters:
        key = next(iter(cls.parameters))
        given = {key: cls.parameters[key]}
    names = cls.names if issubclass(cls, Paired) else ("conv1", "conv2")
    merge = f", inputs: [{', '.join(names)}]" if cls.merge or cls.pair else ""
    return f"{{type: {name}{merge}" + "".join(f", {key}: {shown(one.example)}" for key, one in given.items()) + "}"


def layer_index() -> str:
    """The layer types by what they are for, each with a link to its reference, in Markdown."""
    rows: dict[str, list[str]] = {}
    for types in _families():
        about = (sys.modules[LAYERS[types[0]].__module__].__doc__ or "").partition(":")[0].strip().rstrip(".")
        rows.setdefault(about, []).append(f"[{', '.join(f'`{name}`' for name in types)}](#{'-'.join(types)})")
    return "\n".join(
        ["| what | types |", "|---|---|", *(f"| {what} | {', '.join(row)} |" for what, row in rows.items()), ""]
    )


def words() -> str:
    """The table of the field's words, in Markdown."""
    return "\n".join([
        *_tabled("here", vocabulary.TYPES), "",
        "Keys, a word for the first of them that its layer or other mapping has:", "",
        *_tabled("here", vocabulary.KEYS), "",
        "What has no word here:", "",
        *_tabled("what to do", {**vocabulary.LEFT_OUT, **vocabulary.IN_UNITS}, plain=True),
        *(f"| {said} is a layer of its own, behind this one: `{{type: {type}}}` | {_columns(row)} |"
          for said, (type, *row) in vocabulary.BEHIND.items()),
        *(f"| {said} | | | | | {_code(given)} |" for said, given in vocabulary.NONE.items()), "",
        "Values:", "", "| key | word, and what it is here |", "|---|---|",
        *(f"| `{key}` | {', '.join(f'`{word}`: `{shown(ours).strip(chr(39))}`' for word, ours in values.items())} |"
          for key, values in vocabulary.VALUES.items()), "",
    ])  # fmt: skip


def _tabled(first: str, table: Mapping[str, tuple[str, ...]], plain: bool = False) -> list[str]:
    head = ["| " + " | ".join((first, *vocabulary.TOOLS)) + " |", "|---" * (len(vocabulary.TOOLS) + 1) + "|"]
    return [*head, *(f"| {name if plain else f'`{name}`'} | {_columns(row)} |" for name, row in table.items())]


def _columns(row: Iterable[str]) -> str:
    return " | ".join(map(_code, row))


def _code(given: str) -> str:
    return ", ".join(f"`{word}`" for word in given.split())


def contents(text: str) -> str:
    """The headings of the reference as a list of links, in Markdown; the layer types have an index of their own."""
    lines = []
    inside = types = False
    for line in text.splitlines():
        inside ^= line.startswith("```")
        level, _, title = line.partition(" ")
        if inside or level not in ("##", "###"):
            continue
        types = title == "Layer types" if level == "##" else types
        if level == "##" or not types:
            anchor = "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c == "-")
            lines.append(f"{'  ' * (len(level) - 2)}- [{title}](#{anchor})")
    return "\n".join([*lines, ""])


def codes() -> str:
    """The table of diagnostic codes, in Markdown."""
    return "\n".join(["| code | meaning |", "|---|---|", *(f"| {code} | {text} |" for code, text in CODES.items()), ""])


def limits() -> str:
    """The table of limits, in Markdown."""
    rows = [
        f"| `{name}` | {getattr(Limits(), name):,} | {f'{MOST[name]:,}' if name in MOST else ''} | {doc} |"
        for name, doc in LIMIT_DOCS.items()
    ]
    return "\n".join(["| limit | value | raised to at most | of |", "|---|---|---|---|", *rows, ""])


def manual(text: str) -> str:
    """The reference with its generated parts made anew."""
    parts = {
        "layer types": layer_types(), "index of the layer types": layer_index(), "codes": codes(), "limits": limits(),
        "contents": contents(text), "words": words(),
    }  # fmt: skip
    for name, made in parts.items():
        begin = f"<!-- generated: {name} -->"
        before, _, rest = text.partition(begin)
        _, _, after = rest.partition(END)
        text = f"{before}{begin}\n\n{made}\n{END}{after}"
    return text


def schema_text() -> str:
    """The published schema as its file has it."""
    return json.dumps(architecture_schema(), indent=1, ensure_ascii=False) + "\n"


def main() -> None:
    """Writes the schema and the generated part of the reference."""
    from rfcli import resources

    with open(resources.schema("architecture"), "w", encoding="utf-8") as stream:
        stream.write(schema_text())
    path = os.path.join(resources.folder("schemas"), "README.md")
    with open(path, encoding="utf-8") as stream:
        text = manual(stream.read())
    with open(path, "w", encoding="utf-8") as stream:
        stream.write(text)


if __name__ == "__main__":
    main()
