"""Parts of maps."""

from __future__ import annotations

from writers.keras.rows import Refusal, Row, rows_held

ROWS = [
    Row({"type": "pad", "padding": [[1, 2], [0, 3]]}, [("ZeroPadding2D", {"padding": [[1, 2], [0, 3]]})]),
    Row({"type": "pad", "padding": [[1, -2], [0, 3]]},
        [("ZeroPadding2D", {"padding": [[1, 0], [0, 3]]}), ("Cropping2D", {"cropping": [[0, 2], [0, 0]]})]),
    Row({"type": "pad", "padding": 1}, [("ZeroPadding1D", {"padding": [1, 1]})], size=(9,)),
    Row({"type": "crop", "cropping": [[1, 0], [2, 3]]}, [("Cropping2D", {"cropping": [[1, 0], [2, 3]]})]),
    Row({"type": "subsample", "stride": [2, 3]},
        [("MaxPooling2D", {"pool_size": [1, 1], "strides": [2, 3], "padding": "valid"})]),
    Row({"type": "channel_shuffle", "groups": 2},
        [("Reshape", {"target_shape": [8, 9, 2, 2]}), ("Permute", {"dims": [1, 2, 4, 3]}),
         ("Reshape", {"target_shape": [8, 9, 4]})]),
]  # fmt: skip
REFUSED = [
    Refusal({"type": "pad", "padding": 1, "padding_mode": "circular"}, "Keras has no padding_mode circular"),
    Refusal({"type": "channel_slice", "end": 2}, "Keras has no layer that takes some channels"),
    Refusal({"type": "zeros"}, "Keras has no layer of zeros"),
    Refusal({"type": "subsample", "stride": 2, "filters": 6}, "channels of zeros"),
]


test_written, test_refused = rows_held(ROWS, REFUSED)
