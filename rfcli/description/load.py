"""Text to `Architecture`: reading, `extends`, structure, parameters, expansion. Problems are collected, not raised."""

from __future__ import annotations

from rfcli import resources
from rfcli.description.architecture import NOWHERE, Architecture, Input, Reference
from rfcli.description.evaluation import NO_NAMES, Evaluator, Formula, LocatedError
from rfcli.description.expand import NOTHING, Expander, Stop
from rfcli.description.expressions import ANY_NAME
from rfcli.description.format import DEFAULTS, DOCUMENT, INPUT, ITEMS, check_document
from rfcli.description.names import network_name
from rfcli.description.nodes import LOST, Node, Problems, Reported, is_expression, lost
from rfcli.description.template import Context
from rfcli.diagnostics import Diagnostic, counted, did_you_mean
from rfcli.layers._parameters import integral, shown
from rfcli.values import Value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from rfcli.description.architecture import Unsized
    from rfcli.description.expressions import Environment
    from rfcli.description.limits import Limits
    from rfcli.description.nodes import Plain
    from rfcli.description.shapes import Key
    from rfcli.description.source import Document, Reader, Settings
    from rfcli.geometry.units import Spacing

MERGED = ("parameters", "blocks", "defaults")
"""Keys that `extends` merges by key; `expect` is not inherited, other keys replace."""
KEPT = ("expect", "check", "input", "inputs", "defaults", "outputs", "layers", "blocks", "parameters")
"""Keys whose places are kept for what looks at the text afterwards."""


class UnknownParameter(Exception):
    """A setting for a parameter that the description does not have; the message is for people."""

    def __init__(self, name: str, help: str) -> None:
        super().__init__(f"there is no parameter '{name}'" + (f" ({help})" if help else ""))
        self.name = name


class Prepared(Value):
    """A description as far as it is the same for all settings: its own text and, by key, what it says together with
    all that it extends."""

    root: Node
    keys: dict[str, Node]
    settings: Settings
    """The settings of the call that no foreign model has taken, which are meant for the parameters."""
    label: str
    limits: Limits
    model: Unsized | None = None


def architecture(
    document: Document,
    label: str,
    path: str | None,
    reader: Reader,
    problems: Problems,
    expanding: Callable[..., Expander] = Expander,
) -> Architecture | None:
    """The architecture that a document describes, or None where nothing can be said of it.

    Where problems are added, it only serves to find more of them: what is wrong counts as not known. `path` is the
    file's place on disk, beside which `extends` looks; `label` its name for people; `expanding` makes what expands it.
    Raises `UnknownParameter` for a setting that fits no parameter.
    """
    text = prepared(document, label, path, reader, problems)
    return None if text is None else described(text, text.settings, problems, expanding)


def prepared(document: Document, label: str, path: str | None, reader: Reader, problems: Problems) -> Prepared | None:
    """What a document says before anything in it is evaluated, or None where nothing can be said of it; as
    `architecture` takes it."""
    root, unread = document.root, bool(problems)
    if root is not None and document.drafted:  # wrong values are told when layers are built
        problems.sound = {*map(id, root.value["layers"].value)}
    if root is None or not check_document(root, problems) or unread:
        return None
    chain, settings = [root], document.settings
    if "extends" in root.value:
        from rfcli.description import extends

        extended = extends.chain(root, path, settings, reader, problems)
        if extended is None:
            return None
        chain, settings = extended
    keys = _inherited(chain, problems)
    return None if keys is None else Prepared(root, keys, settings, label, reader.limits, document.unsized)


def described(
    text: Prepared, settings: Settings, problems: Problems, expanding: Callable[..., Expander] = Expander
) -> Architecture | None:
    """The architecture that a text describes for some settings, expanded by what `expanding` makes. Raises
    `UnknownParameter` for a setting that fits no parameter."""
    root, keys, label, limits = text.root, text.keys, text.label, text.limits
    environment = _parameters(keys, settings, problems)
    evaluate = Evaluator(problems)
    axes, inputs, sized = _inputs(keys, environment, evaluate)
    context = Context(axes, environment, _table(keys, "blocks"), _defaults(keys, problems))
    expander = expanding(context, limits, problems)
    first = 0 if len(inputs) == 1 else NOTHING
    if not inputs:
        expander.blurred.add("")
        first = NOWHERE
    for one, node in inputs:
        expander.add_input(one.name, node)
    try:
        expander.expand(keys["layers"], first)
    except Stop:
        return None
    outputs = _outputs(keys, environment, evaluate)
    about = _about(keys, environment, evaluate)
    name = about.pop("name", None) or network_name(resources.stem(label))
    scopes, blurred = expander.scopes, expander.blurred
    return Architecture(
        name=name,
        source=label,
        axes=axes or 2,
        inputs=tuple(one for one, _ in inputs),
        entries=tuple(expander.entries),
        scopes={scope: out for scope, out in scopes.items() if f"{scope}/" not in blurred} if blurred else scopes,
        paths=tuple(expander.taken),
        items=expander.taken,
        outputs=outputs,
        about=about,
        nodes={key: keys[key] for key in KEPT if key in keys},
        root=root,
        limits=limits,
        copies=tuple(expander.copies),
        remarks=tuple(root.file.remarks),
        blurred=frozenset(blurred),
        unsized=not sized,
        model=text.model,
    )


def _table(keys: dict[str, Node], key: str) -> dict[str, Node] | None:
    """The mapping under a key, None where it is wrong."""
    if key not in keys:
        return {}
    return None if keys[key].value is LOST else keys[key].value


def _defaults(keys: dict[str, Node], problems: Problems) -> dict[str, Node] | None:
    """The defaults by layer type. An unknown type may be meant for another one, whose defaults are then lost; None
    where it may be meant for any."""
    table = _table(keys, "defaults")
    unknown = [name for name, node in (table or {}).items() if node.value is LOST and name not in ITEMS]
    if table is None or not unknown:
        return table
    found = dict(table)
    for name in unknown:
        meant = problems.meant(name, DEFAULTS)
        if not meant:
            return None
        found[meant] = lost(table[name])
    return found


def _inherited(chain: list[Node], problems: Problems) -> dict[str, Node] | None:
    """The keys of a document over those of the descriptions that it extends, which come after it."""
    keys: dict[str, Node] = {}
    for document in reversed(chain):
        keys.pop("expect", None)
        for key, node in _with_misspelt(document, problems).items():
            if key in ("input", "inputs"):
                keys.pop("inputs" if key == "input" else "input", None)
            if key in MERGED and key in keys and LOST in (keys[key].value, node.value):
                keys[key] = lost(node)
            elif key in MERGED and key in keys:
                keys[key] = Node({**keys[key].value, **node.value}, node.file, node.line, node.column)
            else:
                keys[key] = node
    if "layers" not in keys:
        problems.add(chain[-1], "RF102", "a description needs the key 'layers' (or 'extends')")
        return None
    return keys


def _with_misspelt(document: Node, problems: Problems) -> dict[str, Node]:
    """The keys of a document. A missing key counts as lost where an unknown one may be meant for it."""
    keys: dict[str, Node] = dict(document.value)
    if not problems:
        return keys
    for name, node in document.value.items():
        if name not in DOCUMENT.keys and (node.keys is not None or not node.line):  # a mapping, as far as can be told
            meant = problems.meant(name, DOCUMENT.keys)
            for key in [meant] if meant else ["parameters", "blocks", "defaults", "input"]:
                if key not in ("input", "inputs"):
                    keys.setdefault(key, lost(node))
                elif "input" not in keys and "inputs" not in keys:
                    keys["input"] = lost(node)
    return keys


def _parameters(keys: dict[str, Node], settings: Settings, problems: Problems) -> Environment:
    """The document's parameters with their values, settings applied; `LOST` where they are wrong."""
    environment: Environment = {}
    declared = _table(keys, "parameters")
    if declared is None:
        return {**settings, ANY_NAME: LOST}
    for name in settings:
        if name not in declared:
            raise UnknownParameter(name, did_you_mean(name, declared))
    for name, node in declared.items():
        value = LOST
        try:
            if name in settings:
                value = settings[name]
            elif node.value is None:
                problems.add(keys["parameters"].value[name], "RF206", f"the parameter '{name}' has no value",
                             f"give it one, or call with --set {name}=...")  # fmt: skip
            else:
                value = Formula(node).of(environment)
        except Reported:
            pass
        except LocatedError as located:
            later = sorted(one for one in _names(node) if one in declared and one not in environment)
            help = f"'{later[0]}' stands later: a parameter may use earlier ones" if later else located.error.help
            problems.add(located.node, "RF207", str(located), help)
        environment[name] = value
    return environment


def _names(node: Node) -> frozenset[str]:
    """The names that a value's expressions use; none where they cannot be read."""
    try:
        return Formula(node).names
    except LocatedError:
        return NO_NAMES


class _InputText(Value):
    """An input as the text has it: its name, its values by key, and where it stands."""

    name: str
    values: dict[str, Plain]
    node: Node

    @property
    def axes(self) -> int | None:
        """The number of axes that its size has, or its dims say; None where neither does."""
        size, dims = self.values.get("size"), self.values.get("dims")
        return len(size) if type(size) is list else dims if type(dims) is int else None


def _inputs(
    keys: dict[str, Node], environment: Environment, evaluate: Evaluator
) -> tuple[int | None, list[tuple[Input, Node]], bool]:
    """Number of axes, None where what says it is wrong; the inputs with their nodes; whether their sizes are right."""
    if "inputs" in keys:
        nodes = list(keys["inputs"].value.items()) if keys["inputs"].value is not LOST else []
    else:
        nodes = [("input", keys.get("input"))]
    sure = bool(nodes)
    read = []
    for name, node in nodes:
        values = {}
        if node is not None and node.value is LOST:
            sure = False
        elif node is not None:
            for key, value in node.value.items():
                values[key] = _checked_input(key, value, environment, evaluate) if key in INPUT.keys else LOST
            sure = sure and not any(value is LOST for key, value in values.items() if key not in UNSIZED)
        read.append(_InputText(values.get("name") or name, values, node or keys["format"]))
    axes, agree = _axes(read, evaluate.problems)
    sure = sure and agree
    if axes is None and sure:
        axes = 2
    for one in read:
        _check_spacing(one, axes or 2, evaluate.problems)
    found = [(_input(one, axes or 2, sure), one.node) for one in read]
    return axes, [(one, node) for one, node in found if one.name is not LOST], sure


def _axes(inputs: list[_InputText], problems: Problems) -> tuple[int | None, bool]:
    """The number of axes of all inputs, None where none says it; whether they agree, which is a problem if not."""
    axes: int | None = None
    agree = True
    for one in inputs:
        own, dims = one.axes, one.values.get("dims")
        if own is not None and type(dims) is int and own != dims:
            problems.add(one.node, "RF301", f"size has {counted(own, 'entry', 'entries')}, dims is {dims}")
            agree = False
        if own is not None and axes is not None and own != axes:
            said = f"the input '{one.name}' has {counted(own, 'axis', 'axes')}, another one has {axes}"
            problems.add(one.node, "RF301", said)
            agree = False
        axes = axes or own
    return axes, agree


def _input(text: _InputText, axes: int, sure: bool) -> Input:
    """An input; its size is not known where it is not `sure` that the sizes are right."""
    size, channels = text.values.get("size"), text.values.get("channels")
    sizes = tuple(size) if type(size) is list and sure else (size if sure else None,) * axes
    if any(value is LOST for key, value in text.values.items() if key not in INPUT.keys):
        channels = None
    spacing = _spacing(text.values, axes)
    return Input(text.name, sizes, channels if type(channels) is int else None, text.node, spacing)


UNSIZED = ("name", "channels", "spacing", "unit", "rate")
"""Keys of an input that say nothing of its size."""


def _spacing(values: dict[str, Plain], axes: int) -> Spacing | None:
    """How far apart samples are, as it is stated; None where it is not, or wrong."""
    steps, unit, rate = (values.get(key) for key in ("spacing", "unit", "rate"))
    if steps is None and rate is None:
        return None
    from rfcli.geometry.units import Spacing

    if type(rate) in (int, float):
        return Spacing.at_rate(rate, axes)
    if steps is None or steps is LOST or (type(steps) is list and len(steps) != axes):
        return None
    return Spacing.of(steps, axes, unit if type(unit) is str else "")


def _check_spacing(text: _InputText, axes: int, problems: Problems) -> None:
    """Adds what is wrong with how far apart samples are said to be."""
    given = [key for key in ("spacing", "unit", "rate") if key in text.values]
    steps = text.values.get("spacing")
    if "rate" in given and len(given) > 1:
        problems.add(text.node, "RF308", "rate contradicts spacing and unit: samples in a second have the unit s")
    elif given == ["unit"]:
        problems.add(text.node, "RF308", "unit is that of a spacing, which is not given", "state spacing: 0.8, say")
    elif type(steps) is list and len(steps) != axes:
        entries = counted(len(steps), "entry", "entries")
        problems.add(text.node, "RF301", f"spacing has {entries} for {counted(axes, 'axis', 'axes')}")


def _has_mixed(key: str, node: Node, environment: Environment, evaluate: Evaluator) -> bool:
    """Whether an input's number is a text with an expression as a part of it, which is then told."""
    texts = [one for one in (node, *(node.value if type(node.value) is list else ())) if is_expression(one.value)]
    if not texts:
        return False
    from rfcli.description.expressed import is_mixed, mixed_said

    mixed = [one for one in texts if is_mixed(one.value)]
    for one in mixed:
        said = f"{key} must be a number, is the text {shown(one.value)}"
        evaluate.problems.add(one, "RF208", said, mixed_said(one, environment))
    return bool(mixed)


def _checked_input(key: str, node: Node, environment: Environment, evaluate: Evaluator) -> Plain:
    """An input's value, evaluated and checked anew where an expression made it; `LOST` where it is wrong."""
    mixed = key not in ("name", "unit") and _has_mixed(key, node, environment, evaluate)
    plain = LOST if mixed else evaluate.plain(node, environment)
    if plain is LOST:
        return LOST
    if plain != node.plain() and not _sound(plain, node, INPUT.keys[key], key, evaluate.problems):
        return LOST
    return [integral(one) for one in plain] if type(plain) is list else integral(plain)


def _sound(plain: Plain, node: Node, key: Key, what: str, problems: Problems) -> bool:
    """Whether an evaluated value is what its key takes; if not, the problems are added."""
    before = len(problems)
    sound = key.shape.check(_as_node(plain, node), problems, what)
    problems[before:] = map(_computed, problems[before:])
    return sound


def _computed(problem: Diagnostic) -> Diagnostic:
    """A wrong value as one that an expression made."""
    code = "RF208" if problem.code == "RF103" else problem.code
    return problem.replaced(code=code, message=problem.message.replace(_DOLLAR, "$"))


_DOLLAR = "\uff04"
"""Stands for a dollar in evaluated text: that is no expression any more, and is only checked from here on."""


def _as_node(plain: Plain, at: Node) -> Node:
    """Evaluated values as nodes: each at its own place, or at that of the expression it is from."""
    value = plain
    if type(plain) is list:
        inner = at.value if type(at.value) is list and len(at.value) == len(plain) else [at] * len(plain)
        value = [_as_node(item, node) for item, node in zip(plain, inner, strict=True)]
    elif type(plain) is dict:
        value = {key: _as_node(item, at.value[key]) for key, item in plain.items()}
    elif type(plain) is str:
        value = plain.replace("$", _DOLLAR)
    return Node(value, at.file, at.line, at.column, at.keys)


def _outputs(keys: dict[str, Node], environment: Environment, evaluate: Evaluator) -> tuple[Reference, ...] | None:
    if "outputs" not in keys or keys["outputs"].value is LOST:
        return None
    found = []
    for node in keys["outputs"].value:
        name = evaluate.plain(node, environment)
        if type(name) is str:
            found.append(Reference(name, "", node))
        elif name is not LOST:
            said = f"the name of an output must be a string, is {shown(name)}"
            evaluate.problems.add(node, "RF208", said)
    return tuple(found)


def _about(keys: dict[str, Node], environment: Environment, evaluate: Evaluator) -> dict[str, Plain]:
    """What the description says beside its layers, evaluated."""
    found: dict[str, Plain] = {}
    for key in ("name", "family", "year", "reference", "accuracy", "unused_params", "expect", "check"):
        if key in keys:
            found[key] = plain = _evaluated(keys[key], environment, evaluate)
            if plain is not LOST:
                _sound(plain, keys[key], DOCUMENT.keys[key], key, evaluate.problems)
    return found


def _evaluated(node: Node, environment: Environment, evaluate: Evaluator) -> Plain:
    """A value with all expressions evaluated; `LOST` where they are wrong."""
    if type(node.value) is dict:
        return {key: _evaluated(value, environment, evaluate) for key, value in node.value.items()}
    if type(node.value) is list:
        return [_evaluated(value, environment, evaluate) for value in node.value]
    return evaluate.plain(node, environment)
