"""Where descriptions come from, how they are told from other files, and what a foreign model is asked."""

import io
import os

import pytest

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Node, Problems
from rfcli.description.source import (
    YAML,
    Budget,
    Document,
    Reader,
    Unreadable,
    allowed,
    decode,
    is_description,
    locate,
    read_bytes,
    too_large,
)
from rfcli.diagnostics import Span


def codes(problems):
    return [problem.code for problem in problems]


def test_a_bundled_name_wins_over_a_file_unless_it_looks_like_one(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "resnet50").write_text("format: 1")
    path, name = locate("resnet50")
    assert name == "resnet50" and os.path.basename(path) == "resnet50.yaml"
    assert locate("./resnet50") == ("./resnet50", None)
    assert locate("resnet50.yaml") == ("resnet50.yaml", None)
    assert locate("no_such_network") == ("no_such_network", None)


@pytest.mark.parametrize(
    ("data", "text", "code"),
    [
        (b"a: 1", "a: 1", None),
        (b"\xef\xbb\xbfa: 1", "a: 1", None),
        ("ü".encode(), "ü", None),
        ("a: 1".encode("utf-16"), None, "RF002"),
        ("a: 1".encode("utf-16-le"), None, "RF002"),
        (b"a\n\xff", None, "RF002"),
    ],
)
def test_decode(data, text, code):
    problems = Problems()
    assert decode(data, "net.yaml", problems) == text
    assert codes(problems) == ([] if code is None else [code])
    if data == b"a\n\xff":
        assert problems[0].span == Span("net.yaml", 2, 1)


def test_characters_that_are_allowed():
    """Those that YAML 1.2 counts as printable: section 5.1."""
    printable = {9, 10, 13, 0x85, *range(0x20, 0x7F), *range(0xA0, 0xD800), *range(0xE000, 0xFFFE), 0x10000, 0x10FFFF}
    for code in (*range(0x11000), 0x10FFFE, 0x10FFFF):
        if code < 0x10000 or code in printable:
            problems = Problems()
            assert allowed(f"ab\n{chr(code)}", "x", problems) == (code in printable), hex(code)
            assert [problem.span for problem in problems] == ([] if code in printable else [Span("x", 2, 1)])


def test_bytes_are_read_in_pieces_up_to_a_number():
    assert read_bytes(io.BytesIO(b"abcdef"), 4) == b"abcd"
    assert read_bytes(io.BytesIO(b"abc"), 4) == b"abc"
    assert len(read_bytes(io.BytesIO(bytes(200_000)), 150_000)) == 150_000
    problems = Problems()
    too_large("x", Limits(bytes=3), problems)
    assert [(problem.code, problem.message) for problem in problems] == [("RF009", "larger than 3 bytes")]


def test_descriptions_of_a_call_share_a_budget():
    reader = Reader(Limits(bytes=8, total_bytes=10), Budget(10))
    for data, code in ((b"a: 1", None), (b"a: 1234567", "RF009"), (b"b: 1", None), (b"c: 12", "RF009")):
        problems = Problems()
        document = reader.stream(io.BytesIO(data), "x", problems, YAML)
        assert (document.root is None, codes(problems)) == ((False, []) if code is None else (True, [code])), data


@pytest.mark.parametrize("name", ["missing.yaml", ".", "nul\0.yaml"])
def test_unreadable(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(Unreadable):
        Reader(Limits()).file(name, name, Problems())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes by name")
def test_pipes_are_only_read_when_a_user_names_them(tmp_path):
    path = str(tmp_path / "pipe")
    os.mkfifo(path)
    with pytest.raises(Unreadable, match="not a regular file"):
        Reader(Limits()).file(path, path, Problems())
    with pytest.raises(Unreadable, match="not a regular file"):
        is_description(path, 100)


class TestForeignModels:
    """A format of its own: files that begin with TOY, with one setting, `scale`."""

    def importer(self, model):
        assert model.stream.tell() == 0
        self.asked = model
        left = {name: value for name, value in model.settings.items() if name != "scale"}
        return Document(Node({}, File(model.shown), 1, 1, {}), left)

    def reader(self):
        return Reader(Limits(layers=7), None, lambda head, name: self.importer if head.startswith(b"TOY") else None)

    def test_is_asked_by_one_value_and_answers_with_one(self):
        settings, problems = {"scale": 2, "width": 3}, Problems()
        document = self.reader().stream(io.BytesIO(b"TOY 1"), "net.toy", problems, YAML, settings)
        assert document.settings == {"width": 3}
        assert settings == {"scale": 2, "width": 3}
        assert self.asked.settings == settings and self.asked.shown == "net.toy" and self.asked.limits.layers == 7
        assert self.asked.problems is problems

    def test_a_description_takes_no_settings(self):
        document = self.reader().stream(io.BytesIO(b"a: 1"), "net.yaml", Problems(), YAML, {"scale": 2})
        assert document.root.plain() == {"a": 1}
        assert document.settings == {"scale": 2}


@pytest.mark.parametrize(
    ("name", "text", "means"),
    [
        ("a.rf.yaml", "x", True),
        ("architectures/a.yaml", "x", True),
        ("a.yaml", "format: 1\nlayers: []", True),
        ("a.yaml", "# first\n'format': 1 # ours\n'layers': [", True),
        ("a.yaml", "\ufefflayers: []\nformat:   1", True),
        ("a.yaml", "format: 1", False),
        ("a.yaml", "format: 2\nlayers: []", False),
        ("a.yaml", "x:\n  format: 1\n  layers: []", False),
        ("a.json", '{"format": 1, "layers": []}', True),
        ("a.json", '{"format": 1, "layers": [', True),
        ("a.json", "{format: 1, layers: []}", True),
        ("a.json", '{"format": true, "layers": []}', False),
        ("a.json", '{"x": {"format": 1, "layers": []}}', False),
        ("a.json", "[1]", False),
        ("missing.yaml", None, True),
    ],
)
def test_is_description(name, text, means, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "architectures").mkdir()
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert is_description(name, 1000) is means


def test_a_foreign_model_counts_as_a_description(tmp_path):
    (tmp_path / "net").write_bytes(b"TOY")
    foreign = lambda head, name: print if head == b"TOY" else None  # noqa: E731
    assert is_description(str(tmp_path / "net"), 1000, foreign)
    assert not is_description(str(tmp_path / "net"), 1000)
