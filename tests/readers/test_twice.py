"""Of a model that is told in two formats the reading is taken that leaves less unknown."""

from __future__ import annotations

import io
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

import rfcli
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.description.source import ForeignModel
from rfcli.readers.draft import Draft, ForeignError
from rfcli.readers.twice import Told, drafted, path_beside


def keras(*kinds: str) -> bytes:
    """A Keras model of layers, of which those of its authors are unknown."""
    listed = [{"class_name": kind, "config": {"name": f"k{at}", "filters": 1, "kernel_size": 1}}
              for at, kind in enumerate(kinds)]  # fmt: skip
    first = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 3], "name": "x"}}
    return json.dumps({"class_name": "Sequential", "config": {"layers": [first, *listed]}}).encode()


def taken(data: bytes | None, unknown: int | None, whole: bool = False) -> str:
    """The name of the first layer that is read, where the reader of the format leaves so much unknown, or refuses."""

    def read(*_: object) -> Draft:
        if unknown is None:
            raise ForeignError("nothing here")
        draft = Draft(File("net"))
        last = draft.input("x", [8], 1)
        for _ in range(unknown or 1):
            last = draft.add("own", "custom", [last], **({"unknown": "op"} if unknown else {}))
        return draft

    told = None if data is None else Told("keras", data, "net", whole)
    module = SimpleNamespace(read=read, told_otherwise=lambda *_, **__: told)
    made = drafted(module, ForeignModel(io.BytesIO(), "net", Limits(), {}, Problems()), {})  # type: ignore[arg-type]
    return made.node().value["layers"].value[0].value["name"].value if made is not None else ""


KNOWN, ONE, TWO = keras("Conv2D"), keras("Conv2D", "Mine"), keras("Mine", "Conv2D", "Yours")


@pytest.mark.parametrize(
    ("data", "unknown", "name"),
    [
        (None, 0, "own"), (KNOWN, 0, "k0"), (KNOWN, 1, "k0"), (ONE, 0, "own"), (ONE, 1, "own"), (ONE, 2, "k0"),
        (TWO, 1, "own"), (TWO, 3, "k0"), (ONE, None, "k0"), (b"{", 0, "own"), (b"[" * 100_000, 0, "own"),
    ],
)  # fmt: skip
def test_what_is_taken(data: bytes | None, unknown: int, name: str) -> None:
    assert taken(data, unknown) == name


def test_where_nothing_else_is_told_problems_are_those_of_what_is() -> None:
    assert taken(TWO, None, whole=True) == "k0"
    with pytest.raises(ForeignError, match="not a Keras model"):
        taken(b"{}", 0, whole=True)
    with pytest.raises(ForeignError, match="nothing here"):
        taken(b"{", None)


def test_a_file_beside_another(tmp_path: Path) -> None:
    for name in ("net.pb", "other.pb"):
        (tmp_path / name).write_bytes(b"x")
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "far.pb").write_bytes(b"x")
    (tmp_path / "linked.pb").symlink_to(tmp_path / "inner" / "far.pb")
    with open(tmp_path / "net.pb", "rb") as stream:
        assert path_beside(stream, "other.pb") == str((tmp_path / "other.pb").resolve())
        for name in ("none.pb", "inner", "linked.pb", "inner/far.pb", "../net.pb"):
            assert path_beside(stream, name) is None
    assert path_beside(io.BytesIO(), "other.pb") is None


def test_the_other_reader_reads_it_again_at_the_size_of_a_call() -> None:
    """A find of the campaign: the reader that was asked first was given the sizes of the inputs, and takes none."""
    path = Path(__file__).parent.parent / "fuzz" / "finds" / "sized_again.pb"
    assert rfcli.load(path).model is not None and rfcli.compute(path, input_size=7).graph.sizes[0] == (7, 7)
