"""Steps of ATen that move entries, followed until these lie at their positions again."""

from collections.abc import Set

from rfcli.readers.torch.layout import RESHAPES
from rfcli.readers.torch.masks import Numbers
from rfcli.readers.torch.nodes import COPIES, Argument, Node, operation_of, shapes_of
from rfcli.readers.tracing.maps import Constant, Layout, Map
from rfcli.readers.tracing.moved import IN_ALL, MOST, MOST_STEPS, atoms_of, in_place
from rfcli.readers.tracing.tracer import Tracer

MOVING = {
    *RESHAPES, *COPIES, "pad", "constant_pad_nd", "slice", "slice_copy", "narrow", "narrow_copy", "select", "permute",
    "transpose", "cat", "unsqueeze", "squeeze", "expand",
}  # fmt: skip


class Chain:
    """The steps that begin with a node, which takes one map; `live` are the nodes that results depend on. So many
    entries are left to be followed."""

    def __init__(self, numbers: Numbers, live: Set[Node]) -> None:
        self.numbers, self.live, self.left = numbers, live, IN_ALL

    def moved(self, tracer: Tracer, name: str, node: Node, values: dict[Node, Argument]) -> dict[Node, Map | None]:
        """What the steps make: the map that the last of them makes, and None for all before; nothing where they lead
        nowhere. Raises `Layout`."""
        source = self._source(node)
        x = values.get(source) if source is not None else None
        if not isinstance(x, Map) or atoms_of(x) is None or source is None:
            return {}
        (shape,) = shapes_of(source)
        library, steps = self.numbers.library, list[Node]()
        before, numbered = source, library.arange(_count(shape)).reshape([*shape]) + 1
        while len(steps) < MOST_STEPS and self._source(node) is before and not self._weighs(node, before, values):
            given = {one: numbered if one is before else self.numbers.of(one) * 0 for one in node.all_input_nodes}
            numbered = self.numbers.made(node, given)
            steps.append(node)
            self.left -= _count(numbered.shape)
            if self.left < 0:
                break
            made = in_place(tracer, name, x, [*numbered.shape], numbered.reshape([-1]).tolist())
            if made is not None:
                return {**dict.fromkeys(steps), node: made}
            users = [one for one in node.users if one in self.live]
            if len(users) != 1:
                break
            before, node = node, users[0]
        return {}

    def _source(self, node: Node) -> Node | None:
        """The one node that depends on an input of those that a step takes."""
        if node.op != "call_function" or operation_of(node) not in MOVING or len(shapes_of(node)) != 1:
            return None
        found = [one for one in node.all_input_nodes if one in self.numbers.tainted]
        return found[0] if len(found) == 1 and len(shapes_of(found[0])) == 1 else None

    def _weighs(self, node: Node, before: Node, values: dict[Node, Argument]) -> bool:
        """Whether a step puts weights beside the entries."""
        others = (values.get(one) for one in node.all_input_nodes if one is not before)
        return any(isinstance(one, Constant) and any(count for _, count in one.weights) for one in others)


def _count(shape: tuple[int, ...]) -> int:
    """Entries of a tensor. Raises `Layout` where they are too many."""
    count = 1
    for n in shape:
        count *= n
    if count > MOST:
        raise Layout("too many entries are moved")
    return count
