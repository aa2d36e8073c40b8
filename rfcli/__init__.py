"""Receptive fields of convolutional networks, exactly, from a description of the architecture.

>>> import rfcli
>>> report = rfcli.compute("resnet_v1_50")
>>> report.layer("block4").receptive_field.size
(483, 483)
"""

__version__ = "0.1.0"


_HOMES: dict[str, str] = {}


def _homes() -> dict[str, str]:
    """The module of each public name, by the name: `__init__.pyi` beside this file is the one list of them."""
    if not _HOMES:
        with open(f"{__path__[0]}/__init__.pyi", encoding="utf-8") as stub:
            lines = [line.split() for line in stub if line.startswith("from ")]
        _HOMES.update({name: home for _, home, _, name, *_ in lines})
    return _HOMES


def __getattr__(name: str) -> object:
    """Imports what is asked for when it is first asked for, so that commands start at once."""
    homes = _homes()
    if name == "__all__":
        return list(homes)
    if name not in homes:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    home = homes[name]
    found = import_module(f"{__name__}.{name}") if home == __name__ else getattr(import_module(home), name)
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_homes()})
