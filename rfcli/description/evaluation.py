"""Values of the text, their expressions evaluated for the names that are known where they stand."""

from __future__ import annotations

from rfcli.description.expressions import ExpressionError, expression
from rfcli.description.nodes import LOST, File, Node, Problems, Reported, lost
from rfcli.layers._parameters import integral, shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from rfcli.description.expressions import Environment
    from rfcli.description.nodes import Plain

NO_NAMES: frozenset[str] = frozenset()


class Located(Exception):
    """An expression's error with the node it is in."""

    def __init__(self, node: Node, error: ExpressionError) -> None:
        super().__init__(str(error))
        self.node, self.error = node, error


class Values:
    """A node's value with expressions evaluated: `of(environment)`; `names` are those it uses."""

    __slots__ = ("_items", "_kind", "_plain", "names", "node")

    def __init__(self, node: Node) -> None:
        self.node = node
        self.names = NO_NAMES
        self._plain = value = node.value
        self._kind = "plain"
        if type(value) is list:
            self._items: Plain = [Values(item) for item in value]
            self.names = NO_NAMES.union(*(part.names for part in self._items))
            self._kind = "list"
        elif type(value) is str and "$" in value:
            try:
                read = expression(value)
            except ExpressionError as error:
                raise Located(node, error) from None
            self.names, self._items, self._kind = read.names, read.evaluate, "expression"
        elif value is LOST:
            self._items, self._kind = _reported, "expression"

    @property
    def parts(self) -> list[Values]:
        """The items of a list."""
        return self._items if self._kind == "list" else []

    @property
    def computed(self) -> bool:
        """Whether an expression has a part in the value."""
        return self._kind == "expression" or (self._kind == "list" and any(part.computed for part in self._items))

    def of(self, env: Environment) -> Plain:
        """The value; raises `Located`, and `Reported` where it depends on what is lost."""
        if self._kind == "plain":
            return self._plain
        if self._kind == "list":
            return [part.of(env) for part in self._items]
        try:
            return self._items(env)
        except ExpressionError as error:
            raise Located(self.node, error) from None
        except RecursionError:
            raise Located(self.node, ExpressionError("an expression nested too deep")) from None


def _reported(env: Environment) -> Plain:
    raise Reported


LOST_VALUE = Values(Node(LOST, File(""), 0, 0))
"""A value that is not known."""


class Evaluator:
    """Evaluates values, and adds what is wrong with them."""

    __slots__ = ("problems",)

    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def read(self, node: Node) -> Values:
        """A value of the text; a lost one, with the problem added, where an expression cannot be read."""
        try:
            return Values(node)
        except Located as located:
            self.add(located)
            return Values(lost(node))

    def add(self, located: Located) -> None:
        """Adds an expression's error."""
        self.problems.add(located.node, "RF207", str(located), located.error.help)

    def value(self, values: Values, env: Environment) -> Plain:
        """A value for an environment. Raises `Reported`, with the problem added, where an expression is wrong."""
        try:
            return values.of(env)
        except Located as located:
            self.add(located)
            raise Reported from None

    def value_or_lost(self, values: Values, env: Environment) -> Plain:
        """A value for an environment; `LOST`, with the problem added, where an expression is wrong."""
        try:
            return self.value(values, env)
        except Reported:
            return LOST

    def plain(self, node: Node, env: Environment) -> Plain:
        """A scalar or list of the text for an environment; `LOST`, with the problem added, where it is wrong."""
        return self.value_or_lost(self.read(node), env)

    def boolean(self, values: Values, env: Environment, what: str) -> bool:
        """A value that must be true or false. Raises `Reported`."""
        value = self.value(values, env)
        if type(value) is not bool:
            said = f"{what} must be true or false, is {shown(value)}"
            self.problems.add(values.node, "RF208", said, "compare: $(stride > 1)")
            raise Reported
        return value

    def integer(self, values: Values, env: Environment, what: str, minimum: int) -> int:
        """A value that must be an integer. Raises `Reported`."""
        value = integral(self.value(values, env))
        if type(value) is not int or value < minimum:
            said = f"{what} must be an integer of at least {minimum}, is {shown(value)}"
            self.problems.add(values.node, "RF208", said)
            raise Reported
        return value
