"""A description drawn up from a foreign model: what every importer fills in, layer by layer."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from rfcli.description.doubts import channels_in
from rfcli.description.names import sanitised
from rfcli.description.nodes import File, Node
from rfcli.layers._parameters import REQUIRED
from rfcli.layers._registry import LAYERS
from rfcli.values import Value

Plain = object
"""What JSON has: a scalar, a list, a mapping."""
Costs = Mapping[str, tuple[int | None, int | None]]
"""Of each of some layers the parameters and the multiply-accumulates, None where they are not known."""


class Usual(int):
    """A number of parameters that a layer has anyhow, if the channels and sizes before it are known."""


NESTED, ROWS = (dict, list), (list, tuple)
LISTS = ("mask", "indices")
"""Parameters whose lists have no entry for each axis."""


class ForeignError(Exception):
    """A model that cannot be read: what is wrong, the mend where it is known, and the place."""

    def __init__(self, message: str, help: str = "", at: Node | None = None) -> None:
        super().__init__(message)
        self.message, self.help, self.at = message, help, at


class Stated(Value):
    """What a layer states: its type, its inputs and its parameters."""

    type: str
    inputs: tuple[str, ...]
    given: dict[str, Plain]


class Draft:
    """A format-1 document in the making. Layers are named by what `input` and `add` return."""

    def __init__(self, file: File, name: str | None = None) -> None:
        self.file, self.name = file, name
        self.reference: str | None = None
        self.unused_params = 0
        """Trainable parameters that no layer uses."""
        self.unsized: bytes | None = None
        """The model's text, where more can be read in it once the sizes of its inputs are known."""
        self.reader = ""
        """The module that reads that text, where it is not the one that was asked."""
        self.places: dict[str, tuple[str, tuple[int | None, ...]]] = {}
        """Of each input the model's own name, and per axis its dimension there."""
        self.at: Node | None = None
        """The place of the layers that are added, where they name none."""
        self._inputs: dict[str, dict[str, Plain]] = {}
        self._layers: list[Node] = []
        self._outputs: list[str] | None = None
        self._taken: dict[str, int] = {}
        self._spare: set[str] = set()
        """Layers that are left out where nothing reads them."""
        self._places: dict[str, int] = {}
        """Where layers stand in the list."""
        self._stand_ins: dict[str, Costs] = {}
        """Layers that stand for others, with what these cost."""
        self._vague: set[str] = set()
        """Layers of which the channels are not known."""
        self._unsized: set[str] = set()
        """Those of which the sizes are not known."""

    def free_name(self, name: str, fallback: str) -> str:
        """A foreign name as one that is not taken: a second one gets `_2`."""
        wanted = sanitised(name, "") or sanitised(fallback, "layer")
        made = wanted
        while made in self._taken:
            self._taken[wanted] += 1
            made = f"{wanted}_{self._taken[wanted]}"
        self._taken[made] = 1
        return made

    def input(
        self, name: str, size: Sequence[int | None], channels: int | None = None,
        spacing: Sequence[float] | None = None, unit: str = "",
    ) -> str:  # fmt: skip
        """An input with samples per axis, in the order [depth,] height, width; None where unknown. They may be so far
        apart, in a unit."""
        made = self.free_name(name, "input")
        self._vague.update([made] if channels is None else [])
        self._unsized.update([made] if None in size else [])
        self._inputs[made] = {"size": list(size), **({} if channels is None else {"channels": channels})}
        if channels_in(size, channels) is not None:  # which dimensions are axes, a model states
            self._inputs[made]["dims"] = len(size)
        if spacing is not None:
            self._inputs[made] |= {"spacing": _shortened(spacing), **({"unit": unit} if unit else {})}
        return made

    def add(self, name: str, type: str, inputs: Iterable[str], at: Node | None = None, **parameters: Plain) -> str:
        """A layer; parameters that are None or the type's defaults are left out, lists that are alike on all axes
        become one value. `global_` stands for what is a keyword of Python. Returns the name that the layer has."""
        made, sources = self.free_name(name, type), list(inputs)
        declared = LAYERS[type].parameters
        keys: dict[str, Plain] = {"name": made, "type": type, "inputs": sources}
        known = self._knows(made, type, sources, parameters)
        for keyword, value in parameters.items():
            if value is None or (isinstance(value, Usual) and known):
                continue
            key = keyword.rstrip("_")
            short = value if key in LISTS else _shortened(value)
            if declared[key].default is REQUIRED or short != declared[key].default:
                short = int(short) if isinstance(short, Usual) else short
                keys[key] = short.replace("$", "$$") if isinstance(short, str) else short
        self._places[made] = len(self._layers)
        self._layers.append(self._node(keys, at or self.at))
        return made

    def stated(self, name: str) -> Stated | None:
        """What a layer states; None for an input."""
        at = self._places.get(name)
        if at is None:
            return None
        keys: dict[str, Node] = self._layers[at].value
        given = {key: one.plain() for key, one in keys.items() if key not in ("name", "type", "inputs")}
        return Stated(str(keys["type"].value), tuple(map(str, keys["inputs"].plain())), given)

    def in_order(self, names: Iterable[str]) -> list[str]:
        """Layers in the order in which they were added."""
        return sorted(names, key=self._places.__getitem__)

    def made_of(self, names: Collection[str]) -> set[str]:
        """Those layers, and all that read none but such ones."""
        found, first = set(names), min((self._places[one] for one in names), default=0)
        for layer in self._layers[first:]:
            if found.issuperset(layer.value["inputs"].plain()):
                found.add(layer.value["name"].value)
        return found

    def stands_for(self, name: str, costs: Costs) -> None:
        """Has a layer the costs of those that it stands for, but for those that are read elsewhere, too."""
        self._stand_ins[name] = costs

    def _knows(self, made: str, type: str, sources: Sequence[str], parameters: Mapping[str, Plain]) -> bool:
        """Whether a new layer knows the channels and sizes that its parameters depend on; notes which of its own are
        known."""
        lost = parameters.get("unknown") is not None
        unsized, vague = not self._unsized.isdisjoint(sources), not self._vague.isdisjoint(sources)
        own = parameters.get("filters", parameters.get("units"))
        if own is None and (lost or vague or (type == "flatten" and unsized)):
            self._vague.add(made)
        if parameters.get("size") is None if lost else unsized and "global" not in type:
            self._unsized.add(made)
        return not vague and not (unsized and parameters.get("axes") == "all")

    @property
    def unknown(self) -> int:
        """Layers of operations that are not known."""
        return sum("unknown" in layer.value for layer in self._layers)

    @property
    def unclear(self) -> bool:
        """Whether sizes of inputs that are not known may be why operations are not."""
        return not self._unsized.isdisjoint(self._inputs) and self.unknown > 0

    @property
    def count(self) -> int:
        """Layers that were added so far."""
        return len(self._layers)

    def behind(self, name: str, wanted: Collection[str]) -> list[str]:
        """Those of some layers that a layer depends on."""
        sources = {one.value["name"].value: one.value["inputs"].plain() for one in self._layers}
        seen, waiting = {name}, [name]
        while waiting:
            for source in sources.get(waiting.pop(), ()):
                if source not in seen:
                    seen.add(source)
                    waiting.append(source)
        return [one for one in wanted if one in seen]

    def between(self, last: str, first: str) -> list[str]:
        """Layers of one input each that lead from one to another, without the first."""
        sources = {one.value["name"].value: one.value["inputs"].plain() for one in self._layers}
        found = []
        while last != first and len(sources.get(last, ())) == 1:
            found.append(last)
            (last,) = sources[last]
        return found if last == first else []

    def undo(self, count: int) -> None:
        """Takes back all layers but the first `count`."""
        for layer in self._layers[count:]:
            for noted in (self._taken, self._places, self._stand_ins):
                noted.pop(layer.value["name"].value, None)
            self._spare.discard(layer.value["name"].value)
        del self._layers[count:]

    def spare(self, names: Iterable[str]) -> None:
        """Names layers that are left out where nothing reads them."""
        self._spare.update(names)

    def _needed(self) -> list[Node]:
        """All layers but the spare ones that nothing reads, where outputs are named."""
        if self._outputs is None or not self._spare:
            return self._layers
        read, kept = {*self._outputs}, list[Node]()
        for layer in reversed(self._layers):
            if layer.value["name"].value in self._spare - read:
                continue
            read.update(layer.value["inputs"].plain())
            read.add(layer.value["like"].value if "like" in layer.value else "")
            kept.append(layer)
        left = {layer.value["name"].value for layer in kept}
        return [self._with_costs(layer, left) for layer in reversed(kept)]

    def _with_costs(self, layer: Node, left: Collection[str]) -> Node:
        """A layer with what those cost that it stands for, and that are not left."""
        costs = self._stand_ins.get(layer.value["name"].value)
        if costs is None:
            return layer
        gone = [cost for name, cost in costs.items() if name not in left]
        for at, key in enumerate(("params", "macs")):
            each = [cost[at] for cost in gone]
            layer.value.pop(key, None)
            if None not in each:
                layer.value[key] = self._node(sum(one or 0 for one in each), layer)
        return layer

    def outputs(self, names: Iterable[str]) -> None:
        """The outputs, where they are not simply the layers that nothing reads."""
        self._outputs = list(dict.fromkeys(names))

    def node(self) -> Node:
        """The document, every value at the place of the foreign layer that it is from."""
        if not self._inputs:
            raise ForeignError("the model has no input")
        stated: dict[str, Plain] = {"format": 1}
        if self.name:
            stated["name"] = sanitised(self.name, "model")
        if self.reference:
            stated["reference"] = self.reference.replace("$", "$$")
        if self.unused_params:
            stated["unused_params"] = self.unused_params
        (name, given), *more = self._inputs.items()
        if more:
            stated["inputs"] = self._inputs
        else:
            stated["input"] = {**({} if name == "input" else {"name": name}), **given}
        document = {key: self._node(value, None) for key, value in stated.items()}
        document["layers"] = Node(self._needed(), self.file, 1, 1)
        if self._outputs is not None:
            document["outputs"] = self._node(self._outputs, None)
        return Node(document, self.file, 1, 1, dict.fromkeys(document, (1, 1)))

    def _node(self, value: Plain, at: Node | None) -> Node:
        line, column = (1, 1) if at is None else (at.line, at.column)
        file = self.file if at is None else at.file
        if isinstance(value, dict):
            # Line 0: a place in JSON, which is looked for only when there is something to report.
            keys = None if line == 0 else dict.fromkeys(value, (line, column))
            held = {
                key: self._node(one, at) if isinstance(one, NESTED) else Node(one, file, line, column)
                for key, one in value.items()
            }
            return Node(held, file, line, column, keys)
        if isinstance(value, list):
            return Node([self._node(one, at) for one in value], file, line, column)
        return Node(value, file, line, column)


def _shortened(value: Plain) -> Plain:
    """One value for all axes where they are alike."""
    if not isinstance(value, ROWS):
        return value
    axes = [_shortened(one) if isinstance(one, ROWS) else one for one in value]
    return axes[0] if all(one == axes[0] for one in axes) and not isinstance(axes[0], list) else axes
