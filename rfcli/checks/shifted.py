"""RF509: maps that are shifted against the input."""

from __future__ import annotations

from collections.abc import Iterator

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.engine.comparison import main_map
from rfcli.engine.fields import Mixed
from rfcli.engine.listed import Listed
from rfcli.geometry.field import Field, ratio
from rfcli.geometry.unknown import Unknown


class Shifted(Rule):
    """The centers of a map's first and last output are not equally far from the two ends of the input: even kernels,
    and `same` or one-sided padding with a stride, move features by a part of a stride. Causal networks and those that
    look back at least three times as far as ahead are meant to be one-sided, and left alone.
    """

    code = "RF509"
    cost = (
        "features lie beside the places they describe: keypoints and boxes are off by the shift, flips change results."
    )
    mend = "odd kernels, and input sizes of which the stride divides n - 1 (225, 321), or that `same` pads evenly"
    source = "Araujo, Norris & Sim (2019), section on alignment with the image: c(0) + c(last) = n - 1"
    default = False

    def check(self, subject: Subject) -> Iterator[Finding]:
        numbers = [number for number in subject.outputs if self._local(subject, number)]
        if not numbers:
            deepest = main_map(subject.report)
            number = None if deepest is None else subject.graph.names.number(deepest.name)
            numbers = [] if number is None else [number]
        for number in numbers:
            for axes in subject.distinct():
                if subject.sight.looks_back(number, subject.sight.axes[axes[0]]):
                    continue
                found = self._along(subject, number, axes[0])
                if found:
                    yield Finding(subject.node(number), f"'{subject.label(number)}'{subject.where(axes)} {found}")

    @staticmethod
    def _local(subject: Subject, number: int) -> bool:
        field = subject.layer_report(number).receptive_field
        return field is not None and None not in field.size

    @staticmethod
    def _along(subject: Subject, number: int, axis: int) -> str:
        n, out = subject.input_size(axis), subject.graph.axes[axis].known[number]
        local = subject.sight.axes[axis].fields.local[number]
        if isinstance(n, Unknown) or isinstance(out, Unknown) or not isinstance(local, Field | Mixed | Listed):
            return ""
        first, last = local.bounds(0), local.bounds(out - 1)
        if first is None or last is None:
            return ""
        shift = ratio(sum(first) + sum(last) - 2 * (n - 1), 4)
        if shift == 0:
            return ""
        a, b = ratio(sum(first), 2), ratio(sum(last), 2)
        return (
            f"is shifted by {_decimal(shift)} samples: centers run from {_decimal(a)} to {_decimal(b)} on 0 to {n - 1}"
        )


def _decimal(value: object) -> str:
    return str(value) if isinstance(value, int) else str(float(value))  # type: ignore[arg-type]
