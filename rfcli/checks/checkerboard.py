"""RF504."""

from __future__ import annotations

from collections.abc import Iterator

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
            axes = [axis for axis in subject.axes if layer.kernel[axis] % layer.stride[axis]]
            if not axes:
                continue
            axis = axes[0]
            taps = sorted({_inputs(layer, axis, phase) for phase in range(layer.stride[axis])})
            yield Finding(
                subject.node(number),
                f"conv_transpose '{subject.label(number)}': stride {layer.stride[axis]} does not divide kernel "
                f"{layer.kernel[axis]}{subject.where(axes)}: outputs read {' or '.join(map(str, taps))} inputs in turn",
            )


def _inputs(layer: ConvTranspose, axis: int, phase: int) -> int:
    """Inputs that an output of this phase reads."""
    kernel, stride, dilation = layer.kernel[axis], layer.stride[axis], layer.dilation[axis]
    return sum(1 for tap in range(min(kernel, 4096)) if (phase - tap * dilation) % stride == 0)
