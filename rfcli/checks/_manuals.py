"""The manuals of the codes that no design rule has: what each means, what mends it, and a description that shows it."""

from __future__ import annotations

from rfcli.values import Value


class Manual(Value):
    """What a code means and what mends it; `example` is a description that has the problem, "" where none can."""

    text: str
    mend: str
    example: str = ""


def _layers(*items: str, head: str = "") -> str:
    """A description of these layers."""
    return "\n".join(["format: 1", *head.splitlines(), "layers:", *(f"  - {item}" for item in items)])


_CONV = "{name: a, type: conv, kernel: 3, stride: 2}"

MANUALS = {
    "RF001": Manual(
        "The file, or one that its 'extends' names, is missing, is a folder, or may not be read. A pipe or device is "
        "only read where the call names it.",
        "look at the path; 'rf list' has the names of bundled networks, and - is standard input",
    ),
    "RF002": Manual(
        "Descriptions are UTF-8. Control characters other than tabs and line breaks are not allowed, so that a file "
        "that is printed cannot steer a terminal.",
        "save the file as UTF-8, and write such characters as escapes",
    ),
    "RF003": Manual(
        "The text cannot be read as YAML or JSON at all: a bracket that is not closed, an indentation that fits no "
        "level, a colon or comma that is missing. What is wrong often stands a line before the place that is told.",
        "mend the syntax; in flow style an expression with a comma or brackets needs quotes",
        "format: 1\nlayers: [{type: relu}",
    ),
    "RF004": Manual(
        "Where a key is given twice, one of the two values would silently win.",
        "leave one of the two",
        _layers("{type: conv, kernel: 3, kernel: 5}"),
    ),
    "RF005": Manual(
        "Keys are text. A number, a list or a mapping as a key is usually a dash or a quote that is missing.",
        "quote the key, or indent what was meant as its value",
        "format: 1\ndefaults: {1: {padding: same}}\nlayers: []",
    ),
    "RF006": Manual(
        "Tags make values of other kinds than text, numbers, lists and mappings. A description needs none, and a "
        "foreign tag could run code.",
        "leave the tag out",
        _layers("!!python/name:os.system {type: relu}"),
    ),
    "RF007": Manual(
        "A line of three dashes begins another document, which would be passed over.",
        "write each network into a file of its own",
        "format: 1\nlayers: []\n---\nformat: 1",
    ),
    "RF008": Manual(
        "There is nothing in the file but blanks and comments.",
        "begin with 'format: 1' and 'layers:'",
    ),
    "RF009": Manual(
        "Descriptions may come from strangers, so that their size, depth and expansion are limited.",
        "raise the limit that is named, --limit nodes=1000000, where the file is your own",
        _layers("{type: relu, repeat: 1000000}"),
    ),
    "RF010": Manual(
        "*name stands for what &name marks before it.",
        "mark the value with &name first, or use a block or a parameter in its place",
        _layers("*unit"),
    ),
    "RF011": Manual(
        "Infinity and numbers of very many digits are no sizes.",
        "write the number out, or quote it where text is meant",
        _layers("{type: conv, kernel: .inf}"),
    ),
    "RF012": Manual(
        "The file is a model of another tool (ONNX, Keras, YOLO, Darknet) that is damaged, or says what cannot be.",
        "write it anew with the tool that it comes from, and see the chapter on its format",
    ),
    "RF101": Manual(
        "The key is none of this layer type, item or part of a description. It is not passed over: a misspelled key "
        "would leave its default in force.",
        "take the key that the help names; the reference lists those of each type",
        _layers("{type: conv, kernal: 3}"),
    ),
    "RF102": Manual(
        "An item needs 'type' or 'block', a description 'format' and 'layers' or 'extends'.",
        "add the key",
        _layers("{name: a, kernel: 3}"),
    ),
    "RF103": Manual(
        "The value is of another type than its key takes, or outside its range: a kernel of 0, a size of text.",
        "give a value as the message says it",
        _layers("{type: conv, kernel: 0}"),
    ),
    "RF104": Manual(
        "There is no layer type of that name.",
        "take the type that the help names, or 'custom' with kernel, stride, dilation and padding, or 'global: true'",
        _layers("{type: convolution, kernel: 3}"),
    ),
    "RF105": Manual(
        "The text is good YAML or JSON but no description: 'format: 1' is missing or another, or there are no layers.",
        "begin with 'format: 1'; other files are passed over in folders, and with --skip-others",
        "format: 2\nlayers: []",
    ),
    "RF106": Manual(
        "Two keys say the same in different ways: 'input' and 'inputs', 'type' and 'block'.",
        "leave one of the two",
        "format: 1\ninput: {size: 8}\ninputs: {a: {size: 8}}\nlayers: []",
    ),
    "RF201": Manual(
        "Layers and scopes are named by inputs, like, outputs, expect and --layer. A name is looked for in its own "
        "scope first, then outwards; / goes into a scope.",
        "take the name that the help names, or the path: stage_1/conv",
        _layers("{name: a, type: relu}", "{type: add, inputs: [a, b]}"),
    ),
    "RF202": Manual(
        "Names are unique within their scope, or the second would silently take the place of the first.",
        "rename one; in repeated items write the counter into the name: conv$i",
        _layers("{name: a, type: relu}", "{name: a, type: relu}"),
    ),
    "RF203": Manual(
        "A layer depends on its own output, over other layers or at once. There is no order in which to compute them.",
        "break the circle; recurrent layers are of a type of their own: lstm, gru, rnn",
        _layers("{name: a, type: relu, inputs: [b]}", "{name: b, type: relu, inputs: [a]}"),
    ),
    "RF204": Manual(
        "'block' names an entry of the description's 'blocks', or one of a description that it extends.",
        "take the name that the help names, or add the block",
        _layers("{block: unit}"),
    ),
    "RF205": Manual(
        "'with' gives values to the parameters that the block declares, --set to those of the description.",
        "take the name that the help names, or declare the parameter",
        _layers("{block: unit, with: {width: 8}}", head="blocks: {unit: {layers: [{type: relu}]}}"),
    ),
    "RF206": Manual(
        "A parameter that is declared without a default must get a value.",
        "give it in 'with', or with --set NAME=VALUE for the description's own",
        _layers("{block: unit}", head="blocks: {unit: {parameters: {k: }, layers: [{type: conv, kernel: $k}]}}"),
    ),
    "RF207": Manual(
        "Expressions are numbers, texts, lists, the parameters and the counter i with + - * / // % **, comparisons, "
        "and, or, not, 'a if c else b', indexing, and min, max, round, floor, ceil, int, len.",
        "mend the expression; an attribute, another function or another name is never known",
        _layers("{type: conv, kernel: $(1 / 0)}"),
    ),
    "RF208": Manual(
        "The expression has a value, but of another type than its place takes: half a channel, a list as a name.",
        "write one expression around all of it, $(out // 4) for $out//4; round a fraction, floor(...); compare where a "
        "condition is meant",
        _layers("{type: relu, when: $(3)}"),
    ),
    "RF209": Manual(
        "The layer type has a parameter that must be stated, as a kernel.",
        "state it in the item, or for all of the type in 'defaults'",
        _layers("{type: conv}"),
    ),
    "RF210": Manual(
        "'extends' names a file beside the description, or a bundled network. What it names must be a good "
        "description, lie inside the folder of the file that the call names, and not extend what extends it.",
        "look at the path and at the problems of that file",
        _layers("{type: relu}", head="extends: resnet49"),
    ),
    "RF211": Manual(
        "Names hold letters, digits, spaces and _ . - + :, and / separates scopes; * ? and [ are for globs.",
        "rename the layer",
        _layers('{name: "a*", type: relu}'),
    ),
    "RF212": Manual(
        "Only merges (add, multiply, max, concat) and types of two maps take several inputs. After 'merge: none' there "
        "is no one output to go on from.",
        "merge them first, or name the one input that is meant",
        _layers("{type: conv, kernel: 3, inputs: [b*]}", head="inputs: {b1: {size: 8}, b2: {size: 8}}"),
    ),
    "RF301": Manual(
        "A list has an entry for each axis, [depth, height, width]: two of them on a map of three axes do not fit.",
        "give one number for all axes, or one for each",
        _layers("{type: conv, kernel: [3, 3]}", head="input: {size: [8, 8, 8]}"),
    ),
    "RF302": Manual(
        "Merged maps must have one size; both sizes and the layers that they come from are told.",
        "pad, crop, stride or pool the branches alike, or take an input size that the strides divide",
        _layers(_CONV, "{type: add, inputs: [a, input]}", head="input: {size: 8}"),
    ),
    "RF303": Manual(
        "The merged paths step by different strides, so that no one stride holds behind them: output o of one lies "
        "elsewhere than output o of the other. With known and equal sizes it is allowed, and noted.",
        "stride, pool or upsample the branches alike",
        _layers(_CONV, "{type: add, inputs: [a, input]}"),
    ),
    "RF304": Manual(
        "add, multiply and max take maps of one number of channels (1 is broadcast).",
        "give the branches the same filters, or concat them",
        _layers(
            "{name: a, type: conv, kernel: 1, filters: 8}",
            "{type: add, inputs: [a, input]}",
            head="input: {size: 8, channels: 3}",
        ),
    ),
    "RF305": Manual(
        "The kernel, dilated, is larger than its padded input, so that it has no place to stand.",
        "pad, take a smaller kernel, dilation or stride before it, or a larger input",
        _layers("{type: conv, kernel: 9}", head="input: {size: 8}"),
    ),
    "RF306": Manual(
        "Groups must divide the channels and the filters; a slice must lie within the channels that there are.",
        "change filters or groups so that they divide",
        _layers("{type: conv, kernel: 3, groups: 2, filters: 4}", head="input: {size: 8, channels: 3}"),
    ),
    "RF307": Manual(
        "The layer takes only certain sizes: blocks of space must divide the map, a linear layer takes one position.",
        "pad or crop the map before it; for 'linear' flatten it first, or write a conv of kernel 1",
        _layers("{type: space_to_depth, scale: 2}", head="input: {size: 7, channels: 1}"),
    ),
    "RF308": Manual(
        "Two values of one item cannot hold together.",
        "leave one of the two, as the message says",
        _layers("{type: resize, scale: 2, size: 8}", head="input: {size: 4}"),
    ),
    "RF401": Manual(
        "'expect', or a bound of the call, says another receptive field than the one that is computed.",
        "mend the network, or the expectation where the change is meant; 'rf explain' shows how the number comes about",
        _layers(_CONV, head="expect: [{layer: a, size: 5}]"),
    ),
    "RF402": Manual(
        "'expect' says another size or other channels of an output than those that are computed.",
        "mend the network, or the expectation where the change is meant",
        _layers(_CONV, head="input: {size: 9}\nexpect: [{layer: a, output_size: 5}]"),
    ),
    "RF403": Manual(
        "'expect', or a bound of the call, says other parameters or operations than those that are computed. An entry "
        "without 'layer' speaks of the whole network.",
        "mend the network, or the expectation; flops are 2 x macs, and more as the reference says",
        _layers("{type: relu}", head="expect: [{params: 3}]"),
    ),
    "RF404": Manual(
        "'expect' says that a layer is aligned, uniform or global, and it is not, or the other way round.",
        "mend the network; 'rf compute' notes where paths part, and through which layers all is seen",
        _layers(_CONV, head="expect: [{layer: a, global: true}]"),
    ),
    "RF405": Manual(
        "'expect' says another number of paths, or another share of the region that is read.",
        "mend the network; 'rf paths' counts paths, 'rf locate --support' draws what is read",
        _layers(_CONV, head="input: {size: 9}\nexpect: [{layer: a, paths: 2}]"),
    ),
    "RF406": Manual(
        "The number that is expected cannot be known, with the reason: often it depends on an input size that is not "
        "given. It is never met by a guess.",
        "give the input size, in the description or with --input-size",
        _layers("{name: a, type: conv, kernel: 3, stride: 2, padding: same}", head="expect: [{layer: a, padding: 0}]"),
    ),
    "RF407": Manual(
        "A halo is what a bioimage.io model's output is cut by on each side. So many outputs read beyond the input at "
        "the start and at the end: where they stay, tiles show seams.",
        "write the halo that is named, or let 'rf check rdf.yaml --fix' write it",
    ),
    "RF408": Manual(
        "The network of a bioimage.io model makes an output of another size than the file states by scale, offset or "
        "shape.",
        "write what the help names",
    ),
    "RF409": Manual(
        "A size that a bioimage.io model allows, its least one or some steps more, is none that its network takes.",
        "write a min and a step that fit: 'rf sizes' tells all sizes that a network takes",
    ),
    "RF410": Manual(
        "What a bioimage.io model says cannot be held against its network: no weights can be read that state it, or "
        "its tensors are others than the network's. Nothing is fetched, and nothing outside its folder is opened.",
        "put the ONNX file of its weights beside it, or name the network: 'rf check rdf.yaml --network net.onnx'",
    ),
    "RF601": Manual(
        "The target of 'rf export' has no way to say this layer; each such layer is told with the reason.",
        "export to another target, or write that layer in another way",
    ),
}
"""Code -> manual; those of RF5 are what the rules say of themselves."""
