"""Receptive fields of convolutional networks, exactly, from a description of the architecture.

>>> import rfcli
>>> report = rfcli.compute("resnet_v1_50")
>>> report.layer("block4").receptive_field.size
(483, 483)
"""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.api import (
        Checked,
        check,
        compare,
        compute,
        described,
        erf,
        explained,
        exported,
        from_keras,
        from_torch,
        load,
        loads,
        located,
        paths,
        tiles,
        verify,
    )
    from rfcli.description.architecture import Architecture
    from rfcli.description.limits import Limits
    from rfcli.diagnostics import CallError, DescriptionError, Diagnostic
    from rfcli.engine.locate import Locator
    from rfcli.engine.report import Report
    from rfcli.measuring.verify import Verified
    from rfcli.writers.targets import TARGETS

__all__ = [
    "TARGETS",
    "Architecture",
    "CallError",
    "Checked",
    "DescriptionError",
    "Diagnostic",
    "Limits",
    "Locator",
    "Report",
    "Verified",
    "check",
    "compare",
    "compute",
    "described",
    "erf",
    "explained",
    "exported",
    "from_keras",
    "from_torch",
    "load",
    "loads",
    "located",
    "paths",
    "tiles",
    "verify",
]
__version__ = "0.1.0"

_HOMES = {
    "TARGETS": "rfcli.writers.targets",
    "Architecture": "rfcli.description.architecture",
    "CallError": "rfcli.diagnostics",
    "Checked": "rfcli.api",
    "DescriptionError": "rfcli.diagnostics",
    "Diagnostic": "rfcli.diagnostics",
    "Limits": "rfcli.description.limits",
    "Locator": "rfcli.engine.locate",
    "Report": "rfcli.engine.report",
    "Verified": "rfcli.measuring.verify",
    "check": "rfcli.api",
    "compare": "rfcli.api",
    "compute": "rfcli.api",
    "described": "rfcli.api",
    "erf": "rfcli.api",
    "explained": "rfcli.api",
    "exported": "rfcli.api",
    "from_torch": "rfcli.api",
    "from_keras": "rfcli.api",
    "load": "rfcli.api",
    "loads": "rfcli.api",
    "located": "rfcli.api",
    "paths": "rfcli.api",
    "tiles": "rfcli.api",
    "verify": "rfcli.api",
}


def __getattr__(name: str) -> object:
    """Imports what is asked for when it is asked for, so that commands start at once."""
    if name in _HOMES:
        from importlib import import_module

        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
