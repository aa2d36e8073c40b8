"""The layers of a `Lambda`: its code, what it is called with, and what it gives."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error

from rfcli.description.nodes import Node
from rfcli.readers.keras.calls import Argument, Call, Config, Constant, Found
from rfcli.readers.keras.lambdas.expressions import Function, Unread, function_of
from rfcli.readers.keras.lambdas.marshalled import codes
from rfcli.readers.keras.lambdas.steps import Steps
from rfcli.readers.keras.lambdas.stored import Stored, stored_in
from rfcli.readers.keras.lambdas.values import Entries, holds_map
from rfcli.readers.tracing.joined import Joined
from rfcli.readers.tracing.maps import Layout, Map

EARLY = ("2.7", "3.0")
"""Layouts of code objects of Pythons on which TensorFlow 1 runs."""
MAX_OUTPUTS = 1000
MAX_NESTING = 10
"""Lists in one another among what an argument is."""


def drawn(call: Call, apart: bool = False) -> list[Found]:
    """The layers that a function is, and what it gives; `apart` where these must work on each entry by itself. Raises
    `Layout`."""
    stored = stored_in(call.config)
    try:
        function = function_of(codes(_data(stored.text)))
    except Unread as reason:
        raise Layout(str(reason)) from reason
    given = _given(call, function, stored)
    try:
        with call.tracer.attempt():
            steps = Steps(call, given, False, function.layout in EARLY)
            whole = steps.value(function.body)
            if apart and not isinstance(whole, Entries) and whole != call.x:
                raise Layout("it works on more than each entry by itself")
            value = steps.drawn(whole)
            if steps.count > 1:
                return _results(call, value)
            raise _One("it is one layer")
    except _One:
        steps = Steps(call, given, True, function.layout in EARLY)
        value = steps.drawn(steps.value(function.body))
        if steps.count == 0 and isinstance(value, Map):
            return [call.tracer.passed(call.name, value)]
        return _results(call, value)


class _One(Layout):
    """It is one layer, which has the name of the `Lambda`."""


def _data(text: str) -> bytes:
    """A code object: in base64, or until Keras 2.1 a character for each byte."""
    try:
        return b64decode("".join(text.split()), validate=True)
    except (Error, ValueError):
        return text.encode("raw_unicode_escape", "replace")


def _results(call: Call, value: Argument) -> list[Found]:
    listed = value if isinstance(value, list) and holds_map(value) else [value]
    if all(isinstance(one, Map | Joined) for one in listed) and len(listed) <= MAX_OUTPUTS:
        return listed
    if not holds_map(value) and isinstance(value, list | Constant):
        return [value if isinstance(value, Constant) else Constant(value)]
    raise Layout("it gives no tensor")


def _given(call: Call, function: Function, stored: Stored) -> dict[str, Argument]:
    """The values of a function's arguments, and of its variables of functions around it."""
    names, free = function.arguments, zip(function.free, _listed(stored.closure.node), strict=False)
    plain = names[: function.given]
    defaults = _listed(stored.defaults.node)
    made = dict(zip(plain[len(plain) - len(defaults) :], defaults, strict=False)) if len(defaults) <= len(plain) else {}
    held = call.config.inside("arguments")
    for name, node in (held.node.value if held is not None else {}).items():
        made[name] = _value(node)
    made |= dict(zip(plain, call.args, strict=False))
    if len(call.args) > len(plain):
        raise Layout("it is called with more arguments than it takes")
    made |= {name: value for name, value in call.kwargs.items() if value is not None or name not in made}
    return {**dict(free), **{name: value for name, value in made.items() if name in names}}


def _listed(node: Node) -> list[Argument]:
    value = _value(node)
    return value if isinstance(value, list) else []


def _value(node: Node, depth: int = 0) -> Argument:
    """What an argument is in a file: numbers, texts, and lists of such. Raises `Layout`."""
    value = node.value
    if depth > MAX_NESTING:
        raise Layout("its arguments are nested too deep")
    if type(value) is dict:
        items = Config(Node({"items": node}, node.file, node.line, node.column)).find("items")
        if items is None or type(items.value) is not list:
            raise Layout("its arguments are not known")
        value = items.value
    return [_value(one, depth + 1) for one in value] if type(value) is list else value
