"""`rf tile`: cutting an image, and lengths that do not fit."""

import pytest
from cli.conftest import RF


def test_tiles(rf: RF) -> None:
    """Along an axis tiles of 16 start at multiples of 2; the first has outputs 0 to 6, as output 7 reads sample 17."""
    with open("one.yaml", "w", encoding="utf-8") as stream:
        stream.write(
            "format: 1\ninput: {size: [32]}\nlayers: [{type: conv, kernel: 3}, {type: max_pool, kernel: 2, stride: 2}]\n"
        )
    status, out, err = rf("tile", "one.yaml", "--tile", "16", "--image", "32", "-f", "csv")
    assert (status, err) == (0, "")
    assert out.splitlines() == [
        "input_start_w,input_end_w,valid_start_w,valid_end_w", "0,16,0,7", "14,30,7,14", "16,32,14,15",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "rf tile: give --tile N, the longest that a tile may be\n"),
        (["--tile", "8x8x8"], "rf tile: --tile takes a length, or one for each of 2 axes, is '8x8x8'\n"),
        (["--tile", "none"], "rf tile: --tile takes a length, or one for each of 2 axes, is 'none'\n"),
        (["--tile", "a=8"], "rf tile: --tile takes a length, or one for each of 2 axes, is 'a=8'\n"),
        (["--tile", "8", "--layer", "c"], "rf: net.yaml: there is no layer 'c' (known here: input, a, b)\n"),
    ],
)
def test_calls_that_do_not_fit(words: list[str], said: str, rf: RF) -> None:
    assert rf("tile", "net.yaml", *words) == (2, "", said)
