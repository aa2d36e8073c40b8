"""Constants of archives of three versions of torch. Regions of these networks are those of autograd."""

from __future__ import annotations

import io
import json
import struct
import tracemalloc
import zipfile
from typing import Any

import pytest
from readers.torch.archives import VERSIONS, with_constants

import rfcli
from rfcli.readers.archive import Archive
from rfcli.readers.torch.constants import tensors
from rfcli.readers.torch.constants.tensors import Held, Tensors
from rfcli.readers.tracing.maps import Layout

NEWEST = VERSIONS[-1]
CONFIG = "net/data/weights/model_weights_config.json"
CASES = [
    *((version, "pixels", {"a": ((3, 5), "strictly_causal"), "b": ((4, 7), "causal")}) for version in VERSIONS),
    *((version, "blur", {"c": ((3, 3), None), "conv2d": ((5, 5), "[1, 0, 1], [0, 0, 0], [1, 0, 1]")}) for version in VERSIONS),
    *((version, "causal", {"q": ((3,), None), "matmul": ((3,), "global: before")}) for version in VERSIONS),
    (NEWEST, "picked", {"c": ((3, 3), None), "index": ((3, 3), None)}),
    (NEWEST, "windows", {"p": ((2, 2), None), "permute_4": ((4, 4), None)}),
]  # fmt: skip


def computed(data: bytes) -> rfcli.Report:
    return rfcli.compute(rfcli.loads(data, "net.pt2"))


@pytest.mark.parametrize(("version", "name", "layers"), CASES, ids=[f"{name}-{version}" for version, name, _ in CASES])
def test_versions(version: str, name: str, layers: dict[str, Any]) -> None:
    network = rfcli.loads(with_constants(name, version), "net.pt2")
    report, written = rfcli.compute(network), rfcli.described(network)
    assert not [row["notes"] for row in report.rows() if "not known" in row["notes"]]
    for layer, (size, mask) in layers.items():
        assert report.layer(layer).receptive_field.size == size
        assert mask is None or mask in written


def held(data: bytes, name: str = "model") -> Tensors:
    return Tensors(Archive(io.BytesIO(data), "torch", 1 << 20, "few", "again"), "net/models/model.json", name)


def test_numbers() -> None:
    data = with_constants("pixels")
    assert held(data)("b.mask").select(0, 0).select(0, 1).tolist() == [[1, 1, 1], [1, 1, 0], [0, 0, 0]]
    assert held(with_constants("picked"))("at").tolist() == [3, 1, 0]
    assert held(with_constants("causal"))("bias").shape == (1, 1, 8, 8)


TYPES = [
    (1, "B", 200), (2, "b", -3), (3, "h", -300), (4, "i", -70000), (5, "q", 1 << 40), (6, "e", 0.5), (7, "f", 1.5), (8, "d", 0.1),
    (28, "H", 60000), (34, "I", 1 << 31), (35, "Q", 1 << 63),
]  # fmt: skip


def archived(
    type: int, data: bytes, sizes: list[int], strides: list[int], start: int = 0, order: bytes = b"little"
) -> bytes:
    one = {"path_name": "weight_0", "use_pickle": False, "tensor_meta": {
        "dtype": type, "sizes": [{"as_int": n} for n in sizes], "strides": [{"as_int": n} for n in strides],
        "storage_offset": {"as_int": start},
    }}  # fmt: skip
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr(CONFIG, json.dumps({"config": {"a": one}}))
        made.writestr("net/data/weights/weight_0", data)
        made.writestr("net/byteorder", order)
    return stream.getvalue()


@pytest.mark.parametrize(("type", "code", "value"), TYPES)
@pytest.mark.parametrize(("sign", "order"), [("<", b"little"), (">", b"big")])
def test_types(type: int, code: str, value: float, sign: str, order: bytes) -> None:
    data = struct.pack(f"{sign}3{code}", 0, value, 1)
    assert held(archived(type, data, [3], [1], 0, order))("a").tolist() == [0, value, 1]


@pytest.mark.parametrize(("sign", "order"), [("<", b"little"), (">", b"big")])
@pytest.mark.parametrize("strides", [[1024, 32, 1], [1024, 1, 32]])
def test_windows_that_repeat_one_another_are_read_once(sign: str, order: bytes, strides: list[int]) -> None:
    """In order or not: row by row, each is what stands there."""
    inner, border = [0.0] * 1024, [1.5 * at for at in range(1024)]
    numbers = (inner + inner + border + inner) * 2
    found = held(archived(7, struct.pack(f"{sign}8192f", *numbers), [8, 32, 32], strides, 0, order))("a")
    wanted = numbers if strides[2] == 1 else [numbers[window * 1024 + row + 32 * column]
                                              for window in range(8) for row in range(32) for column in range(32)]  # fmt: skip
    assert found.flat() == wanted and {*found.once()} == {*numbers}
    assert (found.repeats is not None) is (strides[2] == 1)


def test_types_that_arrays_do_not_have() -> None:
    assert held(archived(12, b"\0\1\2", [3], [1]))("a").tolist() == [False, True, True]
    half = struct.pack("<2f", 1.5, -2.0)
    assert held(archived(13, half[2:4] + half[6:], [2], [1]))("a").tolist() == [1.5, -2.0]


def test_tensors_of_the_same_numbers_are_one() -> None:
    one = held(with_constants("pixels"))
    assert one("a.mask") is one("a.mask") and one("a.mask") is not one("b.mask")
    data = struct.pack("<6b", 1, 2, 1, 2, 0, 1)
    made = [
        Held(held(archived(2, data, [6], [1])).archive, "net/data/weights/weight_0", 2, (2,), (1,), at)
        for at in (0, 2, 3)
    ]
    one._held = dict(zip("xyz", made, strict=True))
    assert one("x").tolist() == one("y").tolist() == [1, 2] and one("z").tolist() == [2, 0]


def test_layout() -> None:
    data = struct.pack("<6b", *range(6))
    assert held(archived(2, data, [2, 2], [1, 3], 1))("a").tolist() == [[1, 4], [2, 5]]
    assert held(archived(2, data, [2, 3], [3, 0]))("a").tolist() == [[0, 0, 0], [3, 3, 3]]


@pytest.mark.parametrize(
    ("type", "sizes", "strides", "start"),
    [
        (2, [7], [1], 0), (2, [3], [3], 0), (2, [1 << 40], [0], 0), (2, [2], [1 << 60], 0), (2, [2], [1], 1 << 60), (99, [1], [1], 0),
        (2, [-1], [1], 0), (7, [2], [1], 0), (2, [2, 2], [1], 0), ("x", [1], [1], 0), (11, [1], [1], 0),
    ],
)  # fmt: skip
def test_lengths_that_lie(type: int, sizes: list[int], strides: list[int], start: int) -> None:
    with pytest.raises(Layout):
        held(archived(type, b"\0" * 6, sizes, strides, start))("a")


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "damage",
    [lambda data: data[:100], lambda data: b"", lambda data: data[: len(data) // 2]],
)
def test_without_its_constants_a_mask_is_not_known(version: str, damage: Any) -> None:
    files = zipfile.ZipFile(io.BytesIO(with_constants("pixels", version)))
    damaged = [one for one in files.namelist() if ("weights" in one and ".json" not in one) or "state_dict" in one]
    changed = {name: damage(files.read(name))[: -1 or None] for name in damaged}
    report = computed(with_constants("pixels", version, changed))
    told = [row["notes"] for row in report.rows() if row["layer"] in ("a", "b")]
    assert all("numbers are not at hand" in one for one in told), told


def test_no_more_is_read_than_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensors, "MOST", 100)
    one = held(archived(2, bytes(60), [60], [1]))
    assert len(one("a").tolist()) == 60 and len(one("a").tolist()) == 60  # once
    one.left = 30
    other = held(archived(2, bytes(101), [101], [1]))
    with pytest.raises(Layout):
        other("a")
    with pytest.raises(Layout):
        one("b")


@pytest.mark.parametrize("version", VERSIONS)
def test_weights_are_not_read(version: str) -> None:
    """The weights of another program, ten million bytes, stand beside: no memory is taken for them."""
    data = with_constants("pixels", version, {"net/data/weights/weight_99": bytes(10_000_000)})
    tracemalloc.start()
    computed(data)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 6_000_000
