"""RF506, RF507 and RF508: outputs that see too little."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.diagnostics import counted
from rfcli.geometry.unknown import Unknown


def _too_narrow(subject: Subject, least: list[int | Unknown], what: str) -> Iterator[Finding]:
    """Outputs with a local field only that is smaller than `least` along some axis."""
    for number in subject.outputs:
        field = subject.layer_report(number).receptive_field
        if field is None or field.globally:
            continue
        narrow = {}
        for axis in subject.axes:
            size, bound = field.size[axis], least[axis]
            if isinstance(size, int) and isinstance(bound, int) and size < bound:
                narrow[axis] = (size, bound)
        if narrow:
            size, bound = next(iter(narrow.values()))
            yield Finding(
                subject.node(number),
                f"output '{subject.label(number)}' sees {counted(size, 'sample')}{subject.where(list(narrow))}, "
                f"{what.format(bound)}",
            )


class NarrowerThanInput(Rule):
    """An output sees only a part of the input. Meant so for dense predictions and textures, rarely for a decision about
    the whole image.
    """

    code = "RF506"
    cost = "no output can relate what lies further apart than its field."
    mend = "deeper layers, strides, dilations, or a global layer"
    source = (
        'Richter, Shenk, Byttner, Arntzen & Huss (2021), "(Input) size matters for CNN classifiers", maximum resolution'
    )
    default = False

    def check(self, subject: Subject) -> Iterator[Finding]:
        sizes = [subject.input_size(axis) for axis in subject.axes]
        yield from _too_narrow(subject, sizes, "fewer than the input's {}")


class NarrowerThanObjects(Rule):
    """An output sees less than the objects that it is to find (`--object-size`)."""

    code = "RF507"
    cost = "an object larger than the field is never seen as a whole."
    mend = "deeper layers, strides or dilations, or a smaller input scale"
    source = 'Luo, Li, Urtasun & Zemel (2016), "Understanding the effective receptive field": see more than the object'
    default = False
    option = "object_size"

    def check(self, subject: Subject) -> Iterator[Finding]:
        size = subject.bounds.object_size
        if size is not None:
            yield from _too_narrow(subject, [size for _ in subject.axes], "fewer than objects of {}")


class NarrowerThanMotion(Rule):
    """An output sees less than `--displacement` samples in every direction: 2 x displacement + 1 are needed to match a
    point with where it has moved.
    """

    code = "RF508"
    cost = "motions larger than half the field cannot be matched (optical flow, stereo, tracking)."
    mend = "deeper layers, strides or dilations, or a pyramid"
    source = "derived: a displacement d to either side spans 2d + 1 samples"
    default = False
    option = "displacement"

    def check(self, subject: Subject) -> Iterator[Finding]:
        most = subject.bounds.displacement
        if most is not None:
            said = f"fewer than the {{}} that displacements of {most} to either side span"
            yield from _too_narrow(subject, [2 * most + 1 for _ in subject.axes], said)
