"""The architecture of what a source names: its code is run, aside."""

from __future__ import annotations

from importlib import import_module

from rfcli import extras
from rfcli.description.source import SCHEMES
from rfcli.diagnostics import CallError, did_you_mean
from rfcli.live.examples import examples
from rfcli.live.loading import look_for_file
from rfcli.live.running import aside

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.live.named import Named
    from rfcli.pipeline import Loading

EXTRAS = ("torch",)
"""Packages that are extras of ours; others are installed by their own names."""


def architecture(source: str, example: object, part: str | None, loading: Loading) -> Architecture:
    """The architecture of the network that a source such as `torch:model.py:Net` names. Raises `CallError` and
    `DescriptionError`."""
    scheme, colon, _ = source.partition(":")
    if not colon or scheme not in SCHEMES:
        near = did_you_mean(scheme, SCHEMES, "") if colon else ""
        more = f"; {near}" if near else ""
        raise CallError(f"{source}: code is named {', '.join(f'{one}:' for one in SCHEMES)} and what is run{more}")
    module = import_module(f"rfcli.live.schemes.{scheme}")
    named = module.parsed(source)
    example = _examples(named, example)
    if scheme in ("torch", "keras"):
        look_for_file(named)
    with aside():
        for package in module.NEEDS:
            _needed(named, package)
        found: Architecture = module.architecture(named, example, part, loading)
        return found


def _examples(named: Named, example: object) -> object:
    """What the network is called with: texts are read, all else is what torch takes. Raises `CallError`."""
    texts = [example] if isinstance(example, str) else example
    if not isinstance(texts, list | tuple) or not all(isinstance(one, str) for one in texts):
        return example
    try:
        return examples(texts)
    except CallError as error:
        raise CallError(f"{named.source}: {error}", "example") from None


def _needed(named: Named, package: str) -> None:
    """Imports a package. Raises `CallError` that says how to install it."""
    extras.needed(package, f"{named.source}: it", how="" if package in EXTRAS else f"pip install {package}")
