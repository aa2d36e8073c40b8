"""Models of timm by their names, where timm is installed."""

from __future__ import annotations

import pytest
from witnesses.zoo import vision_models

import rfcli
from rfcli.diagnostics import CallError

pytestmark = pytest.mark.zoo

MODELS = [
    ("resnet18", "layer4", (435, 435)), ("resnet18(in_chans=1)", "layer4", (435, 435)), ("convnext_atto", "stages", None),
    ("mobilenetv3_small_050", "blocks", None), ("efficientnet_lite0", "blocks", None),
    ("vit_tiny_patch16_224(depth=2)", "patch_embed", (16, 16)),
]  # fmt: skip
"""The field of ResNet-18's last map is the one that Araujo et al. print; a patch is as large as its name says."""


@pytest.mark.parametrize(("name", "scope", "size"), MODELS)
def test_models(name: str, scope: str, size: tuple[int, ...] | None) -> None:
    vision_models()  # which it imports
    timm = pytest.importorskip("timm")
    network = rfcli.from_code(f"timm:{name}")
    assert network.remarks[0].startswith("called with 1x")
    report = rfcli.compute(network)
    bare, _, arguments = name.partition("(")
    keywords = eval(f"dict({arguments}" if arguments else "dict()")  # of the table above
    module = timm.create_model(bare, **keywords)
    assert report.total.params == sum(one.numel() for one in module.parameters())
    if size is not None:
        found = report.layer(scope).receptive_field
        assert found is not None and found.size == size


def test_what_cannot_be_is_told() -> None:
    vision_models()
    pytest.importorskip("timm")
    with pytest.raises(CallError, match=r"has no model 'resnet_18' .did you mean 'resnet18'"):
        rfcli.from_code("timm:resnet_18")
    with pytest.raises(CallError, match=r"it cannot be made: .*TypeError"):
        rfcli.from_code("timm:resnet18(nonsense=3)")
