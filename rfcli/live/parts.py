"""A part of a module, and what reaches it."""

from typing import Any

from rfcli.diagnostics import did_you_mean
from rfcli.extras import torch
from rfcli.live.examples import Shape
from rfcli.live.named import Named
from rfcli.live.running import told
from rfcli.readers.torch.trace import Called, evaluating

LIKELY = ("backbone", "encoder", "features", "body", "trunk", "vision_model", "image_encoder", "model")
"""What a part is called that sees the image, and can mostly be traced."""
MOST_LISTED = 12


class _Reached(BaseException):
    """Raised where the part is called: nothing after it is of interest, and no handler for errors is to catch it."""


def part_of(named: Named, module: Any, path: str) -> Any:
    """The part at a path such as `backbone.layer4` or `backbone/layer4`. Raises `CallError`."""
    known = dict(module.named_modules())
    wanted = path.replace("/", ".").strip(". ")
    if wanted in known and wanted:
        return known[wanted]
    children = [name for name, _ in module.named_children()]
    near = did_you_mean(wanted, [name for name in known if name], "")
    if not near:
        more = f" and {len(children) - MOST_LISTED} more" if len(children) > MOST_LISTED else ""
        near = f"its parts are {', '.join(children[:MOST_LISTED])}{more}" if children else "it has no parts"
    raise named.error(f"{type(module).__name__} has no part '{path}' ({near})", "module")


def reaching(named: Named, module: Any, part: Any, path: str, called: Called) -> tuple[Called, str]:
    """What a part is called with when the whole module is called, and a remark; where the module cannot be called so,
    the example is the part's own. Raises `CallError`."""
    whole = type(module).__name__
    found: list[Called] = []

    def reached(_: Any, positional: tuple[Any, ...], keywords: dict[str, Any]) -> None:
        found.append(Called(tuple(positional), dict(keywords)))
        raise _Reached

    handle = part.register_forward_pre_hook(reached, with_kwargs=True)
    reason = ""
    try:
        run(module, called)
        reason = f"{whole} does not call it"
    except _Reached:
        pass
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        from rfcli.live.running import said

        reason = f"{whole} cannot be called with it: {said(error)}"
    finally:
        handle.remove()
    if found:
        return found[0], f"{path} is called with {described(found[0])} where {whole} is with {described(called)}"
    with told(named, f"{path} cannot be called with {described(called)}, and {reason}"):
        run(part, called)
    return called, f"{path} itself is called with {described(called)}: {reason}"


def run(module: Any, called: Called) -> Any:
    """What a module gives as it evaluates."""
    with evaluating(module), torch().no_grad():
        return module(*called.positional, **called.named)


def likely(module: Any) -> list[str]:
    """The parts of a module, those first that can be traced most likely, then those with most parameters."""
    sizes = {name: sum(one.numel() for one in part.parameters()) for name, part in module.named_children()}
    order = {name: at for at, name in enumerate(LIKELY)}
    return sorted(
        (name for name in sizes if sizes[name]), key=lambda name: (order.get(name, len(LIKELY)), -sizes[name])
    )


def described(called: Called) -> str:
    """What a module is called with, as `--example` has it."""
    each = [_described(one) for one in called.positional]
    return ", ".join([*each, *_named(called.named, "")])


def _named(values: dict[str, Any], before: str) -> list[str]:
    found = []
    for name, one in values.items():
        inner = isinstance(one, dict) and all(isinstance(key, str) for key in one)
        found += _named(one, f"{before}{name}.") if inner else [f"{before}{name}={_described(one)}"]
    return found


def _described(value: Any) -> str:
    if isinstance(value, torch().Tensor):
        kind = "" if value.is_floating_point() else str(value.dtype).removeprefix("torch.")
        return str(Shape(tuple(value.shape), kind))
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_described, value))}]"
    return repr(value) if isinstance(value, bool | int | float | str | None) else type(value).__name__
