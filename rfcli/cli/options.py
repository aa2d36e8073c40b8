"""Options that several commands share."""

from __future__ import annotations

from rfcli.cli.declarations import Argument, Option
from rfcli.render.formats import DIAGNOSTICS

NETWORKS = Argument(
    "networks",
    "Description files, directories (all *.yaml, *.yml, *.json below), bundled names (see 'rf list'), or - for "
    "standard input.",
    "NETWORK...",
)
COLOR = Option("color", ("--color",), "Colours: auto is on for terminals.", "auto", ("auto", "always", "never"))
DIAGNOSTIC = Option("diagnostics", ("--diagnostics",), "How problems are reported.", "text", tuple(DIAGNOSTICS))
LIMIT = Option("limit", ("--limit",), "Raise a limit of the reader; see schemas/README.md.", (), metavar="NAME=VALUE")
OUTPUT = Option("output", ("-o", "--output"), "Write to a file instead of standard output.", metavar="FILE")
QUIET = Option("quiet", ("-q", "--quiet"), "Say nothing but results and problems.", False)
SET = Option("set", ("--set",), "Override a parameter of the description.", (), metavar="NAME=VALUE")
STDIN_NAME = Option(
    "stdin_name", ("--stdin-name",), "Name of the description on standard input.", "<stdin>", metavar="NAME"
)
VERBOSE = Option("verbose", ("-v", "--verbose"), "Say more on standard error.", False)
INPUT_SIZE = Option(
    "input_size",
    ("--input-size",),
    "Use another input size: 321, 256x512, or none for unknown; NAME=SIZE for one of several inputs.",
    (),
    metavar="SIZE",
)
SKIP_OTHERS = Option(
    "skip_others",
    ("--skip-others",),
    "Pass over files that are no descriptions: no top-level 'format: 1', not *.rf.yaml, not in a folder architectures.",
    False,
)
FROM = Option("origin", ("--from",), "Measure fields in samples of this layer or input.", metavar="NAME")
READING = (SET, STDIN_NAME, LIMIT)
SPEAKING = (DIAGNOSTIC, COLOR, QUIET, VERBOSE)
