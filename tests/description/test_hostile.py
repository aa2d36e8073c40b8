"""Descriptions made to stall or fill a machine: each is refused with the right code, soon."""

import time

import pytest

import rfcli

BLOCKS = """\
format: 1
blocks:
  b:
    parameters: {n: 1}
    layers:
      - {block: b, when: $(n > 0), with: {n: $(n - 1)}}
      - {block: b, when: $(n > 0), with: {n: $(n - 1)}}
layers: [{block: b, with: {n: 30}}]
"""
ALIASES = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{i}: &a{i} [{','.join([f'*a{i - 1}'] * 9)}]\n" for i in range(1, 40)
)
LISTS = "format: 1\nlayers: []\nparameters: {a0: [1, 1], " + ", ".join(
    f'a{i}: "$([a{i - 1}, a{i - 1}])"' for i in range(1, 40)
)

CASES = {
    "brackets": ("[" * 100_000, "RF009"),
    "brackets in JSON": ('{"a": ' + "[" * 100_000, "RF009"),
    "mappings": ("{a: " * 100_000, "RF009"),
    "aliases": (ALIASES, "RF009"),
    "bytes": ("#" * 5_000_000, "RF009"),
    "scalar": ("format: 1\nname: " + "x" * 3_000_000, "RF009"),
    "repeat": ("format: 1\nlayers: [{type: relu, repeat: 9999999999}]", "RF009"),
    "repeat of repeat": (
        "format: 1\nlayers: [{type: sequence, repeat: 9999, layers: [{type: relu, repeat: 9999}]}]",
        "RF009",
    ),
    "repeat of nothing": (
        "format: 1\nlayers: [{type: sequence, repeat: 99999, layers: [{type: sequence, repeat: 99999, layers: []}]}]",
        "RF009",
    ),
    "recursive block": ("format: 1\nblocks: {a: {layers: [{block: a}]}}\nlayers: [{block: a}]", "RF009"),
    "doubling block": (BLOCKS, "RF009"),
    "powers": ("format: 1\nlayers: []\nparameters: {a: $(9**64), b: $(a**64), c: $(b**64)}", "RF207"),
    "lists of lists": (LISTS + "}", "RF207"),
    "digits": ("format: " + "1" * 60_000, "RF011"),
    "globs": ("format: 1\nlayers:\n" + '  - {type: concat, inputs: ["*"]}\n' * 1500, "RF009"),
    "unknown keys": ("format: 1\nlayers: []\n" + "".join(f"k{i}: 1\n" for i in range(50_000)), "RF101"),
    "no layers": ("format: 1\nlayers: [" + "x," * 100_000 + "]", "RF103"),
    "strides": ("format: 1\nlayers: [{type: conv, kernel: 1, stride: 2, repeat: 20000}]", "RF307"),
    "scales": ("format: 1\ninput: {size: 8}\nlayers: [{type: upsample, scale: 2, repeat: 20000}]", "RF307"),
    "channels": (
        "format: 1\ninput: {size: 8, channels: 3}\nlayers: [{type: branches, branches: [[], []], repeat: 20000}]",
        "RF306",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_refused_soon(name: str) -> None:
    text, code = CASES[name]
    start = time.process_time()
    with pytest.raises(rfcli.DescriptionError) as caught:
        rfcli.compute(rfcli.loads(text, "net.json" if "JSON" in name else "net.yaml"))
    assert time.process_time() - start < 5
    assert code in {problem.code for problem in caught.value.diagnostics}


PERIODIC = "format: 1\ninput: {size: 5}\nlayers: [{type: window_attention, window: 4095}, {type: conv, kernel: 301, padding: same, repeat: 5000}]"
STRIDED = "format: 1\nlayers: [{type: conv, kernel: 3, stride: 2, padding: same, repeat: 12}, {type: conv, kernel: 3, padding: same, repeat: 1000}]"


@pytest.mark.parametrize(("text", "known"), [(PERIODIC, False), (STRIDED, True)])
def test_costly_fields_are_followed_soon_or_null_with_a_reason(text: str, known: bool) -> None:
    start = time.process_time()
    field = rfcli.compute(rfcli.loads(text, "net.yaml")).layers[-1].receptive_field
    assert time.process_time() - start < 5
    assert field is not None
    assert isinstance(field.size[0], int) is known
    assert field.notes


def _layers(text: str, count: int) -> str:
    return "layers:\n" + "".join("- " + text.replace("#", str(n)) + "\n" for n in range(count))


def _table(key: str, text: str, count: int) -> str:
    return f"{key}:\n" + "".join("  " + text.replace("#", str(n)) + "\n" for n in range(count))


LONG = "layer_of_a_very_long_name_that_is_much_like_all_the_others_"
MANY = {
    "references": _layers("{type: conv, kernel: 1, inputs: [n#]}", 1000),
    "long references": _layers(f"{{name: {LONG}#, type: relu, inputs: [x{LONG}#]}}", 1000),
    "references in scopes": _layers("{name: scope_#, type: sequence, layers: [{type: relu, inputs: [n#]}]}", 1000),
    "outputs": _layers("{type: relu}", 1000) + "outputs: [" + ", ".join(f"n{n}" for n in range(1000)) + "]\n",
    "blocks": _table("blocks", "block_#: {layers: []}", 1000) + _layers("{block: blcok_#}", 1000),
    "parameters": _table("parameters", "width_#: 3", 1000) + _layers("{type: conv, kernel: $widht_#}", 1000),
    "parameters of parameters": _table("parameters", "width_#: $widht_#", 5000) + "layers: []\n",
    "arguments": "blocks: {b: {parameters: {" + ", ".join(f"width_{n}: 1" for n in range(1000)) + "}, layers: []}}\n"
    "layers: [{block: b, with: {" + ", ".join(f"widht_{n}: 1" for n in range(1000)) + "}}]\n",
    "circles": "layers:\n" + "".join(
        f"- {{name: a{n}, type: add, inputs: [b{n}, b{n - 1 if n else 0}]}}\n- {{name: b{n}, type: relu}}\n" for n in range(1000)
    ),
    "keys": _layers("{type: conv, kernal_#: 3}", 1000),
    "types": _layers("{type: cnov_#}", 1000),
    "defaults": _table("defaults", "cnov_#: {}", 1000) + "layers: []\n",
    "globs": _layers("{name: aa#_1212x, type: relu}", 1000) + "".join(
        f"- {{type: add, inputs: ['*a*_*1*2*{n}x']}}\n" for n in range(1000)
    ),
    "expectations": _layers("{type: relu}", 1000) + "expect:\n" + "".join(
        f"- {{layer: rleu_{n}, size: 1}}\n" for n in range(1000)
    ),
    "rules": "layers: [{type: relu}]\ncheck: {select: [" + ", ".join(f"RF6{n}" for n in range(20_000)) + "]}\n",
}  # fmt: skip


EVERY_DAY = ("references", "parameters", "keys", "types", "outputs")
"""Searches of each kind: of layers, of parameters, of words of the format."""


@pytest.mark.parametrize(
    "name", [one if one in EVERY_DAY else pytest.param(one, marks=pytest.mark.random) for one in MANY]
)
def test_very_many_problems(name):
    """Seconds of the processor for thousands of problems: far less than one a problem's search would take."""
    started = time.process_time()
    try:
        found = rfcli.check(rfcli.loads("format: 1\n" + MANY[name])).diagnostics
    except rfcli.DescriptionError as error:
        found = error.diagnostics
    took = time.process_time() - started
    assert len(found) >= 998
    assert took < 10, f"{took:.1f} s"
