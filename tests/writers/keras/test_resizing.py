"""Maps scaled, or brought to a size; space put into channels, and back."""

from __future__ import annotations

from writers.keras.rows import Refusal, Row, rows_held

ROWS = [
    Row({"type": "upsample", "scale": 2}, [("UpSampling2D", {"size": [2, 2], "interpolation": "nearest"})]),
    Row({"type": "upsample", "scale": [2, 3], "mode": "linear"},
        [("UpSampling2D", {"size": [2, 3], "interpolation": "bilinear"})]),
    Row({"type": "upsample", "scale": 3}, [("UpSampling1D", {"size": 3})], size=(9,)),
    Row({"type": "upsample", "scale": 2}, [("UpSampling3D", {"size": [2, 2, 2]})], size=(3, 4, 5)),
    Row({"type": "resize", "size": [4, 7], "mode": "cubic"},
        [("Resizing", {"height": 4, "width": 7, "interpolation": "bicubic", "data_format": "channels_last"})]),
    *(Row({"type": type, "output_size": [2, 3]}, [(f"Adaptive{word}Pooling2D", {"output_size": [2, 3]})])
      for type, word in (("adaptive_avg_pool", "Average"), ("adaptive_max_pool", "Max"))),
    *(Row({"type": type, "output_size": 1}, [(f"Global{word}Pooling2D", {"keepdims": True})])
      for type, word in (("adaptive_avg_pool", "Average"), ("adaptive_max_pool", "Max"))),
    *(Row({"type": type, "scale": 2},
          [("Reshape", {"target_shape": [8, 9, *split]}), ("Permute", {"dims": order}),
           ("Reshape", {"target_shape": [16, 18, 1]})])
      for type, split, order in (("pixel_shuffle", (1, 2, 2), [1, 4, 2, 5, 3]), ("depth_to_space", (2, 2, 1), [1, 3, 2, 4, 5]))),
    *(Row({"type": type, "scale": [2, 3]},
          [("Reshape", {"target_shape": [4, 2, 3, 3, 4]}), ("Permute", {"dims": order}),
           ("Reshape", {"target_shape": [4, 3, 24]})])
      for type, order in (("pixel_unshuffle", [1, 3, 5, 2, 4]), ("space_to_depth", [1, 3, 2, 4, 5]))),
]  # fmt: skip
REFUSED = [
    Refusal({"type": "resize", "size": 4, "mode": "area"}, "Keras does not resize by averages"),
    Refusal(
        {"type": "upsample", "scale": 2, "mode": "linear", "coordinates": "align_corners"}, "resizes at half_pixel"
    ),
    Refusal({"type": "resize", "size": 4}, "Keras resizes 2", (9,)),
    Refusal({"type": "max_unpool", "scale": 2}, "indices"),
]


test_written, test_refused = rows_held(ROWS, REFUSED)
