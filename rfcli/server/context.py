"""What is being typed at a place of a text, however unfinished that is: worked out from lines and brackets alone."""

from __future__ import annotations

import re

from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.server.texts import Text

FARTHEST = 20_000
"""Characters that are looked at around a place."""

_QUOTED = re.compile(r"\"(?:[^\"\\]|\\.)*\"|'[^']*'")
_COMMENT = re.compile(r"(?:^|(?<=\s))#.*")
_KEY = re.compile(r"(?<![\w$.+/-])[\"']?([\w$.+/-]+)[\"']?\s*:(?=\s|$)")
_BEFORE = re.compile(r"(?<![\w$.+/-])[\"']?([\w$.+/-]+)[\"']?\s*:\s*$")
_WORD = re.compile(r"(?<![\w$.+/*-])[\w$.+/*-]*$")
_STARTS = re.compile(r"\s*(?:-\s|-$|[\"']?[\w$.+/-]+[\"']?\s*:(?:\s|$))")


class Context(Value):
    """A place: the keys around it, "-" for an item of a list; the other keys of its mapping with their texts; the key
    whose value is typed, None where a key is; what stands of the word."""

    path: tuple[str, ...]
    siblings: dict[str, str]
    key: str | None
    word: str
    column: int
    """Where the word starts, from 1."""


class _Around(Value):
    """A bracket around a place: which, where it stands, and the key before it."""

    bracket: str
    line: int
    at: int
    key: str | None


def context(text: Text, line: int, column: int) -> Context:
    """What is typed before a place."""
    before = _plain(text.line(line))[: column - 1]
    raw = text.line(line)[: column - 1]
    found = _WORD.search(raw)
    word = found[0] if found is not None else ""
    start = len(raw) - len(word)
    around = _brackets(text, line, start)
    head = before[:start].rstrip("\"' ")
    path, siblings, key = _of_brackets(text, line, start, around, head)
    return Context(path, siblings, key, word, start + 1)


def _plain(line: str) -> str:
    """A line whose texts in quotes, but for keys, and comments are blank: brackets in them are none."""

    def blank(found: re.Match[str]) -> str:
        inside = found[0][1:-1]
        return found[0] if re.fullmatch(r"[\w.$/+-]*", inside) else found[0][0] + "_" * len(inside) + found[0][-1]

    return _COMMENT.sub(lambda found: " " * len(found[0]), _QUOTED.sub(blank, line))


def _brackets(text: Text, line: int, end: int) -> list[_Around]:
    """The brackets around a place, the innermost first."""
    found: list[_Around] = []
    depth, looked = 0, 0
    plain = _plain(text.line(line))[:end]
    while True:
        for at in range(len(plain) - 1, -1, -1):
            char = plain[at]
            if char in "]}":
                depth += 1
            elif char in "[{":
                if depth:
                    depth -= 1
                    continue
                key = _BEFORE.search(plain[:at])
                found.append(_Around(char, line, at, key[1] if key else None))
        looked += len(plain) + 1
        line -= 1
        while line >= 1 and not text.line(line).strip():
            line -= 1
        if line < 1 or looked > FARTHEST:
            return found
        above = _plain(text.line(line))
        if not depth and _STARTS.match(plain) and not above.rstrip().endswith((",", "[", "{")):
            return found
        if not depth and not above.rstrip().endswith((",", "[", "{", ":")):
            return found
        plain = above


def _of_brackets(
    text: Text, line: int, start: int, around: list[_Around], head: str
) -> tuple[tuple[str, ...], dict[str, str], str | None]:
    """The path, the siblings and the key of a place in or without brackets."""
    own = _BEFORE.search(head)
    if not around:
        return _of_block(text, line, start, head)
    outer = around[-1]
    before = _plain(text.line(outer.line))[: outer.at]
    path, _, key = _of_block(text, outer.line, outer.at, before.rstrip())
    steps = list(path)
    if key is not None:
        steps.append(key)
    for at, one in enumerate(reversed(around)):
        if one.key is not None and at:
            steps.append(one.key)
        if one.bracket == "[" and one is not around[0]:
            steps.append("-")
    inner = around[0]
    if inner.bracket == "[":
        return (*steps,), {}, "-"
    return (*steps,), _siblings(text, inner), own[1] if own else None


def _siblings(text: Text, around: _Around) -> dict[str, str]:
    """The keys of a mapping in brackets, with the texts of their values."""
    whole, line = _plain(text.line(around.line))[around.at + 1 :], around.line
    depth, parts, start, at, looked = 0, [], 0, 0, 0
    while looked < FARTHEST:
        if at == len(whole):
            line += 1
            if line > len(text.lines):
                break
            if not depth and _STARTS.match(text.line(line)) and text.line(line).lstrip().startswith("-"):
                break
            whole += "\n" + _plain(text.line(line))
        char = whole[at] if at < len(whole) else ""
        looked += 1
        if char in ("[", "{"):
            depth += 1
        elif char in ("]", "}"):
            if not depth:
                break
            depth -= 1
        elif char == "," and not depth:
            parts.append(whole[start:at])
            start = at + 1
        at += 1
    parts.append(whole[start:at])
    found = {}
    for part in parts:
        key = _KEY.match(part.strip())
        if key:
            found[key[1]] = part.strip()[key.end() :].strip().split("\n")[0].strip("\"'")
    return found


def _indent(line: str) -> int:
    """Where the first key of a line stands, behind dashes; -1 for a blank one."""
    found = re.match(r"\s*(?:-\s+)*", line)
    return -1 if not line.strip() or found is None else found.end()


def _of_block(text: Text, line: int, start: int, head: str) -> tuple[tuple[str, ...], dict[str, str], str | None]:
    """The path, the siblings and the key of a place without brackets around it."""
    own = _BEFORE.search(head)
    first = re.match(r"\s*(?:-\s+|-$)*", head + ("" if own else " "))
    level = start if not head.strip("- ") else min(first.end() if first else 0, start)
    if own:
        level = min(level, own.start())
    siblings: dict[str, str] = {}
    path: list[str] = []
    dashes = len(re.findall(r"-(?=\s|$)", head[: level + 1])) if head.lstrip().startswith("-") else 0
    looked = 0
    for step in (-1, 1):
        if step == -1 and dashes:
            continue  # the line is the first of its mapping
        at = line + step
        while 1 <= at <= len(text.lines) and looked < FARTHEST:
            plain = _plain(text.line(at))
            looked += len(plain) + 1
            deep = _indent(plain)
            if deep >= 0 and deep < level:
                break
            if deep == level:
                lead = plain[:deep]
                if "-" in lead and step == 1:
                    break
                _note(plain, deep, siblings)
                if "-" in lead:
                    break
            at += step
    path = _above(text, line, level, head)
    if own and own[1] not in siblings:
        siblings.setdefault(own[1], text.line(line)[own.end() :].strip())
    if not own and head.strip() == "-":
        return (*path,), siblings, None
    return (*path,), siblings, own[1] if own else None


def _note(plain: str, deep: int, siblings: dict[str, str]) -> None:
    key = _KEY.match(plain[deep:])
    if key:
        siblings.setdefault(key[1], plain[deep + key.end() :].strip().strip("\"'"))


def _above(text: Text, line: int, level: int, head: str) -> list[str]:
    """The keys around a mapping that starts at a column, from the lines above it."""
    path: list[str] = []
    at, current = line, level
    looked = 0
    while at >= 1 and looked < FARTHEST:
        plain = head if at == line else _plain(text.line(at))
        looked += len(plain) + 1
        deep = _indent(plain) if at != line else level
        lead = re.match(r"\s*((?:-\s+|-$)*)", plain)
        if deep >= 0 and (deep <= current) and lead and "-" in lead[1] and lead.start(1) < current and deep == current:
            path.append("-")
            current = lead.start(1)
            at -= 1
            # the list's key may stand at the same column as its dashes
            key = _key_above(text, at, current)
            if key is not None:
                at, name, current = key
                path.append(name)
            continue
        if at != line and 0 <= deep < current:
            key_here = _KEY.match(plain[deep:])
            if key_here:
                path.append(key_here[1])
                current = deep
                continue
        at -= 1
    return path[::-1]


def _key_above(text: Text, at: int, dash: int) -> tuple[int, str, int] | None:
    """The line, the name and the column of the key whose list has its dashes at a column."""
    looked = 0
    while at >= 1 and looked < FARTHEST:
        plain = _plain(text.line(at))
        looked += len(plain) + 1
        deep = _indent(plain)
        starts = len(plain) - len(plain.lstrip())
        if deep >= 0 and deep <= dash and not (starts == dash and plain.lstrip().startswith("-")):
            key = _KEY.match(plain[deep:])
            return (at, key[1], deep) if key else None
        at -= 1
    return None
