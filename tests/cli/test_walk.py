"""All commands times all options with wrong values, walked by their declarations: a new command, or option, joins by
itself.

Whatever is wrong with a call is told with exit status 2: in one line, once however many networks there are, with the
option, and the value as it was written. Nothing is on standard output, and no file is left.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from cli.conftest import NET as TEMPLATE
from cli.conftest import RF

from rfcli.cli.declarations import COMMANDS, Command, Option, command

NET = TEMPLATE.replace("layers:", "parameters: {width: 8}\nlayers:", 1).replace("filters: 8", "filters: $width")
OTHER = NET.replace("b,", "c,").replace("layer: b", "layer: c")
"""A network without a layer b."""

NETWORK = {"network": "net.yaml", "networks": "net.yaml", "model": "net.yaml"}
"""What stands for the arguments that networks are."""
NEEDED = {"locate": ["--at", "1,1"], "check": ["--min-size", "1"], "show": ["--expanded"],
          "sweep": ["--grid", "width=3"], "suggest": ["--at-least", "5"], "diff": ["net.yaml"]}  # fmt: skip
"""Without this the call would be wrong in another way."""
KINDS = {"at": "region", "covers": "region", "image": "region", "tile": "tiles", "ignore_global": "tiles",
         "accuracy": "accuracy", "sample": "erf", "nonlinearity": "erf", "init": "erf", "weights": "erf", "seed": "erf"}  # fmt: skip
"""What rf plot draws where an option is not for growth."""
BESIDE = {"seed": ["--sample", "1"], "step": ["--tile", "16"]}
"""What an option goes with."""

HUGE = "9" * 5000
WORDS = {
    "output": ("no/such/folder/x.svg", "net.yaml/x.svg", "\0.svg"),
    "layer": ("z", " ", "-3", "1.5", "a/b"), "origin": ("z", " ", "-3", "a/b"),
    "columns": ("strides", "size,zz", "1", ",", "size,"),
    "input_size": ("0", "-3", "1.5", "nan", "3x", "x", "0x10", "1x1x1x1x1", "z=3", "a=b", "9" * 11, HUGE, "64,64"),
    "spacing": ("0", "-1mm", "nan", "inf", "1e400", "1,2", "mm", "3x", "0.8xmm", "1 2", HUGE),
    "rate": ("0", "-1", "nan", "inf", "1e400", "1,2", "16 kHz", HUGE),
    "set": ("n", "=3", "n=[1", "n={a: 1}", "n=.nan", "zz=3"),
    "limit": ("n", "=3", "nodes", "nodes=", "nodes=0", "nodes=-1", "nodes=x", "zz=3", "nesting=9999", "nodes=" + HUGE),
    "select": ("RF598", "zz", ",", "rf501", "RF501,zz"), "ignore": ("RF598", "zz", ",", "RF501,zz"),
    "at": ("1", "1,2,3", "-1,0", "a,b", "1.5,2", "nan,nan", "99,0", ",", HUGE),
    "covers": ("1", "1,2,3", "-1,0", "a,b", "1.5,2", "nan,nan", "99,0", ",", HUGE),
    "tile": ("0", "-3", "1.5", "nan", "1,2", "3x", "8x8x8", HUGE, "none"),
    "step": ("0", "-3", "1.5", "nan", "1,2", "3x", "8x8x8", HUGE),
    "image": ("no.jpg", "-3", "1,2", "0x10", "bad.yaml"),
    "accuracy": ("no.csv", "bad.yaml"), "weights": ("no.pt", "bad.yaml"), "style": ("zz", "no.mplstyle"),
    "grid": ("width", "=3", "width=", "zz=3", "width=3:1", "width=1:2:0", "width=[1"),
    "fail_if": ("size <", "zz > 3", "size > 'a", "import os", "1e400", "(", "before > 1", "__import__('os')"),
    "where": ("size >=", "zz > 3", "size > 'a", "import os", "size >= 1 or", "1e400", "(", "__import__('os')"),
    "near": ("0", "-3", "1.5", "nan", "3x", "x", "1x1x1x1x1", HUGE, "64,64"),
    "max_flops": ("x", "-1", "nan", "1.2y", "1e400x", HUGE), "max_params": ("x", "-1", "nan", "1.2y", HUGE),
    "keep": ("zz", "stride,zz", ","), "moves": ("zz", "pool,zz", ","),
    "name": ("=x", "-x", "é", "\x1b[31m"), "stdin_name": (),
}  # fmt: skip
"""Wrong values of options that take words, beside the empty one. An option that is not here has some that are wrong
for all there are."""
FOR_SETTINGS = {("sweep", "layer"): (), ("sweep", "input_size"): ("1x1x1x1x1", "z=3"), ("sweep", "set"): ("zz=3",)}
"""What a sweep says in the rows of the settings that it does not fit; () for all."""
OF_ALL = ("\x1b[31m", "\0", HUGE)
SHOWN = 40
"""Characters of a value that are surely shown."""


def called(declared: Command, option: Option, more: list[str], networks: int = 1) -> list[str]:
    """A call of a command with an option."""
    words = [declared.name]
    for argument in declared.arguments:
        if argument.name in NETWORK:
            words += [f"net{number or ''}.yaml" for number in range(1 if argument.single else networks)]
        elif argument.minimum:
            words.append(KINDS.get(option.name, "growth") if declared.name == "plot" else argument.choices[0])
    needed = [] if option.name in ("at", "covers", "grid", "at_least") else NEEDED.get(declared.name, [])
    return [*words, *needed, *BESIDE.get(option.name, []), *more]


def wrong(option: Option) -> list[str]:
    """Values that an option does not take."""
    if option.flag:
        return []
    if option.choices:
        return ["", "zz", option.choices[0].upper(), HUGE]
    if option.integer:
        below = [str(option.least - 1)] if option.least is not None else []
        above = [str(option.most + 1)] if option.most is not None else []
        return ["", "x", "1.5.1", "nan", "inf", "1e400", "0x10", "1,2", "--3", "+-3", "٣", "1_0", HUGE, *below, *above]
    return ["", *WORDS.get(option.name, OF_ALL)]


def judged(words: list[str], option: Option, value: str, said: tuple[int, str, str]) -> str:
    """What is wrong with what is said of a wrong call, "" where nothing is."""
    status, out, err = said
    named = any(flag in err for flag in option.flags) or (option.name == "output" and "cannot write" in err)
    shown = value.encode("unicode_escape").decode() if not value.isprintable() else value
    about = [shown, *shown.split(","), shown.partition("=")[0], shown.rpartition("=")[2]]
    lacks = "pip install" in err  # what a package would look at, where it is not installed
    problems = {
        f"exit status {status}": status != 2,
        "something on standard output": bool(out),
        f"{len(err.splitlines())} lines": len(err.splitlines()) != 1,
        "no option": not (named or lacks),
        "no value": not lacks and not any(one[:SHOWN] in err for one in about if one.strip() or not value.strip()),
    }
    found = [what for what, so in problems.items() if so]
    return f"{' '.join(words)[:100]}: {', '.join(found)}: {err[:300]}" if found else ""


@pytest.fixture
def walk(rf: RF) -> RF:
    """Runs command lines where net.yaml, net1.yaml and net2.yaml lie, and looks that they leave no file."""
    for name in ("net.yaml", "net1.yaml", "net2.yaml"):
        Path(name).write_text(NET, encoding="utf-8")
    before = set(os.listdir("."))

    def call(*words: str) -> tuple[int, str, str]:
        said = rf(*words)
        assert set(os.listdir(".")) == before, (words, set(os.listdir(".")) - before)
        return said

    return call


@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("networks", [1, 3])
def test_wrong_values_are_told_once_with_the_option(walk: RF, name: str, networks: int) -> None:
    declared, problems = command(name), []
    several = any(one.name == "networks" for one in declared.arguments) and name != "diff"  # which takes two
    for option in declared.options if networks == 1 or several else ():
        for value in wrong(option):
            if value and value in (FOR_SETTINGS.get((name, option.name), ("",)) or (value,)):
                continue
            if networks > 1 and option.name == "output" and name == "plot":
                continue  # a picture for each network has no one file
            words = called(declared, option, [f"{option.flags[-1]}={value}"], networks)
            problems.append(judged(words, option, value, walk(*words)))
    assert not "\n".join(filter(None, problems))


@pytest.mark.parametrize("name", COMMANDS)
def test_missing_values_are_told_with_the_option(walk: RF, name: str) -> None:
    """At the end of a call, and before another option."""
    declared = command(name)
    for option in declared.options:
        for after in ([], [option.flags[-1], "x"], ["--color=never"] if "color" in str(declared.options) else []):
            words = called(declared, option, [option.flags[0], *after])
            if option.flag:
                continue
            status, out, err = walk(*words)
            assert (status, out, len(err.splitlines())) == (2, "", 1), (words, err)
            assert f"{option.flags[-1]} takes {option.takes}; " in err and option.takes, (words, err)


APART = {
    "locate --at 1,1 --all": "give one of --at", "locate --at 1,1 --covers 1,1": "give one of --at", "locate": "give one of --at",
    "locate --all --support": "--support is for --at", "locate --covers 1,1 --support": "--support is for --at",
    "tile --fixed": "--fixed goes with --tile", "tile --image 64 --input-size 64": "--image and --input-size are two words",
    "compute --spacing 1mm --rate 3": "--rate is a spacing in seconds: give one of --rate and --spacing", "compute --units -f json": "--units is for ",
    "compute --units": "--units needs how far apart", "compute --wide --units --spacing 1mm": "--wide prints plain numbers",
    "compute --wide -f json": "--wide is for ", "compute --layers": "--layers is for ndjson", "compute -f json --columns size": "--columns is for ",
    "check --layer a": "--layer says where a bound holds", "show --set a=1": "--set changes what is expanded",
    "erf --map --sample 2": "--map is computed", "erf --map --weights a.pt": "--map is computed", "erf --seed 3": "--seed is for sampled networks",
    "erf --init uniform": "--init is for sampled networks", "erf --nonlinearity relu": "--nonlinearity is for sampled networks",
    "erf --weights a.pt --init uniform": "--init is for random weights",
    "plot region --at 1,1 --covers 1,1": "give one of --at and --covers", "plot growth --layer a --layer b": "several --layer are for region and erf",
    "plot growth --init uniform": "--init is for erf", "plot tiles --from a": "--from is for region, growth", "plot accuracy --rate 3": "--rate is for region, growth",
    "plot erf --init uniform": "--init is for sampled", "plot growth --tile 64": "--tile is for tiles",
    "export -o net.onnx": "--to torch writes *.py: add --to onnx", "export --to onnx -o net.py": "--to onnx writes *.onnx: add --to torch",
    "graph -o net.pdf": "--output takes a file that ends in .mmd",
    "compute --input-size 3 --input-size input=3": "--input-size takes either one size",
}  # fmt: skip
"""Options that do not go together, or not alone."""


@pytest.mark.parametrize("call", APART)
def test_options_that_do_not_go_together(walk: RF, call: str) -> None:
    name, *more = call.split()
    kind = [more.pop(0)] if name == "plot" else []
    status, out, err = walk(name, *kind, "net.yaml", *more)
    assert (status, out, len(err.splitlines())) == (2, "", 1), err
    assert err.startswith(f"rf {name}: {APART[call]}"), err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_option_says_what_it_takes(name: str) -> None:
    for option in command(name).options:
        assert option.flag or option.takes


@pytest.mark.parametrize(
    "name", [name for name in COMMANDS if any(one.name == "layer" for one in command(name).options)]
)
def test_a_layer_that_one_network_lacks_is_told_of_that_one(walk: RF, name: str) -> None:
    """The others are answered."""
    declared = command(name)
    if not any(one.name == "networks" for one in declared.arguments) or name in (
        "plot",
        "report",
        "sweep",
        "verify",
        "diff",
    ):
        return
    Path("net2.yaml").write_text(OTHER, encoding="utf-8")
    option = next(one for one in declared.options if one.name == "layer")
    _, _, err = walk(*called(declared, option, ["--layer", "b"], 3))
    assert err.count("'b'") == 1 and "net2.yaml" in err and "--layer" in err and "net1.yaml" not in err, err
