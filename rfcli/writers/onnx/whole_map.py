"""Layers that see the whole map, or pool it to a given size."""

from rfcli.words.onnx import GLOBAL_POOLS, POOLS, REDUCTIONS
from rfcli.writers.onnx.model import OPSET, Model, node
from rfcli.writers.places import SIZED, Inexpressible, Place, certain


@node("global_avg_pool", "global_max_pool")
def global_pool(model: Model, place: Place, x: list[str]) -> None:
    model.add(GLOBAL_POOLS.written(place.layer.statistic), x)


@node("adaptive_avg_pool", "adaptive_max_pool")
def adaptive_pool(model: Model, place: Place, x: list[str]) -> None:
    """Axes of one output are reduced; the others pooled, where the windows are alike."""
    targets, statistic = place.layer.output_size_, place.layer.statistic
    if all(m == 1 for m in targets):
        global_pool(model, place, x)
        return
    reduced = [axis for axis, m in enumerate(targets) if m == 1]
    windows = []
    for axis, (n, m) in enumerate(zip(place.n, targets, strict=True)):
        n = certain(n, "the windows of ONNX's pools are given by sizes", SIZED)
        if axis not in reduced and n % m:
            raise Inexpressible(f"ONNX's pools have equal windows, and {n} samples are no multiple of {m}")
        windows.append(1 if axis in reduced else n // m)
    read = x[0]
    if reduced:
        last = all(w == 1 for w in windows)
        axes = model.integers([2 + axis for axis in reduced])
        read = model.add(REDUCTIONS.written(statistic), [read, axes], "" if last else "reduce", keepdims=1)
        if last:
            return
    model.add(POOLS.written(statistic), [read], kernel_shape=windows, strides=windows)


@node("flatten")
def flatten(model: Model, place: Place, x: list[str]) -> None:
    model.add("Flatten", x)


@node("attention", "window_attention")
def attention(model: Model, place: Place, x: list[str]) -> None:
    raise Inexpressible(f"opset {OPSET} has no attention, and its projections are not described")
