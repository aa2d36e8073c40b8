"""Caffe's networks, `deploy.prototxt` and `train_val.prototxt`, as descriptions.

Names are Caffe's. Fields that say nothing of what a layer reads or costs (fillers, learning rates) are passed over, and
solvers are no networks. Parameters are the trainable ones: weights and biases, the factors of `Scale`, not the
statistics of `BatchNorm`; weights of one name count once.
"""

from __future__ import annotations

from collections.abc import Mapping

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.description.source import decoded
from rfcli.diagnostics import CallError
from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.caffe import layout, merges, pointwise, whole_map, windows
from rfcli.readers.caffe.network import Network, inputs, listed
from rfcli.readers.caffe.prototxt import parsed
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.tracing.maps import Size
from rfcli.readers.tracing.tracer import Tracer, drafted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

FAMILIES = (layout, merges, pointwise, whole_map, windows)
"""Importing them fills the table of layer types."""


SETTINGS = ("channels",)
"""What a call may set: the channels of images, where a layer that reads a data set does not say them."""


def read(
    stream: BinaryIO, file: File, limits: Limits, problems: Problems, *,
    sizes: Mapping[str, Mapping[int, int]] = {}, channels: object = None,
) -> Draft | None:  # fmt: skip
    """The network of a file, for inputs of these sizes, or None with its problems added. Raises `ForeignError`, and
    `CallError` for a setting that does not fit."""
    text = decoded(stream, file, limits, problems, latin=True)  # comments of old files are in any encoding
    if text is None:
        return None
    root = parsed(text, file, limits)
    if not root.messages("layer", "layers"):
        solver = root.scalar("net") or root.scalar("train_net")
        help = f"a solver names its network: {solver.text[:60]}" if solver is not None else ""
        raise ForeignError("not a network of Caffe: it has no layers", help)
    listed(root)
    shapes, met = inputs(root), Problems()
    for name, shape in shapes.items():
        for at, n in sizes.get(name, {}).items():
            shape[at] = n
    _count_channels(shapes, channels, file)

    def run(tracer: Tracer) -> None:
        met.clear()
        Network(tracer, met, limits).whole(root, shapes)

    draft = drafted(shapes, lambda: Draft(file, root.word("name") or None), run)
    problems.extend(met)
    if draft.unclear:
        draft.unsized = text.encode()
    return draft


def _count_channels(shapes: dict[str, list[Size]], given: object, file: File) -> None:
    """Images of a data set have the channels that the call gives them; where it gives none, this is told. Raises
    `CallError`."""
    if given is not None and (type(given) is not int or not 1 <= given <= MAX_INTEGER):
        raise CallError(f"{file.path}: --set channels: it must be an integer from 1 on, is {shown(given)}")
    unknown = [shape for shape in shapes.values() if len(shape) >= 4 and shape[1] is None]
    for shape in unknown:
        shape[1] = given
    if unknown and given is None:
        file.remarks.append("how many channels its images have is not in the file (--set channels=3)")
