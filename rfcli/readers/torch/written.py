"""Parameters that a module writes as it runs, such as `self.weight.data *= self.mask`: torch cannot trace that.

While `Rewritten` is active, a write makes a new value instead, which stands for the parameter from then on.
"""

from collections.abc import Mapping
from typing import Any

from rfcli import extras


class _Values:
    """What stands for each parameter by now, also where a tensor is its `data`."""

    def __init__(self, parameter: Any) -> None:
        self.parameter = parameter
        self.values: dict[int, Any] = {}
        self.owners: dict[int, Any] = {}
        self.kept: list[Any] = []
        """Whatever is known by its number has to stay."""

    def owner(self, one: Any) -> Any:
        """The parameter that a tensor is, or is the data of."""
        return one if isinstance(one, self.parameter) else self.owners.get(id(one))

    def owned(self, owner: Any, value: Any) -> Any:
        self.kept += [owner, value]
        self.owners[id(value)] = owner
        return value

    def set(self, owner: Any, value: Any) -> None:
        self.kept += [owner, value]
        self.values[id(owner)] = value

    def now(self, one: Any) -> Any:
        """What stands for a tensor by now."""
        owner = self.owner(one)
        return one if owner is None else self.values.get(id(owner), one)

    def all(self, given: Any) -> Any:
        """What stands for the tensors among arguments by now."""
        if isinstance(given, Mapping):
            return {key: self.all(one) for key, one in given.items()}
        if type(given) in (tuple, list):
            return type(given)(self.all(one) for one in given)
        return self.now(given)


def rewritten() -> Any:
    """A context in which parameters are not written, but replaced."""
    torch = extras.torch()
    Tensor, known = torch.Tensor, _Values(torch.nn.Parameter)

    class Rewritten(torch.overrides.TorchFunctionMode):  # type: ignore[misc,name-defined]
        """Follows parameters, and what their `data` is, by the values that they have been given."""

        def __torch_function__(self, function: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
            kwargs, owner = kwargs or {}, known.owner(args[0] if args else None)
            name = getattr(function, "__name__", "")
            if owner is not None and function == Tensor.data.__get__:
                return known.owned(owner, known.now(owner).detach())
            if owner is not None and function == Tensor.data.__set__:
                return known.set(owner, known.now(args[1]))
            plain = _out_of_place(name) if owner is not None else ""
            if plain == "__setitem__":
                value = known.now(owner).clone()
                value[known.all(args[1])] = known.now(args[2])
                return known.set(owner, value)
            if plain and hasattr(Tensor, plain):
                made = getattr(Tensor, plain)(known.now(owner), *known.all(args[1:]), **known.all(kwargs))
                known.set(owner, made)
                return known.owned(owner, made)
            return function(*known.all(args), **known.all(kwargs))

    return Rewritten()


def _out_of_place(name: str) -> str:
    """The operation that does the same as one in place, but makes a new tensor; "" for any other."""
    if name == "__setitem__" or (name.startswith("__i") and name[3:-2] in _OPERATORS):
        return name if name == "__setitem__" else f"__{name[3:]}"
    return name[:-1] if name.endswith("_") and not name.endswith("__") and name != "requires_grad_" else ""


_OPERATORS = frozenset(["mul", "add", "sub", "truediv", "and"])
