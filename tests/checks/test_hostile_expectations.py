"""Expectations made to stall a check are refused, and small networks with many are not."""

import time

import pytest

import rfcli

STACK = "layers: [{name: c, type: conv, kernel: 3, padding: 1, filters: 8, repeat: %d}]\n"
CASES = {
    "input sizes": (
        "format: 1\n" + STACK % 9000 + "expect:\n" + "".join(f"  - {{layer: c_1, input_size: {n}, size: 3}}\n" for n in range(9, 30)),
        "RF009",
    ),
    "globs": (
        "format: 1\n" + STACK % 9000 + "expect:\n" + '  - {layer: "*", stride: 1, padding: 1}\n' * 60,
        "RF009",
    ),
    "coverage": (
        "format: 1\ninput: {size: 20000}\n" + STACK % 9000 + "expect:\n" + "  - {layer: c_9000, coverage: 1}\n" * 100,
        "RF009",
    ),
    "misses": (
        "format: 1\n" + STACK % 3000 + "expect:\n" + "  - {layer: c_3000, size: 1}\n" * 20_000,
        "RF401",
    ),
    "near names": (
        "format: 1\n" + STACK % 20_000 + "expect:\n" + "  - {layer: c_x, size: 1}\n" * 100,
        "RF201",
    ),
}  # fmt: skip


LONG = ("input sizes", "misses")


@pytest.mark.parametrize("name", [pytest.param(one, marks=pytest.mark.random) if one in LONG else one for one in CASES])
def test_refused_soon(name: str) -> None:
    text, code = CASES[name]
    start = time.process_time()
    found = rfcli.check(rfcli.loads(text, "net.yaml"), select=["RF512"])
    assert time.process_time() - start < 5
    assert code in {one.code for one in found.diagnostics}


def test_many_that_are_met() -> None:
    text = "format: 1\n" + STACK % 100 + "expect:\n" + "  - {layer: c_100, size: 201, coverage: 1, paths: 1}\n" * 500
    found = rfcli.check(rfcli.loads(text, "net.yaml"), select=["RF512"])
    assert (found.diagnostics, found.expectations) == ((), 1500)
