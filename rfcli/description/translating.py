"""Layers in other tools' words, put into ours: `Conv2d(3, 64, 3)`, `conv 3x3 64`, `{conv: {kernel_size: 3}}`,
`{type: Conv2d, out_channels: 64}`, `[-1, 1, Conv, [64, 3]]`.

What is not known stays as it stands, so that it is told in its turn.
"""

from __future__ import annotations

import re

from rfcli.description.synonyms import as_lists, behind, key_meant, left_out, plain, type_meant, value_meant
from rfcli.description.vocabulary import CALLS
from rfcli.layers._registry import LAYERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rfcli.description.nodes import Plain

    Item = dict[str, Plain]
    KeysOf = Mapping[str, Iterable[str]]
    """The keys of each type."""

MOST = 400
"""Characters of a call."""

OWN = ("type", "name", "repeat", "chain", "when", "inputs")
"""Keys that an item has, whatever its type: they stand first."""
KEYS_OF = {
    "sequence": (*OWN, "layers"),
    "residual": (*OWN, "layers", "shortcut", "merge"),
    "branches": (*OWN, "branches", "merge"),
    **{name: (*OWN, *cls.parameters) for name, cls in LAYERS.items()},
}
"""Scopes and types with their keys; a test holds them against the format, which is above this module."""
_WIDTHS = ("channel", "channels", "inchannels", "inputchannels", "inplanes", "inp", "planes", "c", "infeatures")
AFFINE = ("affine", "elementwiseaffine")
"""Keys that say of a normalisation whether it has scale and bias."""
FLAGS = ("bias", "ceil_mode", "bidirectional", "depthwise", "per_channel")
"""Keys whose value is true or false."""
WRAPS = re.compile(r"(?:config|args|arguments|kwargs|params|attributes|attrs|[a-z_]+_param)$")
"""Keys of mappings around the keys of a layer."""
_KINDS = ("type", "op_type", "class_name", "op", "layer_type", "kind", "module", "layer", "class", "cls")
_ADDED: dict[str, Item] = {
    "causalconv": {"padding": "causal"}, "conv1x1": {"kernel": 1}, "conv3x3": {"kernel": 3},
    "pointwiseconv": {"kernel": 1}, "reflectionpad": {"padding_mode": "reflect"},
    "replicationpad": {"padding_mode": "replicate"}, "circularpad": {"padding_mode": "circular"},
    "upsamplingbilinear": {"mode": "bilinear", "coordinates": "align_corners"},
    "bilinear": {"mode": "bilinear"}, "trilinear": {"mode": "trilinear"}, "bicubic": {"mode": "bicubic"},
    "rmsnorm": {"bias": False}, "pixelnorm": {"scale": False, "bias": False}, "frozenbatchnorm": {"params": 0},
    "bilstm": {"bidirectional": True}, "blstm": {"bidirectional": True}, "bigru": {"bidirectional": True},
}  # fmt: skip
"""Words of types that say more than the type."""
_SEVERAL = {
    "convbn": ("conv", "batch_norm"), "convbnrelu": ("conv", "batch_norm", "relu"), "convrelu": ("conv", "relu"),
    "convbnact": ("conv", "batch_norm", "relu"), "basicconv": ("conv", "batch_norm", "relu"),
    "convnormactivation": ("conv", "batch_norm", "relu"), "convmodule": ("conv", "batch_norm", "relu"),
}  # fmt: skip
"""Words for several layers."""
_CHOSEN = {
    "activation": ("activation", {}), "act": ("activation", {}),
    "pooling": ("pool", {"max": "max_pool", "ave": "avg_pool", "avg": "avg_pool", "average": "avg_pool"}),
    "pool": ("pool", {"max": "max_pool", "ave": "avg_pool", "avg": "avg_pool", "average": "avg_pool"}),
    "eltwise": ("operation", {"sum": "add", "prod": "multiply", "max": "max", "": "add"}),
}  # fmt: skip
"""Words of types that another key makes one of: the key, and what its values make."""


def translated(item: Plain, keys_of: KeysOf) -> list[Item]:
    """The items of ours that an item says in other words; none where that is not known."""
    if isinstance(item, str):
        stated = _short(item, keys_of) if _CALL.fullmatch(item.strip()) is None else _called(item.strip(), keys_of)
    elif isinstance(item, list):
        stated = _of_list(item)
    elif isinstance(item, dict):
        stated = _stated(item, keys_of)
    else:
        stated = None
    return _items(stated, keys_of) if stated is not None else []


def _stated(item: Item, keys_of: KeysOf) -> Item | None:
    """A mapping with its type as `type`, and what stands in mappings of its own beside it."""
    kind = next((key for key in _KINDS if isinstance(item.get(key), str)), None)
    if kind is not None:
        found: Item = {"type": item[kind]}
        for key, value in item.items():
            if isinstance(value, dict) and WRAPS.match(key):
                found |= value
            elif isinstance(value, list) and key in ("args", "arguments", "params"):
                type = _type(str(item[kind]), keys_of)
                signature = CALLS.get(type or "", ("", ""))[_is_keras(str(item[kind]), len(value))].split()
                if len(value) > len(signature):
                    found[key] = value
                else:
                    found |= dict(zip(signature, value, strict=False))
            elif key != kind:
                found[key] = value
        return found
    named = next(iter(item)) if len(item) == 1 else ""
    if named and type_meant(named, keys_of) is None and _tells(item[named]):
        inside = translated(item[named], keys_of)
        if len(inside) != 1 or "name" in inside[0]:
            return None
        bare = named.strip().removeprefix("(").removesuffix(")")
        return inside[0] if bare.isdecimal() else {**inside[0], "name": bare}
    strange = [key for key in item if key in keys_of or not any(key in keys for keys in keys_of.values())]
    if len(strange) != 1 or strange[0] == "branches" or _chosen(strange[0], {}, keys_of) is None:
        return None
    word, value = strange[0], item[strange[0]]
    rest = {key: one for key, one in item.items() if key != word}
    return {"type": word, **rest, **_inside(word, value, keys_of)}


def _tells(value: Plain) -> bool:
    """Whether a value says what a layer is: a call, or a mapping with a type."""
    if isinstance(value, str):
        return _CALL.fullmatch(value.strip()) is not None
    return isinstance(value, dict) and any(isinstance(value.get(key), str) for key in _KINDS)


def _inside(word: str, value: Plain, keys_of: KeysOf) -> Item:
    """What stands behind a type that is a key: a mapping, or the one value that matters most."""
    keys = list(keys_of[_type(word, keys_of) or "conv"])
    if isinstance(value, dict):
        return dict(value)
    if isinstance(value, list) and "layers" in keys:
        return {"layers": value}
    first: str | None = next((key for key in ("kernel", "units", "scale", "output_size") if key in keys), None)
    if isinstance(value, list) and all(isinstance(one, str) for one in value):
        first = "inputs"
    if isinstance(value, str) and "$" not in value and "kernel" in keys:
        short = _short(f"{word} {value}", keys_of)
        return {key: one for key, one in (short or {}).items() if key != "type"}
    return {} if value is None or value is True or first is None else {first: value}


def _type(word: str, keys_of: KeysOf) -> str | None:
    """The type that a word stands for, of words for several layers the first."""
    text = _dimensionless(word)
    if text in _SEVERAL:
        return _SEVERAL[text][0]
    return "conv" if text == "causalconv" else type_meant(word, keys_of)


def _dimensionless(word: str) -> str:
    return re.sub(r"[123]d", "", plain(word))


def _chosen(word: str, values: Item, keys_of: KeysOf) -> str | None:
    """The type that a word stands for, with the key that says more."""
    key, made = _CHOSEN.get(_dimensionless(word), ("", {}))
    if not key:
        return _type(word, keys_of)
    said = next((value for name, value in values.items() if name in (key, "mode", "function", "type_")), "")
    if not made:
        return type_meant(str(said), keys_of) if said else None
    return made.get(str(said).lower())


def _items(stated: Item, keys_of: KeysOf) -> list[Item]:
    """The items that a type with keys in other words stands for."""
    word = str(stated["type"])
    type = _chosen(word, stated, keys_of)
    if type is None or type not in keys_of:
        return []
    taken = _CHOSEN.get(_dimensionless(word), ("",))[0]
    values = {key: value for key, value in stated.items() if key != "type" and (key != taken or not taken)}
    found: Item = {"type": type, **added(word)}
    after = [{"type": name} for name in _SEVERAL.get(_dimensionless(word), ())[1:]]
    for key, value in _usual(word, type, values).items():
        if key == "auto_pad" and value == "NOTSET":
            continue
        pair = pair_meant(key, value, keys_of[type], word)
        if pair is not None:
            name, value = pair
            found[name] = value
        elif (said := behind(key)) is not None and type == "squeeze_excite":
            continue  # the two inner layers have activations of their own
        elif said is not None:
            after += _behind(said[1], value, keys_of)
        elif not left_out(key):
            found[key] = value
    return [{key: found[key] for key in sorted(found, key=lambda key: key not in OWN)}, *after]


def added(word: str) -> Item:
    """What a type in another tool's word says beside the type."""
    return _ADDED.get(_dimensionless(word), {})


def _of_norm(word: str, values: Item) -> Item:
    """The values of a normalisation with what `affine` says of scale and bias; torch's of instances has neither unless
    it says so."""
    key = next((key for key in values if plain(key) in AFFINE), "")
    torch = re.search(r"InstanceNorm[123]d$", word) is not None
    if not key:
        return {**values, **({"scale": False, "bias": False} if torch else {})}
    rest = {one: value for one, value in values.items() if one != key}
    return {**rest, **({} if value_is_true(values[key]) else {"scale": False, "bias": False})}


def value_is_true(value: Plain) -> bool:
    """Whether a flag is set, however it is written."""
    found = value_meant(value, "", True)
    return (found[0] if found is not None else value) is not False


def _of_keras(type: str, values: Item) -> Item:
    """The values of a recurrent layer of Keras, which gives its last state, and has one bias for each gate of most."""
    whole = value_is_true(values.get("return_sequences", False))
    rest = {key: value for key, value in values.items() if key not in ("return_sequences", "return_state")}
    return {**rest, **({} if whole else {"last": True}), **({} if type == "gru" else {"single_bias": True})}


def _usual(word: str, type: str, values: Item) -> Item:
    """The values with what a tool takes where nothing is said, and is otherwise here."""
    if type.endswith("_norm"):
        values = _of_norm(word, values)
    if type in ("lstm", "gru", "rnn") and "return_sequences" in values:
        values = _of_keras(type, values)
    has = {key_meant(key, ("kernel", "stride", "scale", "padding", "ceil_mode")) for key in values}
    if type in ("max_pool", "avg_pool", "lp_pool") and "stride" not in has:
        onnx = word in ("MaxPool", "AveragePool", "LpPool") and ("kernel_shape" in values or "op_type" in values)
        if onnx or word == "Pooling":
            values = {**values, "stride": 1}
    if word == "Pooling" and "ceil_mode" not in has:
        values = {**values, "ceil_mode": True}
    if re.match(r"(?:Max|Average)Pooling\dD", word.rpartition(".")[2]) and "kernel" not in has:
        values = {"kernel": 2, **values}
    pad, size = values.get("pad"), values.get("size")
    if type == "conv" and isinstance(pad, int) and isinstance(size, int):  # Darknet's pad says whether
        values = {**{key: value for key, value in values.items() if key != "pad"}, "padding": size // 2 if pad else 0}
    if type == "max_pool" and size == 2 and values.get("stride") == 1 and "padding" not in has:
        values = {**values, "padding": "same"}  # Darknet's, which keeps the size
    if word.rpartition(".")[2].startswith("UpSampling"):
        size = values.get("size", 2)
        values = {"scale": size, **{key: value for key, value in values.items() if key != "size"}}
    if type == "squeeze_excite" and isinstance(values.get("reduction"), int) and values["reduction"] > 0:
        width = next((values[key] for key in values if plain(key) in _WIDTHS and isinstance(values[key], int)), None)
        if width is not None:
            values = {**values, "units": max(width // values["reduction"], 1)}
            del values["reduction"]
    return values


def _behind(usual: str, value: Plain, keys_of: KeysOf) -> list[Item]:
    """The layer that a key says: `activation: relu`, `norm: true`, `dropout: 0.5`."""
    if value in (None, False, "linear", "none", "None", "identity", "") or (usual == "dropout" and value == 0):
        return []
    if usual == "dropout" and isinstance(value, float):
        return [{"type": "dropout", "rate": value}]
    called = translated(value, keys_of) if isinstance(value, str) else []
    return called or [{"type": usual}]


def pair_meant(key: str, value: Plain, known: Iterable[str], word: str = "") -> tuple[str, Plain] | None:
    """Our key and value for a key of another tool's words; None where there is none. `word` is the type as written."""
    known = list(known)
    name = key_meant(key, known)
    if name is None:
        return None
    if key == "auto_pad":
        key = "padding"
    if re.search(r"Pad[123]?d$", word) and isinstance(value, list) and len(value) % 2 == 0:  # the last axis first
        return name, [value[at : at + 2] for at in range(len(value) - 2, -1, -2)]
    if key in ("pads", "pad") and isinstance(value, list):
        return name, _pads(key, value)
    if key in ("scales", "sizes") and isinstance(value, list) and len(value) > 2:
        return name, value[2:]
    if key == "chomp_size":
        return name, [[0, value]]
    if name == "inputs" and isinstance(value, str | int):
        return name, [value]
    found = value_meant(value, name, name in FLAGS)
    value = found[0] if found is not None else as_lists(value)
    if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value.strip()):
        value = int(value)
    return name, value


def _pads(key: str, value: list[Plain]) -> Plain:
    """ONNX's pads, all beginnings before all ends, by axis; Caffe's one by axis."""
    half = len(value) // 2
    if key == "pad" or len(value) % 2:
        return value
    sides = [[value[at], value[at + half]] for at in range(half)]
    if all(before == after for before, after in sides):
        single = [before for before, _ in sides]
        return single[0] if len(set(map(str, single))) == 1 else single
    return sides


_CALL = re.compile(r"[A-Za-z_][\w.]*\(.*\)(?:\(.*\))?", re.DOTALL)


def _called(text: str, keys_of: KeysOf) -> Item | None:
    """What a call says: `nn.Conv2d(3, 64, kernel_size=3)`; of `Conv2D(64, 3)(x)` the first call."""
    import ast

    if len(text) > MOST:
        return None
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Call):
        tree = tree.func
    return _of_call(tree, keys_of) if isinstance(tree, ast.Call) else None


def _of_call(call: Plain, keys_of: KeysOf) -> Item | None:
    import ast

    word = ast.unparse(call.func)
    found: Item = {"type": word}
    named = {one.arg: _value(one.value) for one in call.keywords if one.arg}
    type = _chosen(word, named, keys_of)
    if type is None:
        first = _value(call.args[0]) if call.args else None
        return {"type": word, "activation": first, **named} if plain(word) == "activation" and first else None
    if "layers" in keys_of[type]:
        inside = [_of_call(one, keys_of) if isinstance(one, ast.Call) else None for one in call.args]
        layers = [items for one in inside if one is not None for items in _items(one, keys_of)]
        return {**found, "layers": layers, **named} if layers and None not in inside else None
    keras = _is_keras(word, len(call.args) + len(named)) or "return_sequences" in named
    if keras and type in ("lstm", "gru", "rnn"):
        named = {"return_sequences": False, **named}
    signature = CALLS.get(type, ("", ""))[keras].split()
    given = [] if call.args and word.startswith(("F.", "torch.")) and "." in word else [_value(a) for a in call.args]
    placed = {key: value for key, value in zip(signature, given, strict=False) if value is not None}
    return {**found, **placed, **named}


def _is_keras(word: str, arguments: int) -> bool:
    """Whether a call is Keras's: by its capitals, and of recurrent layers by how much it is given."""
    last = word.rpartition(".")[2]
    keras = re.search(r"[123]D|Dense|Normalization|Activation|SimpleRNN|Concatenate|Add$", last) is not None
    return keras or "layers." in word or (last in ("LSTM", "GRU") and arguments < 2)


def _value(node: Plain) -> Plain:
    """A literal, or the text of anything else."""
    import ast

    try:
        return as_lists(ast.literal_eval(node))
    except (ValueError, TypeError):
        return ast.unparse(node)


_ONE = re.compile(r"([kspd])(\d{1,4})$|([a-z_]+)[=:](\S+)$|/(\d{1,3})$")
_PLAINLY = re.compile(r"[\w.×*/=:]+")
_LETTERS = {"k": "kernel", "s": "stride", "p": "padding", "d": "dilation"}


def _short(text: str, keys_of: KeysOf) -> Item | None:
    """What a few words say: `relu`, `conv 3x3 64`, `3x3 conv, 64, s2`, `linear 10`."""
    words = re.sub(r"[,;]", " ", text[:MOST]).split()
    if not words or len(words) > 8 or not all(_PLAINLY.fullmatch(word) for word in words):
        return None
    at = next((at for at, word in enumerate(words) if word[0].isalpha() and _chosen(word, {}, keys_of)), None)
    if at is None:
        return None
    type = _chosen(words[at], {}, keys_of)
    keys = list(keys_of[type or ""])
    found: Item = {"type": words[at]}
    free: list[str] = [
        key for key in ("kernel", "filters", "units", "output_size", "scale", "rate", "groups") if key in keys
    ]
    for word in (*words[:at], *words[at + 1 :]):
        pair = _worded(word, free)
        if pair is None:
            return None
        found[pair[0]] = pair[1]
        free = [key for key in free if key != pair[0]]
    return found


def _worded(word: str, free: list[str]) -> tuple[str, Plain] | None:
    """A key with its value, of a word: 3x3, 64, s2, k=3; `free` are the keys that numbers alone fill, in order."""
    said = _ONE.match(word)
    if said is not None and said[3]:
        number = said[4].isdecimal()
        return said[3], int(said[4]) if number else said[4]
    if said is not None:
        return _LETTERS[said[1] or "s"], int(said[2] or said[5])
    if re.fullmatch(r"\d{1,4}(?:[xX*×]\d{1,4}){1,2}", word) and "kernel" in free:
        parts = [int(part) for part in re.split("[xX*×]", word)]
        return "kernel", parts[0] if len(set(parts)) == 1 else parts
    if re.fullmatch(r"\d{1,9}", word) and free:
        return free[0], int(word)
    if re.fullmatch(r"0?\.\d{1,6}", word) and "rate" in free:
        return "rate", float(word)
    return ("padding", word) if word in ("same", "valid", "causal") else None


def _of_list(item: list[Plain]) -> Item | None:
    """A line of YOLO's: [from, number, module, [arguments]]."""
    if len(item) != 4 or not isinstance(item[2], str) or not isinstance(item[3], list):
        return None
    start, number, word, arguments = item
    last = word.rpartition(".")[2]
    signatures = {
        "Conv": "filters kernel stride",
        "Conv2d": "filters kernel stride padding",
        "Upsample": "size scale mode",
    }
    names = signatures.get(last)
    if last == "Concat" or names is None or len(arguments) > len(names.split()):
        return None
    found = {key: one for key, one in zip(names.split(), arguments, strict=False) if one not in (None, "None")}
    if last == "Conv" and isinstance(found.get("kernel", 1), int):
        found = {"kernel": 1, **found, "padding": found.get("kernel", 1) // 2, "bias": False}
    found |= {"repeat": number} if isinstance(number, int) and number > 1 else {}
    return {"type": "Conv2d" if last == "Conv" else word, **found} if start == -1 else None


def flow(value: Plain, quoted: bool = False) -> str:
    """A value in one line of YAML, or of JSON where it is `quoted`."""
    import json

    if quoted:
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{" + ", ".join(f"{flow(key)}: {flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if isinstance(value, str) and _PLAIN.fullmatch(value) and value.lower() not in _TAKEN:
        return value
    return json.dumps(value, ensure_ascii=False)


_PLAIN = re.compile(r"[A-Za-z_][\w$./+*-]*|\$[\w$./+*()=!<>% -]*[\w)]")
_TAKEN = ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
