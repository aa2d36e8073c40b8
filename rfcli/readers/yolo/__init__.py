"""Ultralytics YOLO models in YAML."""

ENDINGS = ()
"""What a file is by its name: YAML, as descriptions are."""


def claims(head: bytes) -> bool:
    """Whether a file that begins with `head` is a model of YOLO: its backbone is a list of lists, other tools'
    configurations have a mapping there."""
    if b"backbone" not in head:
        return False
    import re

    backbone = rb"""^["']?backbone["']?[ \t]*:[ \t]*(?:#[^\n]*)?"""
    lists = rb"""(?:\r?\n[ \t]*(?:#[^\n]*)?)*(?:(?:-[ \t]+)?\[|-[ \t]+-)"""
    return re.search(backbone + lists, head.removeprefix(b"\xef\xbb\xbf"), re.MULTILINE) is not None
