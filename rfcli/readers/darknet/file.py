"""Darknet `.cfg` files, of pjreddie's Darknet and of AlexeyAB's fork, as descriptions.

Names: a section has none, so a layer is called by its type and the number that Darknet prints for it, from 0 and
without `[net]`: `conv_12`, `maxpool_1`, `route_83`, `shortcut_4`, `yolo_82`. What a section does in several steps is a
scope of that name (`conv_12/conv`, `conv_12/batch_norm`, `conv_12/activation`), which stands for its last step:
`--layer conv_12` is always the map that Darknet prints in line 12, and `--layer 'conv_*/batch_norm'` works as well.

What the sections read, as Darknet's C code has it (its integer divisions round towards zero; sizes are never negative):

- `[convolutional]`: padding is `size / 2` with `pad=1`, otherwise `padding`, times the dilation.
- `[maxpool]`, `[local_avgpool]`: `padding` counts both sides and is `size - 1` when left out; half of it, rounded down,
  lies before: (n + padding - size) / stride + 1 outputs.
- `[shortcut]` adds the channels that both maps have, on the positions that both have: a larger map is read at every
  n1/n2-th sample (pjreddie; AlexeyAB's code reads maps of different sizes in another order, and no published file has
  any).
- `[reorg]` runs over the map as if it had s*s times fewer channels, each s times as high and wide. With s = 2 and an
  odd number of output rows, output row y reads rows 2y-1 .. 2y+2, round the border, and column x columns 2x, 2x+1.
  Otherwise the rows have no such form, and the layer is an unknown operation. `reverse=1`, and `[reorg3d]` forwards,
  are what their name says: depth to space, space to depth.

Parameters are the trainable ones: weights and biases, with `batch_normalize` a scale and a bias per filter instead of
the bias; not the running mean and variance that weight files also hold. Activations that rf has no type for become one
that is as local. What is for training alone (hyper-parameters, loss, anchors) is ignored; a detection head passes its
input on. Crops, unlike sizes, `[local]` and unknown operations are exact at the size of the file.
"""

from __future__ import annotations

import re

from rfcli.description.names import sanitised
from rfcli.description.nodes import Node
from rfcli.description.source import read_bytes, too_large
from rfcli.diagnostics import Near
from rfcli.geometry.standins import UNSTATED
from rfcli.geometry.unknown import Unknown
from rfcli.layers._layer import MAX_CHANNELS, GeometryError, Missing
from rfcli.layers._parameters import MAX_INTEGER, ParameterError, shown
from rfcli.layers._registry import LAYERS, layer_of
from rfcli.layers.merges import Merge
from rfcli.layers.pointwise import Activation
from rfcli.readers.draft import Draft, ForeignError
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Any, BinaryIO

    from rfcli.description.limits import Limits
    from rfcli.description.nodes import File, Problems

    Size = tuple[int | None, int | None]

KEYS = frozenset(
    [
        "activation", "antialiasing", "atoms", "batch_normalize", "cbn", "channels", "crop_height", "crop_width",
        "dilation", "extra", "filters", "flatten", "from", "group_id", "groups", "height", "inputs", "layers",
        "maxpool_depth", "out_channels", "output", "pad", "padding", "probability", "reverse", "rotate", "share_index",
        "size", "spatial", "stretch", "stretch_sway", "stride", "stride_x", "stride_y", "sway", "weights_type", "width",
    ]
)  # fmt: skip
"""The keys that say what a layer reads or costs; all others are passed over."""

ACTIVATIONS = {
    "logistic": "sigmoid", "loggy": "tanh", "relie": "leaky_relu", "ramp": "leaky_relu", "leaky": "leaky_relu",
    "revleaky": "leaky_relu", "plse": "hard_sigmoid", "hardtan": "hard_tanh", "lhtan": "hard_tanh", "stair": "identity",
    "hard_mish": "mish", "normalize_channels": "softmax", "normalize_channels_softmax": "softmax",
    "normalize_channels_softmax_maxval": "softmax",
}  # fmt: skip
"""Darknet's word -> a layer type that reads the same, where the words differ; all work at each position by itself."""

DEFORMATIONS = ("sway", "rotate", "stretch", "stretch_sway")

MAX_PROBLEMS = 1000
"""Problems after which nothing more is read."""

_SECTION = re.compile(r"\[([^\[\]]*)\](?:[#;].*)?")
_INTEGER = re.compile(r"([+-]?)(\d+)(?:\.0*)?(?=[#;,]|$)", re.ASCII)
_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?(?=[#;,]|$)", re.ASCII)
_SPACE = re.compile(r"\s+")


class Option(Value):
    """What stands behind a key, without white space, and where."""

    text: str
    node: Node


class Section:
    """A section: its type as written, its options, its place."""

    __slots__ = ("node", "options", "type")

    def __init__(self, type: str, node: Node) -> None:
        self.type, self.node = type, node
        self.options: dict[str, Option] = {}


class Map(Value):
    """The map that a layer makes, known as far as it is: its layer's name, (height, width), channels."""

    layer: str
    size: Size
    channels: int | None


class Step(Value):
    """One layer of a section: its name there, its type, what it reads (layers, or earlier steps by number)."""

    part: str
    type: str
    inputs: tuple[Map | int, ...]
    parameters: dict[str, Any]


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> Draft | None:
    """The network of a `.cfg` file, or None with its problems added. Raises `ForeignError`."""
    data = read_bytes(stream, limits.bytes + 1)
    if len(data) > limits.bytes:
        too_large(file.path, limits, problems)
        return None
    importer = _Importer(Draft(file), limits, problems)
    for section in sections(_decoded(data), file, limits, problems):
        if len(problems) > MAX_PROBLEMS or not importer.section(section):
            return None
    importer.finish(Node(None, file, 1, 1))
    return importer.draft


def _decoded(data: bytes) -> str:
    """The text: UTF-8, or Latin-1, which older files have in their comments."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def sections(text: str, file: File, limits: Limits, problems: Problems) -> Iterator[Section]:
    """The sections of a text, in order.

    Line: `[type]`, `key=value`, a comment that starts with # or ;, or nothing; white space counts nowhere, and of a
    key that is given twice the first one counts.
    """
    current: Section | None = None
    for number, line in enumerate(text.split("\n"), 1):
        bare = _SPACE.sub("", line)
        if not bare or bare[0] in "#;":
            continue
        if len(problems) > MAX_PROBLEMS:
            return
        node = Node(None, file, number, len(line) - len(line.lstrip()) + 1)
        if bare[0] == "[":
            found = _SECTION.fullmatch(bare)
            if found is None:
                problems.add(node, "RF012", f"not a section: {shown(line.strip())}", "a section is [type]")
                continue
            if current is not None:
                yield current
            current = Section(found[1], node)
            continue
        key, equals, value = bare.partition("=")
        if not equals:
            problems.add(node, "RF012", f"neither a section nor an option: {shown(line.strip())}",
                         "lines are [type], key=value, or comments after #")  # fmt: skip
        elif current is None:
            raise ForeignError(f"the option '{key[:40]}' stands before any section", "a file starts with [net]", node)
        elif key in KEYS and key not in current.options:
            if len(value) > limits.scalar:
                problems.add(node, "RF009", f"a value of {len(value)} characters", limits.exceeded("scalar"))
                continue
            after = line.index("=") + 1
            rest = line[after:]
            column = after + len(rest) - len(rest.lstrip()) + 1
            current.options[key] = Option(value, Node(None, file, number, column))
    if current is not None:
        yield current


class _Importer:
    """Draws up the layers of one file, section by section, following sizes and channels as Darknet does."""

    def __init__(self, draft: Draft, limits: Limits, problems: Problems) -> None:
        self.draft, self.limits, self.problems = draft, limits, problems
        self.input: Map | None = None
        self.maps: list[Map] = []
        """What each of Darknet's layers makes."""
        self.at = Section("", Node(None, draft.file, 1, 1))
        """The section that is read."""
        self.steps: list[Step] = []
        """What it does."""
        self.layers = self.references = 0
        self.heads: list[str] = []
        self.read: set[str] = set()
        """Layers that others read."""

    def section(self, section: Section) -> bool:
        """Adds what a section makes; False where a limit is exceeded."""
        self.at, self.steps = section, []
        if self.input is None:
            self.net()
            return True
        if section.type in NETS:
            self.wrong(section.node, f"[{section.type}] stands again", "a file has one network")
            return True
        kind, make = SECTIONS.get(section.type, (section.type, _Importer.unknown))
        make(self)
        self.layers += len(self.steps)
        self.references += sum(len(step.inputs) for step in self.steps)
        for count, limit, what in ((self.layers, "layers", "layers"), (self.references, "nodes", "inputs of layers")):
            if count > getattr(self.limits, limit):
                self.problems.add(section.node, "RF009", f"more than {getattr(self.limits, limit)} {what}",
                                  self.limits.exceeded(limit))  # fmt: skip
                return False
        self.maps.append(self.emitted(sanitised(f"{kind}_{len(self.maps)}", "layer")))
        if section.type in HEADS:
            self.heads.append(self.maps[-1].layer)
        return True

    def emitted(self, label: str) -> Map:
        """Adds the steps of the section as layers; the map that the last one makes."""
        made: list[Map] = []
        for step in self.steps:
            sources = [made[one] if isinstance(one, int) else one for one in step.inputs]
            self.read.update(one.layer for one in sources)
            name = label if len(self.steps) == 1 else f"{label}/{step.part}"
            layer = self.draft.add(name, step.type, (one.layer for one in sources), self.at.node, **step.parameters)
            made.append(_made(layer, step, sources))
        return made[-1]

    def finish(self, start: Node) -> None:
        """Makes heads outputs even where something reads them."""
        if self.input is None:
            raise ForeignError("there is no [net] section", "a file starts with [net]", start)
        if not self.read.isdisjoint(self.heads):
            ends = {one.layer for one in self.maps} - self.read | set(self.heads)
            self.draft.outputs(one.layer for one in self.maps if one.layer in ends)

    # Values

    def wrong(self, node: Node, message: str, help: str | Near = "") -> None:
        self.problems.add(node, "RF012", message, help)

    def integer(self, key: str, default: int, minimum: int = 0) -> int:
        """The integer of a key, of which text after a comment or comma is no part; `default` without the key."""
        option = self.at.options.get(key)
        return default if option is None else self.number(key, option.text, option.node, default, minimum)

    def number(self, key: str, text: str, node: Node, default: int, minimum: int) -> int:
        found = _INTEGER.match(text)
        if found is None:
            self.wrong(node, f"{key} must be an integer, is {shown(text)}")
        elif len(digits := found[2].lstrip("0")) > len(str(MAX_INTEGER)):
            self.wrong(node, f"{key} is beyond {MAX_INTEGER}")
        else:
            value = int(f"{found[1]}{digits or 0}")
            if value >= minimum:
                return value
            self.wrong(node, f"{key} must be at least {minimum}, is {value}")
        return default

    def flag(self, key: str) -> bool:
        return self.integer(key, 0, -MAX_INTEGER) != 0

    def strides(self) -> list[int]:
        """[vertical, horizontal]; `stride` where one of them is not given, or is less than 1."""
        common = self.integer("stride", 1, 1)
        given = [self.integer(key, common, -MAX_INTEGER) for key in ("stride_y", "stride_x")]
        return [one if one >= 1 else common for one in given]

    def padding(self, size: int) -> int:
        """Samples on each side: half the kernel with `pad`, else `padding`."""
        stated = self.integer("padding", 0)
        return size // 2 if self.flag("pad") else stated

    def references_of(self, key: str) -> list[Map]:
        """The earlier layers that a key lists, by number, or counted back from this one where negative."""
        option = self.at.options.get(key)
        if option is None:
            self.wrong(self.at.node, f"[{self.at.type}] needs '{key}'", f"{key}=-1 is the layer before")
            return [self.last]
        found = []
        here = len(self.maps)
        for text in re.split("[#;]", option.text)[0].rstrip(",").split(","):
            said = self.number(key, text, option.node, -1, -MAX_INTEGER)
            index = said if said >= 0 else here + said
            if 0 <= index < here:
                found.append(self.maps[index])
            else:
                which = "itself" if index == here else "a later layer" if index > here else "before the first layer"
                self.wrong(option.node, f"{key} of layer {here} names {which}: {said}",
                           f"layers are counted from 0, without [net]; the ones before are 0 to {here - 1}"
                           if here else "no layer stands before this one")  # fmt: skip
                found.append(self.last)
            if len(found) > self.limits.nodes:
                break
        return found

    @property
    def last(self) -> Map:
        """What the layer before makes."""
        assert self.input is not None
        return self.maps[-1] if self.maps else self.input

    # Steps

    def add(self, part: str, type: str, *inputs: Map | int, **parameters: Any) -> int:
        """Adds a step, which reads the one before, or the layer before, unless inputs are given; its number."""
        taken = inputs or (len(self.steps) - 1 if self.steps else self.last,)
        self.steps.append(Step(part, type, taken, {k: v for k, v in parameters.items() if v is not None}))
        return len(self.steps) - 1

    def activation(self, default: str = "linear") -> None:
        """The activation at the end of a section; a word that Darknet does not know is relu there."""
        option = self.at.options.get("activation")
        word = default if option is None else re.split("[#;]", option.text)[0]
        if word != "linear":
            type = ACTIVATIONS.get(word, word)
            known = type in ("identity", "softmax") or LAYERS.get(type) is Activation
            self.add("activation", type if known else "relu")

    def normalised(self) -> bool:
        return self.flag("batch_normalize") or self.flag("cbn")

    def nothing(self, part: str) -> None:
        """A step that changes nothing, where a section would have none."""
        if not self.steps:
            self.add(part, "identity")

    def unknown(
        self, size: Size = (None, None), filters: int | None = None, why: str = "", params: int | None = None
    ) -> None:
        """An operation of which is not known what it reads."""
        said = " ".join(f"{self.at.type} {why}".split())[:60] or "section without a type"
        known = [n for n in size if n is not None and 1 <= n <= MAX_INTEGER]
        filters = filters if filters is not None and 1 <= filters <= MAX_INTEGER else None
        self.add("unknown", "custom", unknown=said, size=known if len(known) == len(size) else None, filters=filters,
                 params=params)  # fmt: skip

    # Sections

    def net(self) -> None:
        if self.at.type not in NETS:
            raise ForeignError(f"the first section is [{self.at.type[:40]}], not [net]", "a file starts with [net]",
                               self.at.node)  # fmt: skip
        size = [self.integer(key, 0) for key in ("height", "width")]
        channels, inputs = self.integer("channels", 0), self.integer("inputs", 0)
        if 0 in (*size, channels):
            if not inputs:
                missing = [
                    key for key, n in zip(("height", "width", "channels"), (*size, channels), strict=True) if not n
                ]
                self.wrong(self.at.node, f"[{self.at.type}] states no {' and no '.join(missing)}",
                           "for example height=416, width=416, channels=3")  # fmt: skip
            size, channels = [1, 1], inputs or 1
        self.input = Map(self.draft.input("input", size, channels), (size[0], size[1]), channels)

    def convolutional(self) -> None:
        filters, size = self.integer("filters", 1, 1), self.integer("size", 1, 1)
        groups, dilation = self.integer("groups", 1, 1), self.integer("dilation", 1, 1) if size > 1 else 1
        blur, stride = self.integer("antialiasing", 0), self.strides()
        padding, normal = self.padding(size), self.normalised()
        shared = "share_index" in self.at.options
        if shared:
            self.references_of("share_index")
        deformed = next((key for key in DEFORMATIONS if self.flag(key)), "")
        moves = [1, 1] if blur else stride
        stated = [_count(n, 2 * padding - size, step) for n, step in zip(self.last.size, moves, strict=True)]
        reach = dilation * (size - 1) + 1
        real = [_count(n, 2 * padding * dilation - reach, step) for n, step in zip(self.last.size, moves, strict=True)]
        given = {"kernel": size, "stride": moves, "dilation": dilation, "padding": padding * dilation,
                 "filters": filters, "groups": groups, "bias": not normal}  # fmt: skip
        if deformed or stated != real:
            why = f"with {deformed}" if deformed else f"with dilation {dilation} and padding {padding}"
            self.unknown((stated[0], stated[1]), filters, why)
        elif shared:
            self.add("conv", "custom", **given, params=0)
        else:
            self.add("conv", "conv", **given)
        if normal:
            self.add("batch_norm", "batch_norm", **({"scale": False, "bias": False} if shared else {}))
        self.activation("logistic")
        if blur:
            self.blurred(blur, stride, filters)

    def blurred(self, kind: int, stride: list[int], channels: int | None) -> None:
        """The fixed blur that takes the stride from a layer with `antialiasing`: 3 samples wide, or 2 for kind 2."""
        size = 2 if kind == 2 else 3
        self.add("blur", "custom", kernel=size, stride=stride, padding=0 if kind == 2 else 1, filters=channels,
                 groups=channels, bias=False, params=0)  # fmt: skip

    def deconvolutional(self) -> None:
        size, normal = self.integer("size", 1, 1), self.normalised()
        self.add("deconv", "conv_transpose", kernel=size, stride=self.integer("stride", 1, 1), bias=not normal,
                 padding=self.padding(size), filters=self.integer("filters", 1, 1))  # fmt: skip
        if normal:
            self.add("batch_norm", "batch_norm")
        self.activation("logistic")

    def local(self) -> None:
        """Weights of its own at each position: costs what a convolution does, with parameters for each output."""
        filters, size = self.integer("filters", 1, 1), self.integer("size", 1, 1)
        stride, pad = self.integer("stride", 1, 1), self.integer("pad", 0)
        stated = [_count(n, -1 if pad else -size, stride) for n in self.last.size]
        real = [_count(n, 2 * pad - size, stride) for n in self.last.size]
        c = self.last.channels
        if stated != real:
            self.unknown((stated[0], stated[1]), filters, f"with size {size} and pad {pad}")
        elif c is None or stated[0] is None or stated[1] is None:
            self.unknown((None, None), filters, "of a map of unknown size")
        else:
            params = (c * size * size + 1) * filters * stated[0] * stated[1]
            if params > MAX_INTEGER:
                self.unknown((stated[0], stated[1]), filters, f"with more than {MAX_INTEGER} parameters")
            else:
                self.add("local", "custom", kernel=size, stride=stride, padding=pad, filters=filters, params=params)
        self.activation("logistic")

    def pool(self, type: str) -> None:
        blur = self.integer("antialiasing", 0) if type == "max_pool" else 0
        stride = self.strides()
        size = self.integer("size", self.integer("stride", 1, 1), 1)
        padding = self.integer("padding", size - 1)
        sides = [padding // 2, padding - padding // 2]
        if type == "max_pool" and self.flag("maxpool_depth"):
            kept = self.integer("out_channels", 1, 1)
            self.add("maxpool", "custom", filters=kept, bias=False, params=0, macs=0)
            return
        self.add("pool", type, kernel=size, stride=[1, 1] if blur else stride, padding=[sides, sides])
        if blur:
            self.blurred(blur, stride, self.last.channels)

    def maxpool(self) -> None:
        self.pool("max_pool")

    def local_avgpool(self) -> None:
        self.pool("avg_pool")

    def avgpool(self) -> None:
        self.add("avgpool", "global_avg_pool")

    def connected(self) -> None:
        normal = self.normalised()
        if self.last.size != (1, 1):
            self.add("flatten", "flatten")
        self.add("connected", "linear", units=self.integer("output", 1, 1), bias=not normal)
        if normal:
            self.add("batch_norm", "batch_norm")
        self.activation("logistic")

    def route(self) -> None:
        sources = self.references_of("layers")
        groups, part = self.integer("groups", 1, 1), self.integer("group_id", 0)
        taken: list[Map | int] = list(sources)
        if groups > 1:
            if part >= groups:
                self.wrong(self.at.options["group_id"].node, f"group_id is {part}, of {groups} groups counted from 0")
            for at, source in enumerate(sources):
                taken[at] = self.sliced(source, groups, part, f"slice_{at + 1}")
        if len(sources) > 1:
            self.add("concat", "concat", *taken)
        elif groups == 1:
            self.add("route", "identity", *taken)

    def sliced(self, source: Map, groups: int, part: int, name: str) -> int:
        """One of the groups of a map's channels."""
        if source.channels is None:
            return self.add(name, "custom", source, unknown="groups of an unknown number of channels")
        each, rest = divmod(source.channels, groups)
        if rest or not each:
            said = f"the {source.channels} channels of '{source.layer}' cannot be split into {groups} groups"
            self.wrong(self.at.options["groups"].node, said)
            return self.add(name, "identity", source)
        return self.add(name, "channel_slice", source, start=part * each, end=(part + 1) * each)

    def shortcut(self) -> None:
        main, added = self.last, self.references_of("from")
        weights = self.at.options.get("weights_type")
        kind = re.split("[#;]", weights.text)[0] if weights is not None else "none"
        words = ("none", "per_feature", "per_layer", "per_channel")
        if weights is not None and kind not in words:
            self.wrong(weights.node, f"weights_type must be one of {', '.join(words)}; is {shown(kind)}",
                       Near(kind, words))  # fmt: skip
        terms: list[Map | int] = []
        for at, one in enumerate((main, *added)):
            term = one if at == 0 else self.fitted(one, main, f"_{at}" if len(added) > 1 else "")
            if term is None:
                self.steps.clear()
                self.unknown(main.size, main.channels, f"of {_size(one)} to {_size(main)}")
                self.activation()
                return
            if kind != "none":
                term = self.weighted(term, main.channels, kind, at + 1)
            terms.append(term)
        self.add("add", "add", *terms)
        self.activation()

    def weighted(self, term: Map | int, channels: int | None, kind: str, number: int) -> int:
        """A term of a weighted sum: one trained factor, or one for each channel."""
        if kind == "per_channel":
            return self.add(f"scale_{number}", "channel_scale", term)
        if channels is None:
            return self.add(f"scale_{number}", "custom", term, unknown="shortcut with weights per layer", params=1)
        return self.add(f"scale_{number}", "custom", term, filters=channels, groups=channels, bias=False, params=1)

    def fitted(self, one: Map, main: Map, number: str) -> Map | int | None:
        """What of a map is added to `main`: the samples and channels that both have; None where that has no form here.

        A larger map is read at every n1/n2-th sample, missing channels are zeros.
        """
        term: Map | int = one
        known = [(n, m) for n, m in zip(one.size, main.size, strict=True) if n is not None and m is not None]
        steps = [max(n // m, 1) for n, m in known]
        if any(n < m for n, m in known) or (len(known) == 2 and steps[0] != steps[1]):
            return None
        grown = one.channels is not None and main.channels is not None and one.channels < main.channels
        filters = main.channels if grown else None
        if one.channels is not None and main.channels is not None and one.channels > main.channels:
            term = self.add(f"slice{number}", "channel_slice", term, end=main.channels)
        if any(step > 1 for step in steps):
            term = self.add(f"subsample{number}", "subsample", term, stride=steps[0], filters=filters)
        elif filters is not None:
            term = self.add(f"widen{number}", "identity", term, filters=filters)
        rest = [-(-n // step) - m for (n, m), step in zip(known, steps, strict=True)]
        if any(rest):
            term = self.add(f"crop{number}", "crop", term, cropping=[[0, after] for after in rest])
        return term

    def scale_channels(self) -> None:
        (other,) = self.references_of("from")[:1]
        self.add("multiply", "multiply", other, self.last)
        self.activation()

    def reorg(self) -> None:
        self.rearranged(old=True)

    def reorg3d(self) -> None:
        self.rearranged(old=False)

    def rearranged(self, old: bool) -> None:
        stride, reverse = self.integer("stride", 1, 1), self.flag("reverse")
        height, width = self.last.size
        c = self.last.channels
        area = stride * stride
        if stride == 1:
            self.add("reorg", "identity")
        elif self.flag("flatten") or self.flag("extra"):
            self.unknown((None, None), None, "with flatten or extra")
        elif height is None or width is None or c is None:
            self.unknown((None, None), None, "of a map of unknown size")
        elif reverse:
            if old and c % area == 0:
                self.add("reorg", "pixel_shuffle", scale=stride)
            else:
                self.unknown((height * stride, width * stride), c // area, "in reverse")
        elif height % stride or width % stride or (old and c % area):
            self.unknown((height // stride, width // stride), c * area, f"of {_size(self.last)} by {stride}")
        elif not old:
            self.add("reorg", "pixel_unshuffle", scale=stride)
        elif stride == 2 and height // 2 % 2:
            self.add("border", "pad", padding=[[1, 1], [0, 0]], padding_mode="circular")
            self.add("reorg", "custom", kernel=[4, 2], stride=2, filters=4 * c, bias=False, params=0, macs=0)
        else:
            self.unknown((height // stride, width // stride), c * area, f"of {_size(self.last)} by {stride}")

    def upsample(self) -> None:
        stride = self.integer("stride", 2, -MAX_INTEGER)
        if stride > 0:
            self.add("upsample", "upsample", scale=stride)
        elif stride == 0:
            self.wrong(self.at.options["stride"].node, "stride must not be 0")
            self.nothing("upsample")
        elif any(n is None or n % stride for n in self.last.size):
            small = [None if n is None else n // -stride for n in self.last.size]
            self.unknown((small[0], small[1]), self.last.channels, f"of {_size(self.last)} by {stride}")
        else:
            self.add("upsample", "avg_pool", kernel=-stride)

    def crop(self) -> None:
        """The middle of the map, when evaluating."""
        sides = []
        for n, key in zip(self.last.size, ("crop_height", "crop_width"), strict=True):
            kept = self.integer(key, 1, 1)
            if n is None:
                self.unknown((self.integer("crop_height", 1, 1), self.integer("crop_width", 1, 1)), self.last.channels)
                return
            if kept > n:
                self.wrong(self.at.options[key].node, f"{key} is {kept}, the map has {n} samples")
            sides.append([(n - kept) // 2, n - kept - (n - kept) // 2])
        self.add("crop", "crop", cropping=sides)

    def dropout(self) -> None:
        option = self.at.options.get("probability")
        found = _NUMBER.match(option.text) if option is not None else None
        rate = 0.2 if option is None else float(found[0]) if found is not None else -1.0
        if option is not None and not 0 <= rate <= 1:
            self.wrong(option.node, f"probability must be a number from 0 to 1, is {shown(option.text)}")
            rate = 0.2
        self.add("dropout", "dropout", rate=rate)

    def softmax(self) -> None:
        """Over the channels of each position with `spatial`, and of a map of one; otherwise over all positions."""
        option = self.at.options.get("spatial")
        found = _NUMBER.match(option.text) if option is not None else None
        if self.last.size == (1, 1) or (found is not None and float(found[0]) != 0):
            self.add("softmax", "softmax")
        else:
            self.add("softmax", "layer_norm", axes="all", scale=False, bias=False)

    def normalization(self) -> None:
        self.add("normalization", "lrn", size=self.integer("size", 5, 1))

    def l2norm(self) -> None:
        self.add("l2norm", "layer_norm", scale=False, bias=False)

    def batchnorm(self) -> None:
        self.add("batchnorm", "batch_norm")

    def active(self) -> None:
        self.activation()
        self.nothing("activation")

    def logistic(self) -> None:
        self.add("logistic", "sigmoid")

    def passed_on(self) -> None:
        self.add("identity", "identity")

    def recurrent(self) -> None:
        self.unknown((1, 1), self.integer("output", 1, 1))

    def convolved_in_time(self) -> None:
        self.unknown((None, None), self.integer("output", 1, 1))

    def implicit(self) -> None:
        filters, atoms = self.integer("filters", 128, 1), self.integer("atoms", 1, 1)
        count = filters * atoms
        self.unknown((atoms, 1), filters, params=count if count <= MAX_INTEGER else None)


NETS = ("net", "network")
HEADS = frozenset(["yolo", "Gaussian_yolo", "region", "detection", "iseg", "cost"])
"""Sections that end a network: they pass their input on, and are outputs."""

SECTIONS: dict[str, tuple[str, Callable[[_Importer], None]]] = {
    **dict.fromkeys(("convolutional", "conv"), ("conv", _Importer.convolutional)),
    **dict.fromkeys(("deconvolutional", "deconv"), ("deconv", _Importer.deconvolutional)),
    **dict.fromkeys(("maxpool", "max"), ("maxpool", _Importer.maxpool)),
    **dict.fromkeys(("local_avgpool", "local_avg"), ("local_avgpool", _Importer.local_avgpool)),
    **dict.fromkeys(("avgpool", "avg"), ("avgpool", _Importer.avgpool)),
    **dict.fromkeys(("connected", "conn"), ("connected", _Importer.connected)),
    **dict.fromkeys(("softmax", "soft"), ("softmax", _Importer.softmax)),
    **dict.fromkeys(("normalization", "lrn"), ("normalization", _Importer.normalization)),
    **{word: (word, _Importer.passed_on) for word in ("empty", "silence", *HEADS)},
    **{word: (word, _Importer.recurrent) for word in ("rnn", "gru", "lstm")},
    **{word: (word, _Importer.convolved_in_time) for word in ("crnn", "conv_lstm")},
    "local": ("local", _Importer.local), "route": ("route", _Importer.route),
    "shortcut": ("shortcut", _Importer.shortcut), "scale_channels": ("scale_channels", _Importer.scale_channels),
    "sam": ("sam", _Importer.scale_channels), "reorg": ("reorg", _Importer.reorg),
    "reorg3d": ("reorg3d", _Importer.reorg3d), "upsample": ("upsample", _Importer.upsample),
    "crop": ("crop", _Importer.crop), "dropout": ("dropout", _Importer.dropout),
    "l2norm": ("l2norm", _Importer.l2norm), "batchnorm": ("batchnorm", _Importer.batchnorm),
    "activation": ("activation", _Importer.active), "logistic": ("logistic", _Importer.logistic),
    "implicit": ("implicit", _Importer.implicit),
}  # fmt: skip
"""Type of a section -> what its layers are called, and what adds them; all others are unknown operations."""


def _count(n: int | None, more: int, stride: int) -> int | None:
    """(n + more) / stride + 1, rounded down; None where n is not known."""
    return None if n is None else (n + more) // stride + 1


def _size(one: Map) -> str:
    """A map's size for people: height x width x channels."""
    return "x".join("?" if n is None else str(n) for n in (*one.size, one.channels))


def _made(name: str, step: Step, sources: list[Map]) -> Map:
    """The map that a step makes, as its layer type has it; what is wrong is told when the network is compiled."""
    unknown = Unknown("not known")
    sizes: list[int | Unknown] = [unknown, unknown]
    channels: int | Unknown | None = None
    counts = [unknown if one.channels is None else one.channels for one in sources]
    before = tuple(unknown if n is None else n for n in sources[0].size)
    try:
        layer = layer_of(step.type, 2, step.parameters)
        anyhow = step.type == "custom" and "size" in step.parameters
        for axis, n in enumerate(before):
            if anyhow or not isinstance(n, Unknown):
                sizes[axis] = layer.output_size(axis, 1 if isinstance(n, Unknown) else n)
        channels = layer.merged_channels(counts) if isinstance(layer, Merge) else layer.channels(counts[0], before)
    except (GeometryError, Missing, ParameterError):
        pass
    known = [n if isinstance(n, int) and 1 <= n < UNSTATED else None for n in sizes]
    countable = isinstance(channels, int) and channels <= MAX_CHANNELS
    return Map(name, (known[0], known[1]), channels if countable else None)  # type: ignore[arg-type]
