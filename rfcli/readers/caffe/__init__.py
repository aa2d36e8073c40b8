"""Networks of Caffe in its text format, prototxt."""

ENDINGS = (".prototxt",)
"""What a file is by its name, where its content does not tell."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is a network of Caffe: it lists layers, as messages that state a type or a
    name."""
    if b"\0" in head:
        return False  # no text, in which lines are looked for long
    import re

    opened = rb"\n[ \t]*(?:layers?|layer[ \t]*:)[ \t]*\{\s*(?:#[^\n]*\s*)*"
    layer = opened + rb"(?:(?:name|type|bottom|top)[ \t]*:|(?:layer|include)[ \t]*\{)"
    return re.search(layer, b"\n" + head) is not None
