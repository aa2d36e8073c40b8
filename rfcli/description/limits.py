"""How much a description may ask for, so that no file stalls or fills a machine."""

from __future__ import annotations

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


LIMIT_DOCS = {
    "bytes": "bytes of one description",
    "model_bytes": "bytes of one binary model in a foreign format",
    "total_bytes": "bytes of all descriptions of a call",
    "nodes": "keys and values of a description, aliases counted as often as they stand",
    "nesting": "lists and mappings within one another",
    "scalar": "characters of one value",
    "name": "characters of a layer's name with its scopes",
    "digits": "digits of an integer",
    "layers": "layers after expansion",
    "blocks": "blocks within blocks",
    "extends": "descriptions that extend one another",
    "diagnostics": "problems that are printed for a description (JSON has all)",
}
"""What each limit counts."""


MOST = {"nesting": 256, "blocks": 128, "digits": 1000}
"""How far limits can be raised where Python gives up before the machine: nested values are read by functions that call
themselves (1000 calls at most, a level takes up to 5), and integers may have 4300 digits."""


class Limits(Value):
    """How much is allowed, at least 1 of each; each can be raised with `--limit NAME=VALUE` or in the environment,
    `RF_LIMITS`."""

    bytes: int = 4 << 20
    model_bytes: int = 2 << 30
    total_bytes: int = 64 << 20
    nodes: int = 400_000
    nesting: int = 64
    scalar: int = 64 << 10
    name: int = 256
    digits: int = 10
    layers: int = 100_000
    blocks: int = 32
    extends: int = 16
    diagnostics: int = 100

    def with_settings(self, settings: Iterable[str]) -> Limits:
        """These limits with `NAME=VALUE` settings applied. Raises `ValueError` with a message for people."""
        known = list(self._fields)
        changed = {}
        for setting in settings:
            written, equals, value = setting.partition("=")
            name = written.strip().replace("-", "_")
            if not name:
                raise ValueError(f"a limit is NAME=NUMBER, is '{setting}'")
            if name not in known:
                raise ValueError(f"no limit is called '{written}'; there are {', '.join(known)}")
            if not equals:
                raise ValueError(f"limit '{name}' takes a whole number from 1: {name}=NUMBER, is '{setting}'")
            if not value.strip().isdecimal() or len(value) > 12 or int(value) < 1:
                raise ValueError(f"limit '{name}' takes a whole number from 1, is '{value[:40]}'")
            changed[name] = int(value)
            if changed[name] > MOST.get(name, changed[name]):
                raise ValueError(f"limit '{name}' can be at most {MOST[name]}, is {changed[name]}")
        return self.replaced(**changed)

    def exceeded(self, name: str, needed: int = 0) -> str:
        """The help that says how to raise a limit, where it can be: as far as is `needed`, where that is known."""
        limit = int(getattr(self, name))
        most = MOST.get(name, max(2 * limit, needed))
        if max(limit + 1, needed) > most:
            return f"the limit cannot be raised above {most}"
        return f"raise it with --limit {name}={max(min(2 * limit, most), needed)}"
