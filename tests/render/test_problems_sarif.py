"""Problems as SARIF; its schema stands in test_problems."""

import json

from render import OUTCOMES
from rfcli.diagnostics import CODES
from rfcli.render.problems_sarif import render


def test_results_name_their_rules() -> None:
    (log,) = json.loads("".join(render(OUTCOMES, 1)))["runs"]
    rules = log["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["RF201", "RF305"]
    assert rules[0]["shortDescription"]["text"] == CODES["RF201"]
    assert [result["ruleIndex"] for result in log["results"]] == [1, 0]
    place = log["results"][0]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "a%2Cb.yaml"}, "region": {"startLine": 3, "startColumn": 5}}
