"""`timm:resnet50`, `timm:resnet50(in_chans=1)`: a model of timm by its name, without weights."""

from __future__ import annotations

from importlib import import_module

from rfcli.diagnostics import did_you_mean
from rfcli.live.examples import Examples, Shape
from rfcli.live.named import entry
from rfcli.live.running import offline, told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfcli.description.architecture import Architecture
    from rfcli.live.named import Named
    from rfcli.pipeline import Loading

NEEDS = ("torch", "timm")
FETCHING = ("pretrained", "checkpoint_path", "pretrained_cfg", "pretrained_cfg_overlay", "cache_dir")
"""Arguments of timm that name weights."""


def parsed(source: str) -> Named:
    """The source in parts. Raises `CallError`."""
    named = entry(source, r"[A-Za-z0-9_.\-]+", "it takes the name of a model of timm, timm:resnet50(in_chans=1)")
    if named.positional:
        raise named.error("arguments are written with their names, timm:resnet50(in_chans=1)")
    for name in FETCHING:
        if named.keywords.get(name):
            raise named.error(f"leave {name} out: weights change no number, and none are fetched")
    return named


def architecture(named: Named, example: object, part: str | None, loading: Loading) -> Architecture:
    """The architecture of a model of timm; it is called with what its configuration says where no example is given.
    Raises `CallError` and `DescriptionError`."""
    from rfcli.live.tracing import traced

    timm = import_module("timm")

    with offline():
        name = named.where
        if not timm.is_model(name):
            otherwise = "timm.list_models() in Python has their names"
            more = did_you_mean(name.partition(".")[0], timm.list_models(), otherwise)
            raise named.error(f"timm {timm.__version__} has no model '{name}' ({more})")
        with told(named, "it cannot be made"):
            module = timm.create_model(name, **{**named.keywords, "pretrained": False})
        remarks: tuple[str, ...] = ()
        if example is None:
            found = _size(module, named.keywords)
            if found is not None:
                example = Examples((Shape((1, *found)),))
                remarks = (f"called with {example}, the size of its configuration",)
        return traced(named.replaced(what=name), module, example, part, loading, remarks)


def _size(module: object, keywords: Mapping[str, object]) -> tuple[int, ...] | None:
    """The shape of the image that a model is made for, by its configuration and the call's own arguments."""
    config = getattr(module, "pretrained_cfg", None) or getattr(module, "default_cfg", None) or {}
    found = config.get("input_size") if isinstance(config, dict) else None
    if not isinstance(found, list | tuple) or not all(type(n) is int for n in found):
        return None
    channels, *size = found
    given = keywords.get("img_size")
    if isinstance(given, int):
        size = [given] * len(size)
    elif isinstance(given, list | tuple):
        size = [n for n in given if type(n) is int]
    in_chans = keywords.get("in_chans")
    return (in_chans if isinstance(in_chans, int) else channels, *size)
