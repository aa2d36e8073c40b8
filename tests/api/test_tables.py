"""Tables that are filled where their entries are defined."""

from collections.abc import Callable

import pytest

from rfcli.tables import Table, Words

Function = Callable[[int], int]


def twice(number: int) -> int:
    return 2 * number


def test_functions_by_name() -> None:
    table: Table[Function] = Table("operation")
    assert table("double", "twice")(twice) is twice
    assert dict(table) == {"double": twice, "twice": twice}
    table.hold(["twice", "double"])


def test_a_name_that_is_claimed_twice() -> None:
    table: Table[Function] = Table("operation")
    table("double")(twice)
    with pytest.raises(TypeError, match=r"operation 'double' is claimed by .*\.twice and .*\.thrice"):

        @table("triple", "double")
        def thrice(number: int) -> int:
            return 3 * number


@pytest.mark.parametrize(("names", "wrong"), [(["a", "b"], "b"), ([], "a"), (["b", "c"], "a, b, c")])
def test_names_that_are_missing_or_too_many(names: list[str], wrong: str) -> None:
    table: Table[Function] = Table("operation")
    table("a")(twice)
    with pytest.raises(TypeError, match=f"operation: {wrong}: known here or there, not in both"):
        table.hold(names)


def test_words() -> None:
    words = Words({"relu": "Relu", "swish": ("swish", "SiLU")})
    assert [words.read(spelling) for spelling in words] == ["relu", "swish", "swish"]
    assert (words.written("swish"), words.written("relu")) == ("swish", "Relu")
    assert "SiLU" in words and "silu" not in words
    assert words.ours == {"relu", "swish"}
    for unknown in (words.read, words.written):
        with pytest.raises(KeyError):
            unknown("gelu")


def test_a_spelling_of_two_words() -> None:
    with pytest.raises(TypeError, match="'silu' is a word for 'silu' and 'swish'"):
        Words({"silu": "silu", "swish": ("swish", "silu")})
