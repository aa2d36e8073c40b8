"""How much a description may ask for, so that no file stalls or fills a machine."""

from __future__ import annotations

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


class Limits(Value):
    """Each can be raised with `--limit NAME=VALUE` or in the environment, `RF_LIMITS=NAME=VALUE,...`."""

    bytes: int = 4 << 20
    """One description: the largest known are under 1 MiB."""
    total_bytes: int = 64 << 20
    """All descriptions of a call."""
    nodes: int = 400_000
    """Keys and values of a file, aliases counted as often as they stand."""
    nesting: int = 64
    """Brackets within brackets, so that recursion is safe."""
    scalar: int = 64 << 10
    """Bytes of one value."""
    name: int = 256
    """Characters of a layer's name with its scopes."""
    digits: int = 10
    """Digits of an integer, so that products stay cheap."""
    layers: int = 100_000
    """Layers after expansion."""
    blocks: int = 32
    """Blocks within blocks."""
    extends: int = 16
    """Descriptions that extend one another."""
    diagnostics: int = 100
    """Problems that are printed for a file."""

    def with_settings(self, settings: Iterable[str]) -> Limits:
        """These limits with `NAME=VALUE` settings applied. Raises `ValueError` with a message for people."""
        known = list(self._fields)
        changed = {}
        for setting in settings:
            name, _, value = setting.partition("=")
            name = name.strip().replace("-", "_")
            if name not in known:
                raise ValueError(f"no limit is called '{name}'; there are {', '.join(known)}")
            if not value.strip().isdecimal() or len(value) > 12:
                raise ValueError(f"limit '{name}' takes a whole number, is '{value[:40]}'")
            changed[name] = int(value)
        return self.replaced(**changed)

    def exceeded(self, name: str) -> str:
        """The help that says how to raise a limit."""
        return f"raise it with --limit {name}={2 * int(getattr(self, name))}"
