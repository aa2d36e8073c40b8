"""Published figures of whole networks."""

import pytest

from readers.yolo.rows import report_of, written

V5 = [
    "[-1, 1, Conv, [64, 6, 2, 2]]",
    *(
        row
        for c, n in ((128, 3), (256, 6), (512, 9), (1024, 3))
        for row in (f"[-1, 1, Conv, [{c}, 3, 2]]", f"[-1, {n}, C3, [{c}]]")
    ),
    "[-1, 1, SPPF, [1024, 5]]",
]
UP = "[-1, 1, nn.Upsample, [None, 2, 'nearest']]"
V5_HEAD = [
    "[-1, 1, Conv, [512, 1, 1]]", UP, "[[-1, 6], 1, Concat, [1]]", "[-1, 3, C3, [512, False]]",
    "[-1, 1, Conv, [256, 1, 1]]", UP, "[[-1, 4], 1, Concat, [1]]", "[-1, 3, C3, [256, False]]",
    "[-1, 1, Conv, [256, 3, 2]]", "[[-1, 14], 1, Concat, [1]]", "[-1, 3, C3, [512, False]]",
    "[-1, 1, Conv, [512, 3, 2]]", "[[-1, 10], 1, Concat, [1]]", "[-1, 3, C3, [1024, False]]",
    "[[17, 20, 23], 1, Detect, [nc, anchors]]",
]  # fmt: skip


@pytest.mark.parametrize(
    ("depth", "width", "params"),
    [(0.33, 0.25, 1_872_157), (0.33, 0.5, 7_235_389), (0.67, 0.75, 21_190_557), (1.0, 1.0, 46_563_709)],
    ids="nsml",
)
def test_published_parameters_of_yolov5(depth, width, params):
    """As release 6 of YOLOv5's repository prints them."""
    keys = {"depth_multiple": depth, "width_multiple": width, "anchors": 3}
    report = report_of(written(V5, V5_HEAD, **keys), 640)
    assert report.total.params == params
    assert [report.layer(name).output_size for name in report.outputs] == [(80, 80), (40, 40), (20, 20)]
    assert {report.layer(name).channels for name in report.outputs} == {255}
