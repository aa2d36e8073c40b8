"""A photograph in the page: its own bytes, of a kind that browsers show."""

from __future__ import annotations

import os

from rfcli.diagnostics import CallError, unfit

KINDS = {"png": b"\x89PNG\r\n\x1a\n", "jpeg": b"\xff\xd8\xff", "gif": b"GIF8"}
"""What files of these kinds begin with."""
MOST = 20_000_000
"""Bytes: a page is read whole before it shows anything."""


def address(image: str | os.PathLike[str]) -> str:
    """An image file as an address that holds it: `data:image/png;base64,...`. Raises `TypeError` and `CallError`."""
    from base64 import b64encode

    if not isinstance(image, str | os.PathLike):
        raise TypeError(f"image takes a path, not {image!r} of type {type(image).__name__}")
    name = os.fsdecode(os.fspath(image))
    data = _read(name)
    kind = _kind(data)
    if kind is None:
        raise unfit("image", f"{name} is no image that browsers show: give a png, jpeg, gif or webp")
    return f"data:image/{kind};base64,{b64encode(data).decode()}"


def _read(name: str) -> bytes:
    """The bytes of a regular file that is not too large. Raises `CallError`."""
    try:
        if os.path.exists(name) and not os.path.isfile(name):
            raise unfit("image", f"{name} cannot be read: it is no file")
        with open(name, "rb") as stream:
            data = stream.read(MOST + 1)
    except (OSError, ValueError) as error:
        if isinstance(error, CallError):
            raise
        raise unfit("image", f"{name} cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if len(data) > MOST:
        raise unfit("image", f"{name} is larger than {MOST // 1_000_000} MB: save it smaller")
    return data


def _kind(data: bytes) -> str | None:
    """The kind of an image by its first bytes."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    return next((kind for kind, begins in KINDS.items() if data.startswith(begins)), None)
