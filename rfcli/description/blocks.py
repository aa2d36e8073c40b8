"""Blocks of a description: their parameters, and the values that a use of one gives them."""

from __future__ import annotations

from rfcli.description.evaluation import Evaluator, Formula
from rfcli.description.expressions import ANY_NAME
from rfcli.description.format import BLOCK
from rfcli.description.nodes import LOST, Node, Problems
from rfcli.diagnostics import Near

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.expressions import Environment
    from rfcli.description.template import Context, Template


class Blocks:
    """The blocks of a description; the parameters of each are read once."""

    def __init__(self, context: Context, evaluate: Evaluator, problems: Problems) -> None:
        self.context, self.evaluate, self.problems = context, evaluate, problems
        self._parameters: dict[str, dict[str, Formula]] = {}
        self._open: set[str] = set()
        """Blocks whose parameters are not all known."""

    def used(self, use: Template) -> tuple[str, Node]:
        """The block of a use: its name and its text."""
        name = use.node.value["block"].value
        assert self.context.blocks is not None, "a use whose kind is known"
        return name, self.context.blocks[name]

    def parameters(self, name: str, block: Node) -> dict[str, Formula]:
        """A block's parameters and their defaults, as far as they are known."""
        if name not in self._parameters:
            declared = block.value.get("parameters")
            table = {} if declared is None or declared.value is LOST else declared.value
            self._parameters[name] = {key: self.evaluate.read(value) for key, value in table.items()}
            if any(
                node.value is LOST and (key not in BLOCK.keys or node is declared) for key, node in block.value.items()
            ):
                self._open.add(name)
        return self._parameters[name]

    def arguments(self, use: Template, env: Environment) -> Environment:
        """A block's environment: its parameters, then the document's; never the caller's counter."""
        name, block = self.used(use)
        parameters = self.parameters(name, block)
        inner = dict(self.context.parameters)
        if name in self._open:
            inner[ANY_NAME] = LOST
        sure = self._known(use, name, parameters)
        missing = []
        for key, default in parameters.items():
            own = use.values.get(f"with {key}")
            inner[key] = LOST
            if own is not None:
                inner[key] = self.evaluate.value_or_lost(own, env)
            elif default.node.value is None:
                missing.append(key)
            elif sure:
                inner[key] = self.evaluate.value_or_lost(default, inner)
        given = use.node.value.get("with")
        if missing and not use.holed and (given is None or given.value is not LOST):
            named = ", ".join(f"'{key}'" for key in missing)
            said = f"block '{name}' needs {'a value' if len(missing) == 1 else 'values'} for {named}"
            self.problems.add(use.node, "RF206", said, f"with: {{{missing[0]}: ...}}")
        return inner

    def _known(self, use: Template, name: str, parameters: dict[str, Formula]) -> bool:
        """Whether a use gives only parameters that the block has; if not, the problems are added."""
        given = use.node.value.get("with")
        sure = given is None or given.value is not LOST
        for key in use.values:
            key = key.removeprefix("with ")
            if key not in parameters and name not in self._open:
                sure = False
                said = f"block '{name}' has no parameter '{key}'"
                self.problems.add(given.key_span(key), "RF205", said, Near(key, parameters))
        return sure
