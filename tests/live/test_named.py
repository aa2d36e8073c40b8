"""What a source names, read without running anything."""

from __future__ import annotations

import random
from importlib import import_module

import pytest

from rfcli.description.source import SCHEMES
from rfcli.diagnostics import CallError
from rfcli.live import file_of, names_code
from rfcli.live.named import code

CODE = [
    ("torch:model.py:Net", ("model.py", "Net", None, {})),
    ("torch:model.py", ("model.py", "", None, {})),
    ("torch:a b/mo(1)/net.py:Net", ("a b/mo(1)/net.py", "Net", None, {})),
    (r"torch:C:\nets\net.py:Net", (r"C:\nets\net.py", "Net", None, {})),
    ("torch:torchvision.models:resnet50(weights=None)", ("torchvision.models", "resnet50", (), {"weights": None})),
    ("torch:m:f()", ("m", "f", (), {})),
    ("torch:m:f(1, 'a:b.py', x=[1, (2.5, -3)], y={'k': True})", ("m", "f", (1, "a:b.py"), {"x": [1, (2.5, -3)], "y": {"k": True}})),
    ("torch:m:A.b.c( 3 ) ", ("m", "A.b.c", (3,), {})),
    ("keras:größe.py:netz", ("größe.py", "netz", None, {})),
]  # fmt: skip


@pytest.mark.parametrize(("source", "parts"), CODE)
def test_parts(source: str, parts: tuple[object, ...]) -> None:
    named = code(source)
    assert (named.where, named.what, named.positional, named.keywords) == parts


WRONG = [
    ("torch:", "it takes a file and what is in it, torch:model.py:Net, or a module"),
    ("torch::Net", "it takes a file"),
    ("torch:model.py:", "it takes a file"),
    ("torch:model.py:1x", "'1x' is no name of Python"),
    ("torch:model.py:Net.", "'Net.' is no name"),
    ("torch:models/net:Net", "it takes a file"),
    ("keras:model.py:f(", "'(' are no arguments"),
    ("torch:m:f(a=os)", "the argument a=os is no literal: numbers"),
    ("torch:m:f(__import__('os').system('true'))", "is no literal"),
    ("torch:m:f(a=1, a=2)", "no arguments"),
    ("torch:m:f(**{'a': 1})", "write out each argument"),
    ("torch:m:f(*[1])", "the argument *[1] is no literal"),
    ("torch:m:f(1).x(2)", "are no arguments"),
    ("torch:m:f(lambda: 1)", "is no literal"),
    ("torch:m:f(a:=1)", "is no literal"),
    ("torch:m:f(" + "[" * 400 + "]" * 400 + ")", "no"),
    ("torch:m:f(" + "-" * 5000 + "1)", "no"),
    ("torch:" + "m" * 20_000, "a source has at most 10000 characters"),
    ("torch:m\0:f", "no NUL"),
    ("timm:hf-hub:timm/resnet50", "it takes the name of a model of timm"),
    ("timm:../x", "it takes the name"),
    ("timm:resnet50(3)", "arguments are written with their names"),
    ("timm:resnet50(pretrained=True)", "leave pretrained out: weights change no number"),
    ("timm:resnet50(checkpoint_path='a.pth')", "leave checkpoint_path out"),
    ("transformers:", "it takes a configuration"),
    ("transformers:config.json:Bert(3)", "it takes a configuration"),
]  # fmt: skip


def parsed(source: str) -> object:
    return import_module(f"rfcli.live.schemes.{source.partition(':')[0]}").parsed(source)


@pytest.mark.parametrize(("source", "said"), WRONG)
def test_what_is_wrong_is_told(source: str, said: str) -> None:
    if "a=1, a=2" in source:
        said = "twice"
    with pytest.raises(CallError) as error:
        parsed(source)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_mutated_sources_are_read_or_refused_in_one_line() -> None:
    """Nothing is run: what a source names is imported only later."""
    seeds = [source for source, _ in CODE] + [source for source, _ in WRONG if len(source) < 80]
    chance, refused = random.Random(17), 0
    for _ in range(4000):
        text = list(chance.choice(seeds).partition(":")[2])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(text) + 1)
            text[at : at + chance.randint(0, 2)] = chance.choice(
                [
                    "(",
                    ")",
                    ":",
                    ".",
                    ".py",
                    "\0",
                    "'",
                    "=",
                    "*",
                    "[",
                    ",",
                    "\n",
                    "é",
                    "-",
                    "1e999",
                    "{",
                    "b'",
                    "f'{x}'",
                    "\\N{",
                    "",
                ]
            )
        source = f"{chance.choice(SCHEMES)}:{''.join(text)}"
        try:
            parsed(source)
        except CallError as error:
            refused += 1
            assert str(error).startswith(source) or "NUL" in str(error)
    assert 1000 < refused < 4000


def test_a_file_of_that_name_wins(tmp_path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
    monkeypatch.chdir(tmp_path)
    assert names_code("torch:model.py:Net") and names_code("timm:resnet18")
    assert not names_code("./torch:model.py:Net") and not names_code("torch") and not names_code("pytorch:a.py:B")
    (tmp_path / "torch:model.py:Net").write_text("format: 1\n")
    (tmp_path / "timm:resnet18").symlink_to("nowhere")
    assert not names_code("torch:model.py:Net") and not names_code("timm:resnet18")


def test_the_file_of_a_source() -> None:
    assert file_of("torch:a/model.py:Net(x='b.py')") == "a/model.py"
    assert file_of("keras:model.py") == "model.py" and file_of("torch:a.b:c") == "" and file_of("timm:x.py") == ""
