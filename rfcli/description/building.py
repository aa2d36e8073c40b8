"""The layer of an item: its parameters worked out, and what is wrong with their values."""

from __future__ import annotations

from rfcli.description.nodes import LOST, Node
from rfcli.description.template import ItemKind, Template
from rfcli.diagnostics import counted
from rfcli.layers._layer import WRONG, Missing
from rfcli.layers._parameters import ParameterError, is_number, shown
from rfcli.layers._registry import LAYERS, layer_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.evaluation import Evaluator
    from rfcli.description.expressions import Environment
    from rfcli.description.nodes import Plain, Problems
    from rfcli.diagnostics import Said
    from rfcli.layers._layer import Layer


class Building:
    """Builds the layers of a network with so many axes; None where the input does not tell how many."""

    def __init__(self, evaluate: Evaluator, problems: Problems, axes: int | None) -> None:
        self.evaluate, self.problems, self.stated = evaluate, problems, axes
        self.axes = axes or 2

    def layer(self, item: Template, env: Environment) -> Layer:
        """The layer of an item; `WRONG`, with the problem added, where that cannot be."""
        given = {key: self.evaluate.value_or_lost(value, env) for key, value in item.values.items()}
        if item.like is not None:
            given["like"] = item.like.node.value
        if item.kind is ItemKind.UNKNOWN or LOST in given.values():
            return WRONG
        try:
            layer = layer_of(item.type, self.axes, given)
        except Missing as missing:
            from rfcli.description.mending import lacking_said

            key = missing.args[0]
            self.problems.add(item.node, "RF209", f"{item.type} needs '{key}'", lacking_said(item.type, key))
            return WRONG
        except ParameterError as error:
            if error.axes and self.stated is None:
                return WRONG
            value = item.values.get(error.parameter)
            where = value.node.at(error.path) if value is not None else item.node
            code = "RF301" if error.axes else "RF208" if value is not None and value.computed else "RF103"
            axes = counted(self.axes, "axis", "axes")
            help: str | Said = f"the network has {axes}, as its input's size or dims say" if error.axes else ""
            said = str(error)
            if error.axes and value is not None and not value.computed:
                from rfcli.description.entries import entries_said

                help = entries_said(value.node, error.parameter, self.axes) or help
            if error.axes and "'causal'" in said and self.axes == 2:
                help = f"{help}; of a signal say so by a list of one, input: {{size: [16000]}}, or by dims: 1"
            if code == "RF208":
                said, help = self._unfit(where, said, given[error.parameter], error.path, env)
                self._mixed(item, error.parameter, env)
            self.problems.add(where, code, f"{error.parameter} {said}", help)
            return WRONG
        contradiction = layer.contradiction()
        if contradiction is not None:
            self.problems.add(item.node, "RF308", contradiction)
            return WRONG
        return layer

    def _unfit(
        self, node: Node, said: str, value: Plain, path: tuple[int, ...], env: Environment
    ) -> tuple[str, str | Said]:
        """What is said of an expression whose value does not fit, and the help. Of a text with an expression in it the
        text is told, which is the same for all uses."""
        from rfcli.description.expressed import given_said, is_mixed, mixed_said

        for index in path:
            value = value[index] if type(value) is list else value
        if not is_mixed(node.value):
            return said, given_said(node, value, env)
        return said.removesuffix(f"is {shown(value)}") + f"is the text {shown(node.value)}", mixed_said(node, env)

    def _mixed(self, item: Template, told: str, env: Environment) -> None:
        """Tells the other parameters of a layer that are texts with an expression in them."""
        from rfcli.description.expressed import is_mixed, mixed_said

        for key, value in item.values.items():
            declared = LAYERS[item.type].parameters.get(key)
            if declared is not None and key != told and is_mixed(value.node.value) and is_number(declared.kind):
                said = f"{key} must be a number, is the text {shown(value.node.value)}"
                self.problems.add(value.node, "RF208", said, mixed_said(value.node, env))
