"""`rf compare`: networks side by side."""

from cli.conftest import RF


def test_networks(rf: RF) -> None:
    """A pooling counts 2*2 operations an output: 8*15*15*4 = 7200 beside 2*194400 and the biases' 30*30*8."""
    status, out, err = rf("compare", "net.yaml", "bad.yaml", "-f", "csv")
    assert status == 1
    assert out.splitlines()[1] == f"net,b,4,2,0,true,224,{403200 / 1e9},{4e9 / 403200},"
    assert err.startswith("bad.yaml:1:9: RF105 ")


def test_a_layer_that_none_has_is_told_once(rf: RF) -> None:
    with open("other.yaml", "w", encoding="utf-8") as stream:
        stream.write("format: 1\nlayers: [{name: c, type: conv, kernel: 5}]\n")
    status, _, err = rf("compare", "net.yaml", "other.yaml", "--layer", "z", "-f", "csv")
    assert (status, err) == (2, "rf: --layer: there is no layer 'z', the same in all 2 networks\n")


def test_a_layer_that_only_one_has(rf: RF) -> None:
    with open("other.yaml", "w", encoding="utf-8") as stream:
        stream.write("format: 1\nlayers: [{name: c, type: conv, kernel: 5}]\n")
    status, out, err = rf("compare", "net.yaml", "other.yaml", "--layer", "c", "-f", "csv")
    assert (status, out.splitlines()[1][:10]) == (2, "other,c,5,")
    assert err == "rf: net.yaml: --layer: there is no layer 'c' (known here: a, b)\n"


def test_networks_of_one_name_can_be_told_apart(rf: RF) -> None:
    """By their files: in compare, and in compute with its totals and notes; networks of different names need none."""
    for name, kernel in (("x", 5), ("y", 7)):
        with open(f"{name}.yaml", "w", encoding="utf-8") as stream:
            stream.write(f"format: 1\nname: net\nlayers: [{{name: c, type: conv, kernel: {kernel}}}]\n")
    for command in ("compare", "compute"):
        lines = rf(command, "x.yaml", "y.yaml", "-f", "csv")[1].splitlines()
        assert lines[0].split(",")[1] == "source"
        assert [line.split(",")[1] for line in lines[1:]] == ["x.yaml", "y.yaml"]
        assert rf(command, "x.yaml", "y.yaml")[1].split()[1] == "source"
        assert "source" not in rf(command, "x.yaml", "x.yaml")[1]
    assert "\nx.yaml: input of any size" in rf("compute", "x.yaml", "y.yaml")[1]
