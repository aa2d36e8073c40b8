"""`rf list`: the bundled networks."""

import json

import pytest
from cli.conftest import RF

from rfcli.resources import architectures


def test_names(rf: RF) -> None:
    status, out, err = rf("list", "-f", "names")
    assert (status, out.splitlines(), err) == (0, list(architectures()), "")


def test_figures(rf: RF, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("rfcli.resources.architectures", lambda: ["alexnet_v2"])
    status, out, _ = rf("list", "-f", "json")
    (network,) = json.loads(out)["networks"]
    assert status == 0
    assert (network["name"], network["layer"], network["field"], network["year"]) == (
        "alexnet_v2", "pool5", [195, 195], 2014,
    )  # fmt: skip
