"""Fewer layers at the end."""

from __future__ import annotations

from rfcli.suggest.moves._move import Knob, Move
from rfcli.suggest.text import Change, Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from rfcli.suggest.text import Item, Text


class Cut(Move):
    """Leaves out the last layers, those of sequences too: what is behind the border layer sees more than the input has
    (Richter et al. 2021)."""

    name = "cut"
    grows = False

    def knobs(self, text: Text) -> Iterator[Knob]:
        items = [item for item in text.items if item.top]
        leaves = [leaf for item in items for leaf in _leaves(item)]

        def turned(amount: int) -> Change | None:
            left = _whole(items, set(leaves[-amount:]))
            patches = [text.removed(item) for item in left]
            if None in patches:
                return None
            edits = tuple(Edit(item.name, "type", item.type, None) for item in left)
            first = leaves[-amount].name
            words = f"without the last {amount} items, from '{first}' on" if amount > 1 else f"without '{first}'"
            return Change(words, edits, tuple(patches))  # type: ignore[arg-type]

        if len(leaves) > 1:
            yield self.knob(turned, len(leaves) - 1)


def _leaves(item: Item) -> list[Item]:
    """The items that follow each other in a sequence, or the item alone."""
    layers = item.values.get("layers")
    if item.type != "sequence" or "repeat" in item.values or layers is None:
        return [item]
    return [leaf for one in item.inside if one.siblings is layers for leaf in _leaves(one)] or [item]


def _whole(items: Sequence[Item], left: Collection[Item]) -> list[Item]:
    """The items to be removed so that all of `left` are: sequences of which nothing stays, and single ones."""
    found: list[Item] = []
    for item in items:
        leaves = _leaves(item)
        if all(leaf in left for leaf in leaves):
            found.append(item)
        elif any(leaf in left for leaf in leaves):
            layers = item.values["layers"]
            found += _whole([one for one in item.inside if one.siblings is layers], left)
    return found
