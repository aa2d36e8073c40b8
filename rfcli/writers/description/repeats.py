"""Items alike one after another become one with `repeat`, where their numbers go on evenly."""

from collections.abc import Iterator

from rfcli.writers.description.items import Item
from rfcli.writers.description.numbers import Plain, number, tokens

FEWEST = 3
"""Items that are worth a `repeat`: two are easier to read as they are."""


def repeated(layers: list[Item]) -> list[Item]:
    """The items of a list, repetition put together."""
    found: list[Item] = []
    between = [*map(_steps, layers, layers[1:]), None]
    at = 0
    while at < len(layers):
        end, steps = at, between[at]
        while steps is not None and between[end] == steps:
            end += 1
        times = end - at + 1 if end - at + 1 >= FEWEST else 1
        found.append(layers[at] if times == 1 else _repetition(layers[at], iter(steps or ()), times))
        at += times
    return found


def _steps(one: Item, other: Item) -> tuple[int, ...] | None:
    """How far the numbers of an item are from those of the one before; None where more than numbers differ."""
    forms = [(item.type, item.block, item.keys.keys()) for item in (one, other)]
    if one.layers is not None or forms[0] != forms[1]:
        return None
    first, second = ([scalar for value in _varying(item) for scalar in _scalars(value)] for item in (one, other))
    steps = []
    for a, b in zip(first, second, strict=False):
        if type(a) is not type(b) or (type(a) is not int and a != b):
            return None
        steps.append(b - a if type(a) is int and type(b) is int else 0)
    return tuple(steps) if len(first) == len(second) else None


def _varying(item: Item) -> list[Plain]:
    """What of an item may differ between repetitions."""
    return [item.name, item.inputs, item.given, item.like]


def _scalars(value: Plain) -> Iterator[Plain]:
    """The scalars in a value, names cut at their numbers."""
    if isinstance(value, dict):
        for key, one in value.items():
            yield key
            yield from _scalars(one)
    elif isinstance(value, list):
        yield str(len(value))
        for one in value:
            yield from _scalars(one)
    elif isinstance(value, str) and "$" not in value:
        for at, text in enumerate(tokens(value)):
            yield number(text, value) if at % 2 else text
    else:
        yield value


def _repetition(item: Item, steps: Iterator[int], times: int) -> Item:
    """An item with `repeat`; `steps` are those of its scalars."""

    def of(value: Plain) -> Plain:
        if isinstance(value, dict):
            made = {}
            for key, one in value.items():
                next(steps)
                made[key] = of(one)
            return made
        if isinstance(value, list):
            next(steps)
            return [of(one) for one in value]
        if isinstance(value, str) and "$" not in value:
            parts = tokens(value)
            return "".join(_text(part, next(steps), parts[at + 1 :]) for at, part in enumerate(parts))
        step = next(steps)
        return counted(value, step) if step and type(value) is int else value

    name, inputs, given, like = map(of, _varying(item))
    if isinstance(name, str) and name.endswith("_$i") and name.count("$") == 1 and len(name) > 3:
        name = name[:-3]  # what a repeated item is called without saying so
    return item.replaced(name=name, inputs=inputs, given=given, like=like, repeat=times)


def _text(part: str, step: int, after: list[str]) -> str:
    """A part of a name; a counter is kept apart from what stands behind it."""
    if not step:
        return part
    found = counted(int(part), step)
    follows = "".join(after)[:1]
    return "$(i)" if found == "$i" and (follows.isalnum() or follows == "_") else found


def counted(first: int, step: int) -> str:
    """`first` at i = 1, and `step` more each time."""
    base = first - step
    if base == 0:
        return "$i" if step == 1 else f"$({step} * i)"
    if step == 1:
        return f"$(i + {base})" if base > 0 else f"$(i - {-base})"
    if base < 0:
        return f"$({step} * i - {-base})"
    return f"$({base} + {step} * i)" if step > 0 else f"$({base} - {-step} * i)"
