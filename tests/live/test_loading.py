"""A file or a module is imported with what lies beside it, and forgotten afterwards."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from rfcli.diagnostics import CallError
from rfcli.live.loading import loaded
from rfcli.live.named import code
from rfcli.live.running import aside

FILES = {
    "plain.py": "from beside import WIDTH\n",
    "beside.py": "WIDTH = 1\n",
    "other/plain.py": "from beside import WIDTH\n",
    "other/beside.py": "WIDTH = 2\n",
    "loose/deep/net.py": "from ..base import WIDTH\nfrom .near import NEAR\n",
    "loose/base.py": "WIDTH = 3\n",
    "loose/deep/near.py": "NEAR = 3\n",
    "pack/__init__.py": "from pack.inner import WIDTH\n",
    "pack/inner.py": "WIDTH = 4\nfrom .more import MORE\n",
    "pack/more.py": "MORE = 4\n",
    "lazy.py": "def f():\n    import beside\n    return beside.WIDTH\nWIDTH = 5\n",
    "my-repo/models/net.py": "from .near import WIDTH\n",
    "my-repo/models/near.py": "WIDTH = 6\n",
    "data.py": "from __future__ import annotations\nimport dataclasses\n@dataclasses.dataclass\nclass A:\n    x: int = 7\nWIDTH = A().x\n",
    "missing.py": "import nowhere_to_be_found\n",
    "wrong.py": "def f(:\n",
    "raising.py": "\nraise ValueError('boom')\n",
}  # fmt: skip


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name, text in FILES.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def width(source: str) -> object:
    with aside(), loaded(code(source)) as module:
        if hasattr(module, "f"):
            assert module.f() == 1, "what is imported later is found, too"
        return module.WIDTH


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("torch:plain.py:x", 1),
        ("torch:other/plain.py:x", 2),
        ("torch:loose/deep/net.py:x", 3),
        ("torch:pack/inner.py:x", 4),
        ("torch:pack/__init__.py:x", 4),
        ("torch:lazy.py:x", 5),
        ("torch:my-repo/models/net.py:x", 6),
        ("torch:data.py:x", 7),
        ("torch:pack.inner:x", 4),
        ("torch:loose.deep.net:x", 3),
        ("torch:plain:x", 1),
    ],
)
def test_what_lies_beside_is_found(source: str, expected: int, folder: Path) -> None:
    before = set(sys.modules)
    assert width(source) == expected
    assert {
        name for name in set(sys.modules) - before if name.split(".")[0] in ("plain", "beside", "pack", "loose")
    } == set()


def test_two_files_of_one_name_have_each_its_own(folder: Path) -> None:
    assert [width(f"torch:{name}:x") for name in ("plain.py", "other/plain.py", "plain.py")] == [1, 2, 1]


@pytest.mark.parametrize(
    ("source", "said"),
    [
        ("torch:plian.py:x", "there is no file plian.py; did you mean 'plain.py'?"),
        ("torch:nope/a.py:x", "there is no folder nope"),
        ("torch:missing.py:x", "missing.py:1: ModuleNotFoundError: No module named 'nowhere_to_be_found' (install nowhere_to_be_found"),
        ("torch:wrong.py:x", "wrong.py:1: SyntaxError"),
        ("torch:raising.py:x", "it cannot be loaded: raising.py:2: ValueError: boom"),
        ("torch:raising:x", "it cannot be imported: raising.py:2: ValueError: boom"),
        ("torch:missing:x", "No module named 'nowhere_to_be_found'"),
        ("torch:resnet50", "there is no module resnet50: a network is a name in a module, as torch:torchvision.models:resnet50 or timm:resnet50"),
        ("torch:pack.nope:x", "there is no module pack.nope where rf is installed"),
    ],
)  # fmt: skip
def test_what_cannot_be_loaded_is_told(source: str, said: str, folder: Path) -> None:
    with pytest.raises(CallError) as error:
        width(source)
    assert said in str(error.value) and "\n" not in str(error.value)
