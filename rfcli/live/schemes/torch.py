"""`torch:model.py:Net(depth=50)`, `torch:package.module:factory`: a module of PyTorch, traced."""

from __future__ import annotations

from rfcli.live.calling import network
from rfcli.live.loading import loaded
from rfcli.live.named import code

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.architecture import Architecture
    from rfcli.live.named import Named
    from rfcli.pipeline import Loading

NEEDS = ("torch",)
parsed = code


def architecture(named: Named, example: object, part: str | None, loading: Loading) -> Architecture:
    """The architecture of the module that a source names. Raises `CallError` and `DescriptionError`."""
    from rfcli.live.tracing import is_module, traced

    with loaded(named) as module:
        found = network(named, module, "a torch.nn.Module", is_module)
        return traced(named, found, example, part, loading)
