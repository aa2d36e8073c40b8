"""Models of TensorFlow: TensorFlow Lite's, SavedModels, and graphs."""

import re

from rfcli.readers.marks import SAVED_MODEL

ENDINGS = (".tflite", ".pb")
"""What a file is by its name, where its content does not tell."""
MAIN = "saved_model.pb"
"""A file that makes one model of the folder that it lies in."""
BESIDE = ("fingerprint.pb", "keras_metadata.pb")
"""Files that lie beside a SavedModel, and are none."""
LITE = b"TFL3"
"""What a TensorFlow Lite model has behind its first four bytes."""
METADATA = re.compile(rb"\x0a[\x80-\xff]{0,4}[\x00-\x7f]\x1a\x04root")
"""How Keras's own words begin: with what is told of the model itself."""
FINGERPRINT = re.compile(rb"\x08[\x80-\xff]{4,9}[\x00-\x7f]\x10")
"""How what tells SavedModels apart begins: with two long numbers."""
_NODE = re.compile(rb"\x0a[\x80-\xff]{0,4}[\x00-\x7f]\x0a([\x01-\x7f])")
_NAME, _OPERATION = re.compile(rb"[A-Za-z0-9.][A-Za-z0-9_.\\/>-]*"), re.compile(rb"\x12[\x01-\x7f][A-Za-z_]")


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is one of them: a graph begins with a node, of which first the name and
    the operation are told."""
    if head[4:8] == LITE or any(one.match(head) for one in (SAVED_MODEL, METADATA, FINGERPRINT)):
        return True
    node = _NODE.match(head)
    if node is None:
        return False
    end = node.end() + node[1][0]
    return bool(_NAME.fullmatch(head, node.end(), end) and _OPERATION.match(head, end))
