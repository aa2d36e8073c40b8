"""Words that say along how many axes a layer works, such as `Conv1d`, in a network that has others: what is called the
same here, whatever the axes, would be another layer there."""

from __future__ import annotations

import re

from rfcli.description.synonyms import plain
from rfcli.diagnostics import Near, Said, counted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.nodes import Node, Plain

_ALONG = re.compile(r"(?:conv|pool|pad|crop|upsampl)[a-z]*?([123])d|([123])d[a-z]*(?:transpose)")
SAY = {
    1: "of a signal the input says so by input: {size: [16000]}",
    2: "of images the input says so by input: {size: [224, 224]}",
    3: "of volumes the input says so by input: {size: [32, 128, 128]}",
}


def axes_stated(root: Node) -> int | None:
    """The axes of a description's inputs as its text has them; None where that is not at hand: an expression, another
    file, or what is wrong."""
    inputs = root.value.get("inputs")
    each = [*inputs.value.values()] if inputs is not None and type(inputs.value) is dict else [root.value.get("input")]
    first = each[0] if each else None
    if first is None:
        return None if "extends" in root.value or inputs is not None else 2
    given = first.value if type(first.value) is dict else {}
    size, dims = given.get("size"), given.get("dims")
    if size is not None and type(size.value) is list:
        return len(size.value)
    if dims is not None:
        return dims.value if dims.value in (1, 2, 3) and type(dims.value) is int else None
    return 2 if type(first.value) is dict and (size is None or type(size.value) is int) else None


def in_axes(word: Plain, help: str | Near | Said | None, axes: int | None) -> str | Near | Said | None:
    """A help for a layer of another tool's word, with what the network's axes are where the word says others: no edit
    then, which would make another layer."""
    found = _ALONG.search(plain(word)) if type(word) is str else None
    along = int(found[1] or found[2]) if found is not None else axes
    if along == axes or axes is None or along is None or not isinstance(help, Said):
        return help
    has = counted(axes, "axis", "axes")
    return Said(f"along {has}, as this network has them, {help.text}; {SAY[along]}")
