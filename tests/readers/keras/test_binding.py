"""What a call gives to the functions of layer classes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from rfcli.description import json_
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers.draft import ForeignError
from rfcli.readers.keras import binding
from rfcli.readers.keras.calls import Call, Config
from rfcli.readers.tracing.maps import BATCH, CHANNELS, Atom, Layout, Map

X = Map("x", ((Atom(BATCH, None),), (Atom(0, 8),), (Atom(1, 9),), (Atom(CHANNELS, 3),)))


def call(config: dict[str, Any], kind: str = "Conv2D", *args: Any, **kwargs: Any) -> Call:
    root = json_.read(File("m.json", json.dumps(config)), Limits(), Problems())
    assert root is not None
    program: Any = None
    return Call(program, "a", kind, Config(root), args, kwargs, "a", {})


READ = [
    (binding.integer(), {"key": 3}, 3),
    (binding.integer(7), {}, 7),
    (binding.integer(7), {"key": None}, 7),
    (binding.integer(1, -1), {"key": -1}, -1),
    (binding.per_axis(), {"key": 3}, [3, 3]),
    (binding.per_axis(), {"key": [3, 5]}, [3, 5]),
    (binding.per_axis(1), {}, [1, 1]),
    (binding.per_axis(), {"key": {"class_name": "__tuple__", "items": [2, 3]}}, [2, 3]),
    (binding.integers(-1), {"key": [4, -1]}, [4, -1]),
    (binding.sides(), {"key": 2}, [[2, 2], [2, 2]]),
    (binding.sides(), {"key": [1, 2]}, [[1, 1], [2, 2]]),
    (binding.sides(), {"key": [[1, 2], [3, 4]]}, [[1, 2], [3, 4]]),
    (binding.dimensions(), {}, [3]),
    (binding.dimensions(), {"key": [-1, 1]}, [1, 3]),
    (binding.flag(True), {}, True),
    (binding.flag(True), {"key": False}, False),
    (binding.word("valid", "valid", "same"), {"key": "SAME"}, "same"),
    (binding.word("valid", "valid", "same"), {}, "valid"),
    (binding.number(), {"key": 2}, 2.0),
    (binding.number(), {"key": "2"}, None),
    (binding.plain(), {"key": [1, "a"]}, [1, "a"]),
    (binding.optional(binding.integer()), {}, None),
    (binding.optional(binding.integer()), {"key": 4}, 4),
    (binding.argument(1, -1), {}, -1),
    (binding.argument(1, -1), {"key": 2}, 2),
]


@pytest.mark.parametrize(("read", "config", "value"), READ)
def test_settings(read: Any, config: dict[str, Any], value: Any) -> None:
    assert read(call(config, "Conv2D", X), "key") == value


WRONG = [
    (binding.integer(), {}, "key is missing"),
    (binding.integer(), {"key": "3"}, "key must be an integer, is '3'"),
    (binding.integer(), {"key": 0}, "key must be at least 1, is 0"),
    (binding.per_axis(), {"key": [1, 2, 3]}, "key must have 2 entries, has 3"),
    (binding.integers(), {"key": 3}, "key must be a list"),
    (binding.sides(), {}, "key is missing"),
    (binding.dimensions(), {"key": 4}, "key names dimension 4 of 4"),
    (binding.dimensions(least=1), {"key": []}, "key names no dimension"),
    (binding.flag(True), {"key": 1}, "key must be true or false, is 1"),
    (binding.word("valid", "valid", "same"), {"key": "full"}, "key must be one of valid, same; is 'full'"),
]


@pytest.mark.parametrize(("read", "config", "message"), WRONG)
def test_wrong_settings(read: Any, config: dict[str, Any], message: str) -> None:
    with pytest.raises(ForeignError, match=message):
        read(call(config, "Conv2D", X), "key")


def test_arguments_stand_by_name_in_the_configuration_or_at_a_position() -> None:
    read = binding.argument(1, 0)
    assert read(call({"key": 2}, "Split", X, 3, key=1), "key") == 1
    assert read(call({"key": 2}, "Split", X, 3), "key") == 2
    assert read(call({}, "Split", X, 3), "key") == 3


def test_maps_and_settings_go_to_a_function() -> None:
    def makes(call: Call, x: Map, *, units: int = binding.integer(), use_bias: bool = binding.flag(True)) -> Map:
        assert (units, use_bias) == (5, True)
        return x

    assert binding.applied(makes, call({"units": 5}, "Dense", X)) == [X]
    with pytest.raises(Layout, match="does not depend"):
        binding.applied(makes, call({"units": 5}, "Dense", 3))
    with pytest.raises(ForeignError, match="units is missing"):
        binding.applied(makes, call({}, "Dense", X))


def test_a_class_claimed_twice_fails() -> None:
    with pytest.raises(TypeError, match="layer class 'Conv2D' is claimed by"):
        binding.layer_class("Conv2D")(lambda call: [])
