"""`rf validate`: what is wrong, on standard output, and a summary beside it."""

import pytest
from cli.conftest import RF


def test_fine(rf: RF) -> None:
    assert rf("validate", "net.yaml") == (0, "", "1 description is valid\n")
    assert rf("validate", "net.yaml", "-q") == (0, "", "")


def test_wrong(rf: RF) -> None:
    status, out, err = rf("validate", "net.yaml", "bad.yaml", "--diagnostics", "concise")
    assert (status, out) == (1, "bad.yaml:1:9: RF105 format must be 1, is 2\n")
    assert err == "1 of 2 descriptions are wrong: 1 problem\n"


def test_verbosely(rf: RF) -> None:
    status, out, err = rf("validate", "net.yaml", "-v")
    assert (status, out) == (0, "")
    assert err.startswith("net.yaml: valid, 2 layers\n1 description is valid (")


def test_at_another_input_size(rf: RF) -> None:
    with open("halves.yaml", "w", encoding="utf-8") as stream:
        stream.write("format: 1\ninput: {size: 8, channels: 1}\nlayers: [{type: space_to_depth, scale: 2}]\n")
    assert rf("validate", "halves.yaml", "--input-size", "10x12")[0] == 0
    status, out, err = rf("validate", "halves.yaml", "net.yaml", "--input-size", "7")
    assert (status, out[:31]) == (1, "halves.yaml:3:10: RF307 space_t")
    assert out.endswith("; the nearest input sizes that fit: 6 and 8 along h and w\n")
    assert err == "1 of 2 descriptions are wrong: 1 problem\n"
    assert rf("validate", "halves.yaml", "--input-size", "7x7x7")[::2] == (
        2, "rf: halves.yaml: --input-size: the input size 7x7x7 has 3 entries, the network has 2 axes\n")  # fmt: skip


@pytest.mark.parametrize("command", ["validate", "check", "compute"])
def test_sizes_that_fit_are_named(rf: RF, command: str) -> None:
    status, out, err = rf(command, "unet_small", "--input-size", "100")
    assert status == 1
    assert "; the nearest input sizes that fit: 96 and 104 along h and w\n" in out + err
    assert "nearest" not in "".join(rf(command, "unet_small", "--input-size", "96")[1:])
