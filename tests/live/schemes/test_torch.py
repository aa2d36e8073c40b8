"""Networks of torchvision by their names: parameters as its documentation states them."""

from __future__ import annotations

import pytest
from witnesses.zoo import vision_models

import rfcli

pytestmark = pytest.mark.zoo

MODELS = [
    ("resnet18(num_classes=7)", 11_180_103), ("mobilenet_v3_small", 2_542_856), ("squeezenet1_0", 1_248_424),
    ("shufflenet_v2_x0_5", 1_366_792), ("efficientnet_b0", 5_288_548), ("segmentation:lraspp_mobilenet_v3_large", 3_221_538),
]  # fmt: skip
"""Parameters as torchvision's documentation states them; seven classes are 993 * 513 fewer than a thousand."""


@pytest.mark.parametrize(("name", "params"), MODELS)
def test_parameters_are_the_published_ones(name: str, params: int) -> None:
    vision_models()
    module, _, factory = name.rpartition(":")
    source = f"torch:torchvision.models{'.' if module else ''}{module}:{factory}"
    network = rfcli.from_code(source, "1x3x224x224")
    assert network.name == factory.partition("(")[0]
    assert rfcli.compute(network).total.params == params
