"""`rf erf`: energies that are computed, and options that exclude each other."""

import pytest
from cli.conftest import RF


def test_energies(rf: RF) -> None:
    """The central output, 7 of 15, reads samples 14 to 17: of two taps over three, 1 + 2 + 2 + 1 of 6."""
    status, out, err = rf("erf", "net.yaml", "-f", "csv")
    assert (status, err) == (0, "")
    rows = [line.split(",") for line in out.splitlines()[1:5]]
    assert [row[1] for row in rows] == ["14", "15", "16", "17"]
    assert [float(row[2]) for row in rows] == pytest.approx([1 / 6, 2 / 6, 2 / 6, 1 / 6])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--sample", "0"], "--sample takes a whole number from 1 to 10000; is '0'"),
        (["--seed", "1"], "--seed is for sampled networks: add --sample N"),
        (["--map", "--sample", "2"], "--map is computed, not sampled"),
    ],
)
def test_options_that_exclude_each_other(words: list[str], said: str, rf: RF) -> None:
    assert rf("erf", "net.yaml", *words) == (2, "", f"rf erf: {said}\n")


def test_a_decoder_says_of_which_phase_its_size_is(rf: RF) -> None:
    """92 at the central output, 100 at others: derived in the description of unet_small."""
    said = "- h and w: 92 is the size at the central output; at other phases the field has up to 100\n"
    assert said in rf("erf", "unet_small")[1]
    assert "phases" not in rf("erf", "net.yaml")[1] + rf("erf", "unet_small", "-f", "csv")[1]
