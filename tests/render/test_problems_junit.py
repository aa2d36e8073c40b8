"""Problems as a JUnit report."""

from xml.etree import ElementTree

from render import OUTCOMES
from rfcli.render.problems_junit import render


def test_a_case_for_each_description() -> None:
    suites = ElementTree.fromstring("".join(render(OUTCOMES, 1)))
    (suite,) = suites
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("2", "1", "0")
    bad, good = suite
    assert (bad.get("name"), good.get("name"), len(good)) == ("a,b.yaml", "good.yaml", 0)
    assert bad[0].get("type") == "RF305"
    assert "help: pad it" in (bad[0].text or "")
