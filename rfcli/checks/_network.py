"""A network under check, at one input size, with what its expectations and the rules both ask for."""

from __future__ import annotations

from functools import cached_property

from rfcli.engine.paths import count
from rfcli.engine.support import Effort

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.engine.reading import Reading
    from rfcli.engine.report import Report


class Network:
    """A report and analyses of it, made when they are first asked for."""

    def __init__(self, report: Report, effort: Effort) -> None:
        self.report, self.effort = report, effort
        self.explained = 0
        """Misses that were explained so far."""

    @cached_property
    def readings(self) -> list[Reading]:
        """Local paths along each axis; axes that are alike share one."""
        return self.report.sight.readings

    @cached_property
    def paths(self) -> list[list[int]]:
        """Along each axis the number of paths to every layer."""
        return self.report.followed.per_axis(lambda axis: count(self.readings[axis]))
