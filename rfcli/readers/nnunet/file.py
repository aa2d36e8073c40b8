"""Plans of nnU-Net, each of whose configurations is a network: U-Nets of plain or of residual blocks.

One configuration is read: that of the call (`--set configuration=2d`), else `3d_fullres`, else the first one, which is
then told. The input is its patch, with the spacing of the plans. How many classes there are, and which channels, stands
in `dataset.json`, not here: channels are as many as the plans normalise, classes 2 unless the call says otherwise
(`--set classes=4`). Plans of the first version say both. The second stage of a cascade also takes the first stage's
foreground classes, a channel for each.
"""

from __future__ import annotations

from collections.abc import Mapping

from rfcli.description import json_
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.description.source import decoded
from rfcli.diagnostics import CallError
from rfcli.layers._parameters import MAX_INTEGER, shown
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.nnunet import first
from rfcli.readers.nnunet.architectures import architecture_of, drawn
from rfcli.readers.parts import Map, Part
from rfcli.readers.stated import Stated, finite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

SETTINGS = ("configuration", "channels", "classes")
"""What a call may set: the configuration, the input's channels, the classes."""

USUAL = "3d_fullres"
CLASSES = 2
"""Background and one more, where nothing is said."""
ID_DIGITS = 20
"""Digits of integers: statistics of intensities may be large."""


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems, **settings: object) -> Draft | None:
    """The network of a configuration, or None with its problems added. Raises `ForeignError`, and `CallError` for a
    setting that does not fit."""
    pickle = stream.read(1) == b"\x80"
    stream.seek(0)
    text = (first.unpickled if pickle else decoded)(stream, file, limits, problems)
    if text is None:
        return None
    file.text = finite(text)
    root = json_.read(file, limits.replaced(digits=max(limits.digits, ID_DIGITS)), problems, own=False)
    if root is None:
        return None
    plans = Stated(root, "the file")
    planned = first.KEY in plans
    offered = first.configurations(plans) if planned else listed(plans)
    name = chosen(offered, file, settings.get("configuration"))
    configuration = offered[name] if planned else inherited(plans, name)
    draft = Draft(file, "_".join([plans.text("dataset_name", "nnunet"), name]))
    draft.at = configuration.node
    patch = configuration.integers("patch_size")
    if len(patch) not in (2, 3):
        raise configuration.wrong("patch_size", "must have two entries or three")
    cascade = name == first.CASCADE if planned else "previous_stage" in configuration
    classes, channels = counts(stated_counts(plans, configuration, planned), file, settings)
    channels += classes - 1 if cascade else 0
    spacing = spacing_of(configuration, "current_spacing" if planned else "spacing", len(patch))
    x = Map(draft.input("input", patch, channels, spacing, "mm"), channels)
    made = first.architecture_of(plans, configuration, len(patch)) if planned else None
    drawn(Part(draft, limits, len(patch)), made or architecture_of(configuration, len(patch)), x, classes)
    return draft


def listed(plans: Stated) -> dict[str, Stated]:
    """The configurations that are stated. Raises `ForeignError`."""
    stated = plans.mapping("configurations")
    names = [name for name in stated.names() if name in stated]
    if not names:
        raise ForeignError("the plans have no configurations", at=stated.node)
    return dict.fromkeys(names, stated)


def chosen(offered: Mapping[str, Stated], file: File, asked: object) -> str:
    """The configuration that is meant. Raises `CallError` for one that there is not."""
    if asked is not None:
        if not isinstance(asked, str) or asked not in offered:
            raise CallError(
                f"{file.path}: --set configuration: there is no {shown(asked)}; there are {', '.join(offered)}"
            )
        return asked
    name = USUAL if USUAL in offered else next(iter(offered))
    if len(offered) > 1:
        file.remarks.append(
            f"the plans have {len(offered)} configurations: {name} is taken, of {', '.join(offered)} "
            "(--set configuration=...)"
        )
    return name


def inherited(plans: Stated, name: str) -> Stated:
    """A configuration with what it inherits from others."""
    all_, found = plans.mapping("configurations"), dict[str, Node]()
    met, at = [name], Stated(all_.get(name), f"configuration {name}")
    first = at
    while True:
        found = at.node.value | found
        if "inherits_from" not in at:
            break
        parent = at.text("inherits_from")
        if parent in met or parent not in all_:
            said = "is one that inherits from it" if parent in met else "is none of the plans'"
            raise at.wrong("inherits_from", said)
        met.append(parent)
        at = Stated(all_.get(parent), f"configuration {parent}")
    node = first.node
    keys = {key: (one.line, one.column) for key, one in found.items()} if node.keys is not None else None
    return Stated(Node(found, node.file, node.line, node.column, keys), first.what)


def stated_counts(plans: Stated, configuration: Stated, planned: bool) -> tuple[int, int]:
    """Classes and channels of the input; 0 where they are not said. Of the first version's classes the background is
    none."""
    if not planned:
        return 0, channels_of(plans, configuration)
    classes = plans.integer("num_classes") + 1 if "num_classes" in plans else 0
    return classes, plans.integer("num_modalities") if "num_modalities" in plans else 0


def counts(stated: tuple[int, int], file: File, settings: dict[str, object]) -> tuple[int, int]:
    """Classes, and channels of the input, of the call or as they are stated."""

    def set_to(name: str, default: int) -> int:
        value = settings.get(name)
        if value is None:
            return default
        if type(value) is not int or not 1 <= value <= MAX_INTEGER:
            raise CallError(f"{file.path}: --set {name}: it must be an integer from 1 on, is {shown(value)}")
        return value

    missing = []
    classes, channels = set_to("classes", stated[0] or CLASSES), set_to("channels", stated[1] or 1)
    if settings.get("classes") is None and not stated[0]:
        missing.append(f"{CLASSES} classes are taken (--set classes=...)")
    if settings.get("channels") is None and not stated[1]:
        missing.append("1 channel is taken (--set channels=...)")
    if missing:
        file.remarks.append(f"what is in dataset.json is not in the plans: {', '.join(missing)}")
    return classes, channels


def channels_of(plans: Stated, configuration: Stated) -> int:
    """How many channels are normalised; 0 where it is not said."""
    if "normalization_schemes" in configuration:
        schemes = configuration.get("normalization_schemes").value
        return len(schemes) if type(schemes) is list else 0
    for key in ("foreground_intensity_properties_per_channel", "foreground_intensity_properties_by_modality"):
        if key in plans:
            return len(plans.mapping(key).names())
    return 0


def spacing_of(configuration: Stated, key: str, axes: int) -> list[float] | None:
    """Millimetres from sample to sample; None where it is not said."""
    if key not in configuration:
        return None
    spacing = configuration.get(key).plain()
    fine = isinstance(spacing, list) and len(spacing) >= axes
    if not fine or not all(type(one) in (int, float) and 0 < one < 1e9 for one in spacing):
        raise configuration.wrong(key, f"must have {axes} numbers above 0")
    return list(spacing[-axes:])
