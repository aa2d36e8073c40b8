"""What a call asks of suggestions, in its own words."""

from __future__ import annotations

import re

from rfcli import arguments
from rfcli.diagnostics import CallError
from rfcli.suggest.moves._move import moves
from rfcli.suggest.search import Aim, Bound
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfcli.pipeline import InputSizes

KEEP = ("stride", "output_size", "params", "flops")
"""What may be kept."""
SCALES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


class Asked(Value):
    """What a call asks: which field of which layer, by which moves (all that fit where none is named), how many
    suggestions; and the settings and the input size with which the network is looked at."""

    aim: Aim
    layer: str | None
    moves: tuple[str, ...]
    top: int
    settings: Mapping[str, object] | None
    input_size: InputSizes


def aim(
    at_least: object, at_most: object, max_flops: object, max_params: object, keep: tuple[str, ...]
) -> Aim:  # fmt: skip
    """What is asked for. Raises `TypeError` and `CallError`."""
    low, high = (
        None if value is None else arguments.integer(value, what, 1)
        for value, what in ((at_least, "at_least"), (at_most, "at_most"))
    )
    if low is None and high is None:
        raise CallError("say which field: at_least, at_most, or both")
    if low is not None and high is not None and low > high:
        raise CallError(f"at_least {low} is more than at_most {high}")
    for word in keep:
        arguments.choice(word, "keep", KEEP)
    return Aim(low, high, _bound(max_flops, "max_flops"), _bound(max_params, "max_params"), keep)


def _bound(value: object, what: str) -> Bound:
    """A bound of a cost: 1.2x of now, a number as 4G or 25.5M, or an integer."""
    if value is None:
        return Bound()
    if not isinstance(value, str):
        return Bound(None, arguments.integer(value, what, 0, 'an integer, or a string as "1.2x" or "4G"'))
    found = re.fullmatch(r"(\d{1,18}(?:\.\d{1,9})?)(x|[kmgt]?)", value.strip().lower())
    if found is None:
        raise CallError(f"{what} takes 1.2x, or a number as 4G; is '{value}'", what)
    if found[2] == "x":
        return Bound(float(found[1]))
    return Bound(None, int(float(found[1]) * SCALES[found[2]]))


def known_moves(words: tuple[str, ...]) -> tuple[str, ...]:
    """Names of moves. Raises `CallError` for a word that is none."""
    known = moves()
    for word in words:
        arguments.choice(word, "moves", tuple(known))
    return words
