"""The command for networks of MONAI that are not read."""

from __future__ import annotations

import json
from typing import Any

import pytest

import rfcli
from rfcli.readers.monai.running import LIVE

TWO = {"spatial_dims": 2, "in_channels": 3, "num_classes": 4}
COMMANDS = [
    ("SEResNet50", TWO, "rf compute 'torch:monai.networks.nets:SEResNet50(spatial_dims=2, in_channels=3, num_classes=4)'"
                        " --example 1x3x224x224 runs its code"),
    ("monai.networks.nets.diffusion_model_unet.DiffusionModelUNet", {"spatial_dims": 3, "in_channels": 1, "channels": [32, "@n"]},
     "rf compute 'torch:monai.networks.nets.diffusion_model_unet:DiffusionModelUNet(spatial_dims=3, in_channels=1,"
     " channels=[32, 64])' --example 1x1x96x96x96 runs its code"),
    ("FlexibleUNet", {"spatial_dims": 2, "in_channels": 3, "out_channels": 2, "backbone": "efficientnet-b2", "pretrained": True},
     "rf compute 'torch:monai.networks.nets:FlexibleUNet(spatial_dims=2, in_channels=3, out_channels=2, backbone='\\''"
     "efficientnet-b2'\\'', pretrained=False)' --example 1x3x224x224 runs its code"),
    ("scripts.networks.unest.UNesT", {"in_channels": 1},
     "rf compute 'torch:scripts.networks.unest:UNesT(in_channels=1)' --example 1x1x96x96x96 runs its code"),
    ("DiNTS", {"dints_space": "$@space", "in_channels": "@n"},
     "rf compute 'torch:monai.networks.nets:DiNTS(...)' --example 1x64x96x96x96, with its arguments in place of the dots,"
     " runs its code"),
    ("TorchVisionFCModel", {"model_name": "resnet18", "num_classes": 1, "_requires_": "@n"},
     "rf compute 'torch:monai.networks.nets:TorchVisionFCModel(model_name='\\''resnet18'\\'', num_classes=1)' --example"
     " 1x3x224x224 runs its code"),
    ("os.system", {"command": "rm"}, LIVE),
    ("$import os", {}, LIVE),
    ("monai.networks.nets.Net;rm", {}, LIVE),
]  # fmt: skip


@pytest.mark.parametrize(("word", "given", "help"), COMMANDS)
def test_the_command_has_what_the_file_states(word: str, given: dict[str, Any], help: str) -> None:
    text = json.dumps({"n": 64, "network_def": {"_target_": word, **given}})
    with pytest.raises(rfcli.DescriptionError) as raised:
        rfcli.loads(text, "train.json")
    (found,) = raised.value.diagnostics
    assert found.message.startswith("the network '") and found.help == help
