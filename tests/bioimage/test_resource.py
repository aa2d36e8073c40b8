"""Both formats read alike."""

from fractions import Fraction

import pytest

from bioimage.models import EARLIER, LATER
from rfcli.bioimage.resource import resource_of
from rfcli.description import yaml12
from rfcli.description.limits import Limits
from rfcli.description.nodes import File, Problems
from rfcli.readers.draft import ForeignError


def read(text):
    problems = Problems()
    root = yaml12.read(File("rdf.yaml", text), Limits(digits=100), problems)
    assert root is not None
    return resource_of(root)


@pytest.mark.parametrize(("text", "version"), [(LATER, (0, 5)), (EARLIER, (0, 4))])
def test_formats(text, version):
    resource = read(text)
    assert (resource.version, list(resource.weights)) == (version, ["onnx"])
    (one,), (other,) = resource.inputs, resource.outputs
    assert (one.name, one.rank, [(axis.name, axis.place, axis.least, axis.step) for axis in one.axes]) == (
        "raw", 4, [("y", 2, 32, 2), ("x", 3, 32, 2)],
    )  # fmt: skip
    assert [(axis.name, axis.factor, axis.offset, axis.halo) for axis in other.axes] == [("y", 1, 0, 7), ("x", 1, 0, 7)]


def test_distances_make_factors():
    text = LATER.replace("{tensor_id: raw, axis_id: y}", "{tensor_id: raw, axis_id: y, offset: -3}\n        scale: 0.5")
    (axis, _) = read(text).outputs[0].axes
    assert (axis.factor, axis.offset, axis.distance) == (2, -3, Fraction(1, 2))


def test_offsets_of_the_earlier_format_are_halves():
    text = EARLIER.replace("offset: [0.0, 0.0, 0.0, 0.0]", "offset: [0, 0, -2.5, 0]").replace(
        "1.0, 1.0, 1.0, 1.0", "1, 0, 0.25, null"
    )
    with pytest.raises(ForeignError, match="scale of shape of output 1 must be a number along an axis of space"):
        read(text)
    (axis, _) = read(text.replace("null", "1")).outputs[0].axes
    assert (axis.factor, axis.offset) == (Fraction(1, 4), -5)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (EARLIER.replace("min: [1, 1, 32, 32]", "min: [1, 32, 32]"), "min of shape of input 1 must have 4 entries"),
        (EARLIER.replace("axes: bcyx", "axes: 3"), "axes of input 1 must be a word, is 3"),
        (EARLIER.replace("scale: [1.0, 1.0, 1.0, 1.0]", "scale: 3"), "scale of shape of output 1 must have 4 numbers"),
        (
            LATER.replace("step: 2}   #", "step: -2}   #"),
            "step of size of axis 3 of 'raw' must be an integer from 0 on",
        ),
        (LATER.replace("halo: 7  #", "halo: no  #"), "halo of axis 3 of 'prob' must be an integer from 0 on"),
        (
            LATER[: LATER.index("outputs:")] + "outputs: []\nweights: {}\n",
            "outputs of the file must be a list of tensors",
        ),
        (LATER[: LATER.index("weights:")], "the file lacks 'weights'"),
    ],
)
def test_what_is_wrong_is_told(text, message):
    with pytest.raises(ForeignError) as raised:
        read(text)
    assert raised.value.message.startswith(message)
