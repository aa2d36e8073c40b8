"""What states the layers of a file that does not, by where it lies: models are often unpacked, or kept as a file of
layers and one of weights. Files nearby are looked for by their names alone, and not opened."""

from __future__ import annotations

import os
import re

SAVED_MODEL = "saved_model.pb"
_STATING = (
    (re.compile(r"(?:\.weights|\Avariables)\.h5\Z|\Ametadata\.json\Z"), "", "config.json"),
    (re.compile(r"\Agroup\d+-shard\d+of\d+(?:\.bin)?\Z"), "", "model.json"),
    (re.compile(r"\A(?:pytorch_)?model[^/]*\.(?:safetensors|bin)\Z"), "transformers:", "config.json"),
    (re.compile(r"\.caffemodel\Z"), "", "deploy.prototxt"),
)
"""Files of weights, and what has their layers beside them: the scheme that it is read by, and its name."""
_PAIRS = {".weights": (".cfg",), ".caffemodel": (".prototxt",), ".params": ("-symbol.json",)}
"""Endings of files of weights -> those of the files of their layers, which are else called the same."""


def above(path: str) -> str:
    """The folder that a file or folder lies in, as far as its name tells."""
    return os.path.normpath(os.path.join(path, os.pardir))


def whole_of(path: str) -> str:
    """The folder of the SavedModel that a file or folder is a part of; "" where it is of none."""
    for folder in (above(path), above(above(path))):
        if os.path.isfile(os.path.join(folder, SAVED_MODEL)):
            return folder
    return ""


def stating(path: str) -> str:
    """What has the layers of a file of weights, as it is named in a call; "" where nothing nearby does."""
    folder, name = above(path), os.path.basename(path)
    for weights, scheme, other in _STATING:
        beside = os.path.normpath(os.path.join(folder, other))
        if weights.search(name) and os.path.isfile(beside):
            return scheme + beside
    stem, ending = os.path.splitext(path)
    numbered = re.sub(r"-\d{4}\Z", "", stem)  # MXNet's weights go by the epoch
    found = (numbered + other for other in _PAIRS.get(ending.lower(), ()))
    return next((one for one in found if os.path.isfile(one)), whole_of(path))
