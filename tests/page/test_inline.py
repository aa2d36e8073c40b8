"""One file of all parts."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import pytest

from rfcli.page import inline

HERE = Path(inline.HERE)
MODULES = sorted(HERE.glob("*.js"))
HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(1)>&amp;\u2028\u2029\ud800'\"`${alert(1)}"


class Parts(HTMLParser):
    """The elements of a page with their attributes, and the text of scripts and styles."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(("", {}))

    def handle_data(self, data: str) -> None:
        if self.tags:
            tag, attributes = self.tags[-1]
            name = f"{tag} {attributes.get('type') or ''}".strip()
            self.texts[name] = self.texts.get(name, "") + data


def hashed(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def test_modules_become_one() -> None:
    texts = {
        "page.js": 'import { one } from "./a.js";\nimport { two } from "./b.js";\n\nexport const three = one + two;\n',
        "a.js": 'import { two } from "./b.js";\nexport function one() {}\n',
        "b.js": "/** Two. */\nexport const two = 2;\nexport async function four() {}\nconst text = 'export const x';\n",
    }
    assert inline.bundled("page.js", texts.__getitem__) == (
        "\nconst two = 2;\nasync function four() {}\nconst text = 'export const x';\n"
        "\nfunction one() {}\n\nconst three = one + two;\n"
    )


def test_modules_that_import_each_other_end() -> None:
    texts = {
        "a.js": 'import { b } from "./b.js";\nconst a = 1;\n',
        "b.js": 'import { a } from "./a.js";\nconst b = 1;\n',
    }
    assert inline.bundled("a.js", texts.__getitem__) == "\nconst b = 1;\n\nconst a = 1;\n"


def test_every_module_is_in_the_page() -> None:
    text = inline.bundled(inline.FIRST)
    assert MODULES
    for path in MODULES:
        whole = path.read_text(encoding="utf-8")
        body = inline.alone(whole)
        assert body in text, path.name
        code = [line for line in whole.splitlines() if line and not re.match(r"\s*(?:/\*\*| \*)|import ", line)]
        assert [line.removeprefix("export ") for line in code] == [line for line in body.splitlines() if line], (
            path.name
        )


def test_modules_are_written_as_they_are_joined() -> None:
    """Named imports of a line each, no default exports, no name of the top level twice."""
    names: dict[str, str] = {}
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        left = inline.EXPORT.sub("", inline.IMPORT.sub("", text))
        assert not re.search(r"^\s*(?:import|export)\b", left, re.MULTILINE), path.name
        assert " as " not in "".join(found[0] for found in re.finditer(inline.IMPORT, text))
        assert not re.search(r"</script|<!--", text, re.IGNORECASE), path.name
        for name in re.findall(r"^(?:async )?(?:function\*?|class|const|let|var) (\w+)", left, re.MULTILINE):
            assert name not in names, f"{name} is in {path.name} and {names[name]}"
            names[name] = path.name


def test_no_markup_is_read_from_text() -> None:
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert not re.search(
            r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|srcdoc", text
        ), path.name
        assert not re.search(r"\b(?:fetch|XMLHttpRequest|WebSocket|sendBeacon|importScripts)\b|import\(", text), (
            path.name
        )


@pytest.mark.parametrize("watch", [False, True])
def test_the_parts_of_a_page(watch: bool) -> None:
    text = inline.page({"name": HOSTILE}, HOSTILE, watch)
    parts = Parts(text)
    scripts = [attributes for tag, attributes in parts.tags if tag == "script"]
    assert scripts == [{"type": "application/json", "id": "data"}, {"type": "module"}]
    assert [tag for tag, _ in parts.tags].count("style") == 1
    assert not [tag for tag, _ in parts.tags if tag in ("img", "link", "iframe", "object", "base")]
    data = parts.texts["script application/json"]
    assert json.loads(data) == {"name": HOSTILE}
    assert data.isascii() and not set(data) & set("<>&")
    html = next(attributes for tag, attributes in parts.tags if tag == "html")
    assert ("data-watch" in html) == watch


def test_the_policy_allows_what_is_in_the_page_alone() -> None:
    parts = Parts(inline.page({}, "net"))
    tags = [tag for tag, _ in parts.tags]
    assert tags[tags.index("head") + 1] == "meta"
    first = next(attributes for tag, attributes in parts.tags if tag == "meta")
    assert first["http-equiv"] == "Content-Security-Policy"
    assert first["content"] == (
        f"default-src 'none'; script-src {hashed(parts.texts['script module'])}; style-src {hashed(parts.texts['style'])}; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )
    for _, attributes in parts.tags:
        assert not [name for name in attributes if name.startswith("on") or name == "style"]


def test_pages_are_the_same_each_time() -> None:
    assert inline.page({"a": 1}, "net") == inline.page({"a": 1}, "net")
    text = inline.page({}, "net")
    assert "\r" not in text
