"""Interpolations of ATen."""

from rfcli.readers.torch.calls import Call, each, operation, rank_of
from rfcli.readers.torch.nodes import Argument
from rfcli.readers.tracing.arguments import mapped
from rfcli.readers.tracing.maps import Layout, Map
from rfcli.readers.tracing.turned import mirrored
from rfcli.words.torch import INTERPOLATIONS


@operation(
    *each("upsample_nearest"), *each("_upsample_nearest_exact"), "upsample_linear1d", "upsample_bilinear2d",
    "upsample_trilinear3d", "upsample_bicubic2d",
)  # fmt: skip
def upsample(call: Call, x: Map, *, align_corners: bool = False, scale_factors: Argument = None) -> Map:
    tracer = call.tracer
    alike = all(n and not m % n for n, m in zip(x.shape, call.shape, strict=True))
    again = lambda y: upsample(call, y, align_corners=align_corners, scale_factors=scale_factors)  # noqa: E731
    turned = mirrored(x, again) if alike else None
    if turned is not None:
        return turned
    x, images, back = tracer.by_image(x)
    x = tracer.canonical(call.name, x)
    axes = tracer.window_axes(x)
    if scale_factors is None:
        scale_factors = [one for name, one in call.arguments.items() if name.startswith("scales")]
    # Corners are aligned by the sizes, whatever the scale; without one the ratio of the sizes is meant.
    if align_corners or images + len(scale_factors) != len(axes) or any(one is None for one in scale_factors):
        target = tracer.along(axes, size=[*x.shape[2 : 2 + images], *call.shape[2:]])
    else:
        scales = [1] * images + [*scale_factors]
        target = tracer.along(axes, scale=[int(one) if one == int(one) else float(one) for one in scales])
    word = call.operation.partition("upsample_")[2][: -len("2d")]
    mode = INTERPOLATIONS[rank_of(call)].read(word)
    coordinates = "align_corners" if align_corners else "asymmetric" if word == "nearest" else "half_pixel"
    made = tracer.over_axes(call.name, "resize", x, mode=mode, coordinates=coordinates, **target)
    return _cut(call, back(made))


def _cut(call: Call, x: Map) -> Map:
    """A map without the last sample along axes of which torch makes one less: 100 samples times 0.29 are 28 of them in
    floating point. Raises `Layout` where it makes one more."""
    for at, (have, want) in enumerate(zip(x.shape, call.shape, strict=True)):
        if have is None or have == want or at < 2:
            continue
        if want is None or have < want:
            raise Layout("its size is another in floating point")
        x = mapped(call.tracer.cropped(f"{call.name}/cut_{at}", x, at, 0, want, 1))
    return x


@operation("_upsample_bilinear2d_aa", "_upsample_bicubic2d_aa")
def upsample_smoothly(call: Call, x: Map) -> Map:
    call.tracer.window_axes(call.tracer.canonical(call.name, x))
    raise Layout("interpolation against aliasing")
