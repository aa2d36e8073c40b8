"""Published figures of Darknet's networks."""

import pytest

from readers.darknet.cfg_files import LINEAR, MAX, conv, report_of, text

HEAD = [("avgpool", {}), ("softmax", {"groups": 1})]


def squeezed(filters, times):
    """3x3 convolutions with 1x1 ones of half the filters between them."""
    return [conv(filters, 3), *[conv(filters // 2, 1), conv(filters, 3)] * times]


def residual(filters, times):
    """A strided convolution, and residual blocks of half the filters."""
    block = [conv(filters // 2, 1), conv(filters, 3), ("shortcut", {"from": [-3], "activation": "linear"})]
    return [conv(filters, 3, 2), *block * times]


DARKNET_19 = [conv(32, 3), MAX, conv(64, 3), MAX, *squeezed(128, 1), MAX, *squeezed(256, 1), MAX, *squeezed(512, 2), MAX, *squeezed(1024, 2)]  # fmt: skip


DARKNET_53 = [
    conv(32, 3),
    *residual(64, 1),
    *residual(128, 2),
    *residual(256, 8),
    *residual(512, 8),
    *residual(1024, 4),
]


TINY = [
    *[one for filters in (16, 32, 64, 128, 256) for one in (conv(filters, 3), MAX)], conv(512, 3),
    ("maxpool", {"size": 2, "stride": 1}), conv(1024, 3), conv(256, 1), conv(512, 3), conv(255, 1, **LINEAR),
    ("yolo", {"mask": [3, 4, 5], "classes": 80}), ("route", {"layers": [-4]}), conv(128, 1), ("upsample", {"stride": 2}),
    ("route", {"layers": [-1, 8]}), conv(256, 3), conv(255, 1, **LINEAR), ("yolo", {"mask": [0, 1, 2], "classes": 80}),
]  # fmt: skip


YOLO_V2 = [
    *DARKNET_19, conv(1024, 3), conv(1024, 3), ("route", {"layers": [-9]}), conv(64, 1), ("reorg", {"stride": 2}),
    ("route", {"layers": [-1, -4]}), conv(1024, 3), conv(425, 1, **LINEAR), ("region", {"classes": 80, "num": 5}),
]  # fmt: skip


def detection(filters, size):
    """Half of YOLOv3's head: 1x1 and 3x3 convolutions in turn, then the boxes."""
    return [*[conv(filters // 2, 1), conv(filters, 3)] * 3, conv(size, 1, **LINEAR), ("yolo", {"classes": 80})]


YOLO_V3 = [
    *DARKNET_53, *detection(1024, 255), ("route", {"layers": [-4]}), conv(256, 1), ("upsample", {}),
    ("route", {"layers": [-1, 61]}), *detection(512, 255), ("route", {"layers": [-4]}), conv(128, 1), ("upsample", {}),
    ("route", {"layers": [-1, 36]}), *detection(256, 255),
]  # fmt: skip


PUBLISHED = [
    # "Bn Ops" of pjreddie.com/darknet/imagenet and /yolo: two for each multiply-accumulate of convolutions
    pytest.param(256, [*DARKNET_19, conv(1000, 1, **LINEAR), *HEAD], 20.8e6, 7.29, {"softmax_25": 1}, id="darknet19"),
    pytest.param(448, [*DARKNET_19, conv(1000, 1, **LINEAR), *HEAD], 20.8e6, 22.33, {"conv_23": 14}, id="darknet19_448"),
    pytest.param(256, [*DARKNET_53, HEAD[0], conv(1000, 1, **LINEAR), HEAD[1]], 41.6e6, 18.57, {"softmax_77": 1}, id="darknet53"),
    pytest.param(416, TINY, 8.85e6, 5.56, {"yolo_16": 13, "yolo_23": 26}, id="yolov3-tiny"),
    pytest.param(608, YOLO_V2, 51.0e6, 62.94, {"region_31": 19}, id="yolov2"),
    pytest.param(416, YOLO_V3, 61.9e6, 65.86, {"yolo_82": 13, "yolo_94": 26, "yolo_106": 52}, id="yolov3"),
]  # fmt: skip


@pytest.mark.parametrize(("size", "sections", "params", "operations", "maps"), PUBLISHED)
def test_published(size, sections, params, operations, maps):
    report = report_of(text((size, size), 3, sections))
    assert report.total.params == pytest.approx(params, rel=5e-3)
    assert 2 * report.total.macs / 1e9 == pytest.approx(operations, rel=1e-3)
    for name, samples in maps.items():
        assert report.layer(name).output_size == (samples, samples)
    assert set(maps) == set(report.outputs) or len(maps) == 1


def test_other_input_sizes():
    report = report_of(text((416, 416), 3, YOLO_V3), input_size=608)
    assert [report.layer(name).output_size for name in report.outputs] == [(19, 19), (38, 38), (76, 76)]
