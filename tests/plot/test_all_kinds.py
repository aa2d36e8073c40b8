"""Every kind of every kind of network, at the width of a column and of a page: nothing is cut off, nothing lies over
anything else, no text is smaller than 6 points."""

from importlib import import_module
from typing import Any

import pytest
from plot import pictures
from plot.pictures import picture, wrong

import rfcli
from rfcli.plot import KINDS

DRAWN: dict[str, dict[str, int]] = {
    "NAMED": dict.fromkeys(("region", "growth", "paths", "erf", "tiles", "compare"), 80),
    "VOLUME": {"region": 80, "erf": 160, "tiles": 80, "growth": 160},
    "FLAT": {"tiles": 80, "region": 80},
    "THIN": {"region": 80},
    "AUDIO": {"region": 80, "erf": 80, "tiles": 160},
    "MANY": {"growth": 160, "paths": 80, "compare": 80},
    "VAST": {"region": 160, "growth": 80, "tiles": 80},
    "ONE": {"region": 80, "growth": 80, "paths": 80, "erf": 160},
    "DECODER": {"growth": 80, "region": 160},
    "inception_v3": {"growth": 80, "paths": 80},
    "resnet18": {"erf": 80},
    "unet": {"tiles": 80},
}
"""Network -> the kinds and widths, in millimetres, of its pictures. All kinds of all networks are looked at by hand."""


@pytest.mark.parametrize("name", DRAWN)
def test_pictures(name: str) -> None:
    network: Any = getattr(pictures, name, name)
    report = rfcli.compute(network)
    for kind, width in DRAWN[name].items():
        module = import_module(f"rfcli.plot.kinds.{kind}")
        data = module.data([report] if kind == "compare" else report)
        with picture(module, data, width, "dark" if width == 160 else "grey") as figure:
            assert not wrong(figure), (kind, width)


def test_functions_of_the_kinds() -> None:
    assert all(callable(getattr(rfcli.plot, kind)) for kind in KINDS)
    assert set(KINDS) < set(dir(rfcli.plot))
    with pytest.raises(AttributeError, match="no attribute 'nope'"):
        _ = rfcli.plot.nope  # type: ignore[attr-defined]
