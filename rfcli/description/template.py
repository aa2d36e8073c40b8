"""Items of the text, each read once into a template: all its repetitions are made from that."""

from __future__ import annotations

from enum import Enum

from rfcli.description.evaluation import LOST_VALUE, Evaluator, Formula
from rfcli.description.format import ANY_KEY, BLOCK_USE, ITEMS, counter_of
from rfcli.description.nodes import LOST, Node, Problems
from rfcli.diagnostics import Near
from rfcli.layers._parameters import shown
from rfcli.layers._registry import LAYERS
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from rfcli.description.expressions import Environment
    from rfcli.description.nodes import Plain
    from rfcli.layers._layer import Layer


class Context(Value):
    """What holds for all items of a description; None where what says it is wrong."""

    axes: int | None
    parameters: Environment
    blocks: dict[str, Node] | None
    defaults: dict[str, Node] | None


class ItemKind(Enum):
    """What an item of the text is."""

    LAYER = "layer"
    BLOCK = "block"
    """The use of a block."""
    SEQUENCE = "sequence"
    RESIDUAL = "residual"
    BRANCHES = "branches"
    UNKNOWN = ""
    """What it is cannot be told, as something is wrong: one layer, `WRONG`, stands for it."""


ABOUT_ITEM = ("name", "when", "repeat", "inputs", "chain")
"""Keys that say something about an item of any kind, and nothing of what it holds."""

_ASIDE = frozenset([*ABOUT_ITEM, "with"])
"""Keys that may be wrong while what the item holds is known."""

_SAY_WHICH = frozenset(["name", "when", "repeat", ""])
"""Keys that say what an item's name is, and whether and how often it is there; "" is a wrong key that may be any."""

_STRUCTURE = ("type", "layers", "shortcut", "branches")
"""Keys whose values are no parameters."""


class Template:
    """An item of the text, read once."""

    __slots__ = (
        "chain", "counter", "holed", "inputs", "kind", "layers", "like", "name", "names", "node", "repeat", "single",
        "type", "vague", "values", "when",
    )  # fmt: skip

    def __init__(
        self, node: Node, kind: ItemKind, type: str, given: dict[str, Formula], holed: bool, vague: bool
    ) -> None:
        self.node, self.kind, self.type = node, kind, type
        self.single = kind is ItemKind.LAYER or kind is ItemKind.UNKNOWN
        """It becomes one layer, not a scope."""
        self.holed = holed
        """Something in it is wrong that is not its name, its inputs, or whether and how often it is there."""
        self.vague = vague
        """It has a wrong key that may be meant for its name, or for whether and how often it is there."""
        self.name = given.pop("name", None)
        self.when = given.pop("when", None)
        self.repeat = given.pop("repeat", None)
        self.counter = counter_of(node)
        """What its copies are counted by in expressions."""
        self.inputs = given.pop("inputs", None)
        self.chain = given.pop("chain", None)
        self.like = given.pop("like", None)
        self.values = given
        """The layer's parameters with its defaults, or the arguments of a block."""
        self.names = tuple(sorted({name for value in given.values() if value.names for name in value.names}))
        """The names that these values use."""
        self.layers: dict[str, Layer] = {}
        """Layers built so far, by the values of these names."""


class Templates:
    """Reads each item of a description once, when it is first asked for."""

    def __init__(self, context: Context, evaluate: Evaluator, problems: Problems) -> None:
        self.context, self.evaluate, self.problems = context, evaluate, problems
        self.known: dict[int, Template] = {}
        """Those read so far, by the `id` of the item."""

    def of(self, node: Node) -> Template:
        """The template of an item."""
        found = self.known.get(id(node))
        if found is None:
            found = self.known[id(node)] = self._template(node)
        return found

    def _template(self, node: Node) -> Template:
        value = node.value if node.value is not LOST else {"type": node}
        if "block" in value:
            given = self._values(value, ABOUT_ITEM)
            arguments = value.get("with")
            if arguments is not None and arguments.value is not LOST:
                given.update({f"with {key}": self.evaluate.read(one) for key, one in arguments.value.items()})
            kind = self._kind_of_use(value["block"])
            return Template(node, kind, "", given, *self._wrong_keys(value, BLOCK_USE))
        type_ = value["type"].value
        if type_ is LOST:
            given = self._values(value, ABOUT_ITEM)
            return Template(node, ItemKind.UNKNOWN, "", given, *self._wrong_keys(value, ANY_KEY))
        given = self._values(value, (key for key in value if key not in _STRUCTURE))
        kind = ItemKind.LAYER
        if type_ in LAYERS:
            given.update(self._defaults(type_, given))
        else:
            kind = ItemKind(type_)
            if kind is ItemKind.RESIDUAL and "shortcut" in value and type(value["shortcut"].value) is not list:
                given["shortcut"] = self.evaluate.read(value["shortcut"])
        return Template(node, kind, type_, given, *self._wrong_keys(value, ITEMS[type_]))

    def _values(self, value: dict[str, Node], keys: Iterable[str]) -> dict[str, Formula]:
        return {
            key: self.evaluate.read(_times(value[key]) if key == "repeat" else value[key])
            for key in keys
            if key in value
        }

    def _kind_of_use(self, node: Node) -> ItemKind:
        """What the use of a block is: unknown where it is not known which layers the block has."""
        name, blocks = node.value, self.context.blocks
        if name is LOST or blocks is None:
            return ItemKind.UNKNOWN
        if name not in blocks:
            self.problems.add(node, "RF204", f"there is no block {shown(name)}", Near(name, blocks))
            return ItemKind.UNKNOWN
        return ItemKind.UNKNOWN if blocks[name].value is LOST else ItemKind.BLOCK

    def _wrong_keys(self, value: dict[str, Node], known: Mapping[str, object]) -> tuple[bool, bool]:
        """Whether an item is holed, and whether it is vague."""
        if not self.problems:
            return False, False
        wrong = [key for key, node in value.items() if node.value is LOST]
        holed = any(key not in _ASIDE for key in wrong)
        meant = (self.problems.meant(key, known) for key in wrong if key not in known)
        return holed, any(key in _SAY_WHICH for key in meant)

    def _defaults(self, type: str, given: dict[str, Formula]) -> dict[str, Formula]:
        """The defaults of a layer type that an item does not give itself, evaluated in the document's scope."""
        if self.context.defaults is None:
            return {"": LOST_VALUE}
        node = self.context.defaults.get(type)
        if node is None:
            return {}
        if node.value is LOST:
            return {"": LOST_VALUE}
        exclusive = LAYERS[type].exclusive
        skipped = {*given, *(exclusive if any(key in given for key in exclusive) else ())}
        found = {}
        for key, value in node.value.items():
            if key not in skipped:
                plain = _as_text(self.evaluate.plain(value, self.context.parameters), value)
                found[key] = Formula(Node(plain, value.file, value.line, value.column))
        return found


def _times(repeat: Node) -> Node:
    """How often an item is repeated, where it is said together with the counter's name."""
    return repeat.value["times"] if type(repeat.value) is dict else repeat


def _as_text(plain: Plain, like: Node) -> Plain:
    """An evaluated value as the text has it, in nodes at the place of `like`; a dollar that is left is doubled."""
    if type(plain) is list:
        return [Node(_as_text(item, like), like.file, like.line, like.column) for item in plain]
    return plain.replace("$", "$$") if type(plain) is str else plain
