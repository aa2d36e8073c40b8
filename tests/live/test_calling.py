"""The network that a name in a module stands for."""

from __future__ import annotations

from types import ModuleType

import pytest

from rfcli.diagnostics import CallError
from rfcli.live.calling import network
from rfcli.live.named import code

SOURCE = """
class Net:
    def __init__(self, depth=1): self.depth = depth
class Needs(Net):
    def __init__(self, depth, width, *, act='relu'): self.depth = (depth, width, act)
class Raises(Net):
    def __init__(self): raise ValueError('boom')
class Wrapper:
    def __init__(self): self.model = Net()
def make(n=2, **more): return Net(n)
def pair(): return Net(), 3
def nothing(): return None
ready = Net(9)
CONFIG = {}
class Space:
    net = Net(8)
    build = staticmethod(lambda: Net(7))
"""


def module(name: str = "model", source: str = SOURCE) -> ModuleType:
    made = ModuleType(name)
    exec(source, made.__dict__)
    return made


def found(what: str, source: str = SOURCE, where: str = "model.py") -> object:
    here = module(source=source)

    def is_net(value: object) -> bool:
        kind = value if isinstance(value, type) else type(value)
        return any(one.__name__ == "Net" for one in kind.__mro__)

    made = network(code(f"torch:{where}:{what}" if what else f"torch:{where}"), here, "a Net", is_net)
    return made.depth  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("what", "depth"),
    [
        ("Net", 1),
        ("Net(5)", 5),
        ("Net(depth=6)", 6),
        ("Needs(1, width=2)", (1, 2, "relu")),
        ("make", 2),
        ("make(3)", 3),
        ("make(n=4, other=1)", 4),
        ("ready", 9),
        ("Space.net", 8),
        ("Space.build", 7),
    ],
)
def test_networks(what: str, depth: object) -> None:
    assert found(what) == depth


@pytest.mark.parametrize(
    ("what", "said"),
    [
        ("Nett", "there is no 'Nett' in model.py; did you mean 'Net'?"),
        ("mkae", "did you mean 'make'?"),
        ("zzzzzz", "there is no 'zzzzzz' in model.py; it has Net, Needs, Raises, ready"),
        ("Space.nett", "there is no 'nett' in Space; did you mean 'net'?"),
        ("Needs", "Needs needs the arguments depth, width: torch:model.py:Needs(depth=..., width=...)"),
        ("Needs(3)", "Needs needs the argument width: torch:model.py:Needs(3, width=...)"),
        ("Needs(1, 2, atc=3)", "Needs has no argument 'atc' (did you mean 'act'?)"),
        ("Needs(1, 2, 3)", "does not take these arguments: too many positional arguments"),
        ("nothing(1)", "does not take these arguments"),
        ("nothing(a=1)", "nothing has no argument 'a' (it takes none)"),
        ("Raises", "it cannot be made: "),
        ("Wrapper", "Wrapper gives a Wrapper, not a Net; its attribute model is one"),
        ("pair", "pair gives a tuple: a function that gives a Net alone is needed"),
        ("nothing", "nothing gives None, not a Net"),
        ("ready()", "ready is a network already: leave the parentheses out"),
        ("CONFIG", "CONFIG is a dict, neither a Net nor a class or function that makes one"),
        ("", "say which: torch:model.py:Raises; it has Net, Needs, Raises, ready"),
    ],
)
def test_what_is_none_is_told(what: str, said: str) -> None:
    with pytest.raises(CallError) as error:
        found(what)
    assert said in str(error.value)


def test_the_only_network_of_a_file_needs_no_name() -> None:
    only = "class Net:\n    depth = 3\nclass Helper: pass\n"
    assert found("", only) == 3
    with pytest.raises(CallError, match="say which: torch:model:Net"):
        found("", only, "model")
    with pytest.raises(CallError, match="no network is in it"):
        found("", "X = 1\n")


def test_libraries_fetch_no_weights() -> None:
    source = """
class Net:
    def __init__(self, given): self.depth = given
def resnet(weights='imagenet', weights_backbone=None, classes=3): return Net((weights, weights_backbone, classes))
resnet.__module__ = 'torchvision.models.resnet'
def own(weights='mine'): return Net(weights)
own.__module__ = 'model'
"""
    assert found("resnet", source) == (None, None, 3)
    assert found("resnet(weights='x')", source) == ("x", None, 3)
    assert found("own", source) == "mine"
