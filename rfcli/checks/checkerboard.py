"""RF504: transposed convolutions whose kernel their stride does not divide."""

from __future__ import annotations

from collections.abc import Iterator
from math import gcd

from rfcli.checks._rule import Finding, Rule
from rfcli.checks._subject import Subject
from rfcli.layers.windows import ConvTranspose


class Checkerboard(Rule):
    """A transposed convolution whose stride does not divide its kernel: its outputs overlap unevenly, so that some are
    sums of more inputs than their neighbours.
    """

    code = "RF504"
    cost = "a checkerboard of stronger and weaker outputs, which training only partly levels."
    mend = "take a kernel that is a multiple of the stride, or upsample (nearest, linear) and convolve"
    source = 'Odena, Dumoulin & Olah (2016), "Deconvolution and checkerboard artifacts"'

    def check(self, subject: Subject) -> Iterator[Finding]:
        for number in subject.numbers:
            layer = subject.layer(number)
            if not isinstance(layer, ConvTranspose):
                continue
            inputs = {axis: _inputs(layer, axis) for axis in subject.axes}
            axes = [axis for axis in subject.axes if len(inputs[axis]) > 1]
            if not axes:
                continue
            axis = axes[0]
            kernel, stride, dilation = layer.kernel[axis], layer.stride[axis], layer.dilation[axis]
            why = f"stride {stride} does not divide kernel {kernel}"
            if kernel % stride == 0:
                why = f"stride {stride} and dilation {dilation} have a common factor"
            yield Finding(
                subject.node(number),
                f"conv_transpose '{subject.label(number)}': {why}{subject.where(axes)}: outputs read "
                f"{' or '.join(map(str, sorted(inputs[axis])))} inputs in turn",
            )


def _inputs(layer: ConvTranspose, axis: int) -> set[int]:
    """How many inputs outputs read. Where g = gcd(s, d) divides output o, it reads with the taps t*d = o modulo s,
    which are s/g apart; other outputs read none."""
    kernel, stride = layer.kernel[axis], layer.stride[axis]
    common = gcd(stride, layer.dilation[axis])
    apart = stride // common
    found = {kernel // apart, -(-kernel // apart)} if kernel % apart else {kernel // apart}
    return found | {0} if common > 1 else found
