"""One file of HTML: the template, the stylesheet, the modules and the data, each in its place.

There is no build step: modules import each other by `import { a, b } from "./x.js";`, a line each, and no two have a
name of the top level in common, so that in the order of their imports, without these lines, they are one module.
"""

from __future__ import annotations

import os
import re
from functools import cache

from rfcli.diagnostics import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

HERE = os.path.dirname(os.path.abspath(__file__))
TEMPLATE, STYLE, FIRST = "page.html", "page.css", "page.js"

IMPORT = re.compile(r'^import \{[^}\n]*\} from "\./([\w-]+\.js)";[ \t]*\n', re.MULTILINE)
EXPORT = re.compile(r"^export (?=(?:async )?function|class|const|let)", re.MULTILINE)
COMMENT = re.compile(r"^[ \t]*/\*\*.*?\*/[ \t]*\n", re.MULTILINE | re.DOTALL)
"""What is said of a function stands in the module, and would be a seventh of the script."""
HARMLESS = {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
"""Characters that could end the element around the data, or a line of a script, as JSON spells them too."""


def page(data: object, title: str, watch: bool = False) -> str:
    """The whole file."""
    style, script, text = _files()
    parts = {
        "<!-- style -->": f"<style>{style}</style>",
        "<!-- data -->": f'<script type="application/json" id="data">{quoted(data)}</script>',
        "<!-- script -->": f'<script type="module">{script}</script>',
        "<head>": f'<head>\n<meta http-equiv="Content-Security-Policy" content="{policy(script, style)}">',
        "<title>Receptive fields</title>": f"<title>{_escaped(title)}</title>",
    }
    if watch:
        parts['<html lang="en">'] = '<html lang="en" data-watch>'
    for place in parts:
        assert text.count(place) == 1, f"{TEMPLATE} has one place {place}"
    return re.sub("|".join(map(re.escape, parts)), lambda found: parts[found[0]], text)


@cache
def _files() -> tuple[str, str, str]:
    """The stylesheet, the modules as one, and the template."""
    return _read(STYLE), bundled(FIRST), _read(TEMPLATE)


def policy(script: str, style: str) -> str:
    """What the page may do: run its own script in its own style, and show images that are in it."""
    return (
        f"default-src 'none'; script-src '{_hash(script)}'; style-src '{_hash(style)}'; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )


def _hash(text: str) -> str:
    from base64 import b64encode
    from hashlib import sha256

    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"


def bundled(first: str, read: Callable[[str], str] | None = None) -> str:
    """A module and all that it imports, as one: each after what it imports."""
    read = read or _read
    texts: dict[str, str] = {}
    begun: set[str] = set()

    def add(name: str) -> None:
        if name in begun:
            return
        begun.add(name)
        text = read(name)
        for needed in IMPORT.findall(text):
            add(needed)
        texts[name] = alone(text)

    add(first)
    return "\n" + "\n\n".join(texts.values()) + "\n"


def alone(text: str) -> str:
    """A module without its imports, the word export, and what is said of it."""
    return EXPORT.sub("", IMPORT.sub("", COMMENT.sub("", text))).strip("\n")


def quoted(data: object) -> str:
    """Data as JSON that ends no element and no script, whatever texts are in it."""
    import json

    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029\ud800-\udfff]", _spelled, text)


def _spelled(found: re.Match[str]) -> str:
    return HARMLESS.get(found[0]) or f"\\u{ord(found[0]):04x}"


def _escaped(title: str) -> str:
    from html import escape

    return escape(printable(title))


def _read(name: str) -> str:
    with open(os.path.join(HERE, name), encoding="utf-8", newline="\n") as stream:
        return stream.read().replace("\r\n", "\n")
