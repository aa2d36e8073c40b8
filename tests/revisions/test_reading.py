"""Networks as they were: with what they extended then, links, models; and nothing else is touched."""

import os
from pathlib import Path

import pytest
from readers.tensorflow.saved.test_metadata import data_of
from revisions.commits import commit, git, started

import rfcli

BASE = "format: 1\ninput: {size: 32, channels: 3}\nparameters: {k: 3}\nlayers: [{name: c, type: conv, kernel: $k}]\n"
CHILD = "format: 1\nextends: parts/base.yaml\n"


def size(network: rfcli.Architecture) -> int:
    (layer,) = rfcli.compute(network).layers
    found = layer.receptive_field.size[0]
    assert isinstance(found, int)
    return found


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "repository"
    started(folder)
    monkeypatch.chdir(folder)
    return folder


def test_what_is_extended_is_read_at_the_revision(repository: Path) -> None:
    commit(repository, {"nets/parts/base.yaml": BASE, "nets/a net.yaml": CHILD})
    commit(repository, {"nets/parts/base.yaml": BASE.replace("k: 3", "k: 7")})
    (repository / "nets/parts/base.yaml").write_text(BASE.replace("k: 3", "k: 9"))
    status = git(repository, "status", "--porcelain")
    name = "nets/a net.yaml"
    assert [size(rfcli.from_revision(name, word)) for word in ("HEAD~1", "HEAD")] == [3, 7]
    assert size(rfcli.from_revision(repository / name, "main~1", settings={"k": 5})) == 5
    assert size(rfcli.load(name)) == 9
    assert git(repository, "status", "--porcelain") == status
    found = rfcli.from_revision(name, "HEAD~1")
    assert (found.name, found.source) == ("a net", "HEAD~1:./nets/a net.yaml")
    os.chdir("nets/parts")
    assert size(rfcli.from_revision("../a net.yaml", "HEAD~1")) == 3


def test_what_lies_beside_a_model_is_read_at_the_revision(repository: Path) -> None:
    """Keras's own words beside a SavedModel, which is also how the model that stands there now is read."""
    for name in ("cnn", "sequential"):
        files = {"model/saved_model.pb": data_of(name, "pb"), "model/keras_metadata.pb": data_of(name, "keras")}
        commit(repository, files)
    first = [entry.name for entry in rfcli.from_revision("model/saved_model.pb", "HEAD~1").entries]
    assert first[:3] == ["stem", "bn", "act"]
    now = rfcli.from_revision("model/saved_model.pb", "HEAD")
    assert [one.name for one in now.entries] == [one.name for one in rfcli.load("model").entries]


def test_models_and_bundled_networks(repository: Path) -> None:
    cfg = "[net]\nheight=32\nwidth=32\nchannels=3\n[convolutional]\nfilters=8\nsize=5\nstride=1\npad=1\n"
    commit(
        repository,
        {"net.cfg": cfg, "v.yaml": "format: 1\nextends: vgg_16\n", "w.yaml": "format: 1\nextends: net.cfg\n"},
    )
    assert rfcli.compute(rfcli.from_revision("net.cfg", "HEAD")).layers[0].receptive_field.size == (5, 5)
    assert rfcli.compute(rfcli.from_revision("w.yaml", "HEAD")).layers[0].receptive_field.size == (5, 5)
    assert rfcli.from_revision("v.yaml", "HEAD").entries[0].name == "conv1/conv1_1"


def test_binary_files_are_as_they_were(repository: Path) -> None:
    data = bytes(range(256)) * 7
    commit(repository, {"net.onnx": data})
    with pytest.raises(rfcli.DescriptionError):
        rfcli.from_revision("net.onnx", "HEAD")


def test_problems_are_placed_at_the_revision(repository: Path) -> None:
    commit(repository, {"parts/base.yaml": BASE.replace("kernel", "kernal"), "net.yaml": CHILD})
    commit(repository, {"parts/base.yaml": BASE})
    with pytest.raises(rfcli.DescriptionError) as error:
        rfcli.from_revision("net.yaml", "HEAD~1")
    assert str(error.value.diagnostics[0].span).startswith("HEAD~1:./parts/base.yaml:4:")
    commit(repository, {"parts/base.yaml": None})
    with pytest.raises(rfcli.DescriptionError, match=r"there is no file 'parts/base\.yaml' at HEAD"):
        rfcli.from_revision("net.yaml", "HEAD")


def test_links(repository: Path) -> None:
    (repository / "nets").mkdir()
    os.symlink("../real.yaml", repository / "nets/link.yaml")
    os.symlink("b.yaml", repository / "a.yaml")
    os.symlink("a.yaml", repository / "b.yaml")
    os.symlink("/etc/hostname", repository / "out.yaml")
    os.symlink("../../x.yaml", repository / "nets/over.yaml")
    commit(repository, {"real.yaml": BASE})
    commit(repository, {"real.yaml": BASE.replace("k: 3", "k: 5")})
    assert size(rfcli.from_revision("nets/link.yaml", "HEAD~1")) == 3
    for name, said in (("a", "symbolic links"), ("out", "leads out of the repository"), ("nets/over", "leads out of")):
        with pytest.raises(OSError, match=said):
            rfcli.from_revision(f"{name}.yaml", "HEAD")


WRONG = [
    ("nowhere.yaml", "HEAD", "HEAD:./nowhere.yaml: cannot be read: there is no such file at HEAD"),
    ("net.yaml", "HEAD~9", "HEAD~9:./net.yaml: cannot be read: git knows no revision 'HEAD~9' here"),
    ("net.yaml", "-x", "git knows no revision '-x' here"),
    ("nets", "HEAD", "it is a folder"),
    ("a\0.yaml", "HEAD", "NUL"),
    ("net.yaml", "a\0", "NUL"),
    ("lfs.onnx", "HEAD", "Git LFS has its contents"),
]


@pytest.mark.parametrize(("path", "revision", "said"), WRONG)
def test_what_cannot_be_read(path: str, revision: str, said: str, repository: Path) -> None:
    pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n"
    commit(repository, {"net.yaml": BASE, "nets/x.yaml": BASE, "lfs.onnx": pointer})
    with pytest.raises(OSError, match=r"cannot be read") as error:
        rfcli.from_revision(path, revision)
    assert said in str(error.value)


def test_a_shallow_clone_says_so(repository: Path, tmp_path: Path) -> None:
    commit(repository, {"net.yaml": BASE})
    commit(repository, {"net.yaml": BASE.replace("k: 3", "k: 5")})
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository}", "shallow")
    with pytest.raises(OSError, match="fetch-depth: 0"):
        rfcli.from_revision(tmp_path / "shallow" / "net.yaml", "HEAD~1")
    assert size(rfcli.from_revision(tmp_path / "shallow" / "net.yaml", "HEAD")) == 5


def test_line_ends_are_those_of_a_checkout(repository: Path) -> None:
    commit(repository, {".gitattributes": "*.yaml text eol=crlf\n", "net.yaml": BASE})
    assert size(rfcli.from_revision("net.yaml", "HEAD")) == 3
