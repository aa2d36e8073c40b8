"""Functions on images: colours, and what is cut off or added around them."""

from rfcli.readers.keras.binding import argument, function
from rfcli.readers.keras.calls import Argument, Call
from rfcli.readers.keras.functions import channels_first, known, known_integers
from rfcli.readers.tracing.maps import Layout, Map, size_of


@function("RGBToGrayscale", "image.rgb_to_grayscale")
def grey(call: Call, x: Map) -> Map:
    """One channel of three."""
    at = len(x.dims) - 3 if channels_first(call) else len(x.dims) - 1
    if len(x.dims) < 3 or size_of(x.dims[at]) != 3 or x.channels != 3:
        raise Layout("its channels are not those of colours")
    return call.tracer.rechannelled(call.name, x, 1, [() if one == at else dim for one, dim in enumerate(x.dims)])


@function("RGBToHSV", "HSVToRGB")
def colours(call: Call, x: Map) -> Map:
    """Each channel of three depends on all of them."""
    if x.channels != 3:
        raise Layout("its channels are not those of colours")
    return call.tracer.rechannelled(call.name, x, 3)


EDGES = ("top", "bottom", "left", "right")


@function("CropImages", "PadImages")
def around(call: Call, x: Map) -> Map:
    """Samples cut off, or added, at the edges; of two of edge, edge and size along an axis, the third follows."""
    cut = call.kind == "CropImages"
    lead = len(x.dims) - (2 if channels_first(call) else 3)
    if lead < 1:
        raise Layout("it takes images")
    each = [known(call.get(f"{edge}_{'cropping' if cut else 'padding'}")) for edge in EDGES]
    sides = [(0, 0)] * len(x.dims)
    for axis, word in enumerate(("height", "width")):
        n, wanted = x.shape[lead + axis], known(call.get(f"target_{word}"))
        before, after = each[2 * axis : 2 * axis + 2]
        known_integers([one for one in (before, after, wanted) if one is not None], "edges")
        if wanted is not None and n is not None:
            more = n - wanted if cut else wanted - n
            before = more - after if before is None and after is not None else before
            after = more - before if after is None and before is not None else after
        if before is None or after is None:
            raise Layout("its edges are not known")
        sides[lead + axis] = (-before, -after) if cut else (before, after)
    return call.tracer.padded(call.name, x, sides)


@function("GaussianBlur")
def blur(call: Call, x: Map, *, kernel_size: Argument = argument(1)) -> Map:
    """Each channel with its neighbours, by weights that are not trained."""
    kernel = known_integers(kernel_size, "kernel_size")
    kernel = kernel * 2 if len(kernel) == 1 else kernel
    if len(kernel) != 2 or len(x.dims) != 4 or any(k < 1 or k % 2 == 0 for k in kernel):
        raise Layout("its window is not known")
    first, window = channels_first(call), {"kernel": kernel}
    return call.tracer.slid(call.name, "depthwise_conv", x, 2, first, window, bias=False, params=0, padding="same")
