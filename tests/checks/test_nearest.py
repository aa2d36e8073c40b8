"""RF517: which nearest resizes are told."""

from __future__ import annotations

import pytest

import rfcli


@pytest.mark.parametrize(
    ("size", "layer", "said"),
    [
        ("32", "{type: upsample, scale: 2}", None),
        ("32", "{type: upsample, scale: 3, mode: nearest}", None),
        ("32", "{type: upsample, size: 96}", None),
        ("1", "{type: upsample, size: 7}", None),
        ("[32, 1]", "{type: upsample, size: [64, 7]}", None),
        # PyTorch's nearest keeps the first of every two samples, and repeats 0 0 1 2 2 3 ...
        ("32", "{type: upsample, scale: 0.5}", "output 0 reads sample 1 of its input, and 0 by PyTorch's rule"),
        ("32", "{type: resize, scale: 1.5}", "output 1 reads sample 1 of its input, and 0 by PyTorch's rule"),
        ("[32]", "{type: upsample, size: 20}", "output 1 reads sample 2 of its input, and 1 by PyTorch's rule"),
        ("null", "{type: upsample, scale: 1.5}", "output 1 reads sample 1 of its input, and 0 by PyTorch's rule"),
        ("null", "{type: upsample, scale: 2}", None),
        ("32", "{type: upsample, scale: 0.5, coordinates: half_pixel}", None),
        ("32", "{type: upsample, scale: 0.5, coordinates: asymmetric}", None),
        ("32", "{type: upsample, scale: 0.5, mode: bilinear}", None),
        ("32", "{type: upsample, scale: 0.5, mode: area}", None),
    ],
)
def test_resizes(size: str, layer: str, said: str | None) -> None:
    network = rfcli.loads(f"format: 1\ninput: {{size: {size}, channels: 3}}\nlayers: [{layer}]")
    kind = "resize" if "resize" in layer else "upsample"
    told = [f"{kind} '{kind}_1': {said}"] if said else []
    assert [one.message for one in rfcli.check(network, select=["RF517"]).diagnostics] == told


@pytest.mark.parametrize(("size", "told"), [(32, 0), (33, 1)])
def test_like_another_layer(size: int, told: int) -> None:
    layers = "[{type: max_pool, kernel: 2}, {type: upsample, like: input}]"
    network = rfcli.loads(f"format: 1\ninput: {{size: {size}, channels: 3}}\nlayers: {layers}")
    assert len(rfcli.check(network, select=["RF517"]).diagnostics) == told


def test_defaults_say_it_too() -> None:
    text = "defaults: {upsample: {coordinates: half_pixel}}\nlayers: [{type: upsample, scale: 0.5}]"
    network = rfcli.loads(f"format: 1\ninput: {{size: 32, channels: 3}}\n{text}")
    assert not rfcli.check(network, select=["RF517"]).diagnostics
