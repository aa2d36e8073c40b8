"""The table of operators is that of the specification, as onnx has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from onnx import defs

from rfcli.readers.onnx import operators
from rfcli.readers.onnx.file import OLDEST
from rfcli.readers.onnx.operators import operator_of

TABLE = Path(operators.__file__).with_name("operators.txt")
Formal = defs.OpSchema.FormalParameterOption
NEWEST = 28
"""The opset of the onnx that the table was last written by."""


def line_of(schema: defs.OpSchema) -> str:
    """What an operator takes, as the table has it."""
    if schema.deprecated:
        return ""
    inputs = schema.inputs
    listed = len(inputs) - bool(inputs and inputs[-1].option == Formal.Variadic)
    needed = "+".join(str(at) for at, one in enumerate(inputs) if one.option == Formal.Single)
    counts = f"{schema.min_input},{schema.max_input},{listed},{needed},{schema.max_output}"
    kinds = ((name, str(one.type).rpartition(".")[2], one.required) for name, one in sorted(schema.attributes.items()))
    return " ".join([counts, *(f"{name}:{kind}{'!' * required}" for name, kind, required in kinds)])


def rows() -> Iterator[str]:
    """The lines of the table."""
    found: dict[str, dict[int, str]] = {}
    for one in sorted(defs.get_all_schemas_with_history(), key=lambda one: (one.name, one.since_version)):
        if one.domain == "":
            versions = found.setdefault(one.name, {})
            versions[max(one.since_version, OLDEST)] = line_of(one)
    for name, versions in found.items():
        before = ""
        for since, line in versions.items():
            if line != before:
                yield f"{name} {since} {line}".rstrip()
            before = line


def test_the_table(request: pytest.FixtureRequest) -> None:
    """`--rewrite` writes it anew; an older onnx knows a part of it, and a newer one more."""
    newest = defs.onnx_opset_version()
    if request.config.getoption("rewrite"):
        assert newest >= NEWEST, "written by an older onnx it would lose operators"
        TABLE.write_text("".join(f"{row}\n" for row in rows()), encoding="ascii")
    written, shared = TABLE.read_text(encoding="ascii").splitlines(), min(newest, NEWEST)
    assert up_to(shared, rows()) == up_to(shared, written)


def up_to(opset: int, lines: Iterable[str]) -> list[str]:
    return [line for line in lines if int(line.split(" ")[1]) <= opset]


def test_versions() -> None:
    """A version lasts until the next one; one that is not stated is the newest."""
    assert operator_of("Upsample", 9) is not None
    assert operator_of("Upsample", 10) is None and operator_of("Upsample", 0) is None
    before, after, newest = (operator_of("Squeeze", opset) for opset in (12, 13, 0))
    assert before is not None and before.most == 1 and before.attributes == {"axes": ("INTS", False)}
    assert after == newest == operator_of("Squeeze", 1000)
    assert after is not None and after.most == 2 and after.needed == {0} and not after.attributes
    assert operator_of("Gelu", 19) is None and operator_of("Gelu", 20) is not None
    assert operator_of("com.microsoft.Gelu", 20) is None
    transposed = operator_of("Cast", 13)
    assert transposed is not None and transposed.attributes["to"] == ("INT", True)
