"""Problems as a JUnit report: a test case for each description."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree import ElementTree

from rfcli.diagnostics import printable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.render.outcome import Outcome


def render(outcomes: Sequence[Outcome], limit: int, color: bool = False) -> Iterator[str]:
    """One test suite."""
    failed = sum(1 for outcome in outcomes if outcome.diagnostics)
    suite = ElementTree.Element("testsuite", name="rf", tests=str(len(outcomes)), failures=str(failed), errors="0")
    for outcome in outcomes:
        case = ElementTree.SubElement(suite, "testcase", classname="rf", name=printable(outcome.source))
        if outcome.diagnostics:
            first = printable(outcome.diagnostics[0].message)
            failure = ElementTree.SubElement(case, "failure", type=outcome.diagnostics[0].code, message=first)
            failure.text = "\n".join(map(str, outcome.diagnostics))
    suites = ElementTree.Element("testsuites")
    suites.append(suite)
    ElementTree.indent(suites)
    yield '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(suites, encoding="unicode") + "\n"
