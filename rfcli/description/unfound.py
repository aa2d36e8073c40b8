"""What was meant by a name that is no file and no bundled network."""

from __future__ import annotations

import os

from rfcli import resources
from rfcli.description.source import SCHEMES
from rfcli.diagnostics import did_you_mean, nearest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

OTHERWISE = "a file, a directory, - for standard input, or a name of 'rf list'"
QUOTES = " \t\"'`“”‘’„«»"
FETCHED = ("http", "https", "ftp", "s3", "gs", "hf", "git", "ssh")
"""What addresses begin with."""
PACKAGES = {"torchvision": "torch", "torch": "torch", "timm": "torch", "keras": "keras", "tensorflow": "keras"}
"""Packages of networks, and the scheme under which their code is named."""
NO_NETWORKS = (".csv", ".html", ".log", ".md", ".pdf", ".png", ".py", ".svg", ".tsv", ".txt")
"""Endings of what lies beside networks, often written by rf."""
MOST_FILES = 1000
"""Files of a folder that are looked at."""
SHOWN = 4


def near_network(name: str) -> str:
    """A help for a name that is no file: what was meant, or what may be named."""
    if os.path.lexists(name):
        return ""
    return next(filter(None, (hint(name) for hint in HINTS)), OTHERWISE)


def _code(name: str) -> str:
    """Live code, which a call names and Python runs, and what looks like it."""
    scheme, colon, rest = name.partition(":")
    if colon and scheme in SCHEMES:
        return f"rfcli.from_code({name!r}, ...) runs such code from Python"
    if colon and scheme in FETCHED and rest.startswith("//"):
        return "nothing is fetched: download it, and name the file"
    if colon and scheme == "file":
        return "a file is named by its path, without file://"
    if colon and scheme in PACKAGES and rest.isidentifier():
        return f"did you mean '{PACKAGES[scheme]}:{scheme}.models:{rest}'?"
    if colon and scheme.endswith(".py"):
        return f"did you mean 'torch:{name}', or 'keras:{name}'?"
    package, *parts = name.split(".")
    if package in PACKAGES and parts and all(map(str.isidentifier, parts)):
        return f"did you mean '{PACKAGES[package]}:{'.'.join([package, *parts[:-1]])}:{parts[-1]}'?"
    if colon and scheme.isidentifier() and len(scheme) > 1:
        near = did_you_mean(scheme, SCHEMES, "")
        takes = "code is named torch:model.py:Net, keras:model.py:build, timm:NAME or transformers:CONFIG.json"
        return f"{takes}; {near}" if near else takes
    return ""


def _written_otherwise(name: str) -> str:
    """Quotes, a home folder and slashes that the shell has not read, and several names in one word."""
    if name.startswith("--"):
        return "behind -- all words are networks: options stand before it"
    for other in (name.strip(QUOTES), os.path.expanduser(name), name.replace("\\", "/")):
        if other != name and _is_there(other):
            return f"did you mean '{other}'?"
    parts = [part.strip(QUOTES) for part in name.replace(";", ",").split(",")]
    if len(parts) > 1 and all(map(_is_there, parts)):
        return f"a blank stands between networks: {' '.join(parts)}"
    if "\\" in name and os.sep == "/":
        return "paths are written with / here"
    if any(character in name for character in "*?["):
        return "no file has such a name"
    return ""


def _number(name: str) -> str:
    """The second half of a name, or of a size, that a blank has torn."""
    digits = name.replace("x", "").replace(",", "")
    return (
        "a number is no network: names are one word, resnet18, and so are sizes, 256x256" if digits.isdecimal() else ""
    )


def _file(name: str) -> str:
    """A file of the same folder, of another ending or nearly that name; a bundled network of that name."""
    folder, own = os.path.split(name)
    if not own:
        return ""
    if folder and not os.path.isdir(folder):
        return f"there is no folder '{folder}'"
    try:
        with os.scandir(folder or ".") as entries:
            names = sorted(one.name for one, _ in zip(entries, range(MOST_FILES), strict=False))
    except OSError:
        return ""
    found = [one for one in names if one[0] != "." and not one.lower().endswith(NO_NETWORKS)]
    same = sorted((one for one in found if _stem(one) == _stem(own) != one.lower()), key=_is_foreign)
    if not same and not folder and resources.stem(own) in resources.architectures():
        return f"did you mean '{resources.stem(own)}'?"
    near = same[0] if same else _nearest(own, found) if "." in own else ""
    return f"did you mean '{os.path.join(folder, near)}'?" if near else ""


def _stem(name: str) -> str:
    return os.path.splitext(resources.stem(name.lower()))[0]


def _is_foreign(name: str) -> bool:
    return not name.lower().endswith(resources.SUFFIXES)


def _bundled(name: str) -> str:
    """A bundled network, or several whose names begin so."""
    if "/" in name:
        return ""
    known = list(resources.architectures())
    begun = sorted((one for one in known if len(name) > 1 and one.startswith(name.lower())), key=len)
    if len(begun) > 1:
        more = " or another of 'rf list'" if len(begun) > SHOWN else ""
        listed = [f"'{one}'" for one in begun[:SHOWN]]
        return f"did you mean {', '.join(listed)}{more}?" if more else f"did you mean {' or '.join(listed)}?"
    return did_you_mean(name, known, "")


HINTS: tuple[Callable[[str], str], ...] = (_code, _written_otherwise, _number, _file, _bundled)
"""What is looked for, in this order."""


def _is_there(name: str) -> bool:
    return bool(name) and (os.path.lexists(name) or name in resources.architectures())


def _nearest(own: str, names: Iterable[str]) -> str:
    """The file whose name without its ending is nearest; "" where none is near."""
    by_stem = {_stem(one): one for one in names}
    return by_stem.get(nearest(_stem(own), by_stem), "")
