"""`rf export`."""

from __future__ import annotations

from rfcli import TARGETS
from rfcli.cli import options
from rfcli.cli.answers import refuse_folder
from rfcli.cli.declarations import Argument, Command, Option, Shared, UsageError
from rfcli.cli.networks import loaded
from rfcli.cli.output import write
from rfcli.cli.session import Session

ENDINGS = {"torch": ".py", "onnx": ".onnx", "keras-json": ".json"}
"""How files for each tool end."""


def run(
    network: str,
    to: str,
    input_size: tuple[str, ...],
    output: str | None,
    shared: Shared,
) -> int:
    """Writes a network for another tool."""
    session = Session(shared)
    sizes = options.input_sizes(input_size)
    other = next((one for one, ending in ENDINGS.items() if one != to and output and output.endswith(ending)), None)
    if other is not None:
        raise UsageError(f"--to {to} writes *{ENDINGS[to]}: add --to {other}, or another name than '{output}'")
    refuse_folder(network, "what is written")
    from rfcli.api.networks import exported

    for shown, architecture in loaded(session, [network], input_size=sizes):
        with session.kept(shown):
            written = exported(architecture, to, input_size=sizes)
            write(written if isinstance(written, bytes) else [written], output)
    return session.ended()


COMMAND = Command(
    "export",
    """Write a network for another tool.

\b
  rf export resnet_v1_50 --to torch -o resnet_v1_50.py
  rf export net.yaml --to torch --input-size none
  rf export net.cfg --to onnx -o net.onnx
  rf export net.onnx --to keras-json > net.json

torch is the source of one nn.Module, with the scopes as modules and the layers' names. onnx is a model whose weights
are zeros that are not stored; it needs the package onnx. keras-json is what keras.models.model_from_json reads. All
have the geometry and the parameters that rf computes. Layers that the target cannot say are refused, each with its
reason.
""",
    run,
    Argument(
        "network",
        "A description file, a foreign model, a bundled name (see 'rf list'), or - for standard input.",
        "NETWORK",
        1,
        True,
    ),
    (
        Option("to", ("--to",), "What is written.", "torch", tuple(TARGETS)),
        options.INPUT_SIZE,
        options.OUTPUT,
        *options.READING,
        *options.SPEAKING,
    ),
)
