"""What names hold, and foreign names made into such."""

import keyword

import pytest

from rfcli.description.names import KEYWORDS, MAX_NAME, network_name, sanitised, valid_name, valid_parameter


@pytest.mark.parametrize("name", ["a", "conv1", "7", "_x", ".x", ":0", "a b", "a/b", "a/b c/d", "layer4.1+relu-2:0"])
def test_names(name):
    assert valid_name(name)


@pytest.mark.parametrize(
    "name", ["", "/", "a/", "/a", "a//b", " a", "a ", "-a", "+a", "a\n", "a*", "é", "a/ b", "a\tb"]
)
def test_no_names(name):
    assert not valid_name(name)


@pytest.mark.parametrize(
    ("name", "valid"),
    [("width", True), ("_w2", True), ("W", True), ("2w", False), ("", False), ("a-b", False), ("i", False),
     ("true", False), ("lambda", False), ("w\n", False)],
)  # fmt: skip
def test_parameters(name, valid):
    assert valid_parameter(name) is valid


def test_keywords_are_pythons_and_ours():
    assert {*KEYWORDS} >= {*keyword.kwlist}
    assert {*KEYWORDS} - {*keyword.kwlist} == {"true", "false", "null", "i"}


@pytest.mark.parametrize(
    ("stem", "name"),
    [
        ("unet", "unet"),
        ("<stdin>", "stdin"),
        ("a b", "a b"),
        ("ü-net", "_-net"),
        ("-x", "_-x"),
        ("", "_"),
        ("a*b", "a_b"),
    ],
)
def test_name_of_a_network(stem, name):
    assert network_name(stem) == name


@pytest.mark.parametrize(
    ("foreign", "name"),
    [
        ("model/conv1", "model/conv1"),
        ("a//b/", "a/b"),
        ("Conv_0:0", "Conv_0:0"),
        ("träge", "tr_ge"),
        ("-a/+b", "_-a/_+b"),
        ("***", "___"),
        ("", "layer"),
        ("/", "layer"),
        ("x" * 300, "x" * MAX_NAME),
        ("a/" * 200 + "last", "a/" * 98 + "last"),
    ],
)
def test_sanitised(foreign, name):
    assert sanitised(foreign, "layer") == name
    assert valid_name(name)
