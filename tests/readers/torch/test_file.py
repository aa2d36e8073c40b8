"""Archives of torch.export.save: read without torch. Sizes and regions of these networks are those of autograd (the
group `torch` measures them anew)."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tracemalloc
import zipfile
from pathlib import Path
from typing import Any

import pytest
from readers.torch.archives import VERSIONS, archive, archived, program

import rfcli
from rfcli.readers.kinds import reader_of

FIELDS = {
    "n1": ([19, 22, 22, 22, 24, 24, 24], [400, 199, 199, 199, 398, 398, 398], 820),
    "n3": ([3, 3, 4, 4, 4, 4, 4], [16, 16, 8, 8, 16, 16, 16], 654),
    "np": ([3, 5, 5, 5, 7, 5, 5, 7, 7, 9], [31, 15, 15, 15, 30, 30, 30, 30, 60, 13], 224),
    "tied": ([3, 5], [9, 9], 56),
}
"""Network -> sizes and output sizes along the last axis, and parameters: those of torch."""


def read(data: bytes, **settings: Any) -> rfcli.Report:
    return rfcli.compute(rfcli.loads(data, "net.pt2", settings=settings))


def told(data: bytes) -> tuple[str, str]:
    with pytest.raises(rfcli.DescriptionError) as raised:
        read(data)
    (one,) = raised.value.diagnostics
    assert one.code == "RF012"
    return one.message, one.help


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("name", FIELDS)
def test_versions(name: str, version: str) -> None:
    sizes, output_sizes, params = FIELDS[name]
    report = read(archive(name, version))
    found = [one.receptive_field.size[-1] for one in report.layers]
    assert (found, [one.output_size[-1] for one in report.layers]) == (sizes, output_sizes)
    assert report.total.params == params


@pytest.mark.parametrize("version", VERSIONS)
def test_sizes_that_may_vary_are_those_of_the_example(version: str) -> None:
    assert read(archive("npdyn", version)).rows() == read(archive("np", version)).rows()


@pytest.mark.parametrize("version", VERSIONS)
def test_in_place(version: str) -> None:
    """`z = y.view(..); y += b(x); conv2d(z, ones)`: the view reads what was written; `relu_(y)` is read by what comes
    later. The kernel of ones is worked out: no tap of it is masked."""
    report = read(archive("ni", version))
    assert [(one.type, one.receptive_field.size[0]) for one in report.layers] == [
        ("conv", 3), ("conv", 7), ("add", 7), ("identity", 7), ("identity", 7), ("conv", 9), ("relu", 7), ("relu", 7),
    ]  # fmt: skip


def test_a_kernel_that_is_a_copy_of_no_tensor_is_told() -> None:
    """A find of the campaign: `to(True)`, whose result is a weight."""
    tree = program("np")
    graph = tree["graph_module"]["graph"]
    conv = node(tree, "conv2d")
    weight = next(one["arg"]["as_tensor"]["name"] for one in conv["inputs"] if one["name"] == "weight")
    graph["tensor_values"]["copy"] = graph["tensor_values"][weight]
    copied = {"target": "torch.ops.aten.to.dtype", "inputs": [{"name": "self", "arg": {"as_bool": True}, "kind": 1}],
              "outputs": [{"as_tensor": {"name": "copy"}}], "metadata": {}}  # fmt: skip
    graph["nodes"].insert(0, copied)
    next(one for one in conv["inputs"] if one["name"] == "weight")["arg"] = {"as_tensor": {"name": "copy"}}
    report = read(archived(tree))
    assert any("a mask that is worked out of what is no tensor" in row["notes"] for row in report.rows())


def node(tree: Any, target: str) -> Any:
    return next(one for one in tree["graph_module"]["graph"]["nodes"] if target in one["target"])


def test_keys_that_are_not_known_are_passed_over() -> None:
    tree = program("np")
    tree["new"] = {"a": 1}
    tree["graph_module"]["graph"]["new"] = [1]
    node(tree, "avg_pool2d")["metadata"]["new"] = "a"
    node(tree, "avg_pool2d")["new"] = None
    assert read(archived(tree)).rows() == read(archive("np")).rows()


def test_an_argument_of_an_unknown_kind_is_named_and_spoils_what_depends_on_it() -> None:
    tree = program("np")
    node(tree, "avg_pool2d")["inputs"][1]["arg"] = {"as_range": [3, 4]}
    report = read(archived(tree))
    assert report.layers[0].receptive_field.size == (3, 3)
    pool = report.layers[1]
    assert pool.type == "custom" and "as_range" in str(pool.receptive_field.size[0].reason)


def test_strides_that_are_left_out() -> None:
    """Those of convolutions are 1, those of pools the kernel."""
    tree = program("np")
    for target, kept in (("conv2d", 3), ("avg_pool2d", 2)):
        one = node(tree, target)
        del one["inputs"][kept:]
    sizes = [(one.receptive_field.size[0], one.receptive_field.stride[0]) for one in read(archived(tree)).layers[:2]]
    assert sizes == [(3, 1), (5, 3)]


def test_several_models() -> None:
    data = archived(program("n1"), program("n3"))
    message, help = told(data)
    assert message == "the archive has 2 models: model, model_2" and help == "choose one: --set model=model"
    assert read(data, model="model_2").total.params == 654
    with pytest.raises(rfcli.CallError, match=r"no model 'model_3' .*did you mean 'model_2'"):
        read(data, model="model_3")


def test_it_is_told_by_its_content() -> None:
    for version in VERSIONS:
        assert reader_of(archive("n1", version)[: 1 << 16], "net.bin") == "rfcli.readers.torch.file"
    assert reader_of(archived(entry="model.weights.h5"), "x.zip") == "rfcli.readers.torch.file"
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        made.writestr("metadata.json", "{}")
    assert reader_of(stream.getvalue(), "net.zip") == "rfcli.readers.keras.file"


def test_neither_torch_nor_numpy_is_imported(tmp_path: Path) -> None:
    (tmp_path / "net.pt2").write_bytes(archive("n3"))
    code = (
        "import sys; sys.modules['torch'] = sys.modules['numpy'] = None; import rfcli; "
        "print(rfcli.compute(rfcli.load('net.pt2')).total.params)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.stdout == "654\n", done.stderr


def changed(name: str, change: Any) -> bytes:
    tree = program(name)
    change(tree)
    return archived(tree)


BAD = {
    "no models": (archived(entry="net/other.json"), "an archive of torch.export without a program"),
    "compiled": (
        archived(more={"net/data/aotinductor/model/a.wrapper.so": b""}, entry="x"), "a package of AOTInductor is compiled code"
    ),
    "cut": (archive("n1")[:-30], "a damaged archive"),
    "no json": (archived(b"{"), "a damaged program of torch.export"),
    "a list": (archived(b"[]"), "a damaged program of torch.export"),
    "deep": (archived(b"[" * 100_000), "the model is nested too deep"),
    "newer": (changed("n1", lambda t: t["schema_version"].update(major=9)), "in version 9 of its format; rf reads up to 8"),
    "a circle": (
        changed("n1", lambda t: node(t, "gelu")["inputs"][0].update(arg={"as_tensor": {"name": "linear"}})),
        "a damaged program of torch.export",
    ),
    "no inputs": (changed("n1", lambda t: t["graph_module"]["graph"].update(inputs=[])), "a damaged program"),
    "sizes": (
        changed("n1", lambda t: t["graph_module"]["graph"]["tensor_values"]["x"].update(sizes=[{"as_int": -1}])),
        "a damaged program of torch.export",
    ),
    "data": (
        changed("n1", lambda t: t["graph_module"]["graph"]["tensor_values"]["gelu"].update(
            sizes=[{"as_expr": {"expr_str": "u0"}}, {"as_int": 8}, {"as_int": 3}])),
        "the sizes of 'gelu' depend on data",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_cannot_be_read(name: str) -> None:
    data, expected = BAD[name]
    message, help = told(data)
    assert expected in message
    assert help or name in ("deep", "data")


def test_a_bomb_is_not_unpacked() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("net/archive_format", "pt2")
        made.writestr("net/models/model.json", b" " * (65 << 20))
    tracemalloc.start()
    try:
        assert "more than" in told(stream.getvalue())[0]
        assert tracemalloc.get_traced_memory()[1] < 256 << 20
    finally:
        tracemalloc.stop()


def test_weights_are_not_read() -> None:
    import tempfile

    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w") as made:
            made.writestr("net/archive_format", "pt2")
            with made.open("net/data/weights/weight_0", "w") as weight:
                for _ in range(64):
                    weight.write(bytes(1 << 20))
            made.writestr("net/models/model.json", json.dumps(program("n3")))
        file.seek(0)
        tracemalloc.start()
        try:
            assert rfcli.compute(rfcli.loads(file, "net.pt2")).total.params == 654
            assert tracemalloc.get_traced_memory()[1] < 32 << 20
        finally:
            tracemalloc.stop()


@pytest.mark.torch
def test_as_torch_has_it(tmp_path: Path) -> None:
    """A file of this torch's says what its live module says, and regions are those of autograd."""
    import torch
    from torch import nn

    torch.manual_seed(0)
    net = nn.Sequential(
        nn.Conv2d(2, 4, 5, 2, 1, dilation=2), nn.BatchNorm2d(4), nn.ReLU(inplace=True), nn.AvgPool2d(3, 2),
        nn.ConvTranspose2d(4, 4, 3, 2), nn.Conv2d(4, 2, (3, 1), padding="same"),
    ).eval()  # fmt: skip
    shape = (1, 2, 40, 36)
    exported = torch.export.export(net, (torch.zeros(shape),))
    torch.export.save(exported, tmp_path / "net.pt2")
    report = rfcli.compute(rfcli.load(str(tmp_path / "net.pt2")))
    live = rfcli.compute(rfcli.from_torch(net, shape))
    assert report.rows() == live.rows()
    assert report.total.params == sum(one.numel() for one in net.parameters())
    x = torch.rand(shape, requires_grad=True)
    with torch.no_grad():
        for weight in net.parameters():
            weight.abs_()
    outputs = [net[:count](x) for count in (1, 4, 5, 6)]
    for layer, y in zip([report.layers[at] for at in (0, 3, 4, 5)], outputs, strict=True):
        at = tuple(n // 2 for n in y.shape[2:])
        (gradient,) = torch.autograd.grad(y[(0, slice(None), *at)].sum(), x, retain_graph=True)
        seen = gradient.abs().sum((0, 1)).nonzero()
        hull = [(int(a), int(b)) for a, b in zip(seen.amin(0), seen.amax(0), strict=True)]
        assert [tuple(one) for one in rfcli.located(report, layer.name).at(at).clipped] == hull


@pytest.mark.torch
def test_what_functions_have_for_arguments_that_are_left_out_is_what_torch_has() -> None:
    """A file leaves out arguments that have their usual values; the functions of operations have the same ones."""
    from inspect import Parameter, signature

    import torch

    from rfcli.readers.torch.calls import operation
    from rfcli.readers.torch.constants.library import known as constants
    from rfcli.readers.torch.stored import USUAL

    differing = set()
    for name, function in (*operation.items(), *constants.items()):
        packet = getattr(torch.ops.aten, name, None)
        for overload in packet.overloads() if packet is not None else ():
            schema = getattr(packet, overload)._schema
            for one in schema.arguments:
                own = signature(function).parameters.get(one.name)
                if (
                    own is None
                    or not one.has_default_value()
                    or own.default is Parameter.empty
                    or one.default_value is None
                ):
                    continue
                usual = USUAL.get(f"{name}.{overload}", {}).get(one.name, own.default)
                theirs = one.default_value if one.default_value not in ([0], [0, 0], [0, 0, 0]) else 0
                same = usual == theirs or not (usual or theirs)
                if not same:
                    differing.add((f"{name}.{overload}", one.name, repr(own.default), repr(one.default_value)))
    assert not differing


@pytest.mark.torch
def test_views_are_those_of_torch() -> None:
    import torch

    from rfcli.readers.torch.calls import operation
    from rfcli.readers.torch.nodes import COPIES
    from rfcli.readers.torch.stored import VIEWS

    def returns_view(name: str) -> bool:
        packet = getattr(torch.ops.aten, name, None)
        schemas = [getattr(packet, one)._schema for one in packet.overloads()] if packet is not None else []
        return any(not one.is_mutable and any(made.alias_info is not None for made in one.returns) for one in schemas)

    known = {*operation.keys(), *COPIES}
    assert {name for name in known if returns_view(name)} <= VIEWS
    assert all(returns_view(name) for name in VIEWS)


MASKED = ("fill", "add", "band", "sdpa", "alibi", "mha", "kernel", "half", "picked", "blur", "relative")


@pytest.mark.torch
def test_constants_are_known_as_torch_knows_them(tmp_path: Path) -> None:
    import torch
    from torch import nn

    functional = nn.functional

    class Net(nn.Module):
        def __init__(self, kind: str) -> None:
            super().__init__()
            self.kind, self.conv = kind, nn.Conv1d(4, 8, 3, padding=1)
            self.mha = nn.MultiheadAttention(8, 2, batch_first=True)
            self.register_buffer("bias", torch.tril(torch.ones(12, 12, dtype=torch.half if kind == "half" else None)))
            self.register_buffer("taps", torch.tensor([1.0, 0.0, 1.0]), persistent=False)
            self.register_buffer("at", torch.tensor([1, 3, 5]))
            self.register_buffer("away", torch.arange(12)[None] - torch.arange(12)[:, None] + 11)
            self.table = nn.Parameter(torch.zeros(23))

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            y, kind = self.conv(x), self.kind
            if kind == "kernel":
                return functional.conv1d(x, self.conv.weight * self.taps, padding=1)
            if kind == "blur":
                return functional.conv1d(y, self.taps.expand(8, 1, 3), groups=8, stride=2)
            if kind == "picked":
                return y[:, self.at * 1]
            h = y.transpose(1, 2)
            if kind == "mha":
                return self.mha(h, h, h, attn_mask=torch.ones(12, 12, dtype=torch.bool).triu(1), need_weights=False)[0]
            if kind == "sdpa":
                return functional.scaled_dot_product_attention(h, h, h, attn_mask=self.bias > 0)
            scores, places = h @ h.transpose(-2, -1), torch.arange(12)
            if kind in ("fill", "half"):
                scores = scores.masked_fill(self.bias == 0, float("-inf"))
            if kind == "add":
                scores = scores + (1 - self.bias) * -1e4
            if kind == "band":
                scores = scores.masked_fill((places[None] - places[:, None]).abs() > 2, -1e9)
            if kind == "alibi":
                scores = scores + (places[None] - places[:, None]).clamp(max=0) * 0.5
            if kind == "relative":
                scores = scores + self.table[self.away.view(-1)].view(12, 12)
            return scores.softmax(-1) @ h

    for name in MASKED:
        exported = torch.export.export(Net(name).eval(), (torch.zeros(1, 4, 12),))
        file = str(tmp_path / f"{name}.pt2")
        torch.export.save(exported, file)
        report, live = rfcli.compute(rfcli.load(file)), rfcli.compute(rfcli.from_torch(exported))
        assert report.rows() == live.rows(), name
        assert not any("aten." in row["notes"] for row in report.rows()), name
