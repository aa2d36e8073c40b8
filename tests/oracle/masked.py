"""Random networks of masked convolutions, in one to three axes."""

from itertools import product


def drawn(random, dims):
    """A document of a few layers, most of them masked."""
    size = [random.randint(5, 8 if dims == 3 else 12) for _ in range(dims)]
    layers, names = [], ["input"]
    for number in range(random.randint(1, 4)):
        name, kind = f"l{number}", random.random()
        source = names[-1]
        if kind < 0.15 and len(names) > 1:
            layers.append({"name": name, "type": "max_pool", "kernel": 2, "stride": 1, "inputs": [source]})
        elif kind < 0.25:
            layers.append({"name": name, "type": "upsample", "scale": 2, "inputs": [source]})
        elif kind < 0.4:
            layers.append(_transposed(random, dims, name, source))
        else:
            layers.append(_convolution(random, dims, name, source))
        names.append(name)
    if random.random() < 0.6:
        source = names[-1]
        branches = [_same(random, dims, f"b{at}", source) for at in range(2)]
        layers += [*branches, {"name": "sum", "type": "add", "inputs": ["b0", "b1"]}]
    return {"format": 1, "name": "net", "input": {"size": size, "channels": 2}, "layers": layers}


def _mask(random, kernel, words=True):
    if words and random.random() < 0.4:
        word = random.choice(["causal", "strictly_causal"])
        if word == "causal" or any(k > 1 for k in kernel):
            return word
    entries = {place: int(random.random() < 0.5) for place in product(*map(range, kernel))}
    entries[tuple(random.randrange(k) for k in kernel)] = 1

    def level(at):
        if len(at) == len(kernel):
            return entries[at]
        return [level((*at, place)) for place in range(kernel[len(at)])]

    return level(())


def _convolution(random, dims, name, source):
    kernel = [random.randint(1, 4 if dims < 3 else 3) for _ in range(dims)]
    return {
        "name": name, "type": random.choice(["conv", "depthwise_conv", "separable_conv"]), "kernel": kernel,
        "stride": [random.choice([1, 1, 1, 2]) for _ in range(dims)],
        "dilation": [random.choice([1, 1, 2]) for _ in range(dims)],
        "padding": [[random.randint(0, 3), random.randint(0, 3)] for _ in range(dims)],
        "padding_mode": random.choice(["zeros", "zeros", "reflect", "replicate", "circular"]),
        "mask": _mask(random, kernel), "filters": 2, "inputs": [source],
    }  # fmt: skip


def _same(random, dims, name, source):
    """One of two branches of one size."""
    kernel = [random.randint(1, 3) for _ in range(dims)]
    sides = [random.randint(0, k - 1) for k in kernel]
    padding = [[side, k - 1 - side] for side, k in zip(sides, kernel, strict=True)]
    layer = {"name": name, "type": "conv", "kernel": kernel, "padding": padding, "filters": 2, "inputs": [source]}
    return layer | ({"mask": _mask(random, kernel)} if random.random() < 0.7 else {})


def _transposed(random, dims, name, source):
    stride = 1 if random.random() < 0.5 else 2
    kernel = [random.randint(stride, 3) for _ in range(dims)]
    layer = {"name": name, "type": "conv_transpose", "kernel": kernel, "stride": stride, "filters": 2}
    return layer | {"mask": _mask(random, kernel, words=False), "inputs": [source]}
