"""Random networks whose channels are joined, kept apart, rearranged and sliced, as documents of format 1."""


def parted(random):
    """A document of one of these networks; `random` is a `random.Random`."""
    dims = random.choice([1, 1, 1, 2])
    size = [random.choice([16, 24])] * dims
    document = {"format": 1, "input": {"size": size, "channels": random.choice([1, 3, 4])}, "layers": []}
    builder = _Builder(random, document["layers"], dims)
    here = builder.joined("input", random.choice([2, 3]))
    for _ in range(random.randint(1, 7)):
        here = builder.step(here)
    here = builder.sliced(here)
    for _ in range(random.randint(0, 2)):
        here = builder.step(here)
    builder.add("conv", [here[0]], filters=2, kernel=3, padding=1)
    return document


class _Builder:
    """Adds layers; a map is (name, channels, whether its size is that of the input)."""

    def __init__(self, random, layers, dims):
        self.random, self.layers, self.dims = random, layers, dims

    def add(self, kind, inputs, **given):
        name = f"n{len(self.layers) + 1}"
        self.layers.append({"name": name, "type": kind, "inputs": inputs, **given})
        return name

    def conv(self, source, filters, kernel=None, **given):
        k = kernel or self.random.choice([1, 3, 5, 9])
        return self.add("conv", [source], filters=filters, kernel=k, padding=k // 2, **given)

    def joined(self, source, count):
        widths = [self.random.choice([2, 2, 4, 1]) for _ in range(count)]
        widths[-1] += sum(widths) % 2
        parts = [self.conv(source, each) for each in widths]
        return self.add("concat", parts), sum(widths)

    def step(self, here):
        name, c = here
        kinds = ["plain", "plain", "norm", "depthwise", "pool", "residual", "slice", "gate"]
        kinds += ["grouped", "shuffle", "unet", "halves", "mixed"] if c % 2 == 0 else []
        kinds += ["rearranged"] * (c <= 8)
        return getattr(self, f"_{self.random.choice(kinds)}")(name, c)

    def sliced(self, here):
        name, c = here
        if self.random.random() < 0.25:
            taken = [self.random.randrange(-c, c) for _ in range(self.random.randint(1, 4))]
            return self.add("channel_slice", [name], indices=taken), len(taken)
        start, step = self.random.randrange(c), self.random.choice([1, 1, 2])
        end = self.random.randint(start + 1, c)
        return self.add("channel_slice", [name], start=start, end=end, step=step), len(range(start, end, step))

    def _slice(self, name, c):
        return self.sliced((name, c))

    def _plain(self, name, c):
        return self.add(
            self.random.choice(["relu", "dropout", "channel_scale", "softmax", "identity", "lrn"]), [name]
        ), c

    def _norm(self, name, c):
        kind = self.random.choice(["batch_norm", "layer_norm", "group_norm", "instance_norm"])
        given = {"groups": self.random.choice([g for g in (1, 2, c) if c % g == 0])} if kind == "group_norm" else {}
        given |= {"axes": self.random.choice(["all", "channels"])} if kind == "layer_norm" else {}
        return self.add(kind, [name], **given), c

    def _gate(self, name, c):
        if self.random.random() < 0.5:
            return self.add("squeeze_excite", [name], units=2), c
        return self.add("multiply", [name, self.conv(name, self.random.choice([1, c]), 3)]), c

    def _depthwise(self, name, c):
        m = self.random.choice([1, 1, 2]) if c < 8 else 1
        return self.add("depthwise_conv", [name], kernel=3, padding=1, depth_multiplier=m), c * m

    def _grouped(self, name, c):
        groups = self.random.choice([g for g in (2, 4, c) if c % g == 0])
        made = groups * self.random.choice([1, 2])
        return self.conv(name, made, groups=groups), made

    def _pool(self, name, c):
        return self.add("max_pool", [name], kernel=3, stride=1, padding=1), c

    def _shuffle(self, name, c):
        return self.add(
            "channel_shuffle", [name], groups=self.random.choice([g for g in (2, 3, 4, c) if c % g == 0])
        ), c

    def _residual(self, name, c):
        return self.add(
            self.random.choice(["add", "max"]), [name, self._depthwise(name, c)[0]] if c >= 8 else [name, name]
        ), c

    def _unet(self, name, c):
        down, made = self.add("avg_pool", [name], kernel=2), c
        if self.random.random() < 0.5:
            down, made = self.conv(down, 2, 3), 2
        return self.add("concat", [name, self.add("upsample", [down], scale=2)]), c + made

    def _halves(self, name, c):
        """ShuffleNet v2, Res2Net: one half goes on as it is, the other through a layer."""
        first = self.add("channel_slice", [name], end=c // 2)
        second = self.add("channel_slice", [name], start=c // 2)
        other = self.conv(second, c // 2, self.random.choice([1, 3])) if self.random.random() < 0.7 else second
        if self.random.random() < 0.3:
            other = self.add("add", [first, other])
        joined = self.add("concat", [first, other])
        return self._shuffle(joined, c) if self.random.random() < 0.5 else (joined, c)

    def _mixed(self, name, c):
        """MixNet: other kernels for other channels."""
        parts = [self.add("channel_slice", [name], start=at * c // 2, end=(at + 1) * c // 2) for at in range(2)]
        made = [
            self.add("depthwise_conv", [one], kernel=k, padding=k // 2) for one, k in zip(parts, (3, 7), strict=True)
        ]
        return self.add("concat", made), c

    def _rearranged(self, name, c):
        down, up = self.random.choice([("pixel_unshuffle", "pixel_shuffle"), ("space_to_depth", "depth_to_space")])
        inner = self.add(down, [name], scale=2)
        block = 2**self.dims
        if self.random.random() < 0.5:
            made, count = self.sliced((inner, c * block))
            wide = self.add(
                "concat",
                [made] * block if self.random.random() < 0.3 else [made, self.conv(inner, count * (block - 1))],
            )
            return self.add(up, [wide], scale=2), count
        return self.add(up, [self._plain(inner, c * block)[0]], scale=2), c
