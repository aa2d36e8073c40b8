"""What a shell completes: names of networks and files, layers, columns, parameters, codes."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from rfcli import Architecture

    Complete = Callable[[Sequence[str], str], Iterable[str]]
    """What may follow, by the networks that are given so far and the beginning of a word."""

MOST = 2000
"""Names that are offered."""


def networks(given: Sequence[str], word: str) -> list[str]:
    """Files and folders, and beside them bundled names."""
    from rfcli.resources import architectures

    bundled = [] if os.sep in word else [name for name in architectures() if name.startswith(word)]
    return [*bundled, *_files(word)]


def _files(word: str) -> list[str]:
    from rfcli.cli.networks import endings

    read = endings()
    folder, begun = os.path.split(word)
    try:
        with os.scandir(folder or os.curdir) as entries:
            found = [
                os.path.join(folder, one.name) + (os.sep if one.is_dir() else "")
                for one in entries
                if one.name.startswith(begun)
                and (begun.startswith(".") or not one.name.startswith("."))
                and (one.is_dir() or one.name.endswith(read))
            ]
    except OSError:
        return []
    return sorted(found)


def layers(given: Sequence[str], word: str) -> list[str]:
    """Layers and scopes of the networks that are named, a level of scopes at a time."""
    return _paths(given, word, inputs=False)


def origins(given: Sequence[str], word: str) -> list[str]:
    """The same, and inputs."""
    return _paths(given, word, inputs=True)


def _paths(given: Sequence[str], word: str, inputs: bool) -> list[str]:
    found: dict[str, None] = {}
    for network in _named(given):
        sources = set() if inputs else {one.name for one in network.inputs}
        paths = [*network.paths, *network.scopes, *(entry.name for entry in network.entries)]
        for path in paths:
            if path.startswith(word) and path not in sources:
                rest = path[len(word) :].partition("/")
                found[word + rest[0] + ("/" if rest[1] and not rest[0] else "")] = None
            if len(found) >= MOST:
                break
    return list(found)


def columns(given: Sequence[str], word: str) -> list[str]:
    """Columns, the last of several."""
    from rfcli.render.columns import COLUMNS, NETWORK, SOURCE

    before, comma, begun = word.rpartition(",")
    return [f"{before}{comma}{name}" for name in (NETWORK, SOURCE, *COLUMNS) if name.startswith(begun)]


def parameters(given: Sequence[str], word: str) -> list[str]:
    """Parameters of the descriptions that are named, each with its `=`."""
    names = {name: None for network in _named(given) for name in _parameters(network)}
    return [f"{name}=" for name in names if name.startswith(word)]


def rules(given: Sequence[str], word: str) -> list[str]:
    """What `--select` and `--ignore` take."""
    from rfcli.checks._registry import ALL, EXPECTATIONS, RULES

    return [code for code in (*RULES, *EXPECTATIONS, ALL) if code.startswith(word)]


def moves(given: Sequence[str], word: str) -> list[str]:
    """Moves of `rf suggest`, the last of several."""
    from rfcli.suggest.moves._move import moves as known

    before, comma, begun = word.rpartition(",")
    return [f"{before}{comma}{name}" for name in known() if name.startswith(begun)]


def kept(given: Sequence[str], word: str) -> list[str]:
    """What `--keep` takes, the last of several."""
    from rfcli.suggest.asked import KEEP

    before, comma, begun = word.rpartition(",")
    return [f"{before}{comma}{name}" for name in KEEP if name.startswith(begun)]


def codes(given: Sequence[str], word: str) -> list[str]:
    """All codes."""
    from rfcli.diagnostics import CODES

    return [code for code in CODES if code.startswith(word)]


def limits(given: Sequence[str], word: str) -> list[str]:
    """Limits, each with its `=`."""
    from rfcli.description.limits import Limits

    return [f"{name}=" for name in Limits._fields if name.startswith(word)]


def _parameters(network: Architecture) -> Iterable[str]:
    node = network.nodes.get("parameters")
    return node.value if node is not None and type(node.value) is dict else ()


def _named(given: Sequence[str]) -> Iterable[Architecture]:
    """The networks that are given so far, those that can be read."""
    from rfcli.api.networks import load

    for word in given:
        try:
            yield load(word)
        except Exception:  # whatever is wrong with it, a shell is no place to say so
            continue


def topics(given: Sequence[str], word: str) -> list[str]:
    """What `rf help` takes: commands, types, keys, codes, and the words of other tools."""
    from rfcli.cli.declarations import COMMANDS
    from rfcli.description.topics import words
    from rfcli.description.vocabulary import TYPES
    from rfcli.diagnostics import CODES

    others = (other for row in TYPES.values() for column in row[:4] for other in column.split()) if word else ()
    return [one for one in dict.fromkeys((*COMMANDS, *words(), *CODES, *others)) if one.startswith(word)]


OPTIONS: dict[str, Complete] = {
    "layer": layers,
    "origin": origins,
    "columns": columns,
    "set": parameters,
    "grid": parameters,
    "select": rules,
    "ignore": rules,
    "limit": limits,
    "moves": moves,
    "keep": kept,
}
"""Option -> what completes its value."""
ARGUMENTS: dict[str, Complete] = {
    "networks": networks,
    "network": networks,
    "model": networks,
    "code": codes,
    "topic": topics,
}
