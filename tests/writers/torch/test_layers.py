"""The table of layer types, and the sources that come of it."""

from __future__ import annotations

import ast
from importlib import import_module

import pytest
from writers.exporting import CASES, described, network, refusals

import rfcli
from rfcli.layers._registry import LAYERS
from rfcli.resources import architectures

FAMILIES = ("merges", "parts", "pointwise", "recurrent", "resizing", "weights", "whole_map", "windows")


def test_every_layer_type_has_a_row() -> None:
    rows = {case[0] for family in FAMILIES for case in import_module(f"writers.torch.test_{family}").CASES}
    assert set(LAYERS) - rows == {"linear"}, "linear takes no map: test_features"


REFUSED_BY_TORCH = {
    "max_unpool-0": "indices",
    "resize-4": "asymmetric",
    "resize-5": "align_corners",
    "lp_pool-1": "dilation",
    **dict.fromkeys(("lstm-0", "gru-0", "rnn-0"), "maps of one axis only"),
    "custom-1": "whole map",
    "custom-2": "Einsum",
    "custom-3": "it states 7 parameters, a layer of its own would have 148",
    "custom-4": "it states 0 multiply-accumulates, a convolution of its kernel has 17280",
}


@pytest.mark.parametrize("case", CASES)
def test_torch_writes_each_layer_or_says_why_not(case: str) -> None:
    found = refusals(described(CASES[case]), "torch")
    if case in REFUSED_BY_TORCH:
        (message,) = [one for one in found if "'it'" in one]
        assert REFUSED_BY_TORCH[case] in message
    else:
        assert found == []


SHARING = ("siamfc",)
"""Bundled networks some layers of which have the weights of others."""


def test_layers_that_share_weights_are_refused() -> None:
    found = refusals(rfcli.load("siamfc"), "torch")
    assert len(found) == 9
    assert all(one.startswith(("conv 'fz/", "batch_norm 'fz/")) and "it states 0 parameters" in one for one in found)


@pytest.mark.parametrize("name", [name for name in architectures() if name not in SHARING])
def test_bundled_networks_become_torch_modules(name: str) -> None:
    text = rfcli.exported(name, "torch")
    assert isinstance(text, str)
    tree = ast.parse(text)
    imported = {one.name for node in ast.walk(tree) if isinstance(node, ast.Import) for one in node.names}
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {"torch", "torch.nn.functional"}
    *_, last = tree.body
    assert isinstance(last, ast.ClassDef) and last.name[0].isupper()


def test_shared_weights_are_refused() -> None:
    (message,) = refusals(network([{"type": "conv", "kernel": 3, "filters": 2, "params": 0}]), "torch")
    assert "it states 0 parameters, a layer of its own would have 56" in message


def test_unknown_channels_are_refused() -> None:
    text = "format: 1\ninput: {size: 16}\nlayers: [{type: conv, kernel: 3, filters: 2}, {type: relu}]\n"
    (message,) = refusals(rfcli.loads(text), "torch")
    assert "the channels of its input are not known" in message
