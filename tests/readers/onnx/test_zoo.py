"""Real models, exported to ONNX by torch: parameters and costs equal torch's, regions equal autograd's."""

from __future__ import annotations

import io
import warnings
from typing import Any

import pytest
from witnesses.zoo import MODELS, agrees

import rfcli

pytestmark = pytest.mark.zoo


def exported(module: Any, shape: tuple[int, ...]) -> bytes:
    """ONNX, as it is trained: norms are not folded, and no two weights are alike, so that none are merged."""
    import torch

    stream = io.BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        torch.onnx.export(
            module, (torch.zeros(shape),), stream, dynamo=False, opset_version=17, do_constant_folding=False,
            training=torch.onnx.TrainingMode.PRESERVE,
        )  # fmt: skip
    return stream.getvalue()


@pytest.mark.parametrize("name", MODELS)
def test_model(name: str) -> None:
    agrees(name, lambda module, shape: rfcli.loads(exported(module, shape), f"{name}.onnx"), own_names=False)
