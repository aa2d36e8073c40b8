"""rf against the brute-force oracle, on random valid networks: every number must agree."""

from __future__ import annotations

import json
from fractions import Fraction

import pytest
from hypothesis import assume, event, given
from hypothesis import strategies as st
from oracle.against import thorough
from oracle.channels import oracle_of
from oracle.networks import chains, doubtful, graphs, unsized
from oracle.rules import Invalid
from oracle.spelling import flatten, scopes

import rfcli

FIELD = (
    "size",
    "stride",
    "padding",
    "center",
    "lookback",
    "lookahead",
    "phase_sizes",
    "aligned",
    "uniform",
    "global",
    "through",
)
PARTING = ("channel_slice", "pixel_shuffle", "depth_to_space")
"""Layers whose outputs are a part of the channels. The oracle takes the union over channels for a merge of their paths,
so it knows nothing of `aligned` where one of them stands."""
LISTS = ("size", "stride", "padding", "center", "lookback", "lookahead", "phase_sizes")


def computed(document, **how):
    """What rf says of a document: one network of its JSON."""
    architecture = rfcli.loads(json.dumps(document), name="net.json")
    return rfcli.compute(architecture, **how).as_json()


def differences(report, oracle, fields="receptive_field"):
    """All that rf says otherwise than the oracle: (layer, what, rf's, the oracle's)."""
    rows = report["layers"]
    found = [("", "names", [row["name"] for row in rows], list(oracle.layers))]
    found += [("", "outputs", report["outputs"], oracle.outputs())]
    found += [("", key, report["totals"][key], value) for key, value in oracle.totals().items()]
    if found[0][2] == found[0][3]:
        for row in rows:
            found += layer_rows(row, oracle)
            found += field_rows(row["name"], row[fields], oracle.field(row["name"]), oracle)
    return unequal(found)


def unequal(found):
    rows = [(name, key, said, plain(expected)) for name, key, said, expected in found]
    return [row for row in rows if row[2] != row[3]]


def plain(value):
    """The oracle's fractions as JSON has them."""
    if isinstance(value, list):
        return [plain(each) for each in value]
    return float(value) if isinstance(value, Fraction) else value


def layer_rows(row, oracle):
    name = row["name"]
    layer = oracle.layers[name]
    yield name, "inputs", row["inputs"], layer["inputs"]
    yield name, "output_size", row["output_size"], oracle.sizes.size[name]
    yield name, "channels", row["channels"], oracle.sizes.channels[name]
    for key, value in oracle.cost(name).items():
        yield name, key, row[key], value


def keys_of(oracle):
    """What the oracle knows of fields."""
    parted = any(layer["type"] in PARTING for layer in oracle.layers.values())
    return [key for key in FIELD if key != "aligned" or not parted]


def field_rows(name, field, expected, oracle):
    if field is None or expected is None:
        yield name, "receptive_field", field, expected
        return
    for key in keys_of(oracle):
        yield name, key, field[key], expected[key]


@given(chains(most=1))
@thorough(100)
def test_single_layers(document):
    assert differences(computed(document), oracle_of(flatten(document))) == []


@given(chains())
@thorough(100)
def test_chains(document):
    assert differences(computed(document), oracle_of(flatten(document))) == []


@given(graphs())
@thorough(100)
def test_graphs(document):
    report = computed(document)
    assert differences(report, oracle_of(flatten(document))) == []
    assert report["scopes"] == scopes(document)


@given(st.one_of(chains(), graphs()), st.data())
@thorough(40)
def test_from_any_layer(document, data):
    network = flatten(document)
    origin = data.draw(st.sampled_from([layer["name"] for layer in network.layers]), label="origin")
    oracle = oracle_of(network, origin)
    assume(not sees_a_broadcast(oracle))
    assert differences(computed(document, origin=origin), oracle) == []


def sees_a_broadcast(oracle):
    """Whether a map of one position that has a local path from the origin is broadcast."""
    axes = range(oracle.sizes.dims)
    return any(oracle.local(name, axis) for name in oracle.sizes.all_broadcast() for axis in axes)


def test_from_a_map_that_is_broadcast():
    """Every output of the gated map reads the only position there is: no step is a shift by 1."""
    layers = [
        {"name": "pool", "type": "global_avg_pool"},
        {"name": "gated", "type": "multiply", "inputs": ["input", "pool"]},
    ]
    report = computed({"format": 1, "input": {"size": [9], "channels": 2}, "layers": layers}, origin="pool")
    assert report["layers"][-1]["receptive_field"]["stride"] == [0]


def test_paths_of_different_strides_before_outputs_that_read_the_same():
    """Output 0 of the merge reads -1..1 and 0..2, which all outputs of the resize read: they move by 0, with one size."""
    layers = [
        {"name": "a", "type": "conv", "kernel": 3, "stride": 2, "padding": 1, "filters": 1},
        {"name": "b", "type": "conv", "kernel": 3, "filters": 1, "inputs": ["input"]},
        {"name": "both", "type": "add", "inputs": ["a", "b"]},
        {"name": "still", "type": "resize", "size": 1, "mode": "linear", "coordinates": "align_corners"},
        {"name": "behind", "type": "relu"},
    ]
    document = {"format": 1, "input": {"size": [5], "channels": 1}, "layers": layers}
    report = computed(document)
    assert differences(report, oracle_of(flatten(document))) == []
    both, still, behind = [row["receptive_field"] for row in report["layers"][2:]]
    assert (both["stride"], both["uniform"], both["phase_sizes"]) == ([None], False, [None])
    for field in (still, behind):
        assert [field[key] for key in LISTS] == [[4], [0], [1], [0.5], [1], [2], [[4]]]
        assert (field["uniform"], field["aligned"]) == (True, False)


@given(st.one_of(chains(), graphs()))
@thorough(20)
def test_when_training(document):
    oracle = oracle_of(flatten(document), mode="train")
    assert differences(computed(document, mode="train"), oracle) == []


@given(graphs(inputs=2))
@thorough(20)
def test_from_each_of_several_inputs(document):
    network = flatten(document)
    report = computed(document)
    for origin in network.inputs:
        oracle = oracle_of(network, origin)
        for row in report["layers"]:
            found = field_rows(row["name"], row["receptive_fields"][origin], oracle.field(row["name"]), oracle)
            assert unequal(found) == []


@given(doubtful())
@thorough(60)
def test_what_is_refused(document):
    """rf takes a small network exactly when it can be built."""
    try:
        flat = oracle_of(flatten(document))
    except Invalid as error:
        event("refused")
        with pytest.raises(rfcli.DescriptionError):
            computed(document)
            pytest.fail(f"taken, though {error}")
    else:
        assert differences(computed(document), flat) == []


@given(unsized(), st.integers(0, 30))
@thorough(40)
def test_unknown_size(document, more):
    """A number given without an input size holds at every large enough size; a null has a reason."""
    try:
        report = computed(document)
    except rfcli.DescriptionError:
        assume(False)
    oracles = list(valid_oracles(document, range(60 + more, 76 + more)))
    assert contradictions(report, oracles) == []
    assert [row["name"] for row in report["layers"] if unexplained(row)] == []


def valid_oracles(document, sizes):
    for size in sizes:
        try:
            yield size, oracle_of(flatten(document, size))
        except Invalid:
            continue


def contradictions(report, oracles):
    """Numbers that rf gives and that some size makes untrue."""
    found = []
    for size, oracle in oracles:
        for row in report["layers"]:
            name, said, field = row["name"], row["receptive_field"], oracle.field(row["name"])
            for key in keys_of(oracle):
                found += [(name, size, key, said[key], field[key])] * contradicts(said[key], field[key])
            for key, value in (*oracle.cost(name).items(), ("channels", oracle.sizes.channels[name])):
                found += [(name, size, key, row[key], value)] * contradicts(row[key], value)
    return found


def contradicts(said, true):
    """Whether a statement is untrue; null states nothing."""
    if isinstance(said, list) and isinstance(true, list) and len(said) == len(true):
        return any(contradicts(one, other) for one, other in zip(said, true, strict=True))
    return said is not None and said != plain(true)


def unexplained(row):
    """Whether a number is missing without a note, other than where only a global path is left."""
    field = row["receptive_field"]
    missing = any(None in field[key] for key in LISTS) or None in (field["aligned"], field["uniform"])
    return missing and not field["notes"] and not field["global"]
