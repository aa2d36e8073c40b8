"""What is told of expressions, blocks and repetition by more than a sentence, with an example that runs."""

from __future__ import annotations

from rfcli.description.expressions import FUNCTIONS
from rfcli.values import Value


class Guide(Value):
    """What is told, and an example of several lines; the words for which it is told."""

    text: str
    example: str
    words: tuple[str, ...]


EXAMPLE = """\
format: 1
input: {size: [224, 224], channels: 3}
parameters: {width: 64}
blocks:
  unit:
    parameters: {out: null, stride: 1}
    layers:
      - type: residual
        layers:
          - {type: conv, filters: $(out // 4), kernel: 1}
          - {type: conv, filters: $out, kernel: 3, stride: $stride, padding: 1}
        shortcut:
          - {type: conv, filters: $out, kernel: 1, stride: $stride, when: $(stride > 1)}
layers:
  - {type: conv, filters: 32, kernel: 3, stride: 2, padding: 1}
  - {block: unit, with: {out: $width, stride: 2}}
  - {block: unit, with: {out: $width}, repeat: 2}
  - {type: conv, filters: 8, kernel: 3, padding: same, dilation: $(2 ** i), repeat: 4}
"""
"""Every word of the guides in one network."""

GUIDES = (
    Guide(
        "A value with a $ is an expression: $name is the value of a parameter, $(...) is worked out of numbers, "
        "parameters and counters with + - * / // % **, comparisons, and, or, not, 'a if c else b', lists, indexing, "
        f"and {', '.join(FUNCTIONS)}. out // 4 without a $ is a text, and so is $out // 4 with more behind the name: "
        "write $(out // 4). Between braces, an expression with a comma, brackets, a quote or ': ' needs quotes: "
        '"$(min(a, b))"; in JSON all stand in quotes. Names are the parameters of the block around them, those of the '
        "description (rf compute --set NAME=VALUE sets them), and i.",
        EXAMPLE,
        ("expression", "expressions", "$", "formula", "arithmetic", "variable", "variables", "${", "$("),
    ),
    Guide(
        "Layers that are used several times are a block: parameters with their defaults (null: each use must give "
        "it), and layers that use them as $name. A use is an item with block, and with for its values; a name or "
        "repeat beside them is as of any item.",
        EXAMPLE,
        (
            "function",
            "def",
            "use",
            "uses",
            "call",
            "calls",
            "macro",
            "with",
            "block",
            "blocks",
            "parameters",
            "lambda",
            "template",
        ),
    ),
    Guide(
        "repeat: 4 writes an item four times, one copy behind the other; i counts the copies from 1, and an "
        "expression may use it: dilation: $(2 ** i), or $(2 ** (i - 1)) to begin with 1. Of repetitions within each "
        "other i counts the inner one; repeat: {times: 4, as: stage} names the counter. Within a block the counter "
        "of its use is not known: give it by with.",
        EXAMPLE,
        ("i", "counter", "index", "loop", "for", "repeat", "times", "copies"),
    ),
    Guide(
        "when drops an item, or a branch, where it is false. It takes true, false or an expression, mostly a "
        "comparison: when: $(stride > 1), when: $(i == 1).",
        EXAMPLE,
        ("when", "if", "condition", "conditional", "else"),
    ),
)


def guide(word: str) -> Guide | None:
    """What is told of a word by more than a sentence; None where that is nothing."""
    return next((one for one in GUIDES if word in one.words), None)
