"""The network that a name in a module stands for: one that is there, or what a class or a function makes."""

from __future__ import annotations

import inspect

from rfcli.diagnostics import did_you_mean
from rfcli.live.running import told

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from types import ModuleType

    from rfcli.live.named import Named

    IsNetwork = Callable[[object], bool]

WEIGHTS = {
    "torchvision": ("weights", "weights_backbone"), "keras": ("weights",), "tf_keras": ("weights",),
    "tensorflow": ("weights",), "segmentation_models_pytorch": ("encoder_weights",), "timm": ("pretrained",),
}  # fmt: skip
"""Arguments of libraries' factories that name weights, which some fetch where nothing is said."""
MOST_NAMED = 12
"""Names that are listed."""


def network(named: Named, module: ModuleType, kind: str, is_network: IsNetwork) -> object:
    """The network that a source names in a module; `kind` says what it is to be. Raises `CallError`."""
    if not named.what:
        named = named.replaced(what=_only(named, module, is_network))
    found = _found(named, module, is_network)
    if is_network(found) and not isinstance(found, type):
        if named.positional is not None:
            raise named.error(f"{named.what} is a network already: leave the parentheses out")
        return found
    if not callable(found):
        raise named.error(f"{named.what} is {_a(found)}, neither {kind} nor a class or function that makes one")
    return made(named, found, kind, is_network)


def made(named: Named, factory: Callable[..., object], kind: str, is_network: IsNetwork) -> object:
    """What a class or function makes, called with a source's arguments. Raises `CallError`."""
    keywords = {**_untrained(factory), **named.keywords}
    positional = named.positional or ()
    _fits(named, factory, positional, keywords)
    with told(named, "it cannot be made"):
        result = factory(*positional, **keywords)
    if is_network(result):
        return result
    what = named.what or named.where
    parts = result if isinstance(result, list | tuple) else ()
    if any(map(is_network, parts)):
        raise named.error(f"{what} gives {_a(result)}: a function that gives {kind} alone is needed")
    held = [name for name, one in getattr(result, "__dict__", {}).items() if is_network(one)]
    help = f"; its attribute {held[0]} is one: a function that returns that is needed" if held else ""
    raise named.error(f"{what} gives {_a(result)}, not {kind}{help}")


def _a(value: object) -> str:
    name = type(value).__name__
    return "None" if value is None else f"{'an' if name[:1].lower() in 'aeio' else 'a'} {name}"


def _found(named: Named, module: ModuleType, is_network: IsNetwork) -> object:
    """What a dotted name is in a module. Raises `CallError`."""
    found: object = module
    before = named.where
    for part in named.what.split("."):
        with told(named, f"{part} cannot be looked up"):
            missing = not hasattr(found, part)
            above, found = found, None if missing else getattr(found, part)
        if missing:
            raise named.error(_no_name(part, before, above, is_network))
        before = part
    return found


def _no_name(name: str, where: str, above: object, is_network: IsNetwork) -> str:
    listed = _networks(above, is_network)
    known = [*listed, *(one for one in _callables(above) if one not in listed)]
    near = did_you_mean(name, known, f"it has {_some(listed)}" if listed else "")
    return f"there is no '{name}' in {where}" + (f"; {near}" if near else "")


def _only(named: Named, module: ModuleType, is_network: IsNetwork) -> str:
    """The one network of a module that names none; of several the one that no other is made of. Raises
    `CallError`."""
    found = _networks(module, is_network)
    if len(found) == 1 and named.is_file:
        return found[0]
    classes = [name for name in found if isinstance(getattr(module, name), type)]
    where, example = f"{named.scheme}:{named.where}", [*found, *classes, "NAME"][-1 if not found else -2]
    has = f"it has {_some(found)}" if found else "no network is in it under a name of its own"
    raise named.error(f"say which: {where}:{example}; {has}")


def _some(names: list[str]) -> str:
    more = len(names) - MOST_NAMED
    return ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def _networks(module: object, is_network: IsNetwork) -> list[str]:
    """Names of a module's own networks: classes of them, and networks that are there."""
    own = getattr(module, "__name__", None)
    return (
        [
            name
            for name, one in vars(module).items()
            if not name.startswith("_")
            and is_network(one)
            and (getattr(one, "__module__", own) == own or not isinstance(one, type))
        ]
        if hasattr(module, "__dict__")
        else []
    )


def _callables(module: object) -> list[str]:
    names = vars(module) if hasattr(module, "__dict__") else {}
    return [name for name, one in names.items() if callable(one) and not name.startswith("_")]


def _untrained(factory: Callable[..., object]) -> dict[str, object]:
    """Arguments that keep a library's factory from fetching weights, which change no number."""
    package = str(getattr(factory, "__module__", "")).partition(".")[0]
    names = WEIGHTS.get(package, ())
    if not names:
        return {}
    parameters = _parameters(factory)
    return {name: None for name in names if name in parameters and parameters[name].default not in (None, False)}


def _parameters(factory: Callable[..., object]) -> Mapping[str, inspect.Parameter]:
    try:
        return inspect.signature(factory).parameters
    except (TypeError, ValueError):
        return {}


def _fits(
    named: Named, factory: Callable[..., object], positional: tuple[object, ...], keywords: dict[str, object]
) -> None:
    """Looks that a class or function takes these arguments. Raises `CallError`."""
    try:
        signature = inspect.signature(factory)
    except (TypeError, ValueError):
        return
    parameters = signature.parameters
    what = named.what or named.where
    if not any(one.kind is one.VAR_KEYWORD for one in parameters.values()):
        for name in keywords:
            if name not in parameters:
                near = did_you_mean(name, list(parameters)) if parameters else "it takes none"
                raise named.error(f"{what} has no argument '{name}' ({near})")
    try:
        signature.bind(*positional, **keywords)
    except TypeError as error:
        missing = _missing(parameters, positional, keywords)
        if missing:
            example = ", ".join(f"{name}=..." for name in missing)
            noun = "the argument" if len(missing) == 1 else "the arguments"
            before = f"{named.source.rstrip().removesuffix(')')}, " if positional or keywords else f"{named.place}("
            raise named.error(f"{what} needs {noun} {', '.join(missing)}: {before}{example})") from None
        raise named.error(f"{what}{signature} does not take these arguments: {error}") from None


def _missing(
    parameters: Mapping[str, inspect.Parameter], positional: tuple[object, ...], keywords: dict[str, object]
) -> list[str]:
    """Parameters without a default that are not given."""
    rest = list(parameters.values())[len(positional) :]
    kinds = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [one.name for one in rest if one.default is one.empty and one.kind not in kinds and one.name not in keywords]
