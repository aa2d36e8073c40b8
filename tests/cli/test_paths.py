"""`rf paths`: how many paths see how much."""

from cli.conftest import RF


def test_a_chain_is_one_path(rf: RF) -> None:
    assert rf("paths", "net.yaml", "-f", "csv") == (0, "axis,size,paths\nh,4,1\nw,4,1\n", "")


def test_a_residual_doubles_them(rf: RF) -> None:
    """Two residuals around a kernel of 3: sizes 1, 3, 3 and 5."""
    with open("res.yaml", "w", encoding="utf-8") as stream:
        stream.write(
            "format: 1\ninput: {size: [32]}\nlayers: [{type: residual, repeat: 2, layers: [{type: conv, kernel: 3, padding: 1}]}]\n"
        )
    status, out, _ = rf("paths", "res.yaml", "-f", "tsv")
    assert (status, out.splitlines()[1:]) == (0, ["w\t1\t1", "w\t3\t2", "w\t5\t1"])


def test_a_layer_that_is_not_there(rf: RF) -> None:
    assert rf("paths", "net.yaml", "--layer", "c")[0] == 2
