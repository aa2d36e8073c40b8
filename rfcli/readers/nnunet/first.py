"""Plans of nnU-Net's first version. They name stages by number, coarse ones first; the network of each is the plain
U-Net, whose levels begin with a stride where those before were pooled, and whose decoder takes the kernel of the level
below. Neither its transposed convolutions nor its heads have a bias."""

from __future__ import annotations

import json

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.description.source import read_bytes, too_large
from rfcli.readers.draft import ForeignError
from rfcli.readers.nnunet.architectures import PLAIN, Architecture
from rfcli.readers.nnunet.pickled import said
from rfcli.readers.stated import Stated

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

KEY = "plans_per_stage"
MOST = {2: 480, 3: 320}
"""Channels that a level has at most, by the axes."""
NAMES = ("3d_lowres", "3d_fullres", "3d_cascade_fullres")
"""What the second version calls the networks of plans."""
CASCADE = NAMES[-1]
"""The one that also takes what the one before it says."""


KEYS = (KEY, "num_modalities", "num_classes", "base_num_features", "conv_per_stage")
"""All that says something of a network."""


def unpickled(stream: BinaryIO, file: File, limits: Limits, problems: Problems) -> str | None:
    """What a pickle says of networks, as JSON; None with the problem added. Raises `ForeignError`."""
    data = read_bytes(stream, limits.bytes + 1)
    if len(data) > limits.bytes:
        too_large(file.path, limits, problems)
        return None
    return json.dumps(said(data, KEYS))


def configurations(plans: Stated) -> dict[str, Stated]:
    """The networks that are planned, by the names of the second version. Raises `ForeignError`."""
    stages = plans.mapping(KEY)
    found = [Stated(stages.get(name), f"stage {name[:20]}") for name in sorted(stages.names(), key=_number)]
    if not found:
        raise ForeignError("the plans have no stages", at=stages.node)
    axes = [len(one.integers("patch_size")) for one in found]
    if len({*axes}) > 1 or axes[0] not in MOST or len(found) > axes[0] - 1:
        raise ForeignError("the plans have other stages than one of two axes, or one or two of three", at=stages.node)
    if axes[0] == 2 or len(found) == 1:
        return {"2d" if axes[0] == 2 else "3d_fullres": found[-1]}
    return dict(zip(NAMES, [*found, found[-1]], strict=True))


def _number(name: str) -> int:
    return int(name) if name.isdecimal() and len(name) < 9 else -1


def architecture_of(plans: Stated, stage: Stated, axes: int) -> Architecture:
    """What a stage is made of. Raises `ForeignError`."""
    pools = stage.get("pool_op_kernel_sizes").value
    levels = 1 + (len(pools) if type(pools) is list else 0)
    if levels < 2:
        raise stage.wrong("pool_op_kernel_sizes", "must have an entry or more")
    strides = [[1] * axes, *stage.rows("pool_op_kernel_sizes", levels - 1, axes)]
    kernels = stage.rows("conv_kernel_sizes", levels, axes)
    units = plans.integer("conv_per_stage", 2)
    features = [min(plans.integer("base_num_features") << min(at, 20), MOST[axes]) for at in range(levels)]
    return Architecture(
        PLAIN, features, kernels, strides, [units] * levels, [units] * (levels - 1), True, "instance_norm", True,
        False, "leaky_relu", False, None, features[0], first=True,
    )  # fmt: skip
