"""Maps scaled, or brought to a size."""

from __future__ import annotations

import rfcli
from readers.keras.keras_files import (
    chain,
    computed,
    source,
)
from readers.keras.rows import Row, rows_held, tf

IMAGE = "keras.src.ops.image"
MAP = (4, 5, 3)
ROWS = [
    Row("UpSampling1D", {"size": 3}, (4, 2), [("upsample", {"scale": 3})]),
    Row("UpSampling2D", {"size": [2, 3], "interpolation": "nearest"}, MAP,
        [("upsample", {"scale": [2, 3]})]),
    Row("UpSampling2D", {"size": [2, 2], "interpolation": "bilinear"}, MAP,
        [("upsample", {"mode": "linear", "scale": 2})]),
    Row("UpSampling3D", {"size": [1, 2, 1]}, (2, 3, 2, 2), [("upsample", {"scale": [1, 2, 1]})]),
    Row("Resizing", {"height": 7, "width": 9, "interpolation": "nearest"}, MAP,
        [("resize", {"size": [7, 9]})]),
    Row("Resizing", {"height": 8, "width": 10}, MAP, [("resize", {"size": [8, 10], "mode": "linear"})]),
    Row("Resizing", {"height": 8, "width": 10, "interpolation": "bicubic"}, (7, 8, 1),
        [("resize", {"size": [8, 10], "mode": "cubic"})]),
    Row("Resizing", {"height": 4, "width": 4, "crop_to_aspect_ratio": True}, (5, 9, 2),
        [("crop", {"cropping": [0, 2]}), ("resize", {"size": 4, "mode": "linear"})]),
    Row("Resizing", {"height": 8, "width": 6, "crop_to_aspect_ratio": True, "interpolation": "nearest"}, (5, 9, 2),
        [("crop", {"cropping": [0, 3]}), ("resize", {"size": [8, 6]})]),
    Row("Resizing", {"height": 6, "width": 6, "pad_to_aspect_ratio": True}, (5, 9, 2),
        [("pad", {"padding": [2, 0]}), ("resize", {"size": 6, "mode": "linear"})]),
    Row("Resizing", {"height": 3, "width": 9, "pad_to_aspect_ratio": True}, (5, 9, 2),
        [("pad", {"padding": [0, 3]}), ("resize", {"size": [3, 9], "mode": "linear"})]),
    Row("CenterCrop", {"height": 9, "width": 3}, (6, 5, 2),
        [("crop", {"cropping": [0, [1, 2]]}), ("resize", {"size": [9, 3], "mode": "linear"})]),
    *(Row(f"Adaptive{word}Pooling1D", {"output_size": 3}, (7, 2), [(f"adaptive_{type}_pool", {"output_size": 3})])
      for word, type in (("Average", "avg"), ("Max", "max"))),
    *(Row(f"Adaptive{word}Pooling2D", {"output_size": [2, 3]}, (5, 7, 2),
          [(f"adaptive_{type}_pool", {"output_size": [2, 3]})]) for word, type in (("Average", "avg"), ("Max", "max"))),
    *(Row(f"Adaptive{word}Pooling3D", {"output_size": [2, 3, 2]}, (3, 4, 3, 2),
          [(f"adaptive_{type}_pool", {"output_size": [2, 3, 2]})]) for word, type in (("Average", "avg"), ("Max", "max"))),
    Row("Resize", {"size": [8, 10], "interpolation": "bilinear", "data_format": "channels_last"}, MAP,
        [("resize", {"size": [8, 10], "mode": "linear"})], module=IMAGE),
    *tf("image.resize", {"size": [8, 9], "method": "nearest"}, MAP, [("resize", {"size": [8, 9]})]),
    *tf("image.resize", {"size": [8, 9], "method": "area"}, MAP, [("resize", {"size": [8, 9], "mode": "area"})]),
    *tf("nn.depth_to_space", {"block_size": 2}, (4, 5, 8), [("depth_to_space", {"scale": 2})]),
    *tf("compat.v1.depth_to_space", {"block_size": 2}, (4, 5, 8), [("depth_to_space", {"scale": 2})]),
    *tf("nn.space_to_depth", {"block_size": 2}, (4, 6, 3), [("space_to_depth", {"scale": 2})]),
    *tf("compat.v1.space_to_depth", {"block_size": 2}, (4, 6, 3), [("space_to_depth", {"scale": 2})]),
]  # fmt: skip


test_layers, test_keras_agrees = rows_held(ROWS)


def test_upsampling_and_resizing() -> None:
    model = chain(
        source((5, 6, 2)),
        ("UpSampling2D", {"size": [2, 3], "interpolation": "nearest"}),
        ("UpSampling2D", {"size": [2, 2], "interpolation": "bilinear"}),
        ("Resizing", {"height": 7, "width": 9, "interpolation": "nearest"}),
    )
    report = computed(model)
    assert [one.output_size for one in report.layers] == [(10, 18), (20, 36), (7, 9)]
    first, second = (rfcli.located(report, name) for name in "bc")
    assert first.at((3, 17)).clipped == ((1, 1), (5, 5))
    assert second.at((0, 5)).clipped == ((0, 0), (0, 1))  # 5/2 - 1/4 lies between samples 2 and 3 of b: 0 and 1 of x.
    assert report.layer("d").receptive_field.size[0] == 2
