"""`rf tile`: cutting an image, and lengths that do not fit."""

import json

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


def test_no_length_is_needed(rf: RF) -> None:
    status, out, err = rf("tile", "net.yaml", "-f", "json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert found["tiles"] == []
    assert [axis["tile"] for axis in found["axes"]] == [None, None]


def test_an_image_of_unknown_size(rf: RF) -> None:
    status, out, _ = rf("tile", "net.yaml", "--tile", "16", "--image", "none", "-f", "json")
    found = json.loads(out)
    assert (status, found["tiles"], [axis["image"] for axis in found["axes"]]) == (0, [], [None, None])


DECODER = """format: 1
input: {size: [250]}
layers:
  - {name: a, type: conv, kernel: 3, padding: 1}
  - {name: n, type: instance_norm}
  - {name: p, type: max_pool, kernel: 16}
  - {name: u, type: upsample, scale: 16}
  - {name: s, type: add, inputs: [n, u]}
"""


@pytest.mark.parametrize("words", [[], ["--image", "250"]])
def test_a_size_that_does_not_fit(words: list[str], rf: RF) -> None:
    """No pass takes 250 samples; the halo needs none, and tiles are those of a padded image."""
    with open("up.yaml", "w", encoding="utf-8") as stream:
        stream.write(DECODER)
    assert rf("tile", "up.yaml", "--tile", "64", *words)[0] == 2
    status, out, err = rf("tile", "up.yaml", "--tile", "64", "--ignore-global", *words, "-f", "csv")
    assert (status, out.splitlines()[-1].split(",")[:2]) == (0, ["192", "256"])
    assert err == (
        "up.yaml: not exact: 'n' sees each tile by itself and not the whole map\n"
        "up.yaml: along w the network takes no 250 samples: pad the image behind by 6 to 256, which the tiles are of\n"
    )
    assert rf("compute", "up.yaml")[0] == 1


def test_a_network_that_fits_no_size_says_why(rf: RF) -> None:
    with open("bad.yaml", "w", encoding="utf-8") as stream:
        stream.write(DECODER.replace("scale: 16", "scale: 8"))
    status, out, err = rf("tile", "bad.yaml", "--tile", "64")
    assert (status, out) == (1, "")
    assert "RF302" in err and "250" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fixed"], "rf tile: --fixed goes with --tile, the length that all tiles have\n"),
        (["--tile", "8x8x8"], "rf tile: --tile takes one number, or one for each of 2 axes; is '8x8x8'\n"),
        (
            ["--tile", "8", "--image", "8x8x8"],
            "rf tile: --image takes one number, or one for each of 2 axes; is '8x8x8'\n",
        ),
        *(
            (
                words,
                f"rf tile: {words[-2]} takes a number of samples, 512, or one for each axis, 512x256{more}; is "
                f"'{words[-1]}'\n",
            )
            for words, more in (
                (["--tile", "none"], ""),
                (["--tile", "a=8"], ""),
                (["--tile", "8", "--step", "0"], ""),
                (["--tile", "8", "--image", "abc"], ", or none for unknown"),
            )
        ),
        (
            ["--tile", "1,2"],
            "rf tile: --tile takes a number of samples, 512, or one for each axis, 512x256; is '1,2': did you mean 1x2?\n",
        ),
        (["--tile", "8", "--layer", "c"], "rf: net.yaml: --layer: there is no layer 'c' (known here: a, b)\n"),
    ],
)
def test_calls_that_do_not_fit(words: list[str], said: str, rf: RF) -> None:
    assert rf("tile", "net.yaml", *words) == (2, "", said)


GLOBAL = """\
format: 1
input: {size: 64, channels: 3}
layers:
  - {name: a, type: conv, kernel: 3, padding: same, filters: 4}
  - {name: se, type: squeeze_excite, units: 2}
  - {name: c, type: conv, kernel: 3, padding: same, filters: 4}
  - {name: pool, type: global_avg_pool}
"""


@pytest.mark.parametrize(
    ("text", "words", "mend"),
    [
        (GLOBAL, [], "; 'c' before it can (--layer, --ignore-global)\n"),
        (GLOBAL, ["--ignore-global"], "; 'c' before it can (--layer, --ignore-global)\n"),
        (GLOBAL, ["--layer", "c"], "; its local part can (--ignore-global)\n"),
        (GLOBAL.replace("squeeze_excite, units: 2", "relu"), [], "; 'c' before it can (--layer)\n"),
    ],
)
def test_what_is_global_is_told_with_what_can_be_tiled(text: str, words: list[str], mend: str, rf: RF) -> None:
    with open("global.yaml", "w", encoding="utf-8") as stream:
        stream.write(text)
    status, out, err = rf("tile", "global.yaml", *words)
    assert (status, out) == (2, "") and err.endswith(mend)
    assert rf("tile", "global.yaml", "--layer", "c", *(["--ignore-global"] if "ignore" in mend else []))[0] == 0
