"""The page's data read again, by what is said of its format alone: what JavaScript does, in Python."""

from itertools import product


class Page:
    """One network of a page."""

    def __init__(self, network):
        self.network, self.nodes, self.words = network, network["nodes"], network["words"]
        self.axes = range(len(network["axes"]))
        self.number = {name: at for at, name in enumerate(self.nodes["name"])}
        self.input = self.size(network["origin"])

    def size(self, node):
        return self.words["size"][self.nodes["size"][node]]

    def seen(self, node):
        at = self.nodes["seen"][node]
        return None if at is None else self.network["seen"][at]

    # --- what outputs see

    def _field(self, number, o):
        """The region by a field; the reason where it is not known."""
        field = self.network["fields"][number]
        if "unknown" in field:
            return field["unknown"]
        if "parts" in field:
            found = [one for part in field["parts"] if (one := self._field(part, o)) is not None]
            texts = [one for one in found if isinstance(one, str)]
            if texts:
                return texts[0]
            return [min(u for u, _ in found), max(v for _, v in found)] if found else None
        if "regions" in field:
            return field["regions"][o]
        turns, phase = divmod(o, len(field["phases"]))
        bounds = field["phases"][phase]
        return None if bounds is None else [end + turns * field["shift"] for end in bounds]

    def region(self, node, axis, o):
        local = self.seen(node)["local"][axis]
        return [0, self.input[axis] - 1] if local is None else self._field(local, o)

    def clipped(self, node, axis, o):
        region = self.region(node, axis, o)
        clip = self.seen(node)["clip"][axis]
        if clip >= 0:
            found = self.network["clips"][clip]
            if "unknown" in found:
                return found["unknown"]
            for first, count, *values in found["runs"]:
                if first <= o < first + count:
                    return moved(values, o - first)
        if region is None or isinstance(region, str):
            return region
        u, v = max(region[0], 0), min(region[1], self.input[axis] - 1)
        return [u, v] if u <= v else None

    def at(self, node, place):
        """Region and clipped region of an output, per axis."""
        regions = [self.region(node, axis, o) for axis, o in enumerate(place)]
        clipped = [self.clipped(node, axis, o) for axis, o in enumerate(place)]
        joint = self.seen(node).get("joint")
        if joint is not None:
            clipped = self._joint(joint, place, clipped)
        return self._nothing_or_all(node, regions), self._nothing_or_all(node, clipped)

    def _nothing_or_all(self, node, found):
        """What is nothing along one axis with a local path is nothing along all of them; without any, along all axes."""
        local = [axis for axis in self.axes if self.seen(node)["local"][axis] is not None] or list(self.axes)
        nothing = any(found[axis] is None for axis in local)
        return [None if nothing and axis in local else one for axis, one in enumerate(found)]

    def _joint(self, number, place, clipped):
        found = self.network["joint"][number]
        if "unknown" in found:
            return [found["unknown"]] * len(place)
        for run in found["runs"]:
            leading, (first, count), values = run[: len(place) - 1], run[len(place) - 1 :][:2], run[len(place) + 1 :]
            if leading == list(place[:-1]) and first <= place[-1] < first + count:
                ends = moved(values, place[-1] - first)
                return [None] * len(place) if ends is None else [ends[2 * at : 2 * at + 2] for at in self.axes]
        return [None] * len(place) if None in clipped else clipped

    # --- carried back through the layers between

    def points(self, node, place):
        """The points of the origin that an output behind masks reads, all axes together."""
        sets = {node: {tuple(place)}}
        for at in reversed(self.network["order"] or range(len(self.nodes["name"]))):
            if at not in sets or at == self.network["origin"]:
                continue
            via = self.network["via"].get(str(at), self.nodes["from"][at])
            rows = self.network["masks"].get(str(at))
            for number, source in enumerate(via):
                if not rows and min(self.words["reads"][self.nodes["reads"][at]][number]) < 0:
                    continue
                for kinds in rows or [self.words["reads"][self.nodes["reads"][at]][number]]:
                    for point in sets[at]:
                        along = [
                            self._on_map(
                                at, number, axis, taps(self.network["reads"][kinds[axis]], o), self.size(source)[axis]
                            )
                            for axis, o in enumerate(point)
                        ]
                        sets.setdefault(source, set()).update(product(*along))
        return sets.get(self.network["origin"], set())

    def carried(self, node, axis, o, clipped):
        """Node -> the set of its outputs that an output reads along an axis."""
        order = self.network["order"] or range(len(self.nodes["name"]))
        local = self.seen(node)["local"][axis] is not None
        sets = {node: {o}}
        for at in reversed(order):
            if at not in sets or at == self.network["origin"]:
                continue
            via = self.network["via"].get(str(at), self.nodes["from"][at])
            for source, reads in zip(via, self.words["reads"][self.nodes["reads"][at]], strict=False):
                found = self._read(at, via.index(source), source, reads[axis], axis, sets[at], local, clipped)
                if found:
                    sets.setdefault(source, set()).update(found)
        return sets

    def _read(self, at, place, source, kind, axis, outputs, local, clipped):
        if kind == -2 or (local and kind < 0):
            return set()
        n = self.size(source)[axis]
        sides = self.words["sides"][self.nodes["sides"][at]]
        if kind == -1 or (not local and sides and sides[axis] == 3):
            return set(range(n))
        reads = self.network["reads"][kind if kind >= 0 else -3 - kind]
        found = set()
        for o in outputs:
            found |= taps(reads, o)
        return self._on_map(at, place, axis, found, n) if clipped else found

    def _on_map(self, at, place, axis, found, n):
        inside = {i for i in found if 0 <= i < n}
        borders = self.words["borders"][self.nodes["borders"][at]]
        border = borders[place][axis] if borders else -1
        if border >= 0:
            border = self.network["borders"][border]
            positions = {p for start, stop in border["added"] for p in range(start, stop)}
            inside |= {standing(border, p) for p in found & positions}
        sides = self.words["sides"][self.nodes["sides"][at]]
        if sides and sides[axis] in (1, 2) and found:
            ends = (0, min(max(found), n - 1)) if sides[axis] == 1 else (max(min(found), 0), n - 1)
            inside |= set(range(ends[0], ends[1] + 1))
        return inside


def moved(values, by):
    """The ends of a run, moved so many steps; None where nothing is read."""
    half = len(values) // 2
    return [a + by * step for a, step in zip(values[:half], values[half:], strict=True)] or None


def taps(reads, o):
    """What an output reads."""
    turns, phase = divmod(o, len(reads["phases"]))
    if reads["phases"][phase] is None:
        return set()
    first, last, step = reads["phases"][phase]
    kept = int(reads["kept"][phase]) if "kept" in reads else 0
    found = enumerate(range(first, last + 1, step))
    return {i + turns * reads["shift"] for tap, i in found if not kept or kept >> tap & 1}


def standing(border, position):
    """The sample of a map that stands at a position beside it."""
    first, n = border["kept"][0], border["kept"][1] - border["kept"][0]
    at = position - first
    if border["mode"] == "circular":
        return first + at % n
    if border["mode"] == "replicate":
        return first + max(0, min(at, n - 1))
    there_and_back = [*range(n), *(range(n - 2, 0, -1) if border["mode"] == "reflect" else range(n - 1, -1, -1))]
    return first + there_and_back[at % len(there_and_back)]


def places(sizes):
    """All places of a map."""
    return product(*(range(n) for n in sizes))
