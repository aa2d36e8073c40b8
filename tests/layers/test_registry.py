"""The table of layer types."""

from __future__ import annotations

import pytest

from rfcli.layers import _parameters as p
from rfcli.layers._layer import Layer, Missing
from rfcli.layers._parameters import ParameterError
from rfcli.layers._registry import LAYERS, declared, layer, layer_of


def test_a_name_claimed_twice_fails() -> None:
    with pytest.raises(TypeError, match="layer type 'conv' is claimed by Conv and Other"):

        @layer("conv")
        class Other(Layer):
            pass

    assert LAYERS["conv"].__name__ == "Conv"


def test_equal_layers_are_built_once() -> None:
    assert layer_of("conv", 2, {"kernel": 3}) is layer_of("conv", 2, {"kernel": 3})
    assert layer_of("conv", 2, {"kernel": 3}) is not layer_of("conv", 1, {"kernel": 3})
    assert layer_of("relu", 1, {}) is not layer_of("elu", 1, {})


def test_parameters_are_named_as_in_descriptions() -> None:
    assert list(LAYERS["linear"].parameters) == ["units", "bias", "params"]
    assert {"global", "macs", "params"} <= set(LAYERS["custom"].parameters)


def test_what_a_class_fixes_is_no_parameter() -> None:
    assert "groups" in LAYERS["conv"].parameters
    assert "groups" not in LAYERS["separable_conv"].parameters


def test_a_parameter_is_declared_where_it_stands() -> None:
    class Base(Layer):
        first: int = p.parameter(p.Integer(), "One.", 1)

    class More(Base):
        second: int = p.parameter(p.Integer(), "Two.", 2)

    assert list(declared(More)) == ["first", "second"]


def test_missing_and_wrong_parameters() -> None:
    with pytest.raises(Missing):
        layer_of("conv", 2, {})
    with pytest.raises(ParameterError) as error:
        layer_of("conv", 2, {"kernel": 0})
    assert error.value.parameter == "kernel"
