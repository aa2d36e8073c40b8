"""The format of descriptions: which keys stand where, for the checker, the published schema and the reference."""

from __future__ import annotations

from rfcli.description.defining import BlockRecord, Blocks, Parameters, blocks_of, names_in
from rfcli.description.dimensional import axes_stated
from rfcli.description.expected import EXPECTATION
from rfcli.description.names import COUNTER, IDENTIFIER_PATTERN, KEYWORDS, valid_parameter
from rfcli.description.nodes import LOST, Node, Problems, is_expression, lost
from rfcli.description.shapes import (
    MERGE_HELP,
    Anything,
    BranchRecord,
    Dims,
    Either,
    Exactly,
    ExpressionOnly,
    InputRecord,
    InputSize,
    Key,
    ListOf,
    MappingOf,
    Of,
    Record,
    Shape,
    Text,
    check_items,
    check_keys,
    flat,
    refused,
)
from rfcli.diagnostics import Near, Said
from rfcli.layers._layer import Paired
from rfcli.layers._parameters import (
    Boolean,
    Choice,
    Integer,
    Number,
    Scale,
    shown,
)
from rfcli.layers._registry import LAYERS

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from rfcli.description.shapes import Schema
    from rfcli.layers._layer import Layer

MERGES = tuple(name for name, cls in LAYERS.items() if cls.merge)
"""The layer types that take several inputs."""

CLOSING = {"residual": "add", "branches": "concat"}
"""Scope -> the merge that closes it when none is given."""

NO_MERGE = "none"
"""What stands for a merge where branches are left open."""


class NameList(Shape):
    """A list of layers, by name or glob."""

    minimum: int = 1
    maximum: int | None = None
    parts: tuple[str, ...] = ()
    """What each of them is called, where they differ."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not list:
            help: str | Said = ""
            if type(node.value) is str:
                from rfcli.description.mending import names_said

                help = names_said(node)
            return refused(node, problems, what, "a list of names", help)
        before = len(problems)
        if len(node.value) < self.minimum:
            two = f"{what} takes two names here: [{', '.join(self.parts)}]"
            problems.add(node, "RF103", two if self.minimum > 1 else f"{what} must not be empty")
        if self.maximum is not None and len(node.value) > self.maximum > 1:
            problems.add(node.value[self.maximum], "RF103", f"{what} takes two names here, has {len(node.value)}")
        elif self.maximum is not None and len(node.value) > self.maximum:
            problems.add(
                node.value[self.maximum], "RF103", f"{what} takes one name here, has {len(node.value)}",
                f"only merges ({', '.join(MERGES)}) take several inputs",
            )  # fmt: skip
        sound = len(problems) == before
        check_items(node, Text(minimum=1), problems, "a name")
        return sound

    def schema(self) -> Schema:
        found: Schema = {"type": "array", "items": {"type": "string", "minLength": 1}}
        if self.minimum:
            found["minItems"] = self.minimum
        if self.maximum is not None:
            found["maxItems"] = self.maximum
        return found


class Counter(Shape):
    """The name of a repetition's counter."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        name = node.value
        if type(name) is str and (name == COUNTER or valid_parameter(name)):
            return True
        return refused(node, problems, what, "a name of letters, digits and _ that is no word of expressions")

    def schema(self) -> Schema:
        return {"type": "string", "pattern": IDENTIFIER_PATTERN, "not": {"enum": sorted(KEYWORDS - {COUNTER})}}


class Repeat(Shape):
    """How often an item stands there: a number, or a mapping that also names the counter."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict:
            return _TIMES.check(node, problems, what)
        before = len(problems)
        check_keys(node, REPETITION.keys, problems, what)
        return len(problems) == before

    def schema(self) -> Schema:
        return {"anyOf": [*_TIMES.schema()["anyOf"], REPETITION.schema()]}


def counter_of(item: Node) -> str:
    """What the copies of an item are counted by in expressions."""
    repeat = item.value.get("repeat") if type(item.value) is dict else None
    if repeat is None or type(repeat.value) is not dict or "as" not in repeat.value:
        return COUNTER
    counter = repeat.value["as"].value
    return counter if type(counter) is str else COUNTER


class Item(Shape):
    """A layer, a scope, or the use of a block."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        repeat = node.value.get("repeat") if type(node.value) is dict else None
        if repeat is None:
            return self._check(node, problems)
        outer, problems.names = problems.names, (*problems.names, counter_of(node))
        try:
            return self._check(node, problems)
        finally:
            problems.names = outer

    def _check(self, node: Node, problems: Problems) -> bool:
        if type(node.value) is not dict:
            from rfcli.description.strange import no_mapping

            return no_mapping(node, problems)
        block, kind = node.value.get("block"), node.value.get("type")
        if block is not None and kind is not None:
            problems.add(
                node.key_span("block"), "RF106", "an item has either 'type' or 'block', here are both",
                "to give a block's layers other values use its parameters: with: {...}",
            )  # fmt: skip
            del node.value["block"]
        elif block is not None:
            given = node.value.get("with")
            if (
                (given is not None and type(given.value) is not dict)
                or not node.value.keys() <= BLOCK_USE.keys()
                or (type(block.value) is not str or "(" in block.value)
            ):
                from rfcli.description.using import check_use

                check_use(node, problems)
            check_keys(node, BLOCK_USE, problems, "the use of a block", _use_aside)
            return True
        elif kind is not None and kind.value is LOST:  # checked before, by way of an alias
            return True
        elif kind is None:
            from rfcli.description.strange import without_type

            guess = next((f"type: {t}" for t, key in TELLING if key in node.value), "type: conv, or block: NAME")
            without_type(node, problems, ANY_KEY, guess)
        elif type(kind.value) is not str or is_expression(kind.value):
            help = "expressions do not work in type: use when, on two items"
            refused(kind, problems, "type", "the name of a layer type", help)
        elif kind.value in ITEMS:
            if not _of_other_keys(node, kind.value, problems, self):
                check_keys(node, ITEMS[kind.value], problems, kind.value)
                return True
        else:
            from rfcli.description.strange import of_other_words

            if of_other_words(node, kind, problems, ITEMS, self):
                return True
        node.value["type"] = lost(node)
        for name, key in OF_ANY_ITEM.items():
            value = node.value.get(name)
            if value is not None and value.value is not LOST and not key.shape.check(value, problems, name):
                node.value[name] = lost(value)
        return True

    def schema(self) -> Schema:
        return {"$ref": "#/$defs/item"}


def _of_other_keys(node: Node, type: str, problems: Problems, item: Shape) -> bool:
    """Adds what a layer is here of which several keys are another tool's; False for any other."""
    if len(node.value) < 3 or sum(key not in ITEMS[type] for key in node.value) < 2:
        return False
    from rfcli.description.strange import of_other_keys

    return of_other_keys(node, type, ITEMS[type], problems, item)


def _use_aside(name: str, node: Node, problems: Problems) -> Said | None:
    from rfcli.description.mending import use_said

    return use_said(name, node, BLOCK_USE, problems)


class Defaults(Shape):
    """Parameters by layer type."""

    def check(self, node: Node, problems: Problems, what: str) -> bool:
        if type(node.value) is not dict:
            return refused(node, problems, "defaults", "a mapping")
        for name, values in node.value.items():
            if name not in DEFAULTS:
                from rfcli.description.mending import type_said

                help: str | Near | Said = MERGE_HELP if name == "<<" else type_said(name, DEFAULTS)
                said = f"there is no layer type {shown(name)}"
                if name in SCOPES:
                    said, help = f"{name} is a scope: defaults are for layer types", ""
                problems.add(node.key_span(name), "RF104", said, help)
                node.value[name] = lost(values)
            elif values.value is LOST:
                pass
            elif type(values.value) is not dict:
                problems.add(
                    values, "RF103", f"the defaults of {name} must be a mapping, are {shown(flat(values.value))}"
                )
                node.value[name] = lost(values)
            else:
                check_keys(values, DEFAULTS[name], problems, name)
        return True

    def schema(self) -> Schema:
        return {"$ref": "#/$defs/defaults"}


ITEM_LIST = ListOf(Item())
_TIMES = Of(Integer(0))
REPETITION = Record(
    {
        "times": Key(_TIMES, "How often the item stands here.", True, 4),
        "as": Key(Counter(), "The name of the counter in expressions, instead of `i`.", example="stage"),
    },
    "repetition",
)
COMMON = {
    "name": Key(Text(name=True, minimum=1), "The layer's name; unnamed layers get `type_N`, unnamed scopes open no "
                "scope. `/` separates scopes.", example="conv1"),
    "repeat": Key(Repeat(), "How often the item stands here; `i` counts from 1, 0 drops it. `{times: 4, as: stage}` "
                  "names the counter.", example=3),
    "chain": Key(Of(Boolean()), "Beside `repeat` and `inputs`: whether only the first copy takes the inputs, and each "
                 "other one the copy before it; all take the inputs when left out.", example=True),
    "when": Key(Of(Boolean()), "Drops the item when false.", example="$(stride > 1)"),
}  # fmt: skip
ONE_INPUT = {"inputs": Key(NameList(1, 1), "The layer whose output is taken instead of the previous item's.",
                           example=["conv1"])}  # fmt: skip
MERGE_INPUTS = {"inputs": Key(NameList(1), "The layers that are merged, by name or glob.", True, ["conv1", "conv2"])}
TELLING = (("residual", "shortcut"), ("branches", "branches"), ("sequence", "layers"), ("conv", "kernel"))
BLOCK_USE = {
    "block": Key(Text(minimum=1), "The block whose layers stand here.", True, "unit"),
    "with": Key(MappingOf(Anything(), identifiers=True), "The block's parameters.", example={"width": 64}),
    **COMMON, **ONE_INPUT,
}  # fmt: skip
BRANCH = BranchRecord(
    {
        "layers": Key(ITEM_LIST, "The branch's layers.", True, [{"type": "conv", "kernel": 3}]),
        "when": COMMON["when"],
    },
    "branch",
)


def _merge_key(scope: str, doc: str, *more: str) -> Key:
    default = CLOSING[scope]
    others = (name for name in MERGES if name != default)
    return Key(Of(Choice((default, *others, *more))), doc, example=default)


_branch = Either(((list, ITEM_LIST), (dict, BRANCH)))
SCOPES = {
    "sequence": {"layers": Key(ITEM_LIST, "Layers, one after the other.", True, [{"type": "conv", "kernel": 3}])},
    "residual": {
        "layers": Key(ITEM_LIST, "The body's layers.", True, [{"type": "conv", "kernel": 3, "padding": 1}]),
        "shortcut": Key(
            Either(((list, ITEM_LIST), (bool, Of(Boolean())), (str, ExpressionOnly()))),
            "The shortcut's layers; the identity when left out, none (and no merge) when false.", example=False,
        ),
        "merge": _merge_key("residual", "How both are merged; add when left out."),
    },
    "branches": {
        "branches": Key(
            Either(((list, ListOf(_branch)), (dict, MappingOf(_branch, names=True)))),
            "The branches, a list or a mapping of named lists.", True,
            [[{"type": "conv", "kernel": 1}], [{"type": "conv", "kernel": 3, "padding": 1}]],
        ),
        "merge": _merge_key(
            "branches",
            "How they are merged; concat when left out. After none the next item names its inputs.",
            NO_MERGE,
        ),
    },
}  # fmt: skip
DEFAULTS = {
    name: {
        parameter: Key(Of(declared.kind), declared.doc, example=declared.example)
        for parameter, declared in cls.parameters.items()
    }
    for name, cls in LAYERS.items()
}
"""Layer type -> its parameters."""


def _item_keys(keys: Mapping[str, Key], doc: str, inputs: dict[str, Key] = ONE_INPUT) -> dict[str, Key]:
    return {"type": Key(Text(), doc, True), **COMMON, **inputs, **keys}


def _inputs_of(cls: type[Layer]) -> dict[str, Key]:
    if issubclass(cls, Paired):
        return {"inputs": Key(NameList(2, 2, cls.names), cls.of_names, True, [*cls.names])}
    return MERGE_INPUTS if cls.merge else ONE_INPUT


ITEMS = {
    **{name: _item_keys(keys, "A scope.") for name, keys in SCOPES.items()},
    **{name: _item_keys(DEFAULTS[name], "", _inputs_of(cls)) for name, cls in LAYERS.items()},
}
"""Type -> the keys of such an item."""

OF_ANY_ITEM = {
    **COMMON, "inputs": MERGE_INPUTS["inputs"],
    "layers": Key(ITEM_LIST, ""),
}  # fmt: skip
"""Keys that are checked even where it is not known what an item is."""

ANY_KEY = dict.fromkeys(["block", "with", *(key for keys in ITEMS.values() for key in keys)])
"""Keys that some item has."""

INPUT = InputRecord(
    {
        "name": Key(Text(name=True, minimum=1), "The input's name; `input` when left out.", example="image"),
        "size": Key(
            InputSize(), "Samples, an integer for all axes or a list in [depth, height, width] order; null is unknown.",
            example=[224, 224],
        ),
        "channels": Key(Of(Integer()), "Channels; unknown when left out.", example=3),
        "spacing": Key(Of(Scale()), "Distance from sample to sample, a number for all axes or a list of one per axis.",
                       example=[2.5, 0.8, 0.8]),
        "unit": Key(Text(minimum=1), "Unit of the spacing.", example="mm"),
        "rate": Key(Of(Number(1e-9, 1e12)), "Samples in a second, instead of a spacing.", example=16000),
        "dims": Key(Of(Dims()), "Number of axes, 1, 2 or 3; needed where size does not tell.", example=2),
    },
    "input",
)  # fmt: skip
NAMED_INPUT = InputRecord({name: key for name, key in INPUT.keys.items() if name != "name"}, "named_input")
BLOCK = BlockRecord(
    {
        "parameters": Key(Parameters(Anything(), identifiers=True), "Parameters and their defaults; null is required.",
                          example={"width": None, "stride": 1}),
        "layers": Key(ITEM_LIST, "The block's layers.", True, [{"type": "conv", "kernel": 3, "filters": "$width"}]),
    },
    "block",
)  # fmt: skip
CHECK = Record(
    {
        "select": Key(ListOf(Text(minimum=1)), "Design rules that are checked.", example=["RF501"]),
        "ignore": Key(ListOf(Text(minimum=1)), "Design rules that are not checked.", example=["RF502"]),
    },
    "check",
)
ACCURACY = Record(
    {
        "top1": Key(Of(Number(0, 1)), "Share of images whose first guess is right.", example=0.752),
        "top5": Key(Of(Number(0, 1)), "Share of images with a right guess among five.", example=0.922),
        "source": Key(Text(), "Where it is published.", example="TF-Slim's model table"),
    },
    "accuracy",
)
DOCUMENT = Record(
    {
        "format": Key(Exactly(1), "The version of the format.", True, 1),
        "name": Key(Text(name=True, minimum=1), "Its name; the file's when left out.", example="resnet_v1_50"),
        "family": Key(Text(), "The family of networks it belongs to.", example="ResNet"),
        "year": Key(Of(Integer(1900)), "Year of publication.", example=2016),
        "reference": Key(Text(), "Where the architecture is published.", example="He et al. 2016"),
        "accuracy": Key(ACCURACY, "Published accuracy.", example={"top1": 0.752, "source": "TF-Slim"}),
        "unused_params": Key(Of(Integer(0)), "Trainable parameters of the module that no layer uses, such as those of "
                             "auxiliary heads; they are in no total.", example=6385120),
        "extends": Key(Text(minimum=1), "A description to start from: a relative file or a bundled name. Parameters, "
                       "blocks and defaults merge by key, other keys replace.", example="resnet_v1_50"),
        "input": Key(INPUT, "The input.", example={"size": [224, 224], "channels": 3}),
        "inputs": Key(MappingOf(NAMED_INPUT, names=True, minimum=1), "Several inputs by name.",
                      example={"rgb": {"size": 224}, "depth": {"size": 224}}),
        "parameters": Key(Parameters(Anything(), identifiers=True, default=64), "Parameters and their values, "
                          "overridden by --set.", example={"width": 1.0}),
        "defaults": Key(Defaults(), "Parameters by layer type; a layer's own value wins.",
                        example={"conv": {"padding": "same"}}),
        "blocks": Key(Blocks(BLOCK, names=True), "Blocks by name.",
                      example={"unit": {"parameters": {"width": None}, "layers": []}}),
        "layers": Key(ITEM_LIST, "The network's layers, in order.", example=[{"type": "conv", "kernel": 3}]),
        "outputs": Key(NameList(), "The outputs; every layer that nothing consumes when left out.", example=["logits"]),
        "expect": Key(ListOf(EXPECTATION), "What the network promises.",
                      example=[{"layer": "block4", "size": 483}]),
        "check": Key(CHECK, "Which design rules apply.", example={"ignore": ["RF502"]}),
    }
)  # fmt: skip


def check_document(root: Node, problems: Problems) -> bool:
    """Adds everything that is wrong with the structure of a description; tells whether it makes sense to read on."""
    if type(root.value) is not dict or root.value.keys().isdisjoint(("format", "layers", "extends")):
        from rfcli.description.strange import no_description

        problems.add(root, "RF105", *no_description(root))
        return False
    problems.names, problems.axes = names_in(root), axes_stated(root)
    if "blocks" in root.value:
        problems.blocks = blocks_of(root)
    other_format = "format" in root.value and root.value["format"].value is not LOST
    DOCUMENT.check(root, problems, "a description")
    if "layers" not in root.value and "extends" not in root.value:
        problems.add(root, "RF102", "a description needs the key 'layers' (or 'extends')")
        root.value["layers"] = lost(root)
    if "input" in root.value and "inputs" in root.value:
        problems.add(root.key_span("inputs"), "RF106", "a description has either 'input' or 'inputs', here are both")
        root.value["input"] = lost(root.value.pop("inputs"))
    return not (other_format and root.value["format"].value is LOST)
