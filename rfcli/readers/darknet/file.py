"""Darknet `.cfg` files, of pjreddie's Darknet and of AlexeyAB's fork, as descriptions.

Names: a section has none, so a layer is called by its type and the number that Darknet prints for it, from 0 and
without `[net]`: `conv_12`, `maxpool_1`, `route_83`, `shortcut_4`, `yolo_82`. What a section does in several steps is a
scope of that name (`conv_12/conv`, `conv_12/batch_norm`, `conv_12/activation`), which stands for its last step:
`--layer conv_12` is always the map that Darknet prints in line 12, and `--layer 'conv_*/batch_norm'` works as well.

What sections read is as Darknet's C code has it (its integer divisions round towards zero; sizes are never negative),
and stands with each of them in `windows`, `merges`, `layout`, `pointwise` and `whole_map`; `cfg` has the grammar, and
`sections` says how a section is read.

Parameters are the trainable ones: weights and biases, with `batch_normalize` a scale and a bias per filter instead of
the bias; not the running mean and variance that weight files also hold. Activations that rf has no type for become one
that is as local. What is for training alone (hyper-parameters, loss, anchors) is ignored; a detection head passes its
input on. Crops, unlike sizes, `[local]` and unknown operations are exact at the size of the file.
"""

from __future__ import annotations

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.description.source import read_bytes, too_large
from rfcli.readers.darknet import layout, merges, pointwise, whole_map, windows
from rfcli.readers.darknet.cfg import MAX_PROBLEMS, decoded, sections
from rfcli.readers.darknet.network import Map, Network
from rfcli.readers.darknet.options import Natural
from rfcli.readers.darknet.sections import LABELS, drawn, parameters, section
from rfcli.readers.draft import Draft, ForeignError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

FAMILIES = (layout, merges, pointwise, whole_map, windows)
"""Where the sections are defined that are read: importing a family enters its functions in the table."""

NETS = ("net", "network")
"""The first section of a file."""


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> Draft | None:
    """The network of a `.cfg` file, or None with its problems added. Raises `ForeignError`."""
    data = read_bytes(stream, limits.bytes + 1)
    if len(data) > limits.bytes:
        too_large(file.path, limits, problems)
        return None
    net = Network(Draft(file), limits, problems)
    for one in sections(decoded(data), KEYS, file, limits, problems):
        net.at = one
        if len(problems) > MAX_PROBLEMS or not entered(net):
            return None
    if net.input is None:
        raise ForeignError("there is no [net] section", "a file starts with [net]", Node(None, file, 1, 1))
    net.finish()
    return net.draft


def entered(net: Network) -> bool:
    """Adds what the section that the network is at makes; False where a limit is exceeded."""
    type, node = net.at.type, net.at.node
    if net.input is None:
        if type not in NETS:
            raise ForeignError(f"the first section is [{type[:40]}], not [net]", "a file starts with [net]", node)
        drawn(net, first)
    elif type in NETS:
        net.wrong(node, f"[{type}] stands again", "a file has one network")
    else:
        drawn(net, section.get(type, Network.unknown))
        return net.end(LABELS.get(type, type), type in pointwise.ENDS)
    return True


def first(net: Network, *, height: Natural = 0, width: Natural = 0, channels: Natural = 0, inputs: Natural = 0) -> None:
    """`[net]`: the input, a map or a vector."""
    stated = {"height": height, "width": width, "channels": channels}
    if 0 in stated.values():
        if not inputs:
            missing = " and no ".join(key for key, n in stated.items() if not n)
            net.wrong(net.at.node, f"[{net.at.type}] states no {missing}",
                      "for example height=416, width=416, channels=3")  # fmt: skip
        height, width, channels = 1, 1, inputs or 1
    net.input = Map(net.draft.input("input", (height, width), channels), (height, width), channels)


KEYS = frozenset(one.key for draws in (first, *section.values()) for one in parameters(draws))
"""The options that say what a layer reads or costs; all others are passed over."""
