"""Numbers at unknown sizes: rf's are the same at every valid size, and what it leaves open is not."""

from __future__ import annotations

import copy

import rfcli
from oracle.plain.against import known, loaded
from oracle.plain.net import Net
from oracle.plain.seen import Seen, TooLong
from oracle.plain.steps import Unfit

SIZES = range(30, 150)
"""Large enough for the networks that are drawn: numbers may differ below."""

KEYS = ("size", "stride", "padding", "center", "phase_sizes", "uniform")


def unsized(document):
    """The same network, its inputs of unknown size."""
    made = copy.deepcopy(document)
    given = made["inputs"] if "inputs" in made else {"input": made["input"]}
    dims = next(len(each["size"]) for each in given.values())
    for each in given.values():
        each |= {"size": None, "dims": dims}
    return made


def valid(document, most):
    """The network at up to so many sizes at which it can be, all axes and inputs alike."""
    dims = len(next(iter(document["inputs"].values() if "inputs" in document else [document["input"]]))["size"])
    found = []
    for n in SIZES:
        try:
            found.append(Net(document, size=[n] * dims))
        except Unfit:
            continue
        if len(found) == most:
            break
    return found


def differences(document, most=40):
    """What rf says at unknown sizes and is otherwise at a valid one, and what it leaves open though it is the same at
    all of them; the latter begins with "open:"."""
    nets = valid(document, most)
    if len(nets) < 8:
        return None
    try:
        report = rfcli.compute(loaded(unsized(document)))
    except rfcli.DescriptionError as error:
        return [f"refused: {str(error)[:200]}"]
    seen = [Seen(net) for net in nets]
    found = []
    for layer in report.layers:
        field = layer.receptive_field
        if field is None or not seen[0].reached(layer.name):
            continue
        for axis in range(nets[0].dims):
            try:
                rights = [each.field(layer.name, axis) if each.local(layer.name, axis) else {} for each in seen]
            except TooLong:
                continue
            for key in KEYS:
                at_each = [right.get(key) for right in rights]
                said = getattr(field, key)
                said = known(said if key == "uniform" else said[axis])
                same = all(one == at_each[0] for one in at_each)
                if said is not None and key != "uniform" and any(one != said for one in at_each):
                    found.append(f"{layer.name}: {key} is {at_each[:6]}, rf says {said}")
                if said is None and same and at_each[0] is not None:
                    found.append(f"open: {layer.name}: {key} is {at_each[0]} at all sizes; {field.notes[:1]}")
    return found
