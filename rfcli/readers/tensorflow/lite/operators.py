"""TensorFlow Lite's operators as TensorFlow's operations: what each is called there, and its options as attributes.

An activation that is fused into an operator works on each entry by itself, and is no layer.
"""

from __future__ import annotations

from collections.abc import Callable

from rfcli.readers.tensorflow.graph import Attribute
from rfcli.readers.tensorflow.lite.flatbuffer import Table
from rfcli.readers.tensorflow.lite.names import NAMES
from rfcli.values import Value

OPTIONS = 4
"""The field of an operator's options."""
PADDINGS = ("SAME", "VALID")
Attributes = dict[str, Attribute]


class Operator(Value):
    """What an operator is in TensorFlow, with attributes that it always has, and a function of its options."""

    operation: str
    always: Attributes = {}  # noqa: RUF012 (a value's fields are never changed)
    options: Callable[[Table], Attributes] | None = None

    def read(self, operator: Table) -> tuple[str, Attributes]:
        """The operation and its attributes."""
        options = operator.table(OPTIONS) if self.options is not None else None
        stated = self.options(options) if self.options is not None and options is not None else {}
        return self.operation, {**self.always, **stated}


def operator_of(number: int) -> str:
    """What an operator is called by its number."""
    return NAMES[number] if 0 <= number < len(NAMES) else f"operator {number}"


def _padding(options: Table) -> str:
    number = options.number(0, 1)
    return PADDINGS[number] if number in (0, 1) else str(number)


def _flat(options: Table) -> Attributes:
    return {
        "padding": _padding(options), "strides": [1, options.number(2), options.number(1), 1],
        "dilations": [1, options.number(5, usual=1), options.number(4, usual=1), 1],
    }  # fmt: skip


def _deep(options: Table) -> Attributes:
    return {
        "padding": _padding(options), "strides": [1, options.number(2), options.number(1), 1],
        "dilations": [1, options.number(6, usual=1), options.number(5, usual=1), 1],
    }  # fmt: skip


def _solid(options: Table) -> Attributes:
    strides = (options.number(1), options.number(3), options.number(2))
    dilations = (options.number(field, usual=1) for field in (5, 7, 6))
    return {"padding": _padding(options), "strides": [1, *strides, 1], "dilations": [1, *dilations, 1]}


def _back(options: Table) -> Attributes:
    return {"padding": _padding(options), "strides": [1, options.number(2), options.number(1), 1]}


def _pool(options: Table) -> Attributes:
    return {**_back(options), "ksize": [1, options.number(4), options.number(3), 1]}


def _corners(first: int) -> Callable[[Table], Attributes]:
    def read(options: Table) -> Attributes:
        return {"align_corners": options.flag(first), "half_pixel_centers": options.flag(first + 1)}

    return read


def _masks(options: Table) -> Attributes:
    names = ("begin_mask", "end_mask", "ellipsis_mask", "new_axis_mask", "shrink_axis_mask")
    return {"offset": options.flag(5), **{name: options.number(field) for field, name in enumerate(names)}}


def _integer(name: str, field: int = 0) -> Callable[[Table], Attributes]:
    return lambda options: {name: options.number(field)}


def _flags(**fields: int) -> Callable[[Table], Attributes]:
    return lambda options: {name: options.flag(field) for name, field in fields.items()}


_KEPT = _flags(keep_dims=0)
_LITE: Attributes = {"filter": "OHWI"}

OPERATORS: dict[str, Operator] = {
    "CONV_2D": Operator("Conv2D", _LITE, _flat),
    "DEPTHWISE_CONV_2D": Operator("DepthwiseConv2dNative", _LITE, _deep),
    "CONV_3D": Operator("Conv3D", {}, _solid),
    "CONV_3D_TRANSPOSE": Operator("Conv3DBackpropInputV2", {}, _solid),
    "TRANSPOSE_CONV": Operator("Conv2DBackpropInput", _LITE, _back),
    "AVERAGE_POOL_2D": Operator("AvgPool", {}, _pool),
    "MAX_POOL_2D": Operator("MaxPool", {}, _pool),
    "L2_POOL_2D": Operator("L2Pool", {}, _pool),
    "FULLY_CONNECTED": Operator("FullyConnected", {}, _flags(keep_num_dims=2)),
    "BATCH_MATMUL": Operator("BatchMatMulV2", {}, _flags(adj_x=0, adj_y=1)),
    "CONCATENATION": Operator("Concatenation", {}, _integer("axis")),
    "PACK": Operator("Pack", {}, _integer("axis", 1)),
    "UNPACK": Operator("Unpack", {}, _integer("axis", 1)),
    "SPLIT": Operator("Split"),
    "SPLIT_V": Operator("SplitV"),
    "SLICE": Operator("Slice"),
    "STRIDED_SLICE": Operator("StridedSlice", {}, _masks),
    "GATHER": Operator("Gather", {}, lambda one: {"axis": one.number(0), "batch_dims": one.number(1)}),
    "GATHER_ND": Operator("GatherNd"),
    "EMBEDDING_LOOKUP": Operator("EmbeddingLookup"),
    "RESHAPE": Operator("Reshape", {}, lambda one: {"new_shape": one.integers(0, 1 << 10)} if one.has(0) else {}),
    "TRANSPOSE": Operator("Transpose"),
    "SQUEEZE": Operator("Squeeze", {}, lambda one: {"squeeze_dims": one.integers(0, 1 << 10)}),
    "EXPAND_DIMS": Operator("ExpandDims"),
    "BROADCAST_TO": Operator("BroadcastTo"),
    "BROADCAST_ARGS": Operator("BroadcastArgs"),
    "TILE": Operator("Tile"),
    "FILL": Operator("Fill"),
    "RANGE": Operator("Range"),
    "SHAPE": Operator("Shape"),
    "WHERE": Operator("Where"),
    "SPARSE_TO_DENSE": Operator("SparseToDense"),
    "RANK": Operator("Rank"),
    "PAD": Operator("Pad"),
    "PADV2": Operator("PadV2"),
    "MIRROR_PAD": Operator("MirrorPad", {}, lambda one: {"mode": ("REFLECT", "SYMMETRIC")[one.number(0, 1) & 1]}),
    "SPACE_TO_DEPTH": Operator("SpaceToDepth", {}, _integer("block_size")),
    "DEPTH_TO_SPACE": Operator("DepthToSpace", {}, _integer("block_size")),
    "SPACE_TO_BATCH_ND": Operator("SpaceToBatchND"),
    "BATCH_TO_SPACE_ND": Operator("BatchToSpaceND"),
    "RESIZE_BILINEAR": Operator("ResizeBilinear", {}, _corners(2)),
    "RESIZE_NEAREST_NEIGHBOR": Operator("ResizeNearestNeighbor", {}, _corners(0)),
    "MEAN": Operator("Mean", {}, _KEPT),
    "SUM": Operator("Sum", {}, _KEPT),
    "REDUCE_PROD": Operator("Prod", {}, _KEPT),
    "REDUCE_MAX": Operator("Max", {}, _KEPT),
    "REDUCE_MIN": Operator("Min", {}, _KEPT),
    "REDUCE_ANY": Operator("Any", {}, _KEPT),
    "REDUCE_ALL": Operator("All", {}, _KEPT),
    "ARG_MAX": Operator("ArgMax"),
    "ARG_MIN": Operator("ArgMin"),
    "SOFTMAX": Operator("Softmax"),
    "LOG_SOFTMAX": Operator("LogSoftmax"),
    "L2_NORMALIZATION": Operator("L2Normalize"),
    "LOCAL_RESPONSE_NORMALIZATION": Operator("LRN", {}, _integer("depth_radius")),
    "CUMSUM": Operator("Cumsum", {}, _flags(exclusive=0, reverse=1)),
    "REVERSE_V2": Operator("ReverseV2"),
    "PRELU": Operator("Prelu"),
    "UNIDIRECTIONAL_SEQUENCE_LSTM": Operator("SequenceLstm", {}, _flags(time_major=3)),
    "BIDIRECTIONAL_SEQUENCE_LSTM": Operator("TwoWaySequenceLstm", {}, lambda one: {
        "merge_outputs": one.flag(3), "time_major": one.flag(4, True)}),
    "UNIDIRECTIONAL_SEQUENCE_RNN": Operator("SequenceRnn", {}, _flags(time_major=0)),
    "BIDIRECTIONAL_SEQUENCE_RNN": Operator("TwoWaySequenceRnn", {}, _flags(time_major=0, merge_outputs=2)),
    "READ_VARIABLE": Operator("ReadVariableOp"),
    "DENSIFY": Operator("Identity"),
    "DEQUANTIZE": Operator("Identity"),
    "QUANTIZE": Operator("Identity"),
    "FAKE_QUANT": Operator("Identity"),
    "LOGISTIC": Operator("Sigmoid"),
    "RELU_N1_TO_1": Operator("ReluN1To1"),
    "RELU_0_TO_1": Operator("Relu0To1"),
    "LEAKY_RELU": Operator("LeakyRelu"),
    "HARD_SWISH": Operator("HardSwish"),
    "SQUARED_DIFFERENCE": Operator("SquaredDifference"),
    "SELECT_V2": Operator("SelectV2"),
    "FLOOR_DIV": Operator("FloorDiv"),
    "FLOOR_MOD": Operator("FloorMod"),
    "NOT_EQUAL": Operator("NotEqual"),
    "GREATER_EQUAL": Operator("GreaterEqual"),
    "LESS_EQUAL": Operator("LessEqual"),
    "LOGICAL_AND": Operator("LogicalAnd"),
    "LOGICAL_OR": Operator("LogicalOr"),
    "LOGICAL_NOT": Operator("LogicalNot"),
    "ADD_N": Operator("AddN"),
    "ATAN2": Operator("Atan2"),
    "BITWISE_XOR": Operator("BitwiseXor"),
    "RIGHT_SHIFT": Operator("RightShift"),
    "ZEROS_LIKE": Operator("ZerosLike"),
    "COMPLEX_ABS": Operator("ComplexAbs"),
    "DYNAMIC_UPDATE_SLICE": Operator(""),
    **{name: Operator(name.capitalize()) for name in (
        "RELU", "RELU6", "TANH", "ELU", "GELU", "ABS", "NEG", "EXP", "LOG", "SQRT", "RSQRT", "SQUARE", "SIN", "COS",
        "FLOOR", "CEIL", "ROUND", "SIGN", "CAST", "ADD", "SUB", "MUL", "DIV", "MAXIMUM", "MINIMUM", "POW", "LESS",
        "GREATER", "EQUAL", "SELECT", "BITCAST", "IMAG", "REAL",
    )},
}  # fmt: skip
