"""`rf import`: a model as a description."""

import pytest
from cli.conftest import RF


def test_a_description_written_anew(rf: RF) -> None:
    status, out, err = rf("import", "net.yaml", "--name", "other", "--flat", "-v")
    assert (status, out.splitlines()[:3]) == (0, ["format: 1", "name: other", "reference: imported from net.yaml"])
    assert err == "<stdout>: 2 layers in 7 lines\n"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["."], ". is a directory: one model at a time"),
        (["net.yaml", "--name", "a,b"], "--name: 'a,b' holds characters that names may not hold"),
    ],
)
def test_calls_that_make_no_sense(words: list[str], said: str, rf: RF) -> None:
    assert rf("import", *words) == (2, "", f"rf import: {said}\n")
