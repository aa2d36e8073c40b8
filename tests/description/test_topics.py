"""What words of a description mean, as `rf help` tells it."""

import pytest

from rfcli.description.format import ITEMS
from rfcli.description.topics import topics, words
from rfcli.description.vocabulary import KEYS, LEFT_OUT, TYPES


def test_every_word_has_a_topic() -> None:
    assert [word for word in words() if not topics(word)] == []
    rows = [*TYPES.values(), *KEYS.values(), *LEFT_OUT.values()]
    assert [word for row in rows for column in row for word in column.split() if not topics(word)] == []
    assert not topics("zzz")


@pytest.mark.parametrize("type", ITEMS)
def test_a_type_is_told_with_its_keys(type: str) -> None:
    first = topics(type)[0]
    assert first.title == type and first.text and first.example.startswith(f"- {{type: {type}")
    assert {row.name for row in first.rows} <= ITEMS[type].keys()


@pytest.mark.parametrize(
    ("word", "some", "example"),
    [
        ("expect", {"layer", "size", "stride", "global", "reason"}, "expect: [{layer: block4, size: 483}]"),
        ("input", {"size", "channels", "rate"}, "input: {size: [224, 224], channels: 3}"),
        ("inputs", {"size", "channels"}, "inputs: {rgb: {size: 224}, depth: {size: 224}}"),
        ("blocks", {"parameters", "layers"}, ""),
    ],
)
def test_a_key_whose_value_has_keys_tells_them(word: str, some: set[str], example: str) -> None:
    told = next(one for one in topics(word) if one.rows)
    assert some <= {row.name for row in told.rows} and told.example == example


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("Conv2d", "Conv2d is called conv here."),
        ("out_channels", "out_channels is called filters or units here."),
        ("in_channels", "in_channels, of a layer: leave it out: the input channels follow from the layer before."),
        ("activation_fn", "activation_fn: an activation is a layer of its own, behind the one whose key it is elsewhere: "
                          "{type: relu}"),
        ("pool", "pool: did you mean max_pool, avg_pool, lp_pool or global_avg_pool?"),
        ("weight_norm", "weight_norm: leave this layer out: it changes no field and no size"),
    ],
)  # fmt: skip
def test_words_of_other_tools(word: str, text: str) -> None:
    assert topics(word)[0].text == text
