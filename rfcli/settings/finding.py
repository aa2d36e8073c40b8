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

_NAMES_IT = re.compile(rb"""(?<![\w.-])(?:["']?tool["']?[ \t]*\.[ \t]*)?["']?rf["']?[ \t]*[\].=]""")


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
            return self._at("", self.given)
        return self._above(os.getcwd() if path is None else os.path.dirname(os.path.abspath(path)))

    def below(self, folder: str) -> Settings:
        """The settings that hold for the files of a folder."""
        return self.of(os.path.join(folder, "a"))

    def _above(self, folder: str) -> Settings:
        """The settings of the nearest folder, from `folder` upwards, that has any."""
        if folder in self._known:
            return self._known[folder]
        own, shared = os.path.join(folder, OWN), os.path.join(folder, SHARED)
        above = os.path.dirname(folder)
        if os.path.isfile(own):
            found = self._at(folder, own)
        elif os.path.isfile(shared) and _is_named(shared):
            found = self._at(folder, shared)
            if found is NOTHING and above != folder:
                found = self._above(above)
        else:
            found = self._above(above) if above != folder else NOTHING
        self._known[folder] = found
        return found

    def _at(self, folder: str, path: str) -> Settings:
        """The settings in a file."""
        key = folder or "\0given"
        if key not in self._known:
            from rfcli.settings.reading import read

            shown = os.path.relpath(path) if folder else path
            self._known[key] = read(path, shown, folder or os.getcwd(), sure=os.path.basename(path) != SHARED)
        return self._known[key]


def _is_named(path: str) -> bool:
    """Whether a file of several tools may have settings of ours: `tomllib` takes longer to import than most files take
    to be read."""
    try:
        with open(path, "rb") as stream:
            return _NAMES_IT.search(stream.read()) is not None
    except OSError:
        return True  # which is told where it is read
