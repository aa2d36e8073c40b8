"""What is different, in exact numbers."""

import json
import pickle

import pytest
import yaml
from difference.nets import AFTER, BEFORE
from jsonschema import Draft202012Validator
from referencing import Registry

import rfcli
from rfcli import resources
from rfcli.difference.found import Difference

with open(resources.schema("difference"), encoding="utf-8") as stream:
    SCHEMA = json.load(stream)
with open(resources.schema("result"), encoding="utf-8") as stream:
    RESULT = json.load(stream)


def net(*layers: dict[str, object], **more: object) -> dict[str, object]:
    return {"format": 1, "input": {"size": 16, "channels": 3}, "layers": list(layers), **more}


def small() -> Difference:
    return rfcli.diff(yaml.safe_load(BEFORE), yaml.safe_load(AFTER))


def test_layers_and_why() -> None:
    """`last` reads relu, and that conv1, as conv2 read a pool that read conv1: what is new or gone between is told
    there. It is built as conv2 was."""
    rows = {row["layer"]: row for row in small().rows()}
    assert {name: (row["change"], row["why"]) for name, row in rows.items()} == {
        "conv1": ("changed", "kernel 3 -> 5, padding 1 -> 2"),
        "relu": ("added", ""),
        "pool": ("removed", ""),
        "last": ("renamed", "was conv2"),
    }
    assert list(rows) == ["conv1", "pool", "relu", "last"] or list(rows) == ["conv1", "relu", "pool", "last"]
    numbers = ("size", "stride", "output_size", "params")
    sides = [f"{name}_{side}" for name in numbers for side in ("before", "after")]
    assert [rows["conv1"][name] for name in sides] == [3, 5, 1, 1, 16, 16, 112, 304]
    assert [rows["last"][name] for name in sides] == [8, 7, 2, 1, 8, 16, 296, 296]
    assert [rows["relu"][name] for name in sides] == [None, 5, None, 1, None, 16, None, 0]
    assert [rows["pool"][name] for name in sides] == [4, None, 2, None, 8, None, 0, None]


def test_outputs_and_counts() -> None:
    found = small()
    (output,) = found.outputs
    assert (output.before.name, output.after.name, output.name) == ("conv2", "last", "last")
    assert found.counts == {"added": 1, "removed": 1, "renamed": 1, "changed": 1, "affected": 0, "same": 0}
    assert found.changed


def test_the_same() -> None:
    found = rfcli.diff("resnet18", "resnet18")
    assert not found.changed
    assert found.counts == {**dict.fromkeys(found.counts, 0), "same": 69}
    assert repr(found).endswith(": 69 same>")


def test_the_other_way_round() -> None:
    back = rfcli.diff(yaml.safe_load(AFTER), yaml.safe_load(BEFORE))
    assert back.counts == small().counts
    rows = {row["layer"]: row for row in back.rows()}
    assert rows["conv1"]["why"] == "kernel 5 -> 3, padding 2 -> 1"
    assert (rows["pool"]["change"], rows["relu"]["change"]) == ("added", "removed")


CONV = {"name": "a", "type": "conv", "kernel": 3, "filters": 4}
POOL = {"name": "a", "type": "max_pool", "kernel": 2}
"""Its stride is 2, too."""
FOLLOWING = [
    ({**POOL, "kernel": 3}, "kernel 2 -> 3"),
    ({**POOL, "stride": 2}, ""),
    ({**POOL, "stride": 1}, "stride 2 -> 1"),
    ({**POOL, "kernel": [2, 3], "stride": 1}, "kernel 2 -> [2, 3], stride 2 -> 1"),
]
CAUSES = [
    ({**CONV, "kernel": [3, 5]}, "kernel 3 -> [3, 5]"),
    ({**CONV, "kernel": [3, 3]}, ""),
    ({**CONV, "padding": "valid"}, ""),
    ({**CONV, "padding": "same"}, "padding 0 -> same"),
    ({**CONV, "stride": 2}, "stride 1 -> 2"),
    ({**CONV, "bias": False}, "bias true -> false"),
    ({**CONV, "filters": 8}, "filters 4 -> 8"),
    ({"name": "a", "type": "depthwise_conv", "kernel": 3}, "type conv -> depthwise_conv"),
    ({"name": "a", "type": "max_pool", "kernel": 3, "stride": 1}, "type conv -> max_pool"),
]


@pytest.mark.parametrize(("after", "why"), CAUSES)
def test_causes(after: dict[str, object], why: str) -> None:
    (row,) = rfcli.diff(net(CONV), net(after)).rows()
    assert row["why"] == why


@pytest.mark.parametrize(("after", "why"), FOLLOWING)
def test_what_follows_from_another_parameter_is_no_cause(after: dict[str, object], why: str) -> None:
    (row,) = rfcli.diff(net(POOL), net(after)).rows()
    assert row["why"] == why


def test_what_a_layer_reads() -> None:
    """An input that is another one is a cause; one between which layers came or went is none."""
    add = {"name": "m", "type": "add", "inputs": ["a", "b"]}
    a, b = ({"name": name, "type": "conv", "kernel": 1, "filters": 3, "inputs": ["input"]} for name in "ab")
    rows = rfcli.diff(net(a, b, add), net(a, b, {**add, "inputs": ["a", "input"]}, outputs=["m", "b"])).rows()
    assert [(row["layer"], row["why"]) for row in rows if row["why"]] == [("m", "inputs a, b -> a, input")]
    more = {"name": "n", "type": "relu", "inputs": ["b"]}
    rows = rfcli.diff(net(a, b, add), net(a, b, more, {**add, "inputs": ["a", "n"]})).rows()
    assert [(row["layer"], row["change"]) for row in rows if row["change"] != "same"] == [("n", "added")]
    depth = rfcli.diff("resnet18", "resnet34")
    assert depth.counts == {"added": 56, "removed": 0, "renamed": 0, "changed": 0, "affected": 48, "same": 21}


def test_a_size_that_follows_another_layer() -> None:
    up = {"name": "u", "type": "upsample", "like": "a"}
    layers = [{**CONV, "padding": 1}, {"name": "p", "type": "max_pool", "kernel": 2}, up]
    assert not rfcli.diff(net(*layers), net(*layers)).changed
    found = rfcli.diff(net(*layers), net(*layers[:2], {**up, "like": "input"}))
    assert [row["why"] for row in found.rows() if row["why"]] == ["like a -> input"]


def test_only_the_input_differs() -> None:
    one, other = net({"name": "r", "type": "relu"}), net({"name": "r", "type": "relu"})
    other["input"] = {"size": 16, "channels": 4}
    found = rfcli.diff(one, other)
    assert found.changed
    one["outputs"] = ["r"]
    assert not rfcli.diff(one, net({"name": "r", "type": "relu"})).changed


def test_another_merge_is_told_by_what_it_does() -> None:
    """A skip whose centers are others: aligned is no column of tables, and is told."""

    def skip(padding: int) -> dict[str, object]:
        body = {"name": "c", "type": "conv", "kernel": 3, "padding": padding, "filters": 3}
        crop = {"name": "d", "type": "crop", "cropping": [[2, 0], [2, 0]]}
        return net({"type": "residual", "name": "r", "layers": [body], "shortcut": [crop]} if not padding else
                   {"type": "residual", "name": "r", "layers": [body]})  # fmt: skip

    (row,) = (row for row in rfcli.diff(skip(1), skip(0)).rows() if row["layer"] == "r/add")
    assert "aligned true -> false" in str(row["why"])


def test_new_and_gone() -> None:
    new, gone = rfcli.diff(None, yaml.safe_load(AFTER)), rfcli.diff(yaml.safe_load(BEFORE), None)
    assert new.counts["added"] == 3 and gone.counts["removed"] == 3
    assert new.changed and gone.changed
    with pytest.raises(rfcli.CallError, match="one of both networks is needed"):
        rfcli.diff(None, None)


def test_at_a_layer() -> None:
    before, after = yaml.safe_load(BEFORE), yaml.safe_load(AFTER)
    for name in ("conv2", "last"):
        (output,) = rfcli.diff(before, after, layer=name).outputs
        assert (output.before.name, output.after.name) == ("conv2", "last")
    (output,) = rfcli.diff(before, after, layer="pool").outputs
    assert (output.before.name, output.after) == ("pool", None)
    with pytest.raises(rfcli.CallError, match="there is no layer 'z'"):
        rfcli.diff(before, after, layer="z")
    assert rfcli.diff("resnet18", "resnet34", layer="layer4").outputs[0].name == "layer4"


def test_several_outputs() -> None:
    found = rfcli.diff("resnet50_fpn", "resnet50_fpn")
    assert len(found.outputs) > 2
    assert all(output.before == output.after for output in found.outputs)


def test_json_meets_its_schema() -> None:
    validator = Draft202012Validator(SCHEMA, registry=Registry())
    pairs = [(yaml.safe_load(BEFORE), yaml.safe_load(AFTER)), (None, yaml.safe_load(AFTER)), ("tcn", None),
             ("resnet18", "unet_3d"), ("resnet50_fpn", "unet"), ("siamfc", "siamfc")]  # fmt: skip
    for before, after in pairs:
        found = json.loads(json.dumps(rfcli.diff(before, after).as_json()))
        document = {"schema_version": 1, "tool": {"name": "rf", "version": "1"}, "differences": [found]}
        assert not list(validator.iter_errors(document))
    shared = RESULT["$defs"].keys() & SCHEMA["$defs"].keys()
    assert {"layer", "field"} <= shared
    assert all(SCHEMA["$defs"][name] == RESULT["$defs"][name] for name in shared), "a layer is told as in rf compute"


def test_is_frozen_and_can_be_pickled() -> None:
    found = small()
    with pytest.raises(AttributeError):
        found.layers = ()  # type: ignore[misc]
    assert pickle.loads(pickle.dumps(found)).counts == found.counts


def test_every_pair_of_bundled_networks_adds_up() -> None:
    """Each layer of both stands once: as many as there were, but for what is new, are as many as are gone."""
    names = ["alexnet", "resnet18", "resnet50", "unet", "mobilenet_v2", "tcn", "densenet121", "vgg_16", "siamfc"]
    reports = [rfcli.compute(name) for name in names]
    for before in reports:
        for after in reports:
            found = rfcli.diff(before, after)
            assert [one.after.name for one in found.layers if one.after] == [one.name for one in after.layers]
            assert sorted(one.before.name for one in found.layers if one.before) == sorted(
                one.name for one in before.layers
            )
            assert found.changed is (before is not after)
