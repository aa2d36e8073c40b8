"""The discrete Fourier transform, whose last dimension holds real and imaginary parts."""

from __future__ import annotations

from rfcli.layers._parameters import MAX_INTEGER
from rfcli.readers.onnx.calls import Call, Integers, operation
from rfcli.readers.tracing.maps import Layout, Map, axis_at, is_channels
from rfcli.readers.tracing.spectra import transformed

AS_INPUT = 20
"""The first opset that takes the axis as an input, by default the last but one."""


@operation("DFT")
def dft(
    call: Call, x: Map, dft_length: Integers = None, axis: Integers = None, *, inverse: int = 0, onesided: int = 0
) -> Map:  # fmt: skip
    default = -2 if call.opset >= AS_INPUT else 1
    at = axis_at(axis[0] if axis else default, len(x.dims))
    if at == len(x.dims) - 1 or not is_channels(x.dims[-1]):
        raise Layout("real and imaginary parts are transformed")
    taken = x.shape[at]
    length = dft_length[0] if dft_length else taken
    if taken is None or length is None or not 0 < length <= MAX_INTEGER:
        raise Layout("an axis of unknown size is transformed")
    if x.local and taken != (length // 2 + 1 if inverse and onesided else length):
        raise Layout("it takes part of an axis, or more")
    size = length // 2 + 1 if onesided and not inverse else length
    return _in_parts(call, transformed(call.tracer, call.name, x, [at], [size]), 1 if inverse and onesided else 2)


def _in_parts(call: Call, x: Map, count: int) -> Map:
    """A map of which each part is made of all that there were."""
    last, before = len(x.dims) - 1, x.shape[-1]
    name, alone = f"{call.name}/parts", x.replaced(dims=(*x.dims[:-1], ()))
    if before == count == 2:
        return call.tracer.within_groups(name, x, x.dims[-1:])
    if before == 1 and count == 2:
        return call.tracer.repeated(name, alone, {last: 2})
    if before == 2 and x.channels is not None:
        return call.tracer.grouped(name, x, x.dims[:-1], x.dims[-1:])
    if before == count:
        return x
    raise Layout("it has other parts than real and imaginary ones")
