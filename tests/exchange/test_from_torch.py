"""Real models, read from torch: parameters and costs equal torch's, regions equal autograd's."""

from __future__ import annotations

import pytest

import rfcli
from exchange.zoo import agrees

pytestmark = pytest.mark.zoo

CHOSEN = [
    "alexnet",
    "resnet18",
    "resnext50",
    "googlenet",
    "inception_v3",
    "mobilenet_v2",
    "mobilenet_v3_small",
    "mnasnet",
    "densenet121",
    "squeezenet",
    "shufflenet",
    "efficientnet_b0",
    "regnet_y",
    "convnext_tiny",
    "fcn_resnet50",
    "deeplabv3_mobilenet",
    "lraspp",
    "r3d_18",
    "r2plus1d_18",
    "unet_1d",
    "unet_3d",
    "wavenet",
]
"""A model of each family: tracing takes seconds."""


@pytest.mark.parametrize("name", CHOSEN)
def test_model(name: str) -> None:
    agrees(name, rfcli.from_torch, own_names=True)
