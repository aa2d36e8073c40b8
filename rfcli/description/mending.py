"""Helps that tell how a mistake is mended, in words that can be typed as they stand, and the edits that do so."""

from __future__ import annotations

import re

from rfcli.description.expressed import formula_said
from rfcli.description.nodes import LOST, Node, Problems
from rfcli.description.synonyms import (
    behind,
    in_units,
    key_meant,
    layer_left_out,
    left_out,
    plain,
    type_meant,
    value_meant,
)
from rfcli.description.translating import AFFINE, KEYS_OF, WRAPS, added, flow, pair_meant, translated, value_is_true
from rfcli.description.vocabulary import DIVIDED
from rfcli.diagnostics import Mend, Near, Said
from rfcli.layers._parameters import REQUIRED, Boolean, IntegerPerAxis, LayerName, Text, is_number
from rfcli.layers._registry import LAYERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from rfcli.description.nodes import Plain
    from rfcli.description.shapes import Shape
    from rfcli.description.translating import Item
    from rfcli.layers._parameters import Kind

MOST = 60
"""Values of a layer that is put into other words."""
EXAMPLES: dict[str, dict[str, Plain]] = {
    "sequence": {"layers": [{"type": "conv", "kernel": 3}]}, "residual": {"layers": [{"type": "conv", "kernel": 3}]},
    "branches": {"branches": [[{"type": "conv", "kernel": 1}], [{"type": "conv", "kernel": 3}]]},
}  # fmt: skip
"""What scopes need."""
LONGEST = 160
"""Characters of a layer that a help tells to write."""
COST = 300
"""What it costs to put a layer into other words, as pairs of characters that are compared."""


def bounded(node: Node, left: list[int]) -> Plain:
    """The value of a node without positions; `LOST` in it where it is large."""
    left[0] -= 1
    if left[0] < 0:
        return LOST
    if type(node.value) is dict:
        return {key: bounded(one, left) for key, one in list(node.value.items())[: MOST + 1]}
    if type(node.value) is list:
        return [bounded(one, left) for one in node.value[: MOST + 1]]
    return node.value


def whole(node: Node) -> Plain:
    """The value of a node; `LOST` where it is large, or a part of it is not known."""
    left = [MOST]
    value = bounded(node, left)
    return LOST if left[0] < 0 or _lost(value) else value


def _lost(value: Plain) -> bool:
    if isinstance(value, dict):
        return any(map(_lost, value.values()))
    return any(map(_lost, value)) if isinstance(value, list) else value is LOST


def item_said(node: Node, problems: Problems) -> Said | None:
    """What a layer in other words is in ours, to be written for it; None where that is not known."""
    items = _translated(node, problems)
    return _written(items, node, "around" if type(node.value) is dict else "value") if items else None


def scalar_said(node: Node, problems: Problems) -> Said | None:
    """What a layer is that is a word, a call or a list; with examples of what it lacks."""
    items = _translated(node, problems)
    if len(items) != 1:
        return _written(items, node, "value") if items else None
    added = _lacking(items[0])
    if not added:
        return _written(items, node, "value")
    return Said(f"for example {flow({**items[0], **added}, node.quoted)}")


def _translated(node: Node, problems: Problems) -> list[dict[str, Plain]]:
    if problems.spare <= 0:
        return []
    problems.spare -= COST
    value = whole(node)
    return [] if value is LOST else translated(value, KEYS_OF)


def whole_said(node: Node, problems: Problems, item: Shape) -> Said | None:
    """A layer of another tool's type and keys in ours, where all of it is known. `item` is the shape that it must
    have."""
    items = _translated(node, problems) if is_flat(node) else []
    if not items or "layers" in KEYS_OF[items[0]["type"]]:
        return None
    if any(key not in KEYS_OF[one["type"]] for one in items for key in one):
        return None  # not all of it is known
    from rfcli.description.mapping import node_of

    found = Problems()
    for one in items:
        item.check(node_of(one), found, "a layer")
    if found:
        return None
    added = _lacking(items[0])
    if added and len(items) == 1:
        return Said(f"for example {flow({**items[0], **added}, node.quoted)}")
    return None if added else _written(items, node, "around")


def _lacking(item: Item) -> dict[str, Plain]:
    """What an item must have and has not, with examples."""
    cls = LAYERS.get(item["type"])
    parameters = cls.parameters if cls is not None else {}
    needed = {name: one.example for name, one in parameters.items() if one.default is REQUIRED}
    needed |= EXAMPLES.get(item["type"], {})
    if cls is not None and (cls.merge or cls.pair):
        needed["inputs"] = ["conv1", "conv2"]
    return {name: example for name, example in needed.items() if name not in item}


def _written(items: list[dict[str, Plain]], node: Node, what: str) -> Said | None:
    """A help that says to write some layers."""
    texts = tuple(flow(item, node.quoted) for item in items)
    if sum(map(len, texts)) > LONGEST:
        return None
    return Said(f"write {', then '.join(texts)}", Mend(what, texts))


def is_flat(node: Node) -> bool:
    """Whether nothing but scalars and short lists of them stands in a layer, or in what Caffe and Keras put around
    them."""
    if type(node.value) is not dict:
        return False
    for key, one in node.value.items():
        inside = one.value if type(one.value) is list else []
        if type(one.value) is dict and (not WRAPS.match(key) or not is_flat(one)):
            return False
        if any(type(part.value) is dict for part in inside[:MOST]):
            return False
    return True


def _is_key(word: str) -> bool:
    return word in ("block", "with") or any(word in keys for keys in KEYS_OF.values())


def head_said(node: Node) -> Said | None:
    """For `residual: [...]` in place of a type: the two keys that stand for it; None for any other item."""
    for word, value in node.value.items():
        type = type_meant(word, KEYS_OF) if word in KEYS_OF or not _is_key(word) else None
        if type is None or "layers" not in KEYS_OF[type]:
            continue
        if isinstance(value.value, list):
            head = f'type": "{type}", "layers' if node.quoted else f"type: {type}"  # a key within its quotes
            return Said(f"write {_headed(type, ['layers'], node)}", Mend("head", (head,), word))
        if isinstance(value.value, dict):
            keys = [key_meant(key, KEYS_OF[type]) or key for key in value.value]
            head = f'type": "{type}"' if node.quoted else f"type: {type}"
            return Said(f"write {_headed(type, keys, node)}", Mend("head", (head,), word))
    return None


def _headed(type: str, keys: list[str], node: Node) -> str:
    """How a scope begins: {type: residual, layers: [...]}."""
    text = flow({"type": type, **{key: ["..."] for key in keys}}, node.quoted)
    return text.replace('["..."]', "[...]")


def key_said(name: str, node: Node, keys: Iterable[str]) -> Said | None:
    """What to do about a key that a mapping may not have, one of another tool's words; None where that is not known."""
    known, value = list(keys), whole(node.value[name])
    ours = key_meant(name, known)
    if ours == "scale" and "bias" in known and plain(name) in AFFINE:
        said = "leave it out: it is so" if value_is_true(value) else "write scale: false and bias: false"
        return Said(said, Mend("pair") if value_is_true(value) else None)
    if ours is not None:
        if ours in node.value:
            return Said(f"leave it out: '{ours}' is given too", Mend("pair"))
        pair = pair_meant(name, value, known) if value is not LOST else None
        if ours == "inputs" and value == -1:
            return Said(f"leave it out: {BEFORE}", Mend("pair"))
        if ours == "inputs" and type(value) is int:
            return Said(numbered(node.value[name]))
        if pair is not None and ours == "input":
            pair = (ours, input_meant({"shape": value}))
        if pair is None or pair[1] == value or pair[1] is None or type(value) in (dict,):
            return Said(f"did you mean '{ours}'?", Mend("word", (ours,), name))
        text = flow(pair[1], node.quoted)
        shown = f'"{ours}"' if node.quoted else ours
        return Said(f"write {shown}: {text}", Mend("pair", (ours, text)))
    if "layers" in known and "outputs" in known and key_meant(name, ("channels",)):
        text = flow({"channels": value}, node.quoted)[:-1] if isinstance(value, int) else "{channels: 3"
        return Said(f"what the input has stands there: input: {text}, ...}}")
    inside = key_meant(name, ("rate", "spacing", "unit", "size")) if "layers" in known and "outputs" in known else None
    if inside is not None and "input" in known and value is not LOST:
        text = flow({inside: value}, node.quoted)[:-1]
        return Said(f"what the input has stands there: input: {text}, ...}}")
    if "layers" in known and "outputs" in known and (why := left_out(name)):
        return Said(why, Mend("pair"))
    if "type" not in known:
        return None
    if name.lower() == "causal" and "padding" in known and value is not False:
        text = flow("causal", node.quoted)
        return Said(f"write {flow('padding', node.quoted)}: {text}", Mend("pair", ("padding", text)))
    after = behind(name)
    if after is not None and "type" in node.value and node.value["type"].value == "squeeze_excite":
        return Said("leave it out: it changes no field, size or cost", Mend("pair"))
    if after is not None:
        return _behind(node, after)
    if name in ("after", "then", "post"):
        return Said("what comes behind is an item of its own, behind this one")
    if why := left_out(name):
        return Said(why, Mend("pair"))
    ratio = in_units(name) if "units" in known else ""
    return Said(ratio, Mend("ratio") if ratio == DIVIDED else None) if ratio else None


def lacking_said(type: str, key: str) -> Said:
    """A help for a layer that lacks a parameter: where to give it; an editor adds what is usual."""
    usual = LAYERS[type].parameters[key].example
    mend = None if usual is None else Mend("added", (key, flow(usual)))
    return Said(f"give it here, or for all under defaults: {{{type}: {{{key}: ...}}}}", mend)


def _behind(node: Node, after: tuple[str, str]) -> Said:
    """What to do about `activation: relu` of a convolution: a layer of its own."""
    value = whole(node)
    items = translated(value, KEYS_OF) if is_flat(node) and isinstance(value, dict) else []
    text = flow(items[1] if len(items) > 1 else {"type": after[1]}, node.quoted)
    help = f"{after[0]} is a layer of its own, behind this one: {text}"
    if len(items) == 1:
        return Said("leave it out: here it is none unless a layer says so", Mend("pair"))
    if "repeat" in node.value:
        times = node.value["repeat"].value
        around = {"type": "sequence", "repeat": times if isinstance(times, int | str) else 2, "layers": ["..."]}
        inside = flow(around, node.quoted).replace('"..."', "...")
        return Said(f"{help}; where both are repeated they stand in {inside}")
    if not items:
        return Said(help)
    return Said(help, Mend("around", tuple(flow(item, node.quoted) for item in items)))


def value_said(node: Node, problems: Problems, key: str, kind: Kind | None = None) -> str | Said | None:
    """What to write for a value of a key that is not right; None where that is not known."""
    value = node.value
    if type(value) is list or key == "stride":
        from rfcli.description.entries import entries_said, fraction_said

        found_of = entries_said(node, key) if type(value) is list else fraction_said(node)
        if found_of is not None:
            return found_of
    stated = kind is not None and not isinstance(kind, Text | LayerName)
    meant = formula_said(node, problems.names) if stated or key == "shortcut" else ""
    if meant and not (isinstance(kind, IntegerPerAxis) and re.fullmatch(r"[0-9*]+", str(value))):
        return meant
    if key == "shortcut":
        return _shortcut(node) if type(value) is str else branch_said(node, problems)
    boolean = isinstance(kind, Boolean)
    found = value_meant(value, key, boolean) if type(value) in (str, int, float, bool) else None
    if found is not None:
        text = flow(found[0], node.quoted)
        why = found[1] if not found[1].startswith(":") or not node.quoted else ""
        return Said(f"write {text}{why}", Mend("value", (text,)))
    if key == "size" and str(value) in ("None", "?", "-1", "any", "dynamic"):
        return Said("write null: it is not known", Mend("value", ("null",)))
    if (
        type(value) is str
        and isinstance(kind, IntegerPerAxis)
        and re.fullmatch(r"[0-9]{1,9}(?: ?, ?[0-9]{1,9}){1,2}", value)
    ):
        text = f"[{', '.join(part.strip() for part in value.split(','))}]"
        return Said(f"write {text}, a number for each axis", Mend("value", (text,)))
    if type(value) is str and re.fullmatch(r"-?[0-9]{1,9}", value.strip()):
        return Said("without quotes it is a number", Mend("value", (value.strip(),)))
    return formula_said(node, problems.names, sure=True) if kind is not None and is_number(kind) else None


def _shortcut(node: Node) -> Said | None:
    """What to write for a shortcut that is a word."""
    if str(node.value).lower() in ("identity", "true", "input", "skip", "x"):
        return Said("leave it out: without a shortcut the input itself is merged", Mend("pair"))
    items = translated(node.value, KEYS_OF)
    text = flow(items, node.quoted)
    return Said(f"write {text}", Mend("value", (text,))) if items else None


def list_said(node: Node) -> str | Said:
    """What to write for layers that are a mapping of names, or one layer."""
    value = whole(node)
    if isinstance(value, str):
        items = translated(value, KEYS_OF)
        text = flow(items, node.quoted)
        return Said(f"write {text}", Mend("value", (text,))) if items else ""
    if not isinstance(node.value, dict) or not all(
        isinstance(one.value, dict | type(None)) for one in node.value.values()
    ):
        return ""
    name = next(iter(node.value), "conv1")[:40]
    first = flow({"name": name, "type": "conv"}, node.quoted)[:-1]
    dash = "[" if node.quoted else "- "
    return Said(f"layers are a list: {dash}{first}, ...}}", Mend("listed"))


def branch_said(node: Node, problems: Problems) -> Said | None:
    """What to write for a branch, or a shortcut, that is one layer and no list of them; None where it is not known."""
    value = whole(node)
    if value is LOST:
        return None
    known = isinstance(value, dict) and (value.get("type") in KEYS_OF or "block" in value)
    items = [value] if known else _translated(node, problems)
    text = flow(items, node.quoted)
    return Said(f"write {text}", Mend("value", (text,))) if items and len(text) <= LONGEST else None


def unpacked(node: Node, problems: Problems) -> None:
    """Puts lists for tuples of Python that YAML tears apart, `{kernel: (3, 3)}`, and tells of them."""
    names = list(node.value)
    for at, name in enumerate(names):
        first = node.value[name].value if name in node.value else None
        if type(first) is not str or first.count("(") <= first.count(")") or "$" in first:
            continue
        text, rest = first, []
        for other in names[at + 1 : at + 10]:
            if node.value[other].value is not None or text.count("(") == text.count(")"):
                break
            text += f", {other}"
            rest.append(other)
        found = value_meant(text, name)
        if not rest or found is None or type(found[0]) is not list:
            continue
        value = node.value[name]
        written = flow(found[0], node.quoted)
        help = Said(f"write {written}", Mend("value", (written,)))
        problems.add(value, "RF103", f"{name} must be a list in brackets, is {text}", help)
        for other in rest:
            del node.value[other]
        node.value[name] = _noded(found[0], value)


def _noded(value: Plain, like: Node) -> Node:
    inside = [_noded(one, like) for one in value] if isinstance(value, list) else value
    return Node(inside, like.file, like.line, like.column)


NUMBERED = "layers have names, not numbers: name the one that is meant, and write its name here"
BEFORE = "a layer without inputs takes the one before"


def numbered(node: Node) -> str:
    """A help for a number where the name of a layer stands, as YOLO and Darknet count them; a name may be a number."""
    if type(node.value) is int and node.value >= 0:
        return f"{NUMBERED}, in quotes where it is a number"
    return f"{NUMBERED}; {BEFORE}" if node.value == -1 else NUMBERED


def names_said(node: Node) -> Said:
    """What to write for one name, or several in one text, where a list of names stands."""
    names = [name.strip() for name in node.value.split(",")]
    text = flow(names, node.quoted)
    return Said(f"write {text}", Mend("value", (text,)))


SHAPES = (
    "shape", "input_shape", "height", "width", "length", "depth", "dim", "dims_", "size_hw", "batch", "batch_size",
)  # fmt: skip
_AXES = ("length", "depth", "height", "width")


_SHAPED = re.compile(r"[(\[]?\s*\d{1,9}(?:[xX*, ]+\d{1,9}){1,4},?\s*[)\]]?")


def _numbers(text: str) -> list[int] | None:
    """The numbers of a text that is a shape: `3x224x224`, `(3, 224, 224)`."""
    return [int(one) for one in re.findall(r"\d+", text)] if _SHAPED.fullmatch(text.strip()) else None


def input_meant(value: Plain) -> Plain:
    """The input that a shape of another tool says; None where that is not known. Of three numbers the channels are the
    one that is at most 4, the first or the last."""
    if isinstance(value, int) and not isinstance(value, bool):
        return {"size": value}
    if isinstance(value, str):
        value = _numbers(value) or value
    if isinstance(value, list | tuple):
        value = {"shape": list(value)}
    if not isinstance(value, dict):
        return None
    found = {key: one for key, one in value.items() if key not in SHAPES}
    found = {
        key_meant(key, ("name", "size", "channels", "spacing", "unit", "rate")) or key: found[key] for key in found
    }
    shape = next((value[key] for key in SHAPES[:2] if key in value), None)
    axes = [value[key] for key in _AXES if key in value]
    if isinstance(shape, list | tuple):
        sized = _sized(list(shape), "channels" in found)
        return None if sized is None else {**found, **sized}
    if isinstance(shape, int):
        return {"size": shape, **found}
    return {"size": axes, **found} if axes else None


def _sized(shape: list[Plain], channels: bool) -> dict[str, Plain] | None:
    """Size and channels of a shape."""
    if not shape or not all(one is None or (type(one) is int and (one > 0 or one == -1)) for one in shape):
        return None
    shape = [None if one == -1 else one for one in shape]
    if channels or len(shape) == 1:
        return {"size": shape} if len(shape) <= 3 else None
    if len(shape) > 3 or (len(shape) > 2 and shape[0] in (1, None)) or (len(shape) == 3 and shape[0] is None):
        shape = shape[1:]  # the batch
    first, last = shape[0], shape[-1]
    small = [one is not None and one <= 4 for one in (first, last)]
    if len(shape) == 2 and not any(small):
        return {"size": shape}
    if small[0] == small[1] and len(shape) > 2:
        return None
    return {"size": shape[1:], "channels": first} if small[0] else {"size": shape[:-1], "channels": last}


def size_said(node: Node, stated: bool) -> tuple[str, Said] | None:
    """What is wrong with the size of an input that is a tensor's shape, or a text, and what to write; None where it is
    neither. The channels are `stated` beside it."""
    value = whole(node)
    if isinstance(value, str):
        value = _numbers(value)
    elif not isinstance(value, list) or len(value) < 4:
        return None
    found = _sized(value, stated and len(value) <= 3) if isinstance(value, list) else None
    if found is None:
        return None
    if stated:
        found = {"size": found["size"]}
    said = f"must have one entry for each of 1 to 3 axes, is {flow(value)}" if isinstance(node.value, list) else ""
    text = flow(found, node.quoted)[1:-1]
    return said or f"must be an integer or a list of one per axis, is {node.value!r}", Said(f"write {text}")


def input_said(node: Node) -> Said | None:
    """What an input in other words is in ours, to be written for it; None where that is not known."""
    value = whole(node)
    found = None if value is LOST else input_meant(value)
    if found is None or (type(node.value) is dict and not any(key in SHAPES for key in node.value)):
        return None
    text = flow(found, node.quoted)
    return Said(f"write {text}", Mend("around" if type(node.value) is dict else "value", (text,)))


def layers_said(root: Node) -> Said | None:
    """Of what is no description: the key that is called `layers` here."""
    for key, one in root.value.items():
        if type(one.value) is dict and "layers" in one.value:
            return Said(f"a description starts with 'format: 1', and what stands below '{key[:40]}' stands at the top")
    word = next((key for key, one in root.value.items() if key_meant(key, ("layers",)) and type(one.value) is list), "")
    if not word:
        return None
    return Said(
        f"a description starts with 'format: 1', and '{word[:40]}' is called 'layers'", Mend("word", ("layers",), word)
    )


def use_said(name: str, node: Node, keys: Iterable[str], problems: Problems) -> Said | None:
    """For a block's parameter beside `block`: the use with it below `with`; None where the key is another's."""
    known = list(keys)
    value = whole(node)
    if value is LOST or problems.meant(name, known) or not isinstance(value, dict):
        return None
    strange = {key: one for key, one in value.items() if key not in known and key_meant(key, known) is None}
    found = {key_meant(key, known) or key: one for key, one in value.items() if key not in strange}
    inside = found.get("with") or {}
    if not strange or not isinstance(inside, dict) or any(isinstance(one, dict) for one in strange.values()):
        return None
    found["with"] = {**inside, **strange}
    text = flow(found, node.quoted)
    shown = flow({"with": strange}, node.quoted)[1:-1]
    return Said(f"parameters of a block stand below with: write {shown}", Mend("around", (text,)))


def type_said(word: str, known: Iterable[str], otherwise: str = "") -> str | Near | Said:
    """A help for a layer type that there is not: what the word means elsewhere, or the nearest type."""
    from rfcli.description.synonyms import meant

    type = type_meant(word, known)
    if type is not None and (more := added(word)):
        return Said(f"did you mean {flow({'type': type, **more})}?")
    if type is not None:
        return Said(f"did you mean '{type}'?", Mend("word", (type,), word))
    if why := layer_left_out(word):
        return Said(why, Mend("out"))
    return meant(word, known) or Near(word, known, otherwise)
