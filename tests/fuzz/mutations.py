"""Makes broken descriptions of good ones: bytes, tokens, lines, numbers, keys and types are changed at random."""

from __future__ import annotations

import re
from pathlib import Path
from random import Random

from rfcli import resources
from rfcli.description import format
from rfcli.layers._registry import LAYERS

ROOT = Path(__file__).parents[2]
BROKEN = sorted(path for path in (ROOT / "tests" / "descriptions").iterdir() if path.suffix in (".yaml", ".json"))
BUNDLED = [Path(path).read_bytes() for path in resources.architectures().values()]
SMALL = [path.read_bytes() for path in sorted((ROOT / "tests" / "checks" / "rules").glob("*.yaml"))]
REFUSED = [path.read_bytes() for path in BROKEN if path.stat().st_size < 20_000]
SEEDS = [*BUNDLED, *SMALL, *REFUSED]

TOKENS = [
    b"[", b"]", b"{", b"}", b":", b"-", b",", b"#", b"'", b'"', b"|", b">", b"&a", b"*a", b"<<: *a", b"!!int", b"!x",
    b"---", b"...", b"%YAML 1.1", b"\t", b"\r", b"\0", b"\x1b", b"\xff", b"\xc3", b"\xef\xbb\xbf", b"\xe2\x80\xa8",
    b"$", b"$(", b"$$", b"${a}", b"$(i)", b"$(1 // 0)", b"$(9 ** 64)", b"$(a[99])", b"$(not)", b"$(-1)", b"$(1.5)",
    b"null", b"true", b"yes", b"~", b".inf", b"-.nan", b"1e400", b"0x10", b"0o17", b"1_000", b"12:30:45", b"2020-01-01",
    b"-1", b"0", b"1", b"2", b"7", b"4096", b"999999999", b"9999999999", b"99999999999", b"-9999999999", b"1.5",
    b"repeat: 3", b"repeat: 99999", b"when: false", b"inputs: [input]", b'inputs: ["*"]', b"inputs: []", b"stride: 2",
    b"padding: same", b"padding: causal", b"padding: [[1, -2]]", b"padding: -3", b"extends: resnet50", b"extends: .",
    b"expect: [{size: 3}]", b"check: {select: [ALL]}", b"outputs: [input]", b"size: null", b"size: [null, 3]", b"dims: 1",
]  # fmt: skip
KEYS = sorted({*format.DOCUMENT.keys, *format.COMMON, *(name for cls in LAYERS.values() for name in cls.parameters)})
TYPES = sorted({*LAYERS, *format.SCOPES})


def mutated(random: Random) -> bytes:
    """One description, changed in one to six places."""
    data = random.choice(random.choice((BUNDLED, SMALL, SMALL, REFUSED)))
    changes = random.choice((CHANGES, GENTLE))
    for _ in range(random.choice((1, 1, 1, 2, 2, 3, 6))):
        data = random.choice(changes)(data, random)
    return data[:200_000]


def _place(data: bytes, random: Random) -> int:
    return random.randrange(len(data) + 1)


def _flip(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + bytes([random.randrange(256)]) + data[at + 1 :]


def _delete(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + data[at + random.randrange(1, 40) :]


def _cut(data: bytes, random: Random) -> bytes:
    return data[: _place(data, random)]


def _insert(data: bytes, random: Random) -> bytes:
    at = _place(data, random)
    return data[:at] + random.choice(TOKENS) + data[at:]


def _copy(data: bytes, random: Random) -> bytes:
    start, at = _place(data, random), _place(data, random)
    return data[:at] + data[start : start + random.randrange(1, 200)] + data[at:]


def _splice(data: bytes, random: Random) -> bytes:
    other = random.choice(SEEDS)
    return data[: _place(data, random)] + other[_place(other, random) :]


def _lines(data: bytes, random: Random) -> bytes:
    lines = data.split(b"\n")
    at, to = random.randrange(len(lines)), random.randrange(len(lines))
    what = random.randrange(5)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines.insert(to, lines[at])
    elif what == 2:
        lines[at], lines[to] = lines[to], lines[at]
    elif what == 3:
        lines[at] = b" " * random.randrange(1, 5) + lines[at]
    else:
        lines[at] = lines[at].removeprefix(b"  ")
    return b"\n".join(lines)


def _replaced(pattern: bytes, choices: list[bytes]) -> object:
    found = re.compile(pattern)

    def change(data: bytes, random: Random) -> bytes:
        places = list(found.finditer(data))
        if not places:
            return data
        place = random.choice(places)
        return data[: place.start(1)] + random.choice(choices) + data[place.end(1) :]

    return change


SMALL_NUMBERS = [str(n).encode() for n in (-1, 0, 1, 1, 2, 2, 3, 3, 4, 5, 7, 8, 16, 31, 64, 224, 1000)]
GENTLE = [
    _replaced(rb"(?<![\w.])(-?\d+)(?![\w.])", SMALL_NUMBERS),
    _replaced(rb'type"?: "?(\w+)', [name.encode() for name in TYPES]),
    _replaced(
        rb"padding: (\w+)", [b"same", b"same_lower", b"valid", b"causal", b"0", b"1", b"[[1, 2], [0, 3]]", b"-1"]
    ),
    _replaced(rb"size: (\d+)", [b"null", b"[null, 64]", b"[9]", b"[8, 9, 10]", b"1", b"33"]),
    _replaced(rb"(stride): \d", [b"dilation", b"kernel", b"scale", b"groups"]),
]
"""Changes that often leave a network that can be built."""
CHANGES = [
    _flip,
    _delete,
    _cut,
    _insert,
    _insert,
    _copy,
    _splice,
    _lines,
    _lines,
    _replaced(rb"(?<![\w.])(-?\d+)(?![\w.])", TOKENS),
    *GENTLE[:1],
    _replaced(rb'["\s{,](\w+)"?:', [key.encode() for key in KEYS]),
    _replaced(rb'type"?: "?(\w+)', [name.encode() for name in TYPES]),
    _replaced(rb": ([^\n{\[,]+)", TOKENS),
]
