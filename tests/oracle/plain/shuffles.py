"""Pieces of random networks: shuffles of channels that see different things."""


def shuffled_apart(draft):
    """A shuffle of a concat, whose places come from channels of their own, now and then behind a layer of each."""
    rng, source = draft.rng, draft.here()
    scale = draft.axes(1, 2) if draft.dims > 1 else 2
    many = 1
    for axis in range(draft.dims):
        many *= scale[axis] if isinstance(scale, list) else scale
    names, items, left = [], [], many * rng.choice([1, 1, 2])
    while left:
        names.append(draft.name())
        c = rng.randint(1, left)
        left -= c
        kernel = {"kernel": draft.axes(1, 4), "padding": "same", "filters": c, "inputs": [source]}
        items.append({"name": names[-1], "type": "conv", **kernel})
    items.append({"name": draft.name(), "type": "concat", "inputs": names})
    if draft.one_in(3):
        items.append({"name": draft.name(), "type": rng.choice(["depthwise_conv", "max_pool"]), "kernel": 2})
    kind = rng.choice(["pixel_shuffle", "depth_to_space"])
    return [*items, {"name": draft.name(), "type": kind, "scale": scale}]


SHUFFLED = (shuffled_apart,) * 10
