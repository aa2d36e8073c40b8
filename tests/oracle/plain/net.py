"""A network in the words of a description, expanded for what the generator writes, with the sizes of its maps."""

from __future__ import annotations

from oracle.plain import costs
from oracle.plain.steps import MERGES, PAIRED, Step, Unfit, paired, step, taps_left


class Net:
    """Layers by full name, in order. `items` are those of a description; `given` its inputs, sizes as lists."""

    def __init__(self, document, mode="eval", size=None):
        self.mode = mode
        self.inputs = {}
        given = document["inputs"] if "inputs" in document else {"input": document["input"]}
        for name, each in given.items():
            self.inputs[each.get("name", name)] = each
        self.dims = dims_of(given)
        self.size = {name: list(size or as_list(each.get("size"), self.dims)) for name, each in self.inputs.items()}
        self.channels = {name: each["channels"] for name, each in self.inputs.items()}
        self.layers, self.sources, self.steps = {}, {}, {}
        self.mixed, self.mixed_whole = {}, {}
        self.only = {name: [False] * self.dims for name in self.inputs}
        self.ends = {name: name for name in self.inputs}
        self.counts = {}
        self.last = next(iter(self.inputs)) if len(self.inputs) == 1 else None
        self.defaults = document.get("defaults", {})
        for item in document["layers"]:
            self.last = self.item(item, "", self.last)

    # --- expansion ---

    def item(self, item, scope, before):
        """Add an item, as often as it is repeated; its last output."""
        for i in range(1, item.get("repeat", 1) + 1):
            one = {key: value for key, value in item.items() if key != "repeat"}
            if "repeat" in item and "name" in item:
                one["name"] = f"{item['name']}_{i}"
            if item.get("chain") and i > 1:
                del one["inputs"]
            before = self.once(one, scope, before)
        return before

    def once(self, item, scope, before):
        sources = [self.resolve(name, scope) for name in item["inputs"]] if "inputs" in item else [before]
        kind = item["type"]
        if kind not in ("sequence", "residual", "branches"):
            return self.layer(item, scope, sources)
        inner = self.path(scope, item["name"]) if "name" in item else scope
        end = getattr(self, f"a_{kind}")(item, inner, sources[0])
        if "name" in item:
            self.scope(inner, end)
        return end

    def scope(self, name, end):
        """A scope stands for its last output."""
        if name in self.ends:
            raise Unfit(f"{name} is there twice")
        self.ends[name] = end

    def a_sequence(self, item, scope, before):
        for each in item["layers"]:
            before = self.item(each, scope, before)
        return before

    def a_residual(self, item, scope, before):
        body = self.a_sequence(item, scope, before)
        if item.get("shortcut") is False:
            return body
        skip = self.a_sequence({"layers": item.get("shortcut") or []}, scope, before)
        return self.layer({"type": item.get("merge", "add"), "merge": True}, scope, [body, skip])

    def a_branches(self, item, scope, before):
        branches = item["branches"]
        if not isinstance(branches, dict):
            branches = {self.numbered("branch", scope): layers for layers in branches}
        ends = []
        for name, layers in branches.items():
            inner = self.path(scope, name)
            ends.append(self.a_sequence({"layers": layers}, inner, before))
            self.scope(inner, ends[-1])
        if item["merge"] == "none":
            return None
        return self.layer({"type": item["merge"], "merge": True}, scope, ends)

    def path(self, scope, name):
        return f"{scope}/{name}" if scope else name

    def numbered(self, kind, scope):
        self.counts[scope, kind] = self.counts.get((scope, kind), 0) + 1
        return f"{kind}_{self.counts[scope, kind]}"

    def name_of(self, item, scope):
        """A merge of a scope is called by its type; the second one `add_2`."""
        if item.get("merge") is True:
            name = self.numbered(item["type"] + " of a scope", scope)
            number = int(name.rpartition("_")[2])
            return item["type"] if number == 1 else f"{item['type']}_{number}"
        return item.get("name") or self.numbered(item["type"], scope)

    def resolve(self, name, scope):
        while scope and self.path(scope, name) not in self.ends:
            scope = scope.rpartition("/")[0]
        return self.ends[self.path(scope, name)]

    # --- sizes, channels and steps ---

    def layer(self, item, scope, sources):
        name = self.path(scope, self.name_of(item, scope))
        if name in self.ends or None in sources:
            raise Unfit(f"{name} is there twice, or takes nothing")
        layer = {**self.defaults.get(item["type"], {}), **item}
        if "mask" in layer:
            layer["taps"] = taps_left(layer, self.dims)
        if "along" in layer:
            layer["along"] = "dhw"[-self.dims :].index(layer["along"])
        like = self.resolve(layer["like"], scope) if "like" in layer else None
        if "like" in layer and like is None:
            raise Unfit(f"{name} takes the size of branches that are not merged")
        self.layers[name], self.sources[name] = layer, sources
        axes = range(self.dims)
        made = [self.along(name, layer, axis, sources, like) for axis in axes]
        self.size[name] = [m for m, _ in made]
        self.steps[name] = [steps for _, steps in made]
        self.only[name] = [self.nothing_local(name, axis) for axis in axes]
        flat = 1
        for n in self.size[sources[0]]:
            flat *= n
        counts = [self.channels[s] for s in sources]
        self.mixed[name] = costs.sources(layer, counts, self.dims, flat)
        self.mixed_whole[name] = costs.whole_sources(layer, counts, self.mixed[name])
        self.channels[name] = len(self.mixed[name])
        self.ends[name] = name
        return name

    def along(self, name, layer, axis, sources, like):
        """(outputs, a Step for each input) of a layer along an axis."""
        if layer["type"] in PAIRED:
            return paired(layer, axis, *(self.size[s][axis] for s in sources))
        if layer["type"] not in MERGES:
            wanted = None if like is None else self.size[like][axis]
            m, found = step(layer, axis, self.size[sources[0]][axis], wanted, self.mode)
            return m, [found]
        sizes = {self.size[s][axis] for s in sources if not (self.size[s][axis] == 1 and self.only[s][axis])}
        if len(sizes) > 1:
            raise Unfit(f"{name}: sizes that differ")
        m = sizes.pop() if sizes else 1
        return m, [self.passed(self.size[s][axis], m) for s in sources]

    def passed(self, n, m):
        """What a merge takes of an input: the sample itself, or the only one there is."""
        return Step(lambda o: [o]) if n == m else Step(lambda o: [0], 0, 1)

    def nothing_local(self, name, axis):
        return all(
            self.only[source][axis] or found.whole == "only"
            for source, found in zip(self.sources[name], self.steps[name][axis], strict=True)
        )

    def cost(self, name):
        """params, macs, flops."""
        source = self.sources[name][0]
        c_in, c_out, n_in, n_out = self.channels[source], self.channels[name], self.size[source], self.size[name]
        layer = self.layers[name]
        return (
            costs.params(layer, self.dims, c_in, c_out, n_in),
            costs.macs(layer, self.dims, c_in, c_out, n_in, n_out),
            costs.flops(layer, self.dims, c_in, c_out, n_in, n_out),
        )


def dims_of(given):
    for each in given.values():
        if isinstance(each.get("size"), list):
            return len(each["size"])
        if "dims" in each:
            return each["dims"]
    return 2


def as_list(size, dims):
    return size if isinstance(size, list) else [size] * dims
