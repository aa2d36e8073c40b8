"""The page: networks as one file of HTML in which one points at a feature and sees what it sees.

>>> import rfcli
>>> open("resnet50.html", "w", encoding="utf-8").write(rfcli.report("resnet50"))
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from rfcli.api.networks import Network
    from rfcli.engine.report import Report

HEIGHT = 900
"""Pixels of a page in a notebook."""


class Page(str):
    """The text of a page. A notebook shows it in a frame of its own, in which it may do no more than draw."""

    def __repr__(self) -> str:
        return f"<Page of {len(self.encode())} bytes>"

    def _repr_html_(self) -> str:
        from html import escape

        return (
            f'<iframe srcdoc="{escape(self)}" sandbox="allow-scripts" title="Receptive fields" '
            f'style="width: 100%; height: {HEIGHT}px; border: 0"></iframe>'
        )


def report(
    networks: Report | Network | Sequence[Report | Network],
    *,
    layer: str | None = None,
    image: str | os.PathLike[str] | None = None,
) -> Page:
    """Networks as one page, the text of a file of HTML that needs nothing else: reports, or what `load` takes.

    `layer` is looked at first, by default the main one; its paths and its effective field are told. `image`, a file, a
    png, jpeg, gif or webp, stands on the input. Raises `CallError` where a network has no such layer, or the image
    cannot be read, and what `load` and `compute` raise.
    """
    from rfcli import arguments
    from rfcli.api.networks import reported
    from rfcli.description.architecture import Architecture
    from rfcli.engine.report import Report

    if layer is not None:
        layer = arguments.text(layer, "layer")
    single = isinstance(networks, Report | Architecture | str | os.PathLike) or arguments.is_mapping(networks)
    several = [networks] if single else arguments.entries(networks, "report", "a sequence of reports or networks")
    return page([reported(one) for one in several], layer, image)


def page(
    reports: Sequence[Report],
    layer: str | None = None,
    image: str | os.PathLike[str] | None = None,
    watch: bool = False,
    step: Callable[[str], None] | None = None,
) -> Page:
    """The page of some reports; `step` is told what is worked on. With `watch` it reads itself anew when it is looked
    at again. Raises `CallError`."""
    from rfcli.diagnostics import CallError
    from rfcli.page import data, inline, photo

    if not reports:
        raise CallError("a page takes at least one network", "networks")
    shown = None if image is None else photo.address(image)
    found = data.data(reports, layer, shown, watch, step)
    title = ", ".join(dict.fromkeys(report.name for report in reports))
    return Page(inline.page(found, f"{title}: receptive fields", watch))
