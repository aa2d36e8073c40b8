"""Networks that are read once: descriptions of all kinds, and foreign models."""

from pathlib import Path

import pytest

import rfcli
from rfcli import pipeline
from rfcli.description.source import Reader
from rfcli.diagnostics import CallError, DescriptionError
from rfcli.engine.fields import Fold
from rfcli.sweeping import asking
from rfcli.sweeping.variations import Description, Model, Variations
from sweeping.asked import NET

DARKNET = (
    "[net]\nheight={0}\nwidth={0}\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=1\npad=1\nactivation=relu\n"
)


def test_a_description_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "base.yaml").write_text(
        "format: 1\nparameters: {k: 3}\ninput: {size: 32}\nlayers: [{type: conv, kernel: $k}]\n"
    )
    (tmp_path / "net.yaml").write_text("format: 1\nextends: base.yaml\nparameters: {n: 1}\n")
    calls = []
    stream = Reader.stream
    monkeypatch.setattr(Reader, "stream", lambda *args: calls.append(args) or stream(*args))
    network = asking.network_of(tmp_path / "net.yaml", None, None)
    assert isinstance(network, Description)
    assert network.parameters == ("k", "n")
    varied = Variations(network, (), None)
    (tmp_path / "base.yaml").unlink()
    assert [varied.brief({"k": k}).size for k in (1, 3, 5, 3)] == [(1, 1), (3, 3), (5, 5), (3, 3)]
    assert len(calls) == 2


TAIL = {
    "format": 1,
    "input": {"size": 256, "channels": 3},
    "parameters": {"k": 3, "n": 1, "f": 8},
    "layers": [
        {"name": "body", "type": "conv", "kernel": 3, "padding": "same", "filters": "$f", "repeat": 100},
        {"name": "tail", "type": "conv", "kernel": "$k", "padding": "same", "filters": 8, "repeat": "$n"},
    ],
}


@pytest.mark.parametrize(
    ("settings", "most"),
    [
        ([{"k": k} for k in (1, 3, 5, 7, 9)], 101 + 4),  # a beginning of 100 layers, and one that differs
        ([{"n": n} for n in range(1, 9)], 100 + 8),  # each has what the one before it has, and one more
        ([{"n": n} for n in range(8, 0, -1)], 100 + 8),
    ],
)
def test_what_settings_share_is_computed_once(
    settings: list[dict[str, int]], most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    followed = []
    follow = Fold.follow
    monkeypatch.setattr(Fold, "follow", lambda *args: followed.append(args[1]) or follow(*args))
    varied = Variations(asking.network_of(TAIL, None, None), (), None)
    for setting in settings:
        k, n = setting.get("k", 3), setting.get("n", 1)
        found = varied.brief(setting)
        assert (found.size, found.cost.params) == ((201 + n * (k - 1),) * 2, 224 + 99 * 584 + n * (64 * k * k + 8))
    assert len(followed) <= most


def test_bundled_networks_that_extend_others() -> None:
    varied = Variations(asking.network_of("resnet18", None, None), (), "layer4")
    assert varied.brief({}).size == (435, 435)
    assert varied.brief({"units": [3, 4, 6, 3]}).cost.params == rfcli.compute("resnet34").total.params


def test_settings_that_all_have() -> None:
    network = asking.network_of(NET, {"n": 4}, None)
    assert Variations(network, (), None).brief({"k": 5}).size == (17, 17)
    with pytest.raises(CallError, match="there is no parameter 'm'"):
        asking.network_of(NET, {"m": 4}, None).check([])


def test_digests_tell_networks_apart() -> None:
    first, other = (asking.network_of(net, None, None).digest for net in (NET, {**NET, "outputs": ["c_1"]}))
    assert first == asking.network_of(NET, None, None).digest != other


def test_what_is_wrong_with_all_settings_is_raised() -> None:
    with pytest.raises(DescriptionError, match="RF101"):
        asking.network_of({**NET, "layer": []}, None, None)


def test_names_with_slashes() -> None:
    """Layers that open scopes by their own names are expanded for each setting anew."""
    net = {
        **NET,
        "layers": [{"name": "s/c", "type": "conv", "kernel": "$k", "filters": 2}, {"name": "s/d", "type": "relu"}],
    }
    varied = Variations(asking.network_of(net, None, None), (), "s")
    assert [varied.brief({"k": k}).size[0] for k in (1, 3, 5)] == [1, 3, 5]


def test_one_network_without_layers() -> None:
    net = {**NET, "layers": [{"type": "conv", "kernel": 3, "repeat": "$n"}]}
    varied = Variations(asking.network_of(net, None, None), (), None)
    with pytest.raises(CallError, match="no layers"):
        varied.brief({"n": 0})
    assert varied.brief({"n": 1}).size == (3, 3)


def test_a_foreign_model(tmp_path: Path) -> None:
    """Its reader looks at settings; one that it does not know is a problem of that setting."""
    (tmp_path / "tiny.cfg").write_text(DARKNET.format(64))
    network = asking.network_of(str(tmp_path / "tiny.cfg"), None, None)
    assert isinstance(network, Model)
    network.check(["anything"])
    assert network.parameters == ()
    varied = Variations(network, (), None)
    assert varied.brief({}).size == (3, 3)
    with pytest.raises(CallError):
        varied.brief({"anything": 3})
    (tmp_path / "other.cfg").write_text(DARKNET.format(32))
    assert asking.network_of(str(tmp_path / "other.cfg"), None, None).digest != network.digest


def test_what_extends_a_foreign_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tiny.cfg").write_text(DARKNET.format(64))
    (tmp_path / "net.yaml").write_text("format: 1\nextends: tiny.cfg\n")
    with pytest.raises(CallError, match="extends a foreign model"):
        asking.network_of(str(tmp_path / "net.yaml"), None, None)


def test_limits_are_those_of_the_call() -> None:
    network = asking.network_of(NET, None, pipeline.Limits(layers=3))
    with pytest.raises(DescriptionError, match="more than 3 layers"):
        Variations(network, (), None).brief({"n": 4})
