"""Files of YOLO made of rows, and what their parts have by their published structure: parameters, channels, fields."""

import yaml

import rfcli


def written(backbone, head=(), **keys):
    """A file's text; rows are given as text."""
    lines = [f"{key}: {value}" for key, value in {"nc": 80, **keys}.items()]
    for part, rows in (("backbone", backbone), ("head", head)):
        lines += [f"{part}:", *(f"  - {row}" for row in rows)] if rows else [f"{part}: []"]
    return "\n".join(lines) + "\n"


def report_of(text, size=None, name="net.yaml", **settings):
    return rfcli.compute(rfcli.loads(text, name, settings=settings), input_size=size)


def block(c1, c2, k=1, groups=1):
    """Parameters of a convolution without bias and its batch norm; `k` is a kernel, or its area as (height, width)."""
    area = k * k if isinstance(k, int) else k[0] * k[1]
    return c1 // groups * c2 * area + 2 * c2


def full(c1, c2, k=1, groups=1):
    """Parameters of a convolution with bias."""
    return c1 // groups * c2 * k * k + c2


def neck(c, first=3, second=3, hidden=None):
    """A bottleneck's."""
    hidden = hidden or c
    return block(c, hidden, first) + block(hidden, c, second)


def ghost(c1, c2):
    return block(c1, c2 // 2) + block(c2 // 2, c2 // 2, 5, c2 // 2)


def ghost_neck(c):
    return ghost(c, c // 2) + ghost(c // 2, c)


def psa(c):
    """Attention with keys half as wide as values, position, projection; two pointwise convolutions."""
    return block(c, 2 * c) + block(c, c, 3, c) + block(c, c) + block(c, 2 * c) + block(2 * c, c)


ONE = 1, 1
"""Field and stride of what works at each position."""


def holds(row, params, channels, field):
    """A row behind a map of 64 channels and 64x64 samples has these parameters, channels, and (field size, stride)."""
    report = report_of(written([row], channels=64), 64)
    (output,) = report.outputs
    layer = report.layer(output)
    size, stride = (one if isinstance(one, tuple) else (one, one) for one in field)
    assert (report.total.params, layer.channels) == (params, channels)
    assert (layer.receptive_field.size, layer.receptive_field.stride) == (size, stride)
    assert not layer.receptive_field.globally


def sees_all(row, params, size):
    """A row behind a map of 64 channels keeps map and channels, depends on all of it, and has a local path."""
    report = report_of(written([row], channels=64), 32)
    layer = report.layer(report.outputs[0])
    assert (report.total.params, layer.channels, layer.output_size) == (params, 64, (32, 32))
    assert (layer.receptive_field.globally, layer.receptive_field.size) == (True, (size, size))


# Two levels and what reads both of them

LEVELS = ["[-1, 1, Conv, [64, 3, 2]]", "[-1, 1, Conv, [128, 3, 2]]"]
BODY = block(3, 64, 3) + block(64, 128, 3)
BOTH = (64, 128)


def module_of(row):
    """The module's name in a row."""
    return yaml.safe_load(row)[2].removeprefix("torch.")
