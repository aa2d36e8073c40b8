"""The JSON of a live model, with marks at layers that stand in it several times: Keras's own text does not say that a
layer of one model is that of another, so that its weights would count twice."""

from __future__ import annotations

import json
from collections import Counter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MARK = "shared_object_id"
MOST_DEEP = 16
"""Models and wrappers within one another that are looked into."""


def marked(model: object, text: str) -> str:
    """The text that a model's `to_json` writes, with a number at each layer that stands in several places."""
    try:
        root = json.loads(text)
    except (ValueError, RecursionError):
        return text
    found = list(_places(model, root, MOST_DEEP))
    times = Counter(number for number, _ in found)
    numbers: dict[int, int] = {}
    for number, entry in found:
        if times[number] > 1:
            entry[MARK] = numbers.setdefault(number, len(numbers))
    return json.dumps(root) if numbers else text


def _places(model: object, stated: object, left: int) -> Iterator[tuple[int, dict[str, object]]]:
    """Each layer of a model, those inside others too, by the object that it is, with the entry that states it."""
    config = stated.get("config") if isinstance(stated, dict) else None
    if not isinstance(config, dict) or left == 0:
        return
    layers = {getattr(one, "name", None): one for one in getattr(model, "layers", None) or ()}
    listed = config.get("layers")
    for entry in listed if isinstance(listed, list) else ():
        inside = entry.get("config") if isinstance(entry, dict) else None
        layer = layers.get(entry.get("name") or inside.get("name")) if isinstance(inside, dict) else None
        if layer is not None:
            yield id(layer), entry
            yield from _places(layer, entry, left - 1)
    held, inner = getattr(model, "layer", None), config.get("layer")
    if held is not None and isinstance(inner, dict):
        yield id(held), inner
        yield from _places(held, inner, left - 1)
