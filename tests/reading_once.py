"""Commands about bundled networks, many times: each network is read and computed once."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

import rfcli
import rfcli.api.networks
from rfcli import pipeline, resources

NETWORKS = frozenset(resources.architectures())


class Known(NamedTuple):
    """Bundled networks that were read, and the reports of those that were computed."""

    read: dict[str, rfcli.Architecture]
    computed: dict[object, rfcli.Report]


def read_once(monkeypatch: pytest.MonkeyPatch, known: Known) -> None:
    """A bundled network is read once for all commands, and computed once for each way that they ask for: neither tells
    them anything else the next time."""
    reading, computing = pipeline.Loading.file, rfcli.api.networks.compute
    read, computed = known

    def file(loading: pipeline.Loading, name: str, *rest: Any, **more: Any) -> rfcli.Architecture:
        if name not in NETWORKS or loading.settings:
            return reading(loading, name, *rest, **more)
        if name not in read:
            read[name] = reading(loading, name, *rest, **more)
        return read[name]

    def compute(network: Any, **how: Any) -> rfcli.Report:
        if read.get(getattr(network, "source", "")) is not network:
            return computing(network, **how)
        key = network.source, repr(how)
        if key not in computed:
            computed[key] = computing(network, **how)
        return computed[key]

    monkeypatch.setattr(pipeline.Loading, "file", file)
    monkeypatch.setattr("rfcli.api.networks.compute", compute)
