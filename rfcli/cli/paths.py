"""`rf paths`."""

from __future__ import annotations

import sys

from rfcli.cli import options
from rfcli.cli.declarations import Command, Question
from rfcli.cli.networks import answered, beside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli import Report
    from rfcli.render.answer import Answer
    from rfcli.render.view import Style


def run(question: Question) -> int:
    """Prints the numbers of paths by field size."""
    return answered(question, _counts, beside)


def _counts(report: Report, layer: str, format: str, style: Style) -> Answer:
    from rfcli.api.answers import paths
    from rfcli.geometry.axes import axis_names
    from rfcli.render.paths import render

    counts = paths(report, layer)
    sys.set_int_max_str_digits(0)  # counts are exact however many digits they have
    return render(report.name, layer, list(zip(axis_names(len(counts)), counts, strict=True)), format, style)


COMMAND = Command(
    "paths",
    """Count the paths from the input to a layer by field size, exactly.

\b
  rf paths highres3dnet
  rf paths resnet152 --layer layer4 -f json
  rf paths net.yaml --layer head --from stem -f csv

Every residual adds a choice, so that a layer is reached along many paths of different fields: the table shows how many
see how much. Paths through global layers only are not counted; a network that ends in one is looked at before it,
unless --layer says otherwise.
""",
    run,
    options.NETWORK,
    (*options.QUESTION, *options.ANSWER),
)
