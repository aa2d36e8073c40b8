"""Sections that work at each position by itself, among them those that end a network."""

from __future__ import annotations

from rfcli.readers.darknet.network import Network
from rfcli.readers.darknet.options import Count, Share, Word
from rfcli.readers.darknet.sections import section

ENDS = ("yolo", "Gaussian_yolo", "region", "detection", "iseg", "cost", "contrastive")
"""Sections that end a network: they pass their input on, and are outputs even where others read them."""

ALONE = {
    **dict.fromkeys(["empty", "silence", *ENDS], "identity"), "logistic": "sigmoid", "batchnorm": "batch_norm",
}  # fmt: skip
"""Sections that are one layer, and have no options."""


@section(*ALONE)
def alone(net: Network) -> None:
    net.add(net.at.type, ALONE[net.at.type])


@section("activation")
def activation(net: Network, *, activation: Word = "linear") -> None:
    net.activate(activation)
    if not net.steps:
        net.add("activation", "identity")


@section("dropout")
def dropout(net: Network, *, probability: Share = 0.2) -> None:
    net.add("dropout", "dropout", rate=probability)


@section("normalization", "lrn")
def local_response_norm(net: Network, *, size: Count = 5) -> None:
    net.add("normalization", "lrn", size=size)


@section("l2norm")
def l2_norm(net: Network) -> None:
    net.add("l2norm", "layer_norm", scale=False, bias=False)
