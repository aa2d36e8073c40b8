"""Products with matrices of weights."""

from rfcli.readers.tracing.core import Parameters
from rfcli.readers.tracing.layout import LayoutOperations
from rfcli.readers.tracing.maps import (
    BATCH,
    CHANNELS,
    Layout,
    Map,
    axes_in,
    channels,
    exchanged,
    is_channels,
    rebased,
    without,
)


class WeightOperations(LayoutOperations):
    """A dimension projected: a dense layer, a convolution with kernel 1, or positions mixed."""

    def projected(self, name: str, x: Map, at: int, features: int, bias: bool, shared: Parameters | None = None) -> Map:
        """Dimension `at` multiplied by a matrix of `features` columns; `shared` states the parameters of one whose
        matrix is another's as well. Raises `Layout`."""
        if not 0 <= at < len(x.dims):
            raise Layout("a tensor without features is projected")
        stated, rest = shared or {}, x.replaced(dims=without(x.dims, [at]))
        roles = {atom.role for atom in rest.atoms}
        if axes_in(x.dims[at]):
            if not roles <= {BATCH}:
                return self._mixed(name, x, at, features, bias, stated)
            x = self.flat(f"{name}/flatten", x)
            at = len(x.dims) - 1
        if not is_channels(x.dims[at]):
            raise Layout("the batch is projected")
        dims = rebased(exchanged(x.dims, at, channels(features)))
        if CHANNELS in roles:
            count, width = rest.channels, x.shape[at]
            if count is None or width is None:
                raise Layout("channels of unknown number are projected")
            stated = {"params": int(stated.get("params", width * features + (features if bias else 0)))}
            return self.passed(name, x, dims, "custom", filters=count * features, groups=count, bias=bias, **stated)
        if not x.axes and not x.local:
            return self.passed(name, x, dims, "linear", units=features, bias=bias, **stated)
        return self.passed(name, x, dims, "conv", kernel=1, filters=features, bias=bias, **stated)

    def _mixed(self, name: str, x: Map, at: int, features: int, bias: bool, stated: Parameters) -> Map:
        """All positions mixed by a square matrix, each channel by itself (Tolstikhin et al. 2021)."""
        dim, size, count = x.dims[at], x.shape[at], x.channels
        spatial = all(isinstance(atom.role, int) for atom in dim)
        if size != features or not spatial or not x.holds(dim, x.axes) or count is None:
            raise Layout("positions and channels are projected together")
        stated = {"params": int(stated.get("params", size * size + (size if bias else 0)))}
        made = self.passed(name, x, None, "custom", filters=count, macs=size * size * count, global_=True, **stated)
        return made.replaced(local=False)
