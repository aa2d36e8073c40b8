"""Paths by field size: what `rf paths` prints."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rfcli.engine.paths import statistics
from rfcli.geometry.axes import alike, listed
from rfcli.render import records
from rfcli.render.answer import Text
from rfcli.render.columns import Column, cell
from rfcli.render.grid import wrapped

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style

BARS = 24
"""Most rows of a histogram."""
FEW = 8
"""Sizes up to which each has a row of its own, however far they lie apart."""
WIDTH = 40
"""Characters of its longest bar."""
MAX_DIGITS = 15
"""Counts of more digits are rounded in tables; the data formats have all."""

_COLUMNS = (
    Column("axis", "axis", lambda row: row[0], text=True),
    Column("size", "field size of a path", lambda row: row[1], "samples"),
    Column("paths", "paths of that size", lambda row: row[2]),
)


def render(
    name: str, layer: str, distributions: Sequence[tuple[str, dict[int, int]]], format: str, style: Style
) -> Answer:
    """Distributions by axis; axes that agree are shown once in a table."""
    if format == "table":
        return Text("".join(_table(name, layer, distributions, style)))
    axes = [
        {"axis": letter, "total": sum(sizes.values()), "sizes": [[size, sizes[size]] for size in sorted(sizes)]}
        for letter, sizes in distributions
    ]
    rows = [(letter, size, sizes[size]) for letter, sizes in distributions for size in sorted(sizes)]
    return records.render(format, rows, _COLUMNS, {"network": name, "layer": layer, "axes": axes}, style)


def _table(name: str, layer: str, distributions: Sequence[tuple[str, dict[int, int]]], style: Style) -> Iterator[str]:
    together = alike(distributions)
    for number, (letters, sizes) in enumerate(together):
        where = "" if len(together) == 1 else f" along {listed(letters)}"
        head = f"{name}, '{layer}'{where}: "
        yield "\n" if number else ""
        if not sizes:
            yield _lines(f"{head}no local path", style)
            continue
        figures = statistics(sizes)
        quartiles = ", ".join(map(str, figures.quantiles))
        paths = "1 path" if figures.total == 1 else f"{_count(figures.total)} paths"
        yield _lines(f"{head}{paths} of {len(sizes)} {'size' if len(sizes) == 1 else 'sizes'}", style)
        told = (
            f"smallest {figures.smallest}, largest {figures.largest}, mean {cell(figures.mean, exact=False)[:8]}, "
            f"std {math.sqrt(figures.variance):.2f}, quartiles {quartiles}"
        )
        yield _lines(told, style) + "\n"
        yield from _histogram(sizes, figures.total, style.width)


def _lines(text: str, style: Style) -> str:
    return "".join(line + "\n" for line in wrapped(text, style.width))


def _histogram(sizes: dict[int, int], total: int, width: int | None) -> Iterator[str]:
    """Bars of the shares of paths: a row a size where they are few, else by ranges of equal width."""
    rows = {str(size): sizes[size] for size in sorted(sizes)} if len(sizes) <= FEW else _ranges(sizes)
    most = max(rows.values())
    wide = max(map(len, rows))
    longest = min(WIDTH, max((width or 80) - wide - 13, 4))
    told = {text: many for text, many in rows.items() if many}
    for text, many in told.items():
        bar = "#" * max(longest * many // most, 1)
        yield f"{text:>{wide}}  {100 * 1000 * many // total / 1000:7.3f} %  {bar}".rstrip() + "\n"


def _ranges(sizes: dict[int, int]) -> dict[str, int]:
    """Paths by ranges of sizes, each of as many of the steps that sizes come in as let the rows fit."""
    first, last = min(sizes), max(sizes)
    apart = math.gcd(*(size - first for size in sizes)) or 1
    step = apart * -(-((last - first) // apart + 1) // BARS)
    bins: dict[int, int] = {}
    for size, many in sizes.items():
        bins[(size - first) // step] = bins.get((size - first) // step, 0) + many
    labels = [(first + at * step, min(first + (at + 1) * step - 1, last)) for at in range(max(bins) + 1)]
    texts = [str(a) if a == b or step == apart else f"{a}..{b}" for a, b in labels]
    return {text: bins.get(at, 0) for at, text in enumerate(texts)}


def _count(number: int) -> str:
    text = str(number) if number.bit_length() < 10_000 else f"2**{number.bit_length() - 1} or more"
    return text if len(text) <= MAX_DIGITS or "*" in text else f"{text[0]}.{text[1:4]}e{len(text) - 1}"
