"""`rf explain`."""

from __future__ import annotations

from rfcli.cli import options
from rfcli.cli.declarations import Command, Question
from rfcli.cli.networks import answered

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli import Report
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style


def run(question: Question) -> int:
    """Prints how the field of a layer comes about."""
    from rfcli.api.answers import explained
    from rfcli.geometry.axes import axis_names
    from rfcli.render.derivation import render

    def derivations(report: Report, layer: str, format: str, style: Style) -> Answer:
        found = explained(report, layer)
        names = {layer, *(step.layer for axis in found for step in axis.steps)}
        fields = {name: report.layer(name).receptive_field for name in names}
        return render(report.name, layer, axis_names(len(found)), found, fields, format, style)

    return answered(question, derivations)


COMMAND = Command(
    "explain",
    """Explain a layer's receptive field: the recurrences with their numbers, step by step, and the closed form.

\b
  rf explain alexnet_v2 --layer conv5
  rf explain resnet50 --layer layer4
  rf explain net.yaml --layer head -f json

Each row is a layer of the path that decides the size: its own k, s and p, what it adds, (k - 1) x the stride before it,
and size, stride and padding up to it (Araujo et al. 2019). k is the extent of its taps; where some are dilated, d
stands beside it, and k is d(kernel - 1) + 1. Axes that agree stand once.
""",
    run,
    options.NETWORK,
    (*options.QUESTION, *options.ANSWER),
)
