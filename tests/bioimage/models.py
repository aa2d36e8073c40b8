"""Models of bioimage.io in both formats, with a description of a network as weights: rf goes by a file's content."""

UNET = """\
format: 1
input: {channels: 1, size: [null, null]}
layers:
  - {name: c1, type: conv, filters: 4, kernel: 3, padding: same}
  - {name: p, type: max_pool, kernel: 2}
  - {name: c2, type: conv, filters: 8, kernel: 3, padding: same, repeat: 2}
  - {name: up, type: conv_transpose, filters: 4, kernel: 2, stride: 2}
  - {name: cat, type: concat, inputs: [up, c1]}
  - {name: c3, type: conv, filters: 4, kernel: 3, padding: same}
  - {name: out, type: conv, filters: 1, kernel: 1}
"""
"""A halo of 7: output 6 reads output 5 of the map that is doubled, which is of sample 2 below; that reads samples 0 to 4
there, the first of which reads the first sample's neighbour. Output 7 reads from sample 1 on."""

LATER = """\
%YAML 1.2
---
# made by hand
format_version: 0.5.4
type: model
name: a model
inputs:
  - id: raw
    axes:
      - type: batch
      - {type: channel, channel_names: [raw]}
      - size: {min: 32, step: 2}   # both axes alike
        id: y
        type: space
      - {size: {min: 32, step: 2}, type: space}
outputs:
  - id: prob
    axes:
      - type: batch
      - {type: channel, channel_names: [prob]}
      - halo: 7  # as needed
        size: {tensor_id: raw, axis_id: y}
        id: y
        type: space
      - {size: {tensor_id: raw, axis_id: x}, halo: 7, type: space}
weights:
  onnx: {source: weights.onnx, sha256: 1234567890123456789012345678901234567890}
"""
EARLIER = """\
format_version: 0.4.9
type: model
name: a model
inputs:
  - axes: bcyx
    name: raw
    shape:
      min: [1, 1, 32, 32]
      step: [0, 0, 2, 2]
outputs:
  - axes: bcyx
    name: prob
    halo: [0, 0, 7, 7]   # as needed
    shape:
      reference_tensor: raw
      scale: [1.0, 1.0, 1.0, 1.0]
      offset: [0.0, 0.0, 0.0, 0.0]
weights:
  onnx: {source: weights.onnx}
"""


def written(folder, text, network=UNET, name="rdf.yaml"):
    """The path of a model beside its weights."""
    (folder / "weights.onnx").write_text(network, encoding="utf-8")
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)
