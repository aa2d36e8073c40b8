"""What all modules are made of: channels, paddings, parts."""

import pytest

from rfcli.description.nodes import File
from rfcli.readers.draft import Draft
from rfcli.readers.yolo.network import Map, Model, Network, NotKnown, TooMany, Wrong, counted, halves, into

X = Map("x", 6)


def draft():
    found = Draft(File("net.yaml"))
    found.input("x", (None, None))
    return found


@pytest.mark.parametrize(
    ("width", "most", "channels", "scaled"),
    [
        (1.0, float("inf"), 64, 64),
        (0.25, 1024, 64, 16),
        (0.5, 512, 1024, 256),
        (0.3, 1024, 128, 40),
        (0.25, 1024, 3, 8),
    ],
)
def test_channels_are_scaled_to_a_multiple_of_8(width, most, channels, scaled):
    model = Model(draft(), 9)
    model.width, model.max_channels = width, most
    assert model.scaled(channels) == scaled


@pytest.mark.parametrize(
    ("kernel", "dilation", "padding"),
    [(1, 1, 0), (3, 1, 1), (6, 1, 3), (2, 1, 1), (3, 2, 2), (5, 3, 6), ([1, 5], 1, [0, 2]), (3, [1, 2], [1, 2])],
)
def test_padding_that_keeps_a_size(kernel, dilation, padding):
    """Half of the dilated kernel, as the framework's `autopad` has it."""
    assert halves(kernel, dilation) == padding


def test_parts_are_equal():
    net = Network(Model(draft(), 9))
    assert net.chunked("chunk", X) == [Map("chunk_1", 3), Map("chunk_2", 3)]
    first, second = net.model.draft.node().plain()["layers"]
    assert first == {"name": "chunk_1", "type": "channel_slice", "inputs": ["x"], "end": 3}
    assert second == {"name": "chunk_2", "type": "channel_slice", "inputs": ["x"], "start": 3, "end": 6}
    with pytest.raises(Wrong, match="7 channels cannot be halved"):
        net.chunked("chunk", Map("y", 7))


def test_channels_that_are_not_known_stay_so():
    net = Network(Model(draft(), 9))
    assert net.concat("concat", [X, Map("y", None)]) == Map("concat", None)
    assert net.concat("concat", [X]) is X
    assert net.concat("joined", [X, X]) == Map("joined", 12)
    with pytest.raises(NotKnown):
        counted(Map("y", None))


@pytest.mark.parametrize(
    ("channels", "said"), [(0, "would have no channels"), (10**10, "would have more than 9999999999 channels")]
)
def test_channels_that_there_cannot_be(channels, said):
    with pytest.raises(Wrong, match=said):
        Network(Model(draft(), 9)).add("a", "relu", X, channels=channels)


def test_stated_input_channels():
    into(X, 6, "A")
    into(Map("y", None), 8, "A")
    with pytest.raises(Wrong, match="A states 8 input channels, its input has 6"):
        into(X, 8, "A")


def test_layers_are_counted():
    net = Network(Model(draft(), 1))
    net.add("a", "relu", X)
    with pytest.raises(TooMany):
        net.add("b", "relu", X)
