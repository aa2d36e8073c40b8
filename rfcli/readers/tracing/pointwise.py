"""Operations on each position by itself, with weights of their own."""

from math import prod

from rfcli.readers.tracing.core import Core
from rfcli.readers.tracing.maps import Constant, Map


class PointwiseOperations(Core):
    """Factors, terms and slopes; functions without weights are `passed`."""

    def scaled(self, name: str, x: Map, params: int, type: str = "channel_scale") -> Map:
        """Something trained that works at each position: a factor or a term for each channel, or of another number."""
        if params == 0:
            return self.passed(name, x)
        if type == "channel_scale" and params == x.channels:
            return self.passed(name, x, type=type)
        return self.rechannelled(name, x, x.channels, params=params)

    def prelu(self, name: str, x: Map, slope: Constant) -> Map:
        """A leaky ReLU with trained slopes, one or one for each channel."""
        count = prod(slope.shape)
        if count not in (1, x.channels):
            return self.scaled(name, x, self.trained(slope))
        return self.passed(name, x, type="prelu", per_channel=count > 1, **self.shared(slope))
