"""Bundled networks for tests that look at each of them.

A network that is another one deeper, wider or once more, is looked at in the group random; one of each kind every day.
"""

from __future__ import annotations

from rfcli import resources

NETWORKS = tuple(resources.architectures())
AKIN = frozenset({
    "bagnet_17", "bagnet_33", "inception_resnet_v2_same", "inception_v4", "mobilenet_v1_075", "resnet34",
    "resnet101", "resnet152", "resnet_v1_101", "resnet_v1_152", "resnet_v1_200", "resnet_v2_50", "resnet_v2_101",
    "resnet_v2_152", "resnet_v2_200", "vgg_16", "alexnet_v2", "inception_v3",
})  # fmt: skip
