"""What names in the code of a `Lambda` are: those of Keras's backend (`K`), of TensorFlow (`tf`) and of `keras.ops`, as
classes and functions that the families of the reader know, with what their arguments are called there.
"""

from __future__ import annotations

from rfcli.values import Value
from rfcli.words.keras import ACTIVATIONS, FUNCTIONS, OPERATORS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    Default = int | str | None | tuple[object, ...]

ROOTS = {
    "tf": ("tf", "tensorflow", "K.tf", "backend.tf", "tf.compat.v1", "tf.compat.v2", "tensorflow.compat.v1"),
    "K": ("K", "backend", "keras.backend", "tf.keras.backend", "tensorflow.keras.backend", "ktf", "KTF"),
    "ops": ("ops", "keras.ops", "K.ops"),
    "np": ("np", "numpy", "math"),
    "activations": ("activations", "keras.activations", "tf.keras.activations", "tf.keras.ops.nn"),
}
"""What modules are called where their functions are used."""
_BY_LENGTH = sorted(
    ((alias, root) for root, aliases in ROOTS.items() for alias in aliases), key=lambda one: -len(one[0])
)
OLD = ("image.resize", "image.resize_images", "image.resize_bilinear")
"""Functions that sample otherwise in TensorFlow 1."""


class Parameter(Value):
    """What a function calls an argument, and what the function that is known here calls it: `size+` is one of several
    numbers of `size`, "" what changes nothing. `default` is None where it is left to that function."""

    name: str
    known: str
    default: tuple[Default] | None = None


class Signature(Value):
    """A function: the class or function that reads the same, and its parameters, of which the first is what it works
    on. `layer` says whether that is a class of layers."""

    known: str
    layer: bool
    parameters: tuple[Parameter, ...]
    fixed: Mapping[str, Default]
    """Arguments that it always has."""


def rooted(path: str) -> tuple[str, str]:
    """The module that a name is in, of those of `ROOTS`, and its name there; ("", path) where it is in none."""
    for alias, root in _BY_LENGTH:
        if path.startswith(f"{alias}."):
            name = path[len(alias) + 1 :]
            old = alias.endswith("compat.v1") and name in OLD
            return root, f"compat.v1.{name}" if old else name
    return "", path


def signature(path: str) -> Signature | None:
    """What a function is, by its name; None where it is not known."""
    root, name = rooted(path)
    for tail in dict.fromkeys((name, *(name.removeprefix(part) for part in ("math.", "nn.", "image.", "numpy.")))):
        row = ROWS.get(f"{root}.{tail}")
        if row is not None:
            return _parsed(row)
    return None


def entrywise(path: str) -> str | None:
    """The word among `FUNCTIONS` or `OPERATORS` for a function of each entry by itself; None where it is none."""
    root, name = rooted(path)
    if root == "activations":
        known = _class(name) if name in ACTIVATIONS and _class(name) in FUNCTIONS else None
        return ENTRYWISE.get(f"K.{name}", known)
    if f"{root}.{name}" in ENTRYWISE:
        return ENTRYWISE[f"{root}.{name}"]
    words = [name, f"math.{name}", f"nn.{name}"] if root == "tf" else []
    if root in ("K", "ops"):
        words = [_class(name.rpartition(".")[2])]
    return next((word for word in words if word in FUNCTIONS or word in OPERATORS), None)


def _class(name: str) -> str:
    """The class of `keras.ops` for a function: `expand_dims` is `ExpandDims`."""
    return "".join(f"{part[:1].upper()}{part[1:]}" for part in name.split("_"))


ENTRYWISE = {
    "K.pow": "Power", "K.bias_add": "BiasAdd", "K.swish": "Silu", "K.silu": "Silu", "K.hard_silu": "HardSilu",
    "K.hard_swish": "HardSilu", "K.exponential": "Exp", "K.linear": "Identity", "K.cast_to_floatx": "Cast",
    "K.dropout": "Identity", "tf.log": "math.log", "tf.to_float": "cast", "tf.to_int32": "cast",
    "tf.to_double": "cast", "tf.neg": "math.negative", "tf.mul": "math.multiply", "tf.sub": "math.subtract",
    "tf.div": "math.divide", "tf.image.convert_image_dtype": "cast", "tf.ceil": "math.ceil",
    "tf.clip_by_value": "clip_by_value", "tf.negative": "math.negative",
}  # fmt: skip
"""Those that are called otherwise here."""


def _parsed(row: str) -> Signature:
    """`Mean x axis keepdims`: the class or function, `@` before a class of layers, and its parameters: `dims:axis` is
    called otherwise here, `axis=-1` has a default, `name:` changes nothing, and `axis!-1` is always so."""
    known, *words = row.split()
    parameters, fixed = [], {}
    for word in words:
        if "!" in word:
            key, _, value = word.partition("!")
            fixed[key] = _value(value)
            continue
        name, equals, value = word.partition("=")
        own, colon, target = name.partition(":")
        parameters.append(Parameter(own, target if colon else own, (_value(value),) if equals else None))
    return Signature(known.removeprefix("@"), known.startswith("@"), tuple(parameters), fixed)


def _value(text: str) -> Default:
    """A number, a word, None, or numbers between commas."""
    if "," in text:
        return tuple(int(one) for one in text.split(","))
    if text == "None":
        return None
    return int(text) if text.lstrip("-").isdecimal() else text


_REDUCED = "x axis keepdims"
_TF_REDUCED = "input_tensor axis keepdims name: reduction_indices:axis keep_dims:keepdims"
_WINDOW = "input ksize strides padding data_format=NHWC name: value:input"

_OF_TENSORFLOW = ("mean", "sum", "prod", "max", "min", "any", "all", "std", "variance", "logsumexp")
_REDUCTIONS = ("mean", "sum", "prod", "max", "min", "any", "all", "std", "var", "logsumexp")

ROWS = {
    **{f"K.{name}": f"{name.capitalize()} {_REDUCED}" for name in _REDUCTIONS},
    **{f"tf.reduce_{name}": f"math.reduce_{name} {_TF_REDUCED}" for name in _OF_TENSORFLOW},
    **{
        f"ops.{name}": f"{name.capitalize()} {_REDUCED}"
        for name in (*_REDUCTIONS, "amax", "amin", "median", "argmax", "argmin")
    },
    "K.argmax": "Argmax x axis=-1",
    "K.argmin": "Argmin x axis=-1",
    "K.expand_dims": "ExpandDims x axis=-1 dim:axis",
    "K.squeeze": "Squeeze x axis",
    "K.reshape": "Reshape x shape",
    "K.permute_dimensions": "Transpose x pattern:axes",
    "K.transpose": "Transpose x",
    "K.concatenate": "Concatenate tensors axis=-1",
    "K.stack": "Stack x axis=0",
    "K.repeat_elements": "Repeat x rep:repeats axis",
    "K.repeat": "@RepeatVector x n",
    "K.tile": "Tile x n:repeats",
    "K.batch_flatten": "@Flatten x",
    "K.resize_images": "@UpSampling2D x height_factor:size+ width_factor:size+ data_format interpolation=nearest",
    "K.resize_volumes": "@UpSampling3D x depth_factor:size+ height_factor:size+ width_factor:size+ data_format",
    "K.temporal_padding": "@ZeroPadding1D x padding=1,1",
    "K.spatial_2d_padding": "@ZeroPadding2D x padding=1,1 data_format",
    "K.spatial_3d_padding": "@ZeroPadding3D x padding=1,1,1 data_format",
    "K.l2_normalize": "Normalize x axis=None",
    "K.softmax": "Softmax x axis=-1",
    "K.reverse": "Flip x axes:axis",
    "K.cumsum": "Cumsum x axis=0",
    "K.cumprod": "Cumprod x axis=0",
    "tf.argmax": "math.argmax input axis=0 name: dimension:axis output_type:",
    "tf.argmin": "math.argmin input axis=0 name: dimension:axis output_type:",
    "tf.expand_dims": "expand_dims input axis name: dim:axis",
    "tf.squeeze": "squeeze input axis name: squeeze_dims:axis",
    "tf.reshape": "reshape tensor shape name:",
    "tf.transpose": "transpose a perm",
    "tf.concat": "concat values axis name:",
    "tf.stack": "stack values axis=0 name:",
    "tf.split": "split value num_or_size_splits axis=0",
    "tf.unstack": "unstack value num: axis=0 name:",
    "tf.tile": "tile input multiples name:",
    "tf.pad": "pad tensor paddings mode=constant name: constant_values:",
    "tf.reverse": "Flip tensor axis name:",
    "tf.roll": "Roll input shift axis name:",
    "tf.cumsum": "math.cumsum x axis=0 exclusive reverse name:",
    "tf.image.resize": (
        "image.resize images size method=bilinear preserve_aspect_ratio antialias name: data_format!channels_last"
    ),
    "tf.image.rgb_to_grayscale": "image.rgb_to_grayscale images name: data_format!channels_last",
    "tf.image.flip_left_right": "Flip image axis!-2",
    "tf.image.flip_up_down": "Flip image axis!-3",
    "tf.image.per_image_standardization": "LayerNorm image axis!-3,-2,-1",
    "tf.l2_normalize": "nn.l2_normalize x axis epsilon: name: dim:axis",
    "tf.softmax": "nn.softmax logits axis=-1 name: dim:axis",
    "tf.log_softmax": "nn.log_softmax logits axis=-1 name: dim:axis",
    **{f"tf.{name}": f"nn.{name} {_WINDOW}" for name in ("max_pool", "avg_pool", "max_pool2d", "avg_pool2d")},
    "tf.depth_to_space": "nn.depth_to_space input block_size data_format!NHWC name:",
    "tf.space_to_depth": "nn.space_to_depth input block_size data_format!NHWC name:",
    "tf.broadcast_to": "broadcast_to input shape name:",
    "ops.expand_dims": "ExpandDims x axis",
    "ops.squeeze": "Squeeze x axis",
    "ops.reshape": "Reshape x newshape",
    "ops.transpose": "Transpose x axes",
    "ops.concatenate": "Concatenate xs axis=0",
    "ops.stack": "Stack x axis=0",
    "ops.split": "Split x indices_or_sections axis=0",
    "ops.unstack": "Unstack x num: axis=0",
    "ops.tile": "Tile x repeats",
    "ops.repeat": "Repeat x repeats axis",
    "ops.pad": "Pad x pad_width mode=constant constant_values:",
    "ops.flip": "Flip x axis",
    "ops.roll": "Roll x shift axis",
    "ops.moveaxis": "Moveaxis x source destination",
    "ops.swapaxes": "Swapaxes x axis1 axis2",
    "ops.normalize": "Normalize x axis=-1 order: epsilon:",
    "ops.softmax": "Softmax x axis=-1",
    "ops.log_softmax": "LogSoftmax x axis=-1",
    "ops.cumsum": "Cumsum x axis",
    "ops.broadcast_to": "BroadcastTo x shape",
    "ops.resize": "Resize images size interpolation=bilinear antialias crop_to_aspect_ratio pad_to_aspect_ratio",
    "ops.rgb_to_grayscale": "RGBToGrayscale images",
    "ops.max_pool": "MaxPool inputs pool_size strides padding=valid data_format",
    "ops.average_pool": "AveragePool inputs pool_size strides padding=valid data_format",
    "activations.softmax": "Softmax x axis=-1",
}  # fmt: skip
"""Functions that are more than that of each entry."""
