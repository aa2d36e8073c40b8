"""Files of settings, and what is wrong with them."""

from pathlib import Path

import pytest

from rfcli.settings.reading import KEYS, SettingsError, read
from rfcli.settings.settled import NOTHING

GOOD = """\
[tool.rf]
select = ["ALL"]
ignore = ["RF509", "RF40"]
exclude = ["drafts"]
format = "markdown"
diagnostics = "github"
object-size = 64
displacement = 9
[tool.rf.per-file-ignores]
"nets/*" = ["RF501"]
[tool.rf.limits]
layers = 7
total-bytes = 1_000
"""


def written(folder: Path, text: str | bytes) -> str:
    path = folder / "pyproject.toml"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return str(path)


def test_all_settings(tmp_path: Path) -> None:
    found = read(written(tmp_path, GOOD), "p.toml", "/root", sure=False)
    assert (found.select, found.ignore, found.exclude) == (("ALL",), ("RF509", "RF40"), ("drafts",))
    assert (found.format, found.diagnostics, found.object_size, found.displacement) == ("markdown", "github", 64, 9)
    assert found.per_file_ignores == (("nets/*", ("RF501",)),)
    assert found.limits == (("layers", 7), ("total_bytes", 1000))
    assert str(found.place("limits", "layers")) == "p.toml:12:1"
    assert (found.path, found.root) == ("p.toml", "/root")
    assert {key.replace("-", "_") for key in KEYS} <= set(found._fields)


def test_a_file_of_others(tmp_path: Path) -> None:
    assert read(written(tmp_path, "[tool.ruff]\n"), "p.toml", "/", sure=False) is NOTHING
    assert read(written(tmp_path, "\ufeffselect = []\n"), "p.toml", "/", sure=True).select == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[tool.rf]\nselct = []", "p:2:1: there is no setting 'selct'\n  help: did you mean 'select'?"),
        ("[tool.rf]\nper_file_ignores = {}",
         "p:2:1: there is no setting 'per_file_ignores'\n  help: did you mean 'per-file-ignores'?"),
        ("[tool.rf]\nzzz = 1", "p:2:1: there is no setting 'zzz'\n  help: known here: select, ignore, "
         "per-file-ignores, exclude, format, diagnostics, object-size, displacement, limits"),
        ('[tool.rf]\nselect = "RF501"',
         'p:2:1: select must be a list of codes, ["RF501"], is the string "RF501"\n  help: write ["RF501"]'),
        ('[tool.rf]\nselect = ["RF501",\n  "RF951"]', "p:3:3: no rule is called 'RF951'\n  help: did you mean 'RF521'?"),
        ('[tool.rf]\nignore = ["RF101"]', "p:2:11: no rule is called 'RF101'\n  help: did you mean 'RF511'?"),
        ("[tool.rf]\nignore = [3]", 'p:2:11: ignore must be a list of codes, ["RF501"]; an item is 3'),
        ("[tool.rf.per-file-ignores]\na = [3]",
         'p:2:6: per-file-ignores.a must be a list of codes, ["RF501"]; an item is 3'),
        ("[tool.rf]\nexclude = 1", 'p:2:1: exclude must be a list of patterns, ["drafts"], is 1'),
        ('[tool.rf]\nexclude = [""]', 'p:2:12: exclude must be a list of patterns, ["drafts"]; an item is empty'),
        ('[tool.rf]\nformat = "jsn"',
         "p:2:1: format must be one of table, json, ndjson, csv, tsv, markdown; is 'jsn'\n  help: did you mean 'json'?"),
        ("[tool.rf]\nformat = true", "p:2:1: format must be one of table, json, ndjson, csv, tsv, markdown; is true"),
        ('[tool.rf]\nobject-size = "64"', 'p:2:1: object-size must be a whole number from 1, is the string "64"'),
        ("[tool.rf]\nobject-size = 0", "p:2:1: object-size must be a whole number from 1, is 0"),
        ("[tool.rf]\ndisplacement = 1.5", "p:2:1: displacement must be a whole number from 1, is 1.5"),
        ("[tool.rf]\ndisplacement = 1979-05-27", "p:2:1: displacement must be a whole number from 1, is a date or time"),
        ("[tool.rf]\nlimits = 3", "p:2:1: limits must be a table of names with their numbers, is 3"),
        ("[tool.rf.limits]\nlayrs = 3", "p:2:1: no limit is called 'layrs'\n  help: did you mean 'layers'?"),
        ("[tool.rf.limits]\nnesting = 300", "p:2:1: limits.nesting must be a whole number from 1 to 256, is 300"),
        ('[tool.rf.per-file-ignores]\n"a" = ["RF999"]', "p:2:8: no rule is called 'RF999'\n  help: did you mean 'RF519'?"),
        ("[tool.rf]\nper-file-ignores = []", "p:2:1: per-file-ignores must be a table of patterns with their codes, is a "
         'list\n  help: write {"drafts/*" = ["RF501"]}'),
        ("[tool]\nrf = 3", "p:2:1: [tool.rf] must be a table, is 3"),
        ("[tool.rf]\nselect = [", "p:2:11: no TOML: Invalid value"),
        ("[tool.rf\n", "p:1:9: no TOML: Expected ']' at the end of a table declaration"),
        ("[tool.rf]\nselect = []\nselect = []", "p:3:12: no TOML: Cannot overwrite a value"),
        ("[tool.rf]\nx = 1\nselect = 2\n", "p:2:1: there is no setting 'x'\n  help: known here: select, ignore, "
         "per-file-ignores, exclude, format, diagnostics, object-size, displacement, limits\n"
         'p:3:1: select must be a list of codes, ["RF501"], is 2'),
        ("[tool.rf]\nx = " + "[" * 10_000, "p:1:1: lists are nested too deeply"),
        (b"[tool.rf]\n# \xff", "p: cannot be read: not UTF-8"),
    ],
)  # fmt: skip
def test_what_is_wrong(tmp_path: Path, text: str | bytes, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        read(written(tmp_path, text), "p", "/", sure=False)
    assert str(error.value) == said
