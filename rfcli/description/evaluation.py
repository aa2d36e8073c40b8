"""Values as the text has them, and their expressions evaluated for the names that are known there."""

from __future__ import annotations

from rfcli.description.expressions import ExpressionError, expression
from rfcli.description.nodes import LOST, File, Node, Problems, Reported, lost
from rfcli.layers._parameters import integral, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.expressions import Environment
    from rfcli.description.nodes import Plain
    from rfcli.diagnostics import Near, Said

NO_NAMES: frozenset[str] = frozenset()


class LocatedError(Exception):
    """An expression's error with the node it is in."""

    def __init__(self, node: Node, error: ExpressionError) -> None:
        super().__init__(str(error))
        self.node, self.error = node, error


class Formula:
    """A value as the text has it: `of(environment)` evaluates its expressions; `names` are those that they use."""

    __slots__ = ("_items", "_kind", "_plain", "names", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.names = NO_NAMES
        self._plain = value = node.value
        self._kind = "plain"
        if type(value) is list:
            self._items: Plain = [Formula(item) for item in value]
            self.names = NO_NAMES.union(*(part.names for part in self._items))
            self._kind = "list"
        elif type(value) is str and "$" in value:
            try:
                read = expression(value)
            except ExpressionError as error:
                raise LocatedError(node, error) from None
            self.names, self._items, self._kind = read.names, read.evaluate, "expression"
        elif value is LOST:
            self._items, self._kind = _reported, "expression"

    @property
    def parts(self) -> list[Formula]:
        """The items of a list."""
        return self._items if self._kind == "list" else []

    @property
    def computed(self) -> bool:
        """Whether an expression has a part in the value."""
        return self._kind == "expression" or (self._kind == "list" and any(part.computed for part in self._items))

    def of(self, env: Environment) -> Plain:
        """The value; raises `LocatedError`, and `Reported` where it depends on what is lost."""
        if self._kind == "plain":
            return self._plain
        if self._kind == "list":
            return [part.of(env) for part in self._items]
        try:
            return self._items(env)
        except ExpressionError as error:
            raise LocatedError(self.node, error) from None
        except RecursionError:
            raise LocatedError(self.node, ExpressionError("an expression nested too deep")) from None


def _reported(env: Environment) -> Plain:
    raise Reported


LOST_VALUE = Formula(Node(LOST, File(""), 0, 0))
"""A value that is not known."""


class Evaluator:
    """Evaluates values, and adds what is wrong with them."""

    __slots__ = ("problems",)

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def read(self, node: Node) -> Formula:
        """A value of the text; a lost one, with the problem added, where an expression cannot be read."""
        try:
            return Formula(node)
        except LocatedError as located:
            self.add(located)
            return Formula(lost(node))

    def add(self, located: LocatedError) -> None:
        """Adds an expression's error."""
        node = located.node
        said: str | Near | Said = located.error.help
        if type(node.value) is str and "${" in node.value:
            from rfcli.description.expressed import formula, write

            meant = formula(node.value)
            said = write(node, *meant) if meant is not None else said
        self.problems.add(node, "RF207", str(located), said)

    def value(self, formula: Formula, env: Environment) -> Plain:
        """A value for an environment. Raises `Reported`, with the problem added, where an expression is wrong."""
        try:
            return formula.of(env)
        except LocatedError as located:
            self.add(located)
            raise Reported from None

    def value_or_lost(self, formula: Formula, env: Environment) -> Plain:
        """A value for an environment; `LOST`, with the problem added, where an expression is wrong."""
        try:
            return self.value(formula, env)
        except Reported:
            return LOST

    def plain(self, node: Node, env: Environment) -> Plain:
        """A scalar or list of the text for an environment; `LOST`, with the problem added, where it is wrong."""
        return self.value_or_lost(self.read(node), env)

    def boolean(self, formula: Formula, env: Environment, what: str) -> bool:
        """A value that must be true or false. Raises `Reported`."""
        value = self.value(formula, env)
        if type(value) is not bool:
            self._unfit(formula, f"{what} must be true or false", value, env, "compare: $(stride > 1)")
            raise Reported
        return value

    def integer(self, formula: Formula, env: Environment, what: str, minimum: int) -> int:
        """A value that must be an integer. Raises `Reported`."""
        value = integral(self.value(formula, env))
        if type(value) is not int or value < minimum:
            self._unfit(formula, f"{what} must be an integer of at least {minimum}", value, env, "")
            raise Reported
        return value

    def _unfit(self, formula: Formula, expected: str, value: Plain, env: Environment, help: str) -> None:
        """Adds that a value is not what is expected."""
        from rfcli.description.expressed import given_said, is_mixed, mixed_said

        node = formula.node
        if is_mixed(node.value):
            self.problems.add(node, "RF208", f"{expected}, is the text {shown(node.value)}", mixed_said(node, env))
        else:
            self.problems.add(node, "RF208", f"{expected}, is {shown(value)}", given_said(node, value, env) or help)
