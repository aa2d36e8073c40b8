"""Layers of Keras 1 in the words of Keras 2: their classes, the keys of their configurations, and their values."""

from collections.abc import Callable, Mapping

from rfcli.description.nodes import Node
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras.calls import Config

Keys = Mapping[str, Node]
Layer = tuple[str, dict[str, Node]]
"""A class and its configuration."""

SIZED = "Deconvolution2D to a size"
BY_SAMPLE, BY_BATCH = "BatchNormalization of mode 1", "BatchNormalization of mode 2"
"""Classes that have the name of others in Keras 2."""
CLASSES = {
    **{f"{word}Convolution{n}D": f"Conv{n}D" for word in ("", "Atrous") for n in (1, 2)}, "Convolution3D": "Conv3D",
    "SeparableConvolution2D": "SeparableConv2D", "TimeDistributedDense": "Dense", "Deconvolution2D": SIZED,
}  # fmt: skip
"""Classes that Keras 2 calls otherwise, or as it calls more general ones."""
KEYS = {
    "nb_filter": "filters", "output_dim": "units", "border_mode": "padding", "subsample": "strides",
    "subsample_length": "strides", "atrous_rate": "dilation_rate", "bias": "use_bias", "filter_length": "kernel_size",
    "dim_ordering": "data_format", "pool_length": "pool_size", "stride": "strides", "length": "size", "p": "rate",
    "sigma": "stddev",
}  # fmt: skip
KERNELS = (("nb_row", "nb_col"), ("kernel_dim1", "kernel_dim2", "kernel_dim3"))
"""Keys that are one in Keras 2, `kernel_size`."""
SILENT = tuple(f"{word}{n}D" for word in ("ZeroPadding", "Cropping", "UpSampling") for n in (2, 3))
"""Classes whose configuration does not say where their channels lie."""
UNORDERED = " without dim_ordering"
"""What is added to their names where that is not known."""
FORMATS = {"th": "channels_first", "tf": "channels_last"}
SIDES = {
    "ZeroPadding1D": (("left_pad", "right_pad"),),
    "ZeroPadding2D": (("top_pad", "bottom_pad"), ("left_pad", "right_pad")),
}
"""Keys of paddings that are mappings, before and after along each axis."""
NEEDED = {
    **{f"{word}Convolution1D": ("nb_filter", "filter_length") for word in ("", "Atrous")},
    **{f"{word}2D": ("nb_filter", *KERNELS[0]) for word in (
        "Convolution", "AtrousConvolution", "SeparableConvolution", "Deconvolution", "LocallyConnected", "ConvLSTM",
    )},
    "Convolution3D": ("nb_filter", *KERNELS[1]), "LocallyConnected1D": ("nb_filter", "filter_length"),
    **dict.fromkeys(("Dense", "TimeDistributedDense", "MaxoutDense", "LSTM", "GRU", "SimpleRNN"), ("output_dim",)),
}  # fmt: skip
"""Keys that a class cannot do without, where Keras 2 calls them otherwise: they are told as the file has them."""
MERGES = {
    "sum": "Add", "mul": "Multiply", "ave": "Average", "max": "Maximum", "concat": "Concatenate", "dot": "Dot",
    "cos": "Dot",
}  # fmt: skip
"""Modes of Merge. A cosine depends on what a product depends on."""


def at(place: Node, value: object) -> Node:
    """A value in place of another."""
    return Node(value, place.file, place.line, place.column)


def text_in(stated: Keys, key: str) -> str:
    """A text; "" where there is none, or anything else."""
    found = stated[key].value if key in stated else ""
    return found if type(found) is str else ""


def as_layer(kind: str, config: Node, ordering: str | None) -> tuple[str, Node]:
    """A layer in the words of Keras 2, in a file whose layers have channels as `ordering` says ("th" or "tf"); None
    where it is not said, or differs."""
    missing = [key for key in NEEDED.get(kind, ()) if key not in config.value]
    given = {_key(kind, key): node for key, node in config.value.items()}
    if missing and KEYS.get(missing[0], "kernel_size") not in config.value:
        name = text_in(config.value, "name") or kind
        raise ForeignError(f"'{name[:60]}': {missing[0]} is missing", at=config)
    for keys in KERNELS:
        if keys[0] in given and "kernel_size" not in given:
            given["kernel_size"] = at(given[keys[0]], [given.pop(key) for key in keys if key in given])
    if "data_format" in given:
        stated = given["data_format"]
        given["data_format"] = at(stated, FORMATS.get(str(stated.value), stated.value))
    elif kind in SILENT and ordering is None:
        kind += UNORDERED
    elif kind in SILENT:
        given["data_format"] = at(config, FORMATS.get(ordering or "", ordering))
    kind = CLASSES.get(kind, kind)
    kind, given = OTHERS.get(kind, _as_it_is)(kind, given, config)
    if text_in(given, "padding") == "full":
        kind, given = _full(kind, given, config)
    return kind, at(config, given)


def _key(kind: str, key: str) -> str:
    """What Keras 2 calls a key."""
    return key if kind == "Embedding" else KEYS.get(key, key)


def _as_it_is(kind: str, given: dict[str, Node], config: Node) -> Layer:
    return kind, given


def _padded(kind: str, given: dict[str, Node], config: Node) -> Layer:
    """Sides that are a mapping, or four numbers in a row."""
    stated = given.get("padding")
    rows: list[list[Node]] = []
    if stated is not None and type(stated.value) is dict:
        rows = [[stated.value.get(key, at(stated, 0)) for key in pair] for pair in SIDES[kind]]
    elif stated is not None and type(stated.value) is list and len(stated.value) == 4:
        rows = [stated.value[:2], stated.value[2:]]
    if stated is None or not rows:
        return kind, given
    listed = rows[0] if kind == "ZeroPadding1D" else [at(row[0], row) for row in rows]
    return kind, {**given, "padding": at(stated, listed)}


def _normalised(kind: str, given: dict[str, Node], config: Node) -> Layer:
    """By moving statistics in mode 0; in mode 1 each sample by itself, in mode 2 by the statistics of the batch."""
    mode = given["mode"].value if "mode" in given else 0
    return (kind if mode == 0 else f"{kind} of mode {mode}"), given


def _unshared(kind: str, given: dict[str, Node], config: Node) -> Layer:
    """A PReLU, which Keras 1 never says to share its slopes."""
    return kind, {**given, "shared_axes": at(config, None)}


def _merged(kind: str, given: dict[str, Node], config: Node) -> Layer:
    """Merged as its mode says, where that is a word; functions are not known."""
    mode = text_in(given, "mode") if text_in(given, "mode_type") in ("", "raw") else ""
    made = {key: node for key, node in given.items() if key == "name"}
    if mode == "concat" and "concat_axis" in given:
        made["axis"] = given["concat_axis"]
    if mode in ("dot", "cos") and "dot_axes" in given:
        made["axes"] = given["dot_axes"]
    return (MERGES[mode], made) if mode in MERGES else (kind, given)


def _full(kind: str, given: dict[str, Node], config: Node) -> Layer:
    """A convolution that begins where its kernel meets the map, as padding before it and a valid one."""
    rank = next((n for n in (1, 2, 3) if f"{n}D" in kind), 1)
    inside = Config(at(config, given))
    window = zip(inside.integers("kernel_size", rank), inside.integers("dilation_rate", rank, 1), strict=True)
    sides = [at(config, [at(config, (k - 1) * d)] * 2) for k, d in window]
    pad = {"name": at(config, "pad"), "padding": at(config, sides if rank > 1 else sides[0].value)}
    if "data_format" in given:
        pad["data_format"] = given["data_format"]
    conv = {**given, "name": at(config, "conv"), "padding": at(given["padding"], "valid")}
    layers = [_entry(config, f"ZeroPadding{rank}D", pad), _entry(config, kind, conv)]
    keys = ("name", "batch_input_shape", "layers")
    return "Pipeline", {key: node for key, node in {**given, "layers": at(config, layers)}.items() if key in keys}


def _entry(place: Node, kind: str, config: dict[str, Node]) -> Node:
    return at(place, {"class_name": at(place, kind), "config": at(place, config)})


OTHERS: dict[str, Callable[[str, dict[str, Node], Node], Layer]] = {
    "ZeroPadding1D": _padded, "ZeroPadding2D": _padded, "BatchNormalization": _normalised, "Merge": _merged,
    "PReLU": _unshared,
}  # fmt: skip
"""Classes of which more than names is otherwise."""
