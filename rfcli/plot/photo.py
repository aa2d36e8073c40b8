"""Photographs under a picture: read, however large, and fitted to a network's input."""

from __future__ import annotations

import os

from rfcli.diagnostics import CallError, said_by, unfit
from rfcli.extras import needed
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any  # an image of Pillow's, or what becomes one

MOST_PIXELS = 80_000_000
"""Pixels that are read into memory; of a JPEG these are fewer than it has."""
ORIENTATION, SIDEWAYS = 0x0112, (5, 6, 7, 8)
"""The tag of EXIF that says how a camera was held, and its values where height and width change places."""
MOST_SHOWN = 1600
"""The longer side of what is drawn."""


class Fitted(Value):
    """Where an image lies on a map when it is scaled to fit: the first sample and the size along height and width, and
    the scale."""

    top: float
    left: float
    height: float
    width: float
    scale: float

    @property
    def letterboxed(self) -> bool:
        """Whether it leaves bars free."""
        return self.top > 0.01 or self.left > 0.01


def fitted(size: tuple[int, int], onto: tuple[int, int]) -> Fitted:
    """An image of so many rows and columns in the middle of a map, as large as fits."""
    scale = min(onto[0] / size[0], onto[1] / size[1])
    height, width = size[0] * scale, size[1] * scale
    return Fitted((onto[0] - height) / 2, (onto[1] - width) / 2, height, width, scale)


class Photo(Value):
    """An image: its name, its own size, rows first, and pixels in red, green and blue, perhaps fewer than it has."""

    name: str
    size: tuple[int, int]
    pixels: Any


def read(image: object) -> Photo:
    """An image from a file, of Pillow or as an array. Raises `CallError` for what is none."""
    pillow = needed("PIL.Image", "reading an image", extra="plot")
    if isinstance(image, str | os.PathLike):
        return _file(pillow, os.fspath(image))
    if hasattr(image, "getbands"):
        return _converted(image, "image")
    if hasattr(image, "__array_interface__"):
        try:
            return _converted(pillow.fromarray(image), "image")
        except (TypeError, ValueError) as error:
            raise CallError(f"image is no array of pixels (bytes, rows first): {error}", "image") from None
    raise TypeError(f"image takes a path, an image of Pillow or an array, not {type(image).__name__}")


def _file(pillow: Any, path: str | bytes) -> Photo:
    """An image from a file."""
    import warnings

    name = os.fsdecode(path)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of large images, whose size is looked at here, and of odd metadata
            with pillow.open(path) as found:
                return _converted(found, os.path.basename(name))
    except CallError:
        raise
    except OSError as error:
        why = error.strerror or "no image of a kind that is known" if "identify" in str(error) else str(error)
        raise unfit("image", f"{name} cannot be read: {error.strerror or why}") from None
    except Exception as error:  # whatever a broken file makes of a decoder
        raise unfit("image", f"{name} is no image that can be read: {said_by(error)}") from None


def _converted(found: Any, name: str) -> Photo:
    """Red, green and blue on white, upright, and no larger than is drawn."""
    from PIL import Image, ImageOps

    own = found.size
    found.draft("RGB", (MOST_SHOWN, MOST_SHOWN))  # decodes a JPEG at a fraction of its size
    if found.width * found.height > MOST_PIXELS:
        raise unfit("image", f"{name} has too many pixels, {own[0]}x{own[1]}: save it smaller, or as a JPEG")
    turned = found.getexif().get(ORIENTATION) in SIDEWAYS
    columns, rows = reversed(own) if turned else own
    scale = 2 * MOST_SHOWN / max(found.size)
    shown = found
    if scale < 1:  # every so many pixels, as all else takes a copy of the whole image
        smaller = [max(round(n * scale), 1) for n in found.size]
        shown = found.resize(smaller, Image.Resampling.NEAREST)
    if shown.mode.startswith("I;16") or shown.mode in ("I", "F"):
        shown = _eight_bits(shown)
    shown.thumbnail((MOST_SHOWN, MOST_SHOWN))
    shown.info = found.info
    upright = ImageOps.exif_transpose(shown)
    if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
        upright = upright.convert("RGBA")
        paper = Image.new("RGBA", upright.size, "white")
        upright = Image.alpha_composite(paper, upright)
    return Photo(name, (rows, columns), upright.convert("RGB"))


def _eight_bits(image: Any) -> Any:
    """Grey values of more than eight bits, stretched from the least to the most."""
    plain = image.convert("F")
    low, high = plain.getextrema()
    scale = 255 / ((high - low) or 1)
    return plain.point(lambda value: value * scale - low * scale).convert("L")
