"""Finds the settings that hold for a file: those of the nearest folder upwards that has any, as a whole. Most projects
have none: what is done without any is done at every start."""

from __future__ import annotations

import os
import re

from rfcli.settings.settled import NOTHING

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.settings.settled import Settings

OWN, SHARED = "rf.toml", "pyproject.toml"
"""A file of settings alone, which comes first, and one that other tools share: it counts where it has `[tool.rf]`."""

_NAMES_IT = re.compile(
    rb"""(?<![\w.-])(?:["']?tool["']?[ \t]*\.[ \t]*)?["']?rf["']?[ \t]*[\].=]"""
    rb"""|\[[ \t]*["']?tool["']?[ \t]*\.[ \t]*["']?rf["']?[ \t]*(?=[#\r\n]|\Z)"""  # a head that is not closed
)


class Finder:
    """The settings of a call: those that are found, or of the file `given`, or none where it is `isolated`.

    `SettingsError` is raised for a file whose settings are wrong, each time that it is asked for."""

    def __init__(self, given: str | None = None, isolated: bool = False) -> None:
        self.given, self.isolated = given, isolated
        self.main: Settings = NOTHING
        """The settings of the call's first network, which what the whole call has one of is taken from."""
        self._known: dict[str, Settings] = {}

    def of(self, path: str | None) -> Settings:
        """The settings that hold for a file; for what is no file, None, those of the current folder."""
        if self.isolated:
            return NOTHING
        if self.given is not None:
            if self.given not in self._known:
                self._known[self.given] = self._read("", self.given)
            return self._known[self.given]
        return self._above(os.getcwd() if path is None else os.path.dirname(os.path.abspath(path)))

    def below(self, folder: str) -> Settings:
        """The settings that hold for the files of a folder."""
        return self.of(os.path.join(folder, "a"))

    def _above(self, folder: str) -> Settings:
        """The settings of the nearest folder, from `folder` upwards, that has any."""
        passed: list[str] = []
        found = NOTHING
        while folder not in self._known:
            passed.append(folder)
            found = self._in(folder)
            above = os.path.dirname(folder)
            if found is not NOTHING or above == folder:
                break
            folder = above
        else:
            found = self._known[folder]
        self._known.update(dict.fromkeys(passed, found))
        return found

    def _in(self, folder: str) -> Settings:
        """The settings that stand in a folder itself, `NOTHING` where none do."""
        own, shared = os.path.join(folder, OWN), os.path.join(folder, SHARED)
        if os.path.isfile(own):
            return self._read(folder, own)
        return self._read(folder, shared) if os.path.isfile(shared) and _is_named(shared) else NOTHING

    def _read(self, folder: str, path: str) -> Settings:
        """The settings in a file."""
        from rfcli.settings.reading import read

        shown = os.path.relpath(path) if folder else path
        return read(path, shown, folder or os.getcwd(), sure=os.path.basename(path) != SHARED)


def _is_named(path: str) -> bool:
    """Whether a file of several tools may have settings of ours: `tomllib` takes longer to import than most files take
    to be read."""
    try:
        with open(path, "rb") as stream:
            return _NAMES_IT.search(stream.read()) is not None
    except OSError:
        return True  # which is told where it is read
