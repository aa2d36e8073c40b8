"""Code as expressions: the same one, whichever Python compiled it."""

from __future__ import annotations

import marshal
from base64 import b64decode
from collections.abc import Callable
from typing import Any

import pytest

from readers.keras.lambdas.functions import CODES, OF_BASE64, OF_BYTES, OF_CONSTANTS, VERSIONS
from rfcli.readers.keras.lambdas.expressions import (
    Applied,
    Expression,
    Function,
    Given,
    Item,
    Literal,
    Member,
    Named,
    Operation,
    Row,
    Span,
    Unread,
    function_of,
)
from rfcli.readers.keras.lambdas.marshalled import codes

X, T = Given("x"), Given("t")


def spans(*ends: Any) -> Span:
    return Span(tuple(map(Literal, ends)))


def applied(path: str, *args: Expression, **named: Expression) -> Applied:
    return Applied(Named(path), args, tuple(named.items()))


SHAPE = Applied(Member(Applied(Member(X, "get_shape"), (), ()), "as_list"), (), ())
MEANINGS = {
    "lambda x: x / 127.5 - 1.0": Operation(
        "subtract", (Operation("truediv", (X, Literal(127.5))), Literal(1.0))
    ),
    "lambda x: x[:, 1:-1, ::2]": Item(X, Row((spans(None, None), spans(1, -1), spans(None, None, 2)))),
    "lambda x: x[1:]": Item(X, spans(1, None)),
    "lambda t: K.abs(t[0] - t[1])": applied(
        "K.abs", Operation("subtract", (Item(T, Literal(0)), Item(T, Literal(1))))
    ),
    "lambda x: K.mean(x, axis=[1, 2, 3], keepdims=True)": applied(
        "K.mean", X, axis=Row((Literal(1), Literal(2), Literal(3)), True), keepdims=Literal(True)
    ),
    "lambda x: tf.image.resize(x, (3, 4))": applied("tf.image.resize", X, Literal((3, 4))),
    "lambda x, s=2: -(x % s) ** 2 > 0": Operation(
        "greater",
        (Operation("negative", (Operation("pow", (Operation("mod", (X, Given("s"))), Literal(2))),)), Literal(0)),
    ),
    "lambda x: x.get_shape().as_list()[1:]": Item(SHAPE, spans(1, None)),
    "lambda x: x * s": Operation("multiply", (X, Given("s"))),
}  # fmt: skip
UNREAD = {
    "lambda x: x if x else 1": ("a branch",),
    "lambda x: [i for i in x]": ("a loop", "another function"),
    "lambda *x: x": ("any number of arguments",),
}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(("source", "meaning"), MEANINGS.items(), ids=MEANINGS)
def test_meanings(version: str, source: str, meaning: Expression) -> None:
    body = function_of(codes(CODES[version, source])).body
    assert repr(body).replace("'div'", "'truediv'") == repr(meaning)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("source", UNREAD)
def test_code_that_is_no_expression(version: str, source: str) -> None:
    with pytest.raises(Unread) as caught:
        function_of(codes(CODES[version, source]))
    assert any(reason in str(caught.value) for reason in UNREAD[source])


@pytest.mark.parametrize(("data", "numbers"), [
    (OF_BYTES.encode("latin-1"), (255, 0.5)), (OF_CONSTANTS.encode("latin-1"), (255.0, 0.5)),
    (b64decode(OF_BASE64), (127.5, 1.0)),
])  # fmt: skip
def test_published_models(data: bytes, numbers: tuple[float, float]) -> None:
    by, less = map(Literal, numbers)
    meaning = Operation("subtract", (Operation("truediv", (X, by)), less))
    assert repr(function_of(codes(data))) == repr(Function(("x",), 1, (), meaning))


def read(function: Callable[..., Any]) -> Expression:
    return function_of(codes(marshal.dumps(function.__code__))).body


def test_names_and_values() -> None:
    made = read(lambda x: K.a(x, b=1).c["d"](-x, ...))  # type: ignore[name-defined]  # noqa: F821
    inner = Item(Member(applied("K.a", X, b=Literal(1)), "c"), Literal("d"))
    assert isinstance(made, Applied) and made.function == inner
    assert [type(one) for one in made.args] == [Operation, Literal]


def test_variables() -> None:
    assert read(lambda x: (y := x + 1) * y) == Operation("multiply", (Operation("add", (X, Literal(1))),) * 2)

    def steps(x: Any) -> Any:
        a, b = x
        a += b
        return a

    assert read(steps) == Operation("add", (Item(X, Literal(0)), Item(X, Literal(1))))


def test_functions_that_import_what_they_use() -> None:
    def whole(x: Any) -> Any:
        import keras.backend

        return keras.backend.abs(x)

    def renamed(x: Any) -> Any:
        import keras.backend as inner

        return inner.abs(x)

    def taken(x: Any) -> Any:
        from keras import backend

        print(x)
        return backend.abs(x)

    for function in (whole, renamed, taken):
        assert read(function) == applied("keras.backend.abs", X)


WRONG: dict[str, Callable[..., Any]] = {
    "unpacks arguments": lambda x: max(*x),
    "a dictionary": lambda x: {"a": x},
    "writes a text": lambda x: f"{x}",
    "another function": lambda x: lambda: x,
    "puts lists together": lambda x: [*x, 1],
    "a branch": lambda x: x and 1,
    "more than an expression": lambda x: x in (1, 2),
    "a generator": lambda x: (yield x),
    "a constant that is not known": lambda x: x + 2j,
}


@pytest.mark.parametrize(("reason", "function"), WRONG.items(), ids=WRONG)
def test_reasons(reason: str, function: Callable[..., Any]) -> None:
    with pytest.raises(Unread, match=reason):
        read(function)


def test_expressions_that_are_too_large() -> None:
    for source in ("-" * 50 + "x", "+".join("x" * 300), "f(" * 45 + "x" + ")" * 45):
        with pytest.raises(Unread, match="too large"):
            read(eval(f"lambda x: {source}"))  # noqa: S307: the source stands above
    doubled: dict[str, Any] = {}
    exec("def f(x):\n" + " x = x + x\n" * 60 + " return x", doubled)  # noqa: S102: likewise
    with pytest.raises(Unread, match="too large"):
        read(doubled["f"])


def test_no_code_at_all() -> None:
    with pytest.raises(Unread, match="no version of Python"):
        function_of(codes(b"nothing"))
