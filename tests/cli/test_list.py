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


def test_words_choose(rf: RF) -> None:
    status, out, _ = rf("list", "RESNET", "unet_3d", "-f", "names")
    names = out.split()
    assert status == 0 and {"unet_3d", "resnet_v1_50"} <= set(names)
    assert all("resnet" in one or one == "unet_3d" for one in names)
    told = "rf list: no bundled network's name holds 'resnit_v1_50'; did you mean 'resnet_v1_50'?\n"
    assert rf("list", "resnit_v1_50") == (2, "", told)
