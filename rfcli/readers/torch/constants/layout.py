"""Operations of ATen that change how numbers lie."""

import math
from collections.abc import Sequence

from rfcli.readers.torch.constants.operations import Value, operation
from rfcli.readers.tracing.arrays import Array
from rfcli.readers.tracing.maps import axis_at
from rfcli.readers.tracing.strides import broadcast


@operation("view", "reshape", "_unsafe_view", "_reshape_alias")
def view(self: Array, size: Value = None, shape: Value = None, **_: Value) -> Array:
    return self.reshape(shape if size is None else size)


@operation("view_as", "reshape_as")
def view_as(self: Array, other: Array) -> Array:
    return self.reshape(other.shape)


@operation("flatten")
def flatten(self: Array, start_dim: int = 0, end_dim: int = -1) -> Array:
    rank = len(self.shape)
    if not rank:
        return self.reshape([1])
    first, last = start_dim % rank, end_dim % rank
    shape = self.shape
    return self.reshape([*shape[:first], math.prod(shape[first : last + 1]), *shape[last + 1 :]])


@operation("unflatten")
def unflatten(self: Array, dim: int, sizes: Sequence[int]) -> Array:
    at = axis_at(dim, len(self.shape))
    count = self.shape[at]
    known_ = math.prod(n for n in sizes if n != -1)
    return self.reshape([*self.shape[:at], *(count // known_ if n == -1 else n for n in sizes), *self.shape[at + 1 :]])


@operation("unsqueeze")
def unsqueeze(self: Array, dim: int) -> Array:
    at = axis_at(dim, len(self.shape) + 1)
    return self.reshape([*self.shape[:at], 1, *self.shape[at:]])


@operation("squeeze")
def squeeze(self: Array, dim: Value = None) -> Array:
    rank = len(self.shape)
    dims = range(rank) if dim is None else [dim] if isinstance(dim, int) else dim
    gone = {axis_at(one, rank) for one in dims}
    left = [at for at in range(rank) if at not in gone or self.shape[at] != 1]
    return self.permute(left)


@operation("permute")
def permute(self: Array, dims: Sequence[int]) -> Array:
    return self.permute([axis_at(dim, len(self.shape)) for dim in dims])


@operation("transpose")
def transpose(self: Array, dim0: Value = None, dim1: Value = None, **given: Value) -> Array:
    first, second = (dim0, dim1) if dim0 is not None else (given["axis0"], given["axis1"])
    order = list(range(len(self.shape)))
    order[first], order[second] = order[second], order[first]
    return self.permute(order)


@operation("t", "numpy_T")
def turned(self: Array) -> Array:
    return self.permute(range(len(self.shape))[::-1])


@operation("movedim")
def movedim(self: Array, source: Value, destination: Value) -> Array:
    rank = len(self.shape)
    pairs = [(source, destination)] if isinstance(source, int) else zip(source, destination, strict=True)
    moved = {axis_at(to, rank): axis_at(one, rank) for one, to in pairs}
    rest = [at for at in range(rank) if at not in moved.values()]
    return self.permute([moved[at] if at in moved else rest.pop(0) for at in range(rank)])


@operation("expand", "broadcast_to")
def expand(self: Array, size: Sequence[int], **_: Value) -> Array:
    return self.expand(size)


@operation("expand_as")
def expand_as(self: Array, other: Array) -> Array:
    return self.expand(other.shape)


@operation("broadcast_tensors")
def broadcast_tensors(tensors: Sequence[Array]) -> list[Array]:
    shape = broadcast(one.shape for one in tensors)
    return [one.expand(shape) for one in tensors]


@operation("meshgrid")
def meshgrid(tensors: Sequence[Array], indexing: str = "ij") -> list[Array]:
    shape = [one.size for one in tensors]
    order = list(range(len(shape)))
    if indexing == "xy":
        order[:2] = order[:2][::-1]
    laid = [[n if at == along else 1 for at in range(len(shape))] for along, n in enumerate(shape)]
    return [one.reshape(own).expand(shape).permute(order) for one, own in zip(tensors, laid, strict=True)]
