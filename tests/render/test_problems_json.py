"""Problems as JSON, all of them."""

import json

from render import OUTCOMES
from rfcli.render.problems_json import render


def test_a_document() -> None:
    document = json.loads("".join(render(OUTCOMES, 1)))
    assert document["files"] == [{"source": "a,b.yaml", "problems": 2}, {"source": "good.yaml", "problems": 0}]
    first, second = document["diagnostics"]
    assert first == {
        "path": "a,b.yaml", "line": 3, "column": 5, "code": "RF305", "message": "a map of 0 % is empty", "help": "pad it",
    }  # fmt: skip
    assert second["help"] is None
