"""Configurations of MONAI's bundles, of which the network is read: `network_def`, else `network`, or what the call
names (`--set network=autoencoder_def`).

References (`@num_classes`, `@sizes::0`) are looked up in the file. Expressions (`$...`) are never evaluated, and other
files are not opened: where a network needs one, it is named. Sizes are not in these files: the input's is unknown
unless the call gives it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module

from rfcli.description import json_, yaml12
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.description.source import decoded
from rfcli.diagnostics import CallError
from rfcli.layers._parameters import shown
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.monai.networks import ASKED, Arguments, network
from rfcli.readers.monai.references import looked_up, mapping_of
from rfcli.readers.monai.running import LIVE, command
from rfcli.readers.parts import Map, Part
from rfcli.readers.stated import finite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

FAMILIES = ("classifiers", "unets", "segmenting", "unetr", "swin")
"""Where the networks are defined that are read: importing a family enters its functions in the table."""

for _family in FAMILIES:
    import_module(f"rfcli.readers.monai.{_family}")

SETTINGS = ("network", *ASKED)
"""What a call may set: the key of the network, and arguments that files often leave to an expression."""
KEYS = ("network_def", "network")
ROOTS = ("", "monai.networks.nets")
"""Where a class is whose name alone counts: nowhere, or in MONAI or a module of it."""
LENIENT = ("RF004", "RF005")
"""What YAML files of others may hold: keys that are no strings, and keys given twice."""


def read(
    stream: BinaryIO, file: File, limits: Limits, problems: Problems, *,
    sizes: Mapping[str, Mapping[int, int]] = {}, **settings: object,
) -> Draft | None:  # fmt: skip
    """The network of a bundle, for an input of these sizes, or None with its problems added. Raises `ForeignError`, and
    `CallError` for a setting that does not fit."""
    text = decoded(stream, file, limits, problems)
    if text is None:
        return None
    file.text = finite(text)
    said = Problems()
    braced = text.lstrip().startswith("{")
    root = json_.read(file, limits, said, own=False) if braced else yaml12.read(file, limits, said)
    problems.extend(one for one in said if root is None or one.code not in LENIENT)
    if root is None or problems:
        return None
    given = arguments(root, chosen(root, file, settings.pop("network", None)), settings)
    draft = Draft(file)
    draft.at = given.node
    axes = given.integer("spatial_dims", SPATIAL.get(given.what))
    if axes not in (1, 2, 3):
        raise given.wrong("spatial_dims", "must be 1, 2 or 3")
    channels = given.integer("in_channels", CHANNELS.get(given.what))
    size = image_size(given, axes, sizes.get("input", {}))
    x = Map(draft.input("input", size, channels), channels)
    outputs = network[given.what](Part(draft, limits, axes), x, given)
    unread = [key for key in given.names() if key not in given.asked | PASSED_OVER]
    if unread:
        raise ForeignError(f"{given.what} with '{unread[0]}' is not read", LIVE, given.node.value[unread[0]])
    draft.outputs(one.layer for one in ([outputs] if isinstance(outputs, Map) else outputs))
    if given.what in SIZED:
        draft.unsized, draft.places = text.encode(), {"input": ("input", tuple(range(axes)))}
    return draft


def image_size(given: Arguments, axes: int, called: Mapping[int, int]) -> Sequence[int | None]:
    """The input's size: the call's, else the file's where the network is drawn by it. Raises `ForeignError`."""
    stated: Sequence[int | None] = [None] * axes
    if given.what in SIZED and "img_size" in given:
        stated = given.integers("img_size", axes)
    given.image = [called.get(at, size) for at, size in enumerate(stated)]
    return given.image


SIZED = ("UNETR", "SwinUNETR")
"""Networks that are drawn for images of one size."""
SPATIAL = {"SegResNet": 3, "BasicUNet": 3, "VNet": 3, "UNETR": 3, "SwinUNETR": 3}
CHANNELS = {"SegResNet": 1, "BasicUNet": 1, "VNet": 1}
"""Defaults of MONAI's classes; the others have none."""
PASSED_OVER = frozenset([
    "pretrained", "progress", "dropout_dim", "use_checkpoint", "use_flash_attention", "save_attn",
    "_target_", "_desc_", "_mode_", "_requires_",
])  # fmt: skip
"""What changes no layer."""


def chosen(root: Node, file: File, asked: object) -> Node:
    """What says how the network is made. Raises `CallError` for a key that there is not."""
    keys = root.value if type(root.value) is dict else {}
    made = [key for key, node in keys.items() if mapping_of(node, "_target_") is not None]
    if asked is not None:
        if not isinstance(asked, str) or asked not in keys:
            raise CallError(f"{file.path}: --set network: there is no {shown(asked)}; there are {', '.join(made)}")
        return looked_up(root, keys[asked])
    for key in KEYS:
        if key in keys and mapping_of(found := looked_up(root, keys[key]), "_target_") is not None:
            return found
    raise ForeignError(
        "the file makes no network as 'network_def' or 'network'",
        f"--set network=KEY; there are {', '.join(made[:8])}" if made else LIVE,
        root,
    )


def arguments(root: Node, node: Node, settings: dict[str, object]) -> Arguments:
    """The arguments of the network, with its class as their name; those of the call win. Raises `ForeignError`."""
    target = mapping_of(node, "_target_")
    if target is None:
        raise ForeignError(f"not a network: {shown(node.plain())}", "a network has a '_target_'", node)
    target = looked_up(root, target)
    word = target.value if type(target.value) is str else ""
    module, _, name = word.rpartition(".")
    name = ALIASES.get(name.lower(), name)
    if name == "DistributedDataParallel":
        raise ForeignError("the file's network is one of another file of the bundle", "give rf that file: train.json",
                           target)  # fmt: skip
    if name not in network or not any(module == one or module.startswith("monai.networks.nets") for one in ROOTS):
        help = command(word, node, lambda one: looked_up(root, one))
        raise ForeignError(f"the network {shown(word)} is not read: {', '.join(sorted(network))} are", help, target)
    given = {key: looked_up(root, value) for key, value in node.value.items() if key not in settings}
    given |= {key: Node(value, node.file, node.line, node.column) for key, value in settings.items()}
    return Arguments(Node(given, node.file, node.line, node.column, node.keys), name)


ALIASES = {
    "unet": "UNet", "basicunet": "BasicUNet", "dynunet": "DynUNet", "attentionunet": "AttentionUnet", "vnet": "VNet",
    "segresnet": "SegResNet", "densenet": "DenseNet", "unetr": "UNETR", "swinunetr": "SwinUNETR",
    **{f"densenet{number}": f"DenseNet{number}" for number in (121, 169, 201, 264)},
}  # fmt: skip
"""MONAI's spellings of its classes, in lower case."""
