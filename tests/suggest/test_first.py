"""First descriptions: the smallest of a kind that reaches a field."""

from __future__ import annotations

import math

import pytest

import rfcli
from rfcli.api.answers import main_layer
from rfcli.diagnostics import CallError


def size(kind: str, at_least: int) -> tuple[int, dict[str, int]]:
    """The field of a first description, and its parameters."""
    network = rfcli.loads(rfcli.from_nothing(kind, at_least), "first.yaml")
    report = rfcli.compute(network)
    found = report.layer(main_layer(report)).receptive_field.size
    return min(found), network.nodes["parameters"].plain()


@pytest.mark.parametrize("at_least", [1, 3, 4, 5, 17, 101, 1001])
def test_chains(at_least: int) -> None:
    """1 + 2n."""
    found, parameters = size("chain", at_least)
    assert (found, parameters["depth"]) == (1 + 2 * parameters["depth"], max(math.ceil((at_least - 1) / 2), 1))


@pytest.mark.parametrize(("at_least", "strided"), [(16, 1), (17, 2), (34, 2), (70, 3), (71, 4), (142, 4), (286, 5)])
def test_patches(at_least: int, strided: int) -> None:
    """Isola et al. (2017), section 6.1.2 and their code: 16, 34, 70, 142 and 286 by 1 to 5 strided convolutions."""
    found, parameters = size("patchgan", at_least)
    assert (parameters["strided"], found >= at_least) == (strided, True)
    assert found == {1: 16, 2: 34, 3: 70, 4: 142, 5: 286}[strided]


@pytest.mark.parametrize("at_least", [2, 5, 6, 100, 631, 4000])
def test_levels(at_least: int) -> None:
    """The rule by which darts (unit8, TCNModel) chooses the number of layers: ceil(log2((n - 1)/(k - 1)/2 + 1))."""
    found, parameters = size("tcn", at_least)
    wanted = math.ceil(math.log2((at_least - 1) / (parameters["kernel"] - 1) / 2 + 1))
    assert (parameters["levels"], found) == (wanted, 1 + 4 * (2**wanted - 1))


def test_unets() -> None:
    found, _ = size("unet", 100)
    assert 100 <= found <= 220
    network = rfcli.loads(rfcli.from_nothing("unet", 100), "first.yaml")
    (height, _) = rfcli.sizes(network)
    assert height.residues == (0,) and height.period in (8, 16)


def test_what_is_too_large() -> None:
    with pytest.raises(CallError, match="a chain would need more than 4096 layers"):
        rfcli.from_nothing("chain", 10_000)
    with pytest.raises(CallError, match="kind must be one of chain, tcn, patchgan, unet"):
        rfcli.from_nothing("gan", 10)
