"""Interpolations and rearrangements for torch."""

from __future__ import annotations

import pytest
from writers.torch.sources import Case, case_id, written

CASES: list[Case] = [
    ("upsample", {"scale": 2}, "it = nn.Upsample(scale_factor=2); it(x)"),
    ("upsample", {"size": [9, 8]}, "it = nn.Upsample((9, 8), mode='nearest-exact'); it(x)"),
    ("upsample", {"size": 9, "coordinates": "asymmetric"}, "it = nn.Upsample(9); it(x)"),
    ("resize", {"scale": [2, 1.5], "mode": "linear"}, "it = nn.Upsample(scale_factor=(2, 1.5), mode='bilinear'); it(x)"),
    ("resize", {"scale": 2, "mode": "bilinear", "coordinates": "align_corners"},
     "it = nn.Upsample(scale_factor=2, mode='bilinear', align_corners=True); it(x)"),
    ("resize", {"scale": 2, "mode": "cubic"}, "it = nn.Upsample(scale_factor=2, mode='bicubic'); it(x)"),
    ("resize", {"size": 5, "mode": "area"}, "it = nn.Upsample(5, mode='area'); it(x)"),
    ("resize", {"size": 5, "coordinates": "align_corners"},
     "(mode nearest with coordinates align_corners: torch rounds positions down)"),
    ("resize", {"size": 5, "mode": "linear", "coordinates": "asymmetric"},
     "(mode linear with coordinates asymmetric: torch interpolates at half_pixel or align_corners)"),
    ("pixel_shuffle", {"scale": 2}, "it = nn.PixelShuffle(2); it(x)"),
    ("pixel_shuffle", {"scale": [2, 1]}, "depth_to_space(x, (2, 1))"),
    ("depth_to_space", {"scale": 2}, "depth_to_space(F.channel_shuffle(x, 4), (2, 2))"),
    ("pixel_unshuffle", {"scale": [3, 1]}, "space_to_depth(x, (3, 1))"),
    ("space_to_depth", {"scale": 2}, "F.channel_shuffle(space_to_depth(x, (2, 2)), 8)"),
    ("max_unpool", {"scale": 2}, "(which pooling's indices it takes is not described)"),
]  # fmt: skip


@pytest.mark.parametrize(("axes", "mode", "wanted"), [
    (1, "linear", "it = nn.Upsample(scale_factor=2, mode='linear'); it(x)"),
    (3, "linear", "it = nn.Upsample(scale_factor=2, mode='trilinear'); it(x)"),
    (1, "cubic", "(mode cubic with coordinates half_pixel over 1 axis: torch's is for 2 axes)"),
    (3, "cubic", "(mode cubic with coordinates half_pixel over 3 axes: torch's is for 2 axes)"),
])  # fmt: skip
def test_of_other_axes(axes: int, mode: str, wanted: str) -> None:
    assert written("resize", {"scale": 2, "mode": mode}, size=(8,) * axes) == wanted


def test_like_another_map() -> None:
    assert written("resize", {"like": "x2", "mode": "linear"}, inputs=2) == (
        "F.interpolate(x1, size=x2.shape[2:], mode='bilinear')"
    )


@pytest.mark.parametrize("case", CASES, ids=case_id)
def test_written(case: Case) -> None:
    type, given, wanted = case
    assert written(type, given) == wanted
