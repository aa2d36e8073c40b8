"""Operations on tensors, as layers of a description: what importers of traced programs share.

Each method takes maps and the name that its layer shall have, and returns the map that it makes. Where an operation has
no layer that reads exactly what it reads, it raises `Layout`, and importers make it a `custom` layer of an `unknown`
operation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.tracing.maps import MoreAxes, Origin, Role, Roles, Size, axes_of, default_roles
from rfcli.readers.tracing.merges import MergeOperations
from rfcli.readers.tracing.whole_map import WholeMapOperations
from rfcli.readers.tracing.windows import WindowOperations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TypeVar

    Made = TypeVar("Made", bound="Tracer")


class Tracer(WindowOperations, WholeMapOperations, MergeOperations):
    """Draws up a description from operations on maps: all families of them."""


def drafted(
    inputs: Mapping[str, Sequence[Size]], draft: Callable[[], Draft], run: Callable[[Made], None],
    kind: Callable[[Draft, int, dict[Origin, Role]], Made] = Tracer,  # type: ignore[assignment]
) -> Draft:  # fmt: skip
    """The description of a model whose inputs have the given shapes, as `run` makes it with a tracer of some kind;
    where its inputs turn out to have other roles than was thought, pools to be gates, or features to become a map of
    more axes, it is drawn up anew. Raises `ForeignError`."""
    roles: dict[Origin, Role] = {}
    least = 1
    for _ in range(4 + 2 * len(inputs)):
        used = [roles.get((name, at), usual) for name, shape in inputs.items()
                for at, usual in enumerate(default_roles(len(shape)))]  # fmt: skip
        axes = max(least, axes_of(used))
        if axes > 3:
            raise ForeignError(f"an input has {axes} axes beside batch and channels: rf knows 1 to 3")
        made = draft()
        try:
            tracer = kind(made, axes, roles)
            run(tracer)
            if not tracer.gates:
                return made
            roles |= tracer.gates
        except Roles as found:
            roles |= found.roles
        except MoreAxes as more:
            least = more.count
    raise ForeignError("the inputs have no consistent order of dimensions")
