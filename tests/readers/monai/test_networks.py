"""How arguments are read."""

import pytest

from readers.test_stated import node
from rfcli.readers.draft import ForeignError
from rfcli.readers.monai import file  # noqa: F401 (it fills the table)
from rfcli.readers.monai.networks import Arguments, expression, network


def test_all_networks_are_in_the_table():
    assert set(network) == {
        "UNet", "AttentionUnet", "BasicUNet", "DynUNet", "SegResNet", "VNet", "DenseNet", "DenseNet121", "DenseNet169",
        "DenseNet201", "DenseNet264", "UNETR", "SwinUNETR",
    }  # fmt: skip


def test_values():
    given = Arguments(
        node({"k": 3, "l": [1, 2], "w": "RELU", "o": ["PReLU", {"init": 1}], "e": "", "p": ["a", 1], "s": [0.2, 1]}),
        "X",
    )
    assert (given.sizes("k", 2), given.sizes("l", 2), given.sizes("no", 2, 5)) == ([3, 3], [1, 2], [5, 5])
    assert (given.some("l", []), given.some("no", [7])) == ([1, 2], [7])
    assert (given.share("s", 0.0), given.share("no", 0.5)) == (0.2, 0.5)
    assert given.spelled("w", None) == ("relu", {}) and given.spelled("o", None) == ("prelu", {"init": 1})
    assert given.spelled("e", ("x", {})) is None and given.spelled("no", ("x", {})) == ("x", {})
    with pytest.raises(ForeignError, match="p of X must be a word, or a list of a word and its options"):
        given.spelled("p", None)
    with pytest.raises(ForeignError, match="k of X must be a number from 0 to 1, is 3"):
        given.share("k", 0.0)


def test_expressions_are_found_in_lists():
    assert expression(["a", ["$b"]]) and not expression([1, "a$"])
