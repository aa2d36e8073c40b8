"""Whether a text means to be a description that does not say so yet: it has no `format`, but layers of ours.

A command is told what to read; an editor opens every YAML and JSON file of a project. So `layers` alone, which maps and
packages have too, says nothing here: its first item has to be of a type that there is, or to use a block.
"""

from __future__ import annotations

import json
import re
from itertools import islice

from rfcli.description.template import ItemKind
from rfcli.layers._registry import LAYERS

_LAYERS = re.compile(r"""^(["']?)layers\1[ \t]*:""", re.MULTILINE)
_ITEM = re.compile(r"""["']?\b(type|block)["']?[ \t]*:[ \t]*["']?([\w.]+)""")
_UNREAD = re.compile(r'"layers"\s*:\s*\[')
KINDS = frozenset([*LAYERS, *(kind.value for kind in ItemKind if kind not in (ItemKind.LAYER, ItemKind.UNKNOWN))])
MOST = 1 << 20
"""Characters of a text that is looked into."""
MOST_LISTS = 100
"""Lists of layers in JSON that is not finished, of which one may be that of the network."""


def has_our_layers(text: str) -> bool:
    """Whether a text, perhaps one that is not finished, has a list of layers at its top level, the first of which is
    one of ours."""
    if len(text) > MOST or "layers" not in text:
        return False
    if text.lstrip("\ufeff \t\r\n").startswith("{"):
        try:
            found = json.loads(text.removeprefix("\ufeff"))
        except (ValueError, RecursionError):
            lists = islice(_UNREAD.finditer(text), MOST_LISTS)
            begun = next((one for one in lists if _at_top(text[: one.start()])), None)
            return begun is not None and _ours(text[begun.end() - 1 :])
        items = found.get("layers")
        first = items[0] if type(items) is list and items else None
        return type(first) is dict and ("block" in first or _known(first.get("type")))
    begun = _LAYERS.search(text)
    return begun is not None and _ours(text[begun.end() :])


def _at_top(before: str) -> bool:
    """Whether what follows a text in JSON stands in its outermost mapping."""
    return before.count("{") == before.count("}") + 1


def _ours(text: str) -> bool:
    """Whether the first layer in the text of a list is one of ours."""
    listed = re.match(r"(?:\s|#.*)*[-\[]", text)
    found = _ITEM.search(text)
    return found is not None and listed is not None and (found[1] == "block" or _known(found[2]))


def _known(type_: object) -> bool:
    return isinstance(type_, str) and type_ in KINDS
