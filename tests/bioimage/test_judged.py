"""Models held against their networks: each number, each code, and what is never opened."""

import os
import random

import pytest

import rfcli
from bioimage.models import EARLIER, LATER, UNET, written
from rfcli.bioimage import is_resource


def found(path, **more):
    judged = rfcli.check_bioimage(path, **more)
    return [(one.code, one.span.line, one.message, one.help) for one in judged.diagnostics]


@pytest.mark.parametrize("text", [LATER, EARLIER])
def test_a_model_that_is_right(text, tmp_path):
    judged = rfcli.check_bioimage(written(tmp_path, text))
    assert (judged.diagnostics, judged.remarks, judged.text) == ((), (), text)
    assert {axis: (one.before, one.after) for axis, one in judged.halos["prob"].items()} == {"y": (7, 7), "x": (7, 7)}
    assert judged.looked_at == 4 + 2 * 2


CASES = {
    # name: text, what is replaced by what, the code, its line, words of the message, words of the help
    "halo": (LATER, "halo: 7  #", "halo: 5  #", "RF407", 21, "along y is 5, at least 7 is needed: 7 outputs at the start and 7", "halo 7 (--fix"),
    "no halo": (LATER, ", halo: 7,", ",", "RF407", 25, "along x is 0, at least 7 is needed", "halo 7"),
    "halo of 0.4": (EARLIER, "[0, 0, 7, 7]", "[0, 0, 7, 2]", "RF407", 13, "along x is 2, at least 7 is needed", "halo 7"),
    "no halo of 0.4": (EARLIER, "    halo: [0, 0, 7, 7]   # as needed\n", "", "RF407", 11, "is 0, at least 7 is needed", ""),
    "scale": (EARLIER, "scale: [1.0, 1.0, 1.0, 1.0]", "scale: [1.0, 1.0, 1.0, 2.0]", "RF408", 15, "along x: it is 64 as stated for an input of 32, the network makes 32", "scale 1 and offset 0 are right"),
    "offset": (EARLIER, "offset: [0.0, 0.0, 0.0, 0.0]", "offset: [0.0, 0.0, -8, 0.0]", "RF408", 15, "along y: it is 16 as stated", "scale 1 and offset 0 are right"),
    "distance": (LATER, "{size: {tensor_id: raw, axis_id: x},", "{scale: 2, size: {tensor_id: raw, axis_id: x},", "RF408", 25, "along x: it is 16 as stated for an input of 32", "scale 1 and offset 0 are right"),
    "shape": (EARLIER, "      reference_tensor: raw\n      scale: [1.0, 1.0, 1.0, 1.0]\n      offset: [0.0, 0.0, 0.0, 0.0]", "      [1, 1, 32, 30]", "RF408", 15, "along x: it is 30 as stated, the network makes 32", "32 is right"),
    "step": (EARLIER, "step: [0, 0, 2, 2]", "step: [0, 0, 2, 1]", "RF409", 8, "does not take the input size 34x33 (min and 1 step)", "from 2 on in steps of 2 along h"),
    "min": (LATER, "- size: {min: 32, step: 2}", "- size: {min: 33, step: 2}", "RF409", 12, "does not take the input size 33x32 (min)", "steps of 2"),
    "version": (LATER, "0.5.4", "0.3.2", "RF410", 4, "the format '0.3.2' is not read", "0.4 and 0.5 are"),
    "another kind": (LATER, "type: model", "type: dataset", "RF410", 5, "it describes a dataset", ""),
    "axes": (EARLIER, "axes: bcyx\n    name: raw\n    shape:\n      min: [1, 1, 32, 32]\n      step: [0, 0, 2, 2]", "axes: bczyx\n    name: raw\n    shape: [1, 1, 8, 32, 32]", "RF410", 5, "input 'raw' has 3 axes of space, the network has 2", ""),
    "a tensor": (EARLIER, "reference_tensor: raw", "reference_tensor: other", "RF410", 15, "follows from 'other', which is no input's", ""),
    "an axis": (LATER, "axis_id: y", "axis_id: z", "RF410", 21, "follows from 'raw.z', which is no input's", ""),
    "a halo for each": (EARLIER, "[0, 0, 7, 7]", "[0, 0, 7]", "RF410", 13, "halo of output 1 must have 4 entries, one for each of bcyx", ""),
    "no weights": (LATER, "weights.onnx", "other.onnx", "RF410", 27, "onnx: 'other.onnx' is not there", "--network NET"),
    "url": (LATER, "weights.onnx", "https://example.com/w.onnx", "RF410", 27, "'https://example.com/w.onnx' is not fetched", "--network"),
    "outside": (LATER, "weights.onnx", "../weights.onnx", "RF410", 27, "'../weights.onnx' lies outside the model's folder", ""),
    "absolute": (LATER, "weights.onnx", "/etc/passwd", "RF410", 27, "'/etc/passwd' lies outside the model's folder", ""),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_is_wrong_is_told(name, tmp_path):
    text, old, new, code, line, message, help = CASES[name]
    assert old in text
    told = found(written(tmp_path, text.replace(old, new, 1)))
    assert [one for one in told if one[0] == code and one[1] == line and message in one[2] and help in one[3]], told


def test_numbers_without_end_are_passed_over(tmp_path):
    text = EARLIER.replace("    shape:\n      min:", "    data_range: [-.inf, .inf]\n    shape:\n      min:")
    assert found(written(tmp_path, text)) == []


def test_links_do_not_lead_outside(tmp_path):
    (tmp_path / "model").mkdir()
    (tmp_path / "net.yaml").write_text(UNET, encoding="utf-8")
    path = written(tmp_path / "model", LATER)
    os.remove(tmp_path / "model" / "weights.onnx")
    os.symlink(tmp_path / "net.yaml", tmp_path / "model" / "weights.onnx")
    assert "lies outside the model's folder" in found(path)[0][2]


def test_the_first_weights_that_can_be_read_are_taken(tmp_path):
    weights = "  pytorch_state_dict: {source: https://example.com/x.pt}\n  onnx: {source: no.onnx}\n  keras_hdf5: {source: weights.onnx}\n"
    text = LATER[: LATER.index("  onnx:")] + weights
    assert found(written(tmp_path, text)) == []


def test_the_network_is_named(tmp_path):
    text = LATER.replace("weights.onnx", "no.onnx")
    path = written(tmp_path, text)
    assert found(path)[0][0] == "RF410"
    assert found(path, network=str(tmp_path / "weights.onnx")) == []


VALID = "format: 1\ninput: {channels: 1, size: [null, null]}\nlayers: [{name: c, type: conv, filters: 1, kernel: 5, repeat: 2}]\n"


def test_a_halo_that_the_model_cuts_itself_is_an_offset(tmp_path):
    text = EARLIER.replace("[0, 0, 7, 7]", "[0, 0, 0, 0]").replace(
        "offset: [0.0, 0.0, 0.0, 0.0]", "offset: [0, 0, -4, -4]"
    )
    assert found(written(tmp_path, text, VALID)) == []


HALVED = """\
format: 1
input: {channels: 1, size: [null, null]}
layers:
  - {name: a, type: conv, filters: 1, kernel: 3, padding: same}
  - {name: p, type: avg_pool, kernel: 2}
"""
DOUBLED = """\
format: 1
input: {channels: 1, size: [null, null]}
layers:
  - {name: a, type: conv, filters: 1, kernel: 3, padding: same}
  - {name: u, type: upsample, scale: 2, coordinates: asymmetric}
  - {name: b, type: conv, filters: 1, kernel: 3, padding: same}
"""


def test_outputs_of_another_distance(tmp_path):
    """A halo is counted in outputs; in format 0.5 it must be a whole number of the input's samples."""
    text = EARLIER.replace("scale: [1.0, 1.0, 1.0, 1.0]", "scale: [1, 1, 0.5, 0.5]").replace(
        "[0, 0, 7, 7]", "[0, 0, 1, 1]"
    )
    assert found(written(tmp_path, text, HALVED)) == []
    twice = LATER.replace("{tensor_id: raw, axis_id: y}", "{tensor_id: raw, axis_id: y}\n        scale: 0.5")
    twice = twice.replace("axis_id: x},", "axis_id: x}, scale: 0.5,").replace("halo: 7", "halo: 3")
    judged = rfcli.check_bioimage(written(tmp_path, twice, DOUBLED))
    assert {one.halo for one in judged.halos["prob"].values()} == {
        3
    }  # of outputs 0, 1 and 2, the last by its neighbour
    assert [one.help for one in judged.diagnostics] == ["halo 4 (--fix writes it)"] * 2


def test_sides_may_differ(tmp_path):
    causal = UNET.replace("padding: same}\n  - {name: p,", "padding: [[2, 0], [2, 0]]}\n  - {name: p,")
    judged = rfcli.check_bioimage(written(tmp_path, LATER.replace("halo: 7", "halo: 5"), causal))
    assert {(one.before, one.after) for one in judged.halos["prob"].values()} == {(7, 5)}
    assert "7 outputs at the start and 5 at the end read beyond" in judged.diagnostics[0].message


def test_layers_that_see_all_are_told(tmp_path):
    network = UNET.replace("  - {name: p,", "  - {name: n, type: instance_norm}\n  - {name: p,")
    network = network.replace("[up, c1]", "[up, n]")
    judged = rfcli.check_bioimage(written(tmp_path, LATER, network))
    assert judged.diagnostics == () and "sees the whole image, through 'n': no halo" in judged.remarks[0]


def test_a_halo_that_leaves_nothing(tmp_path):
    text = LATER.replace("min: 32", "min: 12").replace("halo: 7", "halo: 1")
    told = found(written(tmp_path, text))
    assert "nothing is left of the least output, of 12: a larger min is needed too" in told[0][3]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        (LATER, True),
        (EARLIER, True),
        ("format_version: 0.5\ntype: dataset\nweights: 1\n", False),
        (UNET, False),
        ("", False),
    ],
)
def test_models_are_told_by_content(text, meant):
    assert is_resource(text.encode()) is meant


WORDS = [
    "-1",
    "0",
    "1e9",
    "nan",
    "[",
    "]",
    "{",
    "}",
    ",",
    ": ",
    "null",
    "raw",
    "&a ",
    "*a",
    "99999999999",
    "\n",
    "- ",
    "'",
    "halo: ",
    "size: ",
]


def test_mutated_models_are_judged_without_a_crash(tmp_path):
    chance, codes = random.Random(7), set()
    for _ in range(200):
        text = chance.choice((LATER, EARLIER))
        for _ in range(chance.choice((1, 1, 2, 4))):
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(WORDS) + text[at + chance.randrange(6) :]
        path = written(tmp_path, text)
        judged = rfcli.check_bioimage(path)
        assert all(one.span.line > 0 for one in judged.diagnostics)
        codes.update(one.code for one in judged.diagnostics)
    assert {"RF407", "RF410"} <= codes
