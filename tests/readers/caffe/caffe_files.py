"""Networks in Caffe's text format, for tests."""

from __future__ import annotations

import rfcli

INPUT = 'layer { name: "data" type: "Input" top: "data" input_param { shape: { dim: 1 dim: 3 dim: 32 dim: 48 } } }\n'


def layer(kind: str, stated: str = "", bottom: str = "data", top: str = "", name: str = "") -> str:
    """A layer that reads one blob, or several between spaces, and makes those of its own name unless others are given."""
    name = name or kind.lower()
    bottoms = "".join(f' bottom: "{one}"' for one in bottom.split())
    tops = "".join(f' top: "{one}"' for one in (top or name).split())
    return f'layer {{ name: "{name}" type: "{kind}"{bottoms}{tops} {stated} }}\n'


def conv(name: str, bottom: str, filters: int, kernel: int, stride: int = 1, pad: int = 0, more: str = "") -> str:
    stated = f"num_output: {filters} kernel_size: {kernel} stride: {stride} pad: {pad} {more}"
    return layer("Convolution", f"convolution_param {{ {stated} }}", bottom, name=name)


def pool(name: str, bottom: str, kernel: int, stride: int, more: str = "", method: str = "MAX") -> str:
    return layer("Pooling", f"pooling_param {{ pool: {method} kernel_size: {kernel} stride: {stride} {more} }}", bottom,
                 name=name)  # fmt: skip


def linear(name: str, bottom: str, units: int) -> str:
    return layer("InnerProduct", f"inner_product_param {{ num_output: {units} }}", bottom, name=name)


def sized(*dims: int) -> str:
    shape = " ".join(f"dim: {n}" for n in dims)
    return f'layer {{ name: "data" type: "Input" top: "data" input_param {{ shape {{ {shape} }} }} }}\n'


def computed(text: str) -> rfcli.Report:
    return rfcli.compute(rfcli.loads(text, "net.prototxt"))


def problems(text: str) -> list[str]:
    """What is wrong with a text, with the lines."""
    try:
        rfcli.loads(text, "net.prototxt")
    except rfcli.DescriptionError as error:
        return [f"{one.span.line}: {one.message}" for one in error.diagnostics]
    return []
