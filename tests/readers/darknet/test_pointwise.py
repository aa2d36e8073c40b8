"""What works at each position: a row for each section and option, and Darknet's own loops."""

import pytest

from readers.darknet.cfg_files import holds
from readers.darknet.loops import compare

ROWS = {
    # section and options, behind a map of 4 channels: size, channels, parameters, the layers' types
    **dict.fromkeys(("empty", "silence", "yolo", "Gaussian_yolo", "region", "detection", "iseg", "cost", "contrastive"), (8, 4, 0, "identity")),
    "activation": (8, 4, 0, "identity"),
    "activation activation=elu": (8, 4, 0, "elu"),
    "logistic": (8, 4, 0, "sigmoid"),
    "dropout probability=0.5": (8, 4, 0, "dropout"),
    "batchnorm": (8, 4, 2 * 4, "batch_norm"),
    "normalization size=3": (8, 4, 0, "lrn"),
    "lrn": (8, 4, 0, "lrn"),
    "l2norm": (8, 4, 0, "layer_norm"),
}  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_section(row):
    holds(row, *ROWS[row])


NETWORKS = {
    "pointwise": [
        ("normalization", {}), ("batchnorm", {}), ("activation", {"activation": "mish"}), ("dropout", {}), ("l2norm", {}),
        ("sam", {"from": [-2]}), ("yolo", {}),
    ],
}  # fmt: skip


@pytest.mark.parametrize("sections", NETWORKS.values(), ids=NETWORKS)
@pytest.mark.parametrize("size", [(8, 8), (10, 12), (12, 10)], ids=str)
def test_darknets_loops(sections, size):
    compare(size, 2, sections)
