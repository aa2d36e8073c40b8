"""What the engine's tests against the oracle share."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, settings

import rfcli
from rfcli.description.nodes import Problems
from rfcli.graph.compile import compiled


def thorough(examples):
    """The same examples on every run, however long one takes."""
    return settings(
        max_examples=examples,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )


def compiled_network(document):
    """The graph of a document."""
    problems = Problems()
    graph = compiled(rfcli.loads(json.dumps(document), name="net.json"), problems)
    assert graph is not None, problems
    return graph
