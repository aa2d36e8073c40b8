"""The table of the field's words: no word means two things, and each is one of the tool that it stands for."""

import inspect
from collections import Counter

import pytest

from rfcli.description.format import ANY_KEY, DOCUMENT, INPUT, ITEMS
from rfcli.description.synonyms import key_meant, plain, type_meant
from rfcli.description.vocabulary import CALLS, KEYS, LEFT_OUT, NONE, SAID, TOOLS, TYPES, VALUES

WORDS = [(type, word) for type, row in TYPES.items() for column in row for word in column.split()]


def test_each_row_has_a_column_for_each_tool() -> None:
    assert {len(row) for table in (TYPES, KEYS, LEFT_OUT) for row in table.values()} == {len(TOOLS)}
    assert TYPES.keys() <= ITEMS.keys() and CALLS.keys() <= ITEMS.keys()
    known = {*ANY_KEY, *DOCUMENT.keys, *INPUT.keys, "parameters"}
    assert KEYS.keys() <= known and VALUES.keys() <= known


def test_no_word_means_two_types() -> None:
    meant = Counter(word for word, _ in {(plain(word), type) for type, word in WORDS})
    assert not [word for word, times in meant.items() if times > 1]
    said = {plain(word) for table in (SAID, NONE) for words in table.values() for word in words.split()}
    assert not said & meant.keys() - {"padding"}


def test_each_word_of_a_type_is_told() -> None:
    assert [(type, word) for type, word in WORDS if type_meant(word, ITEMS) != type] == []


def test_no_key_of_ours_is_another_word() -> None:
    for type, keys in ITEMS.items():
        assert [key for key in keys if key_meant(key, keys) != key] == [], type


def _takes(one: object) -> set[str]:
    try:
        return set(inspect.signature(one).parameters)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        return set()


@pytest.mark.torch
def test_pytorch_has_the_words() -> None:
    torch = pytest.importorskip("torch")
    homes = (torch.nn, torch.nn.functional, torch, torch.Tensor)
    found = {word: [getattr(home, word) for home in homes if hasattr(home, word)] for row in TYPES.values()
             for word in row[0].split()}  # fmt: skip
    assert not [word for word, ones in found.items() if not ones]
    keys = {key for ones in found.values() for one in ones for key in _takes(one)}
    assert {word for table in (KEYS, LEFT_OUT) for row in table.values() for word in row[0].split()} <= keys
    for type, (called, _) in CALLS.items():
        for word in TYPES[type][0].split():
            takes = [*inspect.signature(getattr(torch.nn, word)).parameters] if hasattr(torch.nn, word) else []
            takes = ["pad" if type == "pad" and name == "padding" else name for name in takes]
            if takes and "args" not in takes and not word.startswith(("Upsampling", "Softmax2d", "Lazy")):
                assert takes[: len(called.split())] == called.split()[: len(takes)], word


@pytest.mark.zoo
def test_keras_and_onnx_have_the_words() -> None:
    keras, onnx = pytest.importorskip("keras"), pytest.importorskip("onnx.defs")
    found = {word: getattr(keras.layers, word, None) or getattr(keras, word, None) for row in TYPES.values()
             for word in row[1].split()}  # fmt: skip
    assert not [word for word, one in found.items() if one is None]
    keys = {key for one in found.values() for base in one.__mro__[:4] for key in _takes(base.__init__)}
    assert {word for table in (KEYS, LEFT_OUT) for row in table.values() for word in row[1].split()} <= keys
    schemas = onnx.get_all_schemas_with_history()
    assert {word for row in TYPES.values() for word in row[2].split()} <= {one.name for one in schemas}
    keys = {name for one in schemas for name in (*one.attributes, *(given.name for given in one.inputs))}
    assert {word for table in (KEYS, LEFT_OUT) for row in table.values() for word in row[2].split()} <= keys
