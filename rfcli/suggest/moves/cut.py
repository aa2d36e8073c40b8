"""Fewer layers at the end."""

from __future__ import annotations

from rfcli.suggest.moves._move import Knob, Move
from rfcli.suggest.text import Change, Edit

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rfcli.suggest.text import Text


class Cut(Move):
    """Leaves out the last layers: those behind the border layer see more than the input has (Richter et al. 2021)."""

    name = "cut"
    grows = False

    def knobs(self, text: Text) -> Iterator[Knob]:
        items = [item for item in text.items if item.top]

        def turned(amount: int) -> Change | None:
            left = items[-amount:]
            patches = [text.removed(item) for item in left]
            if None in patches:
                return None
            edits = tuple(Edit(item.name, "type", item.type, None) for item in left)
            words = (
                f"without the last {amount} items, from '{left[0].name}' on"
                if amount > 1
                else f"without '{left[0].name}'"
            )
            return Change(words, edits, tuple(patches))  # type: ignore[arg-type]

        if len(items) > 1:
            yield self.knob(turned, len(items) - 1)
