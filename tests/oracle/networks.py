"""Random valid networks as format-1 documents: what hypothesis draws."""

from hypothesis import strategies as st

from oracle.drawing import Builder, Drawing
from oracle.spelling import inputs_of


def fresh_document(d, dims, unknown=False, inputs=None):
    """A document without layers."""

    def given():
        size = [d.number(1, 40) if d.one_in(3) else d.number(8, 40) for _ in range(dims)]
        if unknown:
            return {"size": None, "dims": dims, "channels": d.pick([1, 2, 3, 4])}
        if dims == 2 and d.one_in(3):
            size = size[0]
        return {"size": size, "channels": d.pick([1, 2, 3, 4])}

    if inputs == 2 or (inputs is None and not unknown and d.one_in(4)):
        first = given()
        others = {"depth": {**first, "channels": 2} if d.one_in(2) else {**given(), "size": first["size"]}}
        return {"format": 1, "inputs": {"rgb": first, **others}, "layers": []}
    return {"format": 1, "input": given(), "layers": []}


@st.composite
def one_layer(draw):
    """One layer, which may or may not fit."""
    document = {"format": 1, "input": {"size": [16], "channels": 4}, "layers": []}
    return Builder(draw, document, 1).single()


@st.composite
def chains(draw, most=9):
    """Layers one after another, all types and parameters; a classifier at times."""
    d = Drawing(draw)
    dims = d.pick([2, 1, 3])
    builder = Builder(draw, fresh_document(d, dims), dims)
    builder.chain(d.number(1, most))
    if d.one_in(5):
        builder.grow(*builder.head())
    return finished(builder)


@st.composite
def graphs(draw, most=7, inputs=None):
    """Residuals, branches, skips, decoders and gates."""
    d = Drawing(draw)
    dims = d.pick([2, 1, 3])
    builder = Builder(draw, fresh_document(d, dims, inputs=inputs), dims)
    builder.anything(d.number(1, most))
    return finished(builder)


@st.composite
def unsized(draw, most=4):
    """Chains and graphs over an input of unknown size."""
    d = Drawing(draw)
    dims = d.pick([1, 1, 2])
    builder = Builder(draw, fresh_document(d, dims, unknown=True), dims)
    if d.one_in(2):
        builder.chain(d.number(1, most))
    else:
        builder.anything(d.number(1, most))
    return finished(builder)


@st.composite
def doubtful(draw):
    """Two layers that may or may not fit, for agreement on what is refused."""
    d = Drawing(draw)
    dims = d.pick([2, 1])
    document = fresh_document(d, dims)
    if "input" in document:
        document["input"]["size"] = [d.number(1, 6) for _ in range(dims)]
    builder = Builder(draw, document, dims)
    items = [{"type": "identity", "inputs": [next(iter(inputs_of(document)))]}]
    items += [builder.single() for _ in range(d.number(1, 2))]
    return {**document, "layers": items}


def finished(builder):
    """The document, with one plain layer when nothing else fitted."""
    if not builder.document["layers"]:
        builder.grow({"type": "relu"})
    return builder.document
