"""Keras models, as JSON (TensorFlow.js's too), .keras archives or HDF5 files."""

ENDINGS = (".keras", ".h5", ".hdf5")
"""What a file is by its name, where its content does not tell."""
BESIDE = ("model.weights.h5", "variables.h5")
"""Files that lie beside an unpacked model, and are none."""
ANY_ARCHIVE = True
"""It claims archives of any kind: what it does not know there it names."""

OLDEST = ((b'"cache_enabled"', b'"custom_name"'), (b'"input_config"', b'"node_config"'))
"""Keys by which a model of Keras 0.3 is told, which names its class otherwise."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is a Keras model. Of an archive its entries tell: PyTorch's files are
    archives, too."""
    if head[:4] == b"PK\x03\x04" or head[:8] == b"\x89HDF\r\n\x1a\n":
        return True
    if b"class_name" not in head:
        return any(all(word in head for word in words) for words in OLDEST)
    import re

    keys = rb"module|class_name|config|backend|keras_version|registered_name|build_config|compile_config"
    if re.search(rb'"modelTopology"\s*:\s*\{', head):
        return True
    found = re.match(rb'(?:\xef\xbb\xbf)?\s*(")?\{\s*(\\?)"(?:' + keys + rb')\\?"\s*:', head)
    return found is not None and bool(found[1]) == bool(found[2]) and found[2] + b'"class_name' in head
