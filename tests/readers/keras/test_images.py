"""Functions on images."""

from __future__ import annotations

from readers.keras.rows import Row, rows_held, tf

IMAGE = "keras.src.ops.image"
MAP = (4, 5, 3)
LAST = {"data_format": "channels_last"}
FREE = {"params": 0, "macs": 0}
MIXED = [("custom", {"filters": 3, **FREE, "mixes": "some"})]
CROPPED = {"top_cropping": 1, "left_cropping": 1, "bottom_cropping": None, "right_cropping": None}
PADDED = {"top_padding": 1, "left_padding": 2, "bottom_padding": None, "right_padding": None}
ROWS = [
    Row("RGBToGrayscale", LAST, MAP, [("custom", {"filters": 1, **FREE})], module=IMAGE),
    Row("RGBToGrayscale", {"data_format": "channels_first"}, (3, 4, 5), [("custom", {"filters": 1, **FREE})], module=IMAGE),
    *tf("image.rgb_to_grayscale", {}, MAP, [("custom", {"filters": 1, **FREE})]),
    Row("RGBToHSV", LAST, MAP, MIXED, module=IMAGE),
    Row("HSVToRGB", LAST, MAP, MIXED, module=IMAGE),
    Row("CropImages", {**CROPPED, "target_height": 2, "target_width": 3, **LAST}, MAP, [("pad", {"padding": -1})], module=IMAGE),
    Row("PadImages", {**PADDED, "target_height": 9, "target_width": 9, **LAST}, MAP, [("pad", {"padding": [[1, 4], 2]})],
        module=IMAGE),
    Row("GaussianBlur", {"kernel_size": [3, 3], "sigma": [1.0, 1.0], **LAST}, MAP,
        [("depthwise_conv", {"kernel": 3, "padding": "same", "bias": False, "params": 0})], module=IMAGE),
]  # fmt: skip

test_layers, test_keras_agrees = rows_held(ROWS)
