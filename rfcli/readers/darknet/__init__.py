"""Darknet .cfg files."""

ENDINGS = (".cfg",)
"""What a file is by its name, where its content does not tell."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is one of Darknet: its first section is the network's own."""
    import re

    return re.match(rb"(?:\xef\xbb\xbf)?(?:[ \t\r]*(?:[#;][^\n]*)?\n)*[ \t]*\[(?:net|network)\]", head) is not None
