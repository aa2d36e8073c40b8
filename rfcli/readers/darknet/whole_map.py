"""Sections that read all of a map, or more than a map."""

from __future__ import annotations

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.darknet.network import Network
from rfcli.readers.darknet.options import Count, Flag, Later, Truth, Word
from rfcli.readers.darknet.sections import section


@section("avgpool", "avg")
def average(net: Network) -> None:
    net.add("avgpool", "global_avg_pool")


@section("connected", "conn")
def connected(
    net: Network, *, output: Count = 1, batch_normalize: Flag = False, cbn: Later, activation: Word = "logistic"
) -> None:
    normal = batch_normalize or cbn.flag()
    if net.last.size != (1, 1):
        net.add("flatten", "flatten")
    net.add("connected", "linear", units=output, bias=not normal)
    net.activate(activation, normal)


@section("softmax", "soft")
def softmax(net: Network, *, spatial: Truth = False) -> None:
    """Over the channels of each position with `spatial`, and of a map of one; otherwise over all positions."""
    if spatial or net.last.size == (1, 1):
        net.add("softmax", "softmax")
    else:
        net.add("softmax", "layer_norm", axes="all", scale=False, bias=False)


@section("rnn", "gru", "lstm")
def recurrent(net: Network, *, output: Count = 1) -> None:
    net.unknown((1, 1), output)


@section("crnn", "conv_lstm")
def convolution_in_time(net: Network, *, output: Count = 1) -> None:
    net.unknown(filters=output)


@section("implicit")
def implicit(net: Network, *, filters: Count = 128, atoms: Count = 1) -> None:
    """A trained map that reads nothing; here an unknown operation."""
    params = filters * atoms
    net.unknown((atoms, 1), filters, params=params if params <= MAX_INTEGER else None)
