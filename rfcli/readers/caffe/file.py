"""Caffe's networks, `deploy.prototxt` and `train_val.prototxt`, as descriptions.

Names are Caffe's. Fields that say nothing of what a layer reads or costs (fillers, learning rates) are passed over, and
solvers are no networks. Parameters are the trainable ones: weights and biases, the factors of `Scale`, not the
statistics of `BatchNorm`; weights of one name count once.
"""

from __future__ import annotations

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.description.source import decoded
from rfcli.readers.caffe import layout, merges, pointwise, whole_map, windows
from rfcli.readers.caffe.network import Network, inputs, listed
from rfcli.readers.caffe.prototxt import parsed
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.tracing.tracer import Tracer, drafted

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

FAMILIES = (layout, merges, pointwise, whole_map, windows)
"""Importing them fills the table of layer types."""


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> Draft | None:
    """The network of a file, or None with its problems added. Raises `ForeignError`."""
    text = decoded(stream, file, limits, problems)
    if text is None:
        return None
    root = parsed(text, file, limits)
    if not root.messages("layer", "layers"):
        solver = root.scalar("net") or root.scalar("train_net")
        help = f"a solver names its network: {solver.text[:60]}" if solver is not None else ""
        raise ForeignError("not a network of Caffe: it has no layers", help)
    listed(root)
    shapes, met = inputs(root), Problems()

    def run(tracer: Tracer) -> None:
        met.clear()
        Network(tracer, met, limits).whole(root, shapes)

    draft = drafted(shapes, lambda: Draft(file, root.word("name") or None), run)
    problems.extend(met)
    return draft
