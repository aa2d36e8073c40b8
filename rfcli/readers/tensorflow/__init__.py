"""Models of TensorFlow: TensorFlow Lite's, SavedModels, and graphs."""

ENDINGS = (".tflite",)
"""What a file is by its name, where its content does not tell."""
LITE = b"TFL3"
"""What a TensorFlow Lite model has behind its first four bytes."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is one of them."""
    return head[4:8] == LITE
