"""`rf init`."""

from __future__ import annotations

import os
import re
import shlex

from rfcli.cli.declarations import Argument, Command, Option, UsageError
from rfcli.cli.output import OUR_STDOUT, write
from rfcli.diagnostics import printable

NAMES = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")
MOST = 100
"""Characters of a name."""
ENDINGS = (".yaml", ".yml")
HOOKS_FILE = ".pre-commit-config.yaml"

FIRST = """\
# yaml-language-server: $schema=architecture.schema.json
#
# What each layer sees of the input:  rf compute {file}
# a picture, a page:                  rf graph {file} -o {name}.svg, rf report {file}
# does it keep what it promises:      rf check {file}
# Editors complete and explain this file beside the schema that its first line names:
#                                     rf schema > architecture.schema.json
format: 1
name: {name}
input: {size: [224, 224], channels: 3}  # height, width; null: any size; [16000] has one axis

parameters: {width: 32}  # $width below; rf compute {file} --set width=64

defaults:  # for all layers of a type, where they say nothing else
  conv: {kernel: 3, padding: 1, bias: false}

blocks:
  unit:  # layers to be used several times, with parameters of their own
    parameters: {filters: , stride: 1}  # one without a value must be given
    layers:
      - type: residual  # adds what its layers give to its input, or to what its shortcut gives
        layers:
          # filters are output channels; channels of the input follow from the layer before
          - {type: conv, filters: $filters, stride: $stride}
          - {type: batch_norm}
          - {type: relu}
          - {type: conv, filters: $filters}
          - {type: batch_norm}
        shortcut:  # without this layer where its condition is false
          - {type: conv, kernel: 1, padding: 0, stride: 2, filters: $filters, when: $(stride > 1)}
      - {type: relu}

layers:  # each takes what the one before it gives; inputs: [NAME] takes another
  - {name: stem, type: conv, kernel: 7, padding: 3, stride: 2, filters: $width}
  - {name: stem_norm, type: batch_norm}
  - {name: stem_relu, type: relu}
  - {name: pool, type: max_pool, kernel: 3, stride: 2, padding: 1}
  - {name: stage1, block: unit, repeat: 2, with: {filters: $width}}  # stage1_1 and stage1_2
  - {name: stage2_1, block: unit, with: {filters: $(2 * width), stride: 2}}
  - {name: stage2_2, block: unit, with: {filters: $(2 * width)}}
  - {name: head_pool, type: global_avg_pool}
  - {name: classes, type: linear, units: 10}

expect:  # what must stay true: rf check proves it
  - {layer: stage2_2, size: 99, stride: 8}
"""
HOOKS = """\
# Checks descriptions on every commit: pip install pre-commit && pre-commit install
repos:
  - repo: local
    hooks:
      - id: rf-check
        name: rf check
        entry: rf check --skip-others --force-exclude
        language: system
        files: \\.(ya?ml|json)$
"""


def run(name: str, output: str | None, pre_commit: bool) -> int:
    """Writes a first description, or the configuration of pre-commit."""
    if pre_commit:
        if name:
            raise UsageError(f"--pre-commit writes {HOOKS_FILE} for all descriptions: it takes no '{name}'")
        return _written(HOOKS, output or HOOKS_FILE)
    if name.endswith((*ENDINGS, ".json")):
        if output is not None:
            raise UsageError(f"'{name}' is a file, and so is --output {output}: give one of them")
        name, output = "", name
    to_stdout = output in ("-", *OUR_STDOUT)
    if output is not None and not to_stdout and not output.endswith(ENDINGS):
        raise UsageError(f"--output: comments need a file that ends in .yaml; is '{output}'")
    if not name:
        beside = output is None or to_stdout
        name = "net" if beside else os.path.splitext(os.path.basename(output or ""))[0].removesuffix(".rf")
    if NAMES.fullmatch(name) is None or len(name) > MOST:
        raise UsageError(
            f"a name has letters, digits and _ . + -, at most {MOST} of them; is '{name[:MOST]}'; --output FILE writes "
            "into another folder"
        )
    file = f"{name}.yaml" if output is None or to_stdout else output
    return _written(_first(name, file), output or file)


def _first(name: str, file: str) -> str:
    """The description of that name; its comments speak of that file."""
    plain = re.match("[A-Za-z_]", name) and name.lower() not in ("true", "false", "null")
    text = FIRST.replace("{name}.svg", f"{name}.svg").replace("{name}", name if plain else f'"{name}"')
    return text.replace("{file}", printable(shlex.quote(file)))


def _written(text: str, path: str) -> int:
    """Writes a file that is not there yet, and tells its path; or writes to standard output."""
    if path in ("-", *OUR_STDOUT):
        write([text], path)
        return 0
    if os.path.lexists(path):
        raise UsageError(
            f"{path} is there already, and stays as it is: --output FILE writes another, --output - prints"
        )
    write([text], path)
    write([f"{path}\n"], None)
    return 0


COMMAND = Command(
    "init",
    """Write a first description, small and with comments.

\b
  rf init                          net.yaml
  rf init my_net                   my_net.yaml, a network of that name
  rf init -o nets/first.rf.yaml
  rf init -o - > net.yaml
  rf init --pre-commit             a .pre-commit-config.yaml with rf check

It is a residual network to be changed, which computes as it is; its comments say what its keys mean and what to call
next. Nothing is asked, and no file is overwritten.
""",
    run,
    Argument("name", "The name of the network, or the file; net when left out.", "[NAME]", 0, True),
    (
        Option("output", ("-o", "--output"), "The file; - for standard output.", metavar="FILE"),
        Option("pre_commit", ("--pre-commit",), "Write .pre-commit-config.yaml with 'rf check' in it.", False),
    ),
)
