"""MONAI's networks that tell one thing of the whole map: DenseNet."""

from __future__ import annotations

from rfcli.readers.draft import ForeignError
from rfcli.readers.monai.networks import Arguments, Makes, network
from rfcli.readers.monai.units import activation_of, norm_of
from rfcli.readers.parts import Map, Part

SIZES = {"": [6, 12, 24, 16], "121": [6, 12, 24, 16], "169": [6, 12, 32, 32], "201": [6, 12, 48, 32],
         "264": [6, 12, 64, 48]}  # fmt: skip
"""Layers of each block, by what the class is called."""


def dense_net(usual: list[int]) -> Makes:
    def make(net: Part, x: Map, given: Arguments) -> Map:
        """Each layer's few channels are joined to all before (Huang et al. 2017)."""
        out, first = given.integer("out_channels"), given.integer("init_features", 64)
        growth, wide = given.integer("growth_rate", 32), given.integer("bn_size", 4)
        blocks, dropout = given.some("block_config", usual), given.share("dropout_prob", 0.0) > 0
        if sum(blocks) > net.limits.layers:
            raise ForeignError(f"more than {net.limits.layers} layers", net.limits.exceeded("layers"), given.node)
        act, norm = activation_of(given, "act", ("relu", {})), norm_of(given, "norm", ("batch", {}))
        one, axes = [1] * net.axes, net.axes

        def ready(part: Part, suffix: str, x: Map) -> Map:
            """Norm and activation."""
            x = part.add(f"norm{suffix}", norm[0], x, **norm[1]) if norm else x
            return part.add(f"relu{suffix}", act[0], x, **act[1]) if act else x

        features = net / "features"
        x = features.conv("conv0", x, first, [7] * axes, [2] * axes, [3] * axes, False)
        x = ready(features, "0", x)
        x = features.add("pool0", "max_pool", x, kernel=[3] * axes, stride=[2] * axes, padding=[1] * axes)
        for at, layers in enumerate(blocks, 1):
            for number in range(1, layers + 1):
                layer = features / f"denseblock{at}/denselayer{number}"
                part = layer / "layers"
                y = part.conv("conv1", ready(part, "1", x), wide * growth, one, bias=False)
                y = part.conv("conv2", ready(part, "2", y), growth, [3] * axes, bias=False)
                x = layer.concat("concat", x, part.add("dropout", "dropout", y) if dropout else y)
            if at == len(blocks):
                x = features.add("norm5", norm[0], x, **norm[1]) if norm else x
            else:
                part = features / f"transition{at}"
                x = part.conv("conv", ready(part, "", x), x.channels // 2, one, bias=False)
                x = part.add("pool", "avg_pool", x, kernel=[2] * axes, stride=[2] * axes)
        x = net.add("class_layers/relu", act[0], x, **act[1]) if act else x
        x = net.add("class_layers/pool", "global_avg_pool", x)
        return net.add("class_layers/out", "linear", x, channels=out, units=out)

    return make


for _size, _blocks in SIZES.items():
    network(f"DenseNet{_size}")(dense_net(_blocks))
