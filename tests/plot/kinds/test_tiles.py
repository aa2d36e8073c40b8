"""Tiles: their halo and what is kept of them, in samples of the image."""

import pytest
from PIL import Image
from plot.pictures import AUDIO, CHAIN, VOLUME, net, picture

import rfcli
from rfcli.plot.kinds import tiles

VALID = net([{"name": "a", "type": "conv", "kernel": 5}], [20])
PADDED = net(
    [{"name": "a", "type": "conv", "kernel": 3, "padding": 1}, {"name": "p", "type": "max_pool", "kernel": 2}], [32, 48]
)


def test_kept_outputs_lie_around_their_centers() -> None:
    """Output o of a valid kernel of 5 has its center at sample o + 2; a tile of 12 keeps 8 outputs."""
    (cut,) = tiles.data(VALID, longest=[12]).cuts
    assert (cut.tiles, cut.kept) == (((0, 12), (8, 20)), ((2.0, 10.0), (10.0, 18.0)))


def test_a_stride() -> None:
    """Output o reads 2o - 1 .. 2o + 2, and stands for 2o and 2o + 1."""
    found = tiles.data(PADDED, longest=[16, 48])
    down, across = found.cuts
    assert (across.tiles, across.kept, across.chosen) == (((0, 48),), ((0.0, 48.0),), 0)
    assert down.kept[0][0] == 0 and down.kept[-1][1] == 32
    for tile, (a, b) in zip(down.tiles, down.kept, strict=True):
        assert (tile[0] <= a - 1 or tile[0] == 0) and (b + 1 <= tile[1] or tile[1] == 32)
    assert all(a[1] == b[0] for a, b in zip(down.kept, down.kept[1:], strict=False))


def test_without_a_length_there_are_a_few() -> None:
    counts = [cut.count for cut in tiles.data(PADDED, image=(320, 480)).cuts]
    assert all(2 <= count <= 4 for count in counts)


def test_of_many_tiles_some_are_shown() -> None:
    (cut,) = tiles.data(VALID, longest=[12], image=[8004]).cuts
    assert (cut.count, len(cut.tiles), cut.chosen, cut.first) == (1000, 7, 500, 497)
    assert cut.tile == (4000, 4012)


@pytest.mark.parametrize(("network", "panels"), [(AUDIO, 0), (VOLUME, 3)])
def test_other_numbers_of_axes(network: dict[str, object], panels: int) -> None:
    with picture(tiles, tiles.data(network)) as figure:
        assert len(figure.axes[0].child_axes) == panels


def test_a_photograph_is_the_image() -> None:
    found = tiles.data(CHAIN, image=Image.new("RGB", (96, 64)))
    assert [cut.image for cut in found.cuts] == [64, 96]
    with picture(tiles, found) as figure:
        assert len(figure.axes[0].get_images()) == 1
        assert "an image of 64x96 samples" in figure.axes[0].texts[0].get_text()


def test_an_image_that_has_to_be_padded() -> None:
    decoder = net([{"type": "max_pool", "kernel": 16, "name": "p"}, {"type": "upsample", "scale": 16, "name": "u"},
                   {"type": "add", "name": "s", "inputs": ["input", "u"]}], [256])  # fmt: skip
    with picture(tiles, tiles.data(decoder, image=[250])) as figure:
        assert "padded behind, along w to 256" in figure.axes[0].texts[0].get_text()


def test_what_cannot_be_cut() -> None:
    whole = net([{"type": "instance_norm", "name": "n"}, {"type": "conv", "kernel": 3, "name": "c"}], 32)
    with pytest.raises(rfcli.CallError, match="cannot be tiled"):
        tiles.data(whole)
    with picture(tiles, tiles.data(whole, ignore_global=True)) as figure:
        assert "not exact" in figure.axes[0].texts[0].get_text()
    with pytest.raises(rfcli.CallError, match="give the input size"):
        tiles.data(rfcli.compute(CHAIN, input_size=None))
