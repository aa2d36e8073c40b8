"""Operations on each position by itself, with weights of their own."""

from math import prod

from rfcli.readers.draft import Usual
from rfcli.readers.tracing.core import Core, Parameters
from rfcli.readers.tracing.maps import Constant, Map, axes_in


class PointwiseOperations(Core):
    """Factors, terms and slopes; functions without weights are `passed`."""

    def scaled(self, name: str, x: Map, params: int, type: str = "channel_scale") -> Map:
        """Something trained that works at each position: a factor or a term for each channel, or of another number."""
        if params == 0:
            return self.passed(name, x)
        if type == "channel_scale" and params == x.channels:
            return self.passed(name, x, type=type, params=Usual(params))
        apart: Parameters = {} if x.channels is None else {"groups": x.channels}
        return self.passed(name, x, type="custom", filters=x.channels, **apart, params=params, macs=0)

    def prelu(self, name: str, x: Map, slope: Constant) -> Map:
        """A leaky ReLU with trained slopes, one or one for each channel."""
        count = prod(slope.shape)
        if count not in (1, x.channels):
            return self.scaled(name, x, self.trained(slope, taken=True))
        return self.passed(name, x, type="prelu", per_channel=count > 1, **self.shared(slope))

    def normed_apart(self, name: str, x: Map, *weights: Constant | None) -> Map | None:
        """Entries of an axis, or of a map laid flat, normalised with statistics of their own, as those of features are;
        None where there are none."""
        if len(x.dims) != 2 or not axes_in(x.dims[1]):
            return None
        return self.scaled(name, x, self.trained(*weights, taken=True))
