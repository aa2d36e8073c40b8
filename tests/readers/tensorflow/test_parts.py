"""Parts of dimensions, and more of them."""

from __future__ import annotations

from readers.tensorflow.witness import held

LITE: dict[str, list[str]] = {
    "StridedSlice": ["crop(cropping=[[2, 1], 0])", "subsample(stride=[1, 2])"],
    "StridedSlice of channels": ["channel_slice(end=3, start=1)"],
    "StridedSlice of one": ["crop(cropping=[0, [3, 6]])"],
    "StridedSlice with a new axis": ["identity()", "crop(cropping=[[1, 0], 0])", "identity()"],
    "Slice": ["crop(cropping=[[1, 3], 0])", "crop(cropping=[0, [2, 0]])", "channel_slice(end=3)", "identity()"],
    "Split": ["channel_slice(end=2)", "channel_slice(end=4, start=2)", "relu()", "relu()"],
    "SplitV": ["channel_slice(end=1)", "channel_slice(end=4, start=1)", "relu()", "relu()"],
    "Unpack": ["crop(cropping=[0, [0, 9]])", "crop(cropping=[0, [1, 8]])", "crop(cropping=[0, [2, 7]])", "crop(cropping=[0, [3, 6]])", "crop(cropping=[0, [4, 5]])", "crop(cropping=[0, [5, 4]])", "crop(cropping=[0, [6, 3]])", "crop(cropping=[0, [7, 2]])", "crop(cropping=[0, [8, 1]])", "crop(cropping=[0, [9, 0]])", "relu()", "relu()"],
    "GatherV2": ["channel_slice(indices=[3, 0, 1])"],
    "Pad": ["pad(padding=[[1, 2], [3, 0]])"],
    "PadV2": ["pad(padding=[[1, 2], [3, 0]])"],
    "Pad of channels": ["identity(filters=5)", "channel_slice(indices=[4, 0, 1, 2, 3, 4, 4])"],
    "MirrorPad": ["pad(padding=[2, 1], padding_mode=reflect)", "conv(filters=2, kernel=[5, 3], padding=valid)"],
    "MirrorPad symmetric": ["pad(padding=1, padding_mode=replicate)", "conv(filters=2, kernel=3, padding=valid)"],
    "ReverseV2": ["channel_slice(indices=[3, 2, 1, 0])"],
    "ReverseV2 of an axis": ["custom(filters=4, params=0, size=[9, 10], unknown=REVERSE_V2: an axis is turned round)"],
    "EmbeddingLookup": ["identity()", "custom(filters=6, macs=0, params=42)"],
}  # fmt: skip
GRAPH: dict[str, list[str]] = {
    "StridedSlice": ["crop(cropping=[[2, 1], 0])", "subsample(stride=[1, 2])", "identity()"],
    "StridedSlice of channels": ["channel_slice(end=3, start=1)", "identity()"],
    "StridedSlice of one": ["crop(cropping=[0, [3, 6]])", "identity()"],
    "StridedSlice with a new axis": ["crop(cropping=[[1, 0], 0])", "identity()", "identity()"],
    "Slice": ["crop(cropping=[[1, 3], 0])", "crop(cropping=[0, [2, 0]])", "channel_slice(end=3)", "identity()", "identity()"],
    "Split": ["channel_slice(end=2)", "channel_slice(end=4, start=2)", "relu()", "identity()", "relu()", "identity()"],
    "SplitV": ["channel_slice(end=1)", "channel_slice(end=4, start=1)", "relu()", "identity()", "relu()", "identity()"],
    "Unpack": ["crop(cropping=[0, [0, 9]])", "crop(cropping=[0, [1, 8]])", "crop(cropping=[0, [2, 7]])", "crop(cropping=[0, [3, 6]])", "crop(cropping=[0, [4, 5]])", "crop(cropping=[0, [5, 4]])", "crop(cropping=[0, [6, 3]])", "crop(cropping=[0, [7, 2]])", "crop(cropping=[0, [8, 1]])", "crop(cropping=[0, [9, 0]])", "relu()", "identity()", "relu()", "identity()"],
    "GatherV2": ["channel_slice(indices=[3, 0, 1])", "identity()"],
    "Pad": ["pad(padding=[[1, 2], [3, 0]])", "identity()"],
    "PadV2": ["pad(padding=[[1, 2], [3, 0]])", "identity()"],
    "Pad of channels": ["identity(filters=5)", "channel_slice(indices=[4, 0, 1, 2, 3, 4, 4])", "identity()"],
    "MirrorPad": ["pad(padding=[2, 1], padding_mode=reflect)", "conv(bias=False, filters=2, kernel=[5, 3], padding=valid)", "identity()"],
    "MirrorPad symmetric": ["pad(padding=1, padding_mode=replicate)", "conv(bias=False, filters=2, kernel=3, padding=valid)", "identity()"],
    "ReverseV2": ["channel_slice(indices=[3, 2, 1, 0])", "identity()"],
    "ReverseV2 of an axis": ["custom(params=0, unknown=ReverseV2: an axis is turned round)", "identity()"],
    "EmbeddingLookup": ["identity()", "custom(filters=6, macs=0, params=42)", "identity()"],
}  # fmt: skip

test_rows = held(LITE, GRAPH)
