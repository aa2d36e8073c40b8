"""A network as the Python source of a torch module: readable, and imports nothing but torch."""

import re
from collections.abc import Callable

from rfcli.diagnostics import printable
from rfcli.graph.graph import Graph
from rfcli.layers._registry import LAYERS
from rfcli.writers.places import UNTOLD, Place, expressed
from rfcli.writers.torch import merges, parts, pointwise, recurrent, resizing, weights, whole_map, windows  # noqa: F401
from rfcli.writers.torch.classes import Modules
from rfcli.writers.torch.modules import module
from rfcli.writers.torch.python import Expression, joined
from rfcli.writers.torch.support import HELPERS
from rfcli.writers.torch.written import Written

TARGET = "torch"
RESERVED = frozenset((
    "T_destination", "add_module", "apply", "bfloat16", "buffers", "call_super_init", "children", "compile", "cpu",
    "cuda", "double", "dump_patches", "eval", "extra_repr", "float", "forward", "get_buffer", "get_extra_state",
    "get_parameter", "get_submodule", "half", "ipu", "load_state_dict", "modules", "mtia", "named_buffers",
    "named_children", "named_modules", "named_parameters", "parameters", "register_backward_hook", "register_buffer",
    "register_forward_hook", "register_forward_pre_hook", "register_full_backward_hook",
    "register_full_backward_pre_hook", "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook",
    "register_module", "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook",
    "requires_grad_", "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train",
    "training", "type", "xpu", "zero_grad",
))  # fmt: skip
"""What `nn.Module` has, and so no submodule is called."""


def written(graph: Graph) -> str:
    """Source of a module that is the network. Raises `DescriptionError` with all layers that torch has nothing for."""
    return source(graph)[0]


def source(graph: Graph) -> tuple[str, dict[str, str]]:
    """The source, and by label the submodules that make just what their layers make."""
    found: dict[int, Written] = {}

    def express(place: Place) -> None:
        layer = module[place.layer.type](place)
        operands = [*place.sources, *(() if place.like is None else (place.like,))]
        found[place.number] = _fitted(place, layer, [one in found and found[one].flat for one in operands])

    expressed(graph, TARGET, express)
    modules = Modules(graph, found, RESERVED, set(HELPERS))
    classes = modules.classes(graph.architecture.name)
    needed = [name for name in HELPERS if _names(name, joined(classes))]
    helpers = [HELPERS[name][graph.architecture.axes].splitlines() for name in needed]
    text = joined([*helpers, *classes])
    imports = ["import torch"] if _names("torch", text) else []
    imports += ["import torch.nn.functional as F"] if _names("F", text) else []
    head = [f'"""{_title(graph)}"""', "", *imports, "from torch import Tensor, nn"]
    return joined([head, text.rstrip("\n").split("\n")]), modules.paths


def _names(name: str, text: str) -> bool:
    """Whether a source uses a name."""
    return re.search(rf"(?<![\w.]){name}[.(]", text) is not None


def _title(graph: Graph) -> str:
    """What the network is, in one line of a docstring."""
    name = printable(graph.architecture.name).replace("\\", "/").replace('"', "'")[:40].strip()
    shapes = []
    for one in graph.architecture.inputs:
        sizes = "x".join("?" if n is None else str(n) for n in (one.channels, *one.size))
        shapes.append(sizes if len(graph.inputs) == 1 else f"{one.name} {sizes}")
    listed = ", ".join(shapes[:3]) + (", ..." if len(shapes) > 3 else "")
    return f"{name}, for inputs (channels x sizes) of {listed}."[:80]


def _fitted(place: Place, layer: Written, flats: list[bool]) -> Written:
    """The layer with operands of the shape that it takes: (batch, features), or a map."""
    type = place.layer.type
    if type == "linear" and not flats[0]:
        shapes = ["torch.flatten({}, 1)"]
    elif not any(flats) or type in ("linear", "flatten"):
        return layer
    # Torch's batch norms of 2 and 3 axes take no features without a map.
    elif all(flats) and place.layer.flat and type != "batch_norm":
        return layer.replaced(flat=True)
    else:
        shapes = ["{}[:, :" + ", None" * place.axes + "]" if is_flat else "{}" for is_flat in flats]

    def result(self_: Callable[[str], str], operands: list[str]) -> Expression:
        return layer.result(self_, [shape.format(one) for shape, one in zip(shapes, operands, strict=True)])

    return layer.replaced(result=result)


module.hold(LAYERS.keys() - UNTOLD)
