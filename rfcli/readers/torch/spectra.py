"""Fourier transforms of ATen, and what is done to their results."""

from collections.abc import Sequence

from rfcli.readers.torch.calls import Call, operation
from rfcli.readers.torch.layout import roll
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.maps import Layout, Map, axis_at
from rfcli.readers.tracing.spectra import transformed

HALVED = ("fft_rfft", "fft_rfft2", "fft_rfftn", "fft_ihfft", "fft_ihfft2", "fft_ihfftn", "_fft_r2c")
"""From real samples to half of the frequencies."""
DOUBLED = ("fft_irfft", "fft_irfft2", "fft_irfftn", "fft_hfft", "fft_hfft2", "fft_hfftn", "_fft_c2r")
"""From half of the frequencies to real samples."""
WHOLE = ("fft_fft", "fft_fft2", "fft_fftn", "fft_ifft", "fft_ifft2", "fft_ifftn", "_fft_c2c")


LAST_TWO = [-2, -1]


def _named(*ends: str) -> list[str]:
    """All transforms whose names end so."""
    return [one for one in (*HALVED, *DOUBLED, *WHOLE) if one.endswith(ends)]


@operation(*_named("t"))
def along_one(call: Call, x: Map, *, dim: int = -1) -> Map:
    return _transform(call, x, [dim])


@operation(*_named("2"))
def along_two(call: Call, x: Map, *, dim: Sequence[int] = LAST_TWO) -> Map:
    return _transform(call, x, dim)


@operation(*_named("n", "_r2c", "_c2r", "_c2c"))
def along_several(call: Call, x: Map, *, dim: Argument = None, s: Argument = None) -> Map:
    """By default all dimensions, or the last for which there are sizes."""
    count = len(s) if isinstance(s, list | tuple) else len(x.dims)
    return _transform(call, x, dim if isinstance(dim, list | tuple) else range(len(x.dims))[-count:])


def _transform(call: Call, x: Map, dim: Sequence[int]) -> Map:
    places, wanted = [axis_at(one, len(x.dims)) for one in dim], list(call.shape)
    for at in places:
        last = at == places[-1] and call.operation not in WHOLE
        taken, made = x.shape[at], wanted[at]
        needed = made // 2 + 1 if made is not None and last and call.operation in DOUBLED else made
        fits = taken in (2 * made - 2, 2 * made - 1) if last and made and call.operation in HALVED else taken == needed
        if x.local and not fits:
            raise Layout("it takes part of an axis, or more")
    return transformed(call.tracer, call.name, x, places, [wanted[at] for at in places])


@operation("fft_fftshift", "fft_ifftshift")
def shifted(call: Call, x: Map, *, dim: Argument = None) -> Map:
    """Half of an axis, or of several, is put before the other half."""
    at = [dim] if isinstance(dim, int) else list(dim) if isinstance(dim, list | tuple) else range(len(x.dims))
    places: Sequence[int] = [axis_at(one, len(x.dims)) for one in at]
    up = call.operation == "fft_ifftshift"
    if not x.local:
        return call.tracer.passed(call.name, x)
    return roll(call, x, shifts=[((x.shape[one] or 0) + up) // 2 for one in places], dims=list(places))
