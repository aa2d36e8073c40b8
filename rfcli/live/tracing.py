"""A module of PyTorch that was made, traced: with the example of the call, whole or a part of it."""

import inspect
from typing import Any

from rfcli.description.architecture import Architecture
from rfcli.diagnostics import CallError, did_you_mean
from rfcli.extras import torch
from rfcli.live import parts
from rfcli.live.examples import Examples, Shape
from rfcli.live.named import Named
from rfcli.live.running import told
from rfcli.pipeline import Loading
from rfcli.readers.torch.trace import Called, arguments, read

TRIED = 3
"""Parts that are tried where a module cannot be traced whole."""
OTHERS = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


def is_module(value: object) -> bool:
    """Whether a value is a module, or a class of modules; or a program that torch has traced."""
    kinds = (torch().nn.Module, torch().export.ExportedProgram)
    return issubclass(value, kinds) if isinstance(value, type) else isinstance(value, kinds)


def traced(
    named: Named, module: Any, example: object, part: str | None, loading: Loading, remarks: tuple[str, ...] = ()
) -> Architecture:
    """The architecture of a module, or of a part of it. Raises `CallError` and `DescriptionError`."""
    whole = isinstance(module, torch().export.ExportedProgram)
    if whole and part is not None:
        raise named.error("a program that torch has traced has no parts that can be called", "module")
    called = None if whole else _called(named, module, example)
    name = named.what.rpartition(".")[2] or type(module).__name__
    if part is not None and called is not None:
        found = parts.part_of(named, module, part)
        called, remark = parts.reaching(named, module, found, part, called)
        module, name, remarks = found, f"{name}.{part.replace('/', '.')}", (*remarks, remark)
    try:
        draft = read(module, called, loading.limits, named.source)
    except CallError as error:
        if called is None:
            raise named.error(str(error)) from None
        raise _untraceable(named, module, called, part, loading, error) from None
    draft.name = name
    architecture = loading.draft(draft)
    return architecture.replaced(remarks=(*architecture.remarks, *remarks))


def _called(named: Named, module: Any, example: object) -> Called:
    """What a module is called with. Raises `CallError`."""
    parameters = _parameters(module)
    if example is None:
        takes = [one.name for one in parameters if one.kind not in OTHERS and one.default is one.empty]
        more = f"; its forward takes {', '.join(takes)}" if takes else ""
        raise named.error(f"say what it is called with, as 1x3x224x224{more}", "example")
    if not isinstance(example, Examples):
        with told(named, "the example cannot be made"):
            return arguments(module, example, type(module).__name__)
    if not any(one.kind is one.VAR_KEYWORD for one in parameters):
        names = [one.name for one in parameters if one.kind not in OTHERS]
        wrong = next((name for name in example.named if name not in names), None)
        if wrong is not None and names:
            raise named.error(f"its forward has no argument '{wrong}' ({did_you_mean(wrong, names)})", "example")
    _look_for_missing(named, parameters, example)
    first = next((one for one in module.parameters() if one.is_floating_point()), None)
    like = {} if first is None else {"dtype": first.dtype, "device": first.device}

    def made(value: object) -> Any:
        if isinstance(value, dict):
            return {key: made(one) for key, one in value.items()}
        if not isinstance(value, Shape):
            return value
        kind = {"dtype": getattr(torch(), value.kind)} if value.kind else {}
        return torch().zeros(value.shape, **{**like, **kind})

    with told(named, "the example cannot be made"):
        return Called(tuple(map(made, example.positional)), {name: made(one) for name, one in example.named.items()})


def _look_for_missing(named: Named, parameters: list[inspect.Parameter], example: Examples) -> None:
    """Looks that an argument without a default has its example. Raises `CallError`."""
    needed = [one.name for one in parameters if one.kind not in OTHERS and one.default is one.empty]
    missing = [name for name in needed[len(example.positional) :] if name not in example.named]
    if missing:
        help = f"give one for each, as {missing[0]}=1x3x224x224"
        raise named.error(f"its forward takes {', '.join(needed)}, and {missing[0]} has none: {help}", "example")


def _parameters(module: Any) -> list[inspect.Parameter]:
    try:
        return list(inspect.signature(module.forward).parameters.values())
    except (TypeError, ValueError):
        return []


def _untraceable(
    named: Named, module: Any, called: Called, part: str | None, loading: Loading, error: CallError
) -> CallError:
    """Why a module cannot be traced: it cannot be called so, or torch cannot follow it; then which part of it can."""
    shown, candidates = parts.described(called), parts.likely(module)
    why = str(error).removeprefix(f"{type(module).__name__}: ").replace("cannot trace it", "cannot trace it whole")
    try:
        with told(named, f"it cannot be called with {shown}"):
            parts.run(module, called)
    except CallError as wrong:
        indices = "indices" in str(wrong) or "'Long'" in str(wrong)
        help = " (tokens are whole numbers: write 1x128:int64)" if indices and "int" not in shown else ""
        if isinstance(wrong.__cause__, IndexError) and "too many indices" in str(wrong):
            help = _as_mapping(module, shown)
        why = str(wrong).removeprefix(f"{named.source}: ") + help
        candidates = [name for name in candidates if name in parts.LIKELY]
    before = "" if part is None else f"{part}."
    for name in candidates[:TRIED]:
        if _can_be_traced(named, module, name, called, loading):
            command = f"--example {shown.replace(', ', ' --example ')} --module {before}{name}"
            return named.error(f"{why}; its part {name} can be traced: rf compute '{named.source}' {command}")
    listed = f"; --module takes a part of it: {', '.join(before + one for one in candidates[:8])}" if candidates else ""
    return named.error(f"{why}{listed}")


def _as_mapping(module: Any, shown: str) -> str:
    """How to give a mapping, where a module looks into a tensor by names."""
    takes = [one.name for one in _parameters(module) if one.kind not in OTHERS]
    return f" (for a mapping write its keys: {takes[0]}.KEY={shown})" if takes and "=" not in shown else ""


def _can_be_traced(named: Named, module: Any, name: str, called: Called, loading: Loading) -> bool:
    """Whether a part is called when all of the module is, and can be traced then."""
    try:
        part = parts.part_of(named, module, name)
        reaching, reached = parts.reaching(named, module, part, name, called)
        read(part, reaching, loading.limits)
    except CallError:
        return False
    return " where " in reached
