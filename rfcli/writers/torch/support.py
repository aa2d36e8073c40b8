"""Definitions that a written torch module brings along where it needs them: what torch itself has not."""

import re

_TEXTS = '''
class SamePad(nn.Module):
    """Pads for ceil(size / stride) windows; the odd sample after, or before."""

    def __init__(
        self,
        window: tuple[int, ...],
        stride: tuple[int, ...],
        lower: bool = False,
        mode: str = "constant",
        value: float = 0.0,
    ) -> None:
        super().__init__()
        self.window, self.stride, self.lower = window, stride, lower
        self.mode, self.value = mode, value

    def forward(self, x: Tensor) -> Tensor:
        sides = []
        axes = zip(x.shape[2:], self.window, self.stride, strict=True)
        for size, window, stride in axes:
            total = max((-(size // -stride) - 1) * stride + window - size, 0)
            before = total - total // 2 if self.lower else total // 2
            sides = [before, total - before, *sides]
        if self.mode == "constant":
            return F.pad(x, sides, value=self.value)
        return F.pad(x, sides, mode=self.mode)


class MaskedConv(nn.Conv{rank}d):
    """A convolution of which a mask, row by row, leaves some taps out."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        mask: str,
        **options,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, **options)
        taps = torch.tensor([float(tap) for tap in mask.replace(" ", "")])
        taps = taps.view(self.weight.shape[2:])
        self.register_buffer("mask", taps, persistent=False)

    def _conv_forward(self, x: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        return super()._conv_forward(x, weight * self.mask, bias)


class MaskedConvTranspose(nn.ConvTranspose{rank}d):
    """A transposed convolution of which a mask, row by row, leaves some taps out."""

    def __init__(
        self,
        in_channels: int,
        out_channels: int,
        kernel_size: int | tuple[int, ...],
        mask: str,
        **options,
    ) -> None:
        super().__init__(in_channels, out_channels, kernel_size, **options)
        taps = torch.tensor([float(tap) for tap in mask.replace(" ", "")])
        taps = taps.view(self.weight.shape[2:])
        self.register_buffer("mask", taps, persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        return F.conv_transpose{rank}d(
            x,
            self.weight * self.mask,
            self.bias,
            self.stride,
            self.padding,
            self.output_padding,
            self.groups,
            self.dilation,
        )


class DilatedAvgPool(nn.Module):
    """Average pooling over windows with gaps."""

    def __init__(
        self,
        kernel_size: tuple[int, ...],
        stride: tuple[int, ...],
        dilation: tuple[int, ...],
    ) -> None:
        super().__init__()
        self.kernel_size, self.stride, self.dilation = kernel_size, stride, dilation

    def forward(self, x: Tensor) -> Tensor:
        channels = x.shape[1]
        weight = x.new_ones(channels, 1, *self.kernel_size)
        weight = weight / weight[0].numel()
        return F.conv{rank}d(x, weight, None, self.stride, 0, self.dilation, channels)


class ChannelNorm(nn.LayerNorm):
    """Layer normalisation over the channels of each position."""

    def forward(self, x: Tensor) -> Tensor:
        return super().forward(x.movedim(1, -1)).movedim(-1, 1)


class ChannelScale(nn.Module):
    """A trained factor for each channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones({shape}))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale


class SqueezeExcite(nn.Module):
    """Scales channels by what the whole map says (Hu et al. 2018)."""

    def __init__(self, channels: int, units: int, bias: bool = True) -> None:
        super().__init__()
        self.pool = nn.AdaptiveAvgPool{rank}d(1)
        self.reduce = nn.Conv{rank}d(channels, units, 1, bias=bias)
        self.relu = nn.ReLU()
        self.expand = nn.Conv{rank}d(units, channels, 1, bias=bias)
        self.sigmoid = nn.Sigmoid()

    def forward(self, x: Tensor) -> Tensor:
        y = self.relu(self.reduce(self.pool(x)))
        return x * self.sigmoid(self.expand(y))


class Recurrent(nn.Module):
    """A recurrent layer along a map of one axis."""

    def __init__(self, layer: nn.RNNBase, reverse: bool = False) -> None:
        super().__init__()
        self.layer, self.reverse = layer, reverse

    def forward(self, x: Tensor) -> Tensor:
        y = x.flip(2) if self.reverse else x
        y, _ = self.layer(y.transpose(1, 2))
        y = y.transpose(1, 2)
        return y.flip(2) if self.reverse else y


class SelfAttention(nn.Module):
    """Every position attends to all positions."""

    def __init__(self, channels: int, heads: int, bias: bool = True) -> None:
        super().__init__()
        self.attention = nn.MultiheadAttention(
            channels, heads, bias=bias, batch_first=True
        )

    def forward(self, x: Tensor) -> Tensor:
        y = x.flatten(2).transpose(1, 2)
        y, _ = self.attention(y, y, y, need_weights=False)
        return y.transpose(1, 2).reshape(x.shape)


class Attention(nn.Module):
    """Every position attends to all; the channels are queries, keys and values."""

    def __init__(self, query: int, value: int, heads: int) -> None:
        super().__init__()
        self.parts, self.heads = (query, query, value), heads

    def forward(self, x: Tensor) -> Tensor:
        q, k, v = (
            part.unflatten(1, (self.heads, -1)).transpose(2, 3)
            for part in x.flatten(2).split(self.parts, 1)
        )
        y = F.scaled_dot_product_attention(q, k, v).transpose(2, 3)
        return y.reshape(x.shape[0], -1, *x.shape[2:])


class WindowAttention(nn.Module):
    """Every position attends to its window; windows start at `shift`."""

    def __init__(
        self,
        channels: int,
        heads: int,
        window: tuple[int, ...],
        shift: tuple[int, ...],
        bias: bool = True,
    ) -> None:
        super().__init__()
        self.window, self.shift = window, shift
        self.attention = nn.MultiheadAttention(
            channels, heads, bias=bias, batch_first=True
        )

    def forward(self, x: Tensor) -> Tensor:
        sides, cut = [], []
        axes = zip(x.shape[2:], self.window, self.shift, strict=True)
        for size, window, shift in axes:
            before = -shift % window
            sides = [before, -(before + size) % window, *sides]
            cut.append(slice(before, before + size))
        padded = F.pad(x, sides)
        outside = F.pad(x.new_zeros(x.shape[0], 1, *x.shape[2:]), sides, value=1.0)
        y = self.split(padded)
        mask = self.split(outside)[:, :, 0] > 0
        y, _ = self.attention(y, y, y, key_padding_mask=mask, need_weights=False)
        return self.join(y, padded.shape)[(..., *cut)]

    def split(self, x: Tensor) -> Tensor:
        """Windows as (batch * windows, positions, channels)."""
        batch, channels, *size = x.shape
        blocks = []
        for n, window in zip(size, self.window, strict=True):
            blocks += [n // window, window]
        rank = len(size)
        outer = range(2, 2 + 2 * rank, 2)
        inner = range(3, 3 + 2 * rank, 2)
        x = x.reshape(batch, channels, *blocks).permute(0, *outer, *inner, 1)
        return x.flatten(0, rank).flatten(1, rank)

    def join(self, y: Tensor, shape: torch.Size) -> Tensor:
        """The map of this shape from its windows."""
        batch, channels, *size = shape
        counts = [n // window for n, window in zip(size, self.window, strict=True)]
        y = y.reshape(batch, *counts, *self.window, channels)
        rank = len(size)
        pairs = [at for one in range(1, 1 + rank) for at in (one, one + rank)]
        return y.permute(0, 1 + 2 * rank, *pairs).reshape(shape)


def center_crop(x: Tensor, size: torch.Size) -> Tensor:
    """The centre of a map; of an odd number of samples one more goes after."""
    for axis, n in enumerate(size, 2):
        x = x.narrow(axis, (x.shape[axis] - n) // 2, n)
    return x


def correlate(x: Tensor, z: Tensor, depthwise: bool = False) -> Tensor:
    """Slides the map `z` over the map `x`, of each sample of a batch by itself."""
    batch, channels = x.shape[:2]
    weight = z.reshape(-1, 1 if depthwise else channels, *z.shape[2:])
    groups = batch * channels if depthwise else batch
    y = F.conv{rank}d(x.reshape(1, -1, *x.shape[2:]), weight, groups=groups)
    return y.reshape(batch, -1, *y.shape[2:])


def cost_volume(
    x: Tensor,
    y: Tensor,
    displacements: list[range],
    kernel: int | tuple[int, ...] = 1,
    stride: int | tuple[int, ...] = 1,
    sides: tuple[int, ...] = (),
    compare: str = "product",
    groups: int = 1,
) -> Tensor:
    """Compares each position of `x` with the displaced ones of `y`, zero where it ends."""
    moves, ends = [()], []
    for row in displacements:
        moves = [(*move, step) for move in moves for step in row]
        ends = [-row[0], row[-1], *ends]
    padded, found = F.pad(y, ends), []
    for move in moves:
        z = padded
        for axis, (step, row) in enumerate(zip(move, displacements, strict=True), 2):
            z = z.narrow(axis, step - row[0], y.shape[axis])
        if compare == "product":
            found.append((x * z).unflatten(1, (groups, -1)).mean(2))
        else:
            found.append(x - z if compare == "difference" else torch.cat([x, z], 1))
    volume = torch.stack(found, 2).flatten(1, 2)
    return F.avg_pool{rank}d(F.pad(volume, sides), kernel, stride)


def depth_to_space(x: Tensor, scale: tuple[int, ...]) -> Tensor:
    """Channels rearranged into blocks of `scale` positions."""
    batch, _, *size = x.shape
    rank = len(size)
    pairs = [at for one in range(2, 2 + rank) for at in (one + rank, one)]
    x = x.reshape(batch, -1, *scale, *size).permute(0, 1, *pairs)
    return x.reshape(batch, -1, *(n * s for n, s in zip(size, scale, strict=True)))


def space_to_depth(x: Tensor, scale: tuple[int, ...]) -> Tensor:
    """Blocks of `scale` positions rearranged into channels."""
    batch, channels, *size = x.shape
    rank = len(size)
    blocks = [one for n, s in zip(size, scale, strict=True) for one in (n // s, s)]
    inner = range(3, 3 + 2 * rank, 2)
    outer = range(2, 2 + 2 * rank, 2)
    x = x.reshape(batch, channels, *blocks).permute(0, 1, *inner, *outer)
    return x.reshape(batch, -1, *(n // s for n, s in zip(size, scale, strict=True)))
'''

HELPERS = {
    re.split(r"\W", text)[1]: {
        rank: text.replace("{rank}", str(rank)).replace("{shape}", ", ".join(["channels"] + ["1"] * rank))
        for rank in (1, 2, 3)
    }
    for text in _TEXTS.strip().split("\n\n\n")
}
"""Name -> its definition, for 1 to 3 axes."""
