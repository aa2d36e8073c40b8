"""`rf validate`: what is wrong, on standard output, and a summary beside it."""

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
