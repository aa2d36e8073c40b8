"""PyTorch modules: traced by `torch.export`, of parameters only the shapes. Needs the extra `torch`.

Operations are those of ATen, as traced or decomposed; the families beside this module say what each reads.
"""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr
from io import StringIO
from math import prod
from typing import Any

from rfcli.description.limits import Limits
from rfcli.description.nodes import File
from rfcli.diagnostics import CallError, message_of
from rfcli.extras import torch
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.torch.library import Torch
from rfcli.readers.torch.nodes import is_settled, shapes_of
from rfcli.readers.torch.program import Program
from rfcli.readers.torch.source import Source, Weight
from rfcli.readers.torch.written import rewritten
from rfcli.readers.tracing.tracer import drafted
from rfcli.values import Value

TOLD = 300
"""Characters of an error of torch that are passed on."""


class Called(Value):
    """What a module is called with, tensors and whatever else, as it is."""

    positional: tuple[Any, ...]
    named: dict[str, Any]


def read(module: Any, example: Any, limits: Limits, source: str | None = None) -> Draft:
    """The description of a module; `source` is what it is called in messages, its class where left out. Raises
    `CallError` where torch is missing, or cannot trace it."""
    name = type(module).__name__
    traced = isinstance(module, torch().export.ExportedProgram)
    exported = _settled(module, name) if traced else _traced(module, example, name)
    if len(exported.graph.nodes) > limits.layers:
        raise CallError(f"{name}: more than {limits.layers} operations: {limits.exceeded('layers')}")
    try:
        program = Program(_source(exported))
        return drafted(program.inputs, lambda: Draft(File(source or name), name), program.run)
    except ForeignError as error:
        raise CallError(f"{name}: {error.message}") from None
    except RecursionError:
        raise CallError(f"{name}: the model is nested too deep") from None


def _source(exported: Any) -> Source:
    """What is read of an exported program. Tied parameters are one object under several names."""
    signature = exported.graph_signature
    constants = getattr(signature, "inputs_to_lifted_tensor_constants", {})
    stored = {**signature.inputs_to_parameters, **signature.inputs_to_buffers, **constants}
    parameters = set(signature.inputs_to_parameters.values())
    names: dict[int, str] = {}
    weights = {}
    for node in exported.graph.nodes:
        if node.op == "placeholder" and (path := stored.get(node.name) or stored.get(node.target)):
            tensor = exported.state_dict.get(path, exported.constants.get(path))
            name = names.setdefault(id(tensor), path) if tensor is not None else path
            params = prod(shapes_of(node)[0]) if path in parameters else 0
            weights[node.name] = Weight(path, name, params)
    own = [one.kind.name == "USER_OUTPUT" for one in signature.output_specs]

    def tensor_at(path: str) -> Any:
        return exported.constants.get(path, exported.state_dict.get(path))

    return Source(exported.graph, exported.graph_module, weights, own, tensor_at, Torch())


def _traced(module: Any, example: Any, name: str) -> Any:
    """The module's program without operations in place. Where torch cannot trace it, the module may write its own
    parameters: then it is traced once more with new values in their place. Raises `CallError`."""
    reason = CallError(f"{name}: it writes its parameters as it runs, which torch cannot trace")
    try:
        program = _exported(module, example, name)
        # Torch may crash on programs with constants that have no numbers.
        if not any(map(_is_fake, program.constants.values())):
            return _settled(program, name)
    except CallError as error:
        if not isinstance(module, torch().nn.Module) or example is None:
            raise
        reason = error
    try:
        with rewritten():
            program = _exported(module, example, name)
        if not any(map(_is_fake, program.constants.values())):
            return _settled(program, name)
    except CallError:
        pass
    raise reason


def _settled(program: Any, name: str) -> Any:
    """The program without operations in place."""
    return program if is_settled(program.graph) else _functional(program, name)


def _is_fake(tensor: Any) -> bool:
    """Whether a constant has no numbers: it stands for a parameter that is written."""
    return type(tensor).__name__ == "FakeTensor"


def _exported(module: Any, example: Any, name: str) -> Any:
    """The module as it evaluates, traced. Raises `CallError` with what torch says."""
    if not isinstance(module, torch().nn.Module):
        raise CallError(f"from_torch takes a torch.nn.Module or a torch.export.ExportedProgram, not '{name}'")
    if isinstance(module, torch().jit.ScriptModule):
        export = "torch.onnx.export(module, example, 'net.onnx', dynamo=False)"
        raise CallError(f"{name}: torch cannot trace TorchScript: give the module that it was made of, or {export}")
    called = arguments(module, example, name)
    given, named = called.positional, called.named
    reason: BaseException | None = None
    with evaluating(module), _quiet():
        for strict in (False, True):
            try:
                return torch().export.export(module, given, named, strict=strict)
            except (Exception, SystemExit) as error:  # whatever the module, or torch, raises
                reason = reason or error
    assert reason is not None, "a program is returned"
    raise CallError(f"{name}: torch.export cannot trace it: {_said(reason)}")


def _functional(exported: Any, name: str) -> Any:
    """The program without operations in place. Raises `CallError` with what torch says."""
    try:
        with warnings.catch_warnings(), _quiet():
            warnings.simplefilter("ignore")
            return exported.run_decompositions({})
    except Exception as error:  # whatever torch raises
        raise CallError(f"{name}: torch cannot rewrite its operations in place: {_said(error)}") from None


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {message_of(error, TOLD)}"


@contextmanager
def _quiet() -> Iterator[None]:
    """Without what torch writes of graphs that it cannot trace, thousands of lines: the error says it."""
    before = logging.root.manager.disable
    try:
        logging.disable()  # loggers of modules that are yet to be imported, too
        with redirect_stderr(StringIO()):
            yield
    finally:
        logging.disable(before)


@contextmanager
def evaluating(module: Any) -> Iterator[None]:
    """The module in evaluation mode, gradients on and attention written out, so that all its operations are traced;
    afterwards all is as before."""
    training = [one for one in module.modules() if one.training]
    fast = torch().backends.mha.get_fastpath_enabled()
    try:
        _evaluate(module)
        torch().backends.mha.set_fastpath_enabled(False)
        with warnings.catch_warnings(), torch().enable_grad():
            warnings.simplefilter("ignore")  # torch's about itself
            yield
    finally:
        torch().backends.mha.set_fastpath_enabled(fast)
        for one in training:
            one.training = True


def _evaluate(module: Any) -> None:
    """Puts a module into evaluation mode; that of an exported program refuses, and stays as it was exported."""
    try:
        module.eval()
    except NotImplementedError:
        return
    except Exception as error:  # whatever the module raises
        raise CallError(f"{type(module).__name__}: its eval() fails: {_said(error)}") from None


def arguments(module: Any, example: Any, name: str) -> Called:
    """What the module is called with: tensors as they are, zeros for shapes. Raises `CallError`."""
    if isinstance(example, Called):
        return example
    first = next((one for one in module.parameters() if one.is_floating_point()), None)
    like = {} if first is None else {"dtype": first.dtype, "device": first.device}

    def made(value: Any) -> Any:
        if _is_shape(value):
            if min(value) < 1:
                raise CallError(f"{name}: the example's shape {tuple(value)} has no entries")
            return torch().zeros(tuple(value), **like)
        if isinstance(value, tuple | list):
            return type(value)(made(one) for one in value)
        return {key: made(one) for key, one in value.items()} if isinstance(value, dict) else value

    if example is None:
        raise CallError(f"{name}: from_torch needs an example input, a tensor or a shape such as (1, 3, 224, 224)")
    if isinstance(example, dict):
        return Called((), made(example))
    if isinstance(example, tuple | list) and not _is_shape(example):
        return Called(tuple(made(one) for one in example), {})
    return Called((made(example),), {})


def _is_shape(value: Any) -> bool:
    return isinstance(value, tuple | list) and bool(value) and all(type(one) is int for one in value)
