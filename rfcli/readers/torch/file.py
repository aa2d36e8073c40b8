"""Archives of torch.export.save, and of torch.export.pt2_archive: the program's JSON alone; needs no torch.

Of weights nothing is read; of what masks attention or a kernel, and of tables of places, the numbers are.
"""

from __future__ import annotations

import json
import re
from math import prod

from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.diagnostics import CallError, did_you_mean
from rfcli.readers.archive import Archive
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.refused import SAVED, refused_archive
from rfcli.readers.tracing.core import UNFIT

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

    from rfcli.readers.torch.constants.tensors import Tensors
    from rfcli.readers.torch.source import Source

SETTINGS = ("model",)
"""Of several programs in an archive, the one that is read."""
TRAINED = True
"""A program has its weights, which fit maps of their sizes only."""
MOST = 64 << 20
"""Bytes of a program without its weights."""
MOST_ENTRIES = 16 << 20
"""Bytes of an archive's list of entries: one for each weight."""
MAJOR = 8
"""The version of torch's schema that is known."""
AGAIN = f"save the program again: {SAVED}"
WITH_TORCH = "in Python, rfcli.from_torch(torch.export.load(FILE)) reads it with the torch that wrote it"


def read(stream: BinaryIO, file: File, limits: Limits, problems: Problems, *, model: object = None) -> Draft:
    """The description of a program, of several the one called `model`. Raises `ForeignError` and `CallError`."""
    if stream.seek(0, 2) > limits.model_bytes:
        raise ForeignError(f"larger than {limits.model_bytes} bytes", limits.exceeded("model_bytes"))
    stream.seek(0)
    archive = Archive(stream, "torch", MOST_ENTRIES, "torch writes one for each weight", AGAIN)
    name, entry = _chosen(archive, file.path, model)
    data = archive.entry(entry, MOST + 1)
    if len(data) > MOST:
        raise ForeignError(f"the program has more than {MOST} bytes without its weights")
    from rfcli.readers.torch.constants.tensors import Tensors
    from rfcli.readers.torch.program import Program
    from rfcli.readers.tracing.tracer import drafted

    unlike: tuple[type[Exception], ...] = (*UNFIT, AttributeError)  # lists for mappings, numbers for texts ...
    damaged = ForeignError("a damaged program of torch.export", AGAIN)
    try:
        source = _source(json.loads(data), _tied(archive, entry, name), Tensors(archive, entry, name), limits)
    except unlike:
        raise damaged from None
    try:
        program = Program(source)
        return drafted(program.inputs, lambda: Draft(file, name), program.run)
    except UNFIT:
        raise damaged from None


def _chosen(archive: Archive, path: str, model: object) -> tuple[str | None, str]:
    """The name of the program that is read, and its entry. Raises `ForeignError` and `CallError`."""
    found = {match[1]: one for one in archive.names if (match := re.fullmatch(r"[^/]+/models/([^/]+)\.json", one))}
    old = "serialized_exported_program.json"
    if old in archive.names:
        found.setdefault("model", old)
    if not found:
        if any("/data/aotinductor/" in one for one in archive.names):
            raise ForeignError(
                "a package of AOTInductor is compiled code, which is not run",
                f"give rf the program that it was made of: {SAVED}",
            )
        refused_archive(archive.names)
    names = ", ".join(found)
    if model is not None:
        if str(model) not in found:
            near = did_you_mean(str(model), list(found))
            raise CallError(
                f"{path}: settings: there is no model '{model}' (there is {names}){'; ' + near if near else ''}",
                "settings",
            )
        return str(model), found[str(model)]
    if len(found) > 1:
        raise ForeignError(
            f"the archive has {len(found)} models: {names}", f"choose one: --set model={next(iter(found))}"
        )
    return next(iter(found.items()))


def _tied(archive: Archive, entry: str, name: str | None) -> dict[str, str]:
    """Where the archive's own list tells it: the file of each tensor by its path."""
    listed = f"{entry.partition('/')[0]}/data/weights/{name}_weights_config.json"
    if "/" not in entry or listed not in archive.names:
        return {}
    config = json.loads(archive.entry(listed, MOST))["config"]
    return {path: str(one["path_name"]) for path, one in config.items()}


def _source(document: Any, tied: dict[str, str], tensors: Tensors, limits: Limits) -> Source:
    """What is read of a program. Raises `ForeignError`, and what lists and mappings raise."""
    from rfcli.readers.torch.building import Builder
    from rfcli.readers.torch.constants.library import Library
    from rfcli.readers.torch.source import Source, Weight
    from rfcli.readers.torch.stored import only, stated, text

    major = document["schema_version"]["major"] if "schema_version" in document else MAJOR
    if type(major) is not int or major > MAJOR:
        raise ForeignError(
            f"a program of torch.export in version {major} of its format; rf reads up to {MAJOR}", WITH_TORCH
        )
    module = document["graph_module"]
    if len(module["graph"]["nodes"]) > limits.layers:
        raise ForeignError(f"more than {limits.layers} operations", limits.exceeded("layers"))
    owner = Builder(module["graph"], [4 * limits.layers]).built()
    weights: dict[str, Weight] = {}
    names: dict[str, str] = {}
    for one in module["signature"]["input_specs"]:
        kind, spec = only(one)
        key = {"parameter": "parameter_name", "buffer": "buffer_name", "tensor_constant": "tensor_constant_name"}.get(
            kind
        )
        if key is None:
            continue
        place, path = text(spec["arg"]["name"]), text(spec[key])
        shape = stated(module["graph"]["tensor_values"][place]).shape
        first = names.setdefault(tied.get(path, path), path)
        weights[place] = Weight(path, first, prod(n or 0 for n in shape) if kind == "parameter" else 0)
    own = [only(one)[0] == "user_output" for one in module["signature"]["output_specs"]]
    return Source(owner.graph, owner, weights, own, tensors, Library())
