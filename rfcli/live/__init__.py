"""Code that makes a network, run because a call names it: `torch:model.py:Net`, `timm:resnet50`.

A scheme is a module in `schemes`. Nothing in a file leads here: only words of a command line, and `rfcli.from_code`.
"""

from __future__ import annotations

import os

from rfcli.description.source import SCHEMES


def names_code(name: str) -> bool:
    """Whether a word of a call names code. A file of that very name wins: what a shell finds in a folder runs
    nothing."""
    scheme, colon, _ = name.partition(":")
    return bool(colon) and scheme in SCHEMES and not os.path.lexists(name)


def file_of(source: str) -> str:
    """The file that a source names; "" where it names none."""
    from rfcli.live.named import PYTHON

    scheme, _, rest = source.partition(":")
    if scheme == "transformers":
        return rest
    found = PYTHON.match(rest) if scheme in ("torch", "keras") else None
    return found[1] if found else ""
