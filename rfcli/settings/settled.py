"""What is settled for the files below a folder, and which of it holds for one of them."""

from __future__ import annotations

import os

from rfcli.diagnostics import Span
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


class Settings(Value):
    """What one file of settings says. Patterns are of paths relative to `root`; None, and what is empty, settles
    nothing."""

    path: str = ""
    """The file as it is called in messages, "" where there is none."""
    root: str = ""
    text: str = ""
    """The file's text, in which the places of keys are looked for when somebody asks."""
    tool: tuple[str, ...] = ()
    """The table of the text that the keys stand in."""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    format: str | None = None
    diagnostics: str | None = None
    object_size: int | None = None
    displacement: int | None = None
    limits: tuple[tuple[str, int], ...] = ()

    def excludes(self, path: str) -> str | None:
        """The pattern that excludes a file, None where none does."""
        if not self.exclude:
            return None
        return next((one for one in self.exclude if matches(one, path, self.root)), None)

    def ignored(self, path: str | None) -> tuple[str, ...]:
        """The words of all codes that are ignored in a file; None is what is no file."""
        return (*self.ignore, *(word for _, words in self.of_file(path) for word in words))

    def of_file(self, path: str | None) -> Sequence[tuple[str, tuple[str, ...]]]:
        """The entries of per-file-ignores that a file meets."""
        if path is None or not self.per_file_ignores:
            return ()
        return [
            (pattern, words)
            for pattern, words in self.per_file_ignores
            if matches(pattern.removeprefix("!"), path, self.root) is not pattern.startswith("!")
        ]

    def place(self, *keys: str | int) -> Span:
        """Where a key stands in the file, or the nearest one around it that can be told."""
        from rfcli.settings.places import place

        return Span(self.path, *place(self.text, (*self.tool, *keys)))


NOTHING = Settings()


def limits_around() -> list[str]:
    """The limits that the environment states in `RF_LIMITS`, each as `NAME=VALUE`."""
    return [one for one in os.environ.get("RF_LIMITS", "").split(",") if one]


def matches(pattern: str, path: str, root: str) -> bool:
    """Whether a pattern of a file of settings in the folder `root` is met by a file or by a folder above it.

    A pattern without a slash is held against names, one with a slash against paths from `root`; * and ? stand for any
    characters, a slash too, as [abc] does for one of some.
    """
    from fnmatch import fnmatchcase

    inside = os.path.relpath(os.path.abspath(path), root).replace(os.sep, "/")
    if inside.startswith("../"):
        return os.path.isabs(pattern) and fnmatchcase(os.path.abspath(path), pattern)
    pattern = pattern.removeprefix("./").rstrip("/")
    if os.path.isabs(pattern):
        pattern = os.path.relpath(pattern, root).replace(os.sep, "/")
    parts = inside.split("/")
    if "/" not in pattern:
        return any(fnmatchcase(part, pattern) for part in parts)
    wanted = [pattern]
    if pattern.startswith("**/"):
        wanted.append(pattern.removeprefix("**/"))  # ** stands for no folder, too
    if "/**/" in pattern:
        wanted.append(pattern.replace("/**/", "/"))
    heads = ["/".join(parts[: at + 1]) for at in range(len(parts))]
    return any(fnmatchcase(head, one) for head in heads for one in wanted)
