"""A network that is run layer by layer on its blobs, as it is at test time.

Layers for training alone (losses, accuracies, what a rule `include { phase: TRAIN }` keeps there) are left out, and so
is what data layers give beside the image, such as labels. A layer whose top has the name of its bottom works in place:
what reads that blob afterwards reads what it made.
"""

from __future__ import annotations

from collections.abc import Sequence

from rfcli.description.limits import Limits
from rfcli.description.nodes import Problems
from rfcli.readers.caffe.calls import Call, made
from rfcli.readers.caffe.prototxt import Message
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.maps import Layout, Map, Size
from rfcli.readers.tracing.tracer import Tracer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_PROBLEMS = 1000
NAMES = {
    "ABSVAL": "AbsVal", "ACCURACY": "Accuracy", "ARGMAX": "ArgMax", "BNLL": "BNLL", "CONCAT": "Concat",
    "CONTRASTIVE_LOSS": "ContrastiveLoss", "CONVOLUTION": "Convolution", "DATA": "Data",
    "DECONVOLUTION": "Deconvolution", "DROPOUT": "Dropout", "DUMMY_DATA": "DummyData", "ELTWISE": "Eltwise",
    "EUCLIDEAN_LOSS": "EuclideanLoss",
    "EXP": "Exp", "FLATTEN": "Flatten", "HDF5_DATA": "HDF5Data", "HDF5_OUTPUT": "HDF5Output", "HINGE_LOSS": "HingeLoss",
    "IM2COL": "Im2col", "IMAGE_DATA": "ImageData", "INFOGAIN_LOSS": "InfogainLoss", "INNER_PRODUCT": "InnerProduct",
    "LRN": "LRN", "MEMORY_DATA": "MemoryData", "MULTINOMIAL_LOGISTIC_LOSS": "MultinomialLogisticLoss", "MVN": "MVN",
    "POOLING": "Pooling", "POWER": "Power", "RELU": "ReLU", "SIGMOID": "Sigmoid",
    "SIGMOID_CROSS_ENTROPY_LOSS": "SigmoidCrossEntropyLoss", "SILENCE": "Silence", "SLICE": "Slice",
    "SOFTMAX": "Softmax", "SOFTMAX_LOSS": "SoftmaxWithLoss", "SPLIT": "Split", "TANH": "TanH", "THRESHOLD": "Threshold",
    "WINDOW_DATA": "WindowData",
}  # fmt: skip
"""Types of old files, which are words in capitals."""
DATA = (
    "Input",
    "Data",
    "AnnotatedData",
    "ImageData",
    "WindowData",
    "HDF5Data",
    "MemoryData",
    "DummyData",
    "ImageSegData",
)
TRAINING = ("Accuracy", "HDF5Output", "SegAccuracy", "DetectionEvaluate", "Silence")
CONSTANT = ("PriorBox",)
"""Types that make the same of all maps of one size."""
WEIGHTLESS = (
    "Concat", "Crop", "DetectionOutput", "Eltwise", "Flatten", "Interp", "MVN", "Permute", "Pooling", "PoolingND",
    "Proposal", "PSROIPooling", "Reduction", "Reorg", "Reshape", "ROIAlign", "ROIPooling", "ShuffleChannel", "Slice",
    "Softmax", "SPP", "Tile", "Upsample",
)  # fmt: skip
"""Types that never have weights, whatever they read."""
NO_DATA = ("Parameter", "")
"""Types without bottoms that give no images."""
MOST_AXES = 5


def listed(root: Message) -> list[Message]:
    """The layers of a network that are run at test time. Raises `ForeignError`."""
    old, new = root.messages("layers"), root.messages("layer")
    if old and new:
        raise ForeignError("it has both 'layers' and 'layer'", "Caffe takes one of them", new[0].node)
    for one in old:
        if one.messages("layer"):
            raise ForeignError("layers within layers: a file of Caffe's first version",
                               "Caffe's upgrade_net_proto_text brings it up to date", one.node)  # fmt: skip
    return [one for one in old or new if _is_run(one)]


def _is_run(layer: Message) -> bool:
    """Whether a layer is there at test time, without stages."""

    def met(rule: Message) -> bool:
        return rule.word("phase", "TEST") in ("TEST", "1") and not rule.words("stage")

    include, exclude = layer.messages("include"), layer.messages("exclude")
    return any(map(met, include)) if include else not any(map(met, exclude))


def kind_of(layer: Message) -> str:
    """The type of a layer in the words of today."""
    word = layer.word("type")
    return NAMES.get(word, word)


def inputs(root: Message) -> dict[str, list[Size]]:
    """Names and shapes of the inputs: those that the network states, and those of data layers, of other phases and
    stages where none is run. Raises `ForeignError`."""
    found: dict[str, list[Size]] = {}
    read: set[str] | None = None
    axes, names, dims = _axes(root), root.words("input"), root.integers("input_dim", 1)
    shapes: list[list[Size]] = [[*one.integers("dim", 1)] for one in root.messages("input_shape")]
    shapes = shapes or [[*dims[at : at + 4]] for at in range(0, len(dims), 4)]
    for at, name in enumerate(names):
        found[name] = shapes[at] if at < len(shapes) else [None] * 4
    for layer in (*listed(root), *root.messages("layer", "layers")):
        kind, tops = kind_of(layer), layer.words("top")
        if kind in ("Input", "DummyData"):
            found = {**dict(zip(tops, _stated(layer, kind, len(tops)), strict=True)), **found}
        elif kind in DATA and tops:
            found.setdefault(tops[0], _of_data(layer, axes))
        elif kind not in NO_DATA and not layer.words("bottom"):
            used = read if read is not None else (read := _read(root))
            found |= {top: _of_data(layer, axes) for top in tops if top in used and top not in found}
    for name, shape in found.items():
        if not 1 <= len(shape) <= MOST_AXES:
            raise ForeignError(f"the input '{name[:60]}' has {len(shape)} dimensions", at=root.node)
    return found


def _read(root: Message) -> set[str]:
    """Blobs that layers read which are there at test time, but for labels: those that losses alone read."""
    layers = [one for one in listed(root) if not _for_training(kind_of(one))]
    return {blob for one in layers for blob in one.words("bottom")}


def _for_training(kind: str) -> bool:
    return kind in TRAINING or kind.endswith("Loss")


def _stated(layer: Message, kind: str, count: int) -> list[list[Size]]:
    """Shapes that a layer states of its tops: one for all, or one for each."""
    stated = layer.message("input_param" if kind == "Input" else "dummy_data_param")
    shapes: list[list[Size]] = [[*one.integers("dim", 1)] for one in stated.messages("shape")]
    if not shapes and stated.scalars("channels"):
        keys = ("num", "channels", "height", "width")
        shapes = [list(one) for one in zip(*(stated.integers(key, 1) for key in keys), strict=False)]
    shapes = shapes or [[None] * 4]
    return [shapes[min(at, len(shapes) - 1)] for at in range(count)]


def _of_data(layer: Message, axes: int) -> list[Size]:
    """What a layer that reads a data set says of its images, of so many axes: their crop, or their size."""
    if axes != 2:
        return [None] * (2 + axes)
    crop = layer.message("transform_param").integer("crop_size", 0)
    memory, images = layer.message("memory_data_param"), layer.message("image_data_param")
    for stated in (layer.message("data_param"), images, layer.message("window_data_param")):
        crop = crop or stated.integer("crop_size", 0)
    height = memory.integer("height", 0) or images.integer("new_height", 0)
    width = memory.integer("width", 0) or images.integer("new_width", 0)
    return [None, memory.integer("channels", 0) or None, crop or height or None, crop or width or None]


def _axes(root: Message) -> int:
    """The axes of images of a data set, which no file states: as many as windows are given sizes for, else two."""
    keys = ("kernel_size", "stride", "pad", "dilation")
    windows = [
        layer.message(key)
        for layer in listed(root)
        for key in ("convolution_param", "pooling_param", "pooling_nd_param")
    ]
    return max([2, *(len(stated.scalars(key)) for stated in windows for key in keys)])


class Network:
    """Runs the layers of a network."""

    def __init__(self, tracer: Tracer, problems: Problems, limits: Limits) -> None:
        self.tracer, self.problems, self.limits = tracer, problems, limits
        self.blobs: dict[str, Map | None] = {}
        """What each blob is now; None for what is no map, such as labels."""
        self.unread: dict[str, None] = {}
        """Blobs that nothing has read."""
        self.weights: set[str] = set()
        """Names of weights that were counted."""

    def whole(self, root: Message, shapes: dict[str, list[Size]]) -> None:
        """Runs all layers and tells the outputs: the blobs that no layer reads. Raises `ForeignError`."""
        if not shapes:
            raise ForeignError("the network has no input", "an Input layer, or a data layer, gives it one", root.node)
        for name, shape in shapes.items():
            self.blobs[name] = self.tracer.input(name, shape)
            self.unread[name] = None
        layers = listed(root)
        if len(layers) > self.limits.layers:
            raise ForeignError(f"more than {self.limits.layers} layers", self.limits.exceeded("layers"))
        for layer in layers:
            self._layer(layer)
            if len(self.problems) > MAX_PROBLEMS:
                return
        ends = [one for name in self.unread if name not in shapes and (one := self.blobs[name])]
        if ends:
            self.tracer.outputs(ends)

    def _layer(self, layer: Message) -> None:
        kind, tops = kind_of(layer), layer.words("top")
        if kind in DATA or (kind not in NO_DATA and not layer.words("bottom")):
            for top in tops:
                self.blobs.setdefault(top, None)
            return
        maps = self._bottoms(layer, _for_training(kind))
        if not maps or kind in CONSTANT or _for_training(kind):
            self._set(tops, [None] * len(tops))
            return
        self.tracer.draft.at = layer.node
        name = layer.word("name") or kind or "layer"
        call = Call(self.tracer, name, kind, layer, tuple(maps), len(tops), self._shared(layer))
        self._set(tops, self._made(call))

    def _bottoms(self, layer: Message, for_training: bool) -> list[Map]:
        """The blobs that a layer reads; labels are none, and where one is missing there are none. Only layers
        `for_training` may read what no layer makes at test time."""
        stated = layer.scalars("bottom")
        for bottom in stated:
            self.unread.pop(bottom.text, None)
            if bottom.text not in self.blobs:
                if for_training:
                    return []
                self.problems.add(bottom.node, "RF012", f"no layer before makes the blob '{bottom.text[:60]}'")
                return []
        return [blob for bottom in stated if (blob := self.blobs[bottom.text]) is not None]

    def _set(self, tops: Sequence[str], blobs: Sequence[Map | None]) -> None:
        for at, top in enumerate(tops):
            self.blobs[top] = blobs[at] if at < len(blobs) else None
            self.unread.pop(top, None)
            if self.blobs[top] is not None:
                self.unread[top] = None

    def _shared(self, layer: Message) -> bool:
        """Whether all weights of a layer are those of one before: they have names, and these were met."""
        names = [one.word("name") for one in layer.messages("param")] or layer.words("param")
        named = [name for name in names if name]
        met = bool(named) and all(name in self.weights for name in named)
        self.weights.update(named)
        return met

    def _made(self, call: Call) -> Sequence[Map]:
        why = ""
        try:
            with self.tracer.attempt():
                return made(call)
        except Layout as reason:
            why = str(reason)
        except ForeignError as error:
            self.problems.add(error.at or call.stated.node, "RF012", f"'{call.name[:80]}': {error.message}", error.help)
            why = "wrong"
        told = f"{call.kind}: {why}" if why else call.kind or "layer without a type"
        told = "".join(c if c.isprintable() else "?" for c in told)[:80]
        return list(self._unknown(call, told))

    def _unknown(self, call: Call, told: str) -> Iterator[Map]:
        for at in range(max(call.tops, 1)):
            name = call.name if call.tops < 2 else f"{call.name}/{at + 1}"
            params = 0 if call.kind in WEIGHTLESS else None
            yield self.tracer.unknown(name, told, call.maps, None, params)
