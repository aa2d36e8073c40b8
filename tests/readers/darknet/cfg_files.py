"""Files of Darknet made of sections, and what is read of them."""

import rfcli
from rfcli.geometry.unknown import Unknown


def text(size, channels, sections):
    """A `.cfg` file."""
    lines = ["[net]", f"height={size[0]}", f"width={size[1]}", f"channels={channels}"]
    for type, options in sections:
        lines.append(f"[{type}]")
        for key, value in options.items():
            lines.append(f"{key}={', '.join(map(str, value)) if isinstance(value, (list, tuple)) else value}")
    return "\n".join(lines)


def report_of(cfg, **how):
    return rfcli.compute(rfcli.loads(cfg, "net.cfg"), **how)


def number_of(name):
    """The number in a layer's name that Darknet prints."""
    return int(name.split("/")[0].rpartition("_")[2])


def clipped(locator, y, x):
    """The region of an output inside the map; None where it reads nothing along one of the axes."""
    found = locator.at((y, x)).clipped
    return None if None in found else found


CONV = "convolutional"


def conv(filters, size, stride=1, **more):
    return CONV, {
        "batch_normalize": 1,
        "filters": filters,
        "size": size,
        "stride": stride,
        "pad": 1,
        "activation": "leaky",
        **more,
    }


MAX = ("maxpool", {"size": 2, "stride": 2})
LINEAR = {"batch_normalize": 0, "activation": "linear"}

UNKNOWN = None
"""In rows: what is not known."""


def section_of(row):
    """A row's section and options: `maxpool size=2 stride=2`."""
    type, *options = row.split()
    return type, dict(option.split("=") for option in options)


def holds(row, size, channels, params, types):
    """A section behind a layer of 4 channels and 8x8 samples makes layers of these types, and a map of that shape."""
    report = report_of(text((8, 8), 4, [("empty", {}), section_of(row)]))
    layers = [layer for layer in report.layers if number_of(layer.name) == 1]
    assert " ".join(layer.type for layer in layers) == types
    last = layers[-1]
    sizes = size if isinstance(size, tuple) else (size, size)
    assert [known(n) for n in last.output_size] == list(sizes)
    assert (known(last.channels), known(report.total.params)) == (channels, params)


def known(value):
    return UNKNOWN if isinstance(value, Unknown) else value
