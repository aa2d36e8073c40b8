"""What the words of a description mean, for `rf help`: layer types, scopes, keys, and other tools' words for them."""

from __future__ import annotations

from rfcli.description.format import BLOCK, BLOCK_USE, DEFAULTS, DOCUMENT, INPUT, ITEMS, SCOPES
from rfcli.description.guides import GUIDES, guide
from rfcli.description.shapes import ListOf, MappingOf, Record
from rfcli.description.synonyms import behind, in_units, key_meant, left_out, meant, type_meant
from rfcli.description.vocabulary import TOOLS, TYPES
from rfcli.layers._parameters import REQUIRED, shown
from rfcli.layers._registry import LAYERS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from rfcli.description.nodes import Plain
    from rfcli.description.shapes import Key, Shape

MOST_TYPES = 8
"""Types that are named of a key."""


class Row(Value):
    """A key: its name, its default or that it is required, what it means."""

    name: str
    default: str
    doc: str


class Topic(Value):
    """What is said of a word: a sentence or several, keys, an example."""

    title: str
    text: str
    rows: tuple[Row, ...] = ()
    example: str = ""
    elsewhere: str = ""
    """What other tools call it."""


def topics(word: str) -> list[Topic]:
    """What a word means: a type, a key, or a word of another tool; nothing where it is none."""
    if word in ITEMS:
        return [_type(word), *_key(word)]
    found, more = _key(word), guide(word)
    told = [Topic(word, more.text, (), more.example.rstrip())] if more is not None else []
    if told:
        found = [one.replaced(example="") for one in found]
    if found or told:
        return [*found, *told]
    type = type_meant(word, ITEMS)
    if type is not None:
        return [_of_other(word, type), _type(type)]
    said = meant(word, ITEMS)
    told = [Topic(word, f"{word}: {said}")] if said else []
    help, after = left_out(word) or in_units(word), behind(word)
    told += [Topic(word, f"{word}, of a layer: {help}.")] if help else []
    if after is not None:
        said = f"{after[0]} is a layer of its own, behind the one whose key it is elsewhere: {{type: {after[1]}}}"
        told.append(Topic(word, f"{word}: {said}"))
    keys = {name: name for keys in _tables() for name in [key_meant(word, keys)] if name}
    if keys:
        return [
            *told,
            Topic(word, f"{word} is called {' or '.join(keys)} here."),
            *(one for key in keys for one in _key(key)),
        ]
    return told


def words() -> Iterator[str]:
    """The words that have a topic of their own."""
    yield from ITEMS
    keys = [key for keys in _tables() for key in keys]
    yield from dict.fromkeys(key for key in (*keys, *(one.words[0] for one in GUIDES)) if key not in ITEMS)


def _tables() -> Iterator[Mapping[str, Key]]:
    yield from ITEMS.values()
    yield from (DOCUMENT.keys, INPUT.keys, BLOCK.keys, BLOCK_USE)


def _of_other(word: str, type: str) -> Topic:
    return Topic(word, f"{word} is called {type} here.")


def _type(type: str) -> Topic:
    """The manual of a layer type or a scope."""
    cls = LAYERS.get(type)
    declared = cls.parameters if cls is not None else {}
    keys = DEFAULTS[type] if cls is not None else SCOPES[type]
    rows, example = [], {"type": type}
    for name, key in keys.items():
        default = declared[name].default if name in declared else REQUIRED if key.required else None
        said = "required" if default is REQUIRED else "" if default is None else f"default {shown(default)}"
        rows.append(Row(name, said, key.doc))
        if said == "required":
            example[name] = key.example
    if cls is not None and (cls.merge or cls.pair):
        doc = ITEMS[type]["inputs"].doc
        rows[:0] = [Row("inputs", "required", doc)]
        example["inputs"] = ITEMS[type]["inputs"].example
    from rfcli.description.translating import flow

    text = " ".join((cls.__doc__ or "").split()) if cls is not None else _SCOPES[type]
    called = [f"{tool}: {', '.join(row.split())}" for tool, row in zip(TOOLS, TYPES.get(type, ()), strict=False) if row]
    return Topic(type, text, tuple(rows), f"- {flow(example)}", "; ".join(called))


_SCOPES = {
    "sequence": "Layers, one after the other.",
    "residual": "Layers and a shortcut past them, merged: added where nothing else is said.",
    "branches": "Parallel branches, merged: concatenated where nothing else is said.",
}


_OTHERS: dict[str, Mapping[str, Key]] = {
    "the description": DOCUMENT.keys, "input": INPUT.keys, "a block": BLOCK.keys, "the use of a block": BLOCK_USE,
}  # fmt: skip
"""Other mappings, and their keys."""


def _key(word: str) -> list[Topic]:
    """What a key means, of each kind of layer in which it means something else."""
    found: dict[str, list[str]] = {}
    for type, keys in ITEMS.items():
        if word in keys and keys[word].doc:
            found.setdefault(keys[word].doc, []).append(type)
    topics = []
    for doc, types in found.items():
        of = "every layer" if len(types) > len(ITEMS) // 2 else ", ".join(types[:MOST_TYPES])
        more = f" and {len(types) - MOST_TYPES} more" if of != "every layer" and len(types) > MOST_TYPES else ""
        topics.append(Topic(word, f"{word}, a key of {of}{more}: {doc}"))
    for what, table in _OTHERS.items():
        if word in table and table[word].doc not in found:
            rows = tuple(_rows(table[word].shape))
            example = _written(word, table[word].example) if rows and table is DOCUMENT.keys else ""
            topics.append(Topic(word, f"{word}, a key of {what}: {table[word].doc}", rows, example))
    return topics


def _rows(shape: Shape) -> Iterator[Row]:
    """The keys of a mapping, of a list's entries, or of what stands under names."""
    while isinstance(shape, ListOf | MappingOf):
        shape = shape.item if isinstance(shape, ListOf) else shape.value
    for name, key in shape.keys.items() if isinstance(shape, Record) else ():
        yield Row(name, "required" if key.required else "", key.doc)


def _written(word: str, example: Plain) -> str:
    from rfcli.description.translating import flow

    return f"{word}: {flow(example)}"
