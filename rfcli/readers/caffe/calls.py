"""Calls of Caffe's layers, and the table of what each type is as layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rfcli.readers.caffe.prototxt import Message
from rfcli.readers.draft import ForeignError
from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.maps import Layout, Map
from rfcli.readers.tracing.tracer import Tracer
from rfcli.tables import Table
from rfcli.values import Value

Makes = Callable[..., Map | Sequence[Map]]
layer_type: Table[Makes] = Table("layer type of Caffe")
"""Type -> a function of a call, and of as many of its blobs as it names, that makes its layers. Raises `Layout` where
there are none, and `ForeignError` for a wrong value."""


class Call(Value):
    """A layer that is run: its name and type, the message that states it, the blobs that it reads, how many it makes.
    `shared` is true where all its weights are those of a layer before."""

    tracer: Tracer
    name: str
    kind: str
    stated: Message
    maps: tuple[Map, ...]
    tops: int
    shared: bool

    def settings(self, key: str) -> Message:
        """A message of parameters, such as `convolution_param`."""
        return self.stated.message(key)

    @property
    def weights(self) -> Parameters:
        """How many parameters a layer has, where not as many as it would."""
        return {"params": 0} if self.shared else {}


def made(call: Call) -> Sequence[Map]:
    """The blobs that a call makes. Raises `Layout` and `ForeignError`."""
    makes = layer_type.get(call.kind)
    if makes is None:
        raise Layout("")
    count = makes.__code__.co_argcount - 1
    if len(call.maps) < count:
        raise ForeignError(
            f"a layer of type {call.kind} takes {count} bottoms, has {len(call.maps)}", at=call.stated.node
        )
    found = makes(call, *call.maps[:count])
    return [found] if isinstance(found, Map) else list(found)


def dimension(x: Map, axis: int, what: str = "axis") -> int:
    """A dimension of a blob by its number, from the end where negative. Raises `Layout`."""
    rank = len(x.dims)
    if not -rank <= axis < rank:
        raise Layout(f"its {what} is {axis}, its bottom has {rank}")
    return axis % rank
