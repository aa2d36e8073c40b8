"""What exists is documented: layer types, keys, codes, commands, options, formats, columns, limits."""

import json
import re
from pathlib import Path

import pytest
import yaml

from rfcli import resources
from rfcli.cli.compute import COMMAND as COMPUTE
from rfcli.cli.declarations import COMMANDS, command
from rfcli.cli.entry import run
from rfcli.description import format, published
from rfcli.description.limits import LIMIT_DOCS, Limits
from rfcli.diagnostics import CODES
from rfcli.layers._registry import LAYERS
from rfcli.render.columns import COLUMNS

ROOT = Path(__file__).parent.parent
MANUAL = (Path(resources.folder("schemas")) / "README.md").read_text(encoding="utf-8")


def test_generated_parts_are_those_on_disk() -> None:
    """Mend with `python -m rfcli.description.published`."""
    assert published.manual(MANUAL) == MANUAL
    assert Path(resources.schema("architecture")).read_text(encoding="utf-8") == published.schema_text()


@pytest.mark.parametrize("word", [*LAYERS, *format.SCOPES, *format.DOCUMENT.keys, *format.COMMON, *CODES, *LIMIT_DOCS])
def test_the_manual_has(word: str) -> None:
    assert f"`{word}`" in MANUAL or f"| {word} |" in MANUAL or f"type: {word}," in MANUAL


def test_every_layer_type_and_parameter_says_what_it_is() -> None:
    for name, cls in LAYERS.items():
        assert cls.__doc__, name
        for parameter in cls.parameters.values():
            assert parameter.doc.endswith(".")
            assert parameter.example is not None


def test_limits_are_all_documented() -> None:
    assert set(LIMIT_DOCS) == set(Limits._fields)


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_have_help_with_examples(name: str) -> None:
    declared = command(name)
    assert f"rf {name}" in declared.help
    assert all(option.help.endswith(".") for option in declared.options)


def test_columns_are_named_in_the_help() -> None:
    (option,) = (option for option in COMPUTE.options if option.name == "columns")
    assert all(name in option.help for name in COLUMNS)


@pytest.mark.parametrize("name", COMMANDS)
def test_commands_are_listed_in_one_place(name: str) -> None:
    listed = MANUAL.partition("\n## Commands\n")[2].partition("\n## ")[0]
    assert f"`rf {name}`" in listed


@pytest.mark.parametrize(
    "chapter", ["Commands", "Expectations and rules", "Limits", "Export", "From Python", "Problems"]
)
def test_everything_has_one_chapter(chapter: str) -> None:
    assert MANUAL.count(f"\n## {chapter}\n") == 1


def test_links_lead_somewhere() -> None:
    """Within the reference, and from the README into it."""
    headings = re.findall(r"^#+ (.*)$", MANUAL, re.MULTILINE)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    links = re.findall(r"\]\(#([^)]+)\)", MANUAL)
    links += re.findall(r"\]\(schemas/README\.md#([^)]+)\)", (ROOT / "README.md").read_text(encoding="utf-8"))
    assert len(links) > 40
    assert not [link for link in links if link not in anchors]


def test_the_hooks_of_the_snippet_are_published() -> None:
    snippet = re.search(r"```yaml\n(repos:.*?)```", MANUAL, re.DOTALL)
    assert snippet is not None
    published = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}
    used = {hook["id"] for repo in yaml.safe_load(snippet[1])["repos"] for hook in repo["hooks"]}
    assert used and used <= published


def test_the_patterns_for_editors_read_what_is_printed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The problem matcher, and the error format of nvim-lint and efm, on the output of the calls beside them."""
    (tmp_path / "net.yaml").write_text("format: 1\nlayers: [{type: conv, kernal: 3}]\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert run(["check", "net.yaml", "--diagnostics", "concise", "-q"]) == 1
    lines = capsys.readouterr().out.splitlines()
    matcher = re.search(r'\{"owner": "rf".*?\n```', MANUAL, re.DOTALL)
    assert matcher is not None
    pattern = json.loads(matcher[0].removesuffix("```"))["pattern"]
    found = [re.fullmatch(pattern["regexp"], line) for line in lines]
    assert next((one[1], one[2], one[3], one[4]) for one in found if one) == ("net.yaml", "2", "23", "RF101")
    assert all(found)
    assert MANUAL.count("%f:%l:%c: %m") == 2
