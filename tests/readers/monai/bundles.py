"""Configurations of bundles, cut to what says something of a network; figures are those that MONAI 1.6.1 counts."""

import json

import rfcli


def bundle(target, **arguments):
    return {"bundle_root": ".", "network_def": {"_target_": target, **arguments}}


def loaded(tree, name="train.json", **settings):
    return rfcli.loads(tree if isinstance(tree, str) else json.dumps(tree), name, settings=settings)


def report_of(target, size, **arguments):
    return rfcli.compute(loaded(bundle(target, **arguments)), input_size=size)


def conv(c1, c2, area=9, bias=True):
    return c1 * c2 * area + c2 * bias
