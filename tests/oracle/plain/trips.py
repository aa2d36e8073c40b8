"""Round trips: what rf writes for another tool and reads back computes what the description computes."""

from __future__ import annotations

import rfcli
from oracle.plain.against import known, loaded

NOT_IN = {
    "onnx": {"flatten", "max_unpool", "attention", "window_attention"},
    "keras-json": {"flatten", "max_unpool", "attention", "window_attention", "lp_pool", "lrn", "channel_slice"},
    "torch": {"max_unpool"},
}
"""Types that a target cannot say, so that random networks need not have them; and `flatten`, which of one channel or of
one sample is told from no change of layout by nothing that comes before."""

CALLED = {"onnx": str, "keras-json": lambda name: name.replace("/", "__")}


def there(document, target):
    """The network as a target has it, or None with the reasons why it cannot be said there."""
    try:
        written = rfcli.exported(loaded(document), target)
    except rfcli.DescriptionError as error:
        return None, str(error)
    return written.encode() if isinstance(written, str) else written, ""


def differences(document, target):
    """What a network that has been there and back says otherwise; None where the target cannot say it."""
    data, _ = there(document, target)
    if data is None:
        return None
    report = rfcli.compute(loaded(document))
    back = rfcli.compute(rfcli.loads(data, "net.onnx" if target == "onnx" else "net.json"))
    others = {layer.name: layer for layer in back.layers}
    found = []
    was, now = totals(report, target), totals(back, target)
    if was != now:
        found.append(f"totals were {was}, are {now}")
    for layer in report.layers:
        other = others.get(CALLED[target](layer.name))
        if other is None:
            if layer.name in report.outputs:
                found.append(f"{layer.name}: output is lost")
            continue
        was, now = facts(layer), facts(other)
        found += [
            f"{layer.name}: {key} was {was[key]}, is {now[key]}" for key in was.keys() & now if was[key] != now[key]
        ]
    return found


def totals(report, target):
    """Parameters, and where a target promises those, operations."""
    return known([report.total.params, *([report.total.macs] if target == "onnx" else [])])


def facts(layer):
    """What of a layer has to be the same."""
    found = {"size": list(layer.output_size), "channels": layer.channels}
    field = layer.receptive_field
    found["reached"] = field is not None
    if field is not None:
        keys = ("size", "stride", "padding", "center", "phase_sizes", "aligned", "uniform", "globally")
        found |= {f"field's {key}": getattr(field, key) for key in keys}
    return {key: known(value) for key, value in found.items()}
