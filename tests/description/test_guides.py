"""What is told of expressions, blocks and repetition: their example runs, and has what they tell of."""

import pytest

import rfcli
from rfcli.description.guides import EXAMPLE, GUIDES, guide
from rfcli.description.topics import topics


def test_the_example_runs() -> None:
    report = rfcli.compute(rfcli.loads(EXAMPLE))
    assert [one.channels for one in report.layers] == [32, 16, 64, 64, 64, 16, 64, 64, 16, 64, 64, 8, 8, 8, 8]


@pytest.mark.parametrize("word", [word for one in GUIDES for word in one.words])
def test_each_word_teaches(word: str) -> None:
    found = guide(word)
    assert found is not None and any(topic.example == EXAMPLE.rstrip() for topic in topics(word))
    assert all(part in EXAMPLE for part in ("with: {", "when: $(", "$(out // 4)", "parameters: {", "repeat: "))
