"""`flatten` spells a document out: sequences, residuals, branches, repeats and names by plain recursion, for the oracle to read."""

from oracle.rules import Invalid, Network

STRUCTURES = ("sequence", "residual", "branches")


def flatten(document, size=None):
    """The flat network of a document; `size` stands in for unknown input sizes."""
    return Expansion(document, size).network()


def scopes(document):
    """What each scope's path stands for; one that ends in `merge: none` stands for nothing."""
    outputs = Expansion(document, None).stands_for
    return {path: output for path, output in outputs.items() if output not in (path, None)}


class Scope:
    """Where names are given: a path, and how often each type has been used there."""

    def __init__(self, path=""):
        self.path = path
        self.counts = {}

    def join(self, name):
        return f"{self.path}/{name}" if self.path else name

    def numbered(self, kind):
        """The name of an unnamed layer or branch: type_1, type_2, ..."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        return f"{kind}_{self.counts[kind]}"

    def merge_name(self, kind):
        """The name of a merge that a structure makes: add, add_2, ..."""
        self.counts["merge", kind] = self.counts.get(("merge", kind), 0) + 1
        count = self.counts["merge", kind]
        return kind if count == 1 else f"{kind}_{count}"


class Expansion:
    """A document on its way to a flat network."""

    def __init__(self, document, size=None):
        self.dims = dims_of(document)
        self.inputs = {
            name: {"size": known_size(given.get("size"), self.dims, size), "channels": given["channels"]}
            for name, given in inputs_of(document).items()
        }
        self.layers = []
        self.stands_for = {name: name for name in self.inputs}
        first = next(iter(self.inputs)) if len(self.inputs) == 1 else None
        self.items(document["layers"], Scope(), first)

    def network(self):
        return Network(self.inputs, self.layers)

    def items(self, items, scope, previous):
        """Expand a list; returns the name of its last output (`previous` when empty)."""
        for item in items:
            for instance in repeated(item):
                previous = self.item(instance, scope, previous)
        return previous

    def item(self, item, scope, previous):
        given = item.get("inputs")
        sources = [self.resolve(name, scope) for name in given] if given else [previous]
        if None in sources:
            raise Invalid("no previous layer to take")
        if item["type"] not in STRUCTURES:
            return self.layer(item, scope, sources)
        inner = Scope(scope.join(item["name"])) if "name" in item else scope
        output = getattr(self, item["type"])(item, inner, sources[0])
        if "name" in item:
            self.give(inner.path, output)
        return output

    def give(self, path, output):
        """A path stands for an output, once."""
        if path in self.stands_for:
            raise Invalid(f"{path} is there twice")
        self.stands_for[path] = output

    def layer(self, item, scope, sources):
        name = scope.join(item.get("name") or scope.numbered(item["type"]))
        layer = {**item, "name": name, "inputs": sources}
        if "like" in item:
            layer["like"] = self.resolve(item["like"], scope)
        self.layers.append(layer)
        self.give(name, name)
        return name

    def sequence(self, item, scope, source):
        return self.items(item["layers"], scope, source)

    def residual(self, item, scope, source):
        body = self.items(item["layers"], scope, source)
        if item.get("shortcut") is False:
            return body
        shortcut = self.items(item.get("shortcut") or [], scope, source)
        return self.merge(item.get("merge", "add"), scope, [body, shortcut])

    def branches(self, item, scope, source):
        ends = []
        for name, items in named_branches(item["branches"], scope):
            inner = Scope(scope.join(name))
            ends.append(self.items(items, inner, source))
            self.give(inner.path, ends[-1])
        if item["merge"] == "none":
            return None
        return self.merge(item["merge"], scope, ends)

    def merge(self, kind, scope, sources):
        return self.layer({"type": kind, "name": scope.merge_name(kind)}, scope, sources)

    def resolve(self, name, scope):
        """A name in its own scope first, then outwards."""
        path = scope.path
        while path and f"{path}/{name}" not in self.stands_for:
            path = path.rpartition("/")[0]
        output = self.stands_for[f"{path}/{name}" if path else name]
        if output is None:
            raise Invalid(f"{name} has no single output, after `merge: none`")
        return output


def inputs_of(document):
    return document["inputs"] if "inputs" in document else {"input": document["input"]}


def dims_of(document):
    for given in inputs_of(document).values():
        if isinstance(given.get("size"), list):
            return len(given["size"])
        if "dims" in given:
            return given["dims"]
    return 2


def known_size(size, dims, stand_in):
    sizes = size if isinstance(size, list) else [size] * dims
    return [stand_in if n is None else n for n in sizes]


def named_branches(branches, scope):
    if isinstance(branches, dict):
        return list(branches.items())
    return [(scope.numbered("branch"), items) for items in branches]


def repeated(item):
    """The instances of an item with `repeat`."""
    if "repeat" not in item:
        return [item]
    plain = {key: value for key, value in item.items() if key != "repeat"}
    if "name" not in item:
        return [plain] * item["repeat"]
    return [{**plain, "name": f"{item['name']}_{i}"} for i in range(1, item["repeat"] + 1)]
