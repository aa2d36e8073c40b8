"""What the words of options mean."""

from typing import Any

import pytest

from rfcli.cli.declarations import UsageError
from rfcli.cli.options import input_sizes, settings
from rfcli.description.limits import Limits


@pytest.mark.parametrize(
    ("words", "sizes"),
    [
        ([], ()),
        (["321"], 321),
        (["256x512"], (256, 512)),
        (["8X9"], (8, 9)),
        (["none"], None),
        (["nonex9"], (None, 9)),
        (["a=3", "b=4x5"], {"a": 3, "b": (4, 5)}),
        (["x=y=3"], {"x=y": 3}),
        (["1", "2"], 2),
    ],
)
def test_input_sizes(words: list[str], sizes: Any) -> None:
    assert input_sizes(words) == sizes


@pytest.mark.parametrize("words", [["x"], ["3x"], ["-3"], ["3.5"], ["٣"], ["99999999999"], ["3", "a=4"]])
def test_input_sizes_that_are_none(words: list[str]) -> None:
    with pytest.raises(UsageError, match="--input-size takes"):
        input_sizes(words)


@pytest.mark.parametrize(
    ("words", "parameters"),
    [
        (["depth=3"], {"depth": 3}),
        (["wide=true", "name=x"], {"wide": True, "name": "x"}),
        (["sizes=[1, 2]"], {"sizes": [1, 2]}),
        (["none=null", "empty="], {"none": None, "empty": ""}),
        (["a=b=c"], {"a": "b=c"}),
        (["a=1", "a=2"], {"a": 2}),
    ],
)
def test_settings(words: list[str], parameters: dict[str, Any]) -> None:
    assert settings(words, Limits()) == parameters


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("depth", "--set takes NAME=VALUE; is 'depth'"),
        ("=3", "--set takes NAME=VALUE; is '=3'"),
        ("a={b: 1}", "--set a: a parameter is a scalar or a list, not a mapping"),
        ("a=[1", "--set a: "),
        ("a=.inf", "--set a: "),
    ],
)
def test_settings_that_are_none(word: str, said: str) -> None:
    with pytest.raises(UsageError) as error:
        settings([word], Limits())
    assert str(error.value).startswith(said)
