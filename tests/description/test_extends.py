"""Descriptions that extend one another: what merges, which files may be meant, and foreign models at the end."""

import os

import pytest

import rfcli

BASE = """\
format: 1
name: base
input: {size: 32, channels: 3}
parameters: {width: 8, depth: 2}
defaults: {conv: {padding: same}, max_pool: {kernel: 2}}
blocks: {unit: {layers: [{type: conv, kernel: 3, filters: $width}]}, end: {layers: [{type: relu}]}}
layers: [{block: unit, repeat: $depth}, {block: end}]
outputs: [relu_1]
expect: [{size: 99}]
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE)
    (tmp_path / "below").mkdir()
    return tmp_path


def loaded(folder, text, name="net.yaml", **settings):
    (folder / name).write_text("format: 1\n" + text)
    return rfcli.load(name, settings=settings)


def names(network):
    return [entry.name for entry in network.entries]


@pytest.mark.parametrize(
    ("text", "settings", "layers"),
    [
        ("extends: base.yaml", {}, [("conv_1", 8), ("conv_2", 8), ("relu_1", None)]),
        ("extends: base.yaml\nparameters: {depth: 1}", {}, [("conv_1", 8), ("relu_1", None)]),
        ("extends: base.yaml\nparameters: {depth: 1}", {"width": 5}, [("conv_1", 5), ("relu_1", None)]),
        ("extends: base.yaml\nblocks: {end: {layers: []}}\noutputs: [conv_2]", {}, [("conv_1", 8), ("conv_2", 8)]),
        ("extends: base.yaml\nlayers: [{type: relu}]", {}, [("relu_1", None)]),
    ],
)
def test_tables_merge_by_key_and_other_keys_replace(folder, text, settings, layers):
    network = loaded(folder, text, **settings)
    assert [(entry.name, entry.layer.given.get("filters")) for entry in network.entries] == layers
    assert "expect" not in network.about
    assert network.name == "base"


def test_defaults_of_a_type_are_replaced_as_a_whole(folder):
    network = loaded(folder, "extends: base.yaml\ndefaults: {conv: {stride: 2}}")
    assert network.entries[0].layer.given == {"kernel": 3, "filters": 8, "stride": 2}


def test_inputs_replace_an_input(folder):
    network = loaded(folder, "extends: base.yaml\ninputs: {a: {size: 8}, b: {size: 8}}\nlayers: [{type: add, inputs: [a, b]}]"
                             "\noutputs: [add_1]")  # fmt: skip
    assert [one.name for one in network.inputs] == ["a", "b"]


def test_chains(folder):
    (folder / "below" / "middle.yaml").write_text("format: 1\nextends: ../base.yaml\nparameters: {width: 4, depth: 1}")
    network = loaded(folder, "extends: below/middle.yaml\nparameters: {width: 3}")
    assert [entry.layer.given.get("filters") for entry in network.entries] == [3, None]


def test_bundled_names(folder):
    network = loaded(folder, "extends: resnet18\nname: mine")
    assert network.name == "mine" and len(names(network)) == len(names(rfcli.load("resnet18")))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: resnet", "there is no bundled network 'resnet'"),
        ("extends: ../other.yaml", "'../other.yaml' lies outside the description's folder"),
        ("extends: /etc/passwd.yaml", "'/etc/passwd.yaml' lies outside the description's folder"),
        ("extends: net.yaml", "extends goes in a circle: 'net.yaml' extends this description"),
        ("extends: below", "there is no bundled network 'below'"),
    ],
)
def test_refused(folder, text, message):
    with pytest.raises(rfcli.DescriptionError) as caught:
        loaded(folder, text)
    assert [(problem.code, problem.message) for problem in caught.value.diagnostics] == [("RF210", message)]


@pytest.mark.parametrize(
    ("name", "why"), [("missing.yaml", "No such file or directory"), ("below/.", "Is a directory")]
)
def test_files_that_cannot_be_read_have_one_code(folder, name, why):
    """Behind `extends` as where the call names them: the exit status is 2."""
    with pytest.raises(rfcli.DescriptionError) as caught:
        loaded(folder, f"extends: {name}")
    assert [str(one) for one in caught.value.diagnostics] == [f"net.yaml:2:10: RF001 cannot read '{name}': {why}"]


def test_links_out_of_the_folder_are_refused(folder, tmp_path_factory):
    other = tmp_path_factory.mktemp("other") / "net.yaml"
    other.write_text(BASE)
    os.symlink(other, folder / "link.yaml")
    with pytest.raises(rfcli.DescriptionError, match="lies outside"):
        loaded(folder, "extends: link.yaml")


def test_long_chains_are_refused(folder):
    for number in range(20):
        (folder / f"n{number}.yaml").write_text(f"format: 1\nextends: n{number + 1}.yaml")
    (folder / "n20.yaml").write_text(BASE)
    assert rfcli.load("n10.yaml").name == "base"
    with pytest.raises(rfcli.DescriptionError, match="RF009 more than 16 descriptions extend one another"):
        rfcli.load("n0.yaml")


def test_standard_input_extends_only_bundled_networks(folder):
    assert rfcli.loads("format: 1\nextends: resnet18").name == "resnet18"
    with pytest.raises(rfcli.DescriptionError, match="can only extend a bundled network"):
        rfcli.loads("format: 1\nextends: base.yaml")


CFG = "[net]\nwidth=32\nheight=32\nchannels=3\n[convolutional]\nfilters=8\nsize=3\nstride=1\npad=1\nactivation=linear\n"
YOLO = "nc: 80\nscales: {n: [1.0, 0.25, 64], s: [1.0, 0.5, 64]}\nbackbone: [[-1, 1, Conv, [64, 3, 2]]]\nhead: []\n"


def test_a_foreign_model_can_be_extended(folder):
    (folder / "model.cfg").write_text(CFG)
    network = loaded(folder, "extends: model.cfg\nname: mine\ncheck: {ignore: [RF512]}")
    assert network.name == "mine" and network.about["check"] == {"ignore": ["RF512"]}
    assert [entry.layer.type for entry in network.entries] == ["conv"]


@pytest.mark.parametrize(("scale", "filters"), [("n", 16), ("s", 32)])
def test_a_foreign_model_takes_its_settings_and_the_description_the_rest(folder, scale, filters):
    (folder / "model.yaml").write_text(YOLO)
    text = "extends: model.yaml\nparameters: {width: 1}"
    network = loaded(folder, text, scale=scale, width=7)
    assert network.entries[0].layer.given["filters"] == filters
    with pytest.raises(rfcli.CallError, match="there is no parameter 'scales'"):
        loaded(folder, text, scale=scale, scales=3)
